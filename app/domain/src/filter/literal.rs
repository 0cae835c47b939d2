//! What a field is compared with: texts, numbers with all their digits, times, and how they are written.

use super::error::FilterError;
use crate::{json, read::Point, time::Timestamp};
use std::fmt;

/// A text to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// It.
    pub text: String,
    /// Whether letters that differ only in case are the same; written `i"…"`.
    pub ignore_case: bool,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text; with `~=` a pattern.
    Text(Phrase),
    /// A number as it was written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`; only in the list of `in`, elsewhere it is read as `is null`.
    Null,
    /// A moment: [`Point::Time`] or [`Point::Ago`].
    Moment(Point),
}

impl Phrase {
    /// A text whose case counts.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ignore_case: false,
        }
    }
}

/// A text as a filter writes it. Only what must be is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        if matches!(char, '"' | '\\') {
            out.push('\\');
        }
        out.push(char);
    }
    out.push('"');
    out
}

/// A pattern between quotes: backslashes are its own, so only a quote that has none before it needs one.
pub(super) fn quoted_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 2);
    out.push('"');
    let mut escaped = false;
    for char in pattern.chars() {
        if char == '"' && !escaped {
            out.push('\\');
        }
        escaped = char == '\\' && !escaped;
        out.push(char);
    }
    // A pattern that ends in half an escape is no pattern; the quote must still close.
    if escaped {
        out.push('\\');
    }
    out.push('"');
    out
}

/// What stands between the quotes of a pattern: all of it as it is, only quotes without their backslash, which mean the same.
pub(super) fn unquote_pattern(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(char) = chars.next() {
        match (char, chars.as_str().chars().next()) {
            ('\\', Some(quote @ ('"' | '\''))) => {
                out.push(quote);
                chars.next();
            }
            ('\\', Some(next)) => {
                out.extend(['\\', next]);
                chars.next();
            }
            _ => out.push(char),
        }
    }
    out
}

/// What stands between the quotes of a text whose first inner byte is at `at`; an escape that there is not is an error.
pub(super) fn unquote(whole: &str, inside: &str, at: usize) -> Result<String, FilterError> {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(backslash) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(backslash).unwrap_or((rest, ""));
        out.push_str(before);
        let from = at + inside.len() - escape.len();
        let next = escape.chars().nth(1);
        if next == Some('\'') {
            out.push('\'');
            rest = escape.get(2..).unwrap_or_default();
            continue;
        }
        let length = match next {
            Some('u') if is_high(escape) => 12,
            Some('u') => 6,
            Some(char) => 1 + char.len_utf8(),
            None => 1,
        };
        let taken = escape.get(..length);
        let resolved = taken.map(json::unescape);
        let Some(resolved) = resolved.filter(|resolved| Some(&**resolved) != taken) else {
            let to = from + escape.chars().take(2).map(char::len_utf8).sum::<usize>();
            let error = FilterError::new(
                "This is no escape. A backslash itself is written \\\\; a pattern stands behind ~=.",
                from,
                to,
            );
            return Err(error.replace(whole, from, from + 1, "\\\\"));
        };
        out.push_str(&resolved);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether an escape is the first half of a surrogate pair and the second follows.
fn is_high(escape: &str) -> bool {
    let half = |at: usize| {
        escape
            .get(at..at + 6)
            .and_then(|half| half.strip_prefix("\\u"))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    matches!(half(0), Some(0xd800..0xdc00)) && matches!(half(6), Some(0xdc00..0xe000))
}

/// Bytes in a unit.
pub(crate) fn unit(name: &str) -> Option<u64> {
    Some(match name.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "tb" => 1_000_000_000_000,
        "tib" => 1 << 40,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    })
}

/// A number of a unit, as bytes; `None` where that is no whole number or more than fits.
pub(super) fn bytes(number: &str, unit: u64) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let product = digits.checked_mul(u128::from(unit))?;
    (product % scale == 0).then(|| (product / scale).to_string())
}

/// A time as a filter says it, in quotes or as a number since 1970.
pub(super) fn moment(text: &str, number: bool) -> Result<Point, String> {
    let point = if number {
        Point::parse(&format!("time:{text}"))
    } else {
        Point::parse(text)
    };
    match point {
        Ok(Point::Time(time)) if is_writable(time) => Ok(Point::Time(time)),
        Ok(Point::Ago(ago)) => Ok(Point::Ago(ago)),
        Ok(Point::Time(_)) => Err("The time is too far away.".to_owned()),
        Ok(_) | Err(_) => Err(
            "No time can be read here: \"2026-11-23T08:00Z\", \"15m ago\", or a number of seconds or milliseconds since 1970."
                .to_owned(),
        ),
    }
}

/// Whether a time's text is read as the same time.
fn is_writable(time: Timestamp) -> bool {
    time.0 > 99_999_999_999 || Timestamp::parse(&time.to_string()) == Some(time)
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.ignore_case { "i" } else { "" };
        write!(f, "{prefix}{}", quoted(&self.text))
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(phrase) => phrase.fmt(f),
            Literal::Number(number) => f.write_str(number),
            Literal::Bool(value) => value.fmt(f),
            Literal::Null => f.write_str("null"),
            Literal::Moment(Point::Time(time))
                if Timestamp::parse(&time.to_string()) == Some(*time) =>
            {
                write!(f, "\"{time}\"")
            }
            Literal::Moment(Point::Time(Timestamp(millis))) => millis.fmt(f),
            Literal::Moment(point) => {
                let text = point.to_string();
                match text.strip_prefix("ago:") {
                    Some(span) => write!(f, "\"{span} ago\""),
                    None => write!(f, "\"{text}\""),
                }
            }
        }
    }
}
