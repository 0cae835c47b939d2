//! The engine over partitions in memory: order and positions whatever comes when, and everything that can go wrong.

mod log;

use self::log::{Key, Log, Partition, batch_of, id_of};
use crate::{
    batch::{AbortedTransaction, RawRecord, encode::Batch},
    lens::{Clear, Lens, MissingSchema, View},
    matcher::Matcher,
    scan::{
        End, Found, Plan, RoomSettings, ScanEvent, ScanRoom, What, found::Origin, merge::key_of,
        plan::Planned, start_on,
    },
};
use async_trait::async_trait;
use penstock_domain::{
    filter::Filter,
    ids::{NodeId, PartitionId, TopicName},
    read::{Isolation, Notice, NoticeKind, Order, Position},
    record::Control,
    time::Timestamp,
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Where a record is.
type Address = (TopicName, i32, i64);

struct Told {
    found: Vec<Found>,
    notices: Vec<Notice>,
    end: End,
}

impl Told {
    fn addresses(&self) -> Vec<Address> {
        self.found.iter().map(address).collect()
    }

    fn kinds(&self) -> Vec<NoticeKind> {
        self.notices.iter().map(|notice| notice.kind).collect()
    }
}

fn address(found: &Found) -> Address {
    (found.topic.clone(), found.partition.0, found.offset)
}

fn what(filter: &str) -> What {
    What {
        matcher: Arc::new(Matcher::compile(&Filter::parse(filter).unwrap()).unwrap()),
        lens: Arc::new(Clear),
    }
}

/// The whole of a log, or what positions leave.
fn plan(log: &Log, order: Order, positions: Option<&[Position]>) -> Plan {
    let state = log.state.lock().unwrap();
    let lanes = state
        .partitions
        .iter()
        .map(|((topic, number), partition)| {
            let position = positions.map(|positions| {
                positions
                    .iter()
                    .find(|one| one.topic == *topic && one.partition.0 == *number)
                    .unwrap()
            });
            Planned {
                origin: Origin {
                    topic: topic.clone(),
                    topic_id: Some(id_of(topic)),
                    partition: PartitionId(*number),
                },
                leader: partition.leader.map(NodeId),
                epoch: None,
                from: position.map_or(partition.first, |position| position.from),
                to: position.map_or(partition.stable, |position| position.to.unwrap()),
                stable: partition.stable,
            }
        })
        .collect();
    Plan {
        partitions: Vec::new(),
        positions: Vec::new(),
        records: 0,
        notices: Vec::new(),
        as_of: Timestamp(0),
        order,
        isolation: Isolation::ReadCommitted,
        limit: None,
        since: None,
        lanes,
        losses: Vec::new(),
    }
}

async fn told(log: &Arc<Log>, plan: Plan, what: What, room: &ScanRoom) -> Told {
    let mut scan = start_on(
        log.clone(),
        plan,
        what,
        room.for_user("a").unwrap(),
        &CancellationToken::new(),
    );
    let (mut found, mut notices) = (Vec::new(), Vec::new());
    let end = loop {
        match scan.next().await.expect("an end comes last") {
            ScanEvent::Found(one) => found.push(*one),
            ScanEvent::Notice(notice) => notices.push(notice),
            ScanEvent::Progress(_) => {}
            ScanEvent::End(end) => break end,
        }
    };
    assert!(scan.next().await.is_none());
    Told {
        found,
        notices,
        end,
    }
}

fn room() -> ScanRoom {
    ScanRoom::new(RoomSettings::default())
}

/// Records of a partition: time, whether it passes, whether compaction took it.
type Rows = Vec<(i64, bool, bool)>;

fn partition(rows: &Rows, batch: usize) -> Partition {
    let mut partition = Partition::default();
    for (chunk, rows) in rows.chunks(batch).enumerate() {
        let base = i64::try_from(chunk * batch).unwrap();
        let records: Vec<(i64, i64, &str)> = rows
            .iter()
            .zip(base..)
            .filter(|((_, _, gone), _)| !gone)
            .map(|((time, passes, _), offset)| {
                (offset, *time, if *passes { "wanted" } else { "other" })
            })
            .collect();
        if let Some((first, ..)) = records.first() {
            let mut batch = batch_of(&records);
            // Compaction leaves the last offset of a batch as it was.
            let last = base + i64::try_from(rows.len()).unwrap() - 1;
            batch.last_delta = Some(i32::try_from(last - first).unwrap());
            partition.append(&batch);
        }
    }
    partition.high = i64::try_from(rows.len()).unwrap();
    partition.stable = partition.high;
    partition.leader.get_or_insert(1);
    partition
}

fn by_definition(order: Order, all: &BTreeMap<Key, Rows>) -> Vec<Address> {
    let mut keyed = Vec::new();
    for (lane, ((topic, number), rows)) in all.iter().enumerate() {
        let mut indices: Vec<usize> = (0..rows.len()).collect();
        if order == Order::Newest {
            indices.reverse();
        }
        let mut key = i64::MIN;
        for (step, index) in indices.into_iter().enumerate() {
            let (time, passes, gone) = rows[index];
            if gone {
                continue;
            }
            key = key.max(key_of(order, time));
            if passes {
                let offset = i64::try_from(index).unwrap();
                keyed.push((key, lane, step, (topic.clone(), *number, offset)));
            }
        }
    }
    keyed.sort();
    keyed.into_iter().map(|(.., address)| address).collect()
}

fn logs() -> impl Strategy<Value = (BTreeMap<Key, Rows>, usize)> {
    let row = (
        0_i64..40,
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.2),
    );
    let rows = prop::collection::vec(row, 0..120);
    let key = (prop_oneof![Just("a"), Just("b")], 0_i32..3)
        .prop_map(|(topic, number)| (TopicName::from(topic), number));
    // Partitions are numbered from 0 without gaps.
    let logs = prop::collection::btree_map(key, rows, 1..6).prop_map(|logs| {
        let mut next: BTreeMap<TopicName, i32> = BTreeMap::new();
        logs.into_iter()
            .map(|((topic, _), rows)| {
                let number = next.entry(topic.clone()).or_default();
                *number += 1;
                ((topic, *number - 1), rows)
            })
            .collect::<BTreeMap<Key, Rows>>()
    });
    (logs, 1_usize..20)
}

