//! Escapes of JSON texts: seen through, compared without copying, written.

use std::borrow::Cow;

/// A piece of an escaped text: bytes as they are, or the character that an escape stands for.
enum Piece<'a> {
    Raw(&'a [u8]),
    Char(char),
}

struct Pieces<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some((char, length)) = escape(self.rest) {
            self.rest = self.rest.get(length..).unwrap_or_default();
            return Some(Piece::Char(char));
        }
        // What is no escape is left as it is; the first byte belongs to it in any case.
        let end = self
            .rest
            .iter()
            .skip(1)
            .position(|byte| *byte == b'\\')
            .map_or(self.rest.len(), |at| at + 1);
        let (raw, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(Piece::Raw(raw))
    }
}

/// The character of the escape that bytes begin with, and how many bytes it takes. Half a surrogate pair stands for U+FFFD.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    if bytes.first() != Some(&b'\\') {
        return None;
    }
    let char = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(bytes)?;
            if !(0xd800..0xe000).contains(&first) {
                return Some((
                    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
                    6,
                ));
            }
            let second = bytes.get(6..).and_then(unit);
            if let (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) = (first, second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(code).map(|char| (char, 12));
            }
            return Some((char::REPLACEMENT_CHARACTER, 6));
        }
        _ => return None,
    };
    Some((char, 2))
}

/// The number in `\uXXXX`.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |sum, digit| {
        char::from(*digit)
            .to_digit(16)
            .map(|digit| sum * 16 + digit)
    })
}

/// Bytes with every JSON escape in them replaced by what it stands for; a backslash that begins none stays.
pub fn resolve(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    for piece in (Pieces { rest: raw }) {
        match piece {
            Piece::Raw(raw) => out.extend_from_slice(raw),
            Piece::Char(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(out)
}

/// What the inside of a JSON text (without its quotes) says.
pub fn unescape(inside: &str) -> Cow<'_, str> {
    match resolve(inside.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(inside),
        Cow::Owned(bytes) => Cow::Owned(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        ),
    }
}

/// Whether the inside of a JSON text says exactly `wanted`; copies nothing.
pub fn equals(inside: &[u8], wanted: &[u8]) -> bool {
    let mut wanted = wanted;
    for piece in (Pieces { rest: inside }) {
        let rest = match piece {
            Piece::Raw(raw) => wanted.strip_prefix(raw),
            Piece::Char(char) => wanted.strip_prefix(char.encode_utf8(&mut [0; 4]).as_bytes()),
        };
        match rest {
            Some(rest) => wanted = rest,
            None => return false,
        }
    }
    wanted.is_empty()
}

/// A text as JSON writes it, with quotes; what may stand unescaped does.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' => {
                let code = u32::from(char);
                out.push_str("\\u00");
                for digit in [code / 16, code % 16] {
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
