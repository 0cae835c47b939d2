//! A filter in words, for the statement of what was searched.

use super::{Expression, Filter, Flag, Literal, Operator, Phrase, Term};
use crate::read::Point;

/// What a filter lets through, as the middle of a sentence: `records in which value.city begins with “Z”`.
pub fn explain(filter: &Filter) -> String {
    match filter.expression() {
        None => "all records".to_owned(),
        Some(expression) => format!("records in which {}", all_of(expression)),
    }
}

fn all_of(expression: &Expression) -> String {
    match expression {
        Expression::And(all) => join(all, " and ", |one| matches!(one, Expression::Or(_))),
        Expression::Or(all) => join(all, " or ", |one| matches!(one, Expression::And(_))),
        Expression::Not(one) => match &**one {
            Expression::Term(term) => said(term, true),
            inner => format!("not ({})", all_of(inner)),
        },
        Expression::Term(term) => said(term, false),
    }
}

fn join(all: &[Expression], word: &str, parenthesised: impl Fn(&Expression) -> bool) -> String {
    let parts: Vec<String> = all
        .iter()
        .map(|one| {
            if parenthesised(one) {
                format!("({})", all_of(one))
            } else {
                all_of(one)
            }
        })
        .collect();
    parts.join(word)
}

fn said(term: &Term, negated: bool) -> String {
    let pick = |yes: &'static str, no: &'static str| if negated { no } else { yes };
    match term {
        Term::Anywhere(phrase) => format!(
            "{} {} the key, the value or a header",
            text(phrase),
            pick("is found in", "is not found in")
        ),
        Term::Compare {
            field,
            operator,
            literal,
        } => {
            let verb = match operator {
                Operator::Equal => pick("is", "is not"),
                Operator::Less => pick("is less than", "is not less than"),
                Operator::LessOrEqual => pick("is at most", "is not at most"),
                Operator::Greater => pick("is greater than", "is not greater than"),
                Operator::GreaterOrEqual => pick("is at least", "is not at least"),
                Operator::Matches => pick("matches the pattern", "does not match the pattern"),
                Operator::Begins => pick("begins with", "does not begin with"),
                Operator::Ends => pick("ends with", "does not end with"),
                Operator::Contains => pick("contains", "does not contain"),
            };
            format!("{field} {verb} {}", value(literal))
        }
        Term::In { field, literals } => {
            let list: Vec<String> = literals.iter().map(value).collect();
            format!(
                "{field} {} {}",
                pick("is one of", "is none of"),
                list.join(", ")
            )
        }
        Term::Null(field) => format!(
            "{field} {}",
            pick("is null or missing", "is neither null nor missing")
        ),
        Term::Missing(field) => format!("{field} {}", pick("is missing", "exists")),
        Term::Flag(Flag::Tombstone) => {
            format!("the value {} null", pick("is", "is not"))
        }
        Term::Flag(Flag::Aborted) => {
            format!("the transaction {} aborted", pick("was", "was not"))
        }
        Term::Flag(Flag::Control) => format!(
            "the record {} a marker of the brokers",
            pick("is", "is not")
        ),
    }
}

fn value(literal: &Literal) -> String {
    match literal {
        Literal::Text(phrase) => text(phrase),
        Literal::Moment(Point::Time(time)) => time.to_string(),
        Literal::Moment(_) => literal.to_string().trim_matches('"').to_owned(),
        literal => literal.to_string(),
    }
}

fn text(phrase: &Phrase) -> String {
    let case = if phrase.ignore_case {
        ", letter case aside,"
    } else {
        ""
    };
    format!("“{}”{case}", phrase.text)
}
