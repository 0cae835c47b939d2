//! Clusters: rows of the list, the overview, and the facts from which the verdict is judged. Pure.

pub mod advice;
pub mod csv;

use super::{
    groups,
    link::{Link, connection_of},
    nodes,
    problems::sentence,
    sight::Sight,
    topics::table::TopicTable,
};
use penstock_cluster::listeners::listeners;
use penstock_domain::{
    cluster::{ClusterList, ClusterOverview, ClusterSummary, Listener, Origin, Versions},
    condition::ReadinessState,
    envelope::Missing,
    node::{NodeRow, NodeState},
    topic::TopicState,
    user::words,
    verdict::{self, Facts, NodeDown, QuorumFacts, Verdict},
};
use penstock_kafka::inventory::ClusterReach;

/// What somebody may see beside the cluster itself.
#[derive(Clone, Copy, Debug)]
pub struct Sees {
    /// KafkaUsers in the verdict.
    pub users: bool,
    /// How many consumer groups wait for a person.
    pub groups: bool,
}

/// Topics named in one reason.
const NAMED: usize = 5;

/// The list, worst first.
pub fn list(
    mut items: Vec<ClusterSummary>,
    missing: Vec<Missing>,
    some_hidden: bool,
) -> ClusterList {
    items.sort_by(|a, b| {
        b.verdict
            .health
            .cmp(&a.verdict.health)
            .then_with(|| a.cluster.cmp(&b.cluster))
    });
    ClusterList {
        as_of: items.iter().filter_map(|item| item.freshness.as_of).min(),
        items,
        missing,
        some_hidden,
    }
}

/// A row of the list. KafkaUsers and groups count only for those who may see them.
pub fn summary(sight: &Sight, sees: Sees) -> ClusterSummary {
    let rows: Vec<NodeRow> = nodes::rows(sight).into_iter().map(|(_, row)| row).collect();
    let table = sight.table();
    let running = rows
        .iter()
        .filter(|row| row.state == NodeState::Running)
        .count();
    ClusterSummary {
        cluster: sight.cluster().clone(),
        origin: sight.origin(),
        verdict: judge(sight, &rows, &table, sees.users),
        nodes_running: count(running),
        nodes_expected: nodes_expected(sight).unwrap_or_else(|| count(rows.len())),
        partitions: sight.topics().map(|_| table.totals.partitions),
        records_in_per_second: sight
            .snapshot()
            .and_then(|snapshot| snapshot.offsets.value.as_ref())
            .and_then(|offsets| offsets.records_in_per_second()),
        groups: sees
            .groups
            .then(|| groups::list::attention(sight))
            .flatten(),
        versions: versions(sight),
        freshness: nodes::freshness(sight.snapshot(), |snapshot| snapshot.brokers.freshness()),
    }
}

/// Everything that the overview shows.
pub fn overview(sight: &Sight, sees: Sees) -> ClusterOverview {
    let snapshot = sight.snapshot();
    let namespace = &sight.cluster().namespace;
    ClusterOverview {
        summary: summary(sight, sees),
        advice: advice::of(sight, sees.users),
        cluster_id: sight
            .brokers()
            .and_then(|brokers| brokers.cluster_id.clone())
            .or_else(|| {
                let status = &sight.kafka()?.body.status;
                status.cluster_id.as_deref().map(Into::into)
            }),
        topics: sight.topics().map(|topics| count(topics.len())),
        disk: snapshot
            .and_then(|snapshot| snapshot.log_dirs.value.as_ref())
            .and_then(|dirs| dirs.sum()),
        listeners: match sight.kafka() {
            Some(kafka) => listeners(kafka),
            None => configured_listener(sight).into_iter().collect(),
        },
        quorum: nodes::quorum(sight),
        quorum_freshness: nodes::freshness(snapshot, |snapshot| snapshot.quorum.freshness()),
        resource: sight.kafka().map(|kafka| kafka.detail()),
        connection: connection_of(sight.link(), snapshot),
        resources_as_of: sight.health().and_then(|health| health.as_of(namespace)),
        resources_stale: (sight.origin() == Origin::Resource)
            .then(|| sight.health()?.stale(namespace, sight.now()))
            .flatten(),
    }
}

fn versions(sight: &Sight) -> Versions {
    let kafka = sight.kafka();
    let status = kafka.map(|kafka| &kafka.body.status);
    Versions {
        strimzi: status.and_then(|status| status.operator_last_successful_version.clone()),
        kafka: status
            .and_then(|status| status.kafka_version.clone())
            .or_else(|| kafka?.body.version.clone()),
        metadata: sight
            .brokers()
            .and_then(|brokers| brokers.metadata_version())
            .or_else(|| status?.kafka_metadata_version.clone()),
        api: kafka.map(|kafka| kafka.api_version.to_string()),
    }
}

