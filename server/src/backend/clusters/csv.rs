//! The list of clusters as a file, worst first.

use crate::backend::csv::{self, field, known, text};
use penstock_domain::cluster::{ClusterList, ClusterSummary, Origin};

const HEAD: [&str; 17] = [
    "namespace",
    "cluster",
    "origin",
    "health",
    "headline",
    "nodesRunning",
    "nodesExpected",
    "partitions",
    "inSync",
    "underReplicated",
    "underMinIsr",
    "offline",
    "recordsInPerSecond",
    "groupsNeedingAttention",
    "kafkaVersion",
    "strimziVersion",
    "asOf",
];

/// The file.
pub fn file(list: &ClusterList) -> String {
    csv::file(HEAD, &list.items, line)
}

fn line(row: &ClusterSummary) -> [String; 17] {
    let partitions = row.partitions.as_ref();
    [
        field(row.cluster.namespace.as_str()),
        field(row.cluster.name.as_str()),
        origin(row.origin).to_owned(),
        row.verdict.health.name().to_owned(),
        field(&row.verdict.headline),
        row.nodes_running.to_string(),
        row.nodes_expected.to_string(),
        known(partitions.map(|counts| counts.total)),
        known(partitions.map(|counts| counts.in_sync)),
        known(partitions.map(|counts| counts.under_replicated)),
        known(partitions.map(|counts| counts.under_min_isr)),
        known(partitions.map(|counts| counts.offline)),
        known(row.records_in_per_second),
        known(row.groups.map(|groups| groups.groups)),
        text(row.versions.kafka.as_deref()),
        text(row.versions.strimzi.as_deref()),
        known(row.freshness.as_of),
    ]
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Resource => "resource",
        Origin::Configuration => "configuration",
    }
}
