//! One viewer: its cursors, its filter, its pace. Runs as a task that hands news to whoever holds the [`super::Tail`], through a
//! queue so short that a slow reader holds up this task and nothing else.

mod behind;

use super::{
    TailNews, TailProgress,
    follow::Wide,
    hub::Hub,
    inbox::Inbox,
    look::{Job, Looking, Step, look},
    part::{Found as Here, Key, Part},
    rates::Rates,
    ring::Read,
};
use crate::{
    lens::MissingSchema,
    scan::{Found, fault},
};
use penstock_domain::{
    ids::{PartitionId, TopicName},
    read::{Notice, NoticeKind, Position},
};
use std::{
    collections::{BTreeSet, VecDeque},
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

/// Between two reports of progress.
const TICK: Duration = Duration::from_secs(1);
/// Bytes of the log that are looked at in one go.
const SLICE: usize = 1024 * 1024;
/// Partitions that are looked at in one go.
const MOST_JOBS: usize = 256;
/// Records told at once …
const MOST_RECORDS: usize = 500;
/// … and their bytes.
const MOST_BYTES: usize = 128 * 1024;
/// News that wait to be taken.
pub(super) const QUEUE: usize = 2;

/// A partition as this viewer sees it.
pub(super) struct Seen {
    pub(super) part: Arc<Part>,
    /// The next offset to be looked at; `None`: wherever the log ends once that is known.
    pub(super) cursor: Option<i64>,
    pub(super) epoch: u32,
    /// Whether it began before the ring, and has not come up to it yet.
    pub(super) behind: bool,
    /// Since when catching up brings nothing.
    pub(super) stuck: Option<Instant>,
    /// Whether it is among those that may have something.
    pub(super) ready: bool,
    pub(super) gone: bool,
}

/// See the module.
pub(super) struct Viewer {
    pub(super) hub: Arc<Hub>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) looking: Arc<Looking>,
    pub(super) seen: Vec<Seen>,
    wide: Vec<Wide>,
    pub(super) out: mpsc::Sender<TailNews>,
    /// Partitions that may have something.
    pub(super) ready: VecDeque<usize>,
    /// Schemas that were asked for just now.
    asked: BTreeSet<MissingSchema>,
    /// Topics whose end was told.
    ended: BTreeSet<TopicName>,
    /// Bytes that may still be fetched for this viewer alone.
    allowance: usize,
    arrived: u64,
    matches: u64,
    dropped: u64,
}

/// Whoever was to hear is gone, or there is nothing more to tell.
type Flow = ControlFlow<()>;

impl Viewer {
    pub(super) fn new(
        hub: Arc<Hub>,
        inbox: Arc<Inbox>,
        looking: Looking,
        (seen, wide): (Vec<Seen>, Vec<Wide>),
        out: mpsc::Sender<TailNews>,
    ) -> Self {
        Self {
            hub,
            inbox,
            looking: Arc::new(looking),
            seen,
            wide,
            out,
            ready: VecDeque::new(),
            asked: BTreeSet::new(),
            ended: BTreeSet::new(),
            allowance: behind::ALLOWANCE,
            arrived: 0,
            matches: 0,
            dropped: 0,
        }
    }

    /// Runs until its reader goes, its topics end, or the console stops.
    pub(super) async fn run(mut self) {
        let (hub_stop, stop) = (self.hub.stop.clone(), self.looking.stop.clone());
        let out = self.out.clone();
        tokio::select! {
            biased;
            () = hub_stop.cancelled() => {
                let reason = "The console stops following this cluster.".to_owned();
                // Whoever does not listen at this moment sees the stream end.
                let _ = out.try_send(TailNews::End { reason, again: true });
            }
            () = stop.cancelled() => {}
            _ = self.follow() => {}
        }
    }

    async fn follow(&mut self) -> Flow {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rates = Rates::new(Instant::now());
        loop {
            let busy = !self.ready.is_empty();
            tokio::select! {
                biased;
                now = tick.tick() => {
                    self.widen().await?;
                    self.progress(&mut rates, now).await?;
                }
                () = self.inbox.wait(), if !busy => {}
                () = std::future::ready(()), if busy => {}
            }
            let (news, notices) = self.inbox.take();
            for number in news {
                self.is_ready(number);
            }
            for notice in notices {
                self.send(TailNews::Notice(notice)).await?;
            }
            let jobs = self.gather().await?;
            if !jobs.is_empty() {
                self.look_at(jobs).await?;
            }
            if self.seen.iter().all(|seen| seen.gone) {
                let reason = "Nothing is left to follow.".to_owned();
                let again = false;
                self.send(TailNews::End { reason, again }).await?;
                return ControlFlow::Break(());
            }
        }
    }

