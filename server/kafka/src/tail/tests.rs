//! Following a log in memory: what is shared, what is lost, and that nothing else is.

mod log;

use self::log::{Log, TOPIC};
use super::*;
use crate::{batch::encode::Batch, lens::Clear};
use penstock_domain::{filter::Filter, ids::NodeId, read::NoticeKind, record::Control};
use std::time::Duration;

/// Waits in the runtime's own, paused time until it is so.
async fn until(mut so: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never became so");
}

struct Bed {
    log: Arc<Log>,
    hub: TailHub,
}

impl Bed {
    fn new(partitions: usize, room: usize) -> Self {
        let log = Arc::new(Log::new(partitions));
        let hub = TailHub {
            hub: Hub::new(log.clone(), TailRoom::new(room), CancellationToken::new()),
        };
        Self { log, hub }
    }

    fn spec(&self, filter: &str) -> FollowSpec {
        let filter = Filter::parse(filter).unwrap();
        FollowSpec {
            topics: vec![FollowTopic {
                name: TOPIC.into(),
                id: None,
                partitions: vec![],
            }],
            positions: None,
            uncommitted: false,
            matcher: Arc::new(Matcher::compile(&filter).unwrap()),
            lens: Arc::new(Clear),
        }
    }

    async fn follow(&self) -> Viewing {
        Viewing::new(self.hub.follow(self.spec("")).await.unwrap())
    }

    async fn follow_from(&self, positions: &[(i32, i64)]) -> Viewing {
        let positions = positions
            .iter()
            .map(|(partition, from)| Position {
                topic: TOPIC.into(),
                topic_id: self.log.id(),
                partition: PartitionId(*partition),
                from: *from,
                to: None,
            })
            .collect();
        let spec = FollowSpec {
            positions: Some(positions),
            ..self.spec("")
        };
        Viewing::new(self.hub.follow(spec).await.unwrap())
    }
}

/// A tail with everything that it told.
struct Viewing {
    tail: Tail,
    found: Vec<Found>,
    gaps: Vec<Position>,
    dropped: u64,
    notices: Vec<Notice>,
    progress: Option<TailProgress>,
    ended: Option<(String, bool)>,
}

impl Viewing {
    fn new(tail: Tail) -> Self {
        Self {
            tail,
            found: vec![],
            gaps: vec![],
            dropped: 0,
            notices: vec![],
            progress: None,
            ended: None,
        }
    }

    async fn until(&mut self, so: impl Fn(&Self) -> bool) {
        while !so(self) {
            let news = tokio::time::timeout(Duration::from_secs(60), self.tail.next())
                .await
                .expect("nothing came any more");
            match news {
                Some(TailNews::Found(found)) => self.found.extend(found),
                Some(TailNews::Dropped { count, gaps }) => {
                    self.dropped += count;
                    self.gaps.extend(gaps);
                }
                Some(TailNews::Notice(notice)) => self.notices.push(notice),
                Some(TailNews::Progress(progress)) => self.progress = Some(progress),
                Some(TailNews::End { reason, again }) => self.ended = Some((reason, again)),
                None => panic!("it ended"),
            }
        }
    }

    /// Until all offsets of a partition up to `end` were told or named as gaps.
    async fn until_offset(&mut self, partition: i32, end: i64) {
        self.until(|seen| {
            let found = seen
                .found
                .iter()
                .filter(|found| found.partition.0 == partition)
                .map(|found| found.offset + 1);
            let gaps = seen
                .gaps
                .iter()
                .filter(|gap| gap.partition.0 == partition)
                .filter_map(|gap| gap.to);
            found.chain(gaps).max().unwrap_or(0) >= end
        })
        .await;
    }

    fn offsets(&self, partition: i32) -> Vec<i64> {
        self.found
            .iter()
            .filter(|found| found.partition.0 == partition)
            .map(|found| found.offset)
            .collect()
    }

    /// Every offset that was told or dropped, in order of offset; duplicates stay.
    fn covered(&self, partition: i32) -> Vec<i64> {
        let mut out = self.offsets(partition);
        for gap in &self.gaps {
            if gap.partition.0 == partition {
                out.extend(gap.from..gap.to.unwrap());
            }
        }
        out.sort_unstable();
        out
    }
}

