//! The same from the other sides: what a principal may do, who may do something, and every operation on one resource.

use super::{
    Answer, Authorizer, Because, Effect, Operation, Principal, Question, ResourceType, Rule,
    RuleSet,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a principal may do, as far as rules say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct May {
    /// Why rules don't matter, if they don't: no authorizer, a super user, an authorizer that can't be judged.
    pub whatever_rules_say: Option<Because>,
    /// The rules that allow it something, its own first.
    pub grants: Vec<Grant>,
    /// The rules that deny it something, its own first.
    pub denials: Vec<Rule>,
    /// Whether it may also do everything on resources that have no rule at all (`allow.everyone.if.no.acl.found`).
    pub all_without_rules: bool,
}

/// A rule that allows, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The rule.
    pub rule: Rule,
    /// Whether it is everyone's (`User:*`), not the principal's own.
    pub everyone: bool,
    /// A rule that denies all of it.
    pub void: Option<Rule>,
    /// Rules that deny part of it: some names, hosts or operations.
    pub limited_by: Vec<Rule>,
}

/// A principal, and what the authorizer says to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// Who; `User:*` is everyone else: whoever rules don't name.
    pub principal: Principal,
    /// What it is told.
    pub answer: Answer,
}

impl RuleSet {
    /// What this principal may do.
    pub fn may(&self, principal: &Principal) -> May {
        let held = self.of(principal);
        let denials: Vec<&Rule> = held
            .iter()
            .filter(|rule| rule.effect == Effect::Deny)
            .collect();
        let grants = held
            .iter()
            .filter(|rule| rule.effect == Effect::Allow)
            .map(|rule| Grant::of(rule, principal, &denials))
            .collect();
        May {
            whatever_rules_say: self.whatever_rules_say(principal),
            grants,
            denials: denials.into_iter().cloned().collect(),
            all_without_rules: matches!(
                self.authorizer(),
                Authorizer::Simple {
                    allow_everyone_if_no_acl_found: true,
                    ..
                }
            ),
        }
    }

    /// Who may do this: what every principal is told that a rule or the list of super users names, and `User:*` for the rest.
    /// Those that may first, then by name.
    pub fn holders(
        &self,
        resource_type: ResourceType,
        name: &str,
        operation: Operation,
    ) -> Vec<Holder> {
        let everyone = Principal::everyone();
        let principals: BTreeSet<&Principal> = self
            .principals()
            .chain(self.authorizer().super_users())
            .chain([&everyone])
            .collect();
        let mut holders: Vec<Holder> = principals
            .into_iter()
            .map(|principal| Holder {
                principal: principal.clone(),
                answer: self.answer(&Question {
                    principal: principal.clone(),
                    operation,
                    resource_type,
                    name: name.to_owned(),
                    host: None,
                }),
            })
            .collect();
        holders.sort_by_key(|holder| holder.answer.allowed != Some(true));
        holders
    }

    /// What is told to a principal for every operation there is on a resource.
    pub fn operations(
        &self,
        principal: &Principal,
        resource_type: ResourceType,
        name: &str,
        host: Option<&str>,
    ) -> Vec<(Operation, Answer)> {
        let mut question = Question {
            principal: principal.clone(),
            operation: Operation::All,
            resource_type,
            name: name.to_owned(),
            host: host.map(str::to_owned),
        };
        resource_type
            .operations()
            .iter()
            .map(|operation| {
                question.operation = *operation;
                (*operation, self.answer(&question))
            })
            .collect()
    }

    /// What decides without a look at rules.
    fn whatever_rules_say(&self, principal: &Principal) -> Option<Because> {
        let because = self
            .answer(&Question {
                principal: principal.clone(),
                operation: Operation::Describe,
                resource_type: ResourceType::Cluster,
                name: super::CLUSTER.to_owned(),
                host: None,
            })
            .because;
        matches!(
            because,
            Because::NoAuthorizer | Because::SuperUser | Because::Unknown { .. }
        )
        .then_some(because)
    }
}

impl Grant {
    fn of(rule: &Rule, principal: &Principal, denials: &[&Rule]) -> Self {
        // Everyone's rule as it is for this principal, so that a denial of the principal's own takes it away whole.
        let held = Rule {
            principal: principal.clone(),
            ..rule.clone()
        };
        let void = denials.iter().find(|denial| denial.voids(&held));
        let limited_by = match void {
            Some(_) => Vec::new(),
            None => denials
                .iter()
                .filter(|denial| denial.meets(&held))
                .map(|denial| (*denial).clone())
                .collect(),
        };
        Self {
            rule: rule.clone(),
            everyone: rule.principal.is_everyone() && !principal.is_everyone(),
            void: void.map(|denial| (*denial).clone()),
            limited_by,
        }
    }
}
