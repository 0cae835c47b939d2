//! Rules, passwords, quotas and the authorizer's settings: four questions to the cluster, however many users it has.

use super::{Poller, completeness, failed, now, refreshed};
use crate::{
    error::KafkaError,
    inventory::{
        kinds::{Changes, Kind},
        principals::Principals,
        snapshot::{DataSet, Snapshot},
    },
};
use penstock_domain::{
    acl::{Authorizer, Rule, RuleSet},
    envelope::Missing,
    ids::NodeId,
    user::{credential::ScramCredential, quota::Quota},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Fifty thousand rules are some megabytes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Questions of a round.
const PARTS: usize = 4;

/// What a round brought.
struct Round {
    rules: Result<Option<Vec<Rule>>, KafkaError>,
    authorizer: Result<Authorizer, KafkaError>,
    scram: Result<BTreeMap<String, Vec<ScramCredential>>, KafkaError>,
    quotas: Result<Vec<Quota>, KafkaError>,
}

impl Poller {
    pub(super) async fn refresh_principals(&self) {
        let snapshot = self.published.current();
        let Some(node) = any_broker(&snapshot) else {
            return;
        };
        let client = &self.client;
        let (rules, authorizer, scram, quotas) = tokio::join!(
            client.rules(PATIENCE),
            client.authorizer(node, PATIENCE),
            client.scram_credentials(PATIENCE),
            client.quotas(PATIENCE),
        );
        let round = Round {
            rules,
            authorizer,
            scram,
            quotas,
        };
        let previous = snapshot.principals.clone();
        let assembled = tokio::task::spawn_blocking(move || {
            let set = assemble(&previous, round);
            let changes = difference(&previous, &set);
            (set, changes)
        });
        let Ok((set, changes)) = assembled.await else {
            return;
        };
        self.published.publish(|snapshot| {
            snapshot.principals = set;
            changes
        });
    }
}

/// One that answers, else any: its own settings are asked for.
fn any_broker(snapshot: &Snapshot) -> Option<NodeId> {
    let brokers = &snapshot.brokers.value.as_ref()?.brokers;
    let answering = brokers.iter().find(|broker| broker.reach.answers());
    answering.or(brokers.first()).map(|broker| broker.id)
}

fn assemble(previous: &DataSet<Principals>, round: Round) -> DataSet<Principals> {
    let empty = Principals::default();
    let old = previous.value.as_deref().unwrap_or(&empty);
    let mut missing = Vec::new();
    let mut answered = 0;
    let mut first_error = None;
    let mut lost = |what: &str, error: KafkaError| {
        missing.push(Missing {
            what: what.to_owned(),
            why: error.to_string(),
        });
        first_error.get_or_insert(error);
    };
    let rules = match (round.rules, round.authorizer) {
        (Ok(rules), authorizer) => {
            answered += 1;
            let authorizer = match (&rules, authorizer) {
                (None, _) => Authorizer::None,
                (Some(_), Ok(authorizer)) => {
                    answered += 1;
                    authorizer
                }
                (Some(_), Err(error)) => {
                    let why = error.to_string();
                    lost("settings of the authorizer", error);
                    Authorizer::Unknown { why }
                }
            };
            Some(shared(
                old.rules.as_ref(),
                rules.unwrap_or_default(),
                authorizer,
            ))
        }
        (Err(error), _) => {
            lost("rules", error);
            old.rules.clone()
        }
    };
    let scram = match round.scram {
        Ok(scram) => {
            answered += 1;
            Some(Arc::new(scram))
        }
        Err(error) => {
            lost("passwords on the brokers", error);
            old.scram.clone()
        }
    };
    let quotas = match round.quotas {
        Ok(quotas) => {
            answered += 1;
            Some(Arc::new(quotas))
        }
        Err(error) => {
            lost("quotas", error);
            old.quotas.clone()
        }
    };
    if answered == 0
        && let Some(error) = first_error
    {
        return failed(previous, error);
    }
    let value = Principals {
        rules,
        scram,
        quotas,
    };
    // Brokers without an authorizer have no settings of one.
    let expected = PARTS.min(answered + missing.len());
    refreshed(Arc::new(value), now(), (answered, expected), missing)
}

/// The old rules where nothing changed: an index over fifty thousand is not made anew.
fn shared(old: Option<&Arc<RuleSet>>, rules: Vec<Rule>, authorizer: Authorizer) -> Arc<RuleSet> {
    match old {
        Some(old) if *old.rules() == *rules && *old.authorizer() == authorizer => old.clone(),
        _ => Arc::new(RuleSet::new(rules, authorizer)),
    }
}

fn difference(old: &DataSet<Principals>, new: &DataSet<Principals>) -> Changes {
    let changes = completeness(Kind::Principals, old, new);
    let same = match (old.value.as_deref(), new.value.as_deref()) {
        (Some(old), Some(new)) => old.same(new),
        (None, None) => true,
        _ => false,
    };
    if same {
        changes
    } else {
        changes.and(Changes::structure(Kind::Principals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::acl::{Effect, Operation, PatternType, Principal, ResourceType};

    fn rule(name: &str) -> Rule {
        Rule {
            principal: Principal::new("User:a"),
            host: "*".to_owned(),
            effect: Effect::Allow,
            operation: Operation::Read,
            resource_type: ResourceType::Topic,
            pattern_type: PatternType::Literal,
            name: name.to_owned(),
        }
    }

    fn round(rules: Result<Option<Vec<Rule>>, KafkaError>) -> Round {
        Round {
            rules,
            authorizer: Ok(Authorizer::Simple {
                super_users: vec![],
                allow_everyone_if_no_acl_found: false,
            }),
            scram: Ok(BTreeMap::new()),
            quotas: Err(KafkaError::Stopped),
        }
    }

    #[test]
    fn parts_fail_one_by_one_and_keep_what_was_known() {
        let first = assemble(&DataSet::default(), round(Ok(Some(vec![rule("orders")]))));
        assert_eq!(first.missing[0].what, "quotas");
        let again = assemble(&first, round(Ok(Some(vec![rule("orders")]))));
        assert!(difference(&first, &again).is_empty());
        let silent = assemble(&again, round(Err(KafkaError::Stopped)));
        let known = silent.value.as_deref().unwrap().rules.clone().unwrap();
        assert_eq!(known.len(), 1);
        assert!(difference(&again, &silent).reshapes(Kind::Principals));
        let other = assemble(&again, round(Ok(Some(vec![rule("tasks")]))));
        assert!(difference(&again, &other).reshapes(Kind::Principals));
    }

    #[test]
    fn brokers_without_an_authorizer_say_so() {
        let set = assemble(&DataSet::default(), round(Ok(None)));
        let rules = set.value.as_deref().unwrap().rules.clone().unwrap();
        assert_eq!(*rules.authorizer(), Authorizer::None);
        assert!(rules.is_empty());
    }
}
