//! The language of filters over lists: `task-* partitions>12 state:drifted or config.cleanup.policy=compact`.
//!
//! One language for every list; a list brings its fields ([`ListField`]) and answers for its rows ([`Row`]). Words stand side by
//! side and all must hold; `or`, `not`, a minus sign and parentheses join them otherwise. A word is a text that the row's name
//! contains, or a condition; several values of one condition stand behind commas, and any of them will do. `*` and `?` are
//! wildcards, quotes keep everything together and make it literal. Letter case never matters. What is not known passes no
//! condition, nor the opposite of one. Pure: the server filters its rows with it, the page shows where it is wrong before anybody
//! is asked. The language of filters over records, which has types and places, is `crate::filter`. `docs/FILTERS.md` describes
//! both.
//!
//! ```text
//! any        = all { "or" all }
//! all        = one { [ "and" ] one }
//! one        = ( "not" | "-" ) one | "(" any ")" | text | condition
//! condition  = field ( ":" | "=" | "!=" ) text { "," text } | field comparison figure
//! comparison = ">" | ">=" | "<" | "<=" | "=" | "!="
//! ```

mod check;
mod complete;
mod lex;
mod parse;
mod tokens;
mod value;

pub use check::{Check, Comparison, Pattern};

use crate::filter::{Completion, FilterError, Token};
use std::fmt;

/// Longest text of a filter, in bytes.
pub const LONGEST: usize = 2_000;
/// Parentheses and negations within one another, at most.
const DEEPEST: usize = 32;
/// Conditions of a filter, at most.
const MOST: usize = 100;

/// The fields of one list.
pub trait ListField: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// Every field, in the order in which they are proposed.
    const ALL: &'static [Self];
    /// The field that a text without a field means: the row's name.
    const NAME: Self;

    /// How it is written.
    fn name(self) -> &'static str;
    /// What its values are.
    fn holds(self) -> Holds;
    /// What it is, in a few words.
    fn says(self) -> &'static str;
    /// A condition on it, for messages.
    fn example(self) -> &'static str;
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Texts.
    Text,
    /// One of a few words.
    Choice {
        /// What such a word is: “state of a topic”.
        what: &'static str,
        /// The words.
        names: fn() -> Vec<&'static str>,
    },
    /// Numbers.
    Count {
        /// What such a number is: “number of records”.
        what: &'static str,
    },
    /// Bytes.
    Bytes,
    /// Durations, in seconds.
    Duration,
    /// Settings by their key: `config.cleanup.policy=compact`.
    Settings {
        /// Keys that are known.
        known: &'static [&'static str],
    },
}

/// A row as the filter asks it.
pub trait Row<F> {
    /// Whether its value of a field passes; `None` where that is not known.
    fn answer(&self, field: F, check: &Check) -> Option<bool>;
}

/// A filter as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ListFilter<F> {
    expression: Expression<F>,
}

/// Conditions and how they are joined.
#[derive(Clone, Debug, PartialEq)]
enum Expression<F> {
    All(Vec<Expression<F>>),
    Any(Vec<Expression<F>>),
    Not(Box<Expression<F>>),
    Condition(F, Check),
}

impl<F> Default for ListFilter<F> {
    fn default() -> Self {
        Self {
            expression: Expression::All(Vec::new()),
        }
    }
}

impl<F: ListField> ListFilter<F> {
    /// Reads a filter.
    ///
    /// # Errors
    /// The text can't be read; the error points at the mistake.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            expression: parse::expression(text)?,
        })
    }

    /// Whether it passes everything.
    pub fn is_empty(&self) -> bool {
        matches!(&self.expression, Expression::All(parts) if parts.is_empty())
    }

    /// Whether a row passes; `None` where what is known of it does not decide.
    pub fn decide(&self, row: &impl Row<F>) -> Option<bool> {
        self.expression.decide(row)
    }

    /// Whether a row passes for certain.
    pub fn matches(&self, row: &impl Row<F>) -> bool {
        self.decide(row) == Some(true)
    }

    /// Whether it has a condition on a field.
    pub fn asks(&self, field: F) -> bool {
        self.expression.asks(field)
    }
}

impl<F: ListField> Expression<F> {
    /// Kleene's three values: what is not known stays so, unless the rest decides.
    fn decide(&self, row: &impl Row<F>) -> Option<bool> {
        match self {
            Expression::All(parts) => every(parts.iter().map(|part| part.decide(row))),
            Expression::Any(parts) => every(
                parts
                    .iter()
                    .map(|part| part.decide(row).map(|holds| !holds)),
            )
            .map(|none| !none),
            Expression::Not(part) => part.decide(row).map(|holds| !holds),
            Expression::Condition(field, check) => row.answer(*field, check),
        }
    }

    fn asks(&self, wanted: F) -> bool {
        match self {
            Expression::All(parts) | Expression::Any(parts) => {
                parts.iter().any(|part| part.asks(wanted))
            }
            Expression::Not(part) => part.asks(wanted),
            Expression::Condition(field, _) => *field == wanted,
        }
    }
}

fn every(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

/// The filter that looks for a text in names and nothing else, whatever the text is.
pub fn literal(text: &str) -> String {
    let text = text.replace('"', "");
    let text = text.trim();
    if text.is_empty() {
        String::new()
    } else {
        format!("\"{text}\"")
    }
}

/// What may come next at `cursor` (a byte of the text), best first.
pub fn complete<F: ListField>(text: &str, cursor: usize) -> Vec<Completion> {
    complete::complete::<F>(text, cursor)
}

/// The text in pieces with their meaning, to colour it while it is typed.
pub fn tokens<F: ListField>(text: &str) -> Vec<Token> {
    tokens::tokens::<F>(text)
}

/// The field of this name; of settings, the name is what stands before the first dot.
fn field_of<F: ListField>(name: &str) -> Option<F> {
    F::ALL.iter().copied().find(|field| match field.holds() {
        Holds::Settings { .. } => key_of(*field, name).is_some(),
        _ => field.name().eq_ignore_ascii_case(name),
    })
}

/// The key of a setting in `config.cleanup.policy`.
fn key_of<F: ListField>(field: F, name: &str) -> Option<&str> {
    let (before, key) = name.split_once('.')?;
    before.eq_ignore_ascii_case(field.name()).then_some(key)
}
