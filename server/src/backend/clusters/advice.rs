//! Advice on a cluster as it is declared, with that on its users for those who may list them. Pure.

use crate::backend::{sight::Sight, users};
use penstock_cluster::{listeners::listeners, resource::Kafka};
use penstock_domain::{
    advice::{self, ClusterAdvice, DeclaredFacts, PoolFacts},
    cluster::Listener,
    verdict::Severity,
};

/// Users that a cluster's advice names; the rest are a page of their own.
const MOST_USERS: usize = 10;

/// All of it, worst first; nothing for clusters that no resource declares.
pub fn of(sight: &Sight, sees_users: bool) -> Vec<ClusterAdvice> {
    let Some(kafka) = sight.kafka() else {
        return Vec::new();
    };
    let mut all = of_declaration(sight, kafka);
    if sees_users {
        all.extend(of_users(sight));
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.advice.severity));
    all
}

fn of_declaration(sight: &Sight, kafka: &Kafka) -> Vec<ClusterAdvice> {
    let pools: Vec<PoolFacts> = sight
        .view()
        .node_pools(sight.cluster())
        .map(|pool| PoolFacts {
            name: pool.metadata.name.to_string(),
            replicas: pool.body.replicas,
            ephemeral: pool.body.ephemeral,
            broker: pool.body.roles.iter().any(|role| role == "broker"),
            limited: pool.body.resources.is_some(),
        })
        .collect();
    let number = |key: &str| kafka.body.config.get(key)?.parse().ok();
    let declared: Vec<Listener> = listeners(kafka);
    let authorizer = users::authorizer(sight);
    advice::on_cluster(&DeclaredFacts {
        name: kafka.metadata.name.as_str(),
        listeners: &declared,
        authorization: kafka.body.authorization.as_deref(),
        authorizer: authorizer.as_ref(),
        pools: &pools,
        replication: (
            number("default.replication.factor"),
            number("min.insync.replicas"),
        ),
    })
}

/// Each finding of the users that wait for a person.
fn of_users(sight: &Sight) -> Vec<ClusterAdvice> {
    let table = sight.users();
    table
        .declared_in_need()
        .take(MOST_USERS)
        .flat_map(|(row, findings)| {
            let worth = findings
                .iter()
                .filter(|finding| finding.severity > Severity::Info);
            worth.map(|advice| ClusterAdvice {
                about: format!("KafkaUser {}", row.name),
                user: Some(row.principal.name().to_owned()),
                advice: advice.clone(),
            })
        })
        .collect()
}
