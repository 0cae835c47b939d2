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

use penstock_domain::{ids::ClusterRef, units};
use penstock_kafka::{
    ClientCertificate, ClusterConnection, HostPort, Inventory, Periods, Sasl, SaslMechanism,
    Secret, ServerNamePolicy, TlsSettings,
    inventory::Snapshot,
    produce::{NewRecord, Producer, ProducerOptions},
};
use std::{collections::HashMap, time::Duration};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let bootstrap = arguments
        .next()
        .expect("the bootstrap addresses come first");
    let options: HashMap<String, String> = arguments
        .filter_map(|argument| {
            let (name, value) = argument.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
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

fn connection(bootstrap: &str, options: &HashMap<String, String>) -> ClusterConnection {
    let file = |name: &str| {
        options
            .get(name)
            .map(|path| std::fs::read_to_string(path).expect(path))
    };
    let mut connection = ClusterConnection::plain(HostPort::parse_list(bootstrap).unwrap());
    connection.tls = file("ca").map(|ca| TlsSettings {
        ca_pem: ca.into(),
        client: file("cert").map(|certificate| ClientCertificate {
            certificate_pem: certificate.into(),
            key_pem: Secret::new(file("key").expect("a certificate needs its key")),
        }),
        server_name: ServerNamePolicy::Verify,
    });
    connection.sasl = options.get("user").map(|user| Sasl {
        mechanism: match options.get("mechanism").map(String::as_str) {
            Some("plain") => SaslMechanism::Plain,
            Some("scram-256") => SaslMechanism::ScramSha256,
            _ => SaslMechanism::ScramSha512,
        },
        username: user.as_str().into(),
        password: Secret::new(
            file("password")
                .expect("a user needs a password file")
                .trim(),
        ),
    });
    connection
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
    for (what, freshness) in [
        ("brokers", snapshot.brokers.freshness()),
        ("topics", snapshot.topics.freshness()),
        ("quorum", snapshot.quorum.freshness()),
        ("offsets", snapshot.offsets.freshness()),
        ("log directories", snapshot.log_dirs.freshness()),
        ("configuration", snapshot.topic_configs.freshness()),
    ] {
        for missing in freshness.missing {
            println!("missing in {what}: {}: {}", missing.what, missing.why);
        }
    }
}
