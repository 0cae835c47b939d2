//! Follows topics and prints how it goes: for one viewer, or for many that share one reading.
//!
//! ```text
//! cargo run -p penstock-kafka --example tail -- BOOTSTRAP topic=NAME[,NAME…] [q=FILTER] [viewers=N] [slow=N] [seconds=N]
//!     [isolation=committed|uncommitted] [show=N]
//!     [ca=FILE] [cert=FILE key=FILE] [user=NAME password=FILE mechanism=scram-512|scram-256|plain]
//! ```
//! `slow` viewers take nothing until the end; what they got and what they missed is counted like everyone's.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool for people at a terminal"
)]

#[path = "support/connection.rs"]
mod support;

use penstock_domain::{filter::Filter, read::Isolation, units};
use penstock_kafka::{
    Client,
    lens::Clear,
    matcher::Matcher,
    tail::{FollowSpec, FollowTopic, Tail, TailHub, TailNews},
};
use std::{sync::Arc, time::Duration};
use support::{arguments, connection};
use tokio_util::sync::CancellationToken;

/// What one viewer got.
#[derive(Debug, Default)]
struct Got {
    found: u64,
    dropped: u64,
    notices: u64,
    duplicates_or_disorder: u64,
}

#[tokio::main]
async fn main() {
    let (bootstrap, options) = arguments();
    let option = |name: &str| options.get(name).map(String::as_str);
    let number = |name: &str, default: u64| option(name).map_or(default, |it| it.parse().unwrap());
    let stop = CancellationToken::new();
    let client = Client::new(connection(&bootstrap, &options), stop.clone());
    let hub = TailHub::new(client, stop.clone());
    let filter = Filter::parse(option("q").unwrap_or_default()).expect("the filter");
    let spec = FollowSpec {
        topics: option("topic")
            .expect("topic=NAME")
            .split(',')
            .map(|name| FollowTopic {
                name: name.into(),
                id: None,
                partitions: vec![],
            })
            .collect(),
        positions: None,
        uncommitted: Isolation::of(option("isolation").unwrap_or_default())
            == Isolation::ReadUncommitted,
        matcher: Arc::new(Matcher::compile(&filter).expect("the filter")),
        lens: Arc::new(Clear),
    };
    let slow = number("slow", 0);
    let over = CancellationToken::new();
    let mut viewers = Vec::new();
    for viewer in 0..number("viewers", 1) {
        let tail = hub.follow(spec.clone()).await.expect("following");
        let show = if viewer == 0 { number("show", 0) } else { 0 };
        let waits = (viewer < slow).then(|| over.clone());
        viewers.push(tokio::spawn(view(
            tail,
            viewer == slow,
            show,
            waits,
            over.clone(),
        )));
    }
    tokio::time::sleep(Duration::from_secs(number("seconds", 10))).await;
    over.cancel();
    for viewer in viewers {
        println!("{:?}", viewer.await.unwrap());
    }
    let figures = hub.figures();
    println!(
        "{figures:?}, fetched {}, peak memory {}",
        units::bytes(figures.fetched),
        peak()
    );
    stop.cancel();
    hub.close().await;
}

async fn view(
    mut tail: Tail,
    tell: bool,
    mut show: u64,
    waits: Option<CancellationToken>,
    over: CancellationToken,
) -> Got {
    let mut got = Got::default();
    let mut next = std::collections::HashMap::new();
    if let Some(waits) = waits {
        waits.cancelled().await;
    }
    // A second after the end everything that was on its way has come.
    let end = async {
        over.cancelled().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    tokio::pin!(end);
    loop {
        let news = tokio::select! {
            news = tail.next() => news,
            () = &mut end => None,
        };
        let Some(news) = news else { return got };
        match news {
            TailNews::Found(found) => {
                got.found += found.len() as u64;
                for found in found {
                    let place = (found.topic.clone(), found.partition);
                    let least = next.insert(place, found.offset + 1).unwrap_or(0);
                    got.duplicates_or_disorder += u64::from(found.offset < least);
                    if show > 0 {
                        show -= 1;
                        let value = found.value.as_deref().map(String::from_utf8_lossy);
                        println!(
                            "{}/{} @{} {value:?}",
                            found.topic, found.partition, found.offset
                        );
                    }
                }
            }
            TailNews::Dropped { count, .. } => got.dropped += count,
            TailNews::Notice(notice) => {
                got.notices += 1;
                println!("notice: {notice:?}");
            }
            TailNews::Progress(progress) if tell => println!(
                "arrived {} ({:.0}/s) matches {} dropped {} positions {}",
                progress.arrived,
                progress.per_second,
                progress.matches,
                progress.dropped,
                progress
                    .positions
                    .iter()
                    .map(|position| position.from.to_string())
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
            TailNews::Progress(_) => {}
            TailNews::End { reason, again } => println!("end: {reason} (again: {again})"),
        }
    }
}

fn peak() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
            Some(line.trim_start_matches("VmHWM:").trim().to_owned())
        })
        .unwrap_or_default()
}
