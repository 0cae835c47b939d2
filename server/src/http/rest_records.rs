//! `/api/v1/…/records`: browsing and single records as JSON. Streams over records are in [`super::streams`].

use super::{
    App,
    rest::{Answer, Asked},
};
use axum::extract::{Path, RawQuery};
use penstock_api::AppError;
use penstock_domain::{
    ids::{ClusterRef, PartitionId, TopicName},
    problem::{Problem, ProblemKind},
    query::value_of,
    read::{Reading, RecordPage, RecordQuery},
    record::{Format, Record, RecordAddress},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(records))
        .routes(routes!(record))
}

/// A topic's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfTopic {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The topic's name in Kafka, percent-encoded.
    topic: String,
}

/// A record's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfRecord {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The topic's name in Kafka, percent-encoded.
    topic: String,
    /// The partition's number.
    partition: String,
    /// The offset.
    offset: String,
}

/// What browsing takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `Reading::of_query` reads")]
struct ReadingParameters {
    /// Numbers with commas between them; all without it.
    partition: Option<String>,
    /// `newest`, `oldest`, `offset:N`, `time:T`, `ago:15m`, `group:NAME`: the earlier bound. Alone, `newest` reads down from the
    /// end and everything else reads up from there.
    from: Option<String>,
    /// The later bound, exclusive.
    to: Option<String>,
    /// `newest` or `oldest` first.
    order: Option<String>,
    /// A filter, see docs/FILTERS.md.
    q: Option<String>,
    /// `committed` or `uncommitted`.
    isolation: Option<String>,
    /// Records, at most 1000.
    limit: Option<u32>,
    /// `next` of the answer before, as JSON: goes on from there.
    positions: Option<String>,
    /// As what keys are read: `auto`, `json`, `text`, `avro`, `protobuf`, `jsonschema`, `msgpack`, `cbor`, `hex`, `base64`, `int32`, `int64`, `uuid`,
    /// `internal`.
    key: Option<String>,
    /// As what values are read.
    value: Option<String>,
}

/// One page of a topic's records, with the positions to go on from.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records", params(OfTopic, ReadingParameters), responses((status = 200, body = RecordPage), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn records(
    asked: Asked,
    Path(path): Path<OfTopic>,
    RawQuery(query): RawQuery,
) -> Answer<RecordPage> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let reading = match reading(&path.topic, &query.unwrap_or_default()) {
        Ok(reading) => reading,
        // The right comes before what the request looks like; whoever has it is told.
        Err(error) => {
            let topics = [TopicName::new(&path.topic)];
            let may = asked
                .app
                .console
                .may_list(&asked.cx, &cluster, &topics)
                .await;
            return asked.answer(may.and(Err(error)));
        }
    };
    asked.answer(
        asked
            .app
            .backend()
            .browse(&asked.cx, &cluster, &reading)
            .await,
    )
}

/// One record with its whole value.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records/{partition}/{offset}", params(OfRecord), responses((status = 200, body = Record), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn record(
    asked: Asked,
    Path(path): Path<OfRecord>,
    RawQuery(query): RawQuery,
) -> Answer<Record> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let raw = query.unwrap_or_default();
    let format = |name: &str| {
        value_of(&raw, name)
            .and_then(|name| Format::of(&name))
            .unwrap_or_default()
    };
    let (Ok(partition), Ok(offset)) = (path.partition.parse(), path.offset.parse()) else {
        let topics = [TopicName::new(&path.topic)];
        let may = asked
            .app
            .console
            .may_list(&asked.cx, &cluster, &topics)
            .await;
        return asked.answer(may.and(Err(invalid(
            "offset",
            "Partition and offset are whole numbers.".to_owned(),
        ))));
    };
    let query = RecordQuery {
        address: RecordAddress {
            topic: TopicName::new(&path.topic),
            topic_id: None,
            partition: PartitionId(partition),
            offset,
        },
        key_format: format("key"),
        value_format: format("value"),
        unmask: value_of(&raw, "unmask").as_deref() == Some("true"),
        preview: None,
    };
    asked.answer(
        asked
            .app
            .backend()
            .record(&asked.cx, &cluster, &query)
            .await,
    )
}

/// The reading that an address asks for.
fn reading(topic: &str, raw: &str) -> Result<Reading, AppError> {
    let mut reading =
        Reading::of_query(raw).map_err(|(field, error)| invalid(field, error.reason))?;
    reading.topics = vec![TopicName::new(topic)];
    if let Some(positions) = value_of(raw, "positions").filter(|text| !text.is_empty()) {
        let positions = serde_json::from_str(&positions).map_err(|error| {
            invalid(
                "positions",
                format!("They are `next` of an earlier answer: {error}."),
            )
        })?;
        reading.positions = Some(positions);
    }
    Ok(reading)
}

fn invalid(field: &str, detail: String) -> AppError {
    Problem::new(ProblemKind::Invalid, "Not a position", detail)
        .with_field(field)
        .into()
}
