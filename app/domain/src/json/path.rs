//! Paths into JSON: `.customer."odd name".items[0]`, as filters, columns, masks and the tree of a record write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Steps of a path, at most.
pub const LONGEST_PATH: usize = 64;

/// The way from the root of a JSON text to a place in it; the empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The members of this name; an object may have several.
    Name(String),
    /// Any member of an object: `.*`.
    AnyName,
    /// The element at this place of a list, from 0.
    Index(u32),
    /// Any element of a list: `[*]`.
    AnyIndex,
}

impl Path {
    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a name may stand without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name != "*" && crate::filter::segment_end(name, 0) == name.len()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Name(name) if is_plain(name) => write!(f, ".{name}"),
            Step::Name(name) => write!(f, ".{}", super::quote(name)),
            Step::AnyName => f.write_str(".*"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::AnyIndex => f.write_str("[*]"),
        }
    }
}

/// As it stands behind `value` or `key`: `.customer.city`; nothing for the root.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| step.fmt(f))
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match crate::filter::Field::parse(&format!("value{text}")) {
            Ok(crate::filter::Field::Value(path)) => Ok(path),
            _ => Err(serde::de::Error::custom(
                "a path like .customer.city is expected",
            )),
        }
    }
}
