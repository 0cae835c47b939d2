//! Each rule of the authorizer by itself.

use super::{allow, ask, may, question, set, simple};
use crate::acl::{
    Authorizer, Because, CLUSTER, Operation, Principal, Question, ResourceType, RuleSet,
};
use Operation::{
    All, Alter, AlterConfigs, Create, Delete, Describe, DescribeConfigs, IdempotentWrite, Read,
    Write,
};

const ALICE: &str = "User:alice";

#[test]
fn without_an_authorizer_everything_goes() {
    let rules = RuleSet::new(vec![allow(ALICE, All, "*").denied()], Authorizer::None);
    let answer = ask(&rules, ALICE, Write, "task");
    assert_eq!(answer.allowed, Some(true));
    assert_eq!(answer.because, Because::NoAuthorizer);
}

#[test]
fn what_another_authorizer_says_is_not_guessed() {
    let other = Authorizer::Other {
        class: "org.example.Opa".to_owned(),
    };
    let rules = RuleSet::new(vec![allow(ALICE, All, "*")], other);
    let answer = ask(&rules, ALICE, Write, "task");
    assert_eq!(answer.allowed, None);
    let Because::Unknown { why } = answer.because else {
        panic!("{answer:?}");
    };
    assert!(why.contains("org.example.Opa"), "{why}");
    assert!(!rules.may_on_any(&Principal::new(ALICE), None, Write, ResourceType::Topic));
    assert_eq!(rules.nearest(&question(ALICE, Write, "task")), None);
}

#[test]
fn super_users_are_compared_as_text_and_stand_above_denials() {
    let rules = RuleSet::new(
        vec![allow("User:*", All, "*").denied()],
        simple(&["User:CN=admin", "User:*"], false),
    );
    let answer = ask(&rules, "User:CN=admin", Alter, "task");
    assert_eq!(answer.because, Because::SuperUser);
    assert!(!may(&rules, "User:admin", Alter, "task"));
    assert!(!may(&rules, "User:CN=Admin", Alter, "task"));
    // `User:*` among the super users is a user of that name, not everyone.
    assert!(!may(&rules, ALICE, Alter, "task"));
}

#[test]
fn a_denial_wins_over_whatever_allows() {
    let denial = allow("User:*", Read, "task-").prefix().denied();
    let rules = set(vec![allow(ALICE, All, "task-a"), denial.clone()]);
    let answer = ask(&rules, ALICE, Read, "task-a");
    assert_eq!(answer.allowed, Some(false));
    assert_eq!(answer.because, Because::Denied { rule: denial });
    assert!(may(&rules, ALICE, Write, "task-a"));
}

#[test]
fn names_are_literal_prefixed_or_any() {
    let rules = set(vec![
        allow(ALICE, Read, "task"),
        allow(ALICE, Read, "event-").prefix(),
        allow("User:bob", Read, "*"),
        allow("User:carol", Read, "*").prefix(),
    ]);
    assert!(may(&rules, ALICE, Read, "task"));
    assert!(!may(&rules, ALICE, Read, "task-a"));
    assert!(!may(&rules, ALICE, Read, "tas"));
    assert!(!may(&rules, ALICE, Read, "Task"));
    assert!(may(&rules, ALICE, Read, "event-a"));
    assert!(may(&rules, ALICE, Read, "event-"));
    assert!(!may(&rules, ALICE, Read, "event"));
    assert!(may(&rules, "User:bob", Read, "anything"));
    assert!(!may(&rules, "User:carol", Read, "anything"));
    assert!(may(&rules, "User:carol", Read, "*thing"));
}

#[test]
fn prefixes_are_looked_up_at_the_edges_of_letters() {
    let rules = set(vec![
        allow(ALICE, Read, "é").prefix(),
        allow(ALICE, Read, "xyz").prefix(),
    ]);
    assert!(may(&rules, ALICE, Read, "éa"));
    assert!(!may(&rules, ALICE, Read, "aé"));
}

#[test]
fn the_most_particular_rule_is_named() {
    let wide = allow(ALICE, Read, "*");
    let short = allow(ALICE, Read, "t").prefix();
    let long = allow(ALICE, Read, "task").prefix();
    let everyone = allow("User:*", Read, "task-a");
    let own = allow(ALICE, Read, "task-a");
    let mut rules = vec![wide, short, long, everyone, own];
    while let Some(expected) = rules.last().cloned() {
        let answer = ask(&set(rules.clone()), ALICE, Read, "task-a");
        assert_eq!(answer.because, Because::Allowed { rule: expected });
        rules.pop();
    }
}

