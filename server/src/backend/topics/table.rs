//! Every topic of a cluster as one row, joined once per revision of resources and brokers and shared by all who read it.

use crate::backend::sight::Sight;
use penstock_cluster::{index::Declaration, kind::Kind, resource::KafkaTopic};
use penstock_domain::{
    condition::ReadinessState,
    drift::{self, FieldDifference, TopicShape},
    ids::TopicName,
    time::Timestamp,
    topic::{PartitionState, StateCount, TopicRow, TopicState, TopicTotals},
    verdict::PartitionCounts,
};
use penstock_kafka::inventory::{
    Snapshot,
    configs::{ConfigValue, TopicConfig},
    log_dirs::LogDirs,
    topics::Topic,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// A status written this much after the values were read makes them too old to accuse anybody; anything longer is a clock
/// that runs wrong.
const OVERTAKEN_MILLIS: u64 = 120_000;

/// All topics, live or declared.
#[derive(Debug, Default)]
pub struct TopicTable {
    /// By name.
    pub rows: Vec<TopicRow>,
    /// Sums.
    pub totals: TopicTotals,
    /// Topics with offline partitions.
    pub offline: Vec<String>,
    /// Topics that refuse acks=all.
    pub under_min_isr: Vec<String>,
}

/// The newest table of a cluster.
#[derive(Default)]
pub struct TopicTables {
    newest: Mutex<Option<(Version, Arc<TopicTable>)>>,
}

/// What a table was made of. The age of configurations counts, because values older than a status accuse nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    resources: u64,
    brokers: Option<u64>,
    configs_as_of: Option<Timestamp>,
}

impl TopicTables {
    /// The table for a sight. Two who ask at once may both join it; nobody waits for another's join.
    pub fn of(&self, sight: &Sight) -> Arc<TopicTable> {
        let snapshot = sight.snapshot();
        let version = Version {
            resources: sight.view().revision(),
            brokers: snapshot.map(|snapshot| snapshot.revision),
            configs_as_of: snapshot.and_then(|snapshot| snapshot.topic_configs.as_of),
        };
        if let Some((known, table)) = &*self.lock()
            && *known == version
        {
            return table.clone();
        }
        let table = Arc::new(TopicTable::join(sight));
        *self.lock() = Some((version, table.clone()));
        table
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Version, Arc<TopicTable>)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TopicTable {
    /// Names of the topics in a state.
    pub fn named(&self, state: TopicState) -> Vec<String> {
        self.rows
            .iter()
            .filter(|row| row.state == state)
            .map(|row| row.name.to_string())
            .collect()
    }

    /// One row.
    pub fn row(&self, name: &TopicName) -> Option<&TopicRow> {
        self.rows
            .binary_search_by(|row| row.name.cmp(name))
            .ok()
            .and_then(|index| self.rows.get(index))
    }

    fn join(sight: &Sight) -> Self {
        let mut rows: BTreeMap<TopicName, TopicRow> = BTreeMap::new();
        let declared = sight.view().topics(sight.cluster());
        let mut live = Live::of(sight.snapshot());
        if let Some(topics) = sight.topics() {
            for topic in topics.iter() {
                let row = live.row(&topic.name, Some(topic), declared.get(&topic.name));
                rows.insert(topic.name.clone(), row);
            }
        }
        for (name, declaration) in declared.iter() {
            if !rows.contains_key(name) {
                rows.insert(name.clone(), live.row(name, None, Some(declaration)));
            }
        }
        for malformed in sight.view().malformed(sight.cluster()) {
            if malformed.kind == Kind::KafkaTopic {
                let name = malformed.topic_name();
                let row = rows
                    .entry(name.clone())
                    .or_insert_with(|| live.row(&name, None, None));
                row.state = TopicState::Error;
                row.finding = Some(format!("Its KafkaTopic can't be read: {}", malformed.why));
                row.resource = Some(malformed.reference());
            }
        }
        Self::sum(rows.into_values().collect())
    }

    fn sum(rows: Vec<TopicRow>) -> Self {
        let mut totals = TopicTotals {
            all: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            by_state: TopicState::ALL
                .map(|state| StateCount { state, count: 0 })
                .to_vec(),
            ..TopicTotals::default()
        };
        let (mut offline, mut under_min_isr) = (Vec::new(), Vec::new());
        for row in &rows {
            if let Some(counted) = totals
                .by_state
                .iter_mut()
                .find(|counted| counted.state == row.state)
            {
                counted.count += 1;
            }
            if let Some(counts) = &row.replicas {
                totals.live += 1;
                totals.partitions.merge(counts);
                if counts.offline > 0 {
                    offline.push(row.name.to_string());
                }
                if counts.under_min_isr > 0 {
                    under_min_isr.push(row.name.to_string());
                }
            }
            if let Some(bytes) = row.size_bytes {
                *totals.size_bytes.get_or_insert(0) += bytes;
            }
        }
        Self {
            rows,
            totals,
            offline,
            under_min_isr,
        }
    }
}

/// What brokers say, as the join looks things up.
pub struct Live<'a> {
    snapshot: Option<&'a Snapshot>,
    /// Inherited values by the list that topics share.
    defaults: HashMap<*const ConfigValue, Arc<BTreeMap<String, String>>>,
}

