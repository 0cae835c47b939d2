//! Following over real brokers: what is shared, what transactions do, and topics that go.

use crate::{
    bed::{self, admin},
    writer::{self, Topic},
};
use penstock_domain::{filter::Filter, read::NoticeKind};
use penstock_kafka::{
    Client,
    lens::Clear,
    matcher::Matcher,
    scan::Found,
    tail::{FollowSpec, FollowTopic, Tail, TailHub, TailNews},
};
use rdkafka::producer::Producer as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Longer than any outcome takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

struct Follower {
    hub: TailHub,
    _stop: DropGuard,
}

impl Follower {
    fn new() -> Self {
        let stop = CancellationToken::new();
        Self {
            hub: TailHub::new(Client::new(bed::connection(), stop.clone()), stop.clone()),
            _stop: stop.drop_guard(),
        }
    }

    async fn follow(&self, topic: &Topic, uncommitted: bool) -> Tail {
        let filter = Filter::parse("").unwrap();
        let spec = FollowSpec {
            topics: vec![FollowTopic {
                name: topic.name.as_str().into(),
                id: None,
                partitions: vec![],
            }],
            positions: None,
            uncommitted,
            matcher: Arc::new(Matcher::compile(&filter).unwrap()),
            lens: Arc::new(Clear),
        };
        let mut follow = bed::eventually(async || self.hub.follow(spec.clone()).await.ok())
            .await
            .expect("following");
        // The first progress has a position for every partition: it has begun.
        loop {
            if let TailNews::Progress(progress) = next(&mut follow).await
                && progress.positions.len() == topic.partitions
            {
                return follow;
            }
        }
    }
}

async fn next(tail: &mut Tail) -> TailNews {
    tokio::time::timeout(PATIENCE, tail.next())
        .await
        .expect("nothing came any more")
        .expect("it ended")
}

/// So many records; none may be dropped.
async fn records(tail: &mut Tail, count: usize) -> Vec<Found> {
    let mut out = Vec::new();
    while out.len() < count {
        match next(tail).await {
            TailNews::Found(found) => out.extend(found),
            TailNews::Progress(_) => {}
            other => panic!("{other:?}"),
        }
    }
    out
}

fn values(found: &[Found]) -> Vec<String> {
    found
        .iter()
        .map(|found| String::from_utf8_lossy(found.value.as_deref().unwrap_or_default()).into())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_viewers_fetch_what_one_does() {
    let topic = Topic::create("it-tail-shared", 3).await;
    let producer = writer::producer(&[("compression.type", "lz4"), ("linger.ms", "5")]).await;
    let follower = Follower::new();
    let mut tails = Vec::new();
    for _ in 0..8 {
        tails.push(follower.follow(&topic, false).await);
    }
    let count = 3_000;
    let value = "x".repeat(300);
    let sends = (0..count).map(|number| {
        let partition = number % 3;
        topic.send(&producer, partition, &value, 1_700_000_000_000)
    });
    futures::future::join_all(sends).await;
    let mut batches = BTreeMap::new();
    for tail in &mut tails {
        let found = records(tail, usize::try_from(count).unwrap()).await;
        let offsets: BTreeSet<_> = found
            .iter()
            .map(|found| (found.partition, found.offset))
            .collect();
        assert_eq!(offsets.len(), found.len(), "nothing twice");
        for found in found {
            batches.insert(
                (found.partition, found.head.base_offset),
                u64::from(found.head.bytes),
            );
        }
    }
    let produced: u64 = batches.values().sum();
    let fetched = follower.hub.figures().fetched;
    assert!(
        fetched >= produced && fetched * 10 <= produced * 12,
        "{fetched} bytes fetched for {produced} produced"
    );
    drop(tails);
    bed::eventually(async || (follower.hub.figures().held == 0).then_some(()))
        .await
        .expect("memory is given back");
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_told_to_those_who_ask_for_them() {
    let topic = Topic::create("it-tail-transactions", 1).await;
    let producer = writer::producer(&[("transactional.id", "it-tail-transactions")]).await;
    let follower = Follower::new();
    let mut committed = follower.follow(&topic, false).await;
    let mut everything = follower.follow(&topic, true).await;
    producer.init_transactions(PATIENCE).unwrap();
    producer.begin_transaction().unwrap();
    topic.write(&producer, 0, None, Some("aborted"), None).await;
    // Not held back from who wants everything.
    assert_eq!(values(&records(&mut everything, 1).await), ["aborted"]);
    producer.abort_transaction(PATIENCE).unwrap();
    producer.begin_transaction().unwrap();
    topic.write(&producer, 0, None, Some("kept"), None).await;
    producer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(values(&records(&mut committed, 1).await), ["kept"]);
    let found = records(&mut everything, 3).await;
    let controls: Vec<_> = found.iter().map(|found| found.control.is_some()).collect();
    assert_eq!(controls, [true, false, true]);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_goes_ends_its_tail() {
    let topic = Topic::create("it-tail-gone", 2).await;
    let producer = writer::producer(&[]).await;
    let follower = Follower::new();
    let mut tail = follower.follow(&topic, false).await;
    topic.write(&producer, 1, None, Some("last"), None).await;
    assert_eq!(values(&records(&mut tail, 1).await), ["last"]);
    admin().delete_topic(&topic.name).await.unwrap();
    let mut told = false;
    loop {
        match next(&mut tail).await {
            TailNews::Notice(notice) => told |= notice.kind == NoticeKind::Recreated,
            TailNews::End { again, .. } => {
                assert!(told && !again);
                break;
            }
            _ => {}
        }
    }
}
