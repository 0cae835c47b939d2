//! What may come next, while a filter is typed.

use super::{
    Field, Flag,
    field::{self, Holds},
    lex::{self, Kind, Lexeme},
    parse,
};
use crate::read::FieldSample;
use serde::{Deserialize, Serialize};

/// Proposals at once, at most.
const MOST: usize = 24;

/// A proposal: `insert` takes the place of `from..to` (bytes of the text).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// What is put in.
    pub insert: String,
    /// First byte that it replaces.
    pub from: usize,
    /// The byte behind the last that it replaces.
    pub to: usize,
    /// What is shown.
    pub label: String,
    /// What it is, in a few words; may be empty.
    pub detail: String,
}

/// What is expected at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expected {
    /// A field, a flag, `not`.
    Term,
    /// An operator behind this field.
    Operator(Field),
    /// A value behind this field and operator.
    Value(Field, String),
    /// `null`, `missing`, `not`.
    Nothing(Field),
    /// `and`, `or`.
    Join,
    /// Nothing that could be proposed.
    None,
}

/// Proposals for the place `cursor` (a byte of the text), best first. `samples` are fields that the topics are known to have.
pub fn complete(text: &str, cursor: usize, samples: &[FieldSample]) -> Vec<Completion> {
    let cursor = floor(text, cursor.min(text.len()));
    let lexemes = lex::lex(text.get(..cursor).unwrap_or_default());
    // What is being typed: the piece that ends at the cursor. Whatever of it stands behind the cursor goes with it.
    let typed = lexemes
        .last()
        .copied()
        .filter(|last| last.to == cursor && is_unfinished(last.kind));
    let before = match typed {
        Some(_) => lexemes.get(..lexemes.len() - 1).unwrap_or_default(),
        None => &lexemes,
    };
    let from = typed.map_or(cursor, |typed| typed.from);
    let word = text.get(from..cursor).unwrap_or_default();
    let to = match typed.map(|typed| typed.kind) {
        Some(Kind::Text { .. }) => lex::lex(text)
            .into_iter()
            .find(|lexeme| lexeme.from == from)
            .filter(|lexeme| matches!(lexeme.kind, Kind::Text { closed: true, .. }))
            .map_or(cursor, |lexeme| lexeme.to),
        Some(Kind::Word) => lex::segment_end(text, cursor),
        _ => cursor,
    };
    let expected = expected(text, before);
    let mut proposals = match &expected {
        Expected::Term => terms(word, samples),
        Expected::Operator(field) => operators(field),
        Expected::Value(field, operator) => values(field, operator, samples),
        Expected::Nothing(_) => [
            ("null ", "null or missing"),
            ("missing ", "not there at all"),
            ("not null ", ""),
        ]
        .map(|(insert, detail)| (insert.to_owned(), detail.to_owned()))
        .to_vec(),
        Expected::Join => [("and ", "both"), ("or ", "either")]
            .map(|(insert, detail)| (insert.to_owned(), detail.to_owned()))
            .to_vec(),
        Expected::None => Vec::new(),
    };
    if expected != Expected::Term {
        let word = word.to_lowercase();
        let bare = word.trim_start_matches(['"', '\'']);
        proposals.retain(|(insert, _)| {
            let insert = insert.to_lowercase();
            insert.starts_with(&word) || insert.trim_start_matches('"').starts_with(bare)
        });
        // What is whole already needs no proposal.
        if proposals.iter().any(|(insert, _)| insert.trim() == word) && proposals.len() == 1 {
            proposals.clear();
        }
    }
    proposals
        .into_iter()
        .take(MOST)
        .map(|(insert, detail)| Completion {
            label: insert.trim_end().to_owned(),
            insert,
            from,
            to,
            detail,
        })
        .collect()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn is_unfinished(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Word
            | Kind::Operator
            | Kind::Number
            | Kind::Size
            | Kind::Text { closed: false, .. }
            | Kind::Bad
    )
}

/// Goes through what stands before and finds what must follow.
fn expected(text: &str, before: &[Lexeme]) -> Expected {
    let mut expected = Expected::Term;
    let mut in_list: Option<Field> = None;
    for lexeme in before {
        let word = lexeme.text(text);
        let is = |keyword: &str| parse::is_word(text, *lexeme, keyword);
        if let Some(field) = &in_list {
            match lexeme.kind {
                Kind::Close => {
                    in_list = None;
                    expected = Expected::Join;
                }
                Kind::Open | Kind::Comma => {
                    expected = Expected::Value(field.clone(), "in".to_owned());
                }
                _ => expected = Expected::None,
            }
            continue;
        }
        expected = match (expected, lexeme.kind) {
            (Expected::Term, Kind::Open) => Expected::Term,
            (Expected::Term, Kind::Text { closed: true, .. }) => Expected::Join,
            (Expected::Term, Kind::Word) if is("not") => Expected::Term,
            (Expected::Term, Kind::Word) if parse::flag(word).is_some() => Expected::Join,
            (Expected::Term, Kind::Word) => match field::read(word, word, 0) {
                Ok(field) => Expected::Operator(field),
                Err(_) => Expected::None,
            },
            (Expected::Operator(field), Kind::Operator) => Expected::Value(field, word.to_owned()),
            (Expected::Operator(field), Kind::Word) if is("in") => {
                in_list = Some(field);
                Expected::None
            }
            (Expected::Operator(field), Kind::Word) if is("not") => Expected::Operator(field),
            (Expected::Operator(field), Kind::Word) if is("is") => Expected::Nothing(field),
            (Expected::Operator(_), Kind::Word) if is("exists") => Expected::Join,
            (Expected::Nothing(field), Kind::Word) if is("not") => Expected::Nothing(field),
            (Expected::Nothing(_), Kind::Word) if is("null") || is("missing") => Expected::Join,
            (
                Expected::Value(..),
                Kind::Text { closed: true, .. } | Kind::Number | Kind::Size | Kind::Word,
            ) => Expected::Join,
            (Expected::Join, Kind::Close) => Expected::Join,
            (Expected::Join, Kind::Word) if is("and") || is("or") => Expected::Term,
            _ => Expected::None,
        };
    }
    expected
}

