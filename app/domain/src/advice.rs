//! Advice: what is the matter with something that works, why, and YAML that corrects it.
//!
//! The rules over a cluster as it is declared stand here and are pure; those over users are in `user::judge`. What does not work *now*
//! is the verdict's (`verdict`), not advice.

use crate::{acl::Authorizer, cluster::Listener, verdict::Severity};
use serde::{Deserialize, Serialize};

/// Something that a person should know, and what corrects it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// How much it weighs.
    pub severity: Severity,
    /// What is the matter, as a sentence without its full stop.
    pub what: String,
    /// Why, or what helps.
    pub then: Option<String>,
    /// YAML that corrects it, to copy.
    pub yaml: Option<String>,
}

/// Advice on a resource of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterAdvice {
    /// On which: `KafkaNodePool dual-role`, `listener plain`.
    pub about: String,
    /// A user's name, where its page has more.
    pub user: Option<String>,
    /// The advice itself.
    pub advice: Advice,
}

/// A node pool, as far as advice goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFacts {
    /// Its name.
    pub name: String,
    /// How many nodes.
    pub replicas: Option<u32>,
    /// Whether a volume is lost with its pod.
    pub ephemeral: bool,
    /// Whether its nodes hold records.
    pub broker: bool,
    /// Whether memory is limited.
    pub limited: bool,
}

/// A cluster as it is declared.
#[derive(Clone, Debug)]
pub struct DeclaredFacts<'a> {
    /// Name of the Kafka resource.
    pub name: &'a str,
    /// `spec.kafka.listeners`.
    pub listeners: &'a [Listener],
    /// `spec.kafka.authorization.type`.
    pub authorization: Option<&'a str>,
    /// Who decides on the brokers, where they have told.
    pub authorizer: Option<&'a Authorizer>,
    /// Its pools.
    pub pools: &'a [PoolFacts],
    /// `default.replication.factor` and `min.insync.replicas` of `spec.kafka.config`.
    pub replication: (Option<u32>, Option<u32>),
}

/// What is the matter with a declaration, worst first.
pub fn on_cluster(facts: &DeclaredFacts<'_>) -> Vec<ClusterAdvice> {
    let mut all = Vec::new();
    all.extend(facts.pools.iter().filter_map(|pool| ephemeral(pool, facts)));
    all.extend(no_authorization(facts));
    all.extend(facts.listeners.iter().filter_map(open_listener));
    all.extend(one_replica(facts));
    all.extend(facts.pools.iter().filter_map(no_limit));
    all.sort_by_key(|one| std::cmp::Reverse(one.advice.severity));
    all
}

fn about(about: String, advice: Advice) -> ClusterAdvice {
    ClusterAdvice {
        about,
        user: None,
        advice,
    }
}

fn nodes(facts: &DeclaredFacts<'_>) -> u32 {
    let brokers = facts.pools.iter().filter(|pool| pool.broker);
    brokers.filter_map(|pool| pool.replicas).sum()
}

fn ephemeral(pool: &PoolFacts, facts: &DeclaredFacts<'_>) -> Option<ClusterAdvice> {
    if !pool.ephemeral {
        return None;
    }
    let alone = nodes(facts) <= 1;
    Some(about(
        format!("KafkaNodePool {}", pool.name),
        Advice {
            severity: if alone { Severity::Bad } else { Severity::Warn },
            what: if alone {
                "Every record is lost when the pod restarts".to_owned()
            } else {
                "A node loses its records when its pod restarts".to_owned()
            },
            then: Some(format!(
                "Its storage is ephemeral{}. Storage can’t be changed in place: the operator ignores another type on a pool that exists. Add a pool with this storage, or delete the cluster and create it anew.",
                if alone { ", and there is no second node" } else { "" }
            )),
            yaml: Some(
                "storage:\n  type: jbod\n  volumes:\n    - id: 0\n      type: persistent-claim\n      size: 10Gi\n      kraftMetadata: shared\n"
                    .to_owned(),
            ),
        },
    ))
}

fn no_authorization(facts: &DeclaredFacts<'_>) -> Option<ClusterAdvice> {
    let none = facts.authorization.is_none()
        && !matches!(
            facts.authorizer,
            Some(Authorizer::Simple { .. } | Authorizer::Other { .. })
        );
    none.then(|| {
        about(
            format!("Kafka {}", facts.name),
            Advice {
                severity: Severity::Warn,
                what: "Anyone who connects may do anything".to_owned(),
                then: Some(
                    "It has no spec.kafka.authorization: no rule is asked, also for delete, and rules of KafkaUsers have no place to go. Declare the rules of every user before this is added: what no rule allows is denied then."
                        .to_owned(),
                ),
                yaml: Some("authorization:\n  type: simple\n".to_owned()),
            },
        )
    })
}

fn open_listener(listener: &Listener) -> Option<ClusterAdvice> {
    if listener.authentication.is_some() && listener.tls {
        return None;
    }
    let (what, then) = match (listener.tls, listener.authentication.is_some()) {
        (false, false) => (
            "no TLS, no sign-in",
            "Records and settings pass in the clear, and everybody is User:ANONYMOUS there.",
        ),
        (false, true) => (
            "no TLS",
            "Records pass in the clear for whoever can see the network.",
        ),
        _ => (
            "no sign-in",
            "Encrypted, and everybody is User:ANONYMOUS there: no rule can tell clients apart.",
        ),
    };
    let port = listener.port.unwrap_or(9094);
    let kind = listener.kind.as_deref().unwrap_or("internal");
    Some(about(
        format!("listener {}", listener.name),
        Advice {
            severity: Severity::Warn,
            what: format!("Listener {}: {what}", listener.name),
            then: Some(then.to_owned()),
            yaml: Some(format!(
                "- name: {}\n  port: {port}\n  type: {kind}\n  tls: true\n  authentication:\n    type: {}\n",
                listener.name,
                listener
                    .authentication
                    .as_deref()
                    .unwrap_or("scram-sha-512")
            )),
        },
    ))
}

