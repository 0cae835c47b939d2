//! From pieces to conditions and how they are joined.

use super::{
    Check, DEEPEST, Expression, Holds, LONGEST, ListField, MOST, Pattern, field_of, key_of,
    lex::{self, Kind, Lexeme},
    value::{self, Part},
};
use crate::filter::{
    FilterError,
    nearest::{nearest, short},
};

/// All of a filter.
pub(super) fn expression<F: ListField>(text: &str) -> Result<Expression<F>, FilterError> {
    read(text, true)
}

/// `correcting`: whether corrections are looked for; a correction is not corrected in turn.
fn read<F: ListField>(text: &str, correcting: bool) -> Result<Expression<F>, FilterError> {
    let whole = Part {
        whole: text,
        from: 0,
        to: text.len(),
    };
    if text.len() > LONGEST {
        return Err(whole.wrong(format!("A filter has at most {LONGEST} bytes.")));
    }
    let lexemes = lex::lex::<F>(text);
    let mut parser = Parser {
        text,
        lexemes: &lexemes,
        at: 0,
        conditions: 0,
        correcting,
    };
    if lexemes.is_empty() {
        return Ok(Expression::All(Vec::new()));
    }
    let expression = parser.any(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(close) => {
            let part = parser.part(close);
            let mut error = part.wrong("This parenthesis was never opened.");
            error.hint = part.replaced("").filter(|hint| parser.helps::<F>(hint));
            Err(error)
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    lexemes: &'t [Lexeme],
    at: usize,
    conditions: usize,
    correcting: bool,
}

impl<'t> Parser<'t> {
    /// Whether a correction is one.
    fn helps<F: ListField>(&self, text: &str) -> bool {
        self.correcting && read::<F>(text, false).is_ok()
    }

    fn peek(&self) -> Option<Lexeme> {
        self.lexemes.get(self.at).copied()
    }

    fn part(&self, lexeme: Lexeme) -> Part<'t> {
        self.between(lexeme.from, lexeme.to)
    }

    fn between(&self, from: usize, to: usize) -> Part<'t> {
        Part {
            whole: self.text,
            from,
            to,
        }
    }

    fn any<F: ListField>(&mut self, depth: usize) -> Result<Expression<F>, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while let Some(or) = self.peek().filter(|next| next.kind == Kind::Or) {
            self.at += 1;
            self.must_follow(or)?;
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Expression::Any))
    }

    fn all<F: ListField>(&mut self, depth: usize) -> Result<Expression<F>, FilterError> {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None => break,
                Some(next) if matches!(next.kind, Kind::Close | Kind::Or) => {
                    if parts.is_empty() {
                        return Err(self.lacks_left(next));
                    }
                    break;
                }
                Some(and) if and.kind == Kind::And => {
                    if parts.is_empty() {
                        return Err(self.lacks_left(and));
                    }
                    self.at += 1;
                    self.must_follow(and)?;
                }
                Some(_) => {}
            }
            parts.extend(self.one(depth)?);
        }
        Ok(joined(parts, Expression::All))
    }

    /// `None`: quotes with nothing in them.
    fn one<F: ListField>(&mut self, depth: usize) -> Result<Option<Expression<F>>, FilterError> {
        let Some(next) = self.peek() else {
            return Ok(None);
        };
        if depth > DEEPEST {
            return Err(self
                .part(next)
                .wrong(format!("A filter is at most {DEEPEST} deep.")));
        }
        self.at += 1;
        Ok(match next.kind {
            Kind::Not | Kind::Minus => {
                self.must_follow(next)?;
                self.one(depth + 1)?
                    .map(|expression| Expression::Not(Box::new(expression)))
            }
            Kind::Open => Some(self.group(next, depth)?),
            Kind::And | Kind::Or | Kind::Close => return Err(self.lacks_left(next)),
            Kind::Text { open } => {
                self.closed(open)?;
                self.count(next)?;
                let pattern = Pattern::new(self.part(next).text());
                (!pattern.is_empty()).then(|| {
                    let check = Check::Text {
                        whole: false,
                        patterns: vec![pattern],
                    };
                    Expression::Condition(F::NAME, check)
                })
            }
            Kind::Condition {
                name_to,
                sign_from,
                sign_to,
                operand_from,
                open,
            } => {
                self.closed(open)?;
                self.count(next)?;
                Some(condition(Written {
                    all: self.part(next),
                    name: self.between(next.from, name_to),
                    sign: self.between(sign_from, sign_to),
                    operand: self.between(operand_from, next.to).trimmed(),
                })?)
            }
        })
    }

    fn group<F: ListField>(
        &mut self,
        open: Lexeme,
        depth: usize,
    ) -> Result<Expression<F>, FilterError> {
        let inner = match self.peek() {
            Some(close) if close.kind == Kind::Close => {
                return Err(self
                    .between(open.from, close.to)
                    .wrong("Nothing stands between these parentheses."));
            }
            None => Err(self.unclosed::<F>(open)),
            Some(_) => self.any(depth + 1),
        }?;
        match self.peek() {
            Some(close) if close.kind == Kind::Close => {
                self.at += 1;
                Ok(inner)
            }
            _ => Err(self.unclosed::<F>(open)),
        }
    }

    fn unclosed<F: ListField>(&self, open: Lexeme) -> FilterError {
        let mut error = self.part(open).wrong("This parenthesis has no end.");
        error.hint =
            Some(format!("{})", self.text.trim_end())).filter(|hint| self.helps::<F>(hint));
        error
    }

    /// A quote without an end.
    fn closed(&self, open: Option<usize>) -> Result<(), FilterError> {
        let Some(open) = open else { return Ok(()) };
        let mut error = self
            .between(open, self.text.len())
            .trimmed()
            .wrong("The quote has no end.");
        error.hint = Some(format!("{}\"", self.text.trim_end()));
        Err(error)
    }

    fn count(&mut self, lexeme: Lexeme) -> Result<(), FilterError> {
        self.conditions += 1;
        if self.conditions > MOST {
            return Err(self
                .part(lexeme)
                .wrong(format!("A filter has at most {MOST} conditions.")));
        }
        Ok(())
    }

    /// `and`, `or` and `not` have something behind them.
    fn must_follow(&self, keyword: Lexeme) -> Result<(), FilterError> {
        let lacks = self
            .peek()
            .is_none_or(|next| matches!(next.kind, Kind::Close | Kind::Or | Kind::And));
        if lacks {
            let part = self.part(keyword);
            return Err(part.wrong(format!(
                "{} lacks what stands behind it. In quotes it is looked for in names.",
                short(part.text())
            )));
        }
        Ok(())
    }

    fn lacks_left(&self, lexeme: Lexeme) -> FilterError {
        let part = self.part(lexeme);
        if lexeme.kind == Kind::Close {
            return part.wrong("Something is missing before this parenthesis.");
        }
        part.wrong(format!(
            "{} lacks what stands before it. In quotes it is looked for in names.",
            short(part.text())
        ))
    }
}

