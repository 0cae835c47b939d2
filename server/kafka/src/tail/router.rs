//! Finds out who leads the partitions that are followed, ends those whose topic is gone, and gives up what nobody follows.

use super::{hub::Hub, part::Part, place};
use crate::scan::{fault, source::Led};
use penstock_domain::ids::TopicName;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// One question about leaders and ends.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks at what nobody follows.
const SWEEP: Duration = Duration::from_secs(1);
/// Between two looks for leaders, while one is missing.
const AGAIN: Duration = Duration::from_millis(200);
/// Between two looks for new partitions of what is followed.
const COUNT: Duration = Duration::from_secs(10);
/// A topic that is not there is looked for so often before it counts as deleted: a broker may not have heard of it yet.
const LOOKS: u32 = 5;

pub(super) async fn run(hub: Arc<Hub>) {
    let stop = hub.stop.clone();
    let route = async {
        let mut counted = Instant::now();
        loop {
            if !hub.sweep() {
                return;
            }
            let lost: Vec<Arc<Part>> = hub
                .parts()
                .into_iter()
                .filter(|part| part.is_lost(Instant::now()))
                .collect();
            if !lost.is_empty() {
                find(&hub, &lost).await;
            }
            if counted.elapsed() >= COUNT {
                count(&hub).await;
                counted = Instant::now();
            }
            tokio::select! {
                // What failed a moment ago has a pause before it; whoever wakes the router often finds nothing to do.
                () = hub.lost.notified() => sleep(AGAIN).await,
                () = sleep(SWEEP) => {}
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = route => {}
    }
}

/// How many partitions the followed topics have now: one request for all of them, whoever follows.
async fn count(hub: &Arc<Hub>) {
    match hub.wire.leaders(&topics_of(&hub.parts()), PATIENCE).await {
        Ok(led) => hub.count_partitions(&led),
        // What is known stays; the partitions themselves tell what is wrong.
        Err(error) => tracing::debug!(%error, "partitions were not counted"),
    }
}

fn topics_of(parts: &[Arc<Part>]) -> Vec<TopicName> {
    let topics: BTreeSet<&TopicName> = parts.iter().map(|part| &part.key.topic).collect();
    topics.into_iter().cloned().collect()
}

async fn find(hub: &Arc<Hub>, lost: &[Arc<Part>]) {
    let led = match hub.wire.leaders(&topics_of(lost), PATIENCE).await {
        Ok(led) => led,
        Err(error) => {
            for part in lost {
                let key = &part.key;
                part.failed(fault::lost_partition(
                    &key.topic,
                    key.partition,
                    None,
                    &error,
                ));
            }
            return;
        }
    };
    let mut unplaced = Vec::new();
    for part in lost {
        if let Some(leader) = judge(part, led.iter().find(|led| led.topic == part.key.topic)) {
            if part.is_placed() {
                part.lead(leader);
                hub.feed(leader, part.key.uncommitted);
            } else {
                unplaced.push((part.clone(), leader));
            }
        }
    }
    place::ends(hub, unplaced).await;
}

/// The leader, where metadata tells one; else what its absence means.
fn judge(part: &Part, led: Option<&Led>) -> Option<penstock_domain::ids::NodeId> {
    let key = &part.key;
    let Some(led) = led.filter(|led| led.exists || !led.allowed) else {
        part.failed(fault::recreated(&key.topic, true));
        if part.is_absent() >= LOOKS {
            part.end_with(fault::recreated(&key.topic, true));
        }
        return None;
    };
    if !led.allowed {
        part.end_with(fault::forbidden(&key.topic));
        return None;
    }
    if let (Some(meant), Some(now)) = (&key.id, &led.id)
        && meant != now
    {
        part.end_with(fault::recreated(&key.topic, false));
        return None;
    }
    let index = usize::try_from(key.partition.0).ok()?;
    let leader = led.partitions.get(index).copied().flatten();
    match leader {
        Some((leader, _)) => Some(leader),
        None => {
            let error = crate::scan::source::broker_error("Metadata", 5);
            part.failed(fault::lost_partition(
                &key.topic,
                key.partition,
                None,
                &error,
            ));
            None
        }
    }
}
