//! What a search amounts to in bytes, from log directories and offsets alone.

use crate::backend::sight::Sight;
use penstock_kafka::scan::Plan;

/// Bytes in the log that the plan's ranges hold, as far as log directories are known; `None` where none is.
///
/// A partition's bytes are taken to be spread evenly over its offsets.
pub fn bytes(sight: &Sight, plan: &Plan) -> Option<u64> {
    let dirs = sight.snapshot()?.log_dirs.value.as_deref()?;
    let mut sum = 0.0;
    let mut known = false;
    for position in &plan.positions {
        let state = plan
            .partitions
            .iter()
            .find(|state| state.topic == position.topic && state.partition == position.partition)?;
        let topic = sight.topics()?.get(position.topic.as_str())?;
        let leader = topic
            .partition(position.partition)
            .and_then(|partition| partition.leader());
        let Some(size) = leader.and_then(|leader| {
            dirs.replica_bytes(leader, position.topic.as_str(), position.partition)
        }) else {
            continue;
        };
        known = true;
        let all = state.high.saturating_sub(state.first);
        let asked = position
            .to
            .unwrap_or(state.end)
            .saturating_sub(position.from);
        if all > 0 && asked > 0 {
            sum += size as f64 * (asked as f64 / all as f64).min(1.0);
        }
    }
    known.then_some(sum as u64)
}
