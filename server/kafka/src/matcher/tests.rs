//! Every example of `docs/FILTERS.md`, bounds, patterns that are refused; and against an evaluator that is slow and obvious.

mod oracle;

use super::*;
use crate::lens::Headers;
use penstock_domain::read::Point;
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeSet};

/// A record as the page of filters writes it.
#[derive(Clone, Debug)]
struct Example {
    name: String,
    topic: String,
    partition: i32,
    offset: i64,
    timestamp: i64,
    aborted: bool,
    key: Option<String>,
    value: Option<String>,
    headers: Vec<(String, Option<String>)>,
}

impl Example {
    fn read(line: &Value) -> Self {
        let text = |field: &Value| field.as_str().map(str::to_owned);
        Self {
            name: text(&line["name"]).unwrap(),
            topic: text(&line["topic"]).unwrap(),
            partition: i32::try_from(line["partition"].as_i64().unwrap()).unwrap(),
            offset: line["offset"].as_i64().unwrap(),
            timestamp: line["time"]
                .as_str()
                .map_or(-1, |time| Timestamp::parse(time).unwrap().0),
            aborted: line["aborted"].as_bool().unwrap_or(false),
            key: text(&line["key"]),
            value: text(&line["value"]),
            headers: line["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|header| (text(&header[0]).unwrap(), text(&header[1])))
                .collect(),
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            topic: &self.topic,
            partition: self.partition,
            offset: self.offset,
            timestamp: self.timestamp,
            aborted: self.aborted,
            control: false,
        }
    }

    /// What it carries, somewhat as it lies in a batch.
    fn bytes(&self) -> Vec<u8> {
        let headers = self
            .headers
            .iter()
            .flat_map(|(name, value)| [Some(name), value.as_ref()]);
        let parts = [self.key.as_ref(), self.value.as_ref()];
        let parts = parts.into_iter().chain(headers).flatten();
        parts
            .flat_map(|part| [part.as_bytes(), b"\x0e"].concat())
            .collect()
    }

    fn view(&self) -> View<'_> {
        let bytes =
            |text: &'_ Option<String>| text.clone().map(|text| Cow::Owned(text.into_bytes()));
        View {
            key: bytes(&self.key),
            value: bytes(&self.value),
            headers: Headers::Own(
                self.headers
                    .iter()
                    .map(|(name, value)| (Cow::Borrowed(name.as_bytes()), bytes(value)))
                    .collect(),
            ),
        }
    }
}

fn page() -> String {
    std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/FILTERS.md"
    ))
    .unwrap()
}

fn examples(page: &str) -> Vec<Example> {
    let block = page
        .split("```json")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    serde_json::Deserializer::from_str(block)
        .into_iter::<Value>()
        .map(|line| Example::read(&line.unwrap()))
        .collect()
}

#[test]
fn the_page_of_filters_tells_the_truth() {
    let page = page();
    let examples = examples(&page);
    assert_eq!(examples.len(), 4);
    let table = page.split("| Filter | Passes |").nth(1).unwrap();
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(2)
        .map_while(|row| {
            row.strip_prefix("| `")?
                .strip_suffix(" |")?
                .rsplit_once("` | ")
        })
        .collect();
    assert!(rows.len() > 70, "{}", rows.len());
    for (typed, passes) in rows {
        let filter = match Filter::parse(typed) {
            Ok(filter) => filter,
            Err(error) => {
                assert_eq!(passes, "error", "{typed}: {error}");
                continue;
            }
        };
        let matcher = Matcher::compile(&filter).unwrap();
        let names: Vec<&str> = examples
            .iter()
            .filter(|example| matcher.test(&example.facts(), &example.view()))
            .map(|example| &*example.name)
            .collect();
        let expected: Vec<&str> = passes.split(", ").filter(|name| *name != "none").collect();
        assert_eq!(names, expected, "{typed}");
        for example in &examples {
            assert_eq!(
                matcher.test(&example.facts(), &example.view()),
                matcher.test_precisely(&example.facts(), &example.view()),
                "{typed} on {}",
                example.name
            );
        }
    }
}

#[test]
fn every_operator_and_field_stands_on_the_page() {
    let page = page();
    for word in [
        "= ",
        "!= ",
        "< ",
        "<= ",
        "> ",
        ">= ",
        "~= ",
        "^= ",
        "$= ",
        "*= ",
        " in (",
        "not in (",
        "is null",
        "is missing",
        "exists",
        "header.",
        "header ",
        "topic ",
        "partition ",
        "offset ",
        "time ",
        "size ",
        "tombstone",
        "aborted",
        "control",
        "[*]",
        "[0]",
        ".*.",
    ] {
        let table = page.split("| Filter | Passes |").nth(1).unwrap();
        assert!(table.contains(word), "{word}");
    }
}

fn bounds(typed: &str) -> Bounds {
    let filter = Filter::parse(typed).unwrap();
    Matcher::compile_at(&filter, Timestamp(1_000_000))
        .unwrap()
        .bounds()
}

