//! Setting a group's offsets: what was chosen, what it would do to each partition, and why it may not be done. Pure.
//!
//! Whoever acts looks up offsets first ([`Place`]), shows the [`ResetPlan`], and before writing compares it with what is then there
//! ([`ResetPlan::moved`]). `csv` reads offsets from a file, `command` writes the equal line for Kafka's own tool.

mod command;
mod csv;

pub use self::{
    command::{by_file, command, delete_command},
    csv::{CsvMistake, CsvOffset, read as read_csv, write as write_csv},
};

use super::{GroupKind, GroupState};
use crate::{
    ids::{GroupName, PartitionId, TopicName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "to")]
pub enum ResetTo {
    /// The first offset that is there.
    Earliest,
    /// The end.
    Latest,
    /// One offset, in every chosen partition.
    Offset {
        /// Which.
        offset: i64,
    },
    /// The first record at or after a time.
    Time {
        /// When.
        time: Timestamp,
    },
    /// The same, counted back from now.
    Back {
        /// Milliseconds.
        millis: u64,
    },
    /// So many offsets on from where it stands; negative: back.
    Shift {
        /// How many.
        by: i64,
    },
    /// Where another group stands.
    Group {
        /// Which.
        group: GroupName,
    },
    /// What a file says: `topic,partition,offset` a line.
    Csv {
        /// Its text.
        text: String,
    },
    /// What an earlier change replaced. Whoever keeps changes turns this into the file that says the same before it is planned.
    Kept {
        /// The number of the change.
        change: u64,
    },
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResetSpec {
    /// Where to.
    #[serde(flatten)]
    pub to: ResetTo,
    /// In which topics; none: in all that it has committed to, or that the other group or the file names.
    #[serde(default)]
    pub topics: Vec<ChosenTopic>,
}

/// A topic of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChosenTopic {
    /// Its name.
    pub topic: TopicName,
    /// Its partitions; none: all.
    #[serde(default)]
    pub partitions: Vec<PartitionId>,
}

/// What is known of one partition that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Where the group stands.
    pub committed: Option<i64>,
    /// First offset.
    pub first: Option<i64>,
    /// End offset.
    pub end: Option<i64>,
    /// For a time, a duration or another group: what was looked up. A time after the last record is the end.
    pub found: Option<i64>,
}

/// What a reset would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResetPlan {
    /// By topic and partition.
    pub rows: Vec<ResetRow>,
    /// Partitions that were chosen and stay as they are, with the reason.
    pub left_out: Vec<LeftOut>,
    /// Records never read, over all rows.
    pub skipped: u64,
    /// Records read again, over all rows.
    pub reread: u64,
    /// Lag afterwards, over all rows.
    pub lag_after: u64,
}

/// What becomes of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResetRow {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Where it stands now.
    pub old: Option<i64>,
    /// Where it shall stand.
    pub new: i64,
    /// Offsets between, where it goes forward: records that are never read.
    pub skipped: u64,
    /// Offsets between, where it goes back: records that are read again.
    pub reread: u64,
    /// Lag afterwards.
    pub lag_after: u64,
    /// The offset that was meant, where it is not there: the nearest that is was taken.
    pub meant: Option<i64>,
}

/// A partition that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Why.
    pub why: String,
}

/// Why offsets may not be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetRefusal {
    /// Somebody is in the group.
    Active {
        /// How many.
        members: u32,
    },
    /// Whether somebody is in it is not known.
    StateUnknown,
    /// Kafka has no such thing for groups of this kind.
    Kind {
        /// The kind.
        kind: GroupKind,
    },
    /// Share groups know no such target.
    ShareTarget,
    /// The file can't be read.
    Csv(Vec<CsvMistake>),
    /// No partition was chosen, or none of the chosen ones can be set.
    Nothing,
}

impl ResetRefusal {
    /// As a sentence.
    pub fn words(&self) -> String {
        match self {
            ResetRefusal::Active { members: 1 } => {
                "The group has 1 active member. Kafka accepts new offsets only while it is empty."
                    .to_owned()
            }
            ResetRefusal::Active { members } => format!(
                "The group has {members} active members. Kafka accepts new offsets only while it is empty."
            ),
            ResetRefusal::StateUnknown => {
                "Whether the group is empty is not known: its coordinator does not say.".to_owned()
            }
            ResetRefusal::Kind { kind } => match kind {
                GroupKind::Connect => {
                    "Workers of Kafka Connect commit no offsets in this group.".to_owned()
                }
                kind => format!("Groups of kind {} have no offsets to set.", kind.name()),
            },
            ResetRefusal::ShareTarget => {
                "A share group can’t be moved by a shift or to where another group stands."
                    .to_owned()
            }
            ResetRefusal::Csv(mistakes) => match mistakes.split_first() {
                Some((first, [])) => first.words(),
                Some((first, more)) => format!("{} And {} more.", first.words(), more.len()),
                None => "The file can’t be read.".to_owned(),
            },
            ResetRefusal::Nothing => "There is no partition whose offset could be set.".to_owned(),
        }
    }
}

