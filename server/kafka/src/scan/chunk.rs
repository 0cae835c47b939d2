//! Fetched bytes of one partition, cut into batches: which of them count, and which are aborted.
//!
//! The cut is made once, going up, because only so aborted transactions can be told; it is then walked in either direction.

use super::room::Allowance;
use crate::batch::{
    Aborted, AbortedTransaction, BatchFault, Limits, RawBatch, Scratch, batches, control,
};
use bytes::Bytes;
use penstock_domain::record::Control;
use std::{collections::HashMap, ops::Range, sync::Arc};

/// What one Fetch answered for a partition.
pub(crate) struct Chunk {
    /// The record batches.
    pub(crate) bytes: Bytes,
    /// Aborted transactions that overlap them.
    pub(crate) aborted: Vec<AbortedTransaction>,
    /// Keeps the memory of the answer accounted for as long as a part of it is held.
    #[expect(dead_code, reason = "held, not read")]
    pub(crate) allowance: Option<Arc<Allowance>>,
}

/// A batch of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it lies.
    pub(crate) at: Range<usize>,
    /// Its first offset.
    pub(crate) first: i64,
    /// Its last offset.
    pub(crate) last: i64,
    /// Whether its transaction was aborted.
    pub(crate) aborted: bool,
    /// Why it can't be read, if its head says so already.
    pub(crate) fault: Option<BatchFault>,
}

impl Chunk {
    /// Cuts. With `uncommitted`, transactions are also told to be aborted by the markers in the bytes themselves, because
    /// brokers list them only up to the last stable offset.
    pub(crate) fn cut(
        &self,
        uncommitted: bool,
        scratch: &mut Scratch,
        limits: &Limits,
    ) -> Vec<Part> {
        let mut aborted = Aborted::new(self.aborted.clone());
        let mut undecided: HashMap<i64, Vec<usize>> = HashMap::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut walk = batches(&self.bytes);
        loop {
            let start = walk.consumed();
            let Some(batch) = walk.next() else {
                return parts;
            };
            let at = start..walk.consumed();
            let batch = match batch {
                Ok(batch) => batch,
                Err(fault) => {
                    parts.push(Part {
                        at,
                        first: fault.from,
                        last: fault.to,
                        aborted: false,
                        fault: Some(fault),
                    });
                    continue;
                }
            };
            let head = &batch.head;
            let is_aborted = aborted.take(head);
            if head.control && head.transactional {
                let waiting = undecided.remove(&head.producer_id).unwrap_or_default();
                if is_abort(&batch, scratch, limits) {
                    aborted.marker(head.producer_id);
                    for index in waiting {
                        if let Some(part) = parts.get_mut(index) {
                            part.aborted = true;
                        }
                    }
                }
            } else if uncommitted && head.transactional {
                undecided
                    .entry(head.producer_id)
                    .or_default()
                    .push(parts.len());
            }
            parts.push(Part {
                at,
                first: head.base_offset,
                last: head.last_offset,
                aborted: is_aborted,
                fault: None,
            });
        }
    }

    /// The batch of a part.
    pub(crate) fn batch(&self, part: &Part) -> Option<RawBatch<'_>> {
        // To the end of the chunk, so that the batch knows where the next one begins.
        batches(self.bytes.get(part.at.start..)?).next()?.ok()
    }
}

fn is_abort(batch: &RawBatch<'_>, scratch: &mut Scratch, limits: &Limits) -> bool {
    batch
        .open(scratch, limits)
        .ok()
        .and_then(|mut records| records.next()?.ok())
        .is_some_and(|record| control(&record) == Control::Abort)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::encode::{Batch, Entry};

    fn batch(offset: i64, producer: i64, transactional: bool, marker: Option<u8>) -> Vec<u8> {
        Batch {
            base_offset: offset,
            producer_id: producer,
            transactional,
            control: marker.is_some(),
            entries: vec![Entry {
                key: Some(vec![0, 0, 0, marker.unwrap_or(9)]),
                value: Some(Vec::new()),
                ..Entry::default()
            }],
            ..Batch::default()
        }
        .encode()
    }

    #[test]
    fn aborted_batches_are_told_by_the_brokers_list_and_by_markers() {
        let bytes: Vec<u8> = [
            batch(0, 7, true, None),
            batch(1, 8, true, None),
            batch(2, -1, false, None),
            batch(3, 7, true, Some(0)),
            batch(4, 7, true, None),
            batch(5, 8, true, Some(1)),
            batch(6, 7, true, Some(0)),
            batch(7, 7, true, None),
        ]
        .concat();
        let listed = AbortedTransaction {
            producer_id: 7,
            first_offset: 0,
        };
        let aborted = |uncommitted: bool, listed: Vec<AbortedTransaction>| -> Vec<i64> {
            let chunk = Chunk {
                bytes: bytes.clone().into(),
                aborted: listed,
                allowance: None,
            };
            let mut scratch = Scratch::new();
            let parts = chunk.cut(uncommitted, &mut scratch, &Limits::default());
            assert_eq!(parts.len(), 8);
            for part in &parts {
                assert_eq!(chunk.batch(part).unwrap().head.base_offset, part.first);
            }
            parts
                .into_iter()
                .filter(|part| part.aborted)
                .map(|part| part.first)
                .collect()
        };
        assert_eq!(aborted(false, vec![listed]), [0]);
        assert_eq!(aborted(true, vec![listed]), [0, 4]);
        assert_eq!(aborted(true, Vec::new()), [0, 4]);
        assert_eq!(aborted(false, Vec::new()), [0_i64; 0]);
    }
}
