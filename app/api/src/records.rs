//! Server functions about records: browsing, one record, fields for the filter's completion, producing. Searches and tails are
//! streams (`server/http`), not functions.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    produce::{ImportSettings, ImportSummary, ProduceFacts, ProduceOutcome, ProduceRequest},
    read::{FieldSample, Reading, RecordPage, RecordQuery},
    record::Record,
};
use server_fn::codec::Json;

/// One page of records.
#[server(input = Json, output = Json)]
pub async fn records_browse(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which records, from where, in which order.
    reading: Reading,
) -> Result<RecordPage, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.browse(&cx, &cluster, &reading)).await
}

/// One record with its whole value, as far as the console shows values.
#[server(input = Json, output = Json)]
pub async fn record_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one, and how it is read.
    query: RecordQuery,
) -> Result<Record, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.record(&cx, &cluster, &query)).await
}

/// Fields that the newest records of some topics have.
#[server(input = Json, output = Json)]
pub async fn record_fields(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which topics.
    topics: Vec<TopicName>,
) -> Result<Vec<FieldSample>, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.record_fields(&cx, &cluster, &topics)).await
}

/// What there is to know before producing to a topic.
#[server(input = Json, output = Json)]
pub async fn produce_facts_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// To which topic.
    topic: TopicName,
) -> Result<ProduceFacts, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.produce_facts(&cx, &cluster, &topic)).await
}

/// Sends records, or only checks them.
#[server(input = Json, output = Json)]
pub async fn produce_send(
    /// Of which cluster.
    cluster: ClusterRef,
    /// To which topic.
    topic: TopicName,
    /// What and how.
    request: ProduceRequest,
) -> Result<ProduceOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.produce(&cx, &cluster, &topic, request)).await
}

/// Sends lines of a file, or only checks them.
#[server(input = Json, output = Json)]
pub async fn produce_lines(
    /// Of which cluster.
    cluster: ClusterRef,
    /// To which topic.
    topic: TopicName,
    /// How.
    settings: ImportSettings,
    /// The number of the first line in its file, from 1.
    first_line: u64,
    /// The lines.
    lines: String,
) -> Result<ImportSummary, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(
        backend.produce_lines(&cx, &cluster, &topic, &settings, first_line, &lines),
    )
    .await
}
