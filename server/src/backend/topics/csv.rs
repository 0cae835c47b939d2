//! The list of topics as a file.

use super::list::{configuration, sorted};
use crate::backend::{
    csv::{self, field, known, text},
    sight::Sight,
};
use penstock_domain::{
    filter::FilterError,
    query::ListQuery,
    topic::{TopicRow, query::TopicFilter},
};

const HEAD: [&str; 20] = [
    "topic",
    "state",
    "finding",
    "driftedFields",
    "internal",
    "paused",
    "deleting",
    "partitions",
    "replicationFactor",
    "inSync",
    "underReplicated",
    "underMinIsr",
    "offline",
    "records",
    "sizeBytes",
    "sizeIncomplete",
    "inPerSecond",
    "retentionMs",
    "cleanupPolicy",
    "kafkaTopic",
];

/// The file.
///
/// # Errors
/// The filter can't be read.
pub fn file(sight: &Sight, query: &ListQuery) -> Result<String, FilterError> {
    let filter = TopicFilter::parse(&query.q)?;
    let table = sight.table();
    let rows = sorted(&table, &filter, query, &|topic| configuration(sight, topic));
    Ok(csv::file(HEAD, rows.into_iter().map(|(_, row)| row), line))
}

fn line(row: &TopicRow) -> [String; 20] {
    let replicas = row.replicas.as_ref();
    [
        field(row.name.as_str()),
        row.state.name().to_owned(),
        text(row.finding.as_deref()),
        row.drifted_fields.to_string(),
        row.internal.to_string(),
        row.paused.to_string(),
        row.deleting.to_string(),
        known(row.partitions),
        known(row.replication_factor),
        known(replicas.map(|counts| counts.in_sync)),
        known(replicas.map(|counts| counts.under_replicated)),
        known(replicas.map(|counts| counts.under_min_isr)),
        known(replicas.map(|counts| counts.offline)),
        known(row.records),
        known(row.size_bytes),
        row.size_incomplete.to_string(),
        known(row.records_in_per_second),
        known(row.retention_ms),
        text(row.cleanup_policy.as_deref()),
        text(row.resource.as_ref().map(|resource| resource.name.as_str())),
    ]
}
