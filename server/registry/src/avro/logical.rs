//! Logical types: from what Avro keeps to the text that people expect, and back. Every text reads back to the same value.

use time::{
    Date, OffsetDateTime, PrimitiveDateTime, Time, format_description::well_known::Rfc3339,
};

/// Digits behind the point that a decimal may have; beyond, the logical type is ignored.
pub(super) const MOST_SCALE: u32 = 1_000;
/// Bytes of a decimal's number; turning it into digits takes quadratic time.
pub(crate) const MOST_DECIMAL: usize = 1_024;

/// On what a logical type is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Bytes,
    Text,
    Fixed(usize),
}

/// Precision of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milli,
    Micro,
    Nano,
}

impl Unit {
    const fn per_second(self) -> i64 {
        match self {
            Unit::Milli => 1_000,
            Unit::Micro => 1_000_000,
            Unit::Nano => 1_000_000_000,
        }
    }

    const fn digits(self) -> usize {
        match self {
            Unit::Milli => 3,
            Unit::Micro => 6,
            Unit::Nano => 9,
        }
    }

    const fn nanos(self) -> i64 {
        1_000_000_000 / self.per_second()
    }
}

/// Days of the Julian day number before 1970-01-01.
const EPOCH_DAY: i32 = 2_440_588;

/// `2026-11-23`; `None` outside of the years 0 to 9999.
pub(super) fn date_text(days: i32) -> Option<String> {
    let date = Date::from_julian_day(days.checked_add(EPOCH_DAY)?).ok()?;
    (0..=9999).contains(&date.year()).then(|| {
        format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        )
    })
}

/// Days since 1970-01-01.
pub(super) fn date_of(text: &str) -> Option<i32> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = Date::parse(text, format).ok()?;
    date.to_julian_day().checked_sub(EPOCH_DAY)
}

/// `08:14:00.123`; `None` outside of a day.
pub(super) fn time_text(value: i64, unit: Unit) -> Option<String> {
    let seconds = value.div_euclid(unit.per_second());
    (0..86_400).contains(&seconds).then(|| {
        format!(
            "{:02}:{:02}:{:02}.{:0width$}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            value.rem_euclid(unit.per_second()),
            width = unit.digits()
        )
    })
}

/// Time since midnight. Digits beyond the precision are refused, not dropped.
pub(super) fn time_of(text: &str, unit: Unit) -> Option<i64> {
    let time = clock(text)?;
    let (hours, minutes, seconds, nanos) = time.as_hms_nano();
    let whole = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    exact(whole, i64::from(nanos), unit)
}

/// RFC 3339 in UTC, or without a zone; `None` outside of the years 0 to 9999.
pub(super) fn timestamp_text(value: i64, unit: Unit, zoned: bool) -> Option<String> {
    let part = format!(
        ".{:0width$}",
        value.rem_euclid(unit.per_second()),
        width = unit.digits()
    );
    let zone = if zoned { "Z" } else { "" };
    moment_text(value.div_euclid(unit.per_second()), &part, zone)
}

/// A second of the Unix time with what follows it; `None` outside of the years 0 to 9999.
pub(crate) fn moment_text(seconds: i64, part: &str, zone: &str) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    (0..=9999).contains(&moment.year()).then(|| {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{part}{zone}",
            moment.year(),
            u8::from(moment.month()),
            moment.day(),
            moment.hour(),
            moment.minute(),
            moment.second(),
        )
    })
}

/// Back from [`timestamp_text`], and from any other RFC 3339 text when `zoned`.
pub(super) fn timestamp_of(text: &str, unit: Unit, zoned: bool) -> Option<i64> {
    let moment = if zoned {
        OffsetDateTime::parse(text, &Rfc3339).ok()?
    } else {
        let (date, time) = text.split_once('T')?;
        let format = time::macros::format_description!("[year]-[month]-[day]");
        PrimitiveDateTime::new(Date::parse(date, format).ok()?, clock(time)?).assume_utc()
    };
    exact(
        moment.unix_timestamp(),
        i64::from(moment.nanosecond()),
        unit,
    )
}

fn exact(seconds: i64, nanos: i64, unit: Unit) -> Option<i64> {
    if nanos % unit.nanos() != 0 {
        return None;
    }
    seconds
        .checked_mul(unit.per_second())?
        .checked_add(nanos / unit.nanos())
}

