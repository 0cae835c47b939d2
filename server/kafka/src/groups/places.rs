//! Where a group stands in each of its partitions, from what it committed, what its members have, and what leaders say. Pure.

use super::{
    ends::Ends,
    progress::{Progress, Step, Written},
    risk::{Position, risk},
    round::{EndSeen, Ground},
    standing::Standing,
};
use crate::api::groups::committed::Committed;
use penstock_domain::{
    group::{Member, RetentionRisk, SecondsKind},
    ids::{PartitionId, TopicName},
    time::Timestamp,
};
use std::{collections::HashMap, sync::Arc};

/// One partition's key.
pub(super) type Place = (TopicName, PartitionId);

/// What is the same for all groups of a round.
pub(super) struct Sight<'a> {
    pub(super) at: Timestamp,
    pub(super) ends: &'a Ends,
    pub(super) seen: &'a HashMap<TopicName, Vec<EndSeen>>,
    pub(super) ground: &'a Ground,
}

/// What a group is known by from look to look: progress by place, sorted.
#[derive(Debug, Default)]
pub(super) struct Places {
    progress: Vec<(Place, Progress)>,
    /// It committed beyond the last stable offset: it reads what is not committed yet.
    beyond_stable: bool,
    /// Looks at which it stood right at a last stable offset that holds others back.
    at_stable: u8,
}

/// So many looks at the last stable offset, and none beyond, make a reader of committed records.
const LOOKS: u8 = 3;

/// What a look brought.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) standings: Vec<Standing>,
    /// Places whose committed offset went back, and by how many.
    pub(super) back: Vec<(Place, u64)>,
    /// Places that have newly lost records, and how many.
    pub(super) lost: Vec<(Place, u64)>,
    /// When any committed offset was last seen to move.
    pub(super) moved: Option<Timestamp>,
}

impl Places {
    /// Whether the group reads committed records only, as far as that can be told.
    pub(super) fn read_committed(&self) -> Option<bool> {
        if self.beyond_stable {
            Some(false)
        } else {
            (self.at_stable >= LOOKS).then_some(true)
        }
    }

    /// Takes a look in.
    pub(super) fn look(
        &mut self,
        committed: &[Committed],
        members: &[Member],
        sight: &Sight<'_>,
    ) -> Looked {
        let rows = joined(committed, members);
        self.judge_isolation(committed, sight);
        let read_committed = self.read_committed() == Some(true);
        let old = std::mem::take(&mut self.progress);
        let mut looked = Looked::default();
        for (place, commit, member) in rows {
            let mut standing = Standing::unknown(place.0.clone(), place.1);
            standing.member = member;
            standing.log_start = sight.ground.log_start(place.0.as_str(), place.1);
            let seen = seen_of(sight, &place);
            standing.end = seen.and_then(|seen| match seen.stable {
                Some(stable) if read_committed => Some(stable),
                _ => seen.end,
            });
            standing.why = why(sight, &place, seen);
            if let Some(commit) = commit {
                standing.committed = Some(commit.offset);
                standing.metadata = commit.metadata.clone();
            }
            let known = old
                .binary_search_by(|(known, _)| known.cmp(&place))
                .ok()
                .and_then(|position| old.get(position))
                .map(|(_, progress)| *progress);
            let progress = match (standing.committed, seen.and_then(|seen| seen.end)) {
                (Some(committed), Some(end)) => {
                    let (progress, step) = advanced(known, sight.at, committed, end);
                    if let Step::Back(by) = step {
                        looked.back.push((place.clone(), by));
                    }
                    Some(progress)
                }
                // What can't be measured now is measured on later.
                (Some(_), None) => known,
                (None, _) => None,
            };
            if let Some(mut progress) = progress {
                measure(&mut standing, &mut progress, seen, sight);
                let lost = match standing.retention {
                    RetentionRisk::Lost { records } => Some(records),
                    _ => None,
                };
                if progress.note_loss(lost.is_some())
                    && let Some(records) = lost
                {
                    looked.lost.push((place.clone(), records));
                }
                looked.moved = looked.moved.max(progress.moved());
                self.progress.push((place, progress));
            }
            looked.standings.push(standing);
        }
        looked
    }

    /// Keeps when a record was written that was asked for.
    pub(super) fn learn(&mut self, place: &Place, written: Written) {
        if let Ok(position) = self
            .progress
            .binary_search_by(|(known, _)| known.cmp(place))
            && let Some((_, progress)) = self.progress.get_mut(position)
        {
            progress.remember(written);
        }
    }

    fn known(&self, place: &Place) -> Option<&Progress> {
        self.progress
            .binary_search_by(|(known, _)| known.cmp(place))
            .ok()
            .and_then(|position| self.progress.get(position))
            .map(|(_, progress)| progress)
    }