fn log_of(all: &BTreeMap<Key, Rows>, batch: usize) -> Arc<Log> {
    Arc::new(Log::new(all.iter().enumerate().map(
        |(index, (key, rows))| {
            let mut partition = partition(rows, batch);
            partition.leader = Some(i32::try_from(index % 2).unwrap());
            (key.clone(), partition)
        },
    )))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::Newest), Just(Order::Oldest)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_told_once_in_the_stated_order(order in order(), (all, batch) in logs()) {
        runtime().block_on(async {
            let log = log_of(&all, batch);
            let told = told(&log, plan(&log, order, None), what("\"wanted\""), &room()).await;
            prop_assert_eq!(told.addresses(), by_definition(order, &all));
            prop_assert!(told.end.complete);
            let there: usize = all.values().flatten().filter(|(.., gone)| !gone).count();
            prop_assert_eq!(told.end.scanned.records, u64::try_from(there).unwrap());
            for position in &told.end.positions {
                prop_assert_eq!(Some(position.from), position.to);
            }
            Ok(())
        })?;
    }

    #[test]
    fn pages_of_any_size_are_one_reading(order in order(), (all, batch) in logs(), limit in 1_usize..30) {
        runtime().block_on(async {
            let log = log_of(&all, batch);
            let mut addresses = Vec::new();
            let mut positions: Option<Vec<Position>> = None;
            loop {
                let mut plan = plan(&log, order, positions.as_deref());
                plan.limit = Some(limit);
                let told = told(&log, plan, what("\"wanted\""), &room()).await;
                prop_assert!(told.found.len() <= limit);
                addresses.extend(told.addresses());
                if told.end.complete || told.found.is_empty() {
                    break;
                }
                positions = Some(told.end.positions);
            }
            prop_assert_eq!(addresses, by_definition(order, &all));
            Ok(())
        })?;
    }
}

/// `count` records of about `size` bytes in batches of 20, one a millisecond.
fn steady(count: i64, size: usize) -> Partition {
    let mut partition = Partition::default();
    let value = "x".repeat(size);
    let offsets: Vec<i64> = (0..count).collect();
    for offsets in offsets.chunks(20) {
        let records: Vec<(i64, i64, &str)> = offsets
            .iter()
            .map(|offset| (*offset, 1000 + *offset, value.as_str()))
            .collect();
        partition.append(&batch_of(&records));
    }
    partition
}

fn one(partition: Partition) -> Arc<Log> {
    Arc::new(Log::new([(("t".into(), 0), partition)]))
}

