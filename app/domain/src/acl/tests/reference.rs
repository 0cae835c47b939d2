//! The same rules read slowly: no index, no order, one pass over everything, as the documentation of Kafka tells them.

use super::simple;
use crate::acl::{
    Answer, Authorizer, Because, Effect, Operation, PatternType, Principal, Question, ResourceType,
    Rule, RuleSet,
};
use proptest::prelude::*;

/// Whether it is allowed, from one host.
fn slow(rules: &[Rule], open: bool, super_users: &[&str], question: &Question, host: &str) -> bool {
    if super_users.contains(&question.principal.as_str()) {
        return true;
    }
    let about: Vec<&Rule> = rules
        .iter()
        .filter(|rule| rule.resource_type == question.resource_type)
        .filter(|rule| match rule.pattern_type {
            PatternType::Literal => rule.name == "*" || rule.name == question.name,
            PatternType::Prefix => question.name.starts_with(&rule.name),
        })
        .collect();
    let counts = |rule: &&&Rule| {
        (rule.principal == question.principal || rule.principal == "User:*")
            && (rule.host == "*" || rule.host == host)
    };
    let implied: &[Operation] = match question.operation {
        Operation::Describe => &[
            Operation::Read,
            Operation::Write,
            Operation::Delete,
            Operation::Alter,
        ],
        Operation::DescribeConfigs => &[Operation::AlterConfigs],
        _ => &[],
    };
    let same = |rule: &Rule| [Operation::All, question.operation].contains(&rule.operation);
    let denied = about
        .iter()
        .filter(counts)
        .any(|rule| rule.effect == Effect::Deny && same(rule));
    let allowed = about.iter().filter(counts).any(|rule| {
        rule.effect == Effect::Allow && (same(rule) || implied.contains(&rule.operation))
    });
    !denied && (allowed || (about.is_empty() && open))
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ab]{1,3}",
        1 => Just("*".to_owned()),
        1 => "[ab]{1,2}\\*",
        1 => "é[aé]?",
    ]
}

fn principals() -> impl Strategy<Value = Principal> {
    prop::sample::select(vec!["User:a", "User:b", "User:CN=a", "User:*", "User:root"])
        .prop_map(Principal::new)
}

fn operations() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => prop::sample::select(vec![Operation::All, Operation::Read, Operation::Describe]),
        2 => prop::sample::select(Operation::all()),
    ]
}

fn types() -> impl Strategy<Value = ResourceType> {
    prop_oneof![
        3 => Just(ResourceType::Topic),
        1 => prop::sample::select(ResourceType::all()),
    ]
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (
        principals(),
        types(),
        prop::sample::select(PatternType::all()),
        names(),
        operations(),
        prop_oneof![3 => Just(Effect::Allow), 1 => Just(Effect::Deny)],
        prop::sample::select(vec!["*", "*", "h", "i"]),
    )
        .prop_map(
            |(principal, resource_type, pattern_type, name, operation, effect, host)| Rule {
                principal,
                resource_type,
                pattern_type,
                name,
                operation,
                effect,
                host: host.to_owned(),
            },
        );
    prop::collection::vec(rule, 0..24)
}

fn questions() -> impl Strategy<Value = Question> {
    (
        principals(),
        operations(),
        types(),
        names(),
        prop::sample::select(vec![None, Some("h"), Some("i"), Some("j")]),
    )
        .prop_map(
            |(principal, operation, resource_type, name, host)| Question {
                principal,
                operation,
                resource_type,
                name,
                host: host.map(str::to_owned),
            },
        )
}

