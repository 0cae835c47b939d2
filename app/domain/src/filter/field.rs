//! What a condition is about, and how it is written.

use super::{error::FilterError, lex, nearest};
use crate::json::{LONGEST_PATH, Path, Step};
use std::fmt;

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The key, or a place in it.
    Key(Path),
    /// The value, or a place in it.
    Value(Path),
    /// The values of the headers of this name; `None`: of all headers.
    Header(Option<String>),
    /// The topic's name.
    Topic,
    /// The partition's number.
    Partition,
    /// The offset.
    Offset,
    /// The record's time.
    Time,
    /// How many bytes the value has.
    Size,
}

/// Fields as they begin.
pub(super) const ROOTS: [&str; 8] = [
    "key",
    "value",
    "header",
    "topic",
    "partition",
    "offset",
    "time",
    "size",
];

/// What a field holds, as far as one knows beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// JSON or bytes.
    Anything,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A moment.
    Time,
}

impl Field {
    /// Reads a field as a filter writes it: `value.customer."odd name"`, `header.traceparent`, `offset`.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        read(text, text, 0)
    }

    pub(super) fn holds(&self) -> Holds {
        match self {
            Field::Key(_) | Field::Value(_) | Field::Header(_) => Holds::Anything,
            Field::Topic => Holds::Text,
            Field::Partition | Field::Offset | Field::Size => Holds::Number,
            Field::Time => Holds::Time,
        }
    }

    /// Whether it can lead nowhere.
    pub(super) fn can_be_missing(&self) -> bool {
        !matches!(self, Field::Topic | Field::Partition | Field::Offset)
    }
}

/// The root of a word: what stands before the first dot or bracket.
pub(super) fn root(word: &str) -> &str {
    word.get(..lex::segment_end(word, 0)).unwrap_or(word)
}

/// Reads the word that stands at `at` in the whole text.
pub(super) fn read(whole: &str, word: &str, at: usize) -> Result<Field, FilterError> {
    let root = root(word);
    let rest = at + root.len();
    let alone = |field: Field| {
        if root.len() == word.len() {
            Ok(field)
        } else {
            Err(
                FilterError::new(format!("{root} has nothing in it."), rest, at + word.len())
                    .replace(whole, rest, at + word.len(), ""),
            )
        }
    };
    match root {
        "key" => Ok(Field::Key(Path(steps(whole, word, at)?))),
        "value" => Ok(Field::Value(Path(steps(whole, word, at)?))),
        "header" | "headers" => header(whole, word, at),
        "topic" => alone(Field::Topic),
        "partition" => alone(Field::Partition),
        "offset" => alone(Field::Offset),
        "time" | "timestamp" => alone(Field::Time),
        "size" => alone(Field::Size),
        _ => Err(unknown(whole, word, at, root)),
    }
}

/// The name of a header is all that stands behind the dot, further dots too: headers have no parts.
fn header(whole: &str, word: &str, at: usize) -> Result<Field, FilterError> {
    let mut names = Vec::new();
    for step in steps(whole, word, at)? {
        match step {
            Step::Name(name) => names.push(name),
            _ => {
                return Err(FilterError::new(
                    "A header has a name only: header.traceparent, header.\"odd name\".",
                    at,
                    at + word.len(),
                ));
            }
        }
    }
    Ok(Field::Header((!names.is_empty()).then(|| names.join("."))))
}

fn unknown(whole: &str, word: &str, at: usize, root: &str) -> FilterError {
    let error = FilterError::new(
        format!(
            "There is no field {}. Fields are key, value, header, topic, partition, offset, time and size; a text to look for stands in quotes.",
            nearest::short(root)
        ),
        at,
        at + root.len(),
    );
    match nearest::nearest(root, &ROOTS) {
        Some(near) => error.replace(whole, at, at + root.len(), near),
        // A name without a root is most often one in the value.
        None if lex::segment_end(word, 0) > 0 => error.replace(whole, at, at, "value."),
        None => error.quoted(whole),
    }
}

fn steps(whole: &str, word: &str, at: usize) -> Result<Vec<Step>, FilterError> {
    let mut steps = Vec::new();
    let mut here = root(word).len();
    while here < word.len() {
        let rest = word.get(here..).unwrap_or_default();
        let (step, end) = if let Some(rest) = rest.strip_prefix('.') {
            let begin = here + 1;
            if rest.starts_with('*') {
                (Step::AnyName, begin + 1)
            } else if rest.starts_with('"') {
                let end = lex::quote_end(word, begin, '"').ok_or_else(|| {
                    FilterError::new("The quote is not closed.", at + begin, at + word.len())
                })?;
                (name(whole, word, at, begin, end)?, end)
            } else {
                let end = lex::segment_end(word, begin);
                let name = word.get(begin..end).unwrap_or_default();
                if name.is_empty() {
                    return Err(FilterError::new(
                        "A name is missing behind the dot. Odd names stand in quotes: value.\"odd name\".",
                        at + here,
                        at + begin,
                    ));
                }
                (Step::Name(name.to_owned()), end)
            }
        } else {
            let end = lex::bracket_end(word, here).ok_or_else(|| {
                FilterError::new(
                    "An element is written [0], all elements [*].",
                    at + here,
                    at + word.len(),
                )
            })?;
            let inside = word.get(here + 1..end - 1).unwrap_or_default();
            if inside == "*" {
                (Step::AnyIndex, end)
            } else if inside.starts_with('"') {
                (name(whole, word, at, here + 1, end - 1)?, end)
            } else {
                let index = inside.parse().ok().filter(|index| *index < u32::MAX);
                let index = index.ok_or_else(|| {
                    FilterError::new("No list is that long.", at + here, at + end)
                })?;
                (Step::Index(index), end)
            }
        };
        steps.push(step);
        here = end;
        if steps.len() > LONGEST_PATH {
            return Err(FilterError::new(
                format!("A path has at most {LONGEST_PATH} steps."),
                at,
                at + word.len(),
            ));
        }
    }
    Ok(steps)
}

fn name(whole: &str, word: &str, at: usize, from: usize, to: usize) -> Result<Step, FilterError> {
    let inside = word.get(from + 1..to.saturating_sub(1)).unwrap_or_default();
    super::literal::unquote(whole, inside, at + from + 1).map(Step::Name)
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Key(path) => write!(f, "key{path}"),
            Field::Value(path) => write!(f, "value{path}"),
            Field::Header(None) => f.write_str("header"),
            Field::Header(Some(name)) => write!(f, "header{}", Step::Name(name.clone())),
            Field::Topic => f.write_str("topic"),
            Field::Partition => f.write_str("partition"),
            Field::Offset => f.write_str("offset"),
            Field::Time => f.write_str("time"),
            Field::Size => f.write_str("size"),
        }
    }
}
