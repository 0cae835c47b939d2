//! From text to pieces: words, conditions with their parts, keywords, parentheses. Never fails; what is wrong is for `parse` to say.

use super::{ListField, field_of};

/// A piece with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme {
    /// Its first byte.
    pub(super) from: usize,
    /// The byte behind its last.
    pub(super) to: usize,
    pub(super) kind: Kind,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A minus sign before a word.
    Minus,
    /// A text to look for.
    Text {
        /// The quote that has no end.
        open: Option<usize>,
    },
    /// A condition; whether its field exists is not looked at.
    Condition {
        /// Behind the field.
        name_to: usize,
        sign_from: usize,
        sign_to: usize,
        /// Where its values begin; ends with the piece.
        operand_from: usize,
        /// The quote that has no end.
        open: Option<usize>,
    },
}

/// Every piece of a text; between them there is space only.
pub(super) fn lex<F: ListField>(text: &str) -> Vec<Lexeme> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    loop {
        at = skip_space(text, at);
        let Some(letter) = letter(text, at) else {
            return lexemes;
        };
        let one = |kind| Lexeme {
            from: at,
            to: at + 1,
            kind,
        };
        let lexeme = match letter {
            '(' => one(Kind::Open),
            ')' => one(Kind::Close),
            '-' if letter_is(text, at + 1, |next| !next.is_whitespace() && next != ')') => {
                one(Kind::Minus)
            }
            _ => condition::<F>(text, at).unwrap_or_else(|| word(text, at)),
        };
        at = lexeme.to;
        lexemes.push(lexeme);
    }
}

fn letter(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn letter_is(text: &str, at: usize, is: impl Fn(char) -> bool) -> bool {
    letter(text, at).is_some_and(is)
}

fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start().len())
}

fn run(text: &str, at: usize, is: impl Fn(char) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(|letter| !is(letter)).unwrap_or(rest.len())
}

/// A field, a sign and what stands behind it. `lag > 1000` and `topic: a` are one piece each where the field exists.
fn condition<F: ListField>(text: &str, from: usize) -> Option<Lexeme> {
    let name_to = name_end::<F>(text, from);
    let known = text.get(from..name_to).and_then(field_of::<F>).is_some();
    let sign_from = if known {
        skip_space(text, name_to)
    } else {
        name_to
    };
    let rest = text.get(sign_from..)?;
    if name_to == from || !(rest.starts_with([':', '>', '<', '=']) || rest.starts_with("!=")) {
        return None;
    }
    let sign_to = run(text, sign_from, |letter| ":><=!".contains(letter));
    let operand_from = skip_space(text, sign_to);
    let (to, open) = operand_end(text, operand_from);
    let (operand_from, to) = if to > operand_from {
        (operand_from, to)
    } else {
        (sign_to, sign_to)
    };
    Some(Lexeme {
        from,
        to,
        kind: Kind::Condition {
            name_to,
            sign_from,
            sign_to,
            operand_from,
            open,
        },
    })
}

/// Names of fields are letters; keys of settings have dots and dashes too.
fn name_end<F: ListField>(text: &str, from: usize) -> usize {
    let plain = run(text, from, |letter| letter.is_ascii_alphabetic());
    let long = run(text, from, |letter| {
        letter.is_ascii_alphanumeric() || "._-".contains(letter)
    });
    let is_setting = text
        .get(from..long)
        .is_some_and(|name| name.contains('.') && field_of::<F>(name).is_some());
    if is_setting { long } else { plain }
}

/// To the next space outside of quotes; a list goes on behind its comma.
fn operand_end(text: &str, from: usize) -> (usize, Option<usize>) {
    let mut to = from;
    loop {
        let (end, open) = word_end(text, to);
        let goes_on = open.is_none()
            && text
                .get(to..end)
                .is_some_and(|so_far| so_far.ends_with(','));
        let next = skip_space(text, end);
        if !goes_on || next >= text.len() || letter_is(text, next, |l| l == '(' || l == ')') {
            return (end, open);
        }
        to = next;
    }
}

/// To the next space or parenthesis outside of quotes, and the quote that has no end: then to the end of the text.
fn word_end(text: &str, from: usize) -> (usize, Option<usize>) {
    let mut open = None;
    for (index, letter) in text.get(from..).unwrap_or_default().char_indices() {
        let at = from + index;
        match letter {
            '"' => {
                open = match open {
                    None => Some(at),
                    Some(_) => None,
                };
            }
            '(' | ')' if open.is_none() => return (at, None),
            letter if letter.is_whitespace() && open.is_none() => return (at, None),
            _ => {}
        }
    }
    (text.len(), open)
}

fn word(text: &str, from: usize) -> Lexeme {
    let (to, open) = word_end(text, from);
    let written = text.get(from..to).unwrap_or_default();
    let kind = match written.to_ascii_lowercase().as_str() {
        "and" => Kind::And,
        "or" => Kind::Or,
        "not" => Kind::Not,
        _ => Kind::Text { open },
    };
    Lexeme { from, to, kind }
}
