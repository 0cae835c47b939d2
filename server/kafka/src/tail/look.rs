//! Looking at what a viewer has not seen yet: inflate, walk, lens, filter. Runs on a thread for such work.

use super::ring::Held;
use crate::{
    batch::{BatchFault, Limits, RawRecord, Records, Scratch, control},
    lens::{Lens, MissingSchema, View},
    matcher::{Facts, Matcher},
    scan::{Found, Gather, Origin, Standing},
};
use std::{collections::BTreeSet, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Bytes of found records in hand at most; the last one may go beyond.
const MOST_WEIGHT: usize = 512 * 1024;
/// Schemas asked for at once.
const MOST_MISSING: usize = 32;

/// How one viewer looks.
pub(super) struct Looking {
    pub(super) matcher: Arc<Matcher>,
    pub(super) lens: Arc<dyn Lens>,
    pub(super) uncommitted: bool,
    pub(super) limits: Limits,
    pub(super) stop: CancellationToken,
}

/// Batches to be looked at, from an offset on.
pub(super) struct Job {
    /// The viewer's number of the partition.
    pub(super) number: usize,
    pub(super) origin: Origin,
    pub(super) held: Arc<Held>,
    pub(super) from: i64,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Step {
    /// By partition in the order of offsets.
    pub(super) found: Vec<Found>,
    /// How far each partition came.
    pub(super) cursors: Vec<(usize, i64)>,
    /// Records looked at.
    pub(super) records: u64,
    /// Batches left out.
    pub(super) faults: Vec<(usize, BatchFault)>,
    /// Schemas that are needed to go on.
    pub(super) missing: Vec<MissingSchema>,
}

/// Looks at all jobs, or as far as there is room in hand. Those schemas that were `asked` for and still are not there are done
/// without: the record is seen raw.
pub(super) fn look(
    looking: &Looking,
    jobs: &[Job],
    asked: &BTreeSet<MissingSchema>,
    scratch: &mut Scratch,
) -> Step {
    let mut step = Step::default();
    let mut weight = 0;
    let mut missing = BTreeSet::new();
    for job in jobs {
        if weight >= MOST_WEIGHT || looking.stop.is_cancelled() {
            break;
        }
        let mut walk = Walk {
            looking,
            job,
            asked,
            clear: looking.lens.is_clear(&job.origin.topic),
            everything: looking.matcher.passes_all(),
            gather: Gather::new(job.origin.clone()),
            room: MOST_WEIGHT - weight,
            after: job.from,
            step: &mut step,
            missing: &mut missing,
        };
        walk.job(scratch);
        weight += walk.gather.weight();
        let (after, found) = (walk.after, walk.gather.finish());
        step.cursors.push((job.number, after));
        step.found.extend(found);
    }
    step.missing = missing.into_iter().collect();
    step
}

struct Walk<'a> {
    looking: &'a Looking,
    job: &'a Job,
    asked: &'a BTreeSet<MissingSchema>,
    clear: bool,
    everything: bool,
    gather: Gather,
    room: usize,
    /// Everything before it was looked at.
    after: i64,
    step: &'a mut Step,
    missing: &'a mut BTreeSet<MissingSchema>,
}

impl Walk<'_> {
    fn job(&mut self, scratch: &mut Scratch) {
        let uncommitted = self.looking.uncommitted;
        let chunk = &self.job.held.chunk;
        for part in chunk.cut(uncommitted, scratch, &self.looking.limits) {
            if part.last < self.after {
                continue;
            }
            if self.looking.stop.is_cancelled() {
                return;
            }
            if let Some(fault) = part.fault {
                self.step.faults.push((self.job.number, fault));
            } else if let Some(batch) = chunk.batch(&part)
                && (uncommitted || !(batch.head.control || part.aborted))
            {
                match batch.open(scratch, &self.looking.limits) {
                    Err(fault) => self.step.faults.push((self.job.number, fault)),
                    // What lies there as it is can be searched all at once, and most batches have nothing.
                    Ok(records) if self.clear && !self.looking.matcher.may_in(records.bytes()) => {
                        self.pass_over(records);
                    }
                    Ok(records) => {
                        for record in records {
                            let record = match record {
                                Ok(record) => record,
                                Err(fault) => {
                                    self.step.faults.push((self.job.number, fault));
                                    break;
                                }
                            };
                            if record.offset < self.after {
                                continue;
                            }
                            let standing = Standing {
                                aborted: part.aborted,
                                control: batch.head.control.then(|| control(&record)),
                            };
                            match self.passes(standing, &record) {
                                Err(schema) => {
                                    if self.missing.len() < MOST_MISSING {
                                        self.missing.insert(schema);
                                    }
                                    return;
                                }
                                Ok(true) => self.gather.add(&batch.head, &record, standing),
                                Ok(false) => {}
                            }
                            self.step.records += 1;
                            self.after = record.offset.saturating_add(1);
                            if self.gather.weight() >= self.room {
                                return;
                            }
                        }
                    }
                }
            }
            self.after = self.after.max(part.last.saturating_add(1));
        }
        self.after = self.after.max(self.job.held.to);
    }

    /// A batch of which no record passes.
    fn pass_over(&mut self, mut records: Records<'_>) {
        while let Some(record) = records.skim() {
            match record {
                Ok((offset, _)) if offset < self.after => {}
                Ok(_) => self.step.records += 1,
                Err(fault) => {
                    self.step.faults.push((self.job.number, fault));
                    return;
                }
            }
        }
    }

    fn passes(&self, standing: Standing, record: &RawRecord<'_>) -> Result<bool, MissingSchema> {
        if self.everything {
            return Ok(true);
        }
        let topic = &self.job.origin.topic;
        let view = if self.clear || standing.control.is_some() {
            View::raw(record)
        } else {
            match self.looking.lens.look(topic, record) {
                Ok(view) => view,
                Err(missing) if !self.asked.contains(&missing) => return Err(missing),
                Err(_) => View::raw(record),
            }
        };
        let facts = Facts {
            topic: topic.as_str(),
            partition: self.job.origin.partition.0,
            offset: record.offset,
            timestamp: record.timestamp,
            aborted: standing.aborted,
            control: standing.control.is_some(),
        };
        Ok(self.looking.matcher.test(&facts, &view))
    }
}
