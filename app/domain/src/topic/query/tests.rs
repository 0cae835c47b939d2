//! What the filter over topics passes, where it points when it can't be read, and what it proposes.

use super::*;
use crate::list_filter::{complete, literal, tokens};
use proptest::prelude::*;

fn row() -> TopicRow {
    TopicRow {
        name: "task-created".into(),
        id: None,
        internal: false,
        partitions: Some(12),
        replication_factor: Some(3),
        state: TopicState::Drifted,
        paused: true,
        deleting: false,
        finding: None,
        drifted_fields: 1,
        replicas: None,
        size_bytes: Some(3 << 30),
        size_incomplete: false,
        records: Some(11_930_412),
        records_in_per_second: None,
        retention_ms: Some(604_800_000),
        cleanup_policy: Some("compact,delete".to_owned()),
        resource: None,
    }
}

fn setting(key: &str) -> Option<&'static str> {
    Some(match key {
        "cleanup.policy" => "compact,delete",
        "retention.ms" => "604800000",
        "retention.bytes" => "-1",
        "segment.bytes" => "1073741824",
        "min.insync.replicas" => "2",
        "preallocate" => "false",
        _ => return None,
    })
}

fn passes(text: &str) -> bool {
    TopicFilter::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .passes(&row(), setting)
}

#[test]
fn every_field_narrows() {
    for text in [
        "",
        "task",
        "task-*",
        "name=TASK-created",
        "state:drifted",
        "state:declared",
        "state:paused,error",
        "state != managed",
        "partitions>11 partitions<=12",
        "replicas=3",
        "records>10M",
        "size>1GiB",
        "size=3GiB",
        "size<4gb",
        "retention=7d",
        "retention>=168h",
        "cleanup:compact",
        "internal:no",
        "config.cleanup.policy=compact",
        "config.cleanup.policy=compact,x",
        "config.cleanup.policy=delete -config.preallocate=true",
        "config.retention.ms=7d",
        "config.retention.ms > 1d",
        "config.retention.ms=604800000",
        "config.retention.bytes=-1",
        "config.segment.bytes>=1GiB",
        "config.min.insync.replicas<3",
        "config.min.insync.replicas!=3",
        "CONFIG.Cleanup.Policy:comp*",
        "-orders (size>1TB or partitions=12)",
        "orders or not (size>1TB)",
        "task and created",
    ] {
        assert!(passes(text), "{text}");
    }
    for text in [
        "orders",
        "created-*",
        "name=task",
        "state:managed",
        "-state:drifted",
        "partitions>12",
        "size>1TiB",
        "retention>30d",
        "internal:yes",
        "resource:task",
        "config.cleanup.policy=comp",
        "config.retention.ms>7d",
        "orders or records<5",
        "task -created",
        "not task",
    ] {
        assert!(!passes(text), "{text}");
    }
}

#[test]
fn what_is_not_known_passes_neither_a_condition_nor_its_opposite() {
    for text in [
        "in>1",
        "in<=1",
        "-in>1",
        "config.flush.ms>1",
        "config.flush.ms!=1",
    ] {
        assert!(!passes(text), "{text}");
    }
    assert!(passes("in>1 or task"), "the rest decides");
}

#[test]
fn a_mistake_is_pointed_at_and_corrected() {
    for (text, place, correction) in [
        ("a state:driftd", "driftd", Some("a state:drifted")),
        ("partitons>3", "partitons", Some("partitions>3")),
        ("size>big", "big", None),
        ("size>1Gi", "1Gi", None),
        ("partitions:3", ":", Some("partitions>3")),
        ("partitions=>3", "=>", Some("partitions>3")),
        (
            "config.cleanup.polcy=compact",
            "cleanup.polcy",
            Some("config.cleanup.policy=compact"),
        ),
        ("config.retention.ms>soon", "soon", None),
        ("config.=1", "config.", None),
        ("(task or order", "(", Some("(task or order)")),
        ("task or order)", ")", Some("task or order")),
        ("()", "()", None),
        ("a or", "or", None),
        ("or a", "or", None),
        ("a and or b", "and", None),
        ("not", "not", None),
        ("state:,", "state:,", None),
        ("name:\"a", "\"a", Some("name:\"a\"")),
    ] {
        let error = TopicFilter::parse(text).expect_err(text);
        let message = &error.message;
        assert_eq!(
            text.get(error.from..error.to),
            Some(place),
            "{text}: {message}"
        );
        assert_eq!(error.hint.as_deref(), correction, "{text}: {message}");
        assert!(message.ends_with('.'), "{message}");
        if let Some(hint) = error.hint {
            assert!(TopicFilter::parse(&hint).is_ok(), "{hint}");
        }
    }
}

