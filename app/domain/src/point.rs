//! The text of a [`Point`]: as addresses, the API and people write where a reading begins.
//!
//! ```text
//! newest | oldest | offset:42 | 42 | time:2026-11-23T08:00:00Z | 2026-11-23T08:00+01:00 | 1763884800 (seconds) | 1763884800123 (milliseconds)
//! ago:15m | 15 minutes ago | 2 h ago | group:billing-export
//! ```

use crate::{read::Point, time::Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A text that names no point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointError {
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl fmt::Display for PointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for PointError {}

impl Point {
    /// Reads a point as people write it.
    ///
    /// A bare number is an offset up to eleven digits; `time:` with a number is seconds up to eleven digits, else
    /// milliseconds, as epochs are written.
    pub fn parse(text: &str) -> Result<Self, PointError> {
        let text = text.trim();
        let lower = text.to_lowercase();
        match lower.as_str() {
            "newest" | "latest" | "end" => return Ok(Point::Newest),
            "oldest" | "earliest" | "beginning" => return Ok(Point::Oldest),
            "" => return Err(wrong("There is no position.")),
            _ => {}
        }
        if let Some(ago) = lower.strip_suffix("ago") {
            return span(ago).map(Point::Ago);
        }
        match text.split_once(':') {
            Some(("offset", number)) => offset(number),
            Some(("time", time)) => self::time(time.trim()),
            Some(("ago", ago)) => span(ago).map(Point::Ago),
            Some(("group", group)) if !group.is_empty() => Ok(Point::Group(group.to_owned())),
            Some(("group", _)) => Err(wrong("The group has no name.")),
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => offset(text),
            _ => self::time(text),
        }
    }
}

fn offset(text: &str) -> Result<Point, PointError> {
    match text.trim().parse::<i64>() {
        Ok(offset) if offset >= 0 => Ok(Point::Offset(offset)),
        _ => Err(wrong(format!(
            "“{}” is no offset: offsets are whole numbers from 0.",
            short(text)
        ))),
    }
}

fn time(text: &str) -> Result<Point, PointError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text
            .parse()
            .map_err(|_| wrong(format!("“{}” is too large for a time.", short(text))))?;
        let millis = if text.len() <= 11 {
            number.checked_mul(1000)
        } else {
            Some(number)
        };
        return millis
            .map(|millis| Point::Time(Timestamp(millis)))
            .ok_or_else(|| wrong("The time is too large."));
    }
    // People leave seconds, zone and clock away; the zone is then UTC.
    let candidates = [
        text.to_owned(),
        format!("{text}Z"),
        format!("{text}:00Z"),
        format!("{text}T00:00:00Z"),
        with_seconds(text).unwrap_or_default(),
    ];
    candidates
        .iter()
        .find_map(|candidate| Timestamp::parse(candidate))
        .map(Point::Time)
        .ok_or_else(|| {
            wrong(format!(
                "“{}” is no position: newest, oldest, offset:42, time:2026-11-23T08:00:00Z, ago:15m or group:name.",
                short(text)
            ))
        })
}

/// `2026-11-23T08:00+01:00` with the seconds that RFC 3339 wants.
fn with_seconds(text: &str) -> Option<String> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let zone_at = clock.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = clock.split_at_checked(zone_at)?;
    (clock.matches(':').count() == 1).then(|| format!("{date}T{clock}:00{zone}"))
}

fn span(text: &str) -> Result<u64, PointError> {
    let text = text.trim();
    let refused = || {
        wrong(format!(
            "“{}” is no span of time: 90s, 15m, 2h, 7d.",
            short(text)
        ))
    };
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).ok_or_else(refused)?;
    let number: u64 = number.parse().map_err(|_| refused())?;
    let millis = match unit.trim() {
        "ms" | "milliseconds" => 1,
        "s" | "sec" | "second" | "seconds" | "" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        _ => return Err(refused()),
    };
    number
        .checked_mul(millis)
        .filter(|span| i64::try_from(*span).is_ok())
        .ok_or_else(refused)
}

fn wrong(reason: impl Into<String>) -> PointError {
    PointError {
        reason: reason.into(),
    }
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(40).collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Newest => f.write_str("newest"),
            Point::Oldest => f.write_str("oldest"),
            Point::Offset(offset) => write!(f, "offset:{offset}"),
            Point::Time(time) => write!(f, "time:{time}"),
            Point::Ago(millis) => {
                let (number, unit) = [
                    (604_800_000, "w"),
                    (86_400_000, "d"),
                    (3_600_000, "h"),
                    (60_000, "m"),
                    (1_000, "s"),
                ]
                .into_iter()
                .find(|(size, _)| *millis > 0 && millis.is_multiple_of(*size))
                .map_or((*millis, "ms"), |(size, unit)| (millis / size, unit));
                write!(f, "ago:{number}{unit}")
            }
            Point::Group(group) => write!(f, "group:{group}"),
        }
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Point {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "newest, oldest, offset:N, time:RFC 3339, ago:15m, group:NAME",
            ))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Point {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_write_points_in_many_ways() {
        let time = |text: &str| Point::Time(Timestamp::parse(text).unwrap());
        for (text, point) in [
            ("newest", Point::Newest),
            ("Earliest", Point::Oldest),
            ("42", Point::Offset(42)),
            ("offset:42", Point::Offset(42)),
            ("15 minutes ago", Point::Ago(900_000)),
            ("ago:2h", Point::Ago(7_200_000)),
            ("group:a:b", Point::Group("a:b".into())),
            ("2026-11-23", time("2026-11-23T00:00:00Z")),
            ("2026-11-23 08:14", time("2026-11-23T08:14:00Z")),
            ("2026-11-23T08:14+01:00", time("2026-11-23T07:14:00Z")),
            ("time:1763884800", Point::Time(Timestamp(1_763_884_800_000))),
            (
                "time:1763884800123",
                Point::Time(Timestamp(1_763_884_800_123)),
            ),
        ] {
            assert_eq!(Point::parse(text), Ok(point), "{text}");
        }
        for wrong in [
            "",
            "offset:-1",
            "offset:x",
            "soon",
            "ago:5 fortnights",
            "group:",
            "99999999999999999999",
            "time:",
        ] {
            assert!(Point::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(offset in 0_i64.., millis in 0_u64..1_000_000_000_000, group in "[a-z:. ]{1,20}[a-z]") {
            for point in [Point::Newest, Point::Oldest, Point::Offset(offset), Point::Ago(millis), Point::Time(Timestamp(i64::try_from(millis).unwrap())), Point::Group(group.clone())] {
                prop_assert_eq!(Point::parse(&point.to_string()), Ok(point));
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,80}") {
            let _ = Point::parse(&text);
        }
    }
}
