//! Control records: the brokers' own marks in the log (KIP-98, class `ControlRecordType`).

use super::RawRecord;
use penstock_domain::record::Control;

/// Which marker a record of a control batch is. Its key holds a version and a type, two bytes each.
pub fn control(record: &RawRecord<'_>) -> Control {
    match record.key {
        // Versions only ever add to it.
        Some([_, _, 0, 0, ..]) => Control::Abort,
        Some([_, _, 0, 1, ..]) => Control::Commit,
        _ => Control::Other,
    }
}
