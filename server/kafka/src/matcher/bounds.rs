//! What a filter says about where its records can be at all, so that the rest need not be read.

use penstock_domain::{
    filter::{Expression, Field, Literal, Operator, Term},
    json,
    read::Point,
    time::Timestamp,
};
use std::{cmp::Ordering, collections::BTreeSet};

/// Sets of partitions that are told, at most this large.
const MOST_PARTITIONS: i64 = 10_000;

/// Where the records that pass can be. Necessary, not sufficient: the filter is still asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Only in these partitions; `None`: in any.
    pub partitions: Option<BTreeSet<i32>>,
    /// Least and greatest offset, both inclusive.
    pub offsets: (Option<i64>, Option<i64>),
    /// Earliest and latest time in milliseconds, both inclusive.
    pub times: (Option<i64>, Option<i64>),
    /// Only in these topics; `None`: in any.
    pub topics: Option<BTreeSet<String>>,
}

/// An interval of whole numbers, both ends inclusive. Empty where the first is greater.
pub(super) type Interval = (i64, i64);

const EVERYTHING: Interval = (i64::MIN, i64::MAX);
const NOTHING: Interval = (i64::MAX, i64::MIN);

impl Bounds {
    /// Of an expression; `ago` counts from `now`.
    pub(super) fn of(expression: &Expression, now: Timestamp) -> Self {
        read(expression, false, now).told()
    }
}

/// Bounds while they are reckoned.
#[derive(Clone, Debug)]
struct Region {
    partitions: Option<BTreeSet<i32>>,
    offsets: Interval,
    times: Interval,
    topics: Option<BTreeSet<String>>,
}

impl Region {
    fn everything() -> Self {
        Self {
            partitions: None,
            offsets: EVERYTHING,
            times: EVERYTHING,
            topics: None,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            partitions: both(self.partitions, other.partitions),
            offsets: meet(self.offsets, other.offsets),
            times: meet(self.times, other.times),
            topics: both(self.topics, other.topics),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            partitions: either(self.partitions, other.partitions),
            offsets: span(self.offsets, other.offsets),
            times: span(self.times, other.times),
            topics: either(self.topics, other.topics),
        }
    }

    fn told(self) -> Bounds {
        let ends = |(least, most): Interval| {
            (
                (least != i64::MIN).then_some(least),
                (most != i64::MAX).then_some(most),
            )
        };
        Bounds {
            partitions: self.partitions,
            offsets: ends(self.offsets),
            times: ends(self.times),
            topics: self.topics,
        }
    }
}

fn both<T: Ord>(a: Option<BTreeSet<T>>, b: Option<BTreeSet<T>>) -> Option<BTreeSet<T>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.into_iter().filter(|item| b.contains(item)).collect()),
        (one, None) | (None, one) => one,
    }
}

fn either<T: Ord>(a: Option<BTreeSet<T>>, b: Option<BTreeSet<T>>) -> Option<BTreeSet<T>> {
    let (mut a, b) = (a?, b?);
    a.extend(b);
    Some(a)
}

fn meet(a: Interval, b: Interval) -> Interval {
    (a.0.max(b.0), a.1.min(b.1))
}

fn span(a: Interval, b: Interval) -> Interval {
    if a.0 > a.1 {
        b
    } else if b.0 > b.1 {
        a
    } else {
        (a.0.min(b.0), a.1.max(b.1))
    }
}

fn read(expression: &Expression, negated: bool, now: Timestamp) -> Region {
    let join = |all: &[Expression], join: fn(Region, Region) -> Region| {
        all.iter()
            .map(|one| read(one, negated, now))
            .reduce(join)
            .unwrap_or_else(Region::everything)
    };
    match expression {
        Expression::And(all) if negated => join(all, Region::or),
        Expression::And(all) => join(all, Region::and),
        Expression::Or(all) if negated => join(all, Region::and),
        Expression::Or(all) => join(all, Region::or),
        Expression::Not(one) => read(one, !negated, now),
        Expression::Term(term) => of_term(term, negated, now),
    }
}

