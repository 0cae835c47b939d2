//! Objects of one kind on shelves, one per namespace and cluster label. Cloning a group clones references to shelves; a shelf
//! is copied when it changes while a reader still holds it.

use super::Place;
use crate::resource::{Body, KafkaTopic, Resource, topic::KafkaTopicBody};
use penstock_domain::ids::{ClusterName, Namespace, ResourceName, TopicName};
use std::{collections::BTreeMap, sync::Arc};

/// Objects of one kind.
#[derive(Debug)]
pub(crate) struct Group<B, N = ()> {
    shelves: BTreeMap<Place, Arc<Shelf<B, N>>>,
}

/// Objects of one kind with the same namespace and label.
#[derive(Debug)]
pub(crate) struct Shelf<B, N> {
    pub objects: BTreeMap<ResourceName, Arc<Resource<B>>>,
    pub names: N,
}

/// A second order in which the objects of a shelf are found.
pub(crate) trait Names<B>: Clone + Default {
    fn added(&mut self, _: &Arc<Resource<B>>) {}
    fn removed(&mut self, _: &Resource<B>) {}
}

impl<B> Names<B> for () {}

/// KafkaTopics by Kafka's name of the topic, those for the same topic in the order of their precedence.
pub(crate) type TopicNames = BTreeMap<TopicName, Vec<Arc<KafkaTopic>>>;

/// What an object took the place of.
pub(crate) enum Replaced<B> {
    /// It is new.
    Nothing,
    /// Nobody can tell the difference.
    Same,
    /// An older version of itself, under this cluster label.
    Older(Option<ClusterName>, Arc<Resource<B>>),
}

// === impl Group ===

impl<B, N> Default for Group<B, N> {
    fn default() -> Self {
        Self {
            shelves: BTreeMap::new(),
        }
    }
}

impl<B, N> Clone for Group<B, N> {
    fn clone(&self) -> Self {
        Self {
            shelves: self.shelves.clone(),
        }
    }
}

impl<B: Body, N: Names<B>> Group<B, N> {
    /// The shelf of a place.
    pub(crate) fn shelf(
        &self,
        namespace: &Namespace,
        cluster: &ClusterName,
    ) -> Option<&Shelf<B, N>> {
        self.shelves
            .get(&(namespace.clone(), Some(cluster.clone())))
            .map(|shelf| &**shelf)
    }

    /// Every object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Arc<Resource<B>>> {
        self.shelves
            .values()
            .flat_map(|shelf| shelf.objects.values())
    }

    /// An object, wherever its label has put it.
    pub(crate) fn get(&self, namespace: &Namespace, name: &str) -> Option<&Arc<Resource<B>>> {
        self.shelves
            .range((namespace.clone(), None)..)
            .take_while(|((shelf_namespace, _), _)| shelf_namespace == namespace)
            .find_map(|(_, shelf)| shelf.objects.get(name))
    }

    /// Objects without a cluster label.
    pub(crate) fn unlabelled(&self) -> impl Iterator<Item = &Arc<Resource<B>>> {
        self.shelves
            .iter()
            .filter(|((_, cluster), _)| cluster.is_none())
            .flat_map(|(_, shelf)| shelf.objects.values())
    }

    /// Where every object is.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Namespace, ResourceName)> {
        self.objects().map(|object| {
            (
                object.metadata.namespace.clone(),
                object.metadata.name.clone(),
            )
        })
    }

    /// Puts an object in its place.
    pub(crate) fn put(
        &mut self,
        cluster: Option<ClusterName>,
        resource: Arc<Resource<B>>,
    ) -> Replaced<B> {
        let namespace = resource.metadata.namespace.clone();
        let name = resource.metadata.name.clone();
        let former = self.place_of(&namespace, &name);
        if let Some(place) = &former
            && place.1 == cluster
            && let Some(known) = self
                .shelves
                .get(place)
                .and_then(|shelf| shelf.objects.get(&name))
            && resource.looks_like(known)
        {
            return Replaced::Same;
        }
        let older = former
            .is_some()
            .then(|| self.take(&namespace, &name))
            .flatten();
        let shelf = Arc::make_mut(self.shelves.entry((namespace, cluster)).or_default());
        shelf.names.added(&resource);
        shelf.objects.insert(name, resource);
        older.map_or(Replaced::Nothing, |(label, older)| {
            Replaced::Older(label, older)
        })
    }

    /// Takes an object out; it, and the cluster label it had.
    pub(crate) fn take(
        &mut self,
        namespace: &Namespace,
        name: &ResourceName,
    ) -> Option<(Option<ClusterName>, Arc<Resource<B>>)> {
        let place = self.place_of(namespace, name)?;
        let shelf = Arc::make_mut(self.shelves.get_mut(&place)?);
        let taken = shelf.objects.remove(name)?;
        shelf.names.removed(&taken);
        if shelf.objects.is_empty() {
            self.shelves.remove(&place);
        }
        Some((place.1, taken))
    }

    /// A label can change, so an object is looked for on every shelf of its namespace; there are as many as clusters.
    fn place_of(&self, namespace: &Namespace, name: &ResourceName) -> Option<Place> {
        self.shelves
            .range((namespace.clone(), None)..)
            .take_while(|((shelf_namespace, _), _)| shelf_namespace == namespace)
            .find(|(_, shelf)| shelf.objects.contains_key(name))
            .map(|(place, _)| place.clone())
    }
}

// === impl Shelf ===

impl<B, N: Default> Default for Shelf<B, N> {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            names: N::default(),
        }
    }
}

impl<B, N: Clone> Clone for Shelf<B, N> {
    fn clone(&self) -> Self {
        Self {
            objects: self.objects.clone(),
            names: self.names.clone(),
        }
    }
}

impl Names<KafkaTopicBody> for TopicNames {
    fn added(&mut self, topic: &Arc<KafkaTopic>) {
        let same = self.entry(topic.body.topic.clone()).or_default();
        same.push(topic.clone());
        same.sort_by(|a, b| a.precedence(b));
    }

    fn removed(&mut self, topic: &KafkaTopic) {
        if let Some(same) = self.get_mut(&topic.body.topic) {
            same.retain(|other| other.metadata.name != topic.metadata.name);
            if same.is_empty() {
                self.remove(&topic.body.topic);
            }
        }
    }
}