fn clock(text: &str) -> Option<Time> {
    let with = time::macros::format_description!("[hour]:[minute]:[second].[subsecond]");
    let without = time::macros::format_description!("[hour]:[minute]:[second]");
    Time::parse(text, with)
        .or_else(|_| Time::parse(text, without))
        .ok()
}

/// A number of any size, two's complement and big endian, with `scale` digits behind the point.
pub(crate) fn decimal_text(bytes: &[u8], scale: u32) -> Option<String> {
    if bytes.len() > MOST_DECIMAL || scale > MOST_SCALE {
        return None;
    }
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut magnitude = bytes.to_vec();
    if negative {
        negate(&mut magnitude);
    }
    // Four bytes at a time, the highest first.
    let mut limbs: Vec<u32> = magnitude
        .rchunks(4)
        .rev()
        .map(|bytes| {
            bytes
                .iter()
                .fold(0, |limb, byte| limb << 8 | u32::from(*byte))
        })
        .collect();
    // Digits from the lowest, nine at a time.
    let mut digits = Vec::new();
    while limbs.iter().any(|limb| *limb != 0) {
        let mut rest = 0_u64;
        for limb in &mut limbs {
            let value = rest << 32 | u64::from(*limb);
            *limb = u32::try_from(value / 1_000_000_000).unwrap_or(u32::MAX);
            rest = value % 1_000_000_000;
        }
        for _ in 0..9 {
            digits.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
        }
        let zeros = limbs.iter().take_while(|limb| **limb == 0).count();
        limbs.drain(..zeros);
    }
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let scale = usize::try_from(scale).ok()?;
    while digits.len() <= scale {
        digits.push(b'0');
    }
    digits.reverse();
    let mut text = String::from_utf8(digits).ok()?;
    if scale > 0 {
        text.insert(text.len() - scale, '.');
    }
    if negative {
        text.insert(0, '-');
    }
    Some(text)
}

/// Why a text is no decimal of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoDecimal {
    /// It is no number.
    Form,
    /// It has more digits behind the point than the scale.
    Scale,
    /// It has more digits than there can be.
    Size,
}

/// The least two's complement of a decimal text, big endian, and how many digits it has.
pub(super) fn decimal_of(text: &str, scale: u32) -> Result<(Vec<u8>, usize), NoDecimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !is_digits(whole) || !is_digits(part) {
        return Err(NoDecimal::Form);
    }
    let scale = usize::try_from(scale).unwrap_or(usize::MAX);
    let part = if part.len() > scale {
        let (kept, dropped) = part.split_at_checked(scale).unwrap_or((part, ""));
        if dropped.bytes().any(|byte| byte != b'0') {
            return Err(NoDecimal::Scale);
        }
        kept
    } else {
        part
    };
    // Two digits a byte, and then some.
    if whole.len() + scale > MOST_DECIMAL * 2 {
        return Err(NoDecimal::Size);
    }
    let mut magnitude: Vec<u8> = Vec::new(); // little endian
    let mut count = 0;
    let zeros = std::iter::repeat_n(b'0', scale - part.len());
    for digit in whole.bytes().chain(part.bytes()).chain(zeros) {
        if count > 0 || digit != b'0' {
            count += 1;
        }
        let mut carry = u32::from(digit - b'0');
        for byte in &mut magnitude {
            let value = u32::from(*byte) * 10 + carry;
            *byte = (value & 0xff) as u8;
            carry = value >> 8;
        }
        if carry > 0 {
            magnitude.push((carry & 0xff) as u8);
        }
    }
    // Room for the sign.
    if magnitude.last().is_none_or(|byte| byte & 0x80 != 0) {
        magnitude.push(0);
    }
    magnitude.reverse();
    if negative {
        negate(&mut magnitude);
        // -128 needs one byte only.
        while let [first, second, ..] = magnitude.as_slice() {
            if *first == 0xff && second & 0x80 != 0 {
                magnitude.remove(0);
            } else {
                break;
            }
        }
    }
    if magnitude.len() > MOST_DECIMAL {
        return Err(NoDecimal::Size);
    }
    Ok((magnitude, count.max(1)))
}

/// The negative of a two's complement number, big endian, in place. The least number stays what it is, which as a magnitude is right.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes.iter_mut().rev() {
        let (value, over) = (!*byte).overflowing_add(u8::from(carry));
        *byte = value;
        carry = over;
    }
}

