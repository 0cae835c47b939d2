//! What is to be scanned, as whoever asks says it.

use crate::{lens::Lens, matcher::Matcher};
use penstock_domain::{
    ids::{PartitionId, TopicId, TopicName},
    read::{Isolation, Order, Position, Range},
    time::Timestamp,
};
use std::sync::Arc;

/// Which records, in which order.
#[derive(Clone, Debug, Default)]
pub struct ScanSpec {
    /// The topics.
    pub topics: Vec<ScanTopic>,
    /// The part of them; not looked at where there are `positions`.
    pub range: Range,
    /// Which records exist.
    pub isolation: Isolation,
    /// In which order.
    pub order: Order,
    /// Goes on from an earlier reading's positions: partitions that they do not name are not read.
    pub positions: Option<Vec<Position>>,
    /// Ends after so many hits.
    pub limit: Option<usize>,
    /// When "ago" is counted from.
    pub now: Timestamp,
}

/// One of the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanTopic {
    /// Its name.
    pub name: TopicName,
    /// Its id, where it is known which one is meant.
    pub id: Option<TopicId>,
    /// Its partitions; empty is all.
    pub partitions: Vec<PartitionId>,
}

/// Which records pass, and how they are seen.
#[derive(Clone)]
pub struct What {
    /// The filter.
    pub matcher: Arc<Matcher>,
    /// How records are seen by it.
    pub lens: Arc<dyn Lens>,
}
