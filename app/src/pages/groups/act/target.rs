//! What is typed into the dialog that sets offsets, and what it means. Pure.

use penstock_domain::{
    group::reset::{ChosenTopic, ResetSpec, ResetTo},
    ids::PartitionId,
    read::Point,
};

/// Kinds of targets, as the dialog offers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Target {
    /// The first offset that is there.
    #[default]
    Earliest,
    /// The end.
    Latest,
    /// An offset.
    Offset,
    /// A time.
    Time,
    /// A time counted back from now.
    Back,
    /// So many offsets on.
    Shift,
    /// Where another group stands.
    Group,
    /// What a file says.
    Csv,
}

impl Target {
    /// Every target in its order.
    pub const ALL: [Target; 8] = [
        Target::Earliest,
        Target::Latest,
        Target::Offset,
        Target::Time,
        Target::Back,
        Target::Shift,
        Target::Group,
        Target::Csv,
    ];

    /// The word of the choice.
    pub const fn words(self) -> &'static str {
        match self {
            Target::Earliest => "Earliest",
            Target::Latest => "Latest",
            Target::Offset => "Offset",
            Target::Time => "Time",
            Target::Back => "Duration back",
            Target::Shift => "Shift by",
            Target::Group => "Another group",
            Target::Csv => "CSV",
        }
    }

    /// What its field is for and an example; `None` where nothing is typed.
    pub const fn field(self) -> Option<(&'static str, &'static str)> {
        match self {
            Target::Earliest | Target::Latest => None,
            Target::Offset => Some(("Offset", "1482117")),
            Target::Time => Some(("Time, UTC", "2026-11-22 00:00:00")),
            Target::Back => Some(("Back from now", "90s, 15m, 2h, 7d")),
            Target::Shift => Some(("Offsets", "-100")),
            Target::Group => Some(("Name of a group", "billing-export")),
            Target::Csv => Some(("topic,partition,offset a line", "task-created,0,1482117")),
        }
    }
}

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What kind of target.
    pub target: Target,
    /// Its value.
    pub value: String,
    /// The chosen topics; none: all.
    pub topics: Vec<String>,
    /// Partitions of the chosen topic, where one is chosen: `0, 4-7`.
    pub partitions: String,
}

impl Typed {
    /// What it means; `Ok(None)` while nothing is typed yet.
    pub fn spec(&self) -> Result<Option<ResetSpec>, String> {
        let value = self.value.trim();
        if self.target.field().is_some() && value.is_empty() {
            return Ok(None);
        }
        let to = match self.target {
            Target::Earliest => ResetTo::Earliest,
            Target::Latest => ResetTo::Latest,
            Target::Offset => ResetTo::Offset {
                offset: whole(value)
                    .filter(|offset| *offset >= 0)
                    .ok_or("An offset is a whole number from 0.")?,
            },
            Target::Shift => ResetTo::Shift {
                by: whole(value).ok_or("How far to shift is a whole number, back with a minus.")?,
            },
            Target::Time => {
                match Point::parse(&format!("time:{value}")) {
                    Ok(Point::Time(time)) => ResetTo::Time { time },
                    _ => return Err(
                        "That is no time: 2026-11-22, 2026-11-22 08:00:00, or seconds since 1970."
                            .to_owned(),
                    ),
                }
            }
            Target::Back => match Point::parse(&format!("ago:{value}")) {
                Ok(Point::Ago(millis)) => ResetTo::Back { millis },
                _ => return Err("That is no span of time: 90s, 15m, 2h, 7d.".to_owned()),
            },
            Target::Group => ResetTo::Group {
                group: value.into(),
            },
            Target::Csv => ResetTo::Csv {
                text: self.value.clone(),
            },
        };
        Ok(Some(ResetSpec {
            to,
            topics: self.chosen()?,
        }))
    }