#[tokio::test(start_paused = true)]
async fn all_viewers_share_one_reading() {
    let bed = Bed::new(2, 1 << 20);
    bed.log.produce(0, 5);
    let mut viewers = Vec::new();
    for _ in 0..10 {
        viewers.push(bed.follow().await);
    }
    let before = bed.log.fetched();
    for _ in 0..20 {
        bed.log.produce(0, 10);
        bed.log.produce(1, 3);
        let end = bed.log.end(0);
        viewers[0].until_offset(0, end).await;
    }
    for viewer in &mut viewers {
        viewer.until_offset(0, 205).await;
        viewer.until_offset(1, 60).await;
        assert_eq!(viewer.offsets(0), (5..205).collect::<Vec<_>>());
        assert_eq!(viewer.offsets(1), (0..60).collect::<Vec<_>>());
        assert_eq!(viewer.dropped, 0);
    }
    let produced = bed.log.bytes_from(0, 5) + bed.log.bytes_from(1, 0);
    assert_eq!(bed.log.fetched() - before, produced, "each byte once");
}

#[tokio::test(start_paused = true)]
async fn a_filter_passes_what_it_names_and_progress_counts_all() {
    let bed = Bed::new(1, 1 << 20);
    let spec = bed.spec("offset >= 7");
    let mut viewer = Viewing::new(bed.hub.follow(spec).await.unwrap());
    bed.log.produce(0, 10);
    viewer
        .until(|seen| seen.progress.as_ref().is_some_and(|it| it.arrived == 10))
        .await;
    assert_eq!(viewer.offsets(0), [7, 8, 9]);
    let progress = viewer.progress.unwrap();
    assert_eq!((progress.matches, progress.dropped), (3, 0));
    assert_eq!(progress.positions[0].from, 10);
    assert!(progress.per_second > progress.matches_per_second);
}

#[tokio::test(start_paused = true)]
async fn a_slow_viewer_learns_exactly_what_it_missed_and_slows_nobody() {
    let bed = Bed::new(2, 20_000);
    let mut slow = bed.follow().await;
    let mut fast = bed.follow().await;
    for round in 1..=60 {
        bed.log.produce(0, 40);
        bed.log.produce(1, 7);
        fast.until_offset(0, 40 * round).await;
        fast.until_offset(1, 7 * round).await;
    }
    assert_eq!(fast.dropped, 0);
    assert_eq!(fast.offsets(0), (0..2400).collect::<Vec<_>>());
    slow.until_offset(0, 2400).await;
    slow.until_offset(1, 420).await;
    assert!(slow.dropped > 0);
    assert_eq!(slow.covered(0), (0..2400).collect::<Vec<_>>());
    assert_eq!(slow.covered(1), (0..420).collect::<Vec<_>>());
    let offsets: i64 = slow.gaps.iter().map(|gap| gap.to.unwrap() - gap.from).sum();
    assert_eq!(u64::try_from(offsets).unwrap(), slow.dropped);
    assert!(bed.hub.room().used() <= 20_000 + 2 * 4096);
}