#[tokio::test]
async fn going_down_fetches_little_more_than_it_looks_at() {
    let log = one(steady(20_000, 400));
    let told = told(
        &log,
        plan(&log, Order::Newest, None),
        what("\"no\""),
        &room(),
    )
    .await;
    assert!(told.end.complete);
    let (fetched, scanned) = (told.end.fetched, told.end.scanned.bytes);
    assert!(fetched * 10 <= scanned * 13, "{fetched} for {scanned}");
    assert_eq!(told.end.scanned.records, 20_000);
}

#[tokio::test]
async fn the_newest_few_take_few_bytes() {
    let log = Arc::new(Log::new((0..12).map(|number| {
        let mut partition = steady(20_000, 400);
        partition.leader = Some(number % 3);
        (("t".into(), number), partition)
    })));
    let mut plan = plan(&log, Order::Newest, None);
    plan.limit = Some(100);
    let told = told(&log, plan, what(""), &room()).await;
    let mut offsets: Vec<i64> = told.found.iter().map(|found| found.offset).collect();
    assert_eq!(offsets.len(), 100);
    offsets.dedup();
    assert_eq!(offsets, (19_991..20_000).rev().collect::<Vec<i64>>());
    assert!(told.end.fetched < 600_000, "{}", told.end.fetched);
}

#[tokio::test]
async fn aborted_and_control_records_are_for_readers_of_uncommitted_ones() {
    let mut partition = Partition::default();
    let transactional = |offset, producer_id| Batch {
        transactional: true,
        producer_id,
        ..Batch::of(offset, &["a", "b"])
    };
    partition.append(&transactional(0, 7));
    partition.append(&transactional(2, 8));
    partition.append(&Batch::marker(4, 7, false));
    partition.append(&Batch::marker(5, 8, true));
    partition.append(&Batch::of(6, &["c"]));
    partition.append(&transactional(7, 7));
    partition.append(&Batch::marker(9, 7, false));
    partition.append(&transactional(10, 8));
    partition.stable = 7;
    partition.aborted = vec![AbortedTransaction {
        producer_id: 7,
        first_offset: 0,
    }];
    let log = one(partition);
    for order in [Order::Oldest, Order::Newest] {
        let mut offsets: Vec<i64> = told(&log, plan(&log, order, None), what(""), &room())
            .await
            .found
            .iter()
            .map(|found| found.offset)
            .collect();
        offsets.sort_unstable();
        assert_eq!(offsets, [2, 3, 6]);
        let mut everything = plan(&log, order, None);
        everything.isolation = Isolation::ReadUncommitted;
        everything.lanes[0].to = 12;
        let told = told(&log, everything, what(""), &room()).await;
        let mut all: Vec<(i64, bool, Option<Control>)> = told
            .found
            .iter()
            .map(|found| (found.offset, found.aborted, found.control))
            .collect();
        if order == Order::Newest {
            all.reverse();
        }
        let plain = |offset, aborted| (offset, aborted, None);
        assert_eq!(
            all,
            [
                plain(0, true),
                plain(1, true),
                plain(2, false),
                plain(3, false),
                (4, false, Some(Control::Abort)),
                (5, false, Some(Control::Commit)),
                plain(6, false),
                plain(7, true),
                plain(8, true),
                (9, false, Some(Control::Abort)),
                plain(10, false),
                plain(11, false),
            ]
        );
    }
}

#[tokio::test]
async fn a_poison_batch_is_named_and_left_out() {
    for order in [Order::Oldest, Order::Newest] {
        let mut partition = steady(100, 10);
        let end = partition.batches[2].bytes.len() - 1;
        partition.batches[2].bytes[end] ^= 1;
        let log = one(partition);
        let told = told(&log, plan(&log, order, None), what(""), &room()).await;
        assert_eq!(told.kinds(), [NoticeKind::BadBatch]);
        let notice = &told.notices[0];
        assert_eq!((notice.from, notice.to), (Some(40), Some(59)));
        assert!(notice.reason.contains("checksum"), "{}", notice.reason);
        assert_eq!(told.found.len(), 80);
        assert!(told.end.complete);
    }
}

#[tokio::test]
async fn a_batch_larger_than_any_request_is_read() {
    for order in [Order::Oldest, Order::Newest] {
        let mut large = steady(10, 100);
        large.append(&batch_of(&[(10, 5000, &"y".repeat(3 << 20))]));
        large.append(&Batch::of(11, &["z"]));
        let log = Arc::new(Log::new([
            (("t".into(), 0), steady(50, 100)),
            (("t".into(), 1), large),
        ]));
        let told = told(&log, plan(&log, order, None), what(""), &room()).await;
        assert_eq!(told.found.len(), 62);
        assert!(told.end.complete);
    }
}

