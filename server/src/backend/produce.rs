//! Writing records: who may, made ready, sent, explained, noted.
//!
//! The right is `produce` on the records of the topic. A topic must exist: nothing is ever created by writing to it. Every
//! record is encoded and checked before the first is sent (`content`, `schemas`, `prepare`); those that can't be sent cost
//! themselves only, unless all go in one transaction. What a broker refuses is explained by what is known of the topic
//! (`explain`). Each send has an intent and an outcome in the audit trail.

pub mod content;
pub mod explain;
pub mod import;
pub mod line;
pub mod prepare;
pub mod schemas;
pub mod send;
pub mod target;

use self::{prepare::Prepared, schemas::Schemas, send::Send, target::Target};
use super::{Console, problems, sight::Sight};
use crate::audit::Deed;
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::ProducePort};
use penstock_auth::Authorised;
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    produce::{
        Acks, ImportSettings, ImportSummary, MOST_AT_ONCE, ProduceFacts, ProduceOutcome,
        ProduceRequest,
    },
    record::Codec,
};
use penstock_kafka::produce::Producers;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Sends under way at once, of all users.
const SENDS: usize = 32;
/// Files that are taken in at once, of all users.
const IMPORTS: usize = 8;

/// What sending needs beside the clusters. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// Producers that are kept for the next send.
    producers: Producers,
    room: Arc<Semaphore>,
    imports: Arc<Semaphore>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            producers: Producers::default(),
            room: Arc::new(Semaphore::new(SENDS)),
            imports: Arc::new(Semaphore::new(IMPORTS)),
        }
    }
}