#[test]
fn everyone_is_everyone_and_types_of_principals_differ() {
    let rules = set(vec![allow("User:*", Read, "task")]);
    assert!(may(&rules, ALICE, Read, "task"));
    assert!(may(&rules, "User:*", Read, "task"));
    // `matchingPrincipals` adds `User:*` whatever type the principal has.
    assert!(may(&rules, "Group:alice", Read, "task"));
    let rules = set(vec![allow(ALICE, Read, "task")]);
    assert!(!may(&rules, "Group:alice", Read, "task"));
    assert!(!may(&rules, "User:CN=alice", Read, "task"));
}

#[test]
fn types_of_resources_are_apart() {
    let rules = set(vec![allow(ALICE, Read, "task")]);
    let answer = rules.answer(&Question {
        resource_type: ResourceType::Group,
        ..question(ALICE, Read, "task")
    });
    assert_eq!(answer.because, Because::NoRuleAtAll);
}

#[test]
fn all_is_every_operation_both_ways() {
    let rules = set(vec![
        allow(ALICE, All, "task"),
        allow("User:bob", All, "task").denied(),
        allow("User:bob", All, "*"),
    ]);
    for operation in Operation::all() {
        assert!(may(&rules, ALICE, *operation, "task"));
        assert!(!may(&rules, "User:bob", *operation, "task"));
    }
    assert!(!may(
        &set(vec![allow(ALICE, Read, "task")]),
        ALICE,
        All,
        "task"
    ));
}

#[test]
fn allowing_implies_seeing() {
    for operation in Operation::all() {
        let rules = set(vec![allow(ALICE, *operation, "task")]);
        let describes = matches!(operation, All | Describe | Read | Write | Delete | Alter);
        let describes_configs = matches!(operation, All | DescribeConfigs | AlterConfigs);
        assert_eq!(
            may(&rules, ALICE, Describe, "task"),
            describes,
            "{operation:?}"
        );
        assert_eq!(
            may(&rules, ALICE, DescribeConfigs, "task"),
            describes_configs
        );
        assert_eq!(
            may(&rules, ALICE, Create, "task"),
            matches!(operation, All | Create)
        );
    }
}

#[test]
fn denying_implies_nothing() {
    let everything = allow(ALICE, All, "*");
    for operation in [Read, Write, Delete, Alter, AlterConfigs] {
        let rules = set(vec![
            everything.clone(),
            allow(ALICE, operation, "task").denied(),
        ]);
        assert!(!may(&rules, ALICE, operation, "task"));
        assert!(may(&rules, ALICE, Describe, "task"));
        assert!(may(&rules, ALICE, DescribeConfigs, "task"));
    }
}

#[test]
fn an_open_default_ends_with_the_first_rule_whosoever() {
    let rules = RuleSet::new(
        vec![
            allow("User:bob", Read, "task"),
            allow("User:bob", Write, "event-").prefix().denied(),
        ],
        simple(&[], true),
    );
    let answer = ask(&rules, ALICE, Read, "free");
    assert_eq!(answer.allowed, Some(true));
    assert_eq!(answer.because, Because::NoRuleAtAll);
    for name in ["task", "event-a"] {
        let answer = ask(&rules, ALICE, Read, name);
        assert_eq!(answer.allowed, Some(false));
        assert_eq!(answer.because, Because::NoRule);
    }
    let closed = ask(&set(Vec::new()), ALICE, Read, "free");
    assert_eq!(closed.allowed, Some(false));
    assert_eq!(closed.because, Because::NoRuleAtAll);
}

#[test]
fn a_host_is_any_or_one() {
    let rules = set(vec![
        allow(ALICE, Read, "task").at("10.0.0.1"),
        allow(ALICE, Write, "task"),
        allow(ALICE, Write, "task").denied().at("10.0.0.1"),
    ]);
    let from = |operation, host: &str| {
        let question = Question {
            host: Some(host.to_owned()),
            ..question(ALICE, operation, "task")
        };
        let answer = rules.answer(&question);
        assert!(!answer.hosts);
        answer.allowed.unwrap()
    };
    assert!(from(Read, "10.0.0.1"));
    assert!(!from(Read, "10.0.0.2"));
    assert!(!from(Write, "10.0.0.1"));
    assert!(from(Write, "10.0.0.2"));
}

