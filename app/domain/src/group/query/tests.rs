//! What the filter over groups passes, and where it points when it can't be read.

use super::*;
use crate::group::{GroupVerdict, Lag, RetentionRisk, SecondsKind};
use proptest::prelude::*;

fn row() -> GroupRow {
    GroupRow {
        group: GroupName::new("billing-export"),
        kind: GroupKind::Classic,
        state: GroupState::Empty,
        coordinator: None,
        members: Some(0),
        topics: vec!["billing-invoices".into(), "task-created".into()],
        lag: Lag {
            records: Some(1_204_112),
            seconds: Some(328_000.0),
            seconds_kind: SecondsKind::Estimate,
            incomplete: false,
        },
        verdict: GroupVerdict {
            state: GroupHealth::Stopped,
            reason: String::new(),
            remedy: None,
        },
        in_per_second: None,
        out_per_second: None,
        catch_up_seconds: None,
        retention: RetentionRisk::Unknown,
        trend: Vec::new(),
        why: None,
    }
}

fn passes(text: &str) -> bool {
    let query = GroupQuery::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    query.passes(&row(), &|_, check| check.text("billing-export-0 10.2.14.7"))
}

/// What it points at, and the correction.
fn wrong(text: &str) -> (String, String, Option<String>) {
    let error = GroupQuery::parse(text).expect_err(text);
    let place = text[error.from..error.to].to_owned();
    (place, error.message, error.hint)
}

#[test]
fn every_word_narrows() {
    for text in [
        "",
        "  ",
        "billing",
        "BILLING export",
        "\"g-e\"",
        "topic:invoices",
        "topic:nothing,task-c",
        "TOPIC: invoices",
        "member:10.2.14",
        "kind:classic",
        "kind:share,Classic",
        "kind: share, classic",
        "state:empty",
        "verdict:stopped",
        "verdict:falling-behind,stopped",
        "lag>1000",
        "lag > 1_000",
        "lag>=1204112",
        "lag=1204112",
        "lag<2M",
        "behind>5m",
        "behind > 1h30m",
        "behind<4d",
        "billing topic:invoices verdict:stopped lag>20k behind>500ms",
        "billing-*",
        "name=billing-export",
        "-orders kind!=share",
        "orders or (kind:classic -lag<5)",
        "not (orders or member:10.3)",
    ] {
        assert!(passes(text), "{text}");
    }
    for text in [
        "orders",
        "billing orders",
        "topic:orders",
        "member:10.3",
        "kind:share",
        "state:stable",
        "verdict:healthy,unknown",
        "lag<1000",
        "behind>4d",
        "kind:classic state:stable",
        "export-*",
        "name=billing",
        "-member:10.2.14",
        "orders or kind:share",
    ] {
        assert!(!passes(text), "{text}");
    }
}

#[test]
fn what_is_not_known_passes_no_comparison() {
    let unknown = GroupRow {
        lag: Lag {
            records: None,
            seconds: None,
            seconds_kind: SecondsKind::Unknown,
            incomplete: true,
        },
        ..row()
    };
    for text in ["lag>=0", "lag<1", "behind>0s", "not behind<1s", "-lag=3"] {
        let query = GroupQuery::parse(text).unwrap();
        assert!(!query.passes(&unknown, &|_, _| true), "{text}");
    }
}

#[test]
fn a_mistake_is_pointed_at_and_corrected() {
    for (text, place, correction) in [
        ("a kind:clasic b", "clasic", Some("a kind:classic b")),
        ("state:emtpy", "emtpy", Some("state:empty")),
        (
            "verdict:stopped,heathy",
            "heathy",
            Some("verdict:stopped,healthy"),
        ),
        ("topc:invoices", "topc", Some("topic:invoices")),
        ("urn:x", "urn", Some("\"urn:x\"")),
        ("lag:1000", ":", Some("lag>1000")),
        ("lag>many", "many", None),
        ("lag>-1", "-1", None),
        ("behind>5", "5", Some("behind>5m")),
        ("behind>soon", "soon", None),
        ("kind>classic", ">", Some("kind:classic")),
        ("topic:", "topic:", None),
        ("lag>", "lag>", None),
        ("a \"b c", "\"b c", Some("a \"b c\"")),
    ] {
        let (pointed, message, hint) = wrong(text);
        assert_eq!(pointed, place, "{text}: {message}");
        assert_eq!(hint.as_deref(), correction, "{text}: {message}");
        assert!(message.ends_with('.'), "{message}");
        if let Some(hint) = hint {
            assert!(GroupQuery::parse(&hint).is_ok(), "{hint}");
        }
    }
}

#[test]
fn members_are_asked_only_where_they_decide() {
    let query = GroupQuery::parse("member:x orders").unwrap();
    assert!(!query.passes(&row(), &|_, _| panic!("the name already decides")));
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(text in "\\PC{0,60}") {
        if let Err(error) = GroupQuery::parse(&text) {
            prop_assert!(text.get(error.from..error.to).is_some(), "{:?}", error);
        }
    }

    #[test]
    fn words_and_signs_in_any_order(text in "(lag|kind|topic|:|>|=|\"|,| |5|m|k|ü){0,12}") {
        if let Err(error) = GroupQuery::parse(&text) {
            prop_assert!(text.get(error.from..error.to).is_some(), "{:?}", error);
        }
    }
}