    fn judge_isolation(&mut self, committed: &[Committed], sight: &Sight<'_>) {
        let mut at_stable = false;
        for commit in committed {
            let place = (commit.topic.clone(), commit.partition);
            let Some((stable, end)) =
                seen_of(sight, &place).and_then(|seen| Some((seen.stable?, seen.end?)))
            else {
                continue;
            };
            if stable >= end || commit.offset > end {
                continue;
            }
            self.beyond_stable |= commit.offset > stable;
            // One that never moved stands anywhere by chance.
            let came_here = self
                .known(&place)
                .is_some_and(|progress| progress.moved().is_some());
            at_stable |= commit.offset == stable && came_here;
        }
        if at_stable {
            self.at_stable = self.at_stable.saturating_add(1);
        }
    }
}

fn seen_of<'a>(sight: &Sight<'a>, place: &Place) -> Option<&'a EndSeen> {
    let index = usize::try_from(place.1.0).ok()?;
    sight.seen.get(place.0.as_str())?.get(index)
}

fn why(sight: &Sight<'_>, place: &Place, seen: Option<&EndSeen>) -> Option<Arc<str>> {
    if let Some(seen) = seen {
        return seen.why.clone();
    }
    Some(Arc::from(if sight.ground.has_topic(place.0.as_str()) {
        "its end was not asked for yet"
    } else {
        "the topic does not exist"
    }))
}

fn advanced(known: Option<Progress>, at: Timestamp, committed: i64, end: i64) -> (Progress, Step) {
    match known {
        None => (Progress::new(at, committed, end), Step::Plain),
        Some(mut progress) => {
            let step = progress.look(at, committed, end);
            (progress, step)
        }
    }
}

/// Fills in what follows from offsets and their course.
fn measure(
    standing: &mut Standing,
    progress: &mut Progress,
    seen: Option<&EndSeen>,
    sight: &Sight<'_>,
) {
    let (Some(committed), Some(end)) = (standing.committed, standing.end) else {
        return;
    };
    standing.in_per_second = progress.in_per_second();
    standing.out_per_second = progress.out_per_second();
    if standing.lag().is_none() {
        standing.why = Some(Arc::from(
            "the committed offset lies beyond the end: the log was cut, or the topic made anew",
        ));
        return;
    }
    standing.stalled_since = progress.stalled_since(seen.and_then(|seen| seen.stable));
    if committed >= end {
        (standing.seconds, standing.seconds_kind) = (Some(0.0), SecondsKind::Exact);
    } else if let Some(written) = written(standing, committed, progress, sight) {
        standing.seconds = Some(written.at.millis_until(sight.at) as f32 / 1_000.0);
        standing.seconds_kind = if written.exact {
            SecondsKind::Exact
        } else {
            SecondsKind::Estimate
        };
    }
    let topic = standing.topic.as_str();
    let limits = sight.ground.limits(topic);
    let position = Position {
        committed,
        log_start: standing.log_start,
        end,
        seconds: standing.seconds.map(f64::from),
        in_per_second: standing.in_per_second.map(f64::from),
        out_per_second: standing.out_per_second.map(f64::from),
        // Looked up only where size counts.
        bytes: limits
            .and_then(|limits| limits.bytes)
            .and_then(|_| sight.ground.bytes(topic, standing.partition)),
    };
    standing.retention = risk(limits, &position);
}

/// When the oldest unread record was written.
fn written(
    standing: &Standing,
    committed: i64,
    progress: &mut Progress,
    sight: &Sight<'_>,
) -> Option<Written> {
    let known = progress.written();
    if let Some(known) = known.filter(|known| known.offset == committed) {
        return Some(known);
    }
    let (topic, partition) = (standing.topic.as_str(), standing.partition);
    if let Some(at) = sight.ends.written(topic, partition, committed) {
        let written = Written {
            offset: committed,
            at,
            exact: false,
        };
        progress.remember(written);
        return Some(written);
    }
    // Between a record whose time is known and the first sample.
    let known = known.filter(|known| known.exact && known.offset < committed)?;
    let (at, end) = sight.ends.oldest(topic, partition)?;
    let all = end.checked_sub(known.offset).filter(|all| *all > 0)? as f64;
    let part = committed.saturating_sub(known.offset) as f64;
    let millis = at.0.saturating_sub(known.at.0).max(0) as f64 * (part / all).clamp(0.0, 1.0);
    Some(Written {
        offset: committed,
        at: Timestamp(known.at.0.saturating_add(millis as i64)),
        exact: false,
    })
}

type Row<'a> = (Place, Option<&'a Committed>, Option<u32>);

/// What is committed and what members have, by place.
fn joined<'a>(committed: &'a [Committed], members: &[Member]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = committed
        .iter()
        .map(|commit| ((commit.topic.clone(), commit.partition), Some(commit), None))
        .collect();
    for (position, member) in (0_u32..).zip(members) {
        for topic in &member.assigned {
            rows.extend(
                topic
                    .partitions
                    .iter()
                    .map(|partition| ((topic.topic.clone(), *partition), None, Some(position))),
            );
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    // Of one place both halves; of two members that claim it (a share group's all may) the first.
    rows.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1 = earlier.1.or(later.1);
            earlier.2 = earlier.2.or(later.2);
        }
        same
    });
    rows
}