fn of_term(term: &Term, negated: bool, now: Timestamp) -> Region {
    let mut region = Region::everything();
    let (field, operator, literals) = match term {
        Term::Compare {
            field,
            operator,
            literal,
        } => (field, *operator, std::slice::from_ref(literal)),
        Term::In { field, literals } => (field, Operator::Equal, literals.as_slice()),
        _ => return region,
    };
    let operator = if negated {
        match opposite(operator) {
            Some(opposite) => opposite,
            None => return region,
        }
    } else {
        operator
    };
    let intervals = || {
        literals
            .iter()
            .map(|literal| interval(operator, literal, now))
    };
    match field {
        Field::Offset => region.offsets = intervals().fold(NOTHING, span),
        // A record without a time is not less than any: the opposite lets it through.
        Field::Time if !negated => region.times = intervals().fold(NOTHING, span),
        Field::Partition => {
            let mut partitions = BTreeSet::new();
            for (least, most) in intervals() {
                let (least, most) = (least.max(0), most.min(i32::MAX.into()));
                if most.saturating_sub(least) > MOST_PARTITIONS {
                    return region;
                }
                partitions.extend((least..=most).filter_map(|number| i32::try_from(number).ok()));
            }
            region.partitions = Some(partitions);
        }
        Field::Topic if operator == Operator::Equal => {
            let names = literals.iter().map(|literal| match literal {
                Literal::Text(phrase) if !phrase.ignore_case => Some(phrase.text.clone()),
                _ => None,
            });
            region.topics = names.collect();
        }
        _ => {}
    }
    region
}

fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Less => Operator::GreaterOrEqual,
        Operator::LessOrEqual => Operator::Greater,
        Operator::Greater => Operator::LessOrEqual,
        Operator::GreaterOrEqual => Operator::Less,
        _ => return None,
    })
}

/// The whole numbers that compare so with a literal.
pub(super) fn interval(operator: Operator, literal: &Literal, now: Timestamp) -> Interval {
    let (floor, exact) = match literal {
        Literal::Number(number) => floor(number),
        Literal::Moment(point) => (moment(point, now), true),
        _ => return EVERYTHING,
    };
    let below = if exact {
        floor.checked_sub(1)
    } else {
        Some(floor)
    };
    match operator {
        Operator::Equal if exact => (floor, floor),
        Operator::Less => below.map_or(NOTHING, |below| (i64::MIN, below)),
        Operator::LessOrEqual => (i64::MIN, floor),
        Operator::Greater => floor
            .checked_add(1)
            .map_or(NOTHING, |above| (above, i64::MAX)),
        Operator::GreaterOrEqual if exact => (floor, i64::MAX),
        Operator::GreaterOrEqual => floor
            .checked_add(1)
            .map_or(NOTHING, |above| (above, i64::MAX)),
        _ => NOTHING,
    }
}

/// The greatest whole number that is not greater, and whether it is the number itself. Numbers beyond what offsets can be become
/// the last ones.
fn floor(number: &str) -> (i64, bool) {
    let compare = |whole: i64| json::compare(&whole.to_string(), number);
    if compare(i64::MAX).is_lt() {
        return (i64::MAX, false);
    }
    if compare(i64::MIN).is_gt() {
        return (i64::MIN, false);
    }
    let (mut least, mut most) = (i64::MIN, i64::MAX);
    while least < most {
        // Rounded up, without overflow.
        let middle = (least | most) - ((least ^ most) >> 1);
        match compare(middle) {
            Ordering::Greater => most = middle - 1,
            _ => least = middle,
        }
    }
    (least, compare(least).is_eq())
}

pub(super) fn moment(point: &Point, now: Timestamp) -> i64 {
    match point {
        Point::Time(time) => time.0,
        Point::Ago(millis) => now.0.saturating_sub_unsigned(*millis),
        // Filters have no other moments.
        _ => now.0,
    }
}