/// Fields that begin with what was typed, then those that have it further in: `city` finds `value.customer.city`.
fn terms(word: &str, samples: &[FieldSample]) -> Vec<(String, String)> {
    let fixed = [
        ("key", "the key"),
        ("value", "the value"),
        ("header", "any header"),
        ("partition", "a number"),
        ("offset", "a number"),
        ("time", "\"2026-11-23T08:00Z\", \"15m ago\""),
        ("size", "bytes of the value"),
        ("topic", "the topic’s name"),
    ];
    let flags = Flag::ALL.map(|flag| {
        let what = match flag {
            Flag::Tombstone => "the value is null",
            Flag::Aborted => "of an aborted transaction",
            Flag::Control => "a marker of the brokers",
        };
        (flag.name(), what)
    });
    let lower = word.to_lowercase();
    let known = samples
        .iter()
        .map(|sample| (sample.path.as_str(), sample.kind.as_str()));
    let mut ranked: Vec<(usize, usize, &str, &str)> = known
        .chain(fixed)
        .chain(flags)
        .chain([("not", "the opposite")])
        .enumerate()
        .filter_map(|(index, (path, detail))| {
            let path_lower = path.to_lowercase();
            let rank = if path_lower.starts_with(&lower) {
                0
            } else if !lower.is_empty() && path_lower.contains(&format!(".{lower}")) {
                1
            } else if lower.len() > 1 && path_lower.contains(&lower) {
                2
            } else {
                return None;
            };
            (path != word).then_some((rank, index, path, detail))
        })
        .collect();
    ranked.sort_by_key(|(rank, index, ..)| (*rank, *index));
    ranked
        .into_iter()
        .map(|(_, _, path, detail)| (format!("{path} "), detail.to_owned()))
        .collect()
}

fn operators(field: &Field) -> Vec<(String, String)> {
    let equal = [("=", "equal"), ("!=", "not equal")];
    let texts = [
        ("^=", "begins with"),
        ("*=", "contains"),
        ("$=", "ends with"),
        ("~=", "matches a pattern"),
    ];
    let orders = [
        ("<", "less"),
        ("<=", "at most"),
        (">", "greater"),
        (">=", "at least"),
    ];
    let lists = [("in (", "one of"), ("not in (", "none of")];
    let nothing = [
        ("is null", "null or missing"),
        ("is not null", "there, and not null"),
        ("exists", "there, perhaps null"),
        ("is missing", "not there at all"),
    ];
    let mut all: Vec<(&str, &str)> = match field.holds() {
        Holds::Anything => equal
            .into_iter()
            .chain(texts)
            .chain(orders)
            .chain(lists)
            .collect(),
        Holds::Text => equal.into_iter().chain(texts).chain(lists).collect(),
        Holds::Number => equal.into_iter().chain(orders).chain(lists).collect(),
        Holds::Time => orders.into_iter().chain(equal).collect(),
    };
    if field.can_be_missing() && field.holds() == Holds::Anything {
        all.extend(nothing);
    }
    all.into_iter()
        .map(|(insert, detail)| {
            let space = if insert.ends_with('(') { "" } else { " " };
            (format!("{insert}{space}"), detail.to_owned())
        })
        .collect()
}

fn values(field: &Field, operator: &str, samples: &[FieldSample]) -> Vec<(String, String)> {
    let list = operator == "in";
    let end = if list { "" } else { " " };
    let with = |text: &str, detail: &str| (format!("{text}{end}"), detail.to_owned());
    if field.holds() == Holds::Time {
        return ["\"15m ago\"", "\"1h ago\"", "\"24h ago\"", "\"7d ago\""]
            .map(|text| with(text, ""))
            .to_vec();
    }
    let textual = matches!(operator, "^=" | "$=" | "*=" | "~=");
    let Some(sample) = samples
        .iter()
        .find(|sample| Field::parse(&sample.path).as_ref() == Ok(field))
    else {
        return Vec::new();
    };
    let seen = sample
        .values
        .iter()
        .filter(|value| !textual || value.starts_with('"'))
        .map(|value| with(value, "seen"));
    let fixed: &[&str] = match sample.kind.as_str() {
        "boolean" if !textual => &["true", "false"],
        _ => &[],
    };
    let fixed = fixed
        .iter()
        .filter(|word| !sample.values.iter().any(|value| value == *word))
        .map(|word| with(word, ""));
    seen.chain(fixed).collect()
}
