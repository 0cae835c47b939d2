//! What a row of the list says of a record: short texts for time, key and value, with null, empty, tombstones, bytes, control
//! records and aborted ones told apart. Pure; the list draws it.

use penstock_domain::{
    record::{Bytes, Control, DecodedPart, Encoding, Record},
    time::Timestamp,
    units,
};

/// Characters of a value that a row carries at most; what is wider than the cell is cut by the browser.
const LONGEST: usize = 400;
/// Bytes that a row shows in hexadecimal at most.
const LONGEST_HEX: usize = 48;

/// A key or a value in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Its text.
    Text(String),
    /// There is none: null.
    Null,
    /// It has no bytes.
    Empty,
    /// Bytes that are no text, in hexadecimal.
    Binary(String),
    /// It could not be read as what it should be: why, and its bytes.
    Problem(String, String),
    /// A marker of the brokers, in words.
    Marker(String),
}

/// A record's key.
pub fn key(record: &Record) -> Cell {
    if record.control.is_some() {
        // The key of a marker is its type, which the value's cell says in words.
        return Cell::Null;
    }
    let decoded = record.decoded.as_ref().and_then(|read| read.key.as_ref());
    side(record.key.as_ref(), decoded)
}

/// A record's value.
pub fn value(record: &Record) -> Cell {
    if let Some(control) = record.control {
        return Cell::Marker(marker(control, record));
    }
    let decoded = record.decoded.as_ref().and_then(|read| read.value.as_ref());
    side(record.value.as_ref(), decoded)
}

fn side(bytes: Option<&Bytes>, decoded: Option<&DecodedPart>) -> Cell {
    let Some(bytes) = bytes else {
        return Cell::Null;
    };
    if let Some(problem) = decoded.and_then(|part| part.problem.as_ref()) {
        return Cell::Problem(problem.clone(), raw(bytes));
    }
    match decoded.filter(|part| !part.text.is_empty()) {
        Some(part) => Cell::Text(one_line(&part.text)),
        None if bytes.size == 0 => Cell::Empty,
        None if bytes.encoding == Encoding::Utf8 => Cell::Text(one_line(&bytes.data)),
        None => Cell::Binary(raw(bytes)),
    }
}

fn marker(control: Control, record: &Record) -> String {
    let who = record
        .producer
        .map(|producer| {
            format!(
                " of producer {}, epoch {}",
                units::thousands(producer.id),
                producer.epoch
            )
        })
        .unwrap_or_default();
    match control {
        Control::Abort => format!(
            "Abort marker{who}: the records of its transaction are not visible to read-committed readers"
        ),
        Control::Commit => format!("Commit marker{who}"),
        Control::Other => format!("Marker of the brokers{who}"),
    }
}

/// The bytes in hexadecimal, or the text where they are text.
fn raw(bytes: &Bytes) -> String {
    match bytes.encoding {
        Encoding::Utf8 => one_line(&bytes.data),
        Encoding::Base64 => {
            // Four characters carry three bytes; a few more cost nothing.
            let wanted: String = bytes.data.chars().take(LONGEST_HEX * 2).collect();
            let decoded = of_base64(&wanted);
            decoded
                .iter()
                .take(LONGEST_HEX)
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

/// Text on one line: white space is one space, and what would move or hide other text (controls, marks of direction) is a dot.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST * 4));
    let mut blank = true;
    for (taken, character) in text.chars().enumerate() {
        if taken >= LONGEST {
            break;
        }
        if character.is_whitespace() {
            if !blank {
                out.push(' ');
            }
            blank = true;
        } else {
            out.push(if hides(character) { '·' } else { character });
            blank = false;
        }
    }
    if blank {
        out.truncate(out.trim_end().len());
    }
    out
}

fn hides(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// The bytes of base64 (RFC 4648 §4), as far as it is whole; anything else in it ends it.
pub fn of_base64(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    out
}

/// The time of a record as its row shows it: the clock with milliseconds on the day of `today`, else the day with it.
pub fn time(time: Option<Timestamp>, today: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let Some(time) = time else {
        return "no time".to_owned();
    };
    let date = time.date();
    if date == today.date() {
        return format!("{}.{:03}", time.clock(), time.0.rem_euclid(1000));
    }
    let mut parts = date.rsplitn(3, '-');
    let (day, month, year) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let month = month
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?))
        .copied()
        .unwrap_or(month);
    if today.date().starts_with(year) {
        format!("{day} {month} {}", time.clock())
    } else {
        let clock = time.clock();
        format!("{day} {month} {year} {}", clock.get(..5).unwrap_or(&clock))
    }
}

/// The whole time, for the tip on a row.
pub fn whole_time(time: Option<Timestamp>) -> String {
    time.map_or_else(
        || "The record was written without a time".to_owned(),
        |time| {
            format!(
                "{} {}.{:03} UTC",
                time.date(),
                time.clock(),
                time.0.rem_euclid(1000)
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(encoding: Encoding, data: &str, size: u64) -> Bytes {
        Bytes {
            encoding,
            data: data.to_owned(),
            size,
            truncated: false,
        }
    }

    #[test]
    fn null_empty_text_and_bytes_are_told_apart() {
        assert_eq!(side(None, None), Cell::Null);
        assert_eq!(side(Some(&bytes(Encoding::Utf8, "", 0)), None), Cell::Empty);
        assert_eq!(
            side(Some(&bytes(Encoding::Utf8, " {\n  \"a\": 1\n}", 12)), None),
            Cell::Text("{ \"a\": 1 }".into())
        );
        assert_eq!(
            side(Some(&bytes(Encoding::Base64, "AAAAACoKJDA=", 8)), None),
            Cell::Binary("00 00 00 00 2a 0a 24 30".into())
        );
    }

    #[test]
    fn text_of_a_record_moves_no_other_text() {
        assert_eq!(one_line("a\u{202e}b\u{0}c\t\td "), "a·b·c d");
        assert_eq!(one_line(&"x".repeat(5_000)).len(), LONGEST);
    }

    #[test]
    fn base64_ends_where_it_is_none() {
        assert_eq!(of_base64("TWFu"), b"Man");
        assert_eq!(of_base64("TWE="), b"Ma");
        assert_eq!(of_base64("TW\"Fu"), b"M");
        assert_eq!(of_base64(""), b"");
    }

    #[test]
    fn times_name_the_day_where_it_is_another() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let today = at("2026-11-23T09:00:00Z");
        assert_eq!(
            time(Some(at("2026-11-23T08:14:31.902Z")), today),
            "08:14:31.902"
        );
        assert_eq!(
            time(Some(at("2026-10-02T08:14:31.902Z")), today),
            "02 Oct 08:14:31"
        );
        assert_eq!(
            time(Some(at("2024-10-02T08:14:31.902Z")), today),
            "02 Oct 2024 08:14"
        );
        assert_eq!(time(None, today), "no time");
    }
}
