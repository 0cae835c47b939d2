//! What was typed as bytes: each format's own rules, with line and column of what is wrong. Pure.

use base64::{Engine, engine::general_purpose::STANDARD};
use penstock_domain::{
    problem::{Problem, ProblemKind},
    produce::{Content, Fault, RecordPart},
    record::Format,
};
use penstock_registry::{EncodeError, Schema};
use serde::de::IgnoredAny;

/// Why a text is not what its format says. Positions count from 1; columns count characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistake {
    /// In a sentence.
    pub message: String,
    /// Line of the text.
    pub line: Option<u32>,
    /// Column in it.
    pub column: Option<u32>,
    /// What to write there instead.
    pub instead: Option<String>,
    /// What helps, where more helps than writing something else.
    pub remedy: Option<String>,
}

impl Mistake {
    /// About the text as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    fn at(message: impl Into<String>, line: usize, column: usize) -> Self {
        Self {
            message: message.into(),
            line: u32::try_from(line).ok(),
            column: u32::try_from(column).ok(),
            ..Self::default()
        }
    }

    /// As a problem of the record at `index`, counted from 0, and the place in it.
    pub fn told(self, index: usize, part: RecordPart) -> (Problem, Fault) {
        let (name, field) = match part {
            RecordPart::Key => ("key", "key".to_owned()),
            RecordPart::Value => ("value", "value".to_owned()),
            RecordPart::Header(number) => ("header", format!("headers[{number}].value")),
            RecordPart::Partition => ("partition", "partition".to_owned()),
            RecordPart::Timestamp => ("time", "timestamp".to_owned()),
        };
        let place = match self.line {
            Some(line) => format!("Line {line}: "),
            None => String::new(),
        };
        let mut problem = Problem::new(
            ProblemKind::Invalid,
            format!("The {name} is not valid"),
            crate::backend::problems::sentence(&format!("{place}{}", self.message)),
        )
        .with_field(format!("records[{index}].{field}"));
        problem.remedy = self.remedy;
        let fault = Fault {
            part,
            line: self.line,
            column: self.column,
            instead: self.instead,
        };
        (problem, fault)
    }
}

/// The bytes of a content. `schema` is the one that formats with a schema ask for.
pub fn encode(content: &Content, schema: Option<&Schema>) -> Result<Vec<u8>, Mistake> {
    let text = content.text.as_str();
    match content.format {
        Format::Auto | Format::Text => Ok(text.as_bytes().to_vec()),
        // As it was typed: numbers keep their digits, fields their order.
        Format::Json => json(text).map(|()| text.as_bytes().to_vec()),
        Format::Hex => hex(text),
        Format::Base64 => base64(text),
        Format::Int32 => integer::<i32>(text).map(|number| number.to_be_bytes().to_vec()),
        Format::Int64 => integer::<i64>(text).map(|number| number.to_be_bytes().to_vec()),
        Format::Uuid => uuid(text),
        Format::Avro | Format::Protobuf | Format::JsonSchema => match schema {
            Some(schema) => schema.encode(text).map_err(of_schema),
            None => Err(Mistake::whole("there is no schema to write it with")),
        },
        Format::MessagePack | Format::Cbor => Err(Mistake {
            remedy: Some("Write its bytes as Hex or Base64.".to_owned()),
            ..Mistake::whole(format!(
                "{} is read here and not written",
                content.format.words()
            ))
        }),
        Format::Internal => Err(Mistake::whole(
            "Kafka’s own records are written by brokers alone",
        )),
    }
}

/// The registry's words; a hint that only names another word is taken apart, so that a page can write it.
fn of_schema(error: EncodeError) -> Mistake {
    let (instead, remedy) = match error.hint {
        Some(hint) => match hint.strip_prefix("Write ") {
            Some(word) => (Some(word.to_owned()), None),
            None => (None, Some(hint)),
        },
        None => (None, None),
    };
    Mistake {
        message: error.message,
        line: Some(error.line),
        column: Some(error.column),
        instead,
        remedy,
    }
}

/// Whether a text is one JSON value.
pub fn json(text: &str) -> Result<(), Mistake> {
    if text.trim().is_empty() {
        return Err(Mistake::whole(
            "an empty text is no JSON; write null for JSON’s null, or choose null for none at all",
        ));
    }
    serde_json::from_str::<IgnoredAny>(text)
        .map(drop)
        .map_err(|error| {
            let words = error.to_string();
            // The place is told apart from the words.
            let message = words
                .rsplit_once(" at line ")
                .map_or(words.as_str(), |(message, _)| message);
            let line = text
                .lines()
                .nth(error.line().saturating_sub(1))
                .unwrap_or("");
            // serde_json counts bytes.
            let column = line
                .char_indices()
                .take_while(|(at, _)| *at < error.column())
                .count();
            Mistake::at(message, error.line().max(1), column.max(1))
        })
}

/// Line and column of a byte, both from 1.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

