//! The decision itself (`StandardAuthorizerData.authorize`).

use super::{Answer, Authorizer, Because, Effect, Question, Rule, RuleSet};

impl RuleSet {
    /// What the authorizer says, and why.
    pub fn answer(&self, question: &Question) -> Answer {
        let decided = |allowed, because| Answer {
            allowed: Some(allowed),
            because,
            hosts: false,
        };
        match self.authorizer() {
            Authorizer::None => decided(true, Because::NoAuthorizer),
            Authorizer::Other { class } => Answer::unknown(format!(
                "The authorizer is {class}, which decides by rules that are not known here."
            )),
            Authorizer::Unknown { why } => Answer::unknown(why.clone()),
            Authorizer::Simple { super_users, .. } if super_users.contains(&question.principal) => {
                decided(true, Because::SuperUser)
            }
            Authorizer::Simple {
                allow_everyone_if_no_acl_found,
                ..
            } => self.count(question).answer(*allow_everyone_if_no_acl_found),
        }
    }

    /// The rules that count for a question.
    fn count<'s>(&'s self, question: &'s Question) -> Counted<'s> {
        let own = self.place_of(&question.principal);
        let everyone = self.everyone().filter(|place| Some(*place) != own);
        let mut counted = Counted::default();
        for bucket in self.buckets(question.resource_type, &question.name) {
            counted.any = true;
            for principal in own.into_iter().chain(everyone) {
                for rule in self.of_bucket(bucket, principal) {
                    counted.take(rule, question);
                }
            }
            if counted.deny.is_some() {
                break;
            }
        }
        counted
    }
}

impl Answer {
    fn unknown(why: String) -> Self {
        Self {
            allowed: None,
            because: Because::Unknown { why },
            hosts: false,
        }
    }
}

/// What is found on the way through the rules about a resource, the most particular first.
#[derive(Default)]
struct Counted<'r> {
    /// There is a rule about the resource, for whomever.
    any: bool,
    allow: Option<&'r Rule>,
    deny: Option<&'r Rule>,
    /// Rules that would count from the one host they name, where the question names none.
    of_hosts: Vec<&'r Rule>,
}

impl<'r> Counted<'r> {
    fn take(&mut self, rule: &'r Rule, question: &Question) {
        if !rule.decides(question.operation) {
            return;
        }
        match &question.host {
            _ if rule.is_for_any_host() => self.decide(rule),
            Some(host) if rule.host == *host => self.decide(rule),
            Some(_) => {}
            None => self.of_hosts.push(rule),
        }
    }

    fn decide(&mut self, rule: &'r Rule) {
        let slot = match rule.effect {
            Effect::Allow => &mut self.allow,
            Effect::Deny => &mut self.deny,
        };
        slot.get_or_insert(rule);
    }

    fn answer(&self, allow_everyone_if_no_acl_found: bool) -> Answer {
        let (allowed, because) = match (self.deny, self.allow) {
            (Some(rule), _) => (false, Because::Denied { rule: rule.clone() }),
            (None, Some(rule)) => (true, Because::Allowed { rule: rule.clone() }),
            (None, None) if self.any => (false, Because::NoRule),
            (None, None) => (allow_everyone_if_no_acl_found, Because::NoRuleAtAll),
        };
        Answer {
            allowed: Some(allowed),
            because,
            hosts: self.some_host_differs(),
        }
    }

    /// Whether a host that a rule names gets the other answer. A rule that denies for `*` denies there too.
    fn some_host_differs(&self) -> bool {
        let denied_at = |host: &str| {
            self.of_hosts
                .iter()
                .any(|rule| rule.effect == Effect::Deny && rule.host == host)
        };
        match (self.deny, self.allow) {
            (Some(_), _) => false,
            (None, Some(_)) => self.of_hosts.iter().any(|rule| rule.effect == Effect::Deny),
            (None, None) => self
                .of_hosts
                .iter()
                .any(|rule| rule.effect == Effect::Allow && !denied_at(&rule.host)),
        }
    }
}