    /// What is to be looked at next. Gaps and ends are told on the way.
    async fn gather(&mut self) -> ControlFlow<(), Vec<Job>> {
        let mut jobs = Vec::new();
        let mut bytes = 0;
        let mut gaps = Vec::new();
        let mut later = Vec::new();
        let mut notices = Vec::new();
        let mut behind = None;
        while bytes < SLICE && jobs.len() < MOST_JOBS {
            let Some(number) = self.ready.pop_front() else {
                break;
            };
            let Some(seen) = self.seen.get_mut(number) else {
                continue;
            };
            seen.ready = false;
            if seen.gone {
                continue;
            }
            if seen.cursor.is_none()
                && let Some((end, epoch)) = seen.part.end()
            {
                (seen.cursor, seen.epoch) = (Some(end), epoch);
            }
            let Some(cursor) = seen.cursor else { continue };
            match seen.part.read(cursor, seen.epoch) {
                Here::Unplaced => {}
                Here::Ring(Read::UpToDate) => seen.behind = false,
                Here::Ring(Read::Chunk(held)) => {
                    seen.behind = false;
                    bytes += held.chunk.bytes.len();
                    jobs.push(Job {
                        number,
                        origin: seen.part.key.origin(),
                        held,
                        from: cursor,
                    });
                    // There may be more behind it.
                    later.push(number);
                }
                Here::Ring(Read::Lost { .. }) if seen.behind => {
                    behind.get_or_insert(number);
                    later.push(number);
                }
                Here::Ring(Read::Lost { resume, .. }) => {
                    gaps.push(seen.gap(cursor, resume));
                    seen.cursor = Some(resume);
                    later.push(number);
                }
                Here::Ring(Read::Back { to, epoch }) => {
                    (seen.cursor, seen.epoch) = (Some(to), epoch);
                    later.push(number);
                }
                Here::Ended(notice) => {
                    seen.gone = true;
                    notices.push((seen.part.key.topic.clone(), notice));
                }
            }
        }
        for number in later {
            self.is_ready(number);
        }
        for (topic, notice) in notices {
            if self.ended.insert(topic) {
                self.send(TailNews::Notice(notice)).await?;
            }
        }
        self.tell_gaps(gaps).await?;
        if let Some(number) = behind {
            let caught = self.catch_up(number).await?;
            if caught.is_none() && jobs.is_empty() {
                sleep(behind::PAUSE).await;
            }
            jobs.extend(caught);
        }
        ControlFlow::Continue(jobs)
    }

    fn is_ready(&mut self, number: usize) {
        if let Some(seen) = self.seen.get_mut(number)
            && !std::mem::replace(&mut seen.ready, true)
        {
            self.ready.push_back(number);
        }
    }

    pub(super) async fn tell_gaps(&mut self, gaps: Vec<Position>) -> Flow {
        if gaps.is_empty() {
            return ControlFlow::Continue(());
        }
        let count = gaps
            .iter()
            .map(|gap| gap.to.unwrap_or(gap.from).saturating_sub(gap.from))
            .map(|offsets| u64::try_from(offsets).unwrap_or(0))
            .sum();
        self.dropped += count;
        self.send(TailNews::Dropped { count, gaps }).await
    }

    async fn look_at(&mut self, jobs: Vec<Job>) -> Flow {
        let Ok(permit) = self.hub.workers.clone().acquire_owned().await else {
            return ControlFlow::Break(());
        };
        let (hub, looking) = (self.hub.clone(), self.looking.clone());
        let asked = std::mem::take(&mut self.asked);
        let looked = tokio::task::spawn_blocking(move || {
            let mut scratch = hub.scratch();
            let step = look(&looking, &jobs, &asked, &mut scratch);
            hub.give_back(scratch);
            drop(permit);
            step
        });
        match looked.await {
            Ok(step) => self.take(step).await,
            Err(error) => {
                tracing::error!(%error, "following broke off");
                let reason = "The console failed while looking at records.".to_owned();
                self.send(TailNews::End {
                    reason,
                    again: true,
                })
                .await?;
                ControlFlow::Break(())
            }
        }
    }

