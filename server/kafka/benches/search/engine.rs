//! Penstock's own search over a whole topic, as the server runs it: planned, compiled from the filter's text, on the runtime's
//! default threads with the process's default budget.

use super::{
    data::HitSet,
    run::{Contestant, Outcome, Run},
};
use anyhow::{Context, Result, ensure};
use penstock_domain::{
    filter::Filter,
    read::{Isolation, Order},
    time::Timestamp,
};
use penstock_kafka::{
    Client, ClusterConnection, HostPort,
    lens::Clear,
    matcher::Matcher,
    scan::{self, Found, RoomSettings, ScanEvent, ScanRoom, ScanSpec, ScanTopic, What},
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(30);

/// Searches.
pub fn read(run: &Run) -> Result<Outcome> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(search(run))
}

async fn search(run: &Run) -> Result<Outcome> {
    let order = match run.contestant {
        Contestant::Newest => Order::Newest,
        _ => Order::Oldest,
    };
    let stop = CancellationToken::new();
    let connection = ClusterConnection::plain(HostPort::parse_list(&run.bootstrap)?);
    let client = Client::new(connection, stop.clone());
    let filter = Filter::parse(&run.hits.filter()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let matcher =
        Arc::new(Matcher::compile(&filter).map_err(|error| anyhow::anyhow!("{error:?}"))?);
    let spec = ScanSpec {
        topics: vec![ScanTopic {
            name: run.dataset.topic().as_str().into(),
            id: None,
            partitions: Vec::new(),
        }],
        isolation: Isolation::ReadCommitted,
        order,
        now: Timestamp::from_system(std::time::SystemTime::now()),
        ..ScanSpec::default()
    };
    let plan = scan::plan(&client, &spec, &matcher.bounds(), PATIENCE).await?;
    let room = ScanRoom::new(RoomSettings::default());
    let seat = room.for_user("bench")?;
    let what = What {
        matcher,
        lens: Arc::new(Clear),
    };
    let mut meter = run.begin()?;
    let mut scan = scan::start(client.clone(), plan, what, seat, &stop);
    let (mut hits, mut sequence) = (HitSet::default(), Sequence::new(order));
    let end = loop {
        match scan.next().await.context("a search ends with its end")? {
            ScanEvent::Found(found) => {
                meter.hit();
                hits.add(found.partition.0, found.offset);
                sequence.add(&found);
            }
            ScanEvent::Notice(notice) => eprintln!("notice: {notice:?}"),
            ScanEvent::Progress(_) => {}
            ScanEvent::End(end) => break end,
        }
    };
    let mut outcome = meter.end()?;
    ensure!(
        end.complete,
        "not everything was searched: {:?}",
        end.reason
    );
    outcome.records = end.scanned.records;
    outcome.log_bytes = end.scanned.bytes;
    outcome.hits = Some(hits);
    outcome.order = Some((sequence.ordered, sequence.sum));
    drop(scan);
    client.close().await;
    Ok(outcome)
}

/// The order of hits: by time, and in a partition by offset. The records' times never go back within a partition, so the
/// merge's running extremes are the times themselves.
struct Sequence {
    order: Order,
    ordered: bool,
    sum: u64,
    time: Option<i64>,
    offsets: std::collections::HashMap<i32, i64>,
}

impl Sequence {
    fn new(order: Order) -> Self {
        Self {
            order,
            ordered: true,
            sum: 0,
            time: None,
            offsets: std::collections::HashMap::new(),
        }
    }

    fn add(&mut self, found: &Found) {
        let after = |now: i64, before: i64| match self.order {
            Order::Oldest => now >= before,
            Order::Newest => now <= before,
        };
        let before = self.time.replace(found.timestamp);
        let in_time = before.is_none_or(|before| after(found.timestamp, before));
        let last = self.offsets.insert(found.partition.0, found.offset);
        let in_partition =
            last.is_none_or(|last| last != found.offset && after(found.offset, last));
        self.ordered &= in_time && in_partition;
        self.sum = self
            .sum
            .wrapping_mul(31)
            .wrapping_add(super::data::place(found.partition.0, found.offset));
    }
}