#[async_trait]
impl ProducePort for Console {
    async fn produce_facts(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<ProduceFacts, AppError> {
        let right = self.right_on_records(Verb::Produce, cluster, topic);
        let (grant, refused) = match self.gate.may(cx, right.clone()).await? {
            Some(grant) if self.read_only => (grant, Some(problems::read_only())),
            Some(grant) => (grant, None),
            // Who may see the topic is told what is missing, beside what may be seen.
            None => {
                let see = Right::on_object(
                    Verb::Get,
                    Resource::Topics,
                    &self.fleet.reviewed_as(cluster),
                    topic.as_str(),
                );
                let refused = problems::forbidden(&right);
                match self.gate.may(cx, see).await? {
                    Some(grant) => (grant, Some(refused.into_problem())),
                    None => return Err(refused),
                }
            }
        };
        let sight = self.fleet.open(&grant, cluster)?;
        let target = Target::find(&sight, topic).await?;
        let registry = self.registry_of(cluster).filter(|_| refused.is_none());
        let (subjects, registry_problem) = match registry {
            None => (Vec::new(), None),
            Some(registry) => match schemas::choices(&registry, topic).await {
                Ok(subjects) => (subjects, None),
                Err(error) => (Vec::new(), Some(problems::sentence(&error.to_string()))),
            },
        };
        Ok(ProduceFacts {
            replication_factor: target.partitions.first().map(|first| {
                u32::try_from(first.in_sync.len() + first.out.len()).unwrap_or(u32::MAX)
            }),
            leaders: target
                .partitions
                .iter()
                .map(|replicas| replicas.leader)
                .collect(),
            min_in_sync: target.min_in_sync,
            max_message_bytes: target.max_message_bytes,
            cleanup_policy: target.cleanup_policy,
            timestamp_type: target.timestamp_type,
            subjects,
            registry_problem,
            refused,
        })
    }

    async fn produce(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
        request: ProduceRequest,
    ) -> Result<ProduceOutcome, AppError> {
        let (grant, sight) = self.may_produce(cx, cluster, topic).await?;
        check(&request)?;
        let target = Target::find(&sight, topic).await?;
        let prepared = self.make_ready(cluster, &request, &target).await?;
        if request.check_only {
            return Ok(checked(topic, prepared));
        }
        let connection = sight
            .client()
            .ok_or_else(|| problems::not_connected(&sight))?
            .connection();
        let room = self
            .produce
            .room
            .clone()
            .try_acquire_owned()
            .map_err(|_| too_many())?;
        let send = Send {
            desk: self.produce.clone(),
            fleet: self.fleet.clone(),
            audit: self.audit.clone(),
            deed: Deed {
                who: grant.identity().user.clone(),
                verb: Verb::Produce,
                resource: Resource::Records,
                cluster: cluster.clone(),
                object: topic.to_string(),
                request_id: cx.request_id.clone(),
            },
            grant,
            cluster: cluster.clone(),
            connection,
            topic: topic.clone(),
            target,
            acks: request.acks,
            compression: request.compression.unwrap_or(Codec::None),
            transaction: request.transaction,
            prepared,
            room,
        };
        // Whoever asked may go away; what was begun is ended and noted. Its deadlines bound it.
        self.fleet
            .tasks()
            .spawn(send.run())
            .await
            .map_err(|_| AppError::internal())
    }

    async fn produce_lines(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
        settings: &ImportSettings,
        first_line: u64,
        lines: &str,
    ) -> Result<ImportSummary, AppError> {
        import::lines(self, cx, cluster, topic, settings, first_line, lines).await
    }
}

impl Console {
    /// Authorises producing to a topic and opens the cluster.
    pub(crate) async fn may_produce(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<(Authorised, Sight), AppError> {
        let right = self.right_on_records(Verb::Produce, cluster, topic);
        let grant = self.gate.authorise(cx, right).await?;
        if self.read_only {
            return Err(problems::read_only().into());
        }
        let sight = self.fleet.open(&grant, cluster)?;
        Ok((grant, sight))
    }

    /// Room for taking in a file, given back when it is dropped.
    pub(crate) fn import_room(&self) -> Result<OwnedSemaphorePermit, AppError> {
        self.produce
            .imports
            .clone()
            .try_acquire_owned()
            .map_err(|_| too_many())
    }

    async fn make_ready(
        &self,
        cluster: &ClusterRef,
        request: &ProduceRequest,
        target: &Target,
    ) -> Result<Vec<Prepared>, AppError> {
        let registry = self.registry_of(cluster);
        let topic = target.topic.clone().unwrap_or_else(|| "".into());
        let schemas = Schemas::fetch(registry.as_ref(), &topic, &request.records).await;
        let (request, target) = (request.clone(), target.clone());
        // Encoding takes milliseconds where records are large.
        tokio::task::spawn_blocking(move || prepare::all(&request, &target, &schemas))
            .await
            .map_err(|_| AppError::internal())
    }
}

fn checked(topic: &TopicName, prepared: Vec<Prepared>) -> ProduceOutcome {
    ProduceOutcome {
        topic: topic.clone(),
        records: prepared
            .into_iter()
            .map(|prepared| prepared.outcome)
            .collect(),
        transaction: None,
        millis: 0,
        at: super::now(),
    }
}

/// What is wrong with a request as a whole.
fn check(request: &ProduceRequest) -> Result<(), AppError> {
    let invalid = |detail: String, field: &str| {
        Err(
            Problem::new(ProblemKind::Invalid, "This can’t be sent", detail)
                .with_field(field)
                .into(),
        )
    };
    match request.records.len() {
        0 => return invalid("There is no record.".to_owned(), "records"),
        number if number > MOST_AT_ONCE => {
            return invalid(
                format!("There are {number} records; at most {MOST_AT_ONCE} are sent at once."),
                "records",
            );
        }
        _ => {}
    }
    if request.transaction.is_some() && request.acks != Acks::All {
        return invalid(
            "A transaction asks for the acknowledgement of all in-sync replicas.".to_owned(),
            "acks",
        );
    }
    Ok(())
}

fn too_many() -> AppError {
    Problem::new(
        ProblemKind::TooMany,
        "Too many sends at once",
        "The console is sending as much as it was given room for.",
    )
    .with_remedy("Try again in a moment.")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::produce::{NewRecord, TransactionEnd};

    #[test]
    fn a_request_is_held_against_its_own_rules() {
        let of = |records: usize, acks, transaction| ProduceRequest {
            records: vec![NewRecord::default(); records],
            acks,
            transaction,
            ..ProduceRequest::default()
        };
        assert!(check(&of(1, Acks::None, None)).is_ok());
        assert!(check(&of(MOST_AT_ONCE, Acks::All, Some(TransactionEnd::Commit))).is_ok());
        for wrong in [
            of(0, Acks::All, None),
            of(MOST_AT_ONCE + 1, Acks::All, None),
            of(1, Acks::Leader, Some(TransactionEnd::Abort)),
        ] {
            assert_eq!(check(&wrong).unwrap_err().problem().kind.status(), 422);
        }
    }
}