/// Whether the reason is true of the question, and goes with the answer.
fn is_reason(answer: &Answer, question: &Question) -> bool {
    let counts = |rule: &Rule| {
        rule.resource_type == question.resource_type
            && rule.is_about(&question.name)
            && rule.is_for(&question.principal)
            && rule.decides(question.operation)
    };
    match &answer.because {
        Because::Allowed { rule } => {
            answer.allowed == Some(true) && rule.effect == Effect::Allow && counts(rule)
        }
        Because::Denied { rule } => {
            answer.allowed == Some(false) && rule.effect == Effect::Deny && counts(rule)
        }
        Because::NoRule => answer.allowed == Some(false),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_index_answers_as_the_slow_reading(rules in rules(), open: bool, questions in prop::collection::vec(questions(), 8)) {
        let super_users = ["User:root"];
        let set = RuleSet::new(rules.clone(), simple(&super_users, open));
        for question in &questions {
            let answer = set.answer(question);
            let from = |host: &str| slow(&rules, open, &super_users, question, host);
            // No rule is for this host.
            let elsewhere = question.host.as_deref().unwrap_or("nowhere");
            prop_assert_eq!(answer.allowed, Some(from(elsewhere)), "{:?}", question);
            prop_assert!(is_reason(&answer, question), "{:?} of {:?}", answer, question);
            let differ = question.host.is_none()
                && ["h", "i"].iter().any(|host| Some(from(host)) != answer.allowed);
            prop_assert_eq!(answer.hosts, differ, "{:?}", question);
        }
    }

    #[test]
    fn a_rule_with_wider_names_is_found_by_the_name(rules in rules()) {
        let set = RuleSet::new(rules.clone(), simple(&[], false));
        for rule in &rules {
            for wider in rules.iter().filter(|wider| wider.names_cover(rule)) {
                prop_assert!(set.about(rule.resource_type, &rule.name).any(|found| found == wider));
            }
        }
    }

    #[test]
    fn a_covered_rule_can_go(rules in rules(), questions in prop::collection::vec(questions(), 8)) {
        let Some((at, _)) = rules.iter().enumerate().find(|(at, rule)| {
            rules.iter().enumerate().any(|(other, by)| other != *at && by.covers(rule))
        }) else {
            return Ok(());
        };
        let mut fewer = rules.clone();
        fewer.remove(at);
        let (all, fewer) = (RuleSet::new(rules, simple(&[], false)), RuleSet::new(fewer, simple(&[], false)));
        for question in &questions {
            prop_assert_eq!(all.answer(question).allowed, fewer.answer(question).allowed, "{:?}", question);
        }
    }

    #[test]
    fn a_void_rule_allows_at_most_to_see(rules in rules(), questions in prop::collection::vec(questions(), 8)) {
        let Some(at) = rules.iter().position(|rule| rules.iter().any(|by| by.voids(rule))) else {
            return Ok(());
        };
        let mut fewer = rules.clone();
        fewer.remove(at);
        let (all, fewer) = (RuleSet::new(rules, simple(&[], false)), RuleSet::new(fewer, simple(&[], false)));
        for question in &questions {
            if !matches!(question.operation, Operation::Describe | Operation::DescribeConfigs) {
                prop_assert_eq!(all.answer(question).allowed, fewer.answer(question).allowed, "{:?}", question);
            }
        }
    }

    #[test]
    fn what_is_corrected_allows(rules in rules(), question in questions()) {
        let set = RuleSet::new(rules.clone(), simple(&[], false));
        if let Some(corrected) = set.nearest(&question).and_then(|near| near.corrected) {
            let more = rules.into_iter().chain([corrected]).collect();
            let set = RuleSet::new(more, simple(&[], false));
            prop_assert_eq!(set.answer(&question).allowed, Some(true), "{:?}", question);
        }
    }

    #[test]
    fn some_answer_yes_means_yes_on_any(rules in rules(), open: bool, question in questions()) {
        // Kafka takes operations as written, and literal names as if they were all; so only plain cases are compared.
        let set = RuleSet::new(rules.clone(), simple(&[], open));
        let answer = set.answer(&question);
        let any = set.may_on_any(&question.principal, question.host.as_deref(), question.operation, question.resource_type);
        let no_denial = rules.iter().all(|rule| rule.effect == Effect::Allow);
        if let Because::Allowed { rule } = &answer.because && no_denial && rule.operation.denies(question.operation) {
            prop_assert!(any);
        }
        if matches!(set.authorizer(), Authorizer::Simple { .. }) && rules.is_empty() {
            prop_assert_eq!(any, open);
        }
    }
}