/// Whether offsets of a group may be set at all.
pub fn allowed(
    kind: GroupKind,
    state: GroupState,
    members: Option<u32>,
) -> Result<(), ResetRefusal> {
    if kind == GroupKind::Connect {
        return Err(ResetRefusal::Kind { kind });
    }
    match (state, members) {
        (_, Some(members)) if members > 0 => Err(ResetRefusal::Active { members }),
        (GroupState::Empty | GroupState::Dead, _) => Ok(()),
        // Streams groups can't be described here; their state alone tells.
        (GroupState::Unknown, _) | (_, None) => Err(ResetRefusal::StateUnknown),
        (_, Some(_)) => Err(ResetRefusal::Active { members: 0 }),
    }
}

/// What a reset would do. `places` are the partitions that may be chosen, with what was looked up for them.
pub fn plan(
    spec: &ResetSpec,
    kind: GroupKind,
    places: &[Place],
) -> Result<ResetPlan, ResetRefusal> {
    if kind == GroupKind::Share && matches!(spec.to, ResetTo::Shift { .. } | ResetTo::Group { .. })
    {
        return Err(ResetRefusal::ShareTarget);
    }
    let file = match &spec.to {
        ResetTo::Csv { text } => Some(csv::read(text).map_err(ResetRefusal::Csv)?),
        _ => None,
    };
    let mut plan = ResetPlan::default();
    for place in places.iter().filter(|place| spec.chooses(place)) {
        let meant = match &file {
            // What the file does not name was not chosen.
            Some(file) => match csv::find(file, place) {
                Some(offset) => Ok(offset),
                None => continue,
            },
            None => meant(&spec.to, place),
        };
        match meant.and_then(|meant| row(place, meant)) {
            Ok(row) => plan.add(row),
            Err(why) => plan.left_out.push(LeftOut {
                topic: place.topic.clone(),
                partition: place.partition,
                why: why.to_owned(),
            }),
        }
    }
    if plan.rows.is_empty() && plan.left_out.is_empty() {
        return Err(ResetRefusal::Nothing);
    }
    plan.rows
        .sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    Ok(plan)
}

impl ResetSpec {
    /// Whether a partition was chosen.
    pub fn chooses(&self, place: &Place) -> bool {
        self.topics.is_empty()
            || self.topics.iter().any(|chosen| {
                chosen.topic == place.topic
                    && (chosen.partitions.is_empty()
                        || chosen.partitions.contains(&place.partition))
            })
    }
}

impl ResetPlan {
    fn add(&mut self, row: ResetRow) {
        self.skipped = self.skipped.saturating_add(row.skipped);
        self.reread = self.reread.saturating_add(row.reread);
        self.lag_after = self.lag_after.saturating_add(row.lag_after);
        self.rows.push(row);
    }

    /// Offsets to write: those that differ from what is there.
    pub fn changes(&self) -> impl Iterator<Item = (&TopicName, PartitionId, i64)> {
        self.rows
            .iter()
            .filter(|row| row.old != Some(row.new))
            .map(|row| (&row.topic, row.partition, row.new))
    }

    /// Offsets that bring back what was there; partitions without one can't be brought back to none this way.
    pub fn undo(&self) -> impl Iterator<Item = (&TopicName, PartitionId, i64)> {
        self.rows
            .iter()
            .filter_map(|row| Some((&row.topic, row.partition, row.old?)))
    }

    /// Rows whose partition no longer stands where the plan says: since it was shown somebody has committed.
    pub fn moved(&self, now: impl Fn(&TopicName, PartitionId) -> Option<i64>) -> Vec<&ResetRow> {
        self.rows
            .iter()
            .filter(|row| now(&row.topic, row.partition) != row.old)
            .collect()
    }
}

fn meant(to: &ResetTo, place: &Place) -> Result<i64, &'static str> {
    match to {
        ResetTo::Earliest => place.first.ok_or("its first offset is not known"),
        ResetTo::Latest => place.end.ok_or("its end is not known"),
        ResetTo::Offset { offset } => Ok(*offset),
        ResetTo::Time { .. } | ResetTo::Back { .. } => {
            place.found.ok_or("its offset at that time is not known")
        }
        ResetTo::Shift { by } => place
            .committed
            .map(|committed| committed.saturating_add(*by))
            .ok_or("nothing was committed, so nothing can be shifted"),
        ResetTo::Group { .. } => place
            .found
            .ok_or("the other group has committed nothing here"),
        ResetTo::Csv { .. } => Err("the file does not name it"),
        ResetTo::Kept { .. } => Err("what was replaced here is not known"),
    }
}

/// The nearest offset that is there, and what it costs.
fn row(place: &Place, meant: i64) -> Result<ResetRow, &'static str> {
    let (Some(first), Some(end)) = (place.first, place.end) else {
        return Err("its first offset or its end is not known");
    };
    if first < 0 || end < first {
        return Err("its leader tells offsets that can’t be");
    }
    let new = meant.clamp(first, end);
    let between = |from: i64, to: i64| u64::try_from(to.saturating_sub(from)).unwrap_or(0);
    // What retention has deleted is neither skipped nor read again.
    let stands = place.committed.map(|committed| committed.clamp(first, end));
    Ok(ResetRow {
        topic: place.topic.clone(),
        partition: place.partition,
        old: place.committed,
        new,
        skipped: stands.map_or(0, |stands| between(stands, new)),
        reread: stands.map_or(0, |stands| between(new, stands)),
        lag_after: between(new, end),
        meant: (meant != new).then_some(meant),
    })
}

#[cfg(test)]
mod tests;
