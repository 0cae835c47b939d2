//! Searches topics and prints what is found.
//!
//! ```text
//! cargo run -p penstock-kafka --example scan -- BOOTSTRAP topic=NAME[,NAME…] [q=FILTER] [partitions=0,1] [from=POINT] [to=POINT]
//!     [order=newest|oldest] [isolation=committed|uncommitted] [limit=N] [show=N] [one=PARTITION:OFFSET]
//!     [ca=FILE] [cert=FILE key=FILE] [user=NAME password=FILE mechanism=scram-512|scram-256|plain]
//! ```
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool for people at a terminal"
)]

#[path = "support/connection.rs"]
mod support;

use penstock_domain::{
    filter::Filter,
    ids::PartitionId,
    read::{Isolation, Order, Point, Range},
    time::Timestamp,
    units,
};
use penstock_kafka::{
    Client,
    lens::Clear,
    matcher::Matcher,
    scan::{self, Found, RoomSettings, ScanEvent, ScanRoom, ScanSpec, ScanTopic, What},
};
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};
use support::{arguments, connection};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() {
    let (bootstrap, options) = arguments();
    let option = |name: &str| options.get(name).map(String::as_str);
    let stop = CancellationToken::new();
    let client = Client::new(connection(&bootstrap, &options), stop.clone());
    let topics = option("topic").expect("topic=NAME");
    let partitions: Vec<PartitionId> = option("partitions")
        .unwrap_or_default()
        .split(',')
        .filter_map(|number| number.parse().ok().map(PartitionId))
        .collect();
    if let Some((partition, offset)) = option("one").and_then(|address| address.split_once(':')) {
        let found = scan::one(
            &client,
            &topics.into(),
            None,
            PartitionId(partition.parse().unwrap()),
            offset.parse().unwrap(),
            PATIENCE,
        )
        .await;
        println!("{found:#?}");
        return;
    }
    let filter = Filter::parse(option("q").unwrap_or_default()).expect("the filter");
    let matcher = Arc::new(Matcher::compile(&filter).expect("the filter"));
    let point = |name: &str| option(name).map(|text| Point::parse(text).expect(name));
    let spec = ScanSpec {
        topics: topics
            .split(',')
            .map(|name| ScanTopic {
                name: name.into(),
                id: None,
                partitions: partitions.clone(),
            })
            .collect(),
        range: Range {
            from: point("from"),
            to: point("to"),
        },
        isolation: Isolation::of(option("isolation").unwrap_or_default()),
        order: match option("order") {
            Some("oldest") => Order::Oldest,
            _ => Order::Newest,
        },
        positions: None,
        limit: option("limit").map(|limit| limit.parse().unwrap()),
        now: Timestamp::from_system(SystemTime::now()),
    };
    let begun = Instant::now();
    let plan = scan::plan(&client, &spec, &matcher.bounds(), PATIENCE)
        .await
        .expect("the plan");
    println!(
        "planned in {:?}: {} partitions, {} records",
        begun.elapsed(),
        plan.partitions.len(),
        plan.records
    );
    let room = ScanRoom::new(RoomSettings::default());
    let what = What {
        matcher,
        lens: Arc::new(Clear),
    };
    let seat = room.for_user("example").unwrap();
    let begun = Instant::now();
    let mut scan = scan::start(client.clone(), plan, what, seat, &stop);
    let mut show = option("show").map_or(10, |show| show.parse::<usize>().unwrap());
    let mut first = None;
    while let Some(event) = scan.next().await {
        match event {
            ScanEvent::Found(found) => {
                first.get_or_insert_with(|| begun.elapsed());
                if show > 0 {
                    show -= 1;
                    print(&found);
                }
            }
            ScanEvent::Notice(notice) => println!("notice: {notice:?}"),
            ScanEvent::Progress(progress) => println!(
                "{:?}: {} records, {}, {} hits, {}/s, {:?} s left",
                begun.elapsed(),
                progress.scanned.records,
                units::bytes(progress.scanned.bytes),
                progress.matches,
                progress.per_second,
                progress.seconds_left
            ),
            ScanEvent::End(end) => {
                println!("first hit after {first:?}");
                println!(
                    "end after {:?}: {:?} fetched {} for {}, {} hits, complete {}, {:?}",
                    begun.elapsed(),
                    end.scanned.records,
                    units::bytes(end.fetched),
                    units::bytes(end.scanned.bytes),
                    end.matches,
                    end.complete,
                    end.reason
                );
                for position in end.positions.iter().take(20) {
                    println!(
                        "  {} {} from {} to {:?}",
                        position.topic, position.partition, position.from, position.to
                    );
                }
            }
        }
    }
    drop(scan);
    client.close().await;
}

fn print(found: &Found) {
    let text = |bytes: &Option<bytes::Bytes>| match bytes {
        None => "null".to_owned(),
        Some(bytes) => String::from_utf8_lossy(bytes).chars().take(80).collect(),
    };
    println!(
        "{} {} {} {} {} | {}{}{}",
        found.topic,
        found.partition,
        found.offset,
        Timestamp(found.timestamp),
        text(&found.key),
        text(&found.value),
        if found.aborted { " (aborted)" } else { "" },
        found
            .control
            .map(|control| format!(" ({control:?})"))
            .unwrap_or_default(),
    );
}
