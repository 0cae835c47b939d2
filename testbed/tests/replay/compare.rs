//! Where what was recorded and what happened here differ. A place is the path within the record's file.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Such as `steps[0].states.KafkaTopic/kt-plain[2].status.topicName`.
    pub place: String,
    /// What the real operator did; `None` for nothing.
    pub recorded: Option<Value>,
    /// What the stand-in did.
    pub here: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), Value::to_string)
        };
        write!(
            formatter,
            "{}\n    recorded {}\n    here     {}",
            self.place,
            text(&self.recorded),
            text(&self.here)
        )
    }
}

/// Which topic id here is which of the recording, where ids are `#1`, `#2` …: that one stays or changes matters.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    known: BTreeMap<String, String>,
}

impl Ids {
    fn same(&mut self, recorded: &str, here: &str) -> bool {
        if let Some(known) = self.known.get(recorded) {
            return known == here;
        }
        if self.known.values().any(|known| known == here) {
            return false;
        }
        self.known.insert(recorded.to_owned(), here.to_owned());
        true
    }
}

/// Finds all differences at and below a place.
pub fn compare(place: &str, recorded: &Value, here: &Value, ids: &mut Ids) -> Vec<Difference> {
    let mut differences = Vec::new();
    look(place, Some(recorded), Some(here), ids, &mut differences);
    differences
}

fn look(
    place: &str,
    recorded: Option<&Value>,
    here: Option<&Value>,
    ids: &mut Ids,
    found: &mut Vec<Difference>,
) {
    match (recorded, here) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names {
                let place = format!("{place}.{name}");
                look(&place, one.get(name), other.get(name), ids, found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for at in 0..one.len().max(other.len()) {
                let place = format!("{place}[{at}]");
                look(&place, one.get(at), other.get(at), ids, found);
            }
        }
        (Some(Value::String(one)), Some(Value::String(other))) if one.starts_with('#') => {
            if !ids.same(one, other) {
                found.push(Difference {
                    place: place.to_owned(),
                    recorded: recorded.cloned(),
                    here: here.cloned(),
                });
            }
        }
        (Some(Value::String(one)), Some(Value::String(other))) if same_mistakes(one, other) => {}
        (one, other) if one == other => {}
        _ => found.push(Difference {
            place: place.to_owned(),
            recorded: recorded.cloned(),
            here: here.cloned(),
        }),
    }
}

/// Whether two refusals of the API server name the same mistakes: it looks at the properties of an object in no order.
fn same_mistakes(one: &str, other: &str) -> bool {
    let parts = |text: &'_ str| -> Option<(String, BTreeSet<String>)> {
        let (before, list) = text.split_once(" is invalid: [")?;
        let list = list.strip_suffix(']')?;
        let mistakes = list
            .split(", spec.")
            .map(|one| one.trim_start_matches("spec.").to_owned());
        Some((before.to_owned(), mistakes.collect()))
    };
    parts(one).is_some_and(|one| parts(other) == Some(one))
}

#[test]
fn several_mistakes_are_told_in_no_order() {
    let told = |mistakes: &str| format!("KafkaTopic \"x\" is invalid: [{mistakes}]");
    let (one, other) = (
        "spec.partitions: Invalid value: 0",
        "spec.replicas: Invalid value: -1",
    );
    assert!(same_mistakes(
        &told(&format!("{one}, {other}")),
        &told(&format!("{other}, {one}"))
    ));
    assert!(!same_mistakes(
        &told(&format!("{one}, {other}")),
        &told(one)
    ));
    assert!(!same_mistakes("a", "a"));
}

#[test]
fn every_difference_is_named_by_its_place() {
    use serde_json::json;
    let recorded = json!({"a": [{"id": "#1", "x": 1}, {"id": "#1"}], "b": null});
    let here = json!({"a": [{"id": "p9R", "x": 2}, {"id": "q"}, 3], "b": null, "c": 4});
    let places: Vec<String> = compare("top", &recorded, &here, &mut Ids::default())
        .into_iter()
        .map(|difference| difference.place)
        .collect();
    assert_eq!(places, ["top.a[0].x", "top.a[1].id", "top.a[2]", "top.c"]);
}

#[test]
fn two_ids_are_never_taken_for_one() {
    let mut ids = Ids::default();
    assert!(ids.same("#1", "a") && ids.same("#1", "a"));
    assert!(!ids.same("#2", "a") && ids.same("#2", "b"));
}