#[tokio::test]
async fn a_reading_follows_leaders_and_rides_out_errors() {
    let mut second = steady(300, 10);
    second.codes = [6, 74, 7, -1].into();
    let log = Arc::new(Log::new([
        (("t".into(), 0), steady(300, 10)),
        (("t".into(), 1), second),
    ]));
    let plan = plan(&log, Order::Oldest, None);
    // Planned, then moved.
    log.change("t", 0, |partition| partition.leader = Some(2));
    let told = told(&log, plan, what(""), &room()).await;
    assert_eq!(told.found.len(), 600);
    assert!(told.end.complete && told.notices.is_empty());
}

#[tokio::test]
async fn offsets_that_are_gone_are_told_and_the_rest_is_read() {
    for (order, read) in [(Order::Oldest, 60), (Order::Newest, 60)] {
        let log = one(steady(100, 10));
        let plan = plan(&log, order, None);
        log.change("t", 0, |partition| partition.first = 40);
        let told = told(&log, plan, what(""), &room()).await;
        assert_eq!(told.kinds(), [NoticeKind::OutOfRange]);
        assert_eq!(
            (told.notices[0].from, told.notices[0].to),
            (Some(0), Some(39))
        );
        assert_eq!(told.found.len(), read);
        assert!(told.end.complete);
    }
}

#[tokio::test]
async fn a_topic_made_anew_ends_alone() {
    let mut other = steady(100, 10);
    other.codes = [103].into();
    let log = Arc::new(Log::new([
        (("kept".into(), 0), steady(100, 10)),
        (("other".into(), 0), other),
    ]));
    log.state
        .lock()
        .unwrap()
        .ids
        .insert("other".into(), Some("new".into()));
    let told = told(&log, plan(&log, Order::Oldest, None), what(""), &room()).await;
    assert_eq!(told.kinds(), [NoticeKind::Recreated]);
    assert_eq!(told.found.len(), 100);
    assert!(!told.end.complete);
    assert!(told.end.reason.unwrap().contains("other"));
}

