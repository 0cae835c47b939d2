//! The filter over the list of topics: `task-* state:drifted partitions>12 size>1GiB config.cleanup.policy=compact`.
//!
//! The words of this list; how they are read and joined is `crate::list_filter`. The server filters its rows with it, the page
//! shows where it is wrong and what may come next.

use super::{TopicRow, TopicState};
use crate::list_filter::{Check, Holds, ListField, ListFilter, Row};

/// What may be written, for the field's hint.
pub const HINT: &str =
    "Filter: name, state:, partitions>, size>, in>, retention<, config.cleanup.policy=";

/// A filter over topics.
pub type TopicFilter = ListFilter<TopicField>;

/// States beside [`TopicState`]: what declares it, flags, and states of replicas.
const MORE_STATES: [&str; 7] = [
    "declared",
    "internal",
    "paused",
    "deleting",
    "offline",
    "underMinIsr",
    "underReplicated",
];

/// Settings of topics (Kafka class `TopicConfig`, 4.3).
const SETTINGS: &[&str] = &[
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "min.insync.replicas",
    "compression.type",
    "max.message.bytes",
    "segment.bytes",
    "segment.ms",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.zstd.level",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "preallocate",
    "remote.log.copy.disable",
    "remote.log.delete.on.disable",
    "remote.storage.enable",
    "segment.index.bytes",
    "segment.jitter.ms",
    "unclean.leader.election.enable",
];

/// What a topic can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicField {
    /// Its name.
    Name,
    /// Its state, or a flag.
    State,
    /// Partitions.
    Partitions,
    /// Replication factor.
    Replicas,
    /// Records between first and end offsets.
    Records,
    /// Bytes over all replicas.
    Size,
    /// Records per second.
    In,
    /// `retention.ms` in effect.
    Retention,
    /// `cleanup.policy` in effect.
    Cleanup,
    /// Its KafkaTopic.
    Resource,
    /// Whether Kafka itself made it.
    Internal,
    /// Any setting in effect.
    Config,
}

impl ListField for TopicField {
    const ALL: &'static [Self] = &[
        TopicField::Name,
        TopicField::State,
        TopicField::Partitions,
        TopicField::Replicas,
        TopicField::Records,
        TopicField::Size,
        TopicField::In,
        TopicField::Retention,
        TopicField::Cleanup,
        TopicField::Config,
        TopicField::Resource,
        TopicField::Internal,
    ];
    const NAME: Self = TopicField::Name;

    fn name(self) -> &'static str {
        match self {
            TopicField::Name => "name",
            TopicField::State => "state",
            TopicField::Partitions => "partitions",
            TopicField::Replicas => "replicas",
            TopicField::Records => "records",
            TopicField::Size => "size",
            TopicField::In => "in",
            TopicField::Retention => "retention",
            TopicField::Cleanup => "cleanup",
            TopicField::Resource => "resource",
            TopicField::Internal => "internal",
            TopicField::Config => "config",
        }
    }

    fn holds(self) -> Holds {
        match self {
            TopicField::Name | TopicField::Cleanup | TopicField::Resource => Holds::Text,
            TopicField::State => Holds::Choice {
                what: "state of a topic",
                names: || {
                    let states = TopicState::ALL.iter().map(|state| state.name());
                    states.chain(MORE_STATES).collect()
                },
            },
            TopicField::Internal => Holds::Choice {
                what: "answer",
                names: || vec!["yes", "no"],
            },
            TopicField::Partitions | TopicField::Replicas => Holds::Count { what: "number" },
            TopicField::Records => Holds::Count {
                what: "number of records",
            },
            TopicField::In => Holds::Count {
                what: "number of records a second",
            },
            TopicField::Size => Holds::Bytes,
            TopicField::Retention => Holds::Duration,
            TopicField::Config => Holds::Settings { known: SETTINGS },
        }
    }

    fn says(self) -> &'static str {
        match self {
            TopicField::Name => "name of the topic",
            TopicField::State => "drifted, declared, offline …",
            TopicField::Partitions => "how many",
            TopicField::Replicas => "replication factor",
            TopicField::Records => "1000, 20k, 1.5M",
            TopicField::Size => "500MB, 1GiB, with replicas",
            TopicField::In => "records a second",
            TopicField::Retention => "90s, 12h, 7d",
            TopicField::Cleanup => "delete, compact",
            TopicField::Resource => "name of its KafkaTopic",
            TopicField::Internal => "yes, no",
            TopicField::Config => "a setting in effect",
        }
    }

    fn example(self) -> &'static str {
        match self {
            TopicField::Name => "name:task-*",
            TopicField::State => "state:drifted",
            TopicField::Partitions => "partitions>12",
            TopicField::Replicas => "replicas<3",
            TopicField::Records => "records>20k",
            TopicField::Size => "size>1GiB",
            TopicField::In => "in>100",
            TopicField::Retention => "retention<7d",
            TopicField::Cleanup => "cleanup:compact",
            TopicField::Resource => "resource:task-*",
            TopicField::Internal => "internal:no",
            TopicField::Config => "config.cleanup.policy=compact",
        }
    }
}

