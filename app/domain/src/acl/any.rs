//! Whether a principal may do something to any resource of a type, whichever it is.

use super::{Effect, Operation, PatternType, Principal, Question, ResourceType, Rule, RuleSet};
use std::collections::BTreeSet;

/// The name by which Kafka finds super users and open defaults first (`Authorizer.authorizeByResourceType`).
const HARDCODE: &str = "hardcode";

impl RuleSet {
    /// Whether there is some name of this type on which the principal may do this (`Authorizer.authorizeByResourceType`).
    ///
    /// Brokers ask it where a producer starts without a transactional id: `IdempotentWrite` on the cluster is enough, and so is
    /// `Write` on any topic (KIP-679, `KafkaApis.handleInitProducerIdRequest`). It is about rules, not about names that exist,
    /// and takes operations as they are written: an allowed `Read` is not a `Describe` here. `host` is as in
    /// [`Question::host`]; an authorizer that can't be judged says no.
    pub fn may_on_any(
        &self,
        principal: &Principal,
        host: Option<&str>,
        operation: Operation,
        resource_type: ResourceType,
    ) -> bool {
        let hardcode = Question {
            principal: principal.clone(),
            operation,
            resource_type,
            name: HARDCODE.to_owned(),
            host: host.map(str::to_owned),
        };
        match self.answer(&hardcode).allowed {
            Some(true) => true,
            Some(false) => self.some_allowed_is_left(principal, host, operation, resource_type),
            None => false,
        }
    }

    fn some_allowed_is_left(
        &self,
        principal: &Principal,
        host: Option<&str>,
        operation: Operation,
        resource_type: ResourceType,
    ) -> bool {
        let (allowed, denied): (Vec<&Rule>, Vec<&Rule>) = self
            .of(principal)
            .iter()
            .filter(|rule| rule.resource_type == resource_type)
            .filter(|rule| rule.is_for_any_host() || host == Some(rule.host.as_str()))
            .filter(|rule| rule.operation.denies(operation))
            .partition(|rule| rule.effect == Effect::Allow);
        let is_any =
            |rule: &&Rule| rule.pattern_type == PatternType::Literal && rule.is_about_all();
        if denied.iter().any(is_any) {
            return false;
        }
        let denied = Denied::of(&denied);
        allowed
            .iter()
            .any(|rule| is_any(rule) || !denied.dominates(rule))
    }
}

/// The names that are denied.
struct Denied<'r> {
    literals: BTreeSet<&'r str>,
    prefixes: BTreeSet<&'r str>,
}

impl<'r> Denied<'r> {
    fn of(rules: &[&'r Rule]) -> Self {
        let names = |pattern_type| {
            rules
                .iter()
                .filter(|rule| rule.pattern_type == pattern_type)
                .map(|rule| rule.name.as_str())
                .collect()
        };
        Self {
            literals: names(PatternType::Literal),
            prefixes: names(PatternType::Prefix),
        }
    }

    /// Whether nothing is left of what the rule allows: its literal name is denied, or a prefix of its name.
    fn dominates(&self, allowed: &Rule) -> bool {
        let literal = allowed.pattern_type == PatternType::Literal
            && self.literals.contains(allowed.name.as_str());
        literal
            || allowed
                .name
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8())
                .filter_map(|end| allowed.name.get(..end))
                .any(|prefix| self.prefixes.contains(prefix))
    }
}