impl<'a> Live<'a> {
    /// Over a snapshot.
    pub fn of(snapshot: Option<&'a Snapshot>) -> Self {
        Self {
            snapshot,
            defaults: HashMap::new(),
        }
    }

    /// Declared against live, field by field.
    pub fn differences(&mut self, topic: &Topic, declared: &KafkaTopic) -> Vec<FieldDifference> {
        let config = self.config(topic.name.as_str());
        let live = TopicShape {
            partitions: i32::try_from(topic.partition_count()).ok(),
            replicas: i32::try_from(topic.replication_factor()).ok(),
            config: config
                .map(|config| values(&config.overrides))
                .unwrap_or_default(),
        };
        let defaults = config
            .map(|config| self.defaults_of(config))
            .unwrap_or_default();
        let known = config.is_some() && !self.overtaken(declared);
        drift::compare(&declared.shape(), &live, known, &defaults)
    }

    fn row(
        &mut self,
        name: &TopicName,
        topic: Option<&Arc<Topic>>,
        declaration: Option<Declaration<'_>>,
    ) -> TopicRow {
        let declared = declaration.map(|declaration| &**declaration.topic);
        let config = self.config(name.as_str()).cloned();
        let config = config.as_deref();
        let differences = match (topic, declared) {
            (Some(topic), Some(declared)) => self.differences(topic, declared),
            _ => Vec::new(),
        };
        let drifted: Vec<&FieldDifference> = differences
            .iter()
            .filter(|difference| difference.differs)
            .collect();
        let (state, finding) = self.judge(topic.map(|topic| &**topic), declared, &drifted);
        let size = topic.map(|topic| self.size(topic));
        let offsets = self
            .snapshot
            .and_then(|snapshot| snapshot.offsets.value.as_ref())
            .and_then(|offsets| offsets.get(name.as_str()));
        let shape = declared.map(|declared| &declared.body);
        TopicRow {
            name: name.clone(),
            id: topic.and_then(|topic| topic.id.clone()),
            internal: topic.is_some_and(|topic| topic.internal),
            partitions: match topic {
                Some(topic) => u32::try_from(topic.partition_count()).ok(),
                None => shape.and_then(|shape| u32::try_from(shape.partitions?).ok()),
            },
            replication_factor: match topic {
                Some(topic) => u32::try_from(topic.replication_factor()).ok(),
                None => shape.and_then(|shape| u32::try_from(shape.replicas?).ok()),
            },
            state,
            paused: declared.is_some_and(|declared| {
                declared.readiness.state == ReadinessState::Paused
                    || declared.metadata.pause_requested()
            }),
            deleting: declared.is_some_and(|declared| declared.metadata.deleting),
            finding,
            drifted_fields: if state == TopicState::Drifted {
                u32::try_from(drifted.len()).unwrap_or(u32::MAX)
            } else {
                0
            },
            replicas: topic.map(|topic| counts(topic, config)),
            size_bytes: size.and_then(|(bytes, _)| bytes),
            size_incomplete: size.is_some_and(|(_, incomplete)| incomplete),
            records: offsets.and_then(|offsets| offsets.records()),
            records_in_per_second: offsets.and_then(|offsets| offsets.records_in_per_second()),
            retention_ms: config.and_then(|config| config.number("retention.ms")),
            cleanup_policy: config
                .and_then(|config| config.value("cleanup.policy"))
                .map(str::to_owned),
            resource: declared.map(|declared| declared.reference()),
        }
    }

