//! One comparison with one literal: of a place in JSON, or of a key, value or header as a whole.

use super::{bounds::Interval, guard::has_escape};
use memchr::memmem::Finder;
use penstock_domain::{
    filter::Operator,
    json::{self, Kind, Place},
};
use regex::bytes::Regex;
use std::borrow::Cow;

/// A comparison.
#[derive(Debug)]
pub(super) enum Check {
    /// With a text.
    Text(Text),
    /// With a number, exactly.
    Number(Operator, String),
    /// With `true` or `false`.
    Bool(bool),
    /// With null.
    Null,
}

/// A comparison of texts.
#[derive(Debug)]
pub(super) enum Text {
    /// The same.
    Equal(Box<[u8]>),
    /// Begins with it.
    Begins(Box<[u8]>),
    /// Ends with it.
    Ends(Box<[u8]>),
    /// Contains it.
    Contains(Box<Finder<'static>>),
    /// Less or greater, by code points.
    Order(Operator, Box<[u8]>),
    /// A pattern matches in it.
    Pattern(Regex),
}

impl Text {
    /// Whether a text satisfies it.
    #[inline]
    pub(super) fn test(&self, text: &[u8]) -> bool {
        match self {
            Text::Equal(wanted) => *text == **wanted,
            Text::Begins(wanted) => text.starts_with(wanted),
            Text::Ends(wanted) => text.ends_with(wanted),
            Text::Contains(finder) => finder.find(text).is_some(),
            Text::Order(operator, other) => operator.accepts(text.cmp(other)),
            Text::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// A key, value or header as a whole: as it lies there; as what it says where it is a JSON text; with the escapes in it
    /// resolved where it is not. Which is greater is asked of one of them only.
    fn test_whole(&self, bytes: &[u8]) -> bool {
        let content = content(bytes);
        if let Text::Order(..) = self {
            return self.test(content.as_deref().unwrap_or(bytes));
        }
        if self.test(bytes) {
            return true;
        }
        match content {
            Some(content) => self.test(&content),
            None => has_escape(bytes) && self.test(&json::resolve(bytes)),
        }
    }
}

/// What bytes say that are one JSON text.
fn content(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let trimmed = bytes.trim_ascii();
    if !trimmed.starts_with(b"\"") {
        return None;
    }
    let mut root = None;
    json::find(trimmed, &[], |place| root = Some(place)).ok()?;
    let inside = root?.inside()?.as_bytes();
    Some(json::resolve(inside))
}

impl Check {
    /// Whether a place in JSON satisfies it.
    pub(super) fn test_place(&self, place: &Place<'_>) -> bool {
        match (self, place.kind) {
            (Check::Text(text), Kind::Text) => {
                let inside = place.inside().unwrap_or_default().as_bytes();
                match text {
                    _ if !place.escaped => text.test(inside),
                    Text::Equal(wanted) => json::equals(inside, wanted),
                    _ => text.test(&json::resolve(inside)),
                }
            }
            (Check::Number(operator, number), Kind::Number) => {
                operator.accepts(json::compare(place.raw, number))
            }
            (Check::Bool(true), Kind::True)
            | (Check::Bool(false), Kind::False)
            | (Check::Null, Kind::Null) => true,
            _ => false,
        }
    }

    /// Whether a key, value or header satisfies it as a whole.
    pub(super) fn test_whole(&self, bytes: &[u8]) -> bool {
        match self {
            Check::Text(text) => text.test_whole(bytes),
            Check::Number(operator, number) => {
                std::str::from_utf8(bytes.trim_ascii()).is_ok_and(|text| {
                    json::is_number(text) && operator.accepts(json::compare(text, number))
                })
            }
            Check::Bool(true) => bytes.trim_ascii() == b"true",
            Check::Bool(false) => bytes.trim_ascii() == b"false",
            Check::Null => is_null(bytes),
        }
    }
}

/// Whether bytes are JSON's null.
pub(super) fn is_null(bytes: &[u8]) -> bool {
    bytes.trim_ascii() == b"null"
}

/// Whole numbers that satisfy a comparison: the facts of a record are asked so.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Interval>);

impl Numbers {
    pub(super) fn new(intervals: Vec<Interval>) -> Self {
        Self(intervals)
    }

    /// Whether a number satisfies it.
    #[inline]
    pub(super) fn test(&self, number: i64) -> bool {
        self.0
            .iter()
            .any(|(least, most)| (*least..=*most).contains(&number))
    }
}
