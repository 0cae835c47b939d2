//! Prints what the inventory knows of a cluster, again at every change, for `seconds` (default 10).
//!
//! ```text
//! cargo run -p penstock-kafka --example inventory -- BOOTSTRAP [seconds=N] [ca=FILE] [cert=FILE key=FILE]
//!     [user=NAME password=FILE mechanism=scram-512|scram-256|plain] [produce=TOPIC]
//! ```
//! The password is read from a file, so that it is not on the command line of a process.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool for people at a terminal"
)]

#[path = "support/connection.rs"]
mod support;

use penstock_domain::{ids::ClusterRef, units};
use penstock_kafka::{
    Inventory, Periods,
    inventory::Snapshot,
    produce::{NewRecord, Producer, ProducerOptions},
};
use std::time::Duration;
use support::{arguments, connection};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    let (bootstrap, options) = arguments();
    let connection = connection(&bootstrap, &options);
    if let Some(topic) = options.get("produce") {
        let producer = Producer::new(&connection, ProducerOptions::default()).await;
        let record = NewRecord {
            topic: topic.as_str().into(),
            partition: None,
            key: Some("example".into()),
            value: Some("written by the example".into()),
            headers: vec![("origin".into(), Some("example".into()))],
            timestamp: None,
        };
        match producer {
            Ok(producer) => println!("produce: {:?}", producer.produce(record).await),
            Err(error) => println!("produce: {error}"),
        }
    }
    let stop = CancellationToken::new();
    let cluster = ClusterRef::new("-", "example");
    let inventory = Inventory::start(&cluster, connection, Periods::default(), &stop);
    let seconds = options
        .get("seconds")
        .map_or(10, |text| text.parse().unwrap());
    let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
    let mut snapshots = inventory.subscribe();
    let mut seen = 0;
    while let Ok(Ok(())) = tokio::time::timeout_at(end, snapshots.changed()).await {
        let snapshot = snapshots.borrow_and_update().clone();
        println!(
            "── revision {} changed {:?}",
            snapshot.revision,
            snapshot.changes_since(seen)
        );
        seen = snapshot.revision;
        print(&snapshot);
    }
    inventory.stop().await;
}

fn print(snapshot: &Snapshot) {
    println!("reach: {:?}", snapshot.reach);
    if let Some(brokers) = &snapshot.brokers.value {
        println!(
            "cluster {:?}, metadata version {:?}, answered {}/{}",
            brokers.cluster_id,
            brokers.metadata_version(),
            snapshot.brokers.answered,
            snapshot.brokers.expected
        );
        for broker in &brokers.brokers {
            println!(
                "  node {} {}:{} rack {:?} fenced {} {:?}",
                broker.id, broker.host, broker.port, broker.rack, broker.fenced, broker.reach
            );
        }
    }
    if let Some(quorum) = &snapshot.quorum.value {
        println!(
            "quorum: leader {:?} epoch {} voters {:?}",
            quorum.leader,
            quorum.epoch,
            quorum
                .voters
                .iter()
                .map(|voter| (voter.node.0, voter.lag, voter.gone))
                .collect::<Vec<_>>()
        );
    }
    if let Some(dirs) = &snapshot.log_dirs.value {
        println!("log directories: {:?}", dirs.sum());
    }
    if let Some(topics) = &snapshot.topics.value {
        for topic in topics.iter() {
            let name = topic.name.as_str();
            let offsets = snapshot
                .offsets
                .value
                .as_deref()
                .and_then(|all| all.get(name));
            let config = snapshot
                .topic_configs
                .value
                .as_deref()
                .and_then(|all| all.get(name));
            let size = snapshot
                .log_dirs
                .value
                .as_deref()
                .and_then(|all| all.topic_bytes(name));
            println!(
                "  {name} {} partitions × {} {:?} records {:?} in/s {:?} size {} retention {:?} leaders {:?}",
                topic.partition_count(),
                topic.replication_factor(),
                topic.id,
                offsets.and_then(|offsets| offsets.records()),
                offsets.and_then(|offsets| offsets.records_in_per_second()),
                size.map_or_else(|| "?".to_owned(), units::bytes),
                config.and_then(|config| config.number("retention.ms")),
                topic
                    .partitions()
                    .map(|partition| partition.leader().map(|leader| leader.0))
                    .collect::<Vec<_>>(),
            );
        }
    }
    if let Some(groups) = &snapshot.groups.value {
        for row in groups.rows() {
            println!(
                "  group {} {} {} members {:?} lag {:?} in {:?} s, in/s {:?} out/s {:?} {}: {}",
                row.group,
                row.kind.name(),
                row.state.words(),
                row.members,
                row.lag.records,
                row.lag.seconds,
                row.in_per_second,
                row.out_per_second,
                row.verdict.state.words(),
                row.verdict.reason
            );
        }
    }
    for (what, freshness) in [
        ("brokers", snapshot.brokers.freshness()),
        ("topics", snapshot.topics.freshness()),
        ("quorum", snapshot.quorum.freshness()),
        ("offsets", snapshot.offsets.freshness()),
        ("log directories", snapshot.log_dirs.freshness()),
        ("configuration", snapshot.topic_configs.freshness()),
        ("groups", snapshot.groups.freshness()),
    ] {
        for missing in freshness.missing {
            println!("missing in {what}: {}: {}", missing.what, missing.why);
        }
    }
}
