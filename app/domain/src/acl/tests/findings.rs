//! What is worth a look.

use super::allow;
use crate::acl::{
    CLUSTER, Operation, ResourceType, Rule,
    findings::{Finding, Names, findings},
};
use Operation::{All, ClusterAction, Describe, IdempotentWrite, Read, Write};
use ResourceType::{Cluster, Group, Topic, TransactionalId};

const API: &str = "User:task-api";

fn kinds(rules: &[Rule]) -> Vec<Finding> {
    with(rules, Names::default())
}

fn with(rules: &[Rule], names: Names<'_>) -> Vec<Finding> {
    findings(rules, names)
        .into_iter()
        .map(|found| found.kind)
        .collect()
}

/// A rule about a type of which nothing is missing beside it.
fn describe(name: &str) -> Rule {
    allow(API, Describe, name)
}

#[test]
fn names_are_counted_where_they_are_known() {
    let names = Names {
        topics: Some(&["task-b", "task-a", "event", "task"]),
        groups: Some(&[]),
        transactional_ids: None,
    };
    let rules = [
        describe("task-").prefix(),
        describe("event"),
        describe("*"),
        describe("zzz").prefix(),
        describe("workers").on(Group),
        describe("ids").on(TransactionalId),
    ];
    let counts: Vec<Finding> = with(&rules, names)
        .into_iter()
        .filter(|kind| !matches!(kind, Finding::Covered { .. }))
        .collect();
    assert_eq!(
        counts,
        [
            Finding::Matches { names: 2 },
            Finding::Matches { names: 1 },
            Finding::Matches { names: 4 },
            Finding::MatchesNothing,
            Finding::MatchesNothing,
        ]
    );
}

#[test]
fn a_literal_name_that_was_to_be_a_prefix() {
    let names = Names {
        topics: Some(&["task-a", "task-b"]),
        ..Names::default()
    };
    let found = findings(&[describe("task-")], names);
    assert_eq!(found[0].kind, Finding::LiteralLikePrefix { names: 2 });
    assert_eq!(found[0].corrected, Some(describe("task-").prefix()));
}

#[test]
fn slips_in_names_are_corrected() {
    let corrected = |rule: Rule| {
        let mut found = findings(&[rule], Names::default());
        let first = found.remove(0);
        assert!(first.kind.is_mistake());
        (first.kind, first.corrected)
    };
    assert_eq!(
        corrected(describe("task-*").prefix()),
        (Finding::StarInPrefix, Some(describe("task-").prefix()))
    );
    assert_eq!(
        corrected(describe("task-*")),
        (Finding::StarInLiteral, Some(describe("task-").prefix()))
    );
    assert_eq!(
        corrected(describe("task ")),
        (Finding::Whitespace, Some(describe("task")))
    );
    assert_eq!(
        corrected(describe("events").on(Cluster)),
        (Finding::NotTheCluster, Some(describe(CLUSTER).on(Cluster)))
    );
    assert!(kinds(&[describe("*")]).is_empty());
}

#[test]
fn operations_that_nobody_asks_about() {
    assert_eq!(
        kinds(&[allow(API, ClusterAction, "task")]),
        [Finding::OperationNeverAsked]
    );
    assert_eq!(kinds(&[allow(API, All, CLUSTER).on(Cluster)]), []);
}

#[test]
fn repeated_covered_and_void() {
    let wide = describe("task-").prefix();
    let narrow = describe("task-a");
    assert_eq!(
        kinds(&[narrow.clone(), wide.clone(), narrow.clone()]),
        [
            Finding::Covered { by: wide.clone() },
            Finding::Repeated { times: 2 }
        ]
    );
    let denial = allow(API, All, "task").prefix().denied();
    assert_eq!(
        kinds(&[wide.clone(), denial.clone()]),
        [Finding::Void { by: denial }]
    );
    // Of two that say the same the later one.
    let everything = describe("*");
    let also = describe("").prefix();
    assert_eq!(
        findings(&[everything.clone(), also.clone()], Names::default())
            .iter()
            .map(|found| &found.rule)
            .collect::<Vec<_>>(),
        [&also]
    );
    assert_eq!(
        kinds(&[
            allow(API, Describe, "task"),
            allow(API, All, "task"),
            allow(API, Read, "g").on(Group),
            allow(API, Write, "t").on(TransactionalId)
        ]),
        [Finding::Covered {
            by: allow(API, All, "task")
        }]
    );
}

#[test]
fn what_is_missing_beside() {
    assert_eq!(
        kinds(&[allow(API, Read, "task")]),
        [Finding::ReadWithoutGroup]
    );
    assert_eq!(
        kinds(&[allow(API, Read, "g").on(Group)]),
        [Finding::GroupWithoutRead]
    );
    assert_eq!(
        kinds(&[allow(API, Write, "task")]),
        [Finding::WriteWithoutTransactionalId]
    );
    assert_eq!(
        kinds(&[allow(API, Write, "t").on(TransactionalId)]),
        [Finding::TransactionalIdWithoutWrite]
    );
    assert_eq!(
        kinds(&[allow(API, Read, "task"), allow(API, All, "g").on(Group)]),
        []
    );
    // A group that is denied again is none.
    let void = allow(API, Read, "g").on(Group);
    assert!(
        kinds(&[
            allow(API, Read, "task").on(Topic),
            void.clone(),
            void.denied()
        ])
        .contains(&Finding::ReadWithoutGroup)
    );
}

#[test]
fn idempotent_writes_need_no_rule_beside_write() {
    let idempotent = allow(API, IdempotentWrite, CLUSTER).on(Cluster);
    assert_eq!(kinds(std::slice::from_ref(&idempotent)), []);
    assert!(
        kinds(&[idempotent, allow(API, Write, "task")]).contains(&Finding::IdempotentWriteImplied)
    );
}
