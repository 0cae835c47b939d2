//! What a principal may do, who may do something, and what there is to do.

use super::{allow, set, simple};
use crate::acl::{Because, Operation, Principal, ResourceType, RuleSet};
use Operation::{All, Describe, Read, Write};

const ALICE: &str = "User:alice";

fn rules() -> RuleSet {
    RuleSet::new(
        vec![
            allow(ALICE, Read, "task-").prefix(),
            allow(ALICE, Write, "task-a"),
            allow(ALICE, All, "task-a").denied(),
            allow("User:bob", Read, "task-b"),
            allow("User:*", Read, "public"),
        ],
        simple(&["User:root"], false),
    )
}

#[test]
fn a_principal_holds_its_own_rules_and_everyones() {
    let rules = rules();
    let held = rules.of(&Principal::new(ALICE));
    assert_eq!((held.own.len(), held.everyone.len()), (3, 1));
    let held = rules.of(&Principal::new("User:nobody"));
    assert_eq!((held.own.len(), held.everyone.len()), (0, 1));
    let held = rules.of(&Principal::everyone());
    assert_eq!((held.own.len(), held.everyone.len()), (1, 0));
}

#[test]
fn denials_void_or_limit_what_is_allowed() {
    let may = rules().may(&Principal::new(ALICE));
    assert_eq!(may.whatever_rules_say, None);
    assert!(!may.all_without_rules);
    let told: Vec<_> = may
        .grants
        .iter()
        .map(|grant| {
            (
                grant.rule.name.as_str(),
                grant.everyone,
                grant.void.is_some(),
                grant.limited_by.len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("task-a", false, true, 0),
            ("task-", false, false, 1),
            ("public", true, false, 0)
        ]
    );
    assert_eq!(may.denials.len(), 1);
}

#[test]
fn everyones_rule_is_voided_for_whom_it_is_denied() {
    let rules = set(vec![
        allow("User:*", Read, "public"),
        allow(ALICE, Read, "public").denied(),
    ]);
    let void = |principal| {
        rules.may(&Principal::new(principal)).grants[0]
            .void
            .is_some()
    };
    assert!(void(ALICE));
    assert!(!void("User:bob"));
}

#[test]
fn super_users_need_no_rules() {
    let may = rules().may(&Principal::new("User:root"));
    assert_eq!(may.whatever_rules_say, Some(Because::SuperUser));
}

#[test]
fn holders_are_all_who_are_named_and_the_rest() {
    let told: Vec<(String, bool)> = rules()
        .holders(ResourceType::Topic, "task-b", Read)
        .into_iter()
        .map(|holder| (holder.principal.to_string(), holder.answer.allowed.unwrap()))
        .collect();
    let expected = [
        (ALICE, true),
        ("User:bob", true),
        ("User:root", true),
        ("User:*", false),
    ];
    assert_eq!(told, expected.map(|(who, may)| (who.to_owned(), may)));
}

#[test]
fn operations_are_those_of_the_type() {
    let rules = rules();
    let told = |name| -> Vec<Operation> {
        rules
            .operations(&Principal::new(ALICE), ResourceType::Topic, name, None)
            .into_iter()
            .filter(|(_, answer)| answer.allowed == Some(true))
            .map(|(operation, _)| operation)
            .collect()
    };
    assert_eq!(told("task-b"), [Read, Describe]);
    assert_eq!(told("task-a"), []);
}

#[test]
fn rules_about_a_resource_are_found_for_whomever() {
    let rules = rules();
    let about: Vec<&str> = rules
        .about(ResourceType::Topic, "task-a")
        .map(|rule| rule.name.as_str())
        .collect();
    assert_eq!(about, ["task-a", "task-a", "task-"]);
}
