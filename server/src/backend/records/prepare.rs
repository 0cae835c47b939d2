//! From what a reader asks for to what the engine is told: rights, filter, lens, partitions.

use super::{
    access::Readable,
    explain::Explainer,
    lens::ReaderLens,
    shape::{LINE, Shaper},
};
use crate::backend::{Console, problems};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::{Right, Verb},
    filter::{Field, Filter},
    ids::{ClusterRef, PartitionId, TopicName},
    problem::{Problem, ProblemKind},
    read::{Isolation, MOST_COLUMNS, Reading},
};
use penstock_kafka::{
    Client,
    matcher::Matcher,
    scan::{ScanSpec, ScanTopic},
};
use std::sync::Arc;

/// Longest preview that a reader may ask for.
const LONGEST_PREVIEW: u32 = 64 * 1024;

/// A reading that may begin.
pub struct Prepared {
    /// The topics and the cluster.
    pub readable: Readable,
    /// The wire client.
    pub client: Client,
    /// The filter.
    pub matcher: Arc<Matcher>,
    /// How records are made of what is found; its lens is the filter's as well.
    pub shaper: Shaper,
    /// What the engine is told.
    pub spec: ScanSpec,
    /// The rights on which it stands.
    pub rights: Vec<Right>,
}

impl Prepared {
    /// Whether aborted and control records are told.
    pub fn uncommitted(&self) -> bool {
        self.spec.isolation == Isolation::ReadUncommitted
    }
}

impl Console {
    /// Authorises and prepares a reading. `limit`: records that are told at most.
    pub(crate) async fn prepare_reading(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        reading: &Reading,
        limit: Option<usize>,
    ) -> Result<Prepared, AppError> {
        let readable = self.readable(cx, verb, cluster, &reading.topics).await?;
        let names: Vec<TopicName> = readable
            .topics
            .iter()
            .map(|topic| topic.name.clone())
            .collect();
        if reading.unmask {
            self.may_unmask(cx, cluster, &names).await?;
        }
        let client = readable.client()?;
        let filter = Filter::parse(&reading.q).map_err(|error| bad_filter(&error))?;
        let matcher = Matcher::compile(&filter).map_err(|error| bad_filter(&error))?;
        let columns = columns(&reading.columns)?;
        let explainer = Explainer {
            registry: self.registry_of(cluster),
            key_format: reading.key_format,
            value_format: reading.value_format,
        };
        let lens = ReaderLens::new(
            explainer,
            self.records.masks.of(cluster),
            names.iter().cloned(),
            reading.unmask,
        );
        let rights = names
            .iter()
            .map(|topic| self.right_on_records(verb, cluster, topic))
            .collect();
        let topics = readable
            .topics
            .iter()
            .map(|topic| ScanTopic {
                name: topic.name.clone(),
                id: topic.id.clone(),
                partitions: partitions(topic.partition_count(), &reading.partitions),
            })
            .filter(|topic| !topic.partitions.is_empty())
            .collect::<Vec<_>>();
        if topics.is_empty() {
            return Err(no_partition(&reading.partitions));
        }
        let shown = reading
            .preview
            .map_or(LINE, |preview| preview.min(LONGEST_PREVIEW) as usize);
        Ok(Prepared {
            client,
            matcher: Arc::new(matcher),
            shaper: Shaper {
                lens,
                columns,
                shown,
                whole: false,
            },
            spec: ScanSpec {
                topics,
                range: reading.range.clone(),
                isolation: reading.isolation,
                order: reading.order,
                positions: reading.positions.clone(),
                limit,
                now: crate::backend::now(),
            },
            rights,
            readable,
        })
    }

    /// Authorises seeing what masks hide, and notes it.
    pub(crate) async fn may_unmask(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topics: &[TopicName],
    ) -> Result<(), AppError> {
        for topic in topics {
            let right = self.right_on_records(Verb::Unmask, cluster, topic);
            self.gate.authorise(cx, right).await?;
        }
        let identity = self.gate.identity(cx).await?;
        self.audit
            .unmasked(&identity.user, cluster, topics, &cx.request_id);
        Ok(())
    }

    /// Only whether somebody may list records of some topics that exist.
    pub(crate) async fn may_list(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topics: &[TopicName],
    ) -> Result<(), AppError> {
        self.readable(cx, Verb::List, cluster, topics)
            .await
            .map(drop)
    }
}

/// Those of a topic's partitions that were asked for.
fn partitions(count: usize, asked: &[PartitionId]) -> Vec<PartitionId> {
    let all = 0..i32::try_from(count).unwrap_or(i32::MAX);
    all.map(PartitionId)
        .filter(|partition| asked.is_empty() || asked.contains(partition))
        .collect()
}

fn columns(paths: &[String]) -> Result<Vec<Field>, AppError> {
    if paths.len() > MOST_COLUMNS {
        return Err(invalid(
            "columns",
            "Too many columns",
            format!(
                "{} are asked for; at most {MOST_COLUMNS} are told.",
                paths.len()
            ),
        ));
    }
    paths
        .iter()
        .map(|path| {
            Field::parse(path).map_err(|error| {
                invalid(
                    "columns",
                    "Not a field",
                    problems::sentence(&error.to_string()),
                )
            })
        })
        .collect()
}

/// A filter that can't be understood, with the place in the text.
fn bad_filter(error: &penstock_domain::filter::FilterError) -> AppError {
    let mut problem = Problem::new(
        ProblemKind::Invalid,
        "The filter can't be understood",
        format!(
            "{} (characters {} to {})",
            problems::sentence(&error.message),
            error.from,
            error.to
        ),
    )
    .with_field("q");
    problem.remedy = error.hint.clone();
    problem.into()
}

fn no_partition(asked: &[PartitionId]) -> AppError {
    let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
    invalid(
        "partitions",
        "No such partition",
        format!("None of the topics has partition {}.", asked.join(" or ")),
    )
}

fn invalid(field: &str, title: &str, detail: String) -> AppError {
    Problem::new(ProblemKind::Invalid, title, detail)
        .with_field(field)
        .into()
}
