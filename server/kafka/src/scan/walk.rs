//! Looking at the records of a chunk: checksum, inflate, walk, match. Runs on a thread for such work, never on the runtime's.
//!
//! A walk stops when it has many hits in hand, and says where: what waits to be told stays bounded, whatever a batch inflates
//! to. It also stops before a record that needs a schema which is not in memory. Going down, a batch is walked upwards like
//! any other and its hits are turned around.

use super::{
    chunk::{Chunk, Part},
    found::{Gather, Origin, Standing},
    merge::{Hit, key_of},
    spec::What,
};
use crate::{
    batch::{BatchFault, BatchHead, Limits, RawRecord, Records, Scratch, control},
    lens::{MissingSchema, View},
    matcher::Facts,
    scan::Found,
};
use penstock_domain::read::Order;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Hits of one walk, at most.
pub(crate) const MOST_HITS: usize = 2048;
/// Bytes of hits of one walk.
pub(crate) const MOST_WEIGHT: usize = 1024 * 1024;
/// A batch that was begun may take a walk so many times beyond both, because going on inside it means to inflate it again.
const BEYOND: usize = 3;
/// Schemas that are asked for at once.
const MOST_MISSING: usize = 32;

/// How records are looked at, the same for a whole scan.
pub(crate) struct Looking {
    pub(crate) what: What,
    pub(crate) order: Order,
    /// Whether aborted and control records exist.
    pub(crate) uncommitted: bool,
    /// Nothing older passes the filter: batches that say so need not be inflated.
    pub(crate) since: Option<i64>,
    pub(crate) limits: Limits,
    pub(crate) stop: AtomicBool,
}

/// A chunk to be looked at, or what is left of one.
pub(crate) struct Job {
    pub(crate) chunk: Arc<Chunk>,
    /// Its batches, once it was cut.
    pub(crate) parts: Option<Vec<Part>>,
    /// Offsets that count: from here …
    pub(crate) from: i64,
    /// … up to here, exclusive.
    pub(crate) to: i64,
    /// Schemas that were asked for already: what still lacks one of them is seen raw.
    pub(crate) asked: Vec<MissingSchema>,
}

/// What came of a walk.
#[derive(Default)]
pub(crate) struct Step {
    /// In the order of reading.
    pub(crate) hits: Vec<Hit<Found>>,
    /// The greatest key of all records that were looked at.
    pub(crate) key: Option<i64>,
    /// The position behind everything that was looked at.
    pub(crate) after: i64,
    /// Records looked at.
    pub(crate) records: u64,
    /// Bytes of the log looked at.
    pub(crate) bytes: u64,
    /// Batches left out.
    pub(crate) faults: Vec<BatchFault>,
    /// Schemas that are needed before it can go on.
    pub(crate) missing: Vec<MissingSchema>,
    /// What is left.
    pub(crate) rest: Option<Job>,
}

/// Walks until the end of the job, or until there are many hits.
pub(crate) fn walk(
    looking: &Looking,
    origin: &Origin,
    mut job: Job,
    scratch: &mut Scratch,
) -> Step {
    let parts = job
        .parts
        .take()
        .unwrap_or_else(|| job.chunk.cut(looking.uncommitted, scratch, &looking.limits));
    let mut parts: VecDeque<Part> = parts.into();
    let chunk = job.chunk.clone();
    let mut walk = Walk {
        looking,
        origin,
        topic: origin.topic.as_str(),
        everything: looking.what.matcher.passes_all(),
        clear: looking.what.lens.is_clear(&origin.topic),
        asked: &job.asked,
        from: job.from,
        to: job.to,
        gather: Gather::new(origin.clone()),
        keys: Vec::new(),
        key: i64::MIN,
        missing: BTreeSet::new(),
        step: Step::default(),
    };
    let mut stopped = None;
    while !looking.stop.load(Ordering::Relaxed) {
        let part = match looking.order {
            Order::Oldest => parts.front(),
            Order::Newest => parts.back(),
        };
        let Some(part) = part else { break };
        stopped = walk.part(&chunk, part, scratch);
        if stopped.is_some() {
            break;
        }
        match looking.order {
            Order::Oldest => parts.pop_front(),
            Order::Newest => parts.pop_back(),
        };
        if walk.is_full() && !parts.is_empty() {
            stopped = walk.boundary(&parts);
            break;
        }
    }
    let mut step = walk.finish();
    match (looking.order, stopped) {
        (Order::Oldest, None) => step.after = job.to,
        (Order::Newest, None) => step.after = job.from,
        (_, Some(at)) => {
            step.after = at;
            match looking.order {
                Order::Oldest => job.from = at,
                Order::Newest => job.to = at,
            }
            job.parts = Some(parts.into());
            step.rest = Some(job);
        }
    }
    step
}

