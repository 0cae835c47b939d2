//! What must hold for any bytes at all. Run by the fuzz targets and by the property tests of `batch`; whoever includes this file
//! has the names of that module in scope.

use super::{Aborted, Limits, Scratch, batches, control, last_whole_offset};

/// Small enough that a leak of memory shows.
pub const LIMITS: Limits = Limits {
    inflated: 256 * 1024,
};

/// Walks everything there is to walk: it ends, offsets stay within their batch, and memory under the cap.
pub fn survive(bytes: &[u8]) {
    let mut scratch = Scratch::new();
    let mut walk = batches(bytes);
    let mut aborted = Aborted::default();
    for batch in walk.by_ref() {
        let batch = match batch {
            Ok(batch) => batch,
            Err(fault) => {
                assert!(fault.from <= fault.to);
                continue;
            }
        };
        aborted.take(&batch.head);
        match batch.open(&mut scratch, &LIMITS) {
            Err(fault) => assert!(fault.from <= fault.to),
            Ok(records) => {
                let mut least = batch.head.base_offset;
                for record in records {
                    match record {
                        Err(fault) => {
                            assert!(fault.from <= fault.to && fault.to == batch.head.last_offset);
                        }
                        Ok(record) => {
                            assert!(least <= record.offset);
                            assert!(record.offset <= batch.head.last_offset);
                            least = record.offset.saturating_add(1);
                            assert_eq!(record.headers.iter().count(), record.headers.len());
                            control(&record);
                        }
                    }
                }
            }
        }
        assert!(scratch.capacity() <= LIMITS.inflated);
    }
    assert!(walk.consumed() <= bytes.len());
    last_whole_offset(bytes);
}