#[test]
fn without_a_host_the_answer_says_whether_hosts_differ() {
    let told = |rules| {
        let answer = ask(&set(rules), ALICE, Read, "task");
        (answer.allowed.unwrap(), answer.hosts)
    };
    let read = || allow(ALICE, Read, "task");
    assert_eq!(told(vec![read()]), (true, false));
    assert_eq!(told(vec![read().at("h")]), (false, true));
    assert_eq!(told(vec![read(), read().denied().at("h")]), (true, true));
    assert_eq!(told(vec![read(), read().at("h")]), (true, false));
    assert_eq!(told(vec![read().denied(), read().at("h")]), (false, false));
    // Where the one host that may is denied as well, no host differs.
    let denied = vec![read().at("h"), allow("User:*", All, "*").denied().at("h")];
    assert_eq!(told(denied), (false, false));
    assert_eq!(
        told(vec![read().at("h"), read().denied().at("i")]),
        (false, true)
    );
}

#[test]
fn the_cluster_has_one_name() {
    let rules = set(vec![
        allow(ALICE, Alter, CLUSTER).on(ResourceType::Cluster),
        allow("User:bob", Alter, "my-cluster").on(ResourceType::Cluster),
    ]);
    let may = |principal| {
        let question = Question {
            resource_type: ResourceType::Cluster,
            ..question(principal, Alter, CLUSTER)
        };
        rules.answer(&question).allowed.unwrap()
    };
    assert!(may(ALICE));
    assert!(!may("User:bob"));
}

#[test]
fn any_resource_of_a_type_by_what_is_left_of_denials() {
    let on_any = |rules, operation| {
        set(rules).may_on_any(&Principal::new(ALICE), None, operation, ResourceType::Topic)
    };
    let write = |name| allow(ALICE, Write, name);
    assert!(on_any(vec![write("task")], Write));
    assert!(on_any(vec![allow("User:*", All, "t").prefix()], Write));
    assert!(!on_any(vec![write("task")], IdempotentWrite));
    assert!(!on_any(vec![write("task").at("h")], Write));
    // As written: no operation implies another here.
    assert!(!on_any(vec![allow(ALICE, Read, "task")], Describe));
    // The literal name is denied, or a prefix of it, or all.
    assert!(!on_any(vec![write("task"), write("task").denied()], Write));
    assert!(!on_any(
        vec![write("task"), write("ta").prefix().denied()],
        Write
    ));
    assert!(!on_any(
        vec![write("ta").prefix(), write("t").prefix().denied()],
        Write
    ));
    assert!(!on_any(
        vec![write("task"), allow(ALICE, All, "*").denied()],
        Write
    ));
    // Something is left of a wider one.
    assert!(on_any(
        vec![write("t").prefix(), write("ta").prefix().denied()],
        Write
    ));
    assert!(on_any(
        vec![write("ta").prefix(), write("ta").denied()],
        Write
    ));
    assert!(on_any(
        vec![write("*"), write("h").prefix().denied()],
        Write
    ));
    // Who may on a name that nobody has is let through first: super users, open defaults.
    let open = RuleSet::new(Vec::new(), simple(&[], true));
    assert!(open.may_on_any(&Principal::new(ALICE), None, Write, ResourceType::Topic));
}

#[test]
fn settings_are_read_as_kafka_reads_them() {
    let class = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    assert_eq!(
        Authorizer::from_settings(
            Some(class),
            Some(" User:a;;User:CN=b,O=c ; "),
            Some(" True")
        ),
        simple(&["User:a", "User:CN=b,O=c"], true)
    );
    assert_eq!(
        Authorizer::from_settings(Some(class), None, Some("yes")),
        simple(&[], false)
    );
    assert_eq!(
        Authorizer::from_settings(Some(""), None, None),
        Authorizer::None
    );
    assert_eq!(
        Authorizer::from_settings(Some("a.B"), None, None),
        Authorizer::Other {
            class: "a.B".to_owned()
        }
    );
}

#[test]
fn codes_and_labels_lead_back() {
    for operation in Operation::all() {
        assert_eq!(Operation::from_code(operation.code()), Some(*operation));
        assert_eq!(Operation::from_label(operation.label()), Some(*operation));
    }
    for resource_type in ResourceType::all() {
        assert_eq!(
            ResourceType::from_code(resource_type.code()),
            Some(*resource_type)
        );
    }
    // ANY and UNKNOWN are for filters.
    assert_eq!(Operation::from_code(1), None);
    assert_eq!(ResourceType::from_code(0), None);
    assert_eq!(Principal::new("User:CN=a:b").name(), "CN=a:b");
    assert_eq!(Principal::user("a").as_str(), "User:a");
}