struct Walk<'w> {
    looking: &'w Looking,
    origin: &'w Origin,
    topic: &'w str,
    everything: bool,
    clear: bool,
    asked: &'w [MissingSchema],
    from: i64,
    to: i64,
    gather: Gather,
    /// Key and position behind it of each gathered record.
    keys: Vec<(i64, i64)>,
    key: i64,
    missing: BTreeSet<MissingSchema>,
    step: Step,
}

enum Sight {
    Passes,
    Fails,
    Lacks(MissingSchema),
}

/// A hit of a batch that is walked upwards and told downwards, with what follows it up to the next hit.
struct Turned<'s> {
    record: RawRecord<'s>,
    standing: Standing,
    since: Since,
}

/// Records that were looked at.
#[derive(Clone, Copy)]
struct Since {
    key: i64,
    records: u64,
}

impl Since {
    const NONE: Self = Self {
        key: i64::MIN,
        records: 0,
    };

    fn add(&mut self, key: i64) {
        self.key = self.key.max(key);
        self.records += 1;
    }
}

impl Walk<'_> {
    /// One batch. Answers where to go on, if the walk must stop inside it.
    fn part(&mut self, chunk: &Chunk, part: &Part, scratch: &mut Scratch) -> Option<i64> {
        if part.last < self.from || part.first >= self.to {
            return None;
        }
        let size = u64::try_from(part.at.len()).unwrap_or_default();
        if let Some(fault) = &part.fault {
            self.step.faults.push(fault.clone());
            self.step.bytes += size;
            return None;
        }
        let looking = self.looking;
        let batch = chunk.batch(part)?;
        let head = &batch.head;
        if !looking.uncommitted && (part.aborted || head.control) {
            self.step.bytes += size;
            return None;
        }
        if looking
            .since
            .is_some_and(|since| head.max_timestamp < since)
        {
            self.step.bytes += size;
            self.step.records += u64::try_from(head.records).unwrap_or_default();
            return None;
        }
        let records = match batch.open(scratch, &looking.limits) {
            Ok(records) => records,
            Err(fault) => {
                self.step.faults.push(fault);
                self.step.bytes += size;
                return None;
            }
        };
        // What lies there as it is can be searched all at once, and most batches have nothing.
        if self.clear && !looking.what.matcher.may_in(records.bytes()) {
            self.pass_over(records);
            self.step.bytes += size;
            return None;
        }
        let stopped = match looking.order {
            Order::Oldest => self.upwards(head, part.aborted, records),
            Order::Newest => self.downwards(head, part.aborted, records),
        };
        if stopped.is_none() {
            self.step.bytes += size;
        }
        stopped
    }

    /// A batch of which no record passes.
    fn pass_over(&mut self, mut records: Records<'_>) {
        while let Some(record) = records.skim() {
            let (offset, timestamp) = match record {
                Ok(front) => front,
                Err(fault) => {
                    self.step.faults.push(fault);
                    return;
                }
            };
            if offset >= self.to {
                return;
            }
            if offset >= self.from {
                self.key = self.key.max(key_of(self.looking.order, timestamp));
                self.step.records += 1;
            }
        }
    }

    fn upwards<'s>(
        &mut self,
        head: &BatchHead,
        aborted: bool,
        records: impl Iterator<Item = Result<RawRecord<'s>, BatchFault>>,
    ) -> Option<i64> {
        let mut stopped: Option<i64> = None;
        for record in records {
            let record = match record {
                Ok(record) => record,
                Err(fault) => {
                    if stopped.is_none() {
                        self.step.faults.push(fault);
                    }
                    break;
                }
            };
            if record.offset < self.from {
                continue;
            }
            if record.offset >= self.to {
                break;
            }
            let standing = standing(head, aborted, &record);
            let sight = self.sight(standing, &record);
            if stopped.is_some() {
                // Only what else is missing is of interest, so that it is asked for at once.
                if let Sight::Lacks(schema) = sight
                    && self.missing.len() < MOST_MISSING
                {
                    self.missing.insert(schema);
                }
                continue;
            }
            if let Sight::Lacks(schema) = sight {
                self.missing.insert(schema);
                stopped = Some(record.offset);
                continue;
            }
            self.key = self.key.max(key_of(Order::Oldest, record.timestamp));
            self.step.records += 1;
            if let Sight::Passes = sight {
                let after = record.offset.saturating_add(1);
                self.gather.add(head, &record, standing);
                self.keys.push((self.key, after));
                if self.is_beyond() {
                    return Some(after);
                }
            }
        }
        stopped
    }

    fn downwards<'s>(
        &mut self,
        head: &BatchHead,
        aborted: bool,
        records: impl Iterator<Item = Result<RawRecord<'s>, BatchFault>>,
    ) -> Option<i64> {
        let room = (MOST_HITS * BEYOND).saturating_sub(self.keys.len()).max(1);
        let mut turned: VecDeque<Turned<'s>> = VecDeque::new();
        // What comes before the first hit, going up; none where hits were let go, because it must be looked at again then.
        let mut before = Some(Since::NONE);
        let mut stopped: Option<i64> = None;
        for record in records {
            let record = match record {
                Ok(record) => record,
                Err(fault) => {
                    self.step.faults.push(fault);
                    break;
                }
            };
            if record.offset < self.from {
                continue;
            }
            if record.offset >= self.to {
                break;
            }
            let standing = standing(head, aborted, &record);
            match self.sight(standing, &record) {
                Sight::Lacks(schema) => {
                    if self.missing.len() < MOST_MISSING {
                        self.missing.insert(schema);
                    }
                    turned.clear();
                    before = Some(Since::NONE);
                    stopped = Some(record.offset.saturating_add(1));
                }
                Sight::Fails => {
                    let key = key_of(Order::Newest, record.timestamp);
                    if let Some(last) = turned.back_mut() {
                        last.since.add(key);
                    } else if let Some(before) = &mut before {
                        before.add(key);
                    }
                }
                Sight::Passes => {
                    let mut since = Since::NONE;
                    since.add(key_of(Order::Newest, record.timestamp));
                    turned.push_back(Turned {
                        record,
                        standing,
                        since,
                    });
                    if turned.len() > room {
                        turned.pop_front();
                        before = None;
                        stopped = turned.front().map(|first| first.record.offset);
                    }
                }
            }
        }
        while let Some(hit) = turned.pop_back() {
            self.look_back(hit.since);
            self.gather.add(head, &hit.record, hit.standing);
            self.keys.push((self.key, hit.record.offset));
            if self.is_beyond() && !(turned.is_empty() && before.is_some()) {
                return Some(hit.record.offset);
            }
        }
        if let Some(before) = before {
            self.look_back(before);
        }
        stopped
    }

    fn look_back(&mut self, since: Since) {
        self.key = self.key.max(since.key);
        self.step.records += since.records;
    }

    #[inline]
    fn sight(&self, standing: Standing, record: &RawRecord<'_>) -> Sight {
        if self.everything {
            return Sight::Passes;
        }
        let looking = self.looking;
        let seen;
        let view = if self.clear || standing.control.is_some() {
            View::raw(record)
        } else {
            seen = looking.what.lens.look(&self.origin.topic, record);
            match seen {
                Ok(view) => view,
                Err(missing) if !self.asked.contains(&missing) => return Sight::Lacks(missing),
                Err(_) => View::raw(record),
            }
        };
        let facts = Facts {
            topic: self.topic,
            partition: self.origin.partition.0,
            offset: record.offset,
            timestamp: record.timestamp,
            aborted: standing.aborted,
            control: standing.control.is_some(),
        };
        if looking.what.matcher.test(&facts, &view) {
            Sight::Passes
        } else {
            Sight::Fails
        }
    }

    fn is_beyond(&self) -> bool {
        self.keys.len() >= MOST_HITS * BEYOND || self.gather.weight() >= MOST_WEIGHT * BEYOND
    }

    fn is_full(&self) -> bool {
        self.keys.len() >= MOST_HITS || self.gather.weight() >= MOST_WEIGHT
    }

    /// Where the next batch begins, in the order of reading.
    fn boundary(&self, parts: &VecDeque<Part>) -> Option<i64> {
        match self.looking.order {
            Order::Oldest => parts
                .front()
                .map(|next| next.first.clamp(self.from, self.to)),
            Order::Newest => parts
                .back()
                .map(|next| next.last.saturating_add(1).clamp(self.from, self.to)),
        }
    }

    fn finish(self) -> Step {
        let mut step = self.step;
        step.key = (self.key != i64::MIN).then_some(self.key);
        step.missing = self.missing.into_iter().collect();
        step.hits = self
            .gather
            .finish()
            .into_iter()
            .zip(self.keys)
            .map(|(found, (key, after))| Hit {
                key,
                after,
                weight: found.weight(),
                what: found,
            })
            .collect();
        step
    }
}

fn standing(head: &BatchHead, aborted: bool, record: &RawRecord<'_>) -> Standing {
    Standing {
        aborted,
        control: head.control.then(|| control(record)),
    }
}
