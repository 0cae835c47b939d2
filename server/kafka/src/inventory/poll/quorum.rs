//! The metadata quorum.

use super::{Poller, completeness, failed, now, refreshed};
use crate::inventory::{
    kinds::{Changes, Kind},
    snapshot::DataSet,
};
use penstock_domain::cluster::{Quorum, QuorumReplica};
use std::{sync::Arc, time::Duration};

const PATIENCE: Duration = Duration::from_secs(6);

impl Poller {
    pub(super) async fn refresh_quorum(&self) {
        let previous = self.published.current().quorum.clone();
        let set = match self.client.describe_quorum(PATIENCE).await {
            Err(error) => failed(&previous, error),
            Ok(quorum) => refreshed(Arc::new(quorum), now(), (1, 1), Vec::new()),
        };
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.quorum, &set);
            snapshot.quorum = set;
            changes
        });
    }
}

/// Offsets of the metadata log move several times a second; who leads, votes and follows moves seldom.
fn difference(old: &DataSet<Quorum>, new: &DataSet<Quorum>) -> Changes {
    let changes = completeness(Kind::Quorum, old, new);
    let (Some(before), Some(after)) = (old.value.as_deref(), new.value.as_deref()) else {
        return changes;
    };
    let who = |list: &[QuorumReplica]| -> Vec<_> {
        list.iter()
            .map(|replica| (replica.node, replica.gone))
            .collect()
    };
    if before.leader != after.leader
        || before.epoch != after.epoch
        || who(&before.voters) != who(&after.voters)
        || who(&before.observers) != who(&after.observers)
    {
        changes.and(Changes::structure(Kind::Quorum))
    } else if before == after {
        changes
    } else {
        changes.and(Changes::figures(Kind::Quorum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{ids::NodeId, time::Timestamp};

    fn set(leader: i32, end: i64, gone: bool) -> DataSet<Quorum> {
        let quorum = Quorum {
            leader: Some(NodeId(leader)),
            epoch: 1,
            high_watermark: end,
            voters: vec![QuorumReplica {
                node: NodeId(0),
                log_end_offset: Some(end),
                lag: Some(0),
                last_fetch: None,
                last_caught_up: None,
                gone,
            }],
            observers: vec![],
        };
        refreshed(Arc::new(quorum), Timestamp(1), (1, 1), Vec::new())
    }

    #[test]
    fn progress_is_a_figure_and_a_lost_voter_is_not() {
        let first = set(0, 10, false);
        assert!(difference(&first, &set(0, 10, false)).is_empty());
        let progress = difference(&first, &set(0, 11, false));
        assert!(progress.touches(Kind::Quorum) && !progress.reshapes(Kind::Quorum));
        assert!(difference(&first, &set(0, 10, true)).reshapes(Kind::Quorum));
        assert!(difference(&first, &set(1, 10, false)).reshapes(Kind::Quorum));
    }
}