fn joined<F>(
    mut parts: Vec<Expression<F>>,
    join: fn(Vec<Expression<F>>) -> Expression<F>,
) -> Expression<F> {
    match parts.pop() {
        Some(one) if parts.is_empty() => one,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => Expression::All(parts),
    }
}

/// A condition's parts.
struct Written<'t> {
    all: Part<'t>,
    name: Part<'t>,
    sign: Part<'t>,
    operand: Part<'t>,
}

fn condition<F: ListField>(written: Written<'_>) -> Result<Expression<F>, FilterError> {
    let Some(field) = field_of::<F>(written.name.text()) else {
        return Err(unknown_field::<F>(&written));
    };
    if !matches!(
        written.sign.text(),
        ":" | "=" | "!=" | ">" | ">=" | "<" | "<="
    ) {
        return Err(no_sign(field, &written));
    }
    if value::listed(written.operand).is_empty() {
        return Err(written.all.wrong(format!(
            "{} lacks its value, as in {}.",
            field.name(),
            field.example()
        )));
    }
    let check = match field.holds() {
        Holds::Text => {
            plain_sign(field, &written)?;
            value::texts(written.operand, written.sign.text() != ":")
        }
        Holds::Choice { what, names } => {
            plain_sign(field, &written)?;
            Check::Choice(value::choices(written.operand, what, &names())?)
        }
        Holds::Count { what } => {
            let comparison = comparison(field, &written)?;
            Check::Figure(comparison, value::count(written.operand, what)?)
        }
        Holds::Bytes => {
            let comparison = comparison(field, &written)?;
            Check::Figure(comparison, value::bytes(written.operand)?)
        }
        Holds::Duration => {
            let comparison = comparison(field, &written)?;
            Check::Figure(comparison, value::seconds(written.operand)?)
        }
        Holds::Settings { known } => setting(field, known, &written)?,
    };
    let condition = Expression::Condition(field, check);
    Ok(match written.sign.text() {
        "!=" => Expression::Not(Box::new(condition)),
        _ => condition,
    })
}

