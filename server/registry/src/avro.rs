//! Avro: values in its binary encoding read into JSON text and written from it.
//!
//! The schema is compiled once into a flat list of [`Node`]s that refer to each other by number, so that recursive schemas need
//! no recursive memory. Reading goes from the bytes straight to text: nothing is allocated by a count from the wire, nesting
//! and length are bounded. (The reader of the crate `apache-avro` follows nesting without a bound and builds values first; it
//! is what the tests compare with.)
//!
//! How values look as JSON, reading and writing:
//!
//! | Avro | JSON |
//! |---|---|
//! | null, boolean, int, long | as JSON has them, every digit |
//! | float, double | shortest text that reads back the same, with a point or exponent; `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | string, enum | string |
//! | bytes, fixed | string in base64 |
//! | array, map, record | array, object, object |
//! | union | the value itself; where two branches would both be objects or both be strings, `{"branch": value}` as in Avro's own JSON encoding |
//! | decimal, big-decimal | string with all digits: `"12.50"` |
//! | uuid | string |
//! | date, time-*, timestamp-*, local-timestamp-* | ISO 8601 string with the digits of its precision, timestamps in UTC; outside of the years 0 to 9999, and times of day out of range, the number itself |
//! | duration | `{"months": 1, "days": 2, "millis": 3}` |

mod compile;
mod logical;
mod read;
mod sample;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use compile::{compile, full_name};
pub(crate) use logical::{MOST_DECIMAL, decimal_text, moment_text};
pub(crate) use read::read;
pub(crate) use sample::sample;
pub(crate) use write::write;

use logical::{Form, Unit};
use std::collections::HashMap;

/// Number of a node in [`Avro::nodes`].
type Index = usize;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Avro {
    nodes: Vec<Node>,
    root: Index,
}

/// A type.
#[derive(Debug)]
enum Node {
    /// Named, and not defined yet; none is left when compiling is done.
    Pending(String),
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Array(Index),
    Map(Index),
    Union(Union),
    Record(Record),
    Enum(Symbols),
    Fixed {
        name: String,
        size: usize,
    },
    Decimal {
        form: Form,
        scale: u32,
        precision: u32,
    },
    BigDecimal,
    Uuid(Form),
    Date,
    /// Milliseconds as an int, microseconds as a long.
    TimeOfDay(Unit),
    Timestamp {
        unit: Unit,
        zoned: bool,
    },
    Duration {
        name: String,
    },
}

/// A union.
#[derive(Debug)]
struct Union {
    branches: Vec<Index>,
    /// The name of each branch, for `{"branch": value}`.
    names: Vec<String>,
    /// As what each branch shows itself in JSON.
    shapes: Vec<Shape>,
    /// Whether values are written with their branch, because the value alone would not tell it.
    tagged: bool,
}

/// As what a type shows itself in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// A record.
#[derive(Debug)]
struct Record {
    name: String,
    fields: Vec<Field>,
    /// Positions by name.
    by_name: HashMap<String, usize>,
}

/// A field of a record.
#[derive(Debug)]
struct Field {
    name: String,
    node: Index,
    default: Option<serde_json::Value>,
}

/// An enum.
#[derive(Debug)]
struct Symbols {
    name: String,
    symbols: Vec<String>,
}

impl Avro {
    fn node(&self, index: Index) -> &Node {
        // Indexes come from the compiler alone; one past the end can't be, and reads as null.
        self.nodes.get(index).unwrap_or(&Node::Null)
    }

    /// Full name of the record, enum or fixed that the schema is of.
    pub(crate) fn name(&self) -> Option<&str> {
        match self.node(self.root) {
            Node::Record(record) => Some(&record.name),
            Node::Enum(symbols) => Some(&symbols.name),
            Node::Fixed { name, .. } | Node::Duration { name } => Some(name),
            _ => None,
        }
    }
}
