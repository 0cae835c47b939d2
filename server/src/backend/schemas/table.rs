//! The rows of a cluster's subjects: the catalogue joined with the cluster's topics, once for each state of both.

use super::topics;
use crate::backend::{problems, sight::Sight};
use penstock_domain::{
    ids::{ClusterRef, SubjectName, TopicName},
    schema::{LevelOrigin, SubjectRow, SubjectTotals},
};
use penstock_kafka::inventory::topics::Topics;
use penstock_registry::{
    Registry,
    catalogue::{Catalogue, Subject},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// Tables by cluster, kept from one request to the next.
#[derive(Default)]
pub struct Tables {
    kept: Mutex<HashMap<ClusterRef, Arc<Table>>>,
}

/// See the module.
pub(super) struct Table {
    pub(super) catalogue: Arc<Catalogue>,
    topics: Option<Arc<Topics>>,
    /// By name.
    pub(super) rows: Vec<SubjectRow>,
    pub(super) totals: SubjectTotals,
}

impl Tables {
    /// The table as things are now.
    pub(super) fn of(&self, sight: &Sight, registry: &Registry) -> Arc<Table> {
        let catalogue = registry.catalogue().now();
        let topics = sight
            .snapshot()
            .and_then(|snapshot| snapshot.topics.value.clone());
        let current = |table: &&Arc<Table>| {
            Arc::ptr_eq(&table.catalogue, &catalogue)
                && match (&table.topics, &topics) {
                    (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                    (one, other) => one.is_none() && other.is_none(),
                }
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = kept.get(sight.cluster()).filter(current) {
            return table.clone();
        }
        // Joined without the lock: other clusters need not wait.
        drop(kept);
        let table = Arc::new(Table::join(catalogue, topics));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(sight.cluster().clone(), table.clone());
        table
    }
}

impl Table {
    fn join(catalogue: Arc<Catalogue>, topics: Option<Arc<Topics>>) -> Self {
        let exists = |topic: &str| {
            topics
                .as_ref()
                .is_some_and(|topics| topics.get(topic).is_some())
        };
        let rows: Vec<SubjectRow> = catalogue
            .subjects
            .values()
            .map(|subject| row(&catalogue, subject, exists))
            .collect();
        let totals = totals(&rows);
        Self {
            catalogue,
            topics,
            rows,
            totals,
        }
    }

    /// The row of a subject.
    pub(super) fn row(&self, subject: &SubjectName) -> Option<&SubjectRow> {
        let place = self
            .rows
            .binary_search_by(|row| row.subject.as_str().cmp(subject.as_str()))
            .ok()?;
        self.rows.get(place)
    }

    /// The topics that a subject belongs to by its name, each with whether it is for keys.
    pub(super) fn topics_of(&self, subject: &SubjectName) -> Option<(TopicName, bool)> {
        topics::of(subject.as_str(), |topic| {
            self.topics
                .as_ref()
                .is_some_and(|topics| topics.get(topic).is_some())
        })
    }
}

fn row(catalogue: &Catalogue, subject: &Subject, exists: impl Fn(&str) -> bool) -> SubjectRow {
    let (level, level_origin) = catalogue.level_of(subject);
    let newest = subject.newest();
    let live = subject.live().count();
    let referring: BTreeSet<&str> = catalogue
        .referring
        .get(&subject.name)
        .into_iter()
        .flatten()
        .map(|referring| &*referring.subject)
        .collect();
    let figure = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    SubjectRow {
        subject: SubjectName::new(&subject.name),
        schema_type: newest.map(|version| version.schema_type),
        name: newest.and_then(|version| version.name.as_deref().map(str::to_owned)),
        versions: figure(live),
        deleted_versions: figure(subject.versions.len() - live + subject.hidden.len()),
        newest: newest.map(|version| version.version),
        newest_id: newest.map(|version| version.id),
        level,
        level_origin,
        topics: topics::of(&subject.name, exists)
            .map(|(topic, _)| topic)
            .into_iter()
            .collect(),
        references: figure(newest.map_or(0, |version| version.references.len())),
        referenced_by: figure(referring.len()),
        deleted: subject.is_deleted(),
        finding: subject.finding.clone(),
        why: subject
            .trouble
            .as_ref()
            .map(|error| problems::sentence(&error.to_string())),
    }
}

fn totals(rows: &[SubjectRow]) -> SubjectTotals {
    let mut totals = SubjectTotals::default();
    for row in rows {
        if row.deleted {
            totals.deleted += 1;
            continue;
        }
        totals.subjects += 1;
        totals.versions += u64::from(row.versions);
        totals.attention += u64::from(row.needs_attention());
        totals.own_level += u64::from(row.level_origin == LevelOrigin::Subject);
    }
    totals
}