#[tokio::test(start_paused = true)]
async fn older_positions_are_caught_up_without_loss_or_duplicates() {
    let bed = Bed::new(2, 1 << 20);
    for _ in 0..50 {
        bed.log.produce(0, 20);
        bed.log.produce(1, 1);
    }
    // Others have been following the end for a while.
    let mut other = bed.follow().await;
    bed.log.produce(0, 20);
    other.until_offset(0, 1020).await;
    let mut viewer = bed.follow_from(&[(0, 123), (1, 50)]).await;
    for _ in 0..20 {
        bed.log.produce(0, 20);
    }
    viewer.until_offset(0, 1420).await;
    assert_eq!(viewer.offsets(0), (123..1420).collect::<Vec<_>>());
    assert_eq!(viewer.offsets(1), Vec::<i64>::new());
    assert_eq!(viewer.dropped, 0);
    // What one viewer was told last is where the next goes on.
    viewer
        .until(|seen| {
            seen.progress
                .as_ref()
                .is_some_and(|it| it.positions[0].from == 1420)
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn positions_beyond_what_is_there_are_told() {
    let bed = Bed::new(1, 1 << 20);
    bed.log.produce(0, 10);
    let mut viewer = bed.follow_from(&[(0, 99)]).await;
    bed.log.produce(0, 1);
    viewer.until_offset(0, 11).await;
    assert_eq!(viewer.offsets(0), [10]);
    assert_eq!(viewer.notices[0].kind, NoticeKind::OutOfRange);
    // Retention took what was to be gone on from: exact, too.
    bed.log.delete_before(0, 6);
    let mut viewer = bed.follow_from(&[(0, 2)]).await;
    viewer.until_offset(0, 11).await;
    assert_eq!(viewer.offsets(0), [6, 7, 8, 9, 10]);
    assert_eq!(viewer.covered(0), (2..11).collect::<Vec<_>>());
    assert!(
        viewer
            .notices
            .iter()
            .any(|it| it.kind == NoticeKind::OutOfRange)
    );
}

#[tokio::test(start_paused = true)]
async fn a_moved_leader_costs_nothing() {
    let bed = Bed::new(2, 1 << 20);
    let mut viewer = bed.follow().await;
    for round in 0..6 {
        bed.log.produce(0, 10);
        bed.log.produce(1, 10);
        viewer.until_offset(0, 10 * (round + 1)).await;
        match round {
            0 => bed.log.lead(0, Some(NodeId(2))),
            1 => bed.log.lead(0, None),
            2 => bed.log.kill(NodeId(1)),
            3 => bed.log.lead(1, Some(NodeId(2))),
            _ => {}
        }
        if round == 1 {
            bed.log.produce(0, 10);
            tokio::time::sleep(Duration::from_secs(7)).await;
            viewer.until(|seen| !seen.notices.is_empty()).await;
            assert_eq!(viewer.notices[0].kind, NoticeKind::Partition);
            bed.log.lead(0, Some(NodeId(0)));
        }
    }
    let end = bed.log.end(0);
    viewer.until_offset(0, end).await;
    viewer.until_offset(1, 60).await;
    assert_eq!(viewer.offsets(0), (0..end).collect::<Vec<_>>());
    assert_eq!(viewer.offsets(1), (0..60).collect::<Vec<_>>());
    assert_eq!(viewer.dropped, 0);
}

#[tokio::test(start_paused = true)]
async fn partitions_that_come_later_are_followed_from_their_beginning() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    let one = FollowSpec {
        topics: vec![FollowTopic {
            name: TOPIC.into(),
            id: None,
            partitions: vec![PartitionId(0)],
        }],
        ..bed.spec("")
    };
    let mut chosen = Viewing::new(bed.hub.follow(one).await.unwrap());
    bed.log.widen();
    bed.log.produce(1, 4);
    viewer.until_offset(1, 4).await;
    bed.log.produce(1, 3);
    viewer.until_offset(1, 7).await;
    assert_eq!(viewer.offsets(1), (0..7).collect::<Vec<_>>());
    assert!(
        viewer
            .notices
            .iter()
            .any(|it| it.partition == Some(PartitionId(1)))
    );
    bed.log.produce(0, 1);
    chosen.until_offset(0, 1).await;
    assert_eq!(
        chosen.offsets(1),
        [0_i64; 0],
        "who chose partitions has those"
    );
}

#[tokio::test(start_paused = true)]
async fn a_topic_made_anew_ends_the_tail() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    bed.log.produce(0, 3);
    viewer.until_offset(0, 3).await;
    bed.log.recreate();
    bed.log.produce(0, 5);
    viewer.until(|seen| seen.ended.is_some()).await;
    assert_eq!(viewer.offsets(0), [0, 1, 2]);
    assert_eq!(viewer.notices[0].kind, NoticeKind::Recreated);
    assert!(!viewer.ended.unwrap().1);
    // Following it anew follows the new one; positions of the old one are not taken for its own.
    let old = Position {
        topic: TOPIC.into(),
        topic_id: Some("gone".into()),
        partition: PartitionId(0),
        from: 3,
        to: None,
    };
    let spec = FollowSpec {
        positions: Some(vec![old]),
        ..bed.spec("")
    };
    let mut viewer = Viewing::new(bed.hub.follow(spec).await.unwrap());
    bed.log.produce(0, 1);
    viewer.until_offset(0, 6).await;
    assert_eq!(viewer.offsets(0), [5]);
    assert_eq!(viewer.notices[0].kind, NoticeKind::Recreated);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_topic_ends_the_tail_after_some_looks() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    bed.log.delete();
    viewer.until(|seen| seen.ended.is_some()).await;
    assert_eq!(viewer.notices.last().unwrap().kind, NoticeKind::Recreated);
    assert!(matches!(
        bed.hub.follow(bed.spec("")).await,
        Err(crate::scan::ScanError::UnknownTopic(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn without_viewers_nothing_is_fetched_and_nothing_held() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    bed.log.produce(0, 100);
    viewer.until_offset(0, 100).await;
    assert!(bed.hub.room().used() > 0);
    drop(viewer);
    until(|| bed.hub.room().used() == 0 && bed.hub.hub.tasks.is_empty()).await;
    let polls = bed.log.polls();
    bed.log.produce(0, 100);
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(bed.log.polls(), polls);
    // And it begins again.
    let mut viewer = bed.follow().await;
    bed.log.produce(0, 1);
    viewer.until_offset(0, 201).await;
    assert_eq!(viewer.offsets(0), [200]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_cannot_be_read_is_named() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    bed.log.produce(0, 2);
    let mut bad = Batch::of(2, &["x", "y"]).encode();
    let last = bad.len() - 1;
    bad[last] ^= 1;
    bed.log.append(0, bad, 3);
    bed.log.produce(0, 1);
    viewer.until_offset(0, 5).await;
    viewer.until(|seen| !seen.notices.is_empty()).await;
    assert_eq!(viewer.offsets(0), [0, 1, 4]);
    let notice = &viewer.notices[0];
    assert_eq!(notice.kind, NoticeKind::BadBatch);
    assert_eq!((notice.from, notice.to), (Some(2), Some(3)));
}

#[tokio::test(start_paused = true)]
async fn transactions_are_seen_by_those_who_ask_for_them() {
    let bed = Bed::new(1, 1 << 20);
    let mut committed = bed.follow().await;
    let spec = FollowSpec {
        uncommitted: true,
        ..bed.spec("")
    };
    let mut everything = Viewing::new(bed.hub.follow(spec).await.unwrap());
    bed.log.transaction(0, 7, 3, false);
    bed.log.produce(0, 1);
    everything.until_offset(0, 5).await;
    committed.until_offset(0, 5).await;
    assert_eq!(
        committed.offsets(0),
        [4],
        "aborted records and markers are not there"
    );
    assert_eq!(everything.offsets(0), [0, 1, 2, 3, 4]);
    assert_eq!(everything.found[3].control, Some(Control::Abort));
    bed.log.transaction(0, 8, 2, true);
    committed.until_offset(0, 7).await;
    assert_eq!(committed.offsets(0), [4, 5, 6]);
    assert!(committed.found[1].head.transactional);
}

#[tokio::test(start_paused = true)]
async fn an_open_transaction_holds_back_until_it_ends() {
    let bed = Bed::new(1, 1 << 20);
    let mut committed = bed.follow().await;
    bed.log.hold_at(0, Some(0));
    bed.log.produce(0, 4);
    committed
        .until(|seen| seen.progress.as_ref().is_some())
        .await;
    assert!(committed.found.is_empty());
    bed.log.hold_at(0, None);
    committed.until_offset(0, 4).await;
    assert_eq!(committed.offsets(0), [0, 1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_console_that_stops_says_so() {
    let bed = Bed::new(1, 1 << 20);
    let mut viewer = bed.follow().await;
    viewer.until(|seen| seen.progress.is_some()).await;
    bed.hub.close().await;
    viewer.until(|seen| seen.ended.is_some()).await;
    assert!(viewer.ended.unwrap().1, "try again");
}