fn hex(text: &str) -> Result<Vec<u8>, Mistake> {
    let skip = if text.trim_start().starts_with("0x") {
        text.len() - text.trim_start().len() + 2
    } else {
        0
    };
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut half: Option<u32> = None;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= skip) {
        if c.is_whitespace() || matches!(c, ':' | '-') {
            continue;
        }
        let Some(digit) = c.to_digit(16) else {
            let (line, column) = place(text, at);
            return Err(Mistake::at(
                format!("“{c}” is no hexadecimal digit"),
                line,
                column,
            ));
        };
        half = match half {
            None => Some(digit),
            Some(first) => {
                // Both are below 16.
                bytes.extend(u8::try_from(first << 4 | digit));
                None
            }
        };
    }
    if half.is_some() {
        return Err(Mistake::whole(
            "the number of hexadecimal digits is odd; a byte has two",
        ));
    }
    Ok(bytes)
}

fn base64(text: &str) -> Result<Vec<u8>, Mistake> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD
        .decode(bare.as_bytes())
        .map_err(|error| match error {
            base64::DecodeError::InvalidByte(at, _) => {
                // The place among the characters that are no blanks.
                let byte = text
                    .char_indices()
                    .filter(|(_, c)| !c.is_whitespace())
                    .nth(at)
                    .map_or(text.len(), |(byte, _)| byte);
                let (line, column) = place(text, byte);
                Mistake::at(
                    "a character that base64 does not have (A–Z, a–z, 0–9, +, /)",
                    line,
                    column,
                )
            }
            _ => Mistake::whole(
                "the base64 is cut off: its length is a multiple of 4, filled up with =",
            ),
        })
}

fn integer<T: std::str::FromStr>(text: &str) -> Result<T, Mistake> {
    let digits = text.trim();
    let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Mistake::whole("a whole number is needed, such as 42 or -1"));
    }
    let bits = size_of::<T>() * 8;
    digits
        .parse()
        .map_err(|_| Mistake::whole(format!("the number does not fit into {bits} bits")))
}

fn uuid(text: &str) -> Result<Vec<u8>, Mistake> {
    let text = text.trim();
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let right = text.len() == 36
        && dashes == [8, 13, 18, 23]
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    if right {
        return hex(text);
    }
    Err(Mistake::whole(
        "a UUID is needed, such as 0b9c2f4e-51d3-4a7e-b6b0-7d2b0f0a9e11",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(format: Format, text: &str) -> Result<Vec<u8>, Mistake> {
        let content = Content {
            format,
            text: text.to_owned(),
            ..Content::default()
        };
        encode(&content, None)
    }

    #[test]
    fn every_format_writes_its_bytes() {
        for (format, text, bytes) in [
            (Format::Text, "a\u{e4}", "a\u{e4}".as_bytes()),
            (Format::Auto, "", b""),
            (
                Format::Json,
                " {\"n\": 12345678901234567890} ",
                b" {\"n\": 12345678901234567890} ",
            ),
            (Format::Hex, "0x00 ff:0A", &[0, 255, 10]),
            (Format::Base64, "AAEC\n/w==", &[0, 1, 2, 255]),
            (Format::Int32, " -2 ", &[255, 255, 255, 254]),
            (Format::Int64, "258", &[0, 0, 0, 0, 0, 0, 1, 2]),
            (
                Format::Uuid,
                "00010203-0405-0607-0809-0a0b0c0d0e0f",
                &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            ),
        ] {
            assert_eq!(content(format, text).unwrap(), bytes, "{format:?} {text}");
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        for (format, text, line, column) in [
            (Format::Json, "{\n  \"a\": 1,\n}", Some(3), Some(1)),
            (Format::Json, "[\"ää\" x]", Some(1), Some(7)),
            (Format::Json, " ", None, None),
            (Format::Hex, "00\n0g", Some(2), Some(2)),
            (Format::Hex, "000", None, None),
            (Format::Base64, "AA\nA*", Some(2), Some(2)),
            (Format::Base64, "AAA", None, None),
            (Format::Int32, "2147483648", None, None),
            (Format::Int64, "1.5", None, None),
            (Format::Int64, "", None, None),
            (Format::Uuid, "0b9c2f4e51d34a7eb6b07d2b0f0a9e11", None, None),
            (Format::Avro, "{}", None, None),
            (Format::Internal, "x", None, None),
            (Format::MessagePack, "{}", None, None),
            (Format::Cbor, "{}", None, None),
        ] {
            let mistake = content(format, text).unwrap_err();
            assert_eq!(
                (mistake.line, mistake.column),
                (line, column),
                "{format:?} {text}: {}",
                mistake.message
            );
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let (problem, fault) = content(Format::Json, "{\n")
            .unwrap_err()
            .told(1, RecordPart::Value);
        assert_eq!(problem.field.as_deref(), Some("records[1].value"));
        assert!(problem.detail.starts_with("Line "), "{}", problem.detail);
        assert_eq!(fault.part, RecordPart::Value);
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        assert!(content(Format::Json, &"[".repeat(100_000)).is_err());
    }
}
