//! What to make of a group: rules from figures to one sentence. Pure; tried on recorded courses in its tests.
//!
//! Rules stand in the order of [`GroupHealth`], worst first, and the first that holds decides:
//!
//! 1. *Losing data*: retention has deleted what was not read, or comes to it within [`SOON`] while the group is behind and does not
//!    gain.
//! 2. *Stopped*: nobody is in it, records wait, and nothing was committed for [`STILL`]. Without [`STILL`] where members are known to
//!    be how the group reads.
//! 3. *Stalled*: it has members, and commits in some partition have stood still for [`STILL`] while records arrived.
//! 4. *Falling behind*: behind by [`BEHIND`], and slower than what comes in by more than a twentieth.
//! 5. *Unsettled*: [`OFTEN`] rebalances within an hour.
//! 6. *Catching up*: behind by [`BEHIND`], and faster than what comes in by as much.
//! 7. *Unknown*: no lag is known.
//! 8. *Healthy*: anything else.

mod words;

use super::{GroupHealth, GroupKind, GroupState, GroupVerdict, Lag, RetentionRisk};
use crate::{
    ids::{PartitionId, TopicName},
    time::Timestamp,
};

/// A loss within six hours is one that somebody should know of now.
pub const SOON: f64 = 6.0 * 3_600.0;
/// Commits that stand still for two minutes: longer than intervals of commits are, and than a rebalance takes.
pub const STILL: u64 = 120_000;
/// A minute: less is what batches and polls make.
pub const BEHIND: f64 = 60.0;
/// Six rebalances within an hour: one in ten minutes. Deployments make one or two.
pub const OFTEN: f64 = 6.0;
/// Rates that differ by less than a twentieth are the same.
const SAME: f64 = 0.05;
/// From this share on one partition holds the lag.
pub const HOT: u32 = 80;

/// What the rules look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// When this was true.
    pub now: Timestamp,
    /// Its kind.
    pub kind: GroupKind,
    /// Its state.
    pub state: GroupState,
    /// How many members; `None` where the coordinator did not say.
    pub members: Option<u32>,
    /// How far behind.
    pub lag: Lag,
    /// Records per second written.
    pub in_per_second: Option<f64>,
    /// Records per second committed.
    pub out_per_second: Option<f64>,
    /// The nearest loss.
    pub retention: RetentionRisk,
    /// Partitions with a committed offset.
    pub partitions: u32,
    /// Those whose commits stand still while records arrive.
    pub stalled: u32,
    /// Since when the first of them does.
    pub stalled_since: Option<Timestamp>,
    /// When any committed offset was last seen to move.
    pub moved_at: Option<Timestamp>,
    /// When the last member was seen to leave.
    pub left_at: Option<Timestamp>,
    /// Rebalances within the last hour.
    pub rebalances_per_hour: Option<f64>,
    /// One partition of several that holds most of the lag, and its share in percent; see [`HOT`].
    pub hot: Option<(TopicName, PartitionId, u32)>,
    /// Since when the console knows the group.
    pub first_seen: Timestamp,
    /// What could not be had.
    pub why: Option<String>,
}

/// How a group's speed stands to what comes in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pace {
    /// It reads so much more per second.
    Gains,
    /// It reads so much less.
    Loses,
    /// Neither.
    Same,
    /// A rate is missing.
    Unknown,
}

/// The verdict over a group.
pub fn verdict(evidence: &Evidence) -> GroupVerdict {
    let rules: [fn(&Evidence) -> Option<GroupVerdict>; 8] = [
        losing_data,
        stopped,
        stalled,
        falling_behind,
        unsettled,
        catching_up,
        unknown,
        |evidence| Some(healthy(evidence)),
    ];
    rules
        .iter()
        .find_map(|rule| rule(evidence))
        .unwrap_or_else(|| healthy(evidence))
}

/// Seconds until a lag is gone at these rates; `None` where it does not get smaller.
pub fn catch_up_seconds(
    records: Option<u64>,
    in_per_second: Option<f64>,
    out_per_second: Option<f64>,
) -> Option<f64> {
    let records = records?;
    if records == 0 {
        return Some(0.0);
    }
    let gain = out_per_second? - in_per_second?;
    let seconds = records as f64 / gain;
    (gain > 0.0 && seconds.is_finite()).then_some(seconds)
}

impl Evidence {
    fn unread(&self) -> bool {
        self.lag.records.is_some_and(|records| records > 0)
    }

    /// Behind by a minute, by age where that is known, else by what comes in within one.
    fn behind(&self) -> bool {
        match (self.lag.records, self.lag.seconds, self.in_per_second) {
            (None | Some(0), ..) => false,
            (_, Some(seconds), _) => seconds >= BEHIND,
            (Some(records), None, Some(rate)) => records as f64 >= rate * BEHIND,
            (Some(_), None, None) => false,
        }
    }