#[tokio::test]
async fn a_denied_topic_ends_alone() {
    let mut denied = steady(100, 10);
    denied.codes = [29].into();
    let log = Arc::new(Log::new([
        (("denied".into(), 0), denied),
        (("kept".into(), 0), steady(100, 10)),
    ]));
    let told = told(&log, plan(&log, Order::Newest, None), what(""), &room()).await;
    assert_eq!(told.kinds(), [NoticeKind::Forbidden]);
    assert!(told.notices[0].remedy.as_ref().unwrap().contains("Read"));
    assert_eq!(told.found.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_partition_without_a_leader_ends_with_its_reason_and_can_be_gone_on_with() {
    let mut lost = steady(100, 10);
    lost.leader = None;
    let log = Arc::new(Log::new([
        (("t".into(), 0), lost),
        (("t".into(), 1), steady(100, 10)),
    ]));
    let first = told(&log, plan(&log, Order::Oldest, None), what(""), &room()).await;
    assert_eq!(first.kinds(), [NoticeKind::Partition]);
    assert!(!first.end.complete);
    assert_eq!(first.found.len(), 100);
    log.change("t", 0, |partition| partition.leader = Some(1));
    let rest = plan(&log, Order::Oldest, Some(&first.end.positions));
    let rest = told(&log, rest, what(""), &room()).await;
    assert!(rest.end.complete);
    assert_eq!(rest.found.len(), 100);
    assert!(rest.found.iter().all(|found| found.partition.0 == 0));
}

#[tokio::test]
async fn dropping_a_scan_ends_its_work() {
    let mut silent = steady(10, 10);
    silent.silent = true;
    let log = one(silent);
    let room = room();
    let mut scan = start_on(
        log.clone(),
        plan(&log, Order::Oldest, None),
        what(""),
        room.for_user("a").unwrap(),
        &CancellationToken::new(),
    );
    assert!(matches!(scan.next().await, Some(ScanEvent::Progress(_))));
    assert_eq!(room.running(), 1);
    drop(scan);
    room.idle().await;
    assert_eq!((room.running(), room.bytes_held()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_does_not_come_holds_no_fetched_bytes() {
    let log = one(steady(60_000, 200));
    let room = room();
    let mut scan = start_on(
        log.clone(),
        plan(&log, Order::Oldest, None),
        what(""),
        room.for_user("a").unwrap(),
        &CancellationToken::new(),
    );
    let mut offsets = Vec::new();
    let first = scan.next().await;
    offsets.extend(first.iter().filter_map(offset_of));
    // The clock is the test's: it moves on when nothing else can be done.
    let held = async {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if room.bytes_held() == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), held)
        .await
        .unwrap();
    while let Some(event) = scan.next().await {
        offsets.extend(offset_of(&event));
    }
    assert_eq!(offsets, (0..60_000).collect::<Vec<i64>>());
}

fn offset_of(event: &ScanEvent) -> Option<i64> {
    match event {
        ScanEvent::Found(found) => Some(found.offset),
        _ => None,
    }
}

#[tokio::test]
async fn little_memory_and_partitions_far_apart_in_time_make_it_slower_not_stuck() {
    let mut parts = Vec::new();
    for number in 0..8 {
        let mut partition = Partition::default();
        for base in 0..40 {
            // Each partition begins where the one before ends.
            let time = i64::from(number) * 1_000_000 + base;
            let value = "v".repeat(20_000);
            let records: Vec<(i64, i64, &str)> = (0..10)
                .map(|step| (base * 10 + step, time, value.as_str()))
                .collect();
            partition.append(&batch_of(&records));
        }
        parts.push((("t".into(), number), partition));
    }
    let room = ScanRoom::new(RoomSettings {
        bytes: 2 << 20,
        bytes_per_scan: 1 << 20,
        ..RoomSettings::default()
    });
    for order in [Order::Oldest, Order::Newest] {
        let log = Arc::new(Log::new(parts.clone()));
        let told = told(&log, plan(&log, order, None), what(""), &room).await;
        assert!(told.end.complete);
        let mut addresses: Vec<(i32, i64)> = told
            .found
            .iter()
            .map(|found| (found.partition.0, found.offset))
            .collect();
        if order == Order::Newest {
            addresses.reverse();
        }
        assert!(addresses.is_sorted() && addresses.len() == 3200);
        assert_eq!(room.bytes_held(), 0);
    }
}

/// Knows a schema only after it was asked for; the value is then seen behind its first byte, which names the schema.
#[derive(Default)]
struct Schemas {
    known: Mutex<BTreeSet<u8>>,
    asked: Mutex<Vec<u8>>,
}

#[async_trait]
impl Lens for Schemas {
    fn is_clear(&self, _topic: &TopicName) -> bool {
        false
    }

    fn look<'a>(
        &self,
        _topic: &TopicName,
        record: &RawRecord<'a>,
    ) -> Result<View<'a>, MissingSchema> {
        let mut view = View::raw(record);
        if let Some([schema, value @ ..]) = record.value {
            if !self.known.lock().unwrap().contains(schema) {
                return Err(MissingSchema::Id(u32::from(*schema)));
            }
            // Schema `0` can't be had, so its records are seen raw.
            if *schema != b'0' {
                view.value = Some(value.into());
            }
        }
        Ok(view)
    }

    async fn fetch(&self, missing: &[MissingSchema]) {
        for schema in missing {
            let MissingSchema::Id(id) = schema else {
                continue;
            };
            let id = u8::try_from(*id).unwrap();
            self.asked.lock().unwrap().push(id);
            // One that can't be had stays unknown.
            if id != b'0' {
                self.known.lock().unwrap().insert(id);
            }
        }
    }
}

#[tokio::test]
async fn schemas_are_asked_for_and_then_looked_through() {
    for order in [Order::Oldest, Order::Newest] {
        let mut partition = Partition::default();
        for batch in 0..30 {
            let base = batch * 4;
            partition.append(&Batch::of(base, &["1in", "2in", "0in", "3out"]));
        }
        let log = one(partition);
        let lens = Arc::new(Schemas::default());
        let what = What {
            lens: lens.clone(),
            ..what("value = \"in\"")
        };
        let told = told(&log, plan(&log, order, None), what, &room()).await;
        assert_eq!(told.found.len(), 60, "those of schemas 1 and 2");
        assert_eq!(told.end.scanned.records, 120);
        let mut asked = lens.asked.lock().unwrap().clone();
        asked.sort_unstable();
        asked.dedup();
        assert_eq!(asked, b"0123");
        assert!(
            lens.asked.lock().unwrap().len() <= 16,
            "not for every record"
        );
    }
}

#[tokio::test]
async fn a_search_ends_when_its_time_is_over() {
    let room = ScanRoom::new(RoomSettings {
        longest: Duration::ZERO,
        ..RoomSettings::default()
    });
    let log = one(steady(100, 10));
    let told = told(&log, plan(&log, Order::Oldest, None), what(""), &room).await;
    assert!(!told.end.complete);
    assert_eq!(told.end.positions[0].from, 0);
}
