//! The text in pieces with their meaning, to colour it while it is typed.

use super::{
    Holds, ListField, field_of,
    lex::{self, Kind, Lexeme},
};
use crate::filter::{Token, TokenKind};

pub(super) fn tokens<F: ListField>(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut add = |kind, from, to| {
        if to > from {
            tokens.push(Token { kind, from, to });
        }
    };
    for Lexeme { from, to, kind } in lex::lex::<F>(text) {
        match kind {
            Kind::Open | Kind::Close => add(TokenKind::Punctuation, from, to),
            Kind::And | Kind::Or | Kind::Not | Kind::Minus => add(TokenKind::Keyword, from, to),
            Kind::Text { .. } => add(TokenKind::Text, from, to),
            Kind::Condition {
                name_to,
                sign_from,
                sign_to,
                operand_from,
                ..
            } => {
                let field = text.get(from..name_to).and_then(field_of::<F>);
                let (name, value) = match field.map(ListField::holds) {
                    None => (TokenKind::Unknown, TokenKind::Text),
                    Some(Holds::Text | Holds::Settings { .. }) => {
                        (TokenKind::Field, TokenKind::Text)
                    }
                    Some(Holds::Choice { .. }) => (TokenKind::Field, TokenKind::Word),
                    Some(Holds::Count { .. } | Holds::Bytes | Holds::Duration) => {
                        (TokenKind::Field, TokenKind::Number)
                    }
                };
                add(name, from, name_to);
                add(TokenKind::Operator, sign_from, sign_to);
                add(value, operand_from, to);
            }
        }
    }
    tokens
}
