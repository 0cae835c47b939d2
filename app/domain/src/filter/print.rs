//! A filter written out again: read, it is equal to what was printed.

use super::{Expression, Filter, Literal, Operator, Term, literal::quoted_pattern};
use std::fmt;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.iter().try_for_each(|one| one.fmt(f))
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Or(all) => all.iter().enumerate().try_for_each(|(index, one)| {
                let or = if index > 0 { " or " } else { "" };
                match one {
                    Expression::Or(_) => write!(f, "{or}({one})"),
                    _ => write!(f, "{or}{one}"),
                }
            }),
            Expression::And(all) => all.iter().enumerate().try_for_each(|(index, one)| {
                let and = if index > 0 { " and " } else { "" };
                match one {
                    Expression::Or(_) | Expression::And(_) => write!(f, "{and}({one})"),
                    _ => write!(f, "{and}{one}"),
                }
            }),
            Expression::Not(one) => match &**one {
                Expression::Or(_) | Expression::And(_) => write!(f, "not ({one})"),
                Expression::Term(term) => negated(f, term),
                Expression::Not(_) => write!(f, "not {one}"),
            },
            Expression::Term(term) => term.fmt(f),
        }
    }
}

fn negated(f: &mut fmt::Formatter<'_>, term: &Term) -> fmt::Result {
    match term {
        Term::Compare {
            field,
            operator: Operator::Equal,
            literal,
        } => write!(f, "{field} != {literal}"),
        Term::In { field, literals } => {
            write!(f, "{field} not in ")?;
            list(f, literals)
        }
        Term::Null(field) => write!(f, "{field} is not null"),
        Term::Missing(field) => write!(f, "{field} exists"),
        Term::Compare { .. } | Term::Anywhere(_) | Term::Flag(_) => write!(f, "not {term}"),
    }
}

fn list(f: &mut fmt::Formatter<'_>, literals: &[Literal]) -> fmt::Result {
    f.write_str("(")?;
    for (index, literal) in literals.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{literal}")?;
    }
    f.write_str(")")
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Anywhere(phrase) => phrase.fmt(f),
            Term::Compare {
                field,
                operator: Operator::Matches,
                literal: Literal::Text(pattern),
            } => {
                let ignore = if pattern.ignore_case { "i" } else { "" };
                write!(f, "{field} ~= {ignore}{}", quoted_pattern(&pattern.text))
            }
            Term::Compare {
                field,
                operator,
                literal,
            } => write!(f, "{field} {} {literal}", operator.symbol()),
            Term::In { field, literals } => {
                write!(f, "{field} in ")?;
                list(f, literals)
            }
            Term::Null(field) => write!(f, "{field} is null"),
            Term::Missing(field) => write!(f, "{field} is missing"),
            Term::Flag(flag) => f.write_str(flag.name()),
        }
    }
}
