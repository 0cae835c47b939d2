//! The language that records are searched with: `value.customer.city ^= "Z" and header.traceparent exists`.
//!
//! Its rules stand in `docs/FILTERS.md`, with examples that are tests. Reading it is pure and bounded; nothing in it computes,
//! loops or calls. The page colours and completes what is typed ([`tokens`], [`complete`]), the server compiles what was read
//! ([`Filter`]) in `penstock_kafka::matcher`.
//!
//! ```text
//! filter    = nothing | free text | either
//! either    = both { "or" both }
//! both      = one { "and" one }
//! one       = "not" one | "(" either ")" | text | flag | condition
//! condition = field operator literal | field [ "not" ] "in" "(" literal { "," literal } ")"
//!           | field "is" [ "not" ] ( "null" | "missing" ) | field "exists"
//! field     = ( "key" | "value" ) { "." name | "." text | ".*" | "[" number "]" | "[*]" }
//!           | "header" [ "." name ] | "topic" | "partition" | "offset" | "time" | "size"
//! operator  = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~=" | "^=" | "$=" | "*="
//! flag      = "tombstone" | "aborted" | "control"
//! ```

mod complete;
mod error;
mod explain;
mod field;
mod lex;
pub(crate) mod literal;
pub(crate) mod nearest;
mod parse;
mod print;
mod tokens;

#[cfg(test)]
mod tests;

pub use complete::{Completion, complete};
pub use error::FilterError;
pub use explain::explain;
pub use field::Field;
pub(crate) use lex::segment_end;
pub use literal::{Literal, Phrase};
pub use tokens::{Token, TokenKind, tokens};

use crate::json::Path;

/// Bytes of a filter's text, at most.
pub const LONGEST: usize = 4096;
/// Parentheses and `not` inside one another, at most.
pub const DEEPEST: usize = 32;
/// Conditions, texts, and values in lists of `in`, at most.
pub const MOST_TERMS: usize = 100;

/// A filter as it was read. Two are equal when they say the same in the same order, however they were typed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    expression: Option<Expression>,
    /// Where the patterns of `~=` stand in the text, in their order: the compiler of patterns points there.
    patterns: Vec<(usize, usize)>,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// All of these; two at least.
    And(Vec<Expression>),
    /// One of these; two at least.
    Or(Vec<Expression>),
    /// Not this. `!=`, `not in`, `is not null` and `exists` are read as the negation of their opposite.
    Not(Box<Expression>),
    /// A condition.
    Term(Term),
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// The text occurs in the key, the value, or a header's name or value.
    Anywhere(Phrase),
    /// A place that the field leads to compares so with the literal.
    Compare {
        /// The field.
        field: Field,
        /// How.
        operator: Operator,
        /// With what.
        literal: Literal,
    },
    /// A place that the field leads to equals one of the literals.
    In {
        /// The field.
        field: Field,
        /// The literals; one at least.
        literals: Vec<Literal>,
    },
    /// The field leads nowhere, or to a null.
    Null(Field),
    /// The field leads nowhere.
    Missing(Field),
    /// The record is such a one.
    Flag(Flag),
}

/// How a place is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `~=`: the pattern matches somewhere in it.
    Matches,
    /// `^=`
    Begins,
    /// `$=`
    Ends,
    /// `*=`
    Contains,
}

impl Operator {
    /// As it is typed.
    pub const fn symbol(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Matches => "~=",
            Operator::Begins => "^=",
            Operator::Ends => "$=",
            Operator::Contains => "*=",
        }
    }

    /// Whether it asks which is greater.
    pub const fn is_ordering(self) -> bool {
        matches!(
            self,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
        )
    }

    /// Whether it looks into a text.
    pub const fn is_textual(self) -> bool {
        matches!(
            self,
            Operator::Matches | Operator::Begins | Operator::Ends | Operator::Contains
        )
    }

    /// Whether an ordering satisfies it; textual operators are satisfied by none.
    pub const fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            _ => false,
        }
    }
}

/// A property that a record has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Its value is null.
    Tombstone,
    /// Its transaction was aborted.
    Aborted,
    /// It is a marker of the brokers.
    Control,
}

impl Flag {
    /// All of them.
    pub const ALL: [Flag; 3] = [Flag::Tombstone, Flag::Aborted, Flag::Control];

    /// As it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Flag::Tombstone => "tombstone",
            Flag::Aborted => "aborted",
            Flag::Control => "control",
        }
    }
}

/// What a filter mentions, to point at it in a record that it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Paths in the key; the root where the key as a whole is meant.
    pub key: Vec<Path>,
    /// Paths in the value; the root where the value as a whole is meant.
    pub value: Vec<Path>,
    /// Names of headers.
    pub headers: Vec<String>,
    /// Texts that are looked for anywhere.
    pub texts: Vec<Phrase>,
}

impl Filter {
    /// Reads a filter's text. Nothing but space is the filter that lets everything through.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::filter(text)
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.expression.is_none()
    }

    /// What must hold; `None` lets everything through.
    pub fn expression(&self) -> Option<&Expression> {
        self.expression.as_ref()
    }

    /// Where the n-th pattern of `~=` stands in the text that was read, with its quotes.
    pub fn pattern_at(&self, index: usize) -> Option<(usize, usize)> {
        self.patterns.get(index).copied()
    }

    /// What it mentions, each once, in the order of the text.
    pub fn paths(&self) -> Mentions {
        let mut mentions = Mentions::default();
        if let Some(expression) = &self.expression {
            expression.visit(&mut |term| mentions.take(term));
        }
        mentions
    }
}

impl From<Expression> for Filter {
    fn from(expression: Expression) -> Self {
        Self {
            expression: Some(expression),
            patterns: Vec::new(),
        }
    }
}

impl Expression {
    /// Visits every term in the order of the text.
    pub fn visit(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Expression::And(all) | Expression::Or(all) => {
                all.iter().for_each(|one| one.visit(visit));
            }
            Expression::Not(one) => one.visit(visit),
            Expression::Term(term) => visit(term),
        }
    }
}

impl Mentions {
    fn take(&mut self, term: &Term) {
        match term {
            Term::Anywhere(phrase) => once(&mut self.texts, phrase),
            Term::Flag(_) => {}
            Term::Compare { field, .. }
            | Term::In { field, .. }
            | Term::Null(field)
            | Term::Missing(field) => match field {
                Field::Key(path) => once(&mut self.key, path),
                Field::Value(path) => once(&mut self.value, path),
                Field::Header(Some(name)) => once(&mut self.headers, name),
                _ => {}
            },
        }
    }
}

fn once<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T) {
    if !list.contains(item) {
        list.push(item.clone());
    }
}
