//! What a record says about itself in the envelope that many producers write: its event's type, what it belongs to, its trace.
//! Only fields that are really there are told; nothing is guessed from their shape.

use penstock_domain::{
    filter::{Expression, Field, Filter, Literal, Operator, Phrase, Term},
    json::{Path, Step},
    record::{Encoding, Record},
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Characters of a field that a chip shows.
const SHORT: usize = 24;
/// Where a correlation id stands.
const INNER: &[&str] = &["metadata", "correlation_id"];
/// Where else.
const OUTER: &[&str] = &["correlation_id"];

/// What the envelope says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `event_type` or `type` of the value, else the header `ce_type` (CloudEvents' Kafka binding).
    pub event_type: Option<String>,
    /// The correlation id, with the names under which the value has it.
    pub correlation: Option<(&'static [&'static str], String)>,
    /// The trace id out of the header `traceparent` (W3C Trace Context, §3.2).
    pub trace: Option<String>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    event_type: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    correlation_id: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    correlation_id: Option<&'a RawValue>,
}

impl Envelope {
    /// Reads it. A value that is cut off or is no object says nothing; headers still do.
    pub fn of(record: &Record) -> Self {
        let fields: Option<Fields<'_>> = record
            .value_text()
            .filter(|text| text.trim_start().starts_with('{'))
            .and_then(|text| serde_json::from_str(text).ok());
        let mut out = Self::default();
        if let Some(fields) = fields {
            out.event_type = text(fields.event_type).or_else(|| text(fields.kind));
            let inner = fields
                .metadata
                .and_then(|raw| serde_json::from_str::<Metadata<'_>>(raw.get()).ok())
                .and_then(|metadata| text(metadata.correlation_id));
            out.correlation = inner
                .map(|id| (INNER, id))
                .or_else(|| text(fields.correlation_id).map(|id| (OUTER, id)));
        }
        if out.event_type.is_none() {
            out.event_type = header(record, "ce_type").map(str::to_owned);
        }
        out.trace = header(record, "traceparent").and_then(trace_id);
        out
    }
}

/// A text of at least one character; numbers and the like are no names of anything.
fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str::<String>(raw?.get())
        .ok()
        .filter(|text| !text.trim().is_empty())
}

/// The first header of a name, where it is text.
fn header<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record
        .headers
        .iter()
        .find(|header| header.key.eq_ignore_ascii_case(name))
        .and_then(|header| header.value.as_ref())
        .filter(|value| value.encoding == Encoding::Utf8 && !value.truncated)
        .map(|value| value.data.as_str())
}

/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01` → `4bf92f3577b34da6a3ce929d0e0e4736`
fn trace_id(traceparent: &str) -> Option<String> {
    let mut parts = traceparent.split('-');
    let (_version, id) = (parts.next()?, parts.next()?);
    let lower_hex = id
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (id.len() == 32 && lower_hex && id.bytes().any(|byte| byte != b'0')).then(|| id.to_owned())
}

/// The beginning of a text that is too long for a chip.
pub fn short(text: &str) -> String {
    let mut out: String = text.chars().take(SHORT).collect();
    if text.chars().nth(SHORT).is_some() {
        out.push('…');
    }
    out
}

/// The filter that finds every record in which a field is exactly a text.
pub fn equals(field: Field, text: &str) -> String {
    compare(field, Operator::Equal, text)
}

/// The filter that finds every record in which a field contains a text.
pub fn contains(field: Field, text: &str) -> String {
    compare(field, Operator::Contains, text)
}

fn compare(field: Field, operator: Operator, text: &str) -> String {
    let term = Term::Compare {
        field,
        operator,
        literal: Literal::Text(Phrase::new(text)),
    };
    Filter::from(Expression::Term(term)).to_string()
}

/// The names of an envelope's fields, as a path.
pub fn path(names: &[&str]) -> Path {
    Path(
        names
            .iter()
            .map(|name| Step::Name((*name).to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::messages::record::testing::record;
    use penstock_domain::record::{Bytes, Header};

    fn with_header(value: &str, name: &str, text: &str) -> Record {
        let mut record = record(value);
        record.headers.push(Header {
            key: name.into(),
            key_base64: None,
            value: Some(Bytes {
                encoding: Encoding::Utf8,
                data: text.into(),
                size: text.len() as u64,
                truncated: false,
            }),
        });
        record
    }

    #[test]
    fn only_what_is_there_is_told() {
        let full = Envelope::of(&with_header(
            r#"{"event_type":"task.created","metadata":{"correlation_id":"5f1c0b6e"}}"#,
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ));
        assert_eq!(full.event_type.as_deref(), Some("task.created"));
        assert_eq!(full.correlation, Some((INNER, "5f1c0b6e".to_owned())));
        assert_eq!(
            full.trace.as_deref(),
            Some("4bf92f3577b34da6a3ce929d0e0e4736")
        );
        for nothing in [
            "",
            "text",
            "[1]",
            "{\"event_type\":7}",
            "{\"type\":\"  \"}",
            "{\"metadata\":[]}",
            "{\"event_type\":\"a",
        ] {
            assert_eq!(
                Envelope::of(&record(nothing)),
                Envelope::default(),
                "{nothing}"
            );
        }
    }

    #[test]
    fn headers_speak_too() {
        let envelope = Envelope::of(&with_header("x", "ce_type", "order.paid"));
        assert_eq!(envelope.event_type.as_deref(), Some("order.paid"));
        assert_eq!(trace_id("00-00000000000000000000000000000000-0-0"), None);
        assert_eq!(trace_id("00-4BF92F3577B34DA6A3CE929D0E0E4736-0-0"), None);
        assert_eq!(trace_id("nonsense"), None);
    }

    #[test]
    fn a_text_becomes_a_filter() {
        for text in ["tsk_01", "a\"b\\c\n", "", "ü ' \t"] {
            let filter = equals(Field::Key(Path::default()), text);
            assert!(Filter::parse(&filter).is_ok(), "{filter}");
        }
        assert_eq!(
            equals(Field::Value(path(INNER)), "5f"),
            "value.metadata.correlation_id = \"5f\""
        );
        assert_eq!(
            short("0123456789012345678901234"),
            "012345678901234567890123…"
        );
    }
}