    fn chosen(&self) -> Result<Vec<ChosenTopic>, String> {
        let partitions = match self.topics.as_slice() {
            [_] => numbers(&self.partitions)?,
            _ => Vec::new(),
        };
        Ok(self
            .topics
            .iter()
            .map(|topic| ChosenTopic {
                topic: topic.as_str().into(),
                partitions: partitions.clone(),
            })
            .collect())
    }
}

/// With a minus of either kind, and with the spaces that pages put between thousands.
fn whole(text: &str) -> Option<i64> {
    let plain: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{202f}' | '\u{a0}' | ' ' | '_'))
        .map(|letter| if letter == '−' { '-' } else { letter })
        .collect();
    plain.parse().ok()
}

/// Most partitions that a range may name.
const MOST: i32 = 20_000;

fn numbers(text: &str) -> Result<Vec<PartitionId>, String> {
    let refused = || "Partitions are numbers and ranges: 0, 4-7.".to_owned();
    let mut numbers = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (from, to) = match part.split_once(['-', '–']) {
            Some((from, to)) => (from.trim(), to.trim()),
            None => (part, part),
        };
        let (from, to): (i32, i32) = from
            .parse()
            .ok()
            .zip(to.parse().ok())
            .filter(|(from, to)| 0 <= *from && from <= to && to - from < MOST)
            .ok_or_else(refused)?;
        numbers.extend((from..=to).map(PartitionId));
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::time::Timestamp;

    fn to(target: Target, value: &str) -> Result<Option<ResetTo>, String> {
        let typed = Typed {
            target,
            value: value.to_owned(),
            ..Typed::default()
        };
        Ok(typed.spec()?.map(|spec| spec.to))
    }

    #[test]
    fn what_is_typed_becomes_a_target() {
        for (target, value, wanted) in [
            (Target::Earliest, "", ResetTo::Earliest),
            (
                Target::Offset,
                "1 482\u{202f}117",
                ResetTo::Offset { offset: 1_482_117 },
            ),
            (Target::Shift, "−100", ResetTo::Shift { by: -100 }),
            (
                Target::Time,
                "1970-01-02",
                ResetTo::Time {
                    time: Timestamp(86_400_000),
                },
            ),
            (
                Target::Time,
                "1970-01-01 00:00:01",
                ResetTo::Time {
                    time: Timestamp(1_000),
                },
            ),
            (Target::Back, "15m", ResetTo::Back { millis: 900_000 }),
            (Target::Group, " g ", ResetTo::Group { group: "g".into() }),
        ] {
            assert_eq!(to(target, value), Ok(Some(wanted)), "{value}");
        }
    }

    #[test]
    fn nothing_typed_is_no_mistake_and_nonsense_is_one() {
        for target in Target::ALL {
            if target.field().is_some() {
                assert_eq!(to(target, "  "), Ok(None));
            }
        }
        for (target, value) in [
            (Target::Offset, "-1"),
            (Target::Offset, "x"),
            (Target::Shift, "1.5"),
            (Target::Time, "soon"),
            (Target::Back, "15 parsecs"),
        ] {
            assert!(to(target, value).is_err(), "{value}");
        }
    }

    #[test]
    fn partitions_belong_to_one_topic() {
        let of = |topics: &[&str], partitions: &str| {
            let typed = Typed {
                topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
                partitions: partitions.to_owned(),
                ..Typed::default()
            };
            typed.spec().map(|spec| {
                spec.unwrap()
                    .topics
                    .iter()
                    .map(|chosen| {
                        chosen
                            .partitions
                            .iter()
                            .map(|one| one.0)
                            .collect::<Vec<_>>()
                    })
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(of(&[], "7"), Ok(vec![]));
        assert_eq!(of(&["a"], "4-6, 0,5"), Ok(vec![vec![0, 4, 5, 6]]));
        assert_eq!(of(&["a", "b"], "7"), Ok(vec![vec![], vec![]]));
        for wrong in ["x", "-1", "3-1", "0-99999999"] {
            assert!(of(&["a"], wrong).is_err(), "{wrong}");
        }
    }
}
