//! `POST /api/v1/…/records`: writing records, and importing lines of a file. What is sent is decided in
//! [`crate::backend::produce`].

use super::{App, problem::ApiError, rest::Asked};
use crate::backend::problems;
use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use http::StatusCode;
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    produce::{
        Acks, ImportSettings, ImportSummary, LineShape, ProduceOutcome, ProduceRequest,
        lines::{LONGEST_LINE, Lines},
    },
    query::value_of,
    record::Codec,
};
use serde::{Deserialize, de::IntoDeserializer};
use std::time::Duration;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Bytes of lines that are sent together.
const TOGETHER: usize = 1024 * 1024;
/// Nothing arrives for so long: the import ends.
const SILENCE: Duration = Duration::from_secs(30);
/// More refused lines than this, and the file is not what it was taken for.
const MOST_REFUSED: u64 = 1_000;

/// Routes with a deadline.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(produce))
}

/// Routes without: a file may be long.
pub fn imports() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import))
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

impl OfTopic {
    fn cluster(&self) -> ClusterRef {
        ClusterRef::new(self.namespace.as_str(), self.cluster.as_str())
    }
}

/// What writing takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what the handlers read of the query")]
struct WriteParameters {
    /// `true`: everything is encoded and checked, nothing is sent.
    #[param(rename = "dryRun")]
    dry_run: Option<bool>,
}

/// Writes records to a topic. Each has its own fate in the answer; where none was written, the status is that of the first
/// record's problem.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records", params(OfTopic, WriteParameters), request_body = ProduceRequest, responses((status = 200, body = ProduceOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = ProduceOutcome), (status = 429, body = Problem), (status = 503, body = ProduceOutcome)))]
async fn produce(
    asked: Asked,
    Path(path): Path<OfTopic>,
    RawQuery(query): RawQuery,
    request: Result<Json<ProduceRequest>, JsonRejection>,
) -> Response {
    let (cluster, topic) = (path.cluster(), TopicName::new(&path.topic));
    let answered = match request {
        Ok(Json(mut request)) => {
            request.check_only |= dry_run(&query.unwrap_or_default());
            asked
                .app
                .backend()
                .produce(&asked.cx, &cluster, &topic, request)
                .await
        }
        // The right comes before what the request looks like.
        Err(rejection) => asked
            .app
            .console
            .may_produce(&asked.cx, &cluster, &topic)
            .await
            .and_then(|_| Err(unreadable(&rejection.body_text()))),
    };
    match answered {
        Ok(outcome) => (status(&outcome), Json(outcome)).into_response(),
        Err(error) => ApiError::new(error, &asked.cx).into_response(),
    }
}

/// Where nothing was written, scripts see it in the status.
fn status(outcome: &ProduceOutcome) -> StatusCode {
    let problems = || {
        outcome
            .records
            .iter()
            .filter_map(|record| record.problem.as_ref())
    };
    if problems().count() < outcome.records.len() {
        return StatusCode::OK;
    }
    problems()
        .next()
        .and_then(|problem| StatusCode::from_u16(problem.kind.status()).ok())
        .unwrap_or(StatusCode::OK)
}

/// What importing takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `Wishes::of` reads")]
struct ImportParameters {
    /// `auto`: a line is a record where it looks like one, else a value; `values`: always a value.
    lines: Option<String>,
    /// `none`, `gzip`, `snappy`, `lz4` or `zstd`.
    compression: Option<String>,
    /// `all`, `leader` or `none`.
    acks: Option<String>,
    /// Lines to pass over: `nextLine` of an earlier answer less one.
    skip: Option<u64>,
    /// `true`: every line is read and checked, nothing is sent.
    #[param(rename = "dryRun")]
    dry_run: Option<bool>,
}

/// Writes each line of the body to a topic: JSON Lines of records or of values. A line that is wrong costs itself; what would
/// befall every line ends the import, and `nextLine` says where to go on. The body may be of any length.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records/import", params(OfTopic, ImportParameters), request_body(content = String, content_type = "application/x-ndjson"), responses((status = 200, body = ImportSummary), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn import(
    State(app): State<App>,
    asked: Asked,
    Path(path): Path<OfTopic>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Response {
    let import = Import {
        app,
        cx: asked.cx.clone(),
        cluster: path.cluster(),
        topic: TopicName::new(&path.topic),
    };
    match import.run(&query.unwrap_or_default(), body).await {
        Ok(summary) => Json(summary).into_response(),
        Err(error) => ApiError::new(error, &asked.cx).into_response(),
    }
}

/// What the query of an import asks for.
struct Wishes {
    settings: ImportSettings,
    skip: u64,
}

