//! The text in pieces with their meaning, to colour it while it is typed. Never fails.

use super::{
    field,
    lex::{self, Kind},
    parse,
};
use serde::{Deserialize, Serialize};

/// A piece of a filter's text; between pieces there is space only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub from: usize,
    /// The byte behind its last.
    pub to: usize,
}

/// Kinds of [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenKind {
    /// A field.
    Field,
    /// `tombstone`, `aborted`, `control`.
    Flag,
    /// `=`, `~=`, `in`, `is`, `exists` …
    Operator,
    /// `and`, `or`, `not`.
    Keyword,
    /// A text in quotes, or a whole query that is free text.
    Text,
    /// A number, also with a unit.
    Number,
    /// `true`, `false`, `null`, `missing`.
    Word,
    /// A parenthesis or a comma.
    Punctuation,
    /// What belongs to nothing.
    Unknown,
}

/// Cuts a filter's text into pieces for colouring.
pub fn tokens(text: &str) -> Vec<Token> {
    let lexemes = lex::lex(text);
    if parse::is_free(text, &lexemes) {
        let trimmed = text.trim();
        let from = text.len() - text.trim_start().len();
        return (!trimmed.is_empty())
            .then_some(Token {
                kind: TokenKind::Text,
                from,
                to: from + trimmed.len(),
            })
            .into_iter()
            .collect();
    }
    lexemes
        .iter()
        .map(|lexeme| Token {
            kind: kind(lexeme.kind, lexeme.text(text)),
            from: lexeme.from,
            to: lexeme.to,
        })
        .collect()
}

pub(super) fn kind(kind: Kind, word: &str) -> TokenKind {
    match kind {
        Kind::Text { .. } => TokenKind::Text,
        Kind::Number | Kind::Size => TokenKind::Number,
        Kind::Open | Kind::Close | Kind::Comma => TokenKind::Punctuation,
        Kind::Operator if lex::OPERATORS.contains(&word) => TokenKind::Operator,
        Kind::Operator | Kind::Bad => TokenKind::Unknown,
        Kind::Word => match word.to_ascii_lowercase().as_str() {
            "and" | "or" | "not" => TokenKind::Keyword,
            "in" | "is" | "exists" => TokenKind::Operator,
            "true" | "false" | "null" | "missing" => TokenKind::Word,
            _ if parse::flag(word).is_some() => TokenKind::Flag,
            _ if field::read(word, word, 0).is_ok() => TokenKind::Field,
            _ if super::literal::unit(word).is_some() => TokenKind::Number,
            _ => TokenKind::Unknown,
        },
    }
}