/// A UUID's text of its bytes.
pub(super) fn uuid_text(bytes: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Some(crate::framing::guid_text(u128::from_be_bytes(bytes)))
}

/// The bytes of a UUID's text.
pub(super) fn uuid_of(text: &str) -> Option<[u8; 16]> {
    let right = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    let value = u128::from_str_radix(&hex, 16).ok()?;
    right.then(|| value.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_of_all_kinds() {
        for (bytes, scale, text) in [
            (&[][..], 0, "0"),
            (&[0], 2, "0.00"),
            (&[0x04, 0xe2], 2, "12.50"),
            (&[0xff], 2, "-0.01"),
            (&[0x80], 0, "-128"),
            (
                &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                0,
                "2361183241434822606847",
            ),
        ] {
            assert_eq!(decimal_text(bytes, scale).as_deref(), Some(text));
        }
        assert_eq!(decimal_of("-128", 0), Ok((vec![0x80], 3)));
        assert_eq!(decimal_of("12.5", 2), Ok((vec![0x04, 0xe2], 4)));
        assert_eq!(decimal_of("12.500", 2).unwrap().0, [0x04, 0xe2]);
        assert_eq!(decimal_of("12.505", 2), Err(NoDecimal::Scale));
        for wrong in ["", ".", "-", "1e3", "0x1", "１"] {
            assert_eq!(decimal_of(wrong, 2), Err(NoDecimal::Form), "{wrong}");
        }
        assert_eq!(decimal_of(&"9".repeat(5_000), 0), Err(NoDecimal::Size));
        assert_eq!(decimal_text(&[1; MOST_DECIMAL + 1], 0), None);
    }

    #[test]
    fn times_people_know() {
        assert_eq!(date_text(0).as_deref(), Some("1970-01-01"));
        assert_eq!(date_text(-719_528).as_deref(), Some("0000-01-01"));
        assert_eq!((date_text(i32::MAX), date_text(i32::MIN)), (None, None));
        assert_eq!(
            time_text(29_640_123, Unit::Milli).as_deref(),
            Some("08:14:00.123")
        );
        assert_eq!(
            (
                time_text(-1, Unit::Milli),
                time_text(86_400_000, Unit::Milli)
            ),
            (None, None)
        );
        assert_eq!(
            timestamp_text(-1, Unit::Micro, true).as_deref(),
            Some("1969-12-31T23:59:59.999999Z")
        );
        assert_eq!(timestamp_text(i64::MAX, Unit::Milli, true), None);
        assert_eq!(
            timestamp_of("2026-11-23T09:14:00+01:00", Unit::Milli, true),
            Some(1_795_421_640_000)
        );
        assert_eq!(
            timestamp_of("2026-11-23T09:14:00.0001Z", Unit::Milli, true),
            None
        );
    }

    proptest! {
        #[test]
        fn decimals_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..40), scale in 0_u32..30) {
            let text = decimal_text(&bytes, scale).unwrap();
            let (back, _) = decimal_of(&text, scale).unwrap();
            prop_assert_eq!(decimal_text(&back, scale).unwrap(), text);
            prop_assert!(back.len() <= bytes.len().max(1));
        }

        #[test]
        fn decimals_agree_with_integers(number: i64) {
            let text = decimal_text(&number.to_be_bytes(), 0).unwrap();
            prop_assert_eq!(&text, &number.to_string());
        }

        #[test]
        fn times_read_back(days: i32, value: i64, within in 0_i64..86_400_000_000) {
            if let Some(text) = date_text(days) {
                prop_assert_eq!(date_of(&text), Some(days));
            }
            for unit in [Unit::Milli, Unit::Micro, Unit::Nano] {
                for zoned in [true, false] {
                    if let Some(text) = timestamp_text(value, unit, zoned) {
                        prop_assert_eq!(timestamp_of(&text, unit, zoned), Some(value), "{}", text);
                    }
                }
            }
            let text = time_text(within, Unit::Micro).unwrap();
            prop_assert_eq!(time_of(&text, Unit::Micro), Some(within));
        }

        #[test]
        fn uuids_read_back(value: u128) {
            prop_assert_eq!(uuid_of(&uuid_text(&value.to_be_bytes()).unwrap()), Some(value.to_be_bytes()));
        }
    }
}
