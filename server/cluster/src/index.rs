//! All resources that are known, by cluster; pure and synchronous, so that its rules are tested without I/O.
//!
//! ```text
//! watch ─▶ Index::{apply, delete, replace_all} ─▶ Vec<Change>      readers ─▶ Index::view ─▶ Arc<View> (never changes)
//! ```
//! [`SharedIndex`] puts it behind a lock and sends the changes to whoever listens. A view costs one reference count; what a
//! change touches is copied only while some reader still holds the view before it.
//!
//! What an object was before a change is known only here; [`Observation`]s hand it to whoever keeps a history.

mod group;
mod observation;
mod placement;
mod shared;
mod view;

pub use observation::{Observation, Observed};
pub use placement::{Placement, placed_by_address};
pub use shared::SharedIndex;
pub use view::{ClusterTopics, Declaration, View};

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Kafka, Malformed, Resource, cluster_of},
};
use group::{Group, Names, Replaced};
use penstock_domain::{
    ids::{ClusterName, ClusterRef, Namespace, ResourceName},
    live::{Mark, MarkKind},
};
use std::{collections::BTreeSet, sync::Arc};

/// More changes than this in one relist are told as one per cluster and kind.
const TOLD_ONE_BY_ONE: usize = 32;

/// What changed, and the revision that it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The cluster that it belongs to; `None` where it belongs to none, or to all.
    pub cluster: Option<ClusterRef>,
    /// What.
    pub subject: Subject,
    /// The index's counter afterwards.
    pub revision: u64,
}

/// What a [`Change`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One resource: created, changed or gone.
    Resource {
        /// Its kind.
        kind: Kind,
        /// Its namespace.
        namespace: Namespace,
        /// Its name.
        name: ResourceName,
    },
    /// Any number of resources of a kind.
    Resources(Kind),
    /// How the watches are.
    Watches,
}

/// All resources; owned by one writer.
#[derive(Debug, Default)]
pub struct Index {
    view: Arc<View>,
    /// What was listed once: what a first list holds is not news.
    listed: BTreeSet<(Kind, Option<Namespace>)>,
    /// What the last call changed.
    observations: Vec<Observation>,
}

/// Applies an expression to the group of a kind; a macro because every group has its own type.
macro_rules! in_group {
    ($view:expr, $kind:expr, $group:ident => $body:expr) => {
        match $kind {
            Kind::Kafka => {
                let $group = &mut $view.kafkas;
                $body
            }
            Kind::KafkaNodePool => {
                let $group = &mut $view.node_pools;
                $body
            }
            Kind::KafkaTopic => {
                let $group = &mut $view.topics;
                $body
            }
            Kind::KafkaUser => {
                let $group = &mut $view.users;
                $body
            }
            Kind::StrimziPodSet => {
                let $group = &mut $view.pod_sets;
                $body
            }
            Kind::Pod => {
                let $group = &mut $view.pods;
                $body
            }
            Kind::Attached(kind) => {
                let $group = $view.attached.entry(kind).or_default();
                $body
            }
        }
    };
}

// === impl Change ===

impl Change {
    /// What a page is told.
    pub fn mark(&self) -> Mark {
        Mark {
            cluster: self.cluster.clone(),
            kind: match &self.subject {
                Subject::Resource { kind, .. } | Subject::Resources(kind) => kind.mark(),
                Subject::Watches => MarkKind::Watches,
            },
            revision: self.revision,
        }
    }
}

// === impl Index ===

impl Index {
    /// What is known now; stays as it is while the index goes on.
    pub fn view(&self) -> Arc<View> {
        self.view.clone()
    }

    /// Takes in a created or changed object.
    pub fn apply(&mut self, object: AnyResource) -> Vec<Change> {
        self.observations.clear();
        let mut touched = Touched::default();
        self.put(object, &mut touched);
        self.tell(touched)
    }

    /// Takes out a deleted object.
    pub fn delete(
        &mut self,
        kind: Kind,
        namespace: &Namespace,
        name: &ResourceName,
    ) -> Vec<Change> {
        self.observations.clear();
        let mut touched = Touched::default();
        self.take(kind, namespace, name, &mut touched);
        self.tell(touched)
    }