/// `config.retention.ms>7d`: the key says the unit. Texts are compared where no figure is written.
fn setting<F: ListField>(
    field: F,
    known: &[&'static str],
    written: &Written<'_>,
) -> Result<Check, FilterError> {
    let key = key_of(field, written.name.text())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !known.contains(&key.as_str())
        && let Some(meant) = nearest(&key, known)
    {
        let part = Part {
            from: written.name.to - key.len(),
            ..written.name
        };
        let mut error = part.wrong(format!(
            "{} is no setting that Kafka has.",
            short(part.text())
        ));
        error.hint = part.replaced(meant);
        return Err(error);
    }
    if key.is_empty() {
        return Err(written.name.wrong(format!(
            "{} lacks the name of a setting, as in {}.",
            field.name(),
            field.example()
        )));
    }
    let figure = value::of_setting(&key, written.operand);
    let check = match (written.sign.text(), figure) {
        (":", _) => value::texts(written.operand, false),
        ("=" | "!=", Some(figure)) => Check::Figure(comparison(field, written)?, figure),
        ("=" | "!=", None) => value::texts(written.operand, true),
        (_, Some(figure)) => Check::Figure(comparison(field, written)?, figure),
        (_, None) => {
            return Err(written.operand.wrong(format!(
                "{} is no figure to compare {key} with.",
                short(written.operand.text())
            )));
        }
    };
    Ok(Check::Setting {
        key,
        check: Box::new(check),
    })
}

fn comparison<F: ListField>(
    field: F,
    written: &Written<'_>,
) -> Result<super::Comparison, FilterError> {
    use super::Comparison;
    Ok(match written.sign.text() {
        ">" => Comparison::Above,
        ">=" => Comparison::AtLeast,
        "<" => Comparison::Below,
        "<=" => Comparison::AtMost,
        "=" | "!=" => Comparison::Equal,
        _ => return Err(no_sign(field, written)),
    })
}

/// Texts and words have no order.
fn plain_sign<F: ListField>(field: F, written: &Written<'_>) -> Result<(), FilterError> {
    if matches!(written.sign.text(), ":" | "=" | "!=") {
        return Ok(());
    }
    Err(no_sign(field, written))
}

fn no_sign<F: ListField>(field: F, written: &Written<'_>) -> FilterError {
    let (words, meant) = match field.holds() {
        Holds::Text | Holds::Choice { .. } => (
            format!(
                "{0} is not compared: write {0}: and the value.",
                field.name()
            ),
            ":",
        ),
        Holds::Settings { .. } => (
            format!("A setting is compared as in {}.", field.example()),
            "=",
        ),
        Holds::Count { .. } | Holds::Bytes | Holds::Duration => (
            format!(
                "{} is compared with >, >=, <, <=, = or !=, as in {}.",
                field.name(),
                field.example()
            ),
            ">",
        ),
    };
    let mut error = written.sign.wrong(words);
    error.hint = (!written.operand.text().is_empty())
        .then(|| written.sign.replaced(meant))
        .flatten();
    error
}

fn unknown_field<F: ListField>(written: &Written<'_>) -> FilterError {
    let name = written.name;
    let mut error = name.wrong(format!(
        "{} is no word of this filter. In quotes it is looked for in names.",
        short(name.text())
    ));
    let names: Vec<&str> = F::ALL.iter().map(|field| field.name()).collect();
    error.hint = match nearest(name.text(), &names) {
        Some(meant) => name.replaced(meant),
        None => written
            .all
            .replaced(&format!("\"{}\"", written.all.text().replace('"', ""))),
    };
    error
}
