//! The compiled tree, and how a filter becomes one.

use super::{
    Facts,
    bounds::{interval, moment},
    check::{Check, Numbers, Text},
    pattern,
    side::{Anywhere, Ask, Content, Side},
};
use crate::lens::View;
use memchr::memmem::Finder;
use penstock_domain::{
    filter::{Expression, Field, Filter, FilterError, Flag, Literal, Operator, Phrase, Term},
    time::Timestamp,
};

/// A question. Parts of `All` and `Any` are ordered: the cheapest first.
#[derive(Debug)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Topic(Vec<Text>),
    Partition(Numbers),
    Offset(Numbers),
    Time(Numbers),
    NoTime,
    Size(Numbers),
    Aborted,
    Control,
    NoValue,
    Anywhere(Anywhere),
    Content(Box<Content>),
}

impl Node {
    /// Whether a record satisfies it.
    #[inline]
    pub(super) fn test(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        match self {
            // Whatever rules the record out by bytes comes before anything precise.
            Node::All(all) => {
                all.iter().all(|node| node.may(facts, view))
                    && all.iter().all(|node| node.test(facts, view))
            }
            Node::Any(any) => any.iter().any(|node| node.test(facts, view)),
            Node::Not(node) => !node.test(facts, view),
            Node::Content(content) => content.test(view),
            node => node.test_cheaply(facts, view),
        }
    }

    /// Whether a record may satisfy it; `false` is certain.
    fn may(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        match self {
            Node::All(all) => all.iter().all(|node| node.may(facts, view)),
            Node::Any(any) => any.iter().any(|node| node.may(facts, view)),
            Node::Content(content) => content.may(view),
            // What is negated, or is asked anyway.
            Node::Not(_) | Node::Anywhere(_) => true,
            node => node.test_cheaply(facts, view),
        }
    }

    /// Whether some record may satisfy it, by the bytes of many that lie one behind the other; `false` is certain.
    pub(super) fn may_in(&self, records: &[u8]) -> bool {
        match self {
            Node::All(all) => all.iter().all(|node| node.may_in(records)),
            Node::Any(any) => any.iter().any(|node| node.may_in(records)),
            Node::Anywhere(anywhere) => anywhere.may_in(records),
            Node::Content(content) => content.may_in(records),
            // Facts are asked of each record.
            _ => true,
        }
    }

    /// The same answer as [`Node::test`], without byte searches.
    #[cfg(test)]
    pub(super) fn test_precisely(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        match self {
            Node::All(all) => all.iter().all(|node| node.test_precisely(facts, view)),
            Node::Any(any) => any.iter().any(|node| node.test_precisely(facts, view)),
            Node::Not(node) => !node.test_precisely(facts, view),
            Node::Content(content) => content.test_precisely(view),
            node => node.test_cheaply(facts, view),
        }
    }

    #[inline]
    fn test_cheaply(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        match self {
            Node::Topic(texts) => texts.iter().any(|text| text.test(facts.topic.as_bytes())),
            Node::Partition(numbers) => numbers.test(facts.partition.into()),
            Node::Offset(numbers) => numbers.test(facts.offset),
            Node::Time(numbers) => facts.timestamp >= 0 && numbers.test(facts.timestamp),
            Node::NoTime => facts.timestamp < 0,
            Node::Size(numbers) => view
                .value
                .as_ref()
                .is_some_and(|value| numbers.test(i64::try_from(value.len()).unwrap_or(i64::MAX))),
            Node::Aborted => facts.aborted,
            Node::Control => facts.control,
            Node::NoValue => view.value.is_none(),
            Node::Anywhere(anywhere) => anywhere.test(view),
            Node::All(_) | Node::Any(_) | Node::Not(_) | Node::Content(_) => true,
        }
    }

