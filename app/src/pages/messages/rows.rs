//! Rows of records as the list takes them: from one page of browsing, or from a search that goes on adding.

use leptos::prelude::*;
use penstock_domain::{
    ids::{TopicId, TopicName},
    read::PartitionState,
    record::{Record, RecordAddress},
};
use penstock_ui::virtual_table::RowStore;
use std::{collections::HashMap, sync::Arc};

/// One record with the id of its topic, which its link carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: Record,
    /// The topic's id.
    pub topic_id: Option<TopicId>,
}

impl Row {
    /// The record's address.
    pub fn address(&self) -> RecordAddress {
        RecordAddress {
            topic: self.record.topic.clone(),
            topic_id: self.topic_id.clone(),
            partition: self.record.partition,
            offset: self.record.offset,
        }
    }

    fn is(&self, address: &RecordAddress) -> bool {
        self.record.offset == address.offset
            && self.record.partition == address.partition
            && self.record.topic == address.topic
    }
}

/// The ids of the topics that a reading found.
pub fn topic_ids(partitions: &[PartitionState]) -> HashMap<TopicName, TopicId> {
    partitions
        .iter()
        .filter_map(|state| Some((state.topic.clone(), state.topic_id.clone()?)))
        .collect()
}

/// Records in their order, whether they came at once or go on coming.
#[derive(Clone, Copy)]
pub enum Rows {
    /// One page. The number moves with every other page.
    Page(Memo<(u64, Arc<Vec<Arc<Row>>>)>),
    /// What a search has found so far.
    Store(RowStore<Row>),
}

impl Rows {
    /// Rows of pages: `page` gives the present one.
    pub fn of_pages(page: impl Fn() -> Vec<Arc<Row>> + Send + Sync + 'static) -> Self {
        Rows::Page(Memo::new(
            move |last: Option<&(u64, Arc<Vec<Arc<Row>>>)>| {
                let rows = page();
                match last {
                    Some((number, before)) if **before == rows => (*number, Arc::clone(before)),
                    Some((number, _)) => (number + 1, Arc::new(rows)),
                    None => (0, Arc::new(rows)),
                }
            },
        ))
    }

    /// How many.
    pub fn count(self) -> Signal<usize> {
        match self {
            Rows::Page(page) => Signal::derive(move || page.with(|(_, rows)| rows.len())),
            Rows::Store(store) => store.count(),
        }
    }

    /// Moves when rows become others.
    pub fn generation(self) -> Signal<u64> {
        match self {
            Rows::Page(page) => Signal::derive(move || page.with(|(number, _)| *number)),
            Rows::Store(store) => store.generation(),
        }
    }

    /// One by its place.
    pub fn get(self, index: usize) -> Option<Arc<Row>> {
        match self {
            Rows::Page(page) => page.with_untracked(|(_, rows)| rows.get(index).map(Arc::clone)),
            Rows::Store(store) => store.get(index),
        }
    }

    /// The place of a record.
    pub fn position(self, address: &RecordAddress) -> Option<usize> {
        match self {
            Rows::Page(page) => {
                page.with_untracked(|(_, rows)| rows.iter().position(|row| row.is(address)))
            }
            Rows::Store(store) => store.position(|row| row.is(address)),
        }
    }
}
