//! The rules of Kafka's authorizer, one by one; against what Kafka itself said; and against a slow reading of the same rules.

mod decisions;
mod declared;
mod findings;
mod grants;
mod nearest;
mod recorded;
mod reference;
mod yaml;

use super::{
    ANY, Answer, Authorizer, Effect, Operation, PatternType, Principal, Question, ResourceType,
    Rule, RuleSet,
};

/// `allow User:x Read topic literal name`, from which tests take what they need otherwise.
fn allow(principal: &str, operation: Operation, name: &str) -> Rule {
    Rule {
        principal: Principal::new(principal),
        resource_type: ResourceType::Topic,
        pattern_type: PatternType::Literal,
        name: name.to_owned(),
        operation,
        effect: Effect::Allow,
        host: ANY.to_owned(),
    }
}

impl Rule {
    fn denied(self) -> Self {
        Self {
            effect: Effect::Deny,
            ..self
        }
    }

    fn prefix(self) -> Self {
        Self {
            pattern_type: PatternType::Prefix,
            ..self
        }
    }

    fn at(self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self
        }
    }

    fn on(self, resource_type: ResourceType) -> Self {
        Self {
            resource_type,
            ..self
        }
    }
}

fn simple(super_users: &[&str], allow_everyone_if_no_acl_found: bool) -> Authorizer {
    Authorizer::Simple {
        super_users: super_users.iter().map(Principal::new).collect(),
        allow_everyone_if_no_acl_found,
    }
}

fn set(rules: Vec<Rule>) -> RuleSet {
    RuleSet::new(rules, simple(&[], false))
}

fn question(principal: &str, operation: Operation, name: &str) -> Question {
    Question {
        principal: Principal::new(principal),
        operation,
        resource_type: ResourceType::Topic,
        name: name.to_owned(),
        host: None,
    }
}

fn ask(rules: &RuleSet, principal: &str, operation: Operation, name: &str) -> Answer {
    rules.answer(&question(principal, operation, name))
}

fn may(rules: &RuleSet, principal: &str, operation: Operation, name: &str) -> bool {
    ask(rules, principal, operation, name).allowed.unwrap()
}
