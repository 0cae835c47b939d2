//! One group from round to round. Pure.

use super::{
    events::{EventLog, Look},
    group::Group,
    history::{GroupHistory, Sums},
    places::{Looked, Place, Places, Sight},
    progress::Written,
    round::Seen,
    saved::{self, Past},
    standing::{Standing, lag_of, nearest},
    trend::Trend,
};
use crate::api::groups::{committed::Committed, describe::DescribedGroup};
use penstock_domain::{
    group::{
        GroupEventKind, GroupKind, GroupRow, GroupState, GroupVerdict, Member,
        verdict::{self, Evidence, HOT},
    },
    ids::{GroupName, NodeId, PartitionId, TopicName},
    time::Timestamp,
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// A hot partition is told of from this lag on: less is chance.
const HOT_LAG: u64 = 1_000;
/// And among so many partitions.
const HOT_AMONG: usize = 4;

/// What is kept of one group.
#[derive(Debug)]
pub(super) struct Tracked {
    first_seen: Timestamp,
    last: Option<(Seen, Arc<Group>)>,
    log: EventLog,
    places: Places,
    trend: Trend,
    history: GroupHistory,
}

impl Tracked {
    pub(super) fn new(first_seen: Timestamp) -> Self {
        Self {
            first_seen,
            last: None,
            log: EventLog::default(),
            places: Places::default(),
            trend: Trend::default(),
            history: GroupHistory::default(),
        }
    }

    /// Of a group that an earlier console knew.
    pub(super) fn with_past(past: Past) -> Self {
        Self {
            log: EventLog::restored(past.events),
            trend: past.trend,
            history: past.history,
            ..Self::new(past.first_seen)
        }
    }

    /// For a store.
    pub(super) fn saved(&self) -> Vec<u8> {
        saved::write(
            self.first_seen,
            &self.trend,
            &self.history.topics(),
            &self.log.saved(),
        )
    }

    pub(super) fn coordinator(&self) -> Option<NodeId> {
        self.last.as_ref().map(|(seen, _)| seen.coordinator)
    }

    /// As it was, with the reason why it is not newer.
    pub(super) fn keep(&mut self, why: &str) -> Option<Arc<Group>> {
        let (_, last) = self.last.as_mut()?;
        if last.row.why.as_deref() != Some(why) || last.current {
            let mut group = Group::clone(last);
            group.current = false;
            Arc::make_mut(&mut group.row).why = Some(why.to_owned());
            *last = Arc::new(group);
        }
        Some(last.clone())
    }

    pub(super) fn learn(&mut self, place: &Place, written: Written) {
        self.places.learn(place, written);
    }

    /// Takes a round in.
    pub(super) fn take(&mut self, name: &GroupName, seen: Seen, sight: &Sight<'_>) -> Arc<Group> {
        self.note_changes(&seen, sight.at);
        let described = described_of(&seen);
        let none = Vec::new();
        let committed = match &seen.committed {
            Some(Ok(committed)) => Some(committed.as_slice()),
            Some(Err(_)) => None,
            None => Some(none.as_slice()),
        };
        let Some(committed) = committed else {
            return self.without_offsets(name, seen, sight);
        };
        let members: &[Member] = described.map_or(&[], |group| &group.members);
        let mut looked = self.places.look(committed, members, sight);
        if seen.kind == GroupKind::Share {
            for standing in &mut looked.standings {
                let place = (&standing.topic, standing.partition);
                let told = committed
                    .binary_search_by(|one| (&one.topic, one.partition).cmp(&place))
                    .ok()
                    .and_then(|position| committed.get(position)?.lag);
                standing.share(told);
            }
        }
        self.note_steps(&looked, sight.at);
        self.remember(&looked.standings, sight.at);
        let members = described.map(|group| with_lag(&group.members, &looked.standings));
        let group = self.group(name, &seen, committed, looked, members, sight);
        self.finish(seen, group)
    }

    /// What did not change keeps its allocation.
    fn finish(&mut self, seen: Seen, mut group: Group) -> Arc<Group> {
        let group = match &self.last {
            Some((_, last)) => {
                if *last.row == *group.row {
                    group.row = last.row.clone();
                }
                Arc::new(group)
            }
            None => Arc::new(group),
        };
        self.last = Some((seen, group.clone()));
        group
    }

    /// Its offsets could not be had: they are as they were.
    fn without_offsets(&mut self, name: &GroupName, seen: Seen, sight: &Sight<'_>) -> Arc<Group> {
        let why = why(&seen);
        if let Some((last_seen, last)) = self.last.take() {
            let mut group = Group::clone(&last);
            let row = Arc::make_mut(&mut group.row);
            (row.kind, row.state) = (seen.kind, seen.state);
            row.coordinator = Some(seen.coordinator);
            row.why = why;
            group.current = false;
            group.events = self.log.events();
            let committed = last_seen.committed;
            let seen = Seen { committed, ..seen };
            let group = Arc::new(group);
            self.last = Some((seen, group.clone()));
            return group;
        }
        let looked = Looked::default();
        let members = described_of(&seen).map(|group| group.members.clone());
        let mut group = self.group(name, &seen, &[], looked, members, sight);
        (group.current, group.as_of) = (false, None);
        self.finish(seen, group)
    }

    fn note_changes(&mut self, seen: &Seen, at: Timestamp) {
        if let Some((last, _)) = &self.last {
            let old = look(last);
            let new = look(seen);
            self.log.compare(at, &old, &new);
        }
    }

    fn note_steps(&mut self, looked: &Looked, at: Timestamp) {
        let tell = |steps: &[(Place, u64)], verb: &str| {
            let ((topic, partition), by) = steps.first()?;
            let by = units::thousands(i64::try_from(*by).unwrap_or(i64::MAX));
            Some(match steps.len() {
                1 => format!("{topic} {partition} {verb} {by}"),
                more => format!("{topic} {partition} {verb} {by}, and {} more", more - 1),
            })
        };
        if let Some(text) = tell(&looked.back, "went back by") {
            self.log.note(at, GroupEventKind::WentBack, text);
        }
        if let Some(text) = tell(&looked.lost, "lost records unread:") {
            self.log.note(at, GroupEventKind::Lost, text);
        }
    }

    fn remember(&mut self, standings: &[Standing], at: Timestamp) {
        let mut sums: BTreeMap<TopicName, Option<Sums>> = BTreeMap::new();
        for standing in standings {
            let Some(committed) = standing.committed else {
                continue;
            };
            let topic = sums.entry(standing.topic.clone()).or_default();
            if let (Some(end), Some(_)) = (standing.end, standing.lag()) {
                let first = topic.is_none();
                let sum = topic.get_or_insert_default();
                sum.committed = sum.committed.saturating_add(committed);
                sum.end = sum.end.saturating_add(end);
                sum.log_start = if first {
                    standing.log_start
                } else {
                    sum.log_start
                        .zip(standing.log_start)
                        .map(|(a, b)| a.saturating_add(b))
                };
            }
        }
        self.history.add(at, &sums);
        self.trend.add(at, lag_of(standings).records);
    }

    fn group(
        &mut self,
        name: &GroupName,
        seen: &Seen,
        committed: &[Committed],
        looked: Looked,
        members: Option<Vec<Member>>,
        sight: &Sight<'_>,
    ) -> Group {
        let described = described_of(seen);
        let standings = looked.standings;
        let committed_ones = || standings.iter().filter(|one| one.committed.is_some());
        let sum = |rate: fn(&Standing) -> Option<f32>| {
            committed_ones()
                .filter_map(rate)
                .map(f64::from)
                .reduce(|a, b| a + b)
        };
        let (comes, goes) = (sum(|one| one.in_per_second), sum(|one| one.out_per_second));
        let lag = lag_of(committed_ones());
        let retention = nearest(committed_ones().map(|one| one.retention));
        let stalled = || committed_ones().filter_map(|one| one.stalled_since);
        let why = why(seen);
        let member_count = described.map(|group| count(group.members.len()));
        let state = match described.map(|group| group.state) {
            None | Some(GroupState::Unknown) => seen.state,
            Some(state) => state,
        };
        let rebalances = f64::from(self.log.rebalances(sight.at));
        let verdict: GroupVerdict = verdict::verdict(&Evidence {
            now: sight.at,
            kind: seen.kind,
            state,
            members: member_count,
            lag,
            in_per_second: comes,
            out_per_second: goes,
            retention,
            partitions: count(committed.len()),
            stalled: count(stalled().count()),
            stalled_since: stalled().min(),
            moved_at: looked.moved,
            left_at: self.log.left_at(),
            rebalances_per_hour: Some(rebalances),
            hot: hot(&standings, lag.records),
            first_seen: self.first_seen,
            why: why.clone(),
        });
        let mut topics: Vec<TopicName> = standings.iter().map(|one| one.topic.clone()).collect();
        topics.dedup();
        Group {
            row: Arc::new(GroupRow {
                group: name.clone(),
                kind: seen.kind,
                state,
                coordinator: Some(seen.coordinator),
                members: member_count,
                topics,
                lag,
                verdict,
                in_per_second: comes,
                out_per_second: goes,
                catch_up_seconds: verdict::catch_up_seconds(lag.records, comes, goes),
                retention,
                trend: self.trend.points(),
                why,
            }),
            protocol: described
                .and_then(|group| group.protocol.as_deref())
                .map(Arc::from),
            epoch: described.and_then(|group| group.epoch),
            assignment_epoch: described.and_then(|group| group.assignment_epoch),
            read_committed: self.places.read_committed(),
            partitions: standings.into(),
            members: members.map(Arc::from),
            events: self.log.events(),
            rebalances_per_hour: Some(rebalances),
            first_seen: self.first_seen,
            as_of: Some(sight.at),
            current: true,
            history: self.history.clone(),
        }
    }
}

fn described_of(seen: &Seen) -> Option<&DescribedGroup> {
    seen.described.as_ref()?.as_ref().ok()
}

fn look(seen: &Seen) -> Look<'_> {
    let described = described_of(seen);
    Look {
        kind: seen.kind,
        state: described.map_or(seen.state, |group| group.state),
        coordinator: seen.coordinator,
        described,
    }
}

