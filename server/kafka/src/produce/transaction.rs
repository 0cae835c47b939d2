//! Records inside one transaction (KIP-98): begin, write, wait for every acknowledgement, commit or abort.
//!
//! librdkafka's calls about transactions block, so each runs on a thread for blocking work, with what is left of the deadline.
//! A record that is refused aborts the whole. The producer ends with the transaction; one that is left open by a crash is
//! aborted by the brokers after its timeout.

use super::{Acks, NewRecord, Producer, ProducerOptions, Quiet, Written, fault};
use crate::{config::ClusterConnection, error::KafkaError};
use penstock_domain::produce::TransactionEnd;
use rdkafka::{
    error::KafkaError as DriverError,
    producer::{FutureProducer, Producer as _},
};
use std::time::Duration;
use tokio::time::Instant;

/// What is kept of the deadline for ending the transaction.
const FOR_THE_END: Duration = Duration::from_secs(3);

/// What came of a transaction.
#[derive(Debug)]
pub struct Transacted {
    /// Each record's fate. Those that were written and then aborted have their place too: it is taken for ever.
    pub records: Vec<Result<Written, KafkaError>>,
    /// How it ended; `None`: that is not known, because no answer came in time.
    pub ended: Option<TransactionEnd>,
    /// Why it did not end as was asked.
    pub why: Option<KafkaError>,
}

/// Writes `records` in a transaction under `id` and ends it as `end` says; aborts it where a record is refused. `Err`: it was
/// never begun, and nothing was written. `options.acks` must be all, which is what Kafka asks of transactions.
pub async fn transact(
    connection: &ClusterConnection,
    options: &ProducerOptions,
    id: &str,
    records: &[NewRecord],
    end: TransactionEnd,
) -> Result<Transacted, KafkaError> {
    let deadline = Instant::now() + options.patience;
    let writing = ProducerOptions {
        acks: Acks::All,
        patience: options
            .patience
            .saturating_sub(FOR_THE_END)
            .max(Duration::from_secs(1)),
        ..options.clone()
    };
    let producer = Producer::make(connection, &writing, Some(id.to_owned())).await?;
    let left = || deadline.saturating_duration_since(Instant::now());
    ask(&producer, "InitProducerId", left(), |driver, patience| {
        driver.init_transactions(patience)
    })
    .await?;
    ask(&producer, "BeginTransaction", left(), |driver, _| {
        driver.begin_transaction()
    })
    .await?;
    let records = producer.produce_all(records).await;
    let refused = records.iter().find_map(|result| result.as_ref().err());
    let for_the_end = left().max(FOR_THE_END);
    let (ended, why) = match (end, refused) {
        (TransactionEnd::Commit, None) => {
            let committed = ask(&producer, "EndTxn", for_the_end, |driver, patience| {
                driver.commit_transaction(patience)
            })
            .await;
            match committed {
                Ok(()) => (Some(TransactionEnd::Commit), None),
                // Asking again would be the only way to learn of it; whoever reads the topic sees it too.
                Err(error @ (KafkaError::Timeout { .. } | KafkaError::Unreachable { .. })) => {
                    (None, Some(error))
                }
                Err(error) => (abort(&producer).await, Some(error)),
            }
        }
        (TransactionEnd::Abort, _) => (abort(&producer).await, None),
        (TransactionEnd::Commit, Some(error)) => {
            let error = error.clone();
            (abort(&producer).await, Some(error))
        }
    };
    Ok(Transacted {
        records,
        ended,
        why,
    })
}

async fn abort(producer: &Producer) -> Option<TransactionEnd> {
    let aborted = ask(producer, "EndTxn", FOR_THE_END, |driver, patience| {
        driver.abort_transaction(patience)
    })
    .await;
    match aborted {
        Ok(()) => Some(TransactionEnd::Abort),
        Err(error) => {
            // The brokers abort it when its time runs out.
            tracing::warn!(%error, "a transaction could not be aborted");
            None
        }
    }
}

/// Runs one of librdkafka's blocking calls.
async fn ask(
    producer: &Producer,
    request: &'static str,
    patience: Duration,
    call: impl FnOnce(&FutureProducer<Quiet>, Duration) -> Result<(), DriverError> + Send + 'static,
) -> Result<(), KafkaError> {
    let Some(driver) = producer.inner.driver.clone() else {
        return Err(KafkaError::Stopped);
    };
    let result = tokio::task::spawn_blocking(move || call(&driver, patience))
        .await
        .map_err(|_| KafkaError::Stopped)?;
    result.map_err(|error| {
        if let DriverError::Transaction(words) = &error {
            tracing::info!(request, reason = %crate::error::tame(&words.string()), "a transaction's step failed");
        }
        fault::Context {
            broker: &producer.inner.label,
            patience,
            topic: "",
            transactional_id: producer.inner.transactional_id.as_deref(),
            request,
        }
        .explain(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HostPort;

    #[tokio::test]
    async fn nothing_is_begun_where_nobody_answers() {
        let plain = ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)]);
        let options = ProducerOptions {
            patience: Duration::from_millis(1200),
            ..ProducerOptions::default()
        };
        let error = transact(
            &plain,
            &options,
            "penstock-a-1",
            &[],
            TransactionEnd::Commit,
        )
        .await
        .unwrap_err();
        assert!(
            matches!(
                error,
                KafkaError::Timeout { .. } | KafkaError::Unreachable { .. }
            ),
            "{error}"
        );
    }
}