    async fn take(&mut self, step: Step) -> Flow {
        self.matches += u64::try_from(step.found.len()).unwrap_or(0);
        self.arrived += step.records;
        for lot in lots(step.found) {
            self.send(TailNews::Found(lot)).await?;
        }
        // Only now: positions say what was told.
        for (number, cursor) in step.cursors {
            if let Some(seen) = self.seen.get_mut(number) {
                seen.cursor = Some(cursor);
            }
        }
        for (number, bad) in step.faults {
            if let Some(seen) = self.seen.get(number) {
                let key = &seen.part.key;
                let notice = fault::bad_batch(&key.topic, key.partition, &bad);
                self.send(TailNews::Notice(notice)).await?;
            }
        }
        if !step.missing.is_empty() {
            self.looking.lens.fetch(&step.missing).await;
            self.asked = step.missing.into_iter().collect();
        }
        ControlFlow::Continue(())
    }

    /// Takes in partitions that topics got meanwhile, from their beginning: all that is in them was written since.
    async fn widen(&mut self) -> Flow {
        for place in 0..self.wide.len() {
            let Some(wide) = self.wide.get_mut(place) else {
                break;
            };
            let Some(count) = self.hub.partitions(&wide.topic, &wide.id) else {
                continue;
            };
            let (topic, id) = (wide.topic.clone(), wide.id.clone());
            let first = wide.known;
            wide.known = count.max(first);
            for partition in first..count {
                let Ok(partition) = i32::try_from(partition) else {
                    break;
                };
                let key = Key {
                    topic: topic.clone(),
                    id: id.clone(),
                    partition: PartitionId(partition),
                    uncommitted: self.looking.uncommitted,
                };
                let number = self.seen.len();
                let part = self.hub.part(&key, |part| part.join(&self.inbox, number));
                let reason =
                    format!("Partition {partition} is new; it is followed from its beginning.");
                let notice = note(&part, NoticeKind::Other, reason);
                self.seen.push(Seen::new(part, Some(0)));
                self.send(TailNews::Notice(notice)).await?;
            }
        }
        ControlFlow::Continue(())
    }

    async fn progress(&mut self, rates: &mut Rates, now: Instant) -> Flow {
        let [per_second, matches_per_second] = rates.mark(now, [self.arrived, self.matches]);
        let progress = TailProgress {
            arrived: self.arrived,
            matches: self.matches,
            per_second,
            matches_per_second,
            dropped: self.dropped,
            positions: self.seen.iter().filter_map(Seen::position).collect(),
        };
        self.send(TailNews::Progress(progress)).await
    }

    pub(super) async fn send(&self, news: TailNews) -> Flow {
        match self.out.send(news).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Seen {
    /// A partition from an offset on, or from where its log ends.
    pub(super) fn new(part: Arc<Part>, cursor: Option<i64>) -> Self {
        Self {
            epoch: part.end().map_or(0, |(_, epoch)| epoch),
            behind: cursor.is_some(),
            part,
            cursor,
            stuck: None,
            ready: false,
            gone: false,
        }
    }

    fn position(&self) -> Option<Position> {
        let key = &self.part.key;
        Some(Position {
            topic: key.topic.clone(),
            topic_id: key.id.clone(),
            partition: key.partition,
            from: self.cursor.filter(|_| !self.gone)?,
            to: None,
        })
    }

    /// Offsets that this viewer does not get.
    pub(super) fn gap(&self, from: i64, to: i64) -> Position {
        let key = &self.part.key;
        Position {
            topic: key.topic.clone(),
            topic_id: key.id.clone(),
            partition: key.partition,
            from,
            to: Some(to),
        }
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        for seen in &self.seen {
            seen.part.leave(&self.inbox);
        }
    }
}

/// In pieces that a reader takes at once.
fn lots(found: Vec<Found>) -> Vec<Vec<Found>> {
    let mut lots = Vec::new();
    let mut lot = Vec::new();
    let mut weight = 0;
    for record in found {
        weight += record.weight();
        lot.push(record);
        if lot.len() >= MOST_RECORDS || weight >= MOST_BYTES {
            lots.push(std::mem::take(&mut lot));
            weight = 0;
        }
    }
    if !lot.is_empty() {
        lots.push(lot);
    }
    lots
}

/// A notice about a partition.
pub(super) fn note(part: &Part, kind: NoticeKind, reason: impl Into<String>) -> Notice {
    let key = &part.key;
    fault::notice(kind, &key.topic, Some(key.partition), reason)
}
