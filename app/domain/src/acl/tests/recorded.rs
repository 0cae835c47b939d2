//! Held against Kafka's own `StandardAuthorizer` 4.3.1: what it said is in `recorded.tsv`, which `Record.java` writes.

use crate::acl::{
    Authorizer, Effect, Operation, PatternType, Principal, Question, ResourceType, Rule, RuleSet,
};

struct Set {
    authorizer: Authorizer,
    rules: Vec<Rule>,
    questions: Vec<Vec<String>>,
}

fn sets() -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    for line in include_str!("recorded.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[0] {
            "S" => sets.push(Set {
                authorizer: Authorizer::Simple {
                    super_users: fields[1].split(';').map(Principal::new).collect(),
                    allow_everyone_if_no_acl_found: fields[2] == "1",
                },
                rules: Vec::new(),
                questions: Vec::new(),
            }),
            "R" => sets.last_mut().unwrap().rules.push(rule(&fields)),
            _ => sets
                .last_mut()
                .unwrap()
                .questions
                .push(fields.into_iter().map(str::to_owned).collect()),
        }
    }
    sets
}

fn code(text: &str) -> i8 {
    text.parse().unwrap()
}

fn rule(fields: &[&str]) -> Rule {
    Rule {
        principal: Principal::new(fields[1]),
        resource_type: ResourceType::from_code(code(fields[2])).unwrap(),
        pattern_type: PatternType::from_code(code(fields[3])).unwrap(),
        name: fields[4].to_owned(),
        operation: Operation::from_code(code(fields[5])).unwrap(),
        effect: Effect::from_code(code(fields[6])).unwrap(),
        host: fields[7].to_owned(),
    }
}

#[test]
fn kafka_says_the_same() {
    let (mut questions, mut any) = (0, 0);
    for set in sets() {
        let rules = RuleSet::new(set.rules, set.authorizer);
        for fields in set.questions {
            let principal = Principal::new(&fields[1]);
            let resource_type = ResourceType::from_code(code(&fields[2])).unwrap();
            let (said, allowed) = if fields[0] == "Q" {
                questions += 1;
                let answer = rules.answer(&Question {
                    principal,
                    resource_type,
                    name: fields[3].clone(),
                    operation: Operation::from_code(code(&fields[4])).unwrap(),
                    host: Some(fields[5].clone()),
                });
                (&fields[6], answer.allowed.unwrap())
            } else {
                any += 1;
                let operation = Operation::from_code(code(&fields[3])).unwrap();
                let may = rules.may_on_any(&principal, Some(&fields[4]), operation, resource_type);
                (&fields[5], may)
            };
            assert_eq!(said == "1", allowed, "{fields:?} of {:#?}", rules.rules());
        }
    }
    assert_eq!((questions, any), (1_800, 600));
}