    /// How dear it is to ask: facts, whole sides, byte searches, precise looks.
    fn cost(&self) -> u8 {
        match self {
            Node::All(nodes) | Node::Any(nodes) => {
                nodes.iter().map(Node::cost).max().unwrap_or_default()
            }
            Node::Not(node) => node.cost(),
            Node::Partition(_)
            | Node::Offset(_)
            | Node::Time(_)
            | Node::NoTime
            | Node::Size(_)
            | Node::Aborted
            | Node::Control
            | Node::NoValue => 0,
            Node::Topic(_) => 1,
            Node::Anywhere(_) => 3,
            Node::Content(content) => content.cost(),
        }
    }
}

/// Makes nodes of a filter's expressions.
pub(super) struct Compiler<'a> {
    filter: &'a Filter,
    now: Timestamp,
    /// Regular expressions in it; they share a budget.
    patterns: usize,
    /// Patterns of `~=` seen so far: their number is their place in the text.
    seen: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(filter: &'a Filter, now: Timestamp) -> Self {
        let mut patterns = 0;
        let phrase = |phrase: &Phrase| usize::from(phrase.ignore_case);
        let literal = |literal: &Literal| match literal {
            Literal::Text(text) => phrase(text),
            _ => 0,
        };
        if let Some(expression) = filter.expression() {
            expression.visit(&mut |term| {
                patterns += match term {
                    Term::Compare {
                        operator: Operator::Matches,
                        ..
                    } => 1,
                    Term::Compare { literal: one, .. } => literal(one),
                    Term::In { literals, .. } => literals.iter().map(literal).sum(),
                    Term::Anywhere(text) => phrase(text),
                    _ => 0,
                };
            });
        }
        Self {
            filter,
            now,
            patterns,
            seen: 0,
        }
    }

    pub(super) fn node(&mut self, expression: &Expression) -> Result<Node, FilterError> {
        Ok(match expression {
            Expression::And(all) => Node::All(self.nodes(all)?),
            Expression::Or(any) => Node::Any(self.nodes(any)?),
            Expression::Not(one) => Node::Not(Box::new(self.node(one)?)),
            Expression::Term(term) => self.term(term)?,
        })
    }

    fn nodes(&mut self, expressions: &[Expression]) -> Result<Vec<Node>, FilterError> {
        // Patterns are numbered as they stand in the text, so the order by cost comes afterwards.
        let mut nodes = expressions
            .iter()
            .map(|one| self.node(one))
            .collect::<Result<Vec<_>, _>>()?;
        nodes.sort_by_key(Node::cost);
        Ok(nodes)
    }

    fn term(&mut self, term: &Term) -> Result<Node, FilterError> {
        Ok(match term {
            Term::Flag(Flag::Tombstone) => Node::NoValue,
            Term::Flag(Flag::Aborted) => Node::Aborted,
            Term::Flag(Flag::Control) => Node::Control,
            Term::Anywhere(phrase) if phrase.ignore_case => Node::Anywhere(Anywhere::IgnoringCase(
                self.insensitive(&regex::escape(&phrase.text))?,
            )),
            Term::Anywhere(phrase) => {
                Node::Anywhere(Anywhere::Exact(Box::new(finder(&phrase.text))))
            }
            Term::Compare {
                field,
                operator,
                literal,
            } => self.compare(field, *operator, std::slice::from_ref(literal))?,
            Term::In { field, literals } => self.compare(field, Operator::Equal, literals)?,
            Term::Null(field) => nothing(field, Ask::Null),
            Term::Missing(field) => nothing(field, Ask::Missing),
        })
    }

    fn compare(
        &mut self,
        field: &Field,
        operator: Operator,
        literals: &[Literal],
    ) -> Result<Node, FilterError> {
        let numbers = || {
            let intervals = literals
                .iter()
                .map(|literal| interval(operator, literal, self.now));
            Numbers::new(intervals.collect())
        };
        let takes_null = literals.contains(&Literal::Null);
        Ok(match field {
            Field::Partition => Node::Partition(numbers()),
            Field::Offset => Node::Offset(numbers()),
            Field::Time if takes_null => {
                Node::Any(vec![Node::NoTime, self.others(field, literals)?])
            }
            Field::Time => Node::Time(numbers()),
            Field::Size if takes_null => {
                Node::Any(vec![Node::NoValue, self.others(field, literals)?])
            }
            Field::Size => Node::Size(numbers()),
            Field::Topic => {
                let texts = literals.iter().filter_map(|literal| match literal {
                    Literal::Text(phrase) => Some(phrase),
                    _ => None,
                });
                let texts = texts.map(|phrase| self.text(operator, phrase));
                Node::Topic(texts.collect::<Result<_, _>>()?)
            }
            Field::Key(_) | Field::Value(_) | Field::Header(_) => {
                let checks = literals.iter().map(|literal| self.check(operator, literal));
                let checks = checks.collect::<Result<_, _>>()?;
                content(field, Ask::Checks(checks))
            }
        })
    }

    /// A list without its nulls.
    fn others(&mut self, field: &Field, literals: &[Literal]) -> Result<Node, FilterError> {
        let others: Vec<Literal> = literals
            .iter()
            .filter(|literal| **literal != Literal::Null)
            .cloned()
            .collect();
        self.compare(field, Operator::Equal, &others)
    }

    fn check(&mut self, operator: Operator, literal: &Literal) -> Result<Check, FilterError> {
        Ok(match literal {
            Literal::Text(phrase) => Check::Text(self.text(operator, phrase)?),
            Literal::Number(number) => Check::Number(operator, number.clone()),
            Literal::Bool(value) => Check::Bool(*value),
            Literal::Null => Check::Null,
            // Content has no moments; should it get one, then in milliseconds.
            Literal::Moment(point) => Check::Number(operator, moment(point, self.now).to_string()),
        })
    }

    fn text(&mut self, operator: Operator, phrase: &Phrase) -> Result<Text, FilterError> {
        let bytes = || phrase.text.as_bytes().into();
        if operator == Operator::Matches {
            let index = self.seen;
            self.seen += 1;
            return pattern::compile(&phrase.text, phrase.ignore_case, self.patterns)
                .map(Text::Pattern)
                .map_err(|error| pattern::refused(self.filter, index, &phrase.text, &error));
        }
        if phrase.ignore_case {
            let text = regex::escape(&phrase.text);
            let pattern = match operator {
                Operator::Equal => format!("\\A(?:{text})\\z"),
                Operator::Begins => format!("\\A(?:{text})"),
                Operator::Ends => format!("(?:{text})\\z"),
                _ => text,
            };
            return Ok(Text::Pattern(self.insensitive(&pattern)?));
        }
        Ok(match operator {
            Operator::Begins => Text::Begins(bytes()),
            Operator::Ends => Text::Ends(bytes()),
            Operator::Contains => Text::Contains(Box::new(finder(&phrase.text))),
            Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => Text::Order(operator, bytes()),
            Operator::Equal | Operator::Matches => Text::Equal(bytes()),
        })
    }

    /// A text whose letter case is ignored; it can only fail by its size.
    fn insensitive(&self, pattern: &str) -> Result<regex::bytes::Regex, FilterError> {
        pattern::compile(pattern, true, self.patterns).map_err(|_| FilterError {
            message: "This text is too long to be searched without regard to letter case."
                .to_owned(),
            from: 0,
            to: 0,
            hint: None,
        })
    }
}

fn finder(text: &str) -> Finder<'static> {
    Finder::new(text.as_bytes()).into_owned()
}

fn content(field: &Field, ask: Ask) -> Node {
    let side = match field {
        Field::Key(path) => Side::Key(path.clone()),
        Field::Header(name) => Side::Header(name.clone()),
        Field::Value(path) => Side::Value(path.clone()),
        // The others are facts and never come here.
        _ => Side::Value(Default::default()),
    };
    Node::Content(Box::new(Content::new(side, ask)))
}

fn nothing(field: &Field, ask: Ask) -> Node {
    match field {
        Field::Time => Node::NoTime,
        Field::Size => Node::NoValue,
        // Every record has these; the language refuses the question.
        Field::Topic | Field::Partition | Field::Offset => Node::Any(Vec::new()),
        Field::Key(_) | Field::Value(_) | Field::Header(_) => content(field, ask),
    }
}
