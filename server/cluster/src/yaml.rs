//! Objects as YAML for people: fields in the order in which one reads them, managed fields left out, long texts as blocks.
//!
//! What is copied from here is pasted into `kubectl`, which reads YAML 1.1: there `yes`, `on` and `2026-11-23` are no texts. So
//! whatever could be taken for anything else is quoted, and that is why this is written here. Never called with a Secret:
//! this crate keeps none.

use serde_json::{Map, Value};
use std::fmt::Write;

const TOP: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
const METADATA: [&str; 4] = ["name", "namespace", "labels", "annotations"];
const NOT_TEXT: [&str; 10] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~",
];

/// The text of an object, with a line break at its end.
pub fn of(object: &Value) -> String {
    let mut out = String::new();
    match object {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in ordered(map, &TOP) {
                match (key.as_str(), value) {
                    ("metadata", Value::Object(metadata)) => {
                        out.push_str("metadata:\n");
                        for (key, value) in ordered(metadata, &METADATA) {
                            if key != "managedFields" {
                                entry(&mut out, 1, key, value);
                            }
                        }
                    }
                    _ => entry(&mut out, 0, key, value),
                }
            }
        }
        other => {
            scalar(&mut out, 0, other);
            out.push('\n');
        }
    }
    out
}

/// First the fields of `first` in that order, then all others in theirs.
fn ordered<'a>(
    map: &'a Map<String, Value>,
    first: &'a [&'a str],
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    first
        .iter()
        .filter_map(|key| map.get_key_value(*key))
        .chain(
            map.iter()
                .filter(move |(key, _)| !first.contains(&key.as_str())),
        )
}

/// `key: value`, or the key and the value below it.
fn entry(out: &mut String, depth: usize, key: &str, value: &Value) {
    indent(out, depth);
    text(out, key);
    out.push(':');
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            for (key, value) in map {
                entry(out, depth + 1, key, value);
            }
        }
        // Items stand as deep as their key, as kubectl prints them.
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            for value in list {
                item(out, depth, value);
            }
        }
        other => {
            out.push(' ');
            scalar(out, depth + 1, other);
            out.push('\n');
        }
    }
}

/// `- value`; of an object the first field stands beside the dash.
fn item(out: &mut String, depth: usize, value: &Value) {
    indent(out, depth);
    out.push_str("- ");
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut below = String::new();
            for (key, value) in map {
                entry(&mut below, depth + 1, key, value);
            }
            out.push_str(below.trim_start_matches(' '));
        }
        Value::Array(list) if !list.is_empty() => {
            let mut below = String::new();
            for value in list {
                item(&mut below, depth + 1, value);
            }
            out.push_str(below.trim_start_matches(' '));
        }
        other => {
            scalar(out, depth + 1, other);
            out.push('\n');
        }
    }
}

fn scalar(out: &mut String, depth: usize, value: &Value) {
    match value {
        Value::String(value) if is_block(value) => block(out, depth, value),
        Value::String(value) => text(out, value),
        // Numbers, booleans, null, and what is empty: the same in JSON.
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// Several lines that a block can hold as they are: certificates, mostly.
fn is_block(value: &str) -> bool {
    value.trim_end_matches('\n').contains('\n')
        && !value.starts_with([' ', '\n'])
        && value.chars().all(|c| c == '\n' || is_printable(c))
}

fn block(out: &mut String, depth: usize, value: &str) {
    let body = value.trim_end_matches('\n');
    out.push_str(match value.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
    // The line break that ends the entry is the caller's; more than one is kept by `|+`.
    for _ in 1..value.len() - body.len() {
        out.push('\n');
    }
}

/// Plain where no YAML takes it for anything but a text, else in single quotes, else escaped.
fn text(out: &mut String, value: &str) {
    if is_plain(value) {
        out.push_str(value);
    } else if value.chars().all(is_printable) {
        let _ = write!(out, "'{}'", value.replace('\'', "''"));
    } else {
        out.push('"');
        for c in value.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                c if is_printable(c) => out.push(c),
                c => {
                    let _ = write!(out, "\\U{:08x}", u32::from(c));
                }
            }
        }
        out.push('"');
    }
}

/// Neither control characters nor line breaks and marks that YAML gives a meaning.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn is_plain(value: &str) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    let safe = |c: char| c.is_ascii_alphanumeric() || " _-./:@+()=%<>".contains(c);
    let starts = first.is_ascii_alphabetic() || first == '/' || is_version(value);
    starts
        && value.chars().all(safe)
        && !value.contains(": ")
        && !value.ends_with([' ', ':'])
        && !NOT_TEXT.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// `4.3.1`: two dots at least, so no number.
fn is_version(value: &str) -> bool {
    value.bytes().filter(|byte| *byte == b'.').count() >= 2
        && value
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn reads_from_the_name_down() {
        let text = super::of(&json!({
            "spec": {"config": {"retention.ms": 604_800_000_i64, "note": "no", "ratio": 0.5}, "list": [{"b": 1, "c": [1, "2"]}, "x"], "none": []},
            "status": {"topicName": "a", "version": "4.3.1", "time": "2026-11-23T07:57:29Z"},
            "metadata": {"uid": "1", "name": "a", "namespace": "b", "managedFields": [], "labels": {"x": "1"}},
            "kind": "KafkaTopic",
            "apiVersion": "kafka.strimzi.io/v1",
        }));
        assert_eq!(
            text,
            "apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata:\n  name: a\n  namespace: b\n  labels:\n    x: '1'\n  uid: '1'\n\
             spec:\n  config:\n    note: 'no'\n    ratio: 0.5\n    retention.ms: 604800000\n  list:\n  - b: 1\n    c:\n    - 1\n    - '2'\n  - x\n  none: []\n\
             status:\n  time: '2026-11-23T07:57:29Z'\n  topicName: a\n  version: 4.3.1\n"
        );
    }

    #[test]
    fn what_is_printed_is_read_back_the_same() {
        let texts = [
            "",
            " ",
            "a",
            "-",
            "- a",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "'",
            "\"",
            "it's",
            "yes",
            "Off",
            "~",
            "null",
            "1e5",
            "0x1f",
            ".5",
            "1_000",
            "12:30:45",
            "2026-11-23",
            "@a",
            "`a`",
            "*",
            "&a",
            "!a",
            "%a",
            "|",
            ">",
            "{a}",
            "[a]",
            "a, b",
            "?",
            "? a",
            "=",
            "<<",
            "ä",
            "a\tb",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\na",
            " a\nb",
            "a\n\nb",
            "a\n  b",
            "a\r\nb",
            "trailing ",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
            "\u{feff}",
            "---",
            "...",
            "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
        ];
        for text in texts {
            for value in [
                json!({ "spec": { "a": text } }),
                json!({ "spec": { "a": [text, [text], { "b": text, "c": text }] } }),
                json!({ "spec": { (text): 1 } }),
                json!({ "metadata": { "name": text, (text): {} } }),
            ] {
                let printed = super::of(&value);
                let read: Value = serde_yaml_ng::from_str(&printed)
                    .unwrap_or_else(|error| panic!("{error}\n{printed}"));
                assert_eq!(read, value, "\n{printed}");
            }
        }
    }
}
