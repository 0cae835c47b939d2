//! One line of JSON Lines as a record to write. Numbers keep their digits: values travel as the text that they were. Pure.
//!
//! Three shapes are read: a record as the API takes it (`{"key": …, "value": …, "headers": …}`; key and value may be text or
//! any JSON instead of `{"format", "text"}`), a record as downloads have it, and any other JSON, which is then the value.

use penstock_domain::{
    ids::PartitionId,
    produce::{Content, LineShape, NewHeader, NewRecord},
    record::{Bytes, Encoding, Format},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Fields that a record to write has.
const OWN: [&str; 5] = ["key", "value", "headers", "partition", "timestamp"];

type Fields<'a> = HashMap<std::borrow::Cow<'a, str>, &'a RawValue>;

/// Reads a line; `Err` says why it is no record.
pub fn read(line: &str, shape: LineShape) -> Result<NewRecord, String> {
    super::content::json(line).map_err(|mistake| match mistake.column {
        Some(column) => format!("character {column}: {}", mistake.message),
        None => mistake.message,
    })?;
    if shape == LineShape::Auto
        && line.trim_start().starts_with('{')
        && let Ok(fields) = serde_json::from_str::<Fields<'_>>(line)
    {
        let has = |name: &str| fields.contains_key(name);
        if has("topic") && has("offset") && has("batch") {
            return downloaded(line);
        }
        let own = fields.keys().all(|name| OWN.contains(&&**name));
        if own && (has("key") || has("value")) {
            return record(&fields);
        }
    }
    Ok(NewRecord {
        value: Some(content(Format::Json, line.trim())),
        ..NewRecord::default()
    })
}

fn record(fields: &Fields<'_>) -> Result<NewRecord, String> {
    let side = |name: &str| fields.get(name).map_or(Ok(None), |raw| side(name, raw));
    let wrong = |name: &str, error: serde_json::Error| format!("{name}: {error}");
    let headers: Vec<LineHeader> = match fields.get("headers") {
        None => Vec::new(),
        Some(raw) => serde_json::from_str(raw.get()).map_err(|error| wrong("headers", error))?,
    };
    let partition: Option<PartitionId> = match fields.get("partition") {
        None => None,
        Some(raw) => serde_json::from_str(raw.get()).map_err(|error| wrong("partition", error))?,
    };
    let timestamp = match fields.get("timestamp") {
        None => None,
        Some(raw) => timestamp(raw)?,
    };
    Ok(NewRecord {
        key: side("key")?,
        value: side("value")?,
        headers: headers.into_iter().map(LineHeader::header).collect(),
        partition,
        timestamp,
    })
}

/// A header: `{"key", "value"}`, the value as text, null, or bytes as downloads have them.
#[derive(Deserialize)]
struct LineHeader {
    key: String,
    #[serde(default)]
    value: Option<HeaderValue>,
    #[serde(default)]
    base64: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum HeaderValue {
    Text(String),
    Bytes(Bytes),
}

impl LineHeader {
    fn header(self) -> NewHeader {
        let (value, base64) = match self.value {
            None => (None, false),
            Some(HeaderValue::Text(text)) => (Some(text), self.base64),
            Some(HeaderValue::Bytes(bytes)) => {
                let base64 = bytes.encoding == Encoding::Base64;
                (Some(bytes.data), base64)
            }
        };
        NewHeader {
            key: self.key,
            value,
            base64,
        }
    }
}

/// A key or value: null, text, `{"format", "text"}`, or any other JSON.
fn side(name: &str, raw: &RawValue) -> Result<Option<Content>, String> {
    let text = raw.get().trim();
    if text == "null" {
        return Ok(None);
    }
    if text.starts_with('"') {
        let text = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        return Ok(Some(Content {
            format: Format::Text,
            text,
            ..Content::default()
        }));
    }
    if text.starts_with('{')
        && let Ok(fields) = serde_json::from_str::<Fields<'_>>(text)
        && fields.contains_key("text")
        && fields.contains_key("format")
        && fields
            .keys()
            .all(|name| matches!(&**name, "format" | "text" | "subject" | "version"))
    {
        return serde_json::from_str(text)
            .map(Some)
            .map_err(|error| format!("{name}: {error}"));
    }
    Ok(Some(content(Format::Json, text)))
}

/// Milliseconds, or RFC 3339.
fn timestamp(raw: &RawValue) -> Result<Option<Timestamp>, String> {
    let text = raw.get().trim();
    if text == "null" {
        return Ok(None);
    }
    if let Ok(millis) = text.parse::<i64>() {
        return Ok(Some(Timestamp(millis)));
    }
    serde_json::from_str::<String>(text)
        .ok()
        .and_then(|text| Timestamp::parse(&text))
        .map(Some)
        .ok_or_else(|| {
            "timestamp: neither milliseconds nor a time like 2026-11-23T08:00:00Z".to_owned()
        })
}

/// What counts of a record as downloads have it.
#[derive(Deserialize)]
struct Downloaded {
    key: Option<Bytes>,
    value: Option<Bytes>,
    #[serde(default)]
    headers: Vec<DownloadedHeader>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
    #[serde(default)]
    masked: Vec<String>,
}

#[derive(Deserialize)]
struct DownloadedHeader {
    key: String,
    value: Option<Bytes>,
}

fn downloaded(line: &str) -> Result<NewRecord, String> {
    let record: Downloaded =
        serde_json::from_str(line).map_err(|error| format!("a downloaded record: {error}"))?;
    if !record.masked.is_empty() {
        return Err(format!(
            "the download hides parts of the record ({}); what is hidden can’t be written",
            record.masked.join(", ")
        ));
    }
    let side = |name: &str, bytes: Option<Bytes>| match bytes {
        None => Ok(None),
        Some(bytes) if bytes.truncated => {
            Err(format!("the download has only the beginning of the {name}"))
        }
        Some(bytes) => Ok(Some(content(
            match bytes.encoding {
                Encoding::Utf8 => Format::Text,
                Encoding::Base64 => Format::Base64,
            },
            &bytes.data,
        ))),
    };
    let headers = record
        .headers
        .into_iter()
        .map(|header| NewHeader {
            base64: header
                .value
                .as_ref()
                .is_some_and(|value| value.encoding == Encoding::Base64),
            key: header.key,
            value: header.value.map(|value| value.data),
        })
        .collect();
    Ok(NewRecord {
        key: side("key", record.key)?,
        value: side("value", record.value)?,
        headers,
        // Its partition was that of another topic, or follows from the key again.
        partition: None,
        timestamp: record.timestamp,
    })
}

fn content(format: Format, text: &str) -> Content {
    Content {
        format,
        text: text.to_owned(),
        ..Content::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(line: &str) -> NewRecord {
        read(line, LineShape::Auto).unwrap()
    }

    fn value(record: &NewRecord) -> (Format, &str) {
        let content = record.value.as_ref().unwrap();
        (content.format, &content.text)
    }

    #[test]
    fn any_json_is_a_value_with_its_digits() {
        for line in [
            "12345678901234567890.10",
            "\"a\"",
            "[1, 2]",
            "{\"key\": \"a\", \"other\": 1}",
            "{}",
        ] {
            let record = auto(line);
            assert_eq!(value(&record), (Format::Json, line));
            assert_eq!(record.key, None);
        }
        let record = read("{\"value\": 1}", LineShape::Values).unwrap();
        assert_eq!(value(&record), (Format::Json, "{\"value\": 1}"));
    }

    #[test]
    fn records_are_told_from_values() {
        let record = auto(
            r#"{"key":"tsk_1","value":{"n":1.00},"headers":[{"key":"a","value":"0"},{"key":"a","value":null},{"key":"b","value":{"encoding":"base64","data":"AP8=","size":2}}],"partition":7,"timestamp":"2026-11-23T08:14:20.000Z"}"#,
        );
        assert_eq!(record.key.as_ref().unwrap().format, Format::Text);
        assert_eq!(value(&record), (Format::Json, "{\"n\":1.00}"));
        assert_eq!(record.headers.len(), 3);
        assert_eq!(record.headers[1].value, None);
        assert!(record.headers[2].base64);
        assert_eq!(record.partition, Some(PartitionId(7)));
        assert_eq!(record.timestamp, Timestamp::parse("2026-11-23T08:14:20Z"));
        let tombstone = auto(r#"{"key":{"format":"hex","text":"00ff"},"value":null}"#);
        assert_eq!(tombstone.value, None);
        assert_eq!(tombstone.key.unwrap().format, Format::Hex);
        assert_eq!(
            auto(r#"{"key":"k","timestamp":1763884800123}"#).timestamp,
            Some(Timestamp(1_763_884_800_123))
        );
    }

    #[test]
    fn a_download_is_written_again() {
        let line = r#"{"topic":"a","partition":3,"offset":12,"timestamp":null,"timestampType":"createTime","key":{"encoding":"utf8","data":"k","size":1},"value":{"encoding":"base64","data":"AP8=","size":2},"headers":[{"key":"h","value":null}],"producer":null,"transactional":false,"control":null,"aborted":false,"batch":{"baseOffset":12,"codec":"none","leaderEpoch":1,"records":1,"bytes":80},"decoded":null}"#;
        let record = auto(line);
        assert_eq!(value(&record), (Format::Base64, "AP8="));
        assert_eq!(record.partition, None);
        let cut = line.replace("\"size\":2}", "\"size\":2000,\"truncated\":true}");
        assert!(
            read(&cut, LineShape::Auto)
                .unwrap_err()
                .contains("beginning")
        );
        let masked = line.replace(
            "\"decoded\":null",
            "\"decoded\":null,\"masked\":[\"value.card\"]",
        );
        assert!(
            read(&masked, LineShape::Auto)
                .unwrap_err()
                .contains("value.card")
        );
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        let error = read("{\"a\": }", LineShape::Auto).unwrap_err();
        assert!(error.contains("character 7"), "{error}");
        for wrong in [
            r#"{"value":1,"partition":"x"}"#,
            r#"{"value":1,"timestamp":"soon"}"#,
            r#"{"value":1,"headers":{"a":1}}"#,
        ] {
            assert!(read(wrong, LineShape::Auto).is_err(), "{wrong}");
        }
    }
}