    fn judge(
        &self,
        topic: Option<&Topic>,
        declared: Option<&KafkaTopic>,
        drifted: &[&FieldDifference],
    ) -> (TopicState, Option<String>) {
        let broker_error = topic
            .and_then(|topic| topic.error.as_deref())
            .map(|error| format!("Brokers answer {error}"));
        let Some(declared) = declared else {
            return (TopicState::Undeclared, broker_error);
        };
        let readiness = &declared.readiness;
        if declared.body.unmanaged || readiness.state == ReadinessState::Unmanaged {
            return (TopicState::Unmanaged, broker_error);
        }
        if readiness.state == ReadinessState::NotReady {
            let words = readiness
                .message
                .clone()
                .or_else(|| readiness.reason.clone())
                .unwrap_or_else(|| "The operator gives no reason".to_owned());
            return (TopicState::Error, Some(words));
        }
        let topics_known = self
            .snapshot
            .is_some_and(|snapshot| snapshot.topics.value.is_some());
        if topic.is_none() && topics_known {
            let words = match readiness.state {
                ReadinessState::Unobserved => "No operator has looked at it yet",
                _ => "Kafka has no topic of this name",
            };
            return (TopicState::DeclaredOnly, Some(words.to_owned()));
        }
        if readiness.stale || readiness.state == ReadinessState::Unobserved {
            // What differs now is a change on its way, not drift.
            let words = broker_error.unwrap_or_else(|| {
                "The operator has not applied the newest generation yet".to_owned()
            });
            return (TopicState::Managed, Some(words));
        }
        match drifted.split_first() {
            Some((one, others)) => (TopicState::Drifted, Some(drift_words(one, others.len()))),
            None => (TopicState::Managed, broker_error),
        }
    }

    /// The status was written after the values were read: they are about to be read again and say nothing until then.
    fn overtaken(&self, declared: &KafkaTopic) -> bool {
        let read = self
            .snapshot
            .and_then(|snapshot| snapshot.topic_configs.as_of);
        match (read, declared.readiness.last_write) {
            (Some(read), Some(written)) => {
                (1..OVERTAKEN_MILLIS).contains(&read.millis_until(written))
            }
            _ => false,
        }
    }

    fn config(&self, topic: &str) -> Option<&'a Arc<TopicConfig>> {
        self.snapshot?.topic_configs.value.as_deref()?.get(topic)
    }

    fn defaults_of(&mut self, config: &TopicConfig) -> Arc<BTreeMap<String, String>> {
        self.defaults
            .entry(config.inherited.as_ptr())
            .or_insert_with(|| Arc::new(values(&config.inherited)))
            .clone()
    }

    /// Bytes over all replicas, and whether some are missing in that.
    fn size(&self, topic: &Topic) -> (Option<u64>, bool) {
        let Some(dirs) = self
            .snapshot
            .and_then(|snapshot| snapshot.log_dirs.value.as_deref())
        else {
            return (None, true);
        };
        (
            dirs.topic_bytes(topic.name.as_str()),
            incomplete(topic, dirs),
        )
    }
}

fn incomplete(topic: &Topic, dirs: &LogDirs) -> bool {
    topic
        .partitions()
        .flat_map(|partition| partition.replicas())
        .any(|node| dirs.get(node).is_none())
}

fn values(list: &[ConfigValue]) -> BTreeMap<String, String> {
    list.iter()
        .filter_map(|entry| Some((entry.name.to_string(), entry.value.as_deref()?.to_owned())))
        .collect()
}

/// Replica state over a topic's partitions.
fn counts(topic: &Topic, config: Option<&TopicConfig>) -> PartitionCounts {
    let min_in_sync = min_in_sync(config);
    let mut counts = PartitionCounts::default();
    for partition in topic.partitions() {
        let (replicas, in_sync) = (partition.replicas().len(), partition.in_sync().len());
        let state =
            PartitionState::of(partition.leader().is_some(), replicas, in_sync, min_in_sync);
        counts.add(state, replicas, in_sync);
    }
    counts
}

/// A topic's configuration, where it is known.
pub fn config_of<'a>(snapshot: Option<&'a Snapshot>, topic: &str) -> Option<&'a TopicConfig> {
    let configs = snapshot?.topic_configs.value.as_deref()?;
    configs.get(topic).map(|config| &**config)
}

/// `min.insync.replicas` in effect, where it is known.
pub fn min_in_sync(config: Option<&TopicConfig>) -> Option<usize> {
    config
        .and_then(|config| config.number("min.insync.replicas"))
        .and_then(|number| usize::try_from(number).ok())
}

/// A value in a line of a list; the topic's page has all of it.
fn short(value: &str) -> String {
    const SHOWN: usize = 120;
    let mut out: String = value.chars().take(SHOWN).collect();
    if value.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

fn drift_words(one: &FieldDifference, others: usize) -> String {
    let shown = |value: &Option<String>| match value {
        Some(value) => short(value),
        None => "not set".to_owned(),
    };
    let mut words = format!(
        "{} is {}, declared {}",
        one.field,
        shown(&one.live),
        match (&one.declared, &one.default) {
            (Some(declared), _) => short(declared),
            (None, Some(default)) => format!("as default ({})", short(default)),
            (None, None) => "nothing".to_owned(),
        }
    );
    if others > 0 {
        words.push_str(&format!("; {others} more"));
    }
    words
}