#[test]
fn a_literal_is_looked_for_whatever_it_is() {
    for text in ["or", "-x", "size>1", "a:b", "(", "*", "say \"hi", "  "] {
        assert!(TopicFilter::parse(&literal(text)).is_ok(), "{text}");
    }
    assert!(passes(&literal("k-cre")) && !passes(&literal("t*")));
    assert!(TopicFilter::parse(&literal("  ")).unwrap().is_empty());
}

#[test]
fn what_has_no_end_is_refused() {
    assert!(TopicFilter::parse(&"(".repeat(1_000)).is_err());
    assert!(TopicFilter::parse(&")".repeat(1_999)).is_err());
    assert!(TopicFilter::parse(&"-".repeat(1_999)).is_err());
    assert!(TopicFilter::parse(&"a ".repeat(101)).is_err());
    assert!(TopicFilter::parse(&"a".repeat(2_001)).is_err());
    assert!(TopicFilter::parse(&format!("size>{}GiB", "9".repeat(400))).is_err());
}

fn proposed(text: &str) -> Vec<String> {
    complete::<TopicField>(text, text.len())
        .into_iter()
        .map(|proposal| {
            let before = text.get(..proposal.from).unwrap();
            format!("{before}{}", proposal.insert)
        })
        .collect()
}

#[test]
fn fields_and_values_are_proposed() {
    assert_eq!(proposed("par"), ["partitions>"]);
    assert_eq!(proposed("a -si"), ["a -size>", "a -internal:"][..1]);
    assert_eq!(proposed("state:dr"), ["state:drifted"]);
    assert_eq!(proposed("state:error, und")[0], "state:error, undeclared");
    assert_eq!(proposed("internal:yes"), [""; 0]);
    assert!(proposed("config.clean").contains(&"config.cleanup.policy=".to_owned()));
    assert_eq!(
        proposed("config.cleanup.policy=c"),
        ["config.cleanup.policy=compact"]
    );
    assert_eq!(
        proposed("config.preallocate=")[0],
        "config.preallocate=true"
    );
    assert_eq!(proposed("")[0], "name:");
    assert!(proposed("a ").contains(&"a or ".to_owned()));
    assert!(proposed("size>1").is_empty());
    assert!(proposed("\"par").is_empty());
}

#[test]
fn the_rest_of_a_word_is_replaced_with_it() {
    let found = complete::<TopicField>("pa rest", 1);
    let first = found.first().unwrap();
    assert_eq!(
        (first.insert.as_str(), first.from, first.to),
        ("partitions>", 0, 2)
    );
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(text in "\\PC{0,60}", cursor in 0_usize..80) {
        if let Err(error) = TopicFilter::parse(&text) {
            prop_assert!(text.get(error.from..error.to).is_some(), "{:?}", error);
        }
        for token in tokens::<TopicField>(&text) {
            prop_assert!(text.get(token.from..token.to).is_some());
        }
        for proposal in complete::<TopicField>(&text, cursor) {
            prop_assert!(text.get(proposal.from..proposal.to).is_some());
        }
    }

    #[test]
    fn words_and_signs_in_any_order(text in "(size|config\\.|name|state|drifted|:|>|!=|-|\"|,|\\(|\\)| or | not | |5|GiB|ü|\\*){0,14}") {
        if let Err(error) = TopicFilter::parse(&text) {
            prop_assert!(text.get(error.from..error.to).is_some(), "{:?}", error);
            if let Some(hint) = error.hint {
                prop_assert!(hint.len() <= text.len() + 60);
            }
        }
        for proposal in complete::<TopicField>(&text, text.len()) {
            prop_assert!(text.get(proposal.from..proposal.to).is_some());
        }
    }
}