#[test]
fn bounds_are_what_the_filter_itself_rules_out() {
    let partitions = |typed: &str| {
        bounds(typed)
            .partitions
            .map(|set| set.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(bounds(""), Bounds::default());
    assert_eq!(bounds("value.a = 1"), Bounds::default());
    assert_eq!(partitions("partition = 1"), Some(vec![1]));
    assert_eq!(partitions("partition in (1, 2.0, 2.5)"), Some(vec![1, 2]));
    assert_eq!(partitions("partition < 2"), Some(vec![0, 1]));
    assert_eq!(partitions("partition >= 2"), None);
    assert_eq!(partitions("partition != 2"), None);
    assert_eq!(
        partitions("not (partition > 1 or key = 'x')"),
        Some(vec![0, 1])
    );
    assert_eq!(partitions("partition = 1 or value.a = 1"), None);
    assert_eq!(
        partitions("partition = 1 or partition = 2 and key = 'x'"),
        Some(vec![1, 2])
    );
    assert_eq!(partitions("partition = 1 and partition = 2"), Some(vec![]));
    assert_eq!(
        bounds("offset > 5 and offset <= 10").offsets,
        (Some(6), Some(10))
    );
    assert_eq!(
        bounds("offset > 5.5 and offset < 7").offsets,
        (Some(6), Some(6))
    );
    assert_eq!(
        bounds("offset = 5 or offset in (9, 7)").offsets,
        (Some(5), Some(9))
    );
    assert_eq!(bounds("not offset < 5").offsets, (Some(5), None));
    assert_eq!(bounds("offset != 5").offsets, (None, None));
    assert_eq!(
        bounds("offset < 99999999999999999999").offsets,
        (None, None)
    );
    assert_eq!(
        bounds("offset > 99999999999999999999").offsets,
        (Some(i64::MAX), Some(i64::MIN))
    );
    assert_eq!(bounds("time >= '1s ago'").times, (Some(999_000), None));
    assert_eq!(
        bounds("time < 100000000000").times,
        (None, Some(99_999_999_999))
    );
    // A record without a time passes the opposite.
    assert_eq!(bounds("not time < 100000000000").times, (None, None));
    assert_eq!(bounds("time in (5, null)").times, (None, None));
    assert_eq!(
        bounds("topic in ('a', 'b') and topic = 'b'").topics,
        Some(BTreeSet::from(["b".to_owned()]))
    );
    assert_eq!(bounds("topic ^= 'a'").topics, None);
    assert_eq!(bounds("topic = i'a'").topics, None);
}

#[test]
fn ago_counts_from_when_the_filter_was_compiled() {
    let filter = Filter::parse("time >= '1s ago'").unwrap();
    let matcher = Matcher::compile_at(&filter, Timestamp(5_000)).unwrap();
    let view = View {
        key: None,
        value: None,
        headers: Headers::Own(Vec::new()),
    };
    let at = |timestamp| Facts {
        timestamp,
        ..Facts::default()
    };
    assert!(matcher.test(&at(4_000), &view));
    assert!(!matcher.test(&at(3_999), &view));
    assert_eq!(Point::parse("1s ago"), Ok(Point::Ago(1_000)));
}

#[test]
fn bad_patterns_point_at_their_place() {
    for (typed, at, reason) in [
        ("value.a ~= \"(abc\"", "(", "unclosed group"),
        ("key = 'é' and value.a ~= 'é[z-a]'", "z-a", "range"),
        ("value.a ~= \"a{2,1}\"", "{2,1}", "repetition"),
        (
            "value.a ~= \"(\\w{1000}){1000}\"",
            "\"(\\w{1000}){1000}\"",
            "too large",
        ),
    ] {
        let error = Matcher::compile(&Filter::parse(typed).unwrap()).unwrap_err();
        assert_eq!(&typed[error.from..error.to], at, "{typed}: {error:?}");
        assert!(error.message.contains(reason), "{error:?}");
    }
}

#[test]
fn many_patterns_share_one_budget() {
    let many = vec!["value.a ~= \"[a-z]{4000}\""; 100].join(" or ");
    assert!(Matcher::compile(&Filter::parse(&many).unwrap()).is_err());
    let one = "value.a ~= \"[a-z]{4000}\"";
    assert!(Matcher::compile(&Filter::parse(one).unwrap()).is_ok());
}

#[test]
fn searches_by_bytes_never_decide_for_a_record() {
    // Every needle is there, but not where it must be.
    let value = r#"{"note": "\"city\": \"Bern\"", "town": "Bern", "city": 5, "Bern": "city"}"#;
    let view = View {
        key: None,
        value: Some(Cow::Borrowed(value.as_bytes())),
        headers: Headers::Own(Vec::new()),
    };
    for (typed, passes) in [
        ("value.city = \"Bern\"", false),
        ("value.town = \"Bern\"", true),
        ("value.note *= \"Bern\"", true),
        ("value.city = 5", true),
        ("value.city is missing", false),
        ("value.Bern = \"city\"", true),
    ] {
        let matcher = Matcher::compile(&Filter::parse(typed).unwrap()).unwrap();
        assert_eq!(matcher.test(&Facts::default(), &view), passes, "{typed}");
    }
    // The quote that ends a text begins what looks like the name: the true one overlaps it.
    let value = r#"{"a":"b",",":5}"#;
    let view = View {
        value: Some(Cow::Borrowed(value.as_bytes())),
        ..view
    };
    let matcher = Matcher::compile(&Filter::parse("value.\",\" > 4").unwrap()).unwrap();
    assert!(matcher.test(&Facts::default(), &view));
}
