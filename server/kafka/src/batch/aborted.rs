//! Which batches belong to aborted transactions, as a reader of committed records finds out: the broker names the producers
//! with their first offsets, and markers in the log end each (Kafka class `CompletedFetch`).

use super::BatchHead;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

/// An aborted transaction that overlaps a Fetch's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbortedTransaction {
    /// The first offset that it wrote.
    pub first_offset: i64,
    /// Whose it was.
    pub producer_id: i64,
}

/// Follows an ascending walk over the batches of one answer.
#[derive(Clone, Debug, Default)]
pub struct Aborted {
    ahead: BinaryHeap<Reverse<AbortedTransaction>>,
    open: HashSet<i64>,
}

impl Aborted {
    /// Begins a walk.
    pub fn new(transactions: Vec<AbortedTransaction>) -> Self {
        Self {
            ahead: transactions.into_iter().map(Reverse).collect(),
            open: HashSet::new(),
        }
    }

    /// Whether the records of this batch are aborted. To be asked once for every batch, in their order.
    pub fn take(&mut self, head: &BatchHead) -> bool {
        if self.ahead.is_empty() && self.open.is_empty() {
            return false;
        }
        while let Some(Reverse(next)) = self.ahead.peek()
            && next.first_offset <= head.last_offset
        {
            self.open.insert(next.producer_id);
            self.ahead.pop();
        }
        head.transactional && !head.control && self.open.contains(&head.producer_id)
    }

    /// To be told when the marker that ends an aborted transaction was walked ([`super::control`]).
    pub fn marker(&mut self, producer_id: i64) {
        self.open.remove(&producer_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{batches, encode::Batch};

    fn head(offset: i64, last: i64, producer: i64, control: bool) -> BatchHead {
        let bytes = Batch {
            base_offset: offset,
            last_delta: Some(i32::try_from(last - offset).unwrap()),
            producer_id: producer,
            transactional: true,
            control,
            ..Batch::default()
        }
        .encode();
        batches(&bytes).next().unwrap().unwrap().head
    }

    #[test]
    fn a_transaction_is_aborted_from_its_first_offset_to_its_marker() {
        let mut aborted = Aborted::new(vec![
            AbortedTransaction {
                producer_id: 7,
                first_offset: 10,
            },
            AbortedTransaction {
                producer_id: 7,
                first_offset: 30,
            },
            AbortedTransaction {
                producer_id: 8,
                first_offset: 14,
            },
        ]);
        assert!(!aborted.take(&head(0, 9, 7, false)));
        assert!(aborted.take(&head(10, 11, 7, false)));
        assert!(!aborted.take(&head(12, 13, 9, false)), "another's");
        assert!(aborted.take(&head(14, 14, 8, false)));
        assert!(!aborted.take(&head(15, 15, 7, true)), "the marker itself");
        aborted.marker(7);
        assert!(
            !aborted.take(&head(16, 20, 7, false)),
            "the next, committed"
        );
        assert!(aborted.take(&head(21, 22, 8, false)));
        assert!(aborted.take(&head(30, 30, 7, false)));
        let mut outside = head(31, 31, 7, false);
        outside.transactional = false;
        assert!(!aborted.take(&outside));
    }
}