impl Wishes {
    fn of(query: &str) -> Result<Self, AppError> {
        Ok(Self {
            settings: ImportSettings {
                lines: one::<LineShape>(query, "lines")?.unwrap_or_default(),
                compression: one::<Codec>(query, "compression")?,
                acks: one::<Acks>(query, "acks")?.unwrap_or_default(),
                check_only: dry_run(query),
            },
            skip: match value_of(query, "skip") {
                None => 0,
                Some(text) => text
                    .parse()
                    .map_err(|_| invalid("skip", "It is a number of lines.".to_owned()))?,
            },
        })
    }
}

/// A value of the query by its name in JSON.
fn one<T: for<'de> Deserialize<'de>>(
    query: &str,
    name: &'static str,
) -> Result<Option<T>, AppError> {
    let Some(text) = value_of(query, name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let text: serde::de::value::StringDeserializer<serde::de::value::Error> =
        text.into_deserializer();
    T::deserialize(text)
        .map(Some)
        .map_err(|error| invalid(name, crate::backend::problems::sentence(&error.to_string())))
}

fn dry_run(query: &str) -> bool {
    value_of(query, "dryRun").as_deref() == Some("true")
}

struct Import {
    app: App,
    cx: RequestContext,
    cluster: ClusterRef,
    topic: TopicName,
}

impl Import {
    /// Reads the body to its end, or to where the import ends; holds no more of it than is sent together.
    async fn run(&self, query: &str, body: Body) -> Result<ImportSummary, AppError> {
        self.app
            .console
            .may_produce(&self.cx, &self.cluster, &self.topic)
            .await?;
        let wishes = Wishes::of(query)?;
        let _room = self.app.console.import_room()?;
        let mut summary = ImportSummary::from_line(1);
        let mut lines = Lines::new(wishes.skip, TOGETHER);
        let mut chunks = body.into_data_stream();
        loop {
            let chunk = tokio::select! {
                () = self.app.stop.cancelled() => {
                    return Ok(stopped(summary, "The console is being restarted."));
                }
                chunk = tokio::time::timeout(SILENCE, chunks.next()) => chunk,
            };
            let last = match chunk {
                Ok(Some(Ok(bytes))) => {
                    if lines.add(&bytes).is_err() {
                        return Ok(stopped(
                            summary,
                            &format!("A line is longer than {LONGEST_LINE} bytes."),
                        ));
                    }
                    false
                }
                Ok(None) => true,
                Ok(Some(Err(_))) => return Ok(stopped(summary, "The file broke off.")),
                Err(_) => {
                    return Ok(stopped(
                        summary,
                        &format!("Nothing more of the file came for {} s.", SILENCE.as_secs()),
                    ));
                }
            };
            while let Some((first, text)) = lines.take(last) {
                summary.next_line = first;
                match self.send(&wishes, first, &text).await {
                    Ok(part) => summary.absorb(part),
                    // What was sent before is told.
                    Err(error) if summary.written > 0 => {
                        summary.stopped = Some(error.into_problem());
                    }
                    Err(error) => return Err(error),
                }
                if summary.stopped.is_some() {
                    return Ok(summary);
                }
                if summary.refused > MOST_REFUSED {
                    return Ok(stopped(
                        summary,
                        "Too many lines were refused; the file is not what it was taken for.",
                    ));
                }
            }
            if last {
                summary.next_line = lines.number();
                return Ok(summary);
            }
        }
    }

    async fn send(
        &self,
        wishes: &Wishes,
        first: u64,
        text: &str,
    ) -> Result<ImportSummary, AppError> {
        self.app
            .backend()
            .produce_lines(
                &self.cx,
                &self.cluster,
                &self.topic,
                &wishes.settings,
                first,
                text,
            )
            .await
    }
}

fn stopped(mut summary: ImportSummary, why: &str) -> ImportSummary {
    summary.stopped = Some(
        Problem::new(ProblemKind::Unavailable, "The import ended early", why).with_remedy(format!(
            "Go on with line {}: skip={}.",
            summary.next_line,
            summary.next_line.saturating_sub(1)
        )),
    );
    summary
}

fn unreadable(why: &str) -> AppError {
    problems::unreadable(why, "a request to produce is")
}

fn invalid(field: &str, detail: String) -> AppError {
    Problem::new(
        ProblemKind::Invalid,
        "Not a value of this parameter",
        detail,
    )
    .with_field(field)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_by_their_names() {
        let wishes =
            Wishes::of("lines=values&compression=zstd&acks=leader&skip=3&dryRun=true").unwrap();
        assert_eq!(wishes.settings.lines, LineShape::Values);
        assert_eq!(wishes.settings.compression, Some(Codec::Zstd));
        assert_eq!(wishes.settings.acks, Acks::Leader);
        assert!(wishes.settings.check_only && wishes.skip == 3);
        for wrong in ["acks=most", "compression=7z", "skip=x"] {
            assert!(Wishes::of(wrong).is_err(), "{wrong}");
        }
    }
}