    /// Replaces all objects of a kind, in one namespace or in all, by a complete list: readers see the old list or the new
    /// one, and only what differs is told. With an empty list the kind is forgotten.
    pub fn replace_all(
        &mut self,
        kind: Kind,
        namespace: Option<&Namespace>,
        objects: Vec<AnyResource>,
    ) -> Vec<Change> {
        self.observations.clear();
        let mut touched = Touched::default();
        let listed: BTreeSet<(Namespace, ResourceName)> = objects
            .iter()
            .map(|object| {
                let metadata = object.metadata();
                (metadata.namespace.clone(), metadata.name.clone())
            })
            .collect();
        for (known_namespace, name) in self.known(kind) {
            let in_scope = namespace.is_none_or(|scope| *scope == known_namespace);
            if in_scope && !listed.contains(&(known_namespace.clone(), name.clone())) {
                self.take(kind, &known_namespace, &name, &mut touched);
            }
        }
        for object in objects {
            self.put(object, &mut touched);
        }
        if self.listed.insert((kind, namespace.cloned())) {
            self.observations.clear();
        }
        self.tell(touched)
    }

    /// What the last call changed, object by object; empty where it was the first list of its kind.
    pub fn take_observations(&mut self) -> Vec<Observation> {
        std::mem::take(&mut self.observations)
    }

    /// Raises the revision for a change of the watches themselves.
    pub fn watches_changed(&mut self) -> Change {
        self.observations.clear();
        let view = Arc::make_mut(&mut self.view);
        view.revision += 1;
        Change {
            cluster: None,
            subject: Subject::Watches,
            revision: view.revision,
        }
    }

    fn known(&self, kind: Kind) -> Vec<(Namespace, ResourceName)> {
        let view = &*self.view;
        let mut names: Vec<_> = match kind {
            Kind::Kafka => view.kafkas.names().collect(),
            Kind::KafkaNodePool => view.node_pools.names().collect(),
            Kind::KafkaTopic => view.topics.names().collect(),
            Kind::KafkaUser => view.users.names().collect(),
            Kind::StrimziPodSet => view.pod_sets.names().collect(),
            Kind::Pod => view.pods.names().collect(),
            Kind::Attached(kind) => view
                .attached
                .get(&kind)
                .map(|group| group.names().collect())
                .unwrap_or_default(),
        };
        names.extend(
            view.malformed
                .keys()
                .filter(|(malformed_kind, ..)| *malformed_kind == kind)
                .map(|(_, namespace, name)| (namespace.clone(), name.clone())),
        );
        names
    }

    fn put(&mut self, object: AnyResource, touched: &mut Touched) {
        match object {
            AnyResource::Kafka(kafka) => self.put_kafka(kafka, touched),
            AnyResource::KafkaNodePool(pool) => {
                self.put_one(pool, |view| &mut view.node_pools, touched)
            }
            AnyResource::KafkaTopic(topic) => self.put_one(topic, |view| &mut view.topics, touched),
            AnyResource::KafkaUser(user) => self.put_one(user, |view| &mut view.users, touched),
            AnyResource::StrimziPodSet(set) => {
                self.put_one(set, |view| &mut view.pod_sets, touched)
            }
            AnyResource::Pod(pod) => self.put_one(pod, |view| &mut view.pods, touched),
            AnyResource::Attached(attached) => {
                let kind = attached.body.kind;
                self.put_one(
                    attached,
                    |view| view.attached.entry(kind).or_default(),
                    touched,
                );
            }
            AnyResource::Malformed(malformed) => self.put_malformed(malformed, touched),
        }
    }

    fn put_kafka(&mut self, kafka: Arc<Kafka>, touched: &mut Touched) {
        let before = self.view.cluster(&kafka.cluster()).cloned();
        let moved = before.is_none_or(|before| {
            before.topic_namespace() != kafka.topic_namespace()
                || before.user_namespace() != kafka.user_namespace()
        });
        let cluster = kafka.cluster();
        self.put_one(kafka, |view| &mut view.kafkas, touched);
        if moved {
            // Topics and users of another namespace may have come to belong to it.
            for kind in [Kind::KafkaTopic, Kind::KafkaUser] {
                touched.wholes.insert((Some(cluster.clone()), kind));
            }
        }
    }

    fn put_one<B: Body, N: Names<B>>(
        &mut self,
        resource: Arc<Resource<B>>,
        group: impl Fn(&mut View) -> &mut Group<B, N>,
        touched: &mut Touched,
    ) {
        let kind = resource.kind;
        let namespace = resource.metadata.namespace.clone();
        let name = resource.metadata.name.clone();
        let cluster = cluster_of(kind, &resource.metadata);
        let key = (kind, namespace.clone(), name.clone());
        let view = Arc::make_mut(&mut self.view);
        let was_malformed = view.malformed.contains_key(&key);
        if was_malformed {
            Arc::make_mut(&mut view.malformed).remove(&key);
        }
        let replaced = group(view).put(cluster.clone(), resource.clone());
        if matches!(replaced, Replaced::Same) {
            return;
        }
        let owner = self.view.owner(kind, &namespace, cluster.as_ref());
        let before = match replaced {
            Replaced::Older(former, older) => {
                if former != cluster {
                    let former = self.view.owner(kind, &namespace, former.as_ref());
                    touched.one(former, kind, &namespace, &name);
                }
                Some(B::any(older))
            }
            Replaced::Nothing | Replaced::Same => None,
        };
        // What can be read again is no new object.
        if before.is_some() || !was_malformed {
            self.observe(owner.clone(), before, Some(B::any(resource)));
        }
        touched.one(owner, kind, &namespace, &name);
    }