/// The bootstrap addresses of the configuration file, as a listener.
fn configured_listener(sight: &Sight) -> Option<Listener> {
    let connection = sight.client()?.connection();
    let bootstrap: Vec<String> = connection
        .bootstrap
        .iter()
        .map(|address| address.to_string())
        .collect();
    Some(Listener {
        name: "bootstrap".to_owned(),
        kind: None,
        port: None,
        tls: connection.tls.is_some(),
        authentication: connection
            .sasl
            .as_ref()
            .map(|sasl| sasl.mechanism.name().to_lowercase()),
        bootstrap: Some(bootstrap.join(",")),
        has_certificates: false,
    })
}

fn nodes_expected(sight: &Sight) -> Option<u32> {
    let mut pools = sight.view().node_pools(sight.cluster()).peekable();
    pools.peek()?;
    Some(pools.filter_map(|pool| pool.body.replicas).sum())
}

fn judge(sight: &Sight, rows: &[NodeRow], table: &TopicTable, sees_users: bool) -> Verdict {
    verdict::judge(&facts(sight, rows, table, sees_users))
}

fn facts(sight: &Sight, rows: &[NodeRow], table: &TopicTable, sees_users: bool) -> Facts {
    let mut facts = Facts {
        nodes_expected: nodes_expected(sight),
        nodes_down: rows.iter().filter_map(down).collect(),
        partitions: sight.topics().map(|_| table.totals.partitions),
        offline_topics: first(&table.offline),
        under_min_isr_topics: first(&table.under_min_isr),
        quorum: nodes::quorum(sight).map(|quorum| QuorumFacts {
            voters: count(quorum.voters.len()),
            voters_gone: count(quorum.voters.iter().filter(|voter| voter.gone).count()),
            has_leader: quorum.leader.is_some(),
        }),
        topics_in_error: table
            .rows
            .iter()
            .filter(|row| row.state == TopicState::Error)
            .map(|row| {
                (
                    row.name.to_string(),
                    row.finding.clone().unwrap_or_default(),
                )
            })
            .collect(),
        topics_drifted: table.named(TopicState::Drifted),
        ..Facts::default()
    };
    reach_facts(sight, &mut facts);
    resource_facts(sight, &mut facts);
    if sees_users {
        facts.users_in_error = sight
            .view()
            .users(sight.cluster())
            .filter(|user| user.readiness.state == ReadinessState::NotReady)
            .map(|user| {
                let message = user.readiness.message.as_deref().unwrap_or_default();
                let message = words::plain(message).to_owned();
                (user.metadata.name.to_string(), message)
            })
            .collect();
    }
    facts
}

fn reach_facts(sight: &Sight, facts: &mut Facts) {
    match sight.link() {
        Link::NoCredentials { why, .. } => facts.no_credentials = Some(trimmed(why)),
        Link::Broken { why, .. } => {
            facts.brokers_answer = Some(false);
            facts.unreachable = Some(trimmed(why));
        }
        Link::Waiting { .. } | Link::Planned { .. } => {}
    }
    match sight.snapshot().map(|snapshot| &snapshot.reach) {
        Some(ClusterReach::Answering { .. }) => facts.brokers_answer = Some(true),
        Some(ClusterReach::Silent { error, .. }) => {
            facts.brokers_answer = Some(false);
            facts.unreachable = Some(trimmed(&sentence(&error.to_string())));
        }
        Some(ClusterReach::Connecting) | None => {}
    }
}

fn resource_facts(sight: &Sight, facts: &mut Facts) {
    let Some(kafka) = sight.kafka() else { return };
    let readiness = &kafka.readiness;
    if readiness.state == ReadinessState::NotReady {
        facts.resource_failed = Some(
            readiness
                .message
                .clone()
                .or_else(|| readiness.reason.clone())
                .unwrap_or_else(|| "no reason given".to_owned()),
        );
    }
    facts.resource_paused =
        readiness.state == ReadinessState::Paused || kafka.metadata.pause_requested();
    facts.resource_stale = readiness.stale;
    facts.resource_warnings = readiness.warnings.clone();
    if let Some(health) = sight.health()
        && health
            .stale(&sight.cluster().namespace, sight.now())
            .is_some()
    {
        facts.resources_as_of = health.as_of(&sight.cluster().namespace);
    }
}

fn down(row: &NodeRow) -> Option<NodeDown> {
    let why = match row.state {
        NodeState::Running | NodeState::Unknown => return None,
        NodeState::Starting => Some("it is starting".to_owned()),
        NodeState::Silent => Some(
            row.why
                .clone()
                .unwrap_or_else(|| "it does not answer".to_owned()),
        ),
        NodeState::Down => row.why.clone(),
    };
    Some(NodeDown {
        node: row.node,
        why,
        since: row.since,
        rack: row.rack.clone(),
    })
}

fn first(names: &[String]) -> Vec<String> {
    let mut named: Vec<String> = names.iter().take(NAMED).cloned().collect();
    if names.len() > NAMED {
        named.push(format!("{} more", names.len() - NAMED));
    }
    named
}

/// Without its full stop, as reasons are written.
fn trimmed(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