    fn pace(&self) -> Pace {
        let (Some(comes), Some(goes)) = (self.in_per_second, self.out_per_second) else {
            return Pace::Unknown;
        };
        if goes > comes * (1.0 + SAME) {
            Pace::Gains
        } else if goes < comes * (1.0 - SAME) {
            Pace::Loses
        } else {
            Pace::Same
        }
    }

    /// How long no commit has moved.
    fn still_for(&self) -> u64 {
        self.moved_at
            .unwrap_or(self.first_seen)
            .millis_until(self.now)
    }

    fn is_empty(&self) -> bool {
        self.members == Some(0) || (self.members.is_none() && self.state == GroupState::Empty)
    }

    /// Nobody reads: no members, and nothing is committed from outside either, as programs do that assign partitions themselves.
    fn has_stopped(&self) -> bool {
        let reads_by_members = matches!(
            self.kind,
            GroupKind::Classic | GroupKind::Consumer | GroupKind::Share | GroupKind::Streams
        );
        let still = self.still_for() >= STILL || (reads_by_members && self.moved_at.is_none());
        // Nobody is there who could fall behind.
        let left_alone = reads_by_members && self.behind() && self.pace() == Pace::Loses;
        self.is_empty() && (still || left_alone)
    }

    /// At a standstill or slower than what comes in.
    fn does_not_gain(&self) -> bool {
        self.has_stopped() || self.stalled > 0 || self.pace() == Pace::Loses
    }
}

fn losing_data(evidence: &Evidence) -> Option<GroupVerdict> {
    let reason = match evidence.retention {
        RetentionRisk::Lost { records } if records > 0 => words::lost(records),
        RetentionRisk::In { seconds, by_size }
            if seconds <= SOON && evidence.behind() && evidence.does_not_gain() =>
        {
            words::losing(seconds, by_size)
        }
        _ => return None,
    };
    Some(GroupVerdict {
        state: GroupHealth::LosingData,
        reason,
        remedy: Some(
            if evidence.has_stopped() {
                "Start the consumer, or keep records of its topics longer."
            } else {
                "Add members or make them faster, or keep records of its topics longer."
            }
            .to_owned(),
        ),
    })
}

fn stopped(evidence: &Evidence) -> Option<GroupVerdict> {
    (evidence.unread() && evidence.has_stopped()).then(|| GroupVerdict {
        state: GroupHealth::Stopped,
        reason: words::stopped(evidence),
        remedy: Some(
            "Start the consumer; delete the group if nobody needs it any more.".to_owned(),
        ),
    })
}

fn stalled(evidence: &Evidence) -> Option<GroupVerdict> {
    (evidence.stalled > 0 && !evidence.is_empty()).then(|| GroupVerdict {
        state: GroupHealth::Stalled,
        reason: words::stalled(evidence),
        remedy: Some(
            "Look at the logs of the members that have these partitions: one record may fail again and again."
                .to_owned(),
        ),
    })
}

fn falling_behind(evidence: &Evidence) -> Option<GroupVerdict> {
    (evidence.behind() && evidence.pace() == Pace::Loses).then(|| GroupVerdict {
        state: GroupHealth::FallingBehind,
        reason: words::falling_behind(evidence),
        remedy: Some(words::more_members(evidence)),
    })
}

fn unsettled(evidence: &Evidence) -> Option<GroupVerdict> {
    let often = evidence
        .rebalances_per_hour
        .filter(|count| *count >= OFTEN)?;
    Some(GroupVerdict {
        state: GroupHealth::Unsettled,
        reason: words::unsettled(often),
        remedy: Some(
            "Look for members that restart, or that take longer than max.poll.interval.ms or session.timeout.ms allow."
                .to_owned(),
        ),
    })
}

fn catching_up(evidence: &Evidence) -> Option<GroupVerdict> {
    (evidence.behind() && evidence.pace() == Pace::Gains).then(|| GroupVerdict {
        state: GroupHealth::CatchingUp,
        reason: words::catching_up(evidence),
        remedy: None,
    })
}

fn unknown(evidence: &Evidence) -> Option<GroupVerdict> {
    let works = evidence.kind == GroupKind::Connect && !evidence.is_empty();
    (evidence.lag.records.is_none() && !works).then(|| GroupVerdict {
        state: GroupHealth::Unknown,
        reason: words::unknown(evidence),
        remedy: None,
    })
}

fn healthy(evidence: &Evidence) -> GroupVerdict {
    GroupVerdict {
        state: GroupHealth::Healthy,
        reason: words::healthy(evidence),
        remedy: None,
    }
}

#[cfg(test)]
mod tests;