/// A row, and its settings, which a row does not hold.
struct Asked<'a, S> {
    row: &'a TopicRow,
    setting: S,
}

impl<'s, S: Fn(&str) -> Option<&'s str>> Row<TopicField> for Asked<'_, S> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a bound among sums above 2^53 is nobody's question"
    )]
    fn answer(&self, field: TopicField, check: &Check) -> Option<bool> {
        let row = self.row;
        match field {
            TopicField::Name => Some(check.text(row.name.as_str())),
            TopicField::State => Some(check.choice(|name| row.is_in(name))),
            TopicField::Partitions => check.figure(row.partitions.map(f64::from)),
            TopicField::Replicas => check.figure(row.replication_factor.map(f64::from)),
            TopicField::Records => check.figure(row.records.map(|records| records as f64)),
            TopicField::Size => check.figure(row.size_bytes.map(|bytes| bytes as f64)),
            TopicField::In => check.figure(row.records_in_per_second),
            TopicField::Retention => check.figure(row.retention_ms.map(seconds)),
            TopicField::Cleanup => row
                .cleanup_policy
                .as_deref()
                .map(|policy| check.text(policy)),
            TopicField::Resource => Some(
                row.resource
                    .as_ref()
                    .is_some_and(|resource| check.text(resource.name.as_str())),
            ),
            TopicField::Internal => Some(check.choice(|answer| (answer == "yes") == row.internal)),
            TopicField::Config => check.setting(|key| (self.setting)(key)),
        }
    }
}

/// `-1` is for ever, which is longer than anything.
#[allow(
    clippy::cast_precision_loss,
    reason = "a bound among milliseconds above 2^53 is nobody's question"
)]
fn seconds(millis: i64) -> f64 {
    if millis < 0 {
        f64::INFINITY
    } else {
        millis as f64 / 1_000.0
    }
}

impl ListFilter<TopicField> {
    /// Whether a topic passes; `setting` finds a setting in effect, which a row does not hold.
    pub fn passes<'s>(&self, row: &TopicRow, setting: impl Fn(&str) -> Option<&'s str>) -> bool {
        self.matches(&Asked { row, setting })
    }
}

impl TopicRow {
    /// Whether it is in a state of this name: one of [`TopicState`], `declared` (by a KafkaTopic), a flag, or a state of replicas.
    pub fn is_in(&self, state: &str) -> bool {
        if let Some(state) = TopicState::of_name(state) {
            return self.state == state;
        }
        let replicas = self.replicas.unwrap_or_default();
        match state {
            "declared" => self.state != TopicState::Undeclared,
            "internal" => self.internal,
            "paused" => self.paused,
            "deleting" => self.deleting,
            "offline" => replicas.offline > 0,
            "underMinIsr" => replicas.under_min_isr > 0,
            "underReplicated" => replicas.under_replicated > 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
