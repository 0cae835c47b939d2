//! What is known of a cluster at one moment: the type that readers get. Plain data, cheap to clone, never changed in place.
//!
//! Each data set says how old it is, how complete, and what went wrong last. A data set keeps its last known value when a
//! refresh fails: `freshness` then tells that it is old.

use super::{
    configs::TopicConfigs,
    groups::Groups,
    kinds::{Changes, LastChanges},
    log_dirs::LogDirs,
    offsets::Offsets,
    principals::Principals,
    topics::Topics,
};
use crate::error::KafkaError;
use penstock_domain::{
    cluster::Quorum,
    envelope::{Freshness, Missing},
    ids::{ClusterId, NodeId},
    time::Timestamp,
};
use std::sync::Arc;

/// Everything known of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Grows with every change that a page could show. A mere renewal (same data, younger) does not move it.
    pub revision: u64,
    /// At which revision each kind changed last.
    pub last_changes: LastChanges,
    /// Whether any broker answers.
    pub reach: ClusterReach,
    /// The cluster's name for itself, its brokers and whether they answer.
    pub brokers: DataSet<Brokers>,
    /// Topics by name.
    pub topics: DataSet<Topics>,
    /// The metadata quorum.
    pub quorum: DataSet<Quorum>,
    /// Offsets and rates by topic.
    pub offsets: DataSet<Offsets>,
    /// Log directories by broker.
    pub log_dirs: DataSet<LogDirs>,
    /// Configuration by topic.
    pub topic_configs: DataSet<TopicConfigs>,
    /// Consumer groups of every kind.
    pub groups: DataSet<Groups>,
    /// Rules, passwords and quotas.
    pub principals: DataSet<Principals>,
}

impl Snapshot {
    /// What changed after a revision that was seen before.
    pub fn changes_since(&self, revision: u64) -> Changes {
        self.last_changes.since(revision)
    }
}

/// A part of a snapshot with its age.
#[derive(Clone, Debug)]
pub struct DataSet<T> {
    /// The last known value; `None` until the first answer.
    pub value: Option<Arc<T>>,
    /// When the value was true; where parts differ in age, the youngest refresh that brought anything.
    pub as_of: Option<Timestamp>,
    /// How many sources answered at the last refresh.
    pub answered: u32,
    /// How many were asked.
    pub expected: u32,
    /// What the last refresh did not bring, and why. The value may still hold older figures for it.
    pub missing: Arc<[Missing]>,
    /// The error of the last refresh, if it brought nothing at all.
    pub error: Option<Arc<LastError>>,
}

impl<T> Default for DataSet<T> {
    fn default() -> Self {
        Self {
            value: None,
            as_of: None,
            answered: 0,
            expected: 0,
            missing: Arc::new([]),
            error: None,
        }
    }
}

impl<T> DataSet<T> {
    /// As pages and the API show it.
    pub fn freshness(&self) -> Freshness {
        let mut missing: Vec<Missing> = self.missing.to_vec();
        if let Some(last) = &self.error {
            missing.push(Missing {
                what: "this data".to_owned(),
                why: last.error.to_string(),
            });
        }
        Freshness {
            as_of: self.as_of,
            answered: self.answered,
            expected: self.expected,
            missing,
        }
    }

    /// Whether somebody who looks at the completeness would see a difference.
    pub(crate) fn same_completeness(&self, other: &Self) -> bool {
        self.answered == other.answered
            && self.expected == other.expected
            && self.missing == other.missing
            && self.value.is_some() == other.value.is_some()
            && self.error.as_ref().map(|e| (&e.error, e.since))
                == other.error.as_ref().map(|e| (&e.error, e.since))
    }
}

/// Why a data set could not be refreshed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastError {
    /// The newest error.
    pub error: KafkaError,
    /// Since when refreshing fails.
    pub since: Timestamp,
}

/// Whether the cluster answers at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClusterReach {
    /// The first attempt has not ended.
    #[default]
    Connecting,
    /// At least one broker answers.
    Answering {
        /// Since when.
        since: Timestamp,
    },
    /// None does.
    Silent {
        /// Since when.
        since: Timestamp,
        /// The most telling of the errors.
        error: KafkaError,
    },
}

/// The brokers of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brokers {
    /// Kafka's cluster id.
    pub cluster_id: Option<ClusterId>,
    /// Brokers by id. A dead one stays, fenced, for as long as it is registered.
    pub brokers: Vec<Broker>,
    /// Finalized features by name: `metadata.version`, `group.version`, `transaction.version`, … (KIP-584).
    pub features: Vec<Feature>,
}

impl Brokers {
    /// By id.
    pub fn get(&self, node: NodeId) -> Option<&Broker> {
        self.brokers.iter().find(|broker| broker.id == node)
    }

    /// `4.3-IV0`, from the finalized feature `metadata.version`; a level that is not known here becomes `level 99`.
    pub fn metadata_version(&self) -> Option<String> {
        self.features
            .iter()
            .find(|feature| feature.name == "metadata.version")
            .map(|feature| crate::versions::metadata_version_name(feature.level))
    }
}

/// A finalized feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: i16,
}

/// One broker, as the others and the console's own connection tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Its id.
    pub id: NodeId,
    /// Advertised host on the console's listener.
    pub host: Arc<str>,
    /// Advertised port.
    pub port: u16,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// Whether the controller has fenced it: registered, but not serving (KIP-1073).
    pub fenced: bool,
    /// How the console's own connection to it stands.
    pub reach: Reach,
}

/// How the console's own connection to one broker stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Not tried yet.
    #[default]
    Untried,
    /// It answers.
    Answering {
        /// Since when.
        since: Timestamp,
    },
    /// It does not.
    Silent {
        /// Since when.
        since: Timestamp,
        /// The newest error.
        error: KafkaError,
    },
}

impl Reach {
    /// Whether it answers.
    pub fn answers(&self) -> bool {
        matches!(self, Reach::Answering { .. })
    }

    /// Why it does not.
    pub fn error(&self) -> Option<&KafkaError> {
        match self {
            Reach::Silent { error, .. } => Some(error),
            Reach::Untried | Reach::Answering { .. } => None,
        }
    }
}
