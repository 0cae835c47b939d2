//! Who holds a stable offset back: readers of committed records see nothing behind the first record of an open transaction.

use super::{Plan, ask::Target, ask::by_topic};
use crate::{
    api::producers::{OpenTransaction, Transaction},
    client::Client,
    error::KafkaError,
    scan::fault,
};
use futures::future::join_all;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    read::{Isolation, Notice, NoticeKind},
    time::Timestamp,
    units,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};
use tokio::time::Instant;

/// Longest wait for the names of producers: without them the reading begins all the same.
const PATIENCE: Duration = Duration::from_secs(2);
/// Partitions that are explained one by one.
const MOST: usize = 50;

/// Open transactions by partition.
type Open = HashMap<(TopicName, i32), OpenTransaction>;

/// A partition that is held back.
struct Held {
    target: Target,
    leader: NodeId,
    stable: i64,
    high: i64,
}

/// Adds a notice for every partition of the plan that ends at a stable offset which is not the end.
pub(super) async fn explain(client: &Client, plan: &mut Plan, now: Timestamp, deadline: Instant) {
    if plan.isolation != Isolation::ReadCommitted {
        return;
    }
    let held: Vec<Held> = plan
        .partitions
        .iter()
        .zip(&plan.lanes)
        .filter(|(state, lane)| state.end < state.high && lane.to == state.end)
        .filter_map(|(state, lane)| {
            let leader = lane.leader?;
            Some(Held {
                target: Target {
                    origin: lane.origin.clone(),
                    leader: Some(leader),
                    epoch: lane.epoch,
                },
                leader,
                stable: state.end,
                high: state.high,
            })
        })
        .take(MOST)
        .collect();
    if held.is_empty() {
        return;
    }
    let mut leaders: BTreeMap<NodeId, Vec<&Target>> = BTreeMap::new();
    for one in &held {
        leaders.entry(one.leader).or_default().push(&one.target);
    }
    let patience = deadline
        .saturating_duration_since(Instant::now())
        .min(PATIENCE);
    let answers = join_all(leaders.into_iter().map(|(leader, targets)| async move {
        let partitions = by_topic(targets.into_iter());
        let open = client
            .open_transactions(leader, &partitions, patience)
            .await;
        (leader, open)
    }))
    .await;
    let answers: HashMap<NodeId, Result<Open, KafkaError>> = answers.into_iter().collect();
    let producers: BTreeSet<i64> = answers
        .values()
        .filter_map(|answer| answer.as_ref().ok())
        .flat_map(|open| open.values().map(|open| open.producer_id))
        .collect();
    let transactions = if producers.is_empty() {
        HashMap::new()
    } else {
        let producers: Vec<i64> = producers.into_iter().collect();
        client.transactions_of(&producers, patience).await
    };
    for one in held {
        let origin = &one.target.origin;
        let open = match answers.get(&one.leader) {
            Some(Ok(open)) => Ok(open
                .get(&(origin.topic.clone(), origin.partition.0))
                .copied()),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        };
        plan.notices.push(notice(
            &origin.topic,
            origin.partition,
            (one.stable, one.high),
            open,
            &transactions,
            now,
        ));
    }
}

fn notice(
    topic: &TopicName,
    partition: PartitionId,
    (stable, high): (i64, i64),
    open: Result<Option<OpenTransaction>, &KafkaError>,
    transactions: &HashMap<i64, Transaction>,
    now: Timestamp,
) -> Notice {
    let behind = units::count(
        usize::try_from(high - stable).unwrap_or_default(),
        "offset",
        "offsets",
    );
    let hidden = format!("{behind} from {stable} on are not committed yet and are not shown.");
    let (reason, remedy) = match open {
        Ok(Some(open)) => {
            let ago = |time: Timestamp| units::duration_millis(time.millis_until(now));
            let known = transactions.get(&open.producer_id);
            let whose = match known {
                Some(transaction) => {
                    format!("“{}” (producer {})", transaction.id, open.producer_id)
                }
                None => format!("of producer {}", open.producer_id),
            };
            let since = known
                .and_then(|transaction| transaction.started)
                .map_or(String::new(), |time| format!(" for {}", ago(time)));
            let last = open.last_write.map_or(String::new(), |time| {
                format!(", and last wrote here {} ago", ago(time))
            });
            (
                format!(
                    "Transaction {whose} is open{since}, here since offset {}{last}: {hidden}",
                    open.first_offset
                ),
                "Read uncommitted records to see them. A transaction that hangs is ended by kafka-transactions.sh abort.".to_owned(),
            )
        }
        Ok(None) => (
            format!("An open transaction holds the stable offset back: {hidden}"),
            "Read uncommitted records to see them.".to_owned(),
        ),
        Err(error) => (
            format!(
                "An open transaction holds the stable offset back: {hidden} Whose it is could not be found out: {error}."
            ),
            error
                .remedy()
                .unwrap_or_else(|| "Read uncommitted records to see them.".to_owned()),
        ),
    };
    Notice {
        from: Some(stable),
        to: Some(high.saturating_sub(1)),
        remedy: Some(remedy),
        ..fault::notice(NoticeKind::HeldBack, topic, Some(partition), reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_back_offset_says_who_and_how_long_as_far_as_is_known() {
        let open = OpenTransaction {
            producer_id: 7,
            first_offset: 40,
            last_write: Some(Timestamp(90_000)),
        };
        let transaction = Transaction {
            id: "billing-1".to_owned(),
            started: Some(Timestamp(40_000)),
        };
        let told = |open: Result<Option<OpenTransaction>, &KafkaError>, known: bool| {
            let transactions = if known {
                HashMap::from([(7, transaction.clone())])
            } else {
                HashMap::new()
            };
            let (topic, partition) = ("t".into(), PartitionId(1));
            notice(
                &topic,
                partition,
                (40, 52),
                open,
                &transactions,
                Timestamp(100_000),
            )
        };
        let whole = told(Ok(Some(open)), true);
        assert_eq!((whole.from, whole.to), (Some(40), Some(51)));
        for words in [
            "billing-1",
            "producer 7",
            "1 min",
            "10 s ago",
            "12 offsets",
            "offset 40",
        ] {
            assert!(whole.reason.contains(words), "{words}: {}", whole.reason);
        }
        let nameless = told(Ok(Some(open)), false);
        assert!(
            nameless.reason.contains("of producer 7"),
            "{}",
            nameless.reason
        );
        let denied = KafkaError::Authorization {
            operation: "Read",
            resource: "topic t".to_owned(),
        };
        let denied = told(Err(&denied), false);
        assert!(denied.reason.contains("not allowed"), "{}", denied.reason);
        assert!(denied.remedy.unwrap().contains("acls"));
        assert!(told(Ok(None), false).reason.contains("open transaction"));
    }
}