    fn put_malformed(&mut self, malformed: Arc<Malformed>, touched: &mut Touched) {
        let kind = malformed.kind;
        let namespace = malformed.metadata.namespace.clone();
        let name = malformed.metadata.name.clone();
        let key = (kind, namespace.clone(), name.clone());
        let version = &malformed.metadata.resource_version;
        let same = self
            .view
            .malformed
            .get(&key)
            .is_some_and(|known| known.metadata.resource_version == *version);
        if same {
            return;
        }
        let cluster = cluster_of(kind, &malformed.metadata);
        let view = Arc::make_mut(&mut self.view);
        in_group!(view, kind, group => { group.take(&namespace, &name); });
        Arc::make_mut(&mut view.malformed).insert(key, malformed);
        let owner = self.view.owner(kind, &namespace, cluster.as_ref());
        touched.one(owner, kind, &namespace, &name);
    }

    /// Notes an object's past and present, with the cluster that the one which is there belongs to.
    fn observe(
        &mut self,
        labelled: Option<ClusterRef>,
        before: Option<AnyResource>,
        after: Option<AnyResource>,
    ) {
        let cluster = match after.as_ref().or(before.as_ref()) {
            Some(AnyResource::Attached(attached)) => self.view.first_place(attached),
            _ => labelled,
        };
        self.observations.push(Observation {
            cluster,
            before,
            after,
        });
    }

    fn take(
        &mut self,
        kind: Kind,
        namespace: &Namespace,
        name: &ResourceName,
        touched: &mut Touched,
    ) {
        // Whose it was has to be found out before a Kafka resource is gone.
        let view = Arc::make_mut(&mut self.view);
        let key = (kind, namespace.clone(), name.clone());
        let malformed = view
            .malformed
            .contains_key(&key)
            .then(|| Arc::make_mut(&mut view.malformed).remove(&key))
            .flatten()
            .map(|malformed| cluster_of(kind, &malformed.metadata));
        let taken = in_group!(view, kind, group => {
            group.take(namespace, name).map(|(label, taken)| (label, Body::any(taken)))
        });
        let (cluster, taken) = match taken {
            Some((cluster, taken)) => (Some(cluster), Some(taken)),
            None => (malformed, None),
        };
        if let Some(cluster) = cluster {
            let owner = self.view.owner(kind, namespace, cluster.as_ref());
            if taken.is_some() {
                self.observe(owner.clone(), taken, None);
            }
            touched.one(owner, kind, namespace, name);
        }
    }

    /// Numbers what was touched.
    fn tell(&mut self, touched: Touched) -> Vec<Change> {
        let Touched { ones, mut wholes } = touched;
        let mut subjects = Vec::new();
        if ones.len() > TOLD_ONE_BY_ONE {
            wholes.extend(ones.into_iter().map(|(cluster, kind, ..)| (cluster, kind)));
        } else {
            subjects.extend(ones.into_iter().map(|(cluster, kind, namespace, name)| {
                (
                    cluster,
                    Subject::Resource {
                        kind,
                        namespace,
                        name,
                    },
                )
            }));
        }
        subjects.extend(
            wholes
                .into_iter()
                .map(|(cluster, kind)| (cluster, Subject::Resources(kind))),
        );
        if subjects.is_empty() {
            return Vec::new();
        }
        let view = Arc::make_mut(&mut self.view);
        view.revision += 1;
        let revision = view.revision;
        subjects
            .into_iter()
            .map(|(cluster, subject)| Change {
                cluster,
                subject,
                revision,
            })
            .collect()
    }
}

/// What one call has changed so far.
#[derive(Default)]
struct Touched {
    ones: Vec<(Option<ClusterRef>, Kind, Namespace, ResourceName)>,
    wholes: BTreeSet<(Option<ClusterRef>, Kind)>,
}

impl Touched {
    fn one(
        &mut self,
        cluster: Option<ClusterRef>,
        kind: Kind,
        namespace: &Namespace,
        name: &ResourceName,
    ) {
        self.ones
            .push((cluster, kind, namespace.clone(), name.clone()));
    }
}

/// Where a cluster's label puts an object.
pub(crate) type Place = (Namespace, Option<ClusterName>);

#[cfg(test)]
mod tests;
