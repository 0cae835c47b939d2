//! Text and bytes cut into rows of one height, so that any number of them can be shown a window at a time.

use base64::{Engine, engine::general_purpose::STANDARD};
use penstock_domain::record::{Bytes, Encoding};
use std::sync::Arc;

/// Characters of a row of text; longer lines go on in the next row.
const COLUMNS: usize = 160;
/// Bytes of a row of a hex dump.
pub const HEX_ROW: usize = 16;
/// Characters of a row of base64 (RFC 2045 breaks there too).
const BASE64_ROW: usize = 76;

/// Text as rows.
#[derive(Clone, Debug)]
pub struct TextRows {
    text: Arc<str>,
    /// Where each row begins, and whether it goes on with the line of the row before.
    starts: Arc<[(u32, bool)]>,
}

impl TextRows {
    /// Cuts a text at its line breaks, and where a line grows too long.
    pub fn new(text: Arc<str>) -> Self {
        let mut starts = vec![(0, false)];
        let mut columns = 0;
        for (at, character) in text.char_indices() {
            let next = at + character.len_utf8();
            let Ok(next) = u32::try_from(next) else { break };
            columns += 1;
            if character == '\n' {
                starts.push((next, false));
                columns = 0;
            } else if columns == COLUMNS && next as usize != text.len() {
                let more = text.get(next as usize..).unwrap_or_default();
                if !more.starts_with('\n') {
                    starts.push((next, true));
                    columns = 0;
                }
            }
        }
        Self {
            text,
            starts: starts.into(),
        }
    }

    /// How many rows; an empty text is one empty row.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// One row without its line break, and whether it goes on with the line before.
    pub fn row(&self, index: usize) -> Option<(&str, bool)> {
        let (start, goes_on) = *self.starts.get(index)?;
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |(next, _)| *next as usize);
        let row = self.text.get(start as usize..end)?;
        Some((row.strip_suffix('\n').unwrap_or(row), goes_on))
    }

    /// The row in which a byte of the text lies.
    pub fn row_of(&self, byte: usize) -> usize {
        self.starts
            .partition_point(|(start, _)| *start as usize <= byte)
            .saturating_sub(1)
    }
}

/// Bytes as a hex dump or as base64.
#[derive(Clone, Debug)]
pub struct ByteRows(Arc<[u8]>);

impl ByteRows {
    /// Takes the bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Rows of the hex dump.
    pub fn hex_len(&self) -> usize {
        self.0.len().div_ceil(HEX_ROW)
    }

    /// One row of the hex dump: offset, digits in two groups of eight, and what is printable ASCII.
    pub fn hex_row(&self, index: usize) -> Option<(String, String, String)> {
        let from = index.checked_mul(HEX_ROW)?;
        let bytes = self.0.get(from..self.0.len().min(from + HEX_ROW))?;
        if bytes.is_empty() {
            return None;
        }
        let mut digits = String::with_capacity(3 * HEX_ROW + 1);
        for (place, byte) in bytes.iter().enumerate() {
            if place > 0 {
                digits.push_str(if place == HEX_ROW / 2 { "  " } else { " " });
            }
            digits.push_str(&hex(*byte));
        }
        let ascii = bytes
            .iter()
            .map(|byte| match byte {
                0x20..=0x7e => char::from(*byte),
                _ => '·',
            })
            .collect();
        Some((format!("{from:08x}"), digits, ascii))
    }

    /// Rows of base64.
    pub fn base64_len(&self) -> usize {
        (self.0.len().div_ceil(3) * 4).div_ceil(BASE64_ROW)
    }

    /// One row of base64; only its own bytes are encoded.
    pub fn base64_row(&self, index: usize) -> Option<String> {
        let step = BASE64_ROW / 4 * 3;
        let from = index.checked_mul(step)?;
        let bytes = self.0.get(from..self.0.len().min(from + step))?;
        (!bytes.is_empty()).then(|| STANDARD.encode(bytes))
    }
}

/// The bytes themselves, as they travelled.
pub fn raw(bytes: &Bytes) -> Vec<u8> {
    match bytes.encoding {
        Encoding::Utf8 => bytes.data.clone().into_bytes(),
        // The server encoded them; a cut-off text keeps what is whole.
        Encoding::Base64 => STANDARD.decode(&bytes.data).unwrap_or_default(),
    }
}

/// `2a`
fn hex(byte: u8) -> String {
    format!("{byte:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(String, bool)> {
        let rows = TextRows::new(text.into());
        (0..rows.count())
            .filter_map(|index| rows.row(index))
            .map(|(row, goes_on)| (row.to_owned(), goes_on))
            .collect()
    }

    #[test]
    fn lines_are_rows() {
        assert_eq!(rows(""), [(String::new(), false)]);
        assert_eq!(
            rows("a\n\nb\n"),
            [("a", false), ("", false), ("b", false), ("", false)]
                .map(|(row, goes_on)| (row.to_owned(), goes_on))
        );
        let long = "ä".repeat(COLUMNS + 1);
        assert_eq!(
            rows(&long),
            [("ä".repeat(COLUMNS), false), ("ä".to_owned(), true)]
        );
        let exact = format!("{}\nx", "a".repeat(COLUMNS));
        assert_eq!(rows(&exact).len(), 2, "a full line is not cut once more");
    }

    #[test]
    fn a_hex_dump_has_three_columns() {
        let rows = ByteRows::new(&b"\x00\x00\x00\x00\x2a{\"event\":1}\xff"[..]);
        assert_eq!(rows.hex_len(), 2);
        assert_eq!(
            rows.hex_row(0),
            Some((
                "00000000".into(),
                "00 00 00 00 2a 7b 22 65  76 65 6e 74 22 3a 31 7d".into(),
                "····*{\"event\":1}".into()
            ))
        );
        assert_eq!(
            rows.hex_row(1),
            Some(("00000010".into(), "ff".into(), "·".into()))
        );
        assert_eq!(rows.hex_row(2), None);
        assert_eq!(ByteRows::new(Vec::new()).hex_row(0), None);
    }

    proptest! {
        #[test]
        fn rows_hold_the_whole_text(text in "(\\PC|\n){0,600}") {
            let rows = TextRows::new(text.as_str().into());
            let mut joined = String::new();
            for index in 0..rows.count() {
                let (row, goes_on) = rows.row(index).unwrap();
                if index > 0 && !goes_on { joined.push('\n'); }
                joined.push_str(row);
            }
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn base64_is_the_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let rows = ByteRows::new(bytes.clone());
            let text: String = (0..rows.base64_len()).filter_map(|index| rows.base64_row(index)).collect();
            prop_assert_eq!(STANDARD.decode(text).unwrap(), bytes.clone());
            prop_assert_eq!(rows.base64_row(rows.base64_len()), None);
            prop_assert_eq!(rows.hex_row(rows.hex_len()), None);
        }

        #[test]
        fn a_byte_lies_in_its_row(text in "(\\PC|\n){1,400}", at in 0_usize..400) {
            let rows = TextRows::new(text.as_str().into());
            let at = at % text.len();
            let row = rows.row_of(at);
            prop_assert!(rows.starts[row].0 as usize <= at);
            prop_assert!(rows.starts.get(row + 1).is_none_or(|(next, _)| *next as usize > at));
        }
    }
}
