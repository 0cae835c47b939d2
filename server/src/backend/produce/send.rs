//! One send on its way: records that are ready go to the brokers, what came of each is explained, and both the intent and the
//! outcome are noted. Runs to its end even where whoever asked has gone away.

use super::{
    Desk,
    explain::Sent,
    prepare::{Prepared, held_back},
    target::Target,
};
use crate::{
    audit::{Audit, Deed},
    backend::fleet::Fleet,
};
use penstock_auth::Authorised;
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    problem::Problem,
    produce::{
        Acks, ProduceOutcome, RecordOutcome, TransactionEnd, TransactionOutcome, WrittenRecord,
    },
    record::Codec,
};
use penstock_kafka::{
    ClusterConnection, KafkaError,
    produce::{NewRecord, ProducerOptions, Transacted, Written, transact},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

/// Longest time from handing a record over to its acknowledgement.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same for a transaction with all that belongs to it.
const TRANSACTION_PATIENCE: Duration = Duration::from_secs(12);
/// librdkafka's own bound for a batch.
const LARGEST_BATCH: u32 = 1_000_000;

/// A send.
pub struct Send {
    /// Producers and room.
    pub desk: Desk,
    /// For a look at the topic after a failure.
    pub fleet: Arc<Fleet>,
    /// Where it is noted.
    pub audit: Arc<Audit>,
    /// The right to it.
    pub grant: Authorised,
    /// Who does what, for the audit trail.
    pub deed: Deed,
    /// In which cluster.
    pub cluster: ClusterRef,
    /// How that is reached.
    pub connection: ClusterConnection,
    /// To which topic.
    pub topic: TopicName,
    /// What is known of the topic.
    pub target: Target,
    /// Whose acknowledgement is waited for.
    pub acks: Acks,
    /// How batches are compressed.
    pub compression: Codec,
    /// One transaction around all records, ended so.
    pub transaction: Option<TransactionEnd>,
    /// The records, ready or refused.
    pub prepared: Vec<Prepared>,
    /// Room for it among all sends.
    pub room: OwnedSemaphorePermit,
}

impl Send {
    /// Sends, and tells what came of each record.
    pub async fn run(mut self) -> ProduceOutcome {
        let at = crate::backend::now();
        let began = Instant::now();
        let transaction = if self.transaction.is_some() && self.hold_back() {
            // Nothing is sent, so no transaction was begun.
            None
        } else {
            self.audit.intent(&self.deed, self.intent());
            let transaction = self.deliver().await;
            self.audit
                .outcome(&self.deed, self.outcome(transaction.as_ref(), began));
            transaction
        };
        drop(self.room);
        ProduceOutcome {
            topic: self.topic,
            records: self
                .prepared
                .into_iter()
                .map(|prepared| prepared.outcome)
                .collect(),
            transaction,
            millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            at,
        }
    }

    /// In a transaction one refused record keeps the others from being sent. Whether that is so.
    fn hold_back(&mut self) -> bool {
        let culprit = self
            .prepared
            .iter()
            .position(|prepared| prepared.record.is_none());
        let Some(culprit) = culprit else { return false };
        for prepared in &mut self.prepared {
            if prepared.record.take().is_some() {
                prepared.outcome.problem = Some(held_back(culprit));
            }
        }
        true
    }

    async fn deliver(&mut self) -> Option<TransactionOutcome> {
        let (places, records): (Vec<usize>, Vec<NewRecord>) = self
            .prepared
            .iter()
            .enumerate()
            .filter_map(|(place, prepared)| Some((place, prepared.record.clone()?)))
            .unzip();
        if records.is_empty() {
            return None;
        }
        let limit = self
            .target
            .max_message_bytes
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(LARGEST_BATCH);
        let options = ProducerOptions {
            patience: PATIENCE,
            acks: self.acks,
            compression: self.compression,
            largest_batch: limit.clamp(1, LARGEST_BATCH),
            ..ProducerOptions::default()
        };
        let Some(end) = self.transaction else {
            let results = self
                .desk
                .producers
                .produce_all(&self.connection, &options, &records)
                .await
                .unwrap_or_else(|error| vec![Err(error); records.len()]);
            self.settle(&places, results);
            return None;
        };
        let id = transactional_id(&self.deed.who);
        let options = ProducerOptions {
            patience: TRANSACTION_PATIENCE,
            ..options
        };
        match transact(&self.connection, &options, &id, &records, end).await {
            Ok(Transacted {
                records,
                ended,
                why,
            }) => {
                self.settle(&places, records);
                Some(TransactionOutcome {
                    transactional_id: id,
                    why: why.map(|error| self.explain(&error, None).detail),
                    ended,
                })
            }
            Err(error) => {
                let results = vec![Err(error); records.len()];
                self.settle(&places, results);
                None
            }
        }
    }

    /// Puts results where they belong; explains failures by the topic as it is now.
    fn settle(&mut self, places: &[usize], results: Vec<Result<Written, KafkaError>>) {
        if results.iter().any(Result::is_err) {
            self.look_again();
        }
        for (place, result) in places.iter().zip(results) {
            let problem = match &result {
                Ok(_) => None,
                Err(error) => Some(self.explain(error, self.prepared.get(*place))),
            };
            let Some(prepared) = self.prepared.get_mut(*place) else {
                continue;
            };
            prepared.outcome.problem = problem;
            prepared.outcome.written = result.ok().map(|written| WrittenRecord {
                partition: written.partition,
                offset: written.offset,
                timestamp: written.timestamp,
            });
        }
    }

    /// Replicas may have gone since the send began: that is what explains most failures.
    fn look_again(&mut self) {
        let Ok(sight) = self.fleet.open(&self.grant, &self.cluster) else {
            return;
        };
        if let Some(topic) = sight
            .topics()
            .and_then(|topics| topics.get(self.topic.as_str()))
        {
            let configuration = sight
                .snapshot()
                .and_then(|snapshot| snapshot.topic_configs.value.as_ref())
                .and_then(|configs| configs.get(self.topic.as_str()));
            self.target = Target::of(topic, configuration.map(|config| &**config));
        }
    }

    fn explain(&self, error: &KafkaError, prepared: Option<&Prepared>) -> Problem {
        Sent {
            target: &self.target,
            partition: prepared.and_then(|prepared| prepared.outcome.goes_to),
            acks: self.acks,
            batch: prepared.map_or(0, |prepared| prepared.batch),
            plain: self.compression == Codec::None,
        }
        .explain(error)
    }

    fn intent(&self) -> Value {
        let ready = || {
            self.prepared
                .iter()
                .filter(|prepared| prepared.record.is_some())
        };
        let bytes: u64 = ready()
            .map(|prepared| {
                u64::from(prepared.outcome.sizes.0) + u64::from(prepared.outcome.sizes.1)
            })
            .sum();
        json!({
            "records": ready().count(),
            "bytes": bytes,
            "tombstones": ready().filter(|prepared| prepared.record.as_ref().is_some_and(|record| record.value.is_none())).count(),
            "acks": self.acks,
            "compression": self.compression,
            "transaction": self.transaction,
        })
    }

    fn outcome(&self, transaction: Option<&TransactionOutcome>, began: Instant) -> Value {
        let outcomes = || self.prepared.iter().map(|prepared| &prepared.outcome);
        let written: Vec<WrittenRecord> = outcomes().filter_map(|record| record.written).collect();
        let refused: Vec<&RecordOutcome> = outcomes()
            .filter(|record| record.problem.is_some())
            .collect();
        json!({
            "written": written.len(),
            "refused": refused.len(),
            "places": places(&written),
            "why": refused.first().and_then(|record| record.problem.as_ref()).map(|problem| {
                problem.kafka_error.as_ref().map_or_else(|| problem.title.clone(), |error| error.name.clone())
            }),
            "transactionalId": transaction.map(|transaction| &transaction.transactional_id),
            "ended": transaction.and_then(|transaction| transaction.ended),
            "millis": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// Where records came to lie, by partition: how many, and their first and last offset.
fn places(written: &[WrittenRecord]) -> Vec<Value> {
    let mut partitions: BTreeMap<i32, (usize, Option<i64>, Option<i64>)> = BTreeMap::new();
    for record in written {
        let place =
            partitions
                .entry(record.partition.0)
                .or_insert((0, record.offset, record.offset));
        place.0 += 1;
        place.1 = place.1.min(record.offset);
        place.2 = place.2.max(record.offset);
    }
    partitions
        .into_iter()
        .map(|(partition, (records, from, to))| {
            json!({ "partition": partition, "records": records, "from": from, "to": to })
        })
        .collect()
}

/// An id that no other transaction has, with the user's name in it as far as it is harmless: it stands in brokers' lists.
fn transactional_id(who: &str) -> String {
    let safe: String = who
        .chars()
        .take(40)
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            }
        })
        .collect();
    format!("penstock-{safe}-{:08x}", rand::random::<u32>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::ids::PartitionId;

    #[test]
    fn transactional_ids_differ_and_are_harmless() {
        let id = transactional_id("system:serviceaccount:a/b\n");
        assert!(
            id.starts_with("penstock-system-serviceaccount-a-b--"),
            "{id}"
        );
        assert_ne!(id, transactional_id("system:serviceaccount:a/b\n"));
    }

    #[test]
    fn places_are_told_by_partition() {
        let written = |partition, offset| WrittenRecord {
            partition: PartitionId(partition),
            offset: Some(offset),
            timestamp: None,
        };
        let told = places(&[written(7, 12), written(3, 5), written(7, 11)]);
        assert_eq!(
            told,
            [
                json!({ "partition": 3, "records": 1, "from": 5, "to": 5 }),
                json!({ "partition": 7, "records": 2, "from": 11, "to": 12 }),
            ]
        );
    }
}