fn why(seen: &Seen) -> Option<String> {
    let members = seen.described.as_ref().and_then(|one| one.as_ref().err());
    let offsets = seen.committed.as_ref().and_then(|one| one.as_ref().err());
    match (offsets, members) {
        (None, None) => None,
        (Some(offsets), None) => Some(format!("offsets: {offsets}")),
        (None, Some(members)) => Some(format!("members: {members}")),
        (Some(offsets), Some(members)) if offsets == members => Some(offsets.to_string()),
        (Some(offsets), Some(members)) => Some(format!("offsets: {offsets}; members: {members}")),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn with_lag(members: &[Member], standings: &[Standing]) -> Vec<Member> {
    let mut lags: Vec<Option<u64>> = vec![None; members.len()];
    for standing in standings {
        let lag = standing
            .member
            .and_then(|position| lags.get_mut(usize::try_from(position).ok()?));
        if let (Some(sum), Some(records)) = (lag, standing.lag()) {
            *sum = Some(sum.unwrap_or(0).saturating_add(records));
        }
    }
    members
        .iter()
        .zip(lags)
        .map(|(member, lag)| Member {
            lag,
            ..member.clone()
        })
        .collect()
}

/// The one partition of several that holds most of the lag.
fn hot(standings: &[Standing], lag: Option<u64>) -> Option<(TopicName, PartitionId, u32)> {
    let lag = lag.filter(|lag| *lag >= HOT_LAG)?;
    if standings.len() < HOT_AMONG {
        return None;
    }
    let hottest = standings.iter().max_by_key(|standing| standing.lag())?;
    let share = hottest.lag()? as f64 * 100.0 / lag as f64;
    let share = share.clamp(0.0, 100.0) as u32;
    (share >= HOT).then(|| (hottest.topic.clone(), hottest.partition, share))
}
