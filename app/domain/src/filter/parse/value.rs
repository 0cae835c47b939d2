//! The value of a condition: read, and checked against what its field holds and its operator wants.

use super::Parser;
use crate::filter::{
    Field, FilterError, Literal, Operator, Phrase,
    field::Holds,
    lex::{Kind, Lexeme},
    literal,
};

impl Parser<'_> {
    /// What stands between the quotes of a text or a pattern.
    pub(super) fn phrase(&self, lexeme: Lexeme) -> Result<Phrase, FilterError> {
        let (ignore_case, inside, at) = self.inside(lexeme)?;
        Ok(Phrase {
            text: literal::unquote(self.text, inside, at)?,
            ignore_case,
        })
    }

    fn inside(&self, lexeme: Lexeme) -> Result<(bool, &str, usize), FilterError> {
        let Kind::Text {
            ignore_case,
            closed,
        } = lexeme.kind
        else {
            return Err(self.error("A text in quotes is expected."));
        };
        let begin = lexeme.from + usize::from(ignore_case);
        if !closed {
            let quote = self.text.get(begin..=begin).unwrap_or("\"");
            let error = FilterError::new("This quote is not closed.", lexeme.from, begin + 1);
            return Err(error.replace(self.text, self.text.len(), self.text.len(), quote));
        }
        let inside = self.text.get(begin + 1..lexeme.to - 1).unwrap_or_default();
        Ok((ignore_case, inside, begin + 1))
    }

    /// The literal that `next` is, checked against what the field holds and what the operator wants.
    pub(super) fn literal(
        &mut self,
        field: &Field,
        operator: Option<Operator>,
        next: Lexeme,
    ) -> Result<Literal, FilterError> {
        let word = next.text(self.text);
        let fail = |message: String| FilterError::new(message, next.from, next.to);
        let textual = operator.is_some_and(Operator::is_textual);
        let ordering = operator.is_some_and(Operator::is_ordering);
        if textual && !matches!(field.holds(), Holds::Anything | Holds::Text) {
            return Err(fail(format!(
                "{field} is a number or a time and is compared with =, !=, <, <=, >, >= or in."
            )));
        }
        match next.kind {
            Kind::Text { ignore_case, .. } => {
                if operator == Some(Operator::Matches) {
                    let (ignore_case, inside, _) = self.inside(next)?;
                    let text = literal::unquote_pattern(inside);
                    self.patterns.push((next.from, next.to));
                    return Ok(Literal::Text(Phrase { text, ignore_case }));
                }
                let phrase = self.phrase(next)?;
                match field.holds() {
                    Holds::Number => {
                        let error = fail(format!("{field} is compared with a number."));
                        return Err(if crate::json::is_number(phrase.text.trim()) {
                            error.replace(self.text, next.from, next.to, phrase.text.trim())
                        } else {
                            error
                        });
                    }
                    Holds::Time => {
                        return literal::moment(&phrase.text, false)
                            .map(Literal::Moment)
                            .map_err(fail);
                    }
                    Holds::Anything | Holds::Text => {}
                }
                if ignore_case && ordering {
                    return Err(fail(
                        "Without letter case, texts can be equal but not greater or smaller."
                            .to_owned(),
                    )
                    .replace(self.text, next.from, next.from + 1, ""));
                }
                Ok(Literal::Text(phrase))
            }
            _ if textual => Err(fail(format!(
                "Behind {} a text in quotes is expected.",
                operator.map_or("", Operator::symbol)
            ))
            .replace(self.text, next.from, next.to, &literal::quoted(word))),
            Kind::Number => match field.holds() {
                Holds::Text => Err(fail(format!("{field} is compared with a text in quotes."))
                    .replace(self.text, next.from, next.to, &literal::quoted(word))),
                Holds::Time => literal::moment(word, true)
                    .map(Literal::Moment)
                    .map_err(|message| self.unquoted_time(next).unwrap_or_else(|| fail(message))),
                Holds::Anything | Holds::Number => self.number(field, next, word),
            },
            Kind::Size if *field == Field::Size => Ok(Literal::Number(self.size(next)?)),
            Kind::Word if word.eq_ignore_ascii_case("null") => Ok(Literal::Null),
            Kind::Word
                if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") =>
            {
                if field.holds() != Holds::Anything {
                    return Err(fail(format!("{field} is never true or false.")));
                }
                if ordering {
                    return Err(fail("True and false are compared with = or !=.".to_owned()));
                }
                Ok(Literal::Bool(word.eq_ignore_ascii_case("true")))
            }
            Kind::Word | Kind::Size => {
                if *field == Field::Time
                    && let Some(error) = self.unquoted_time(next)
                {
                    return Err(error);
                }
                Err(fail(format!(
                    "{} is no value: texts stand in quotes, numbers, true, false and null do not.",
                    self.word_of(next)
                ))
                .replace(self.text, next.from, next.to, &literal::quoted(word)))
            }
            _ => Err(fail(format!(
                "A value is expected here, not {}.",
                self.word_of(next)
            ))),
        }
    }

    /// `size > 10 KiB`: the unit may stand apart.
    fn number(&mut self, field: &Field, next: Lexeme, word: &str) -> Result<Literal, FilterError> {
        let unit = self
            .lexemes
            .get(self.at + 1)
            .filter(|unit| unit.kind == Kind::Word && *field == Field::Size)
            .and_then(|unit| Some((*unit, literal::unit(unit.text(self.text))?)));
        let Some((lexeme, unit)) = unit else {
            return Ok(Literal::Number(word.to_owned()));
        };
        let bytes = literal::bytes(word, unit)
            .ok_or_else(|| FilterError::new("No value has that size.", next.from, lexeme.to))?;
        self.at += 1;
        Ok(Literal::Number(bytes))
    }

    fn size(&self, next: Lexeme) -> Result<String, FilterError> {
        let word = next.text(self.text);
        let split = word.find(|char: char| char.is_ascii_alphabetic());
        split
            .and_then(|at| word.split_at_checked(at))
            .and_then(|(number, unit)| literal::bytes(number, literal::unit(unit)?))
            .ok_or_else(|| FilterError::new("No value has that size.", next.from, next.to))
    }

    /// A time without its quotes (`15m ago`, `2026-11-23 08:00`): the error that proposes them.
    fn unquoted_time(&self, next: Lexeme) -> Option<FilterError> {
        let from = self.at;
        (1..=3).rev().find_map(|count| {
            let last = self.lexemes.get(from + count - 1)?;
            let text = self.text.get(next.from..last.to)?;
            literal::moment(text, false).ok()?;
            let error = FilterError::new("A time stands in quotes.", next.from, last.to);
            Some(error.replace(self.text, next.from, last.to, &literal::quoted(text)))
        })
    }
}
