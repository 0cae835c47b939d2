//! Activity: what happened in each cluster while the console looked.
//!
//! ```text
//! index ─▶ observations ─▶ resources (pure) ─┐
//!                                            ├─▶ NewEvent ─▶ journal (bounded, groups what is alike) ─▶ list, CSV
//! inventory ─▶ snapshots ─▶ brokers (pure) ──┘                    └─▶ store
//! ```
//! [`Activity`] holds one journal per cluster behind a lock that is held for a note or a look. `keeper` owns the two tasks: one that
//! reads observations, one that keeps what is new in the store. The fleet starts both. Who may see an event is `list`'s question.

pub mod brokers;
pub mod csv;
pub mod fields;
pub mod journal;
pub mod keeper;
pub mod list;
pub mod resources;

use self::journal::{Journal, NewEvent};
use super::{Console, now};
use crate::{hub::Hub, store::activity::KeptActivity};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::ActivityPort};
use penstock_domain::{
    access::{Resource, Right, Verb},
    activity::{ActivityEvent, ActivityPage, query::ActivityQuery, right_on},
    envelope::Missing,
    ids::{ClusterName, ClusterRef, Namespace},
    live::MarkKind,
    time::Timestamp,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Journals at most: clusters, and namespaces with resources that belong to none. More than that is no installation that one console
/// watches.
const JOURNALS: usize = 1_000;

/// The activity of all clusters.
pub struct Activity {
    hub: Hub,
    since: Timestamp,
    journals: Mutex<BTreeMap<ClusterRef, Journal>>,
}

/// What is new since the store was last written.
pub struct Unkept {
    /// In which cluster.
    pub cluster: ClusterRef,
    /// Events that came or grew.
    pub events: Vec<ActivityEvent>,
    /// The oldest event that is still kept; what is older goes.
    pub oldest: u64,
}

impl Activity {
    /// Looks from now on.
    pub fn new(hub: Hub, now: Timestamp) -> Self {
        Self {
            hub,
            since: now,
            journals: Mutex::default(),
        }
    }

    /// Since when the console looks, without a gap.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Notes what happened in a cluster, and tells the pages.
    pub fn note(&self, cluster: &ClusterRef, events: Vec<NewEvent>, now: Timestamp) {
        if events.is_empty() {
            return;
        }
        {
            let mut journals = self.lock();
            if !journals.contains_key(cluster) && journals.len() >= JOURNALS {
                tracing::warn!(%cluster, "activity of too many clusters; that of this one is not kept");
                return;
            }
            let journal = journals
                .entry(cluster.clone())
                .or_insert_with(|| Journal::numbered(is_unplaced(cluster)));
            for event in events {
                journal.note(event, now);
            }
        }
        if is_unplaced(cluster) {
            // Shown with every cluster of the namespace.
            self.hub.publish(None, MarkKind::Activity);
        } else {
            self.hub.publish(Some(cluster), MarkKind::Activity);
        }
    }

    /// Everything of a cluster, and of what is in its namespace and belongs to no cluster; newest first.
    pub fn of(&self, cluster: &ClusterRef) -> Vec<ActivityEvent> {
        let journals = self.lock();
        let mut events: Vec<ActivityEvent> = [cluster, &unplaced(&cluster.namespace)]
            .into_iter()
            .filter_map(|cluster| journals.get(cluster))
            .flat_map(Journal::events)
            .cloned()
            .collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.id));
        events
    }

    /// Takes in what an earlier process has kept, and notes since when nobody looked.
    pub fn restore(&self, kept: Vec<KeptActivity>) {
        let mut journals = self.lock();
        for kept in kept {
            let odd = is_unplaced(&kept.cluster);
            let journal = journals
                .entry(kept.cluster)
                .or_insert_with(|| Journal::numbered(odd));
            journal.restore(kept.events);
            if let Some(until) = kept.looked_until {
                journal.note(journal::gap(until, self.since), self.since);
            }
        }
    }

    /// What is to be kept, which is then taken for kept.
    pub fn take_unkept(&self) -> Vec<Unkept> {
        let mut journals = self.lock();
        journals
            .iter_mut()
            .filter_map(|(cluster, journal)| {
                let (events, oldest) = journal.take_unkept()?;
                Some(Unkept {
                    cluster: cluster.clone(),
                    events,
                    oldest,
                })
            })
            .collect()
    }

    /// The clusters that have a journal.
    pub fn clusters(&self) -> Vec<ClusterRef> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ClusterRef, Journal>> {
        self.journals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ActivityPort for Console {
    async fn activity(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ActivityQuery,
    ) -> Result<ActivityPage, AppError> {
        self.open(cx, cluster, Verb::Get, Resource::Clusters)
            .await?;
        let seen = self.sees_activity(cx, cluster).await?;
        let when = (now(), self.store.is_durable());
        Ok(list::page(
            self.fleet.activity(),
            cluster,
            query,
            seen,
            when,
        ))
    }
}

impl Console {
    /// Every event that passes, as a file.
    pub async fn activity_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ActivityQuery,
    ) -> Result<String, AppError> {
        self.open(cx, cluster, Verb::Get, Resource::Clusters)
            .await?;
        let seen = self.sees_activity(cx, cluster).await?;
        let events = list::all(self.fleet.activity(), cluster, query, &seen, now());
        Ok(csv::file(&events))
    }

    /// About what the user may see events, and which right is missing for the rest.
    async fn sees_activity(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<list::Seen, AppError> {
        let mut seen = list::Seen {
            about: Vec::new(),
            missing: Vec::new(),
        };
        for about in list::ABOUT {
            let (verb, of) = right_on(about);
            let right = Right::on_cluster(verb, of, &self.fleet.reviewed_as(cluster));
            let words = right.words();
            if self.gate.may(cx, right).await?.is_some() {
                seen.about.push(about);
            } else {
                seen.missing.push(Missing {
                    what: format!("events about {}", about.name()),
                    why: format!("You may not {words}."),
                });
            }
        }
        Ok(seen)
    }
}

/// The place of what is in a namespace and belongs to no cluster that is known; no cluster has an empty name.
pub fn unplaced(namespace: &Namespace) -> ClusterRef {
    ClusterRef {
        namespace: namespace.clone(),
        name: ClusterName::new(""),
    }
}

fn is_unplaced(cluster: &ClusterRef) -> bool {
    cluster.name.as_str().is_empty()
}