fn one_replica(facts: &DeclaredFacts<'_>) -> Option<ClusterAdvice> {
    let (factor, min_in_sync) = facts.replication;
    let (factor, min_in_sync) = (factor.unwrap_or(1), min_in_sync.unwrap_or(1));
    if factor > 1 && min_in_sync > 1 {
        return None;
    }
    let what = if factor <= 1 {
        "New topics have one replica: nothing survives the loss of a node"
    } else {
        "Writes are acknowledged by one replica: its loss loses records"
    };
    let enough = nodes(facts) >= 3;
    Some(about(
        format!("Kafka {}", facts.name),
        Advice {
            severity: Severity::Warn,
            what: what.to_owned(),
            then: Some(format!(
                "default.replication.factor is {factor}, min.insync.replicas {min_in_sync}.{}",
                if enough { "" } else { " Three replicas need three broker nodes." }
            )),
            yaml: Some(
                "config:\n  default.replication.factor: 3\n  min.insync.replicas: 2\n  offsets.topic.replication.factor: 3\n  transaction.state.log.replication.factor: 3\n  transaction.state.log.min.isr: 2\n"
                    .to_owned(),
            ),
        },
    ))
}

fn no_limit(pool: &PoolFacts) -> Option<ClusterAdvice> {
    (!pool.limited).then(|| {
        about(
            format!("KafkaNodePool {}", pool.name),
            Advice {
                severity: Severity::Info,
                what: "Its pods have no resources declared".to_owned(),
                then: Some(
                    "Nothing bounds their memory; the machine may kill them or their neighbours."
                        .to_owned(),
                ),
                yaml: Some(
                    "resources:\n  requests:\n    memory: 2Gi\n    cpu: 500m\n  limits:\n    memory: 2Gi\n"
                        .to_owned(),
                ),
            },
        )
    })
}

/// Advice on one topic: how many replicas it has, and how many must acknowledge.
pub fn on_topic(replicas: Option<u32>, min_in_sync: Option<u32>, brokers: u32) -> Vec<Advice> {
    let mut all = Vec::new();
    if replicas == Some(1) {
        all.push(Advice {
            severity: Severity::Warn,
            what: "It has one replica: its records go with their node".to_owned(),
            then: Some(if brokers >= 3 {
                "The factor of a topic that exists is changed by Cruise Control, or by a reassignment; a KafkaTopic that declares it alone does not.".to_owned()
            } else {
                "Three replicas need three broker nodes.".to_owned()
            }),
            yaml: Some("spec:\n  replicas: 3\n  config:\n    min.insync.replicas: 2\n".to_owned()),
        });
    } else if replicas.is_some() && min_in_sync == Some(1) {
        all.push(Advice {
            severity: Severity::Info,
            what: "acks=all is satisfied by one replica".to_owned(),
            then: Some("min.insync.replicas is 1: a record that one replica has is acknowledged, and lost with it.".to_owned()),
            yaml: Some("spec:\n  config:\n    min.insync.replicas: 2\n".to_owned()),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(name: &str, tls: bool, authentication: Option<&str>) -> Listener {
        Listener {
            name: name.to_owned(),
            kind: Some("internal".to_owned()),
            port: Some(9092),
            tls,
            authentication: authentication.map(str::to_owned),
            bootstrap: None,
            has_certificates: false,
        }
    }

    /// The seed of the demo's `dev/sandbox`: what guides teach for a first cluster.
    #[test]
    fn the_faults_of_a_first_cluster_are_all_named() {
        let listeners = [listener("plain", false, None), listener("tls", true, None)];
        let pools = [PoolFacts {
            name: "dual-role".to_owned(),
            replicas: Some(1),
            ephemeral: true,
            broker: true,
            limited: false,
        }];
        let advice = on_cluster(&DeclaredFacts {
            name: "sandbox",
            listeners: &listeners,
            authorization: None,
            authorizer: Some(&Authorizer::None),
            pools: &pools,
            replication: (Some(1), Some(1)),
        });
        let whats: Vec<&str> = advice.iter().map(|one| one.advice.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "Every record is lost when the pod restarts",
                "Anyone who connects may do anything",
                "Listener plain: no TLS, no sign-in",
                "Listener tls: no sign-in",
                "New topics have one replica: nothing survives the loss of a node",
                "Its pods have no resources declared",
            ]
        );
        assert!(advice.iter().all(|one| one.advice.yaml.is_some()));
    }

    #[test]
    fn a_sound_cluster_gets_no_advice() {
        let listeners = [listener("scram", true, Some("scram-sha-512"))];
        let pools = [PoolFacts {
            name: "broker".to_owned(),
            replicas: Some(3),
            ephemeral: false,
            broker: true,
            limited: true,
        }];
        let advice = on_cluster(&DeclaredFacts {
            name: "good",
            listeners: &listeners,
            authorization: Some("simple"),
            authorizer: None,
            pools: &pools,
            replication: (Some(3), Some(2)),
        });
        assert!(advice.is_empty(), "{advice:?}");
        assert!(on_topic(Some(3), Some(2), 3).is_empty());
        assert_eq!(on_topic(Some(1), Some(1), 3).len(), 1);
        assert_eq!(on_topic(Some(3), Some(1), 3)[0].severity, Severity::Info);
        assert!(on_topic(None, Some(1), 3).is_empty());
    }
}
