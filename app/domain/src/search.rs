//! Looking for something by its name, over everything that somebody may see: what is asked, what is found, and which of it stands
//! first. Shapes and pure rules; the server goes through what it has in memory, the palette and the page of searches show it.

pub mod rank;

use crate::{
    ids::{ClusterRef, Namespace, NodeId},
    resource::kind::ResourceKind,
};
use serde::{Deserialize, Serialize};

/// Longest text that is looked for, in characters.
pub const LONGEST: usize = 200;
/// Hits of one kind in one cluster, and of one kind elsewhere, at most.
pub const MOST_OF_A_KIND: usize = 8;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SearchQuery {
    /// The text; its words may stand in any order.
    pub text: String,
    /// The cluster in which one is: its things stand before others.
    pub cluster: Option<ClusterRef>,
}

impl SearchQuery {
    /// The text within its bound.
    pub fn bounded(&self) -> String {
        self.text.trim().chars().take(LONGEST).collect()
    }
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum HitKind {
    /// A cluster.
    Cluster,
    /// A topic.
    Topic,
    /// A consumer group.
    Group,
    /// A principal, by its name.
    User,
    /// A node.
    Node,
    /// A resource beside a cluster.
    Resource,
    /// A subject of its schema registry.
    Subject,
}

impl HitKind {
    /// Every kind, in the order among equals.
    pub const ALL: [HitKind; 7] = [
        HitKind::Cluster,
        HitKind::Topic,
        HitKind::Group,
        HitKind::User,
        HitKind::Node,
        HitKind::Resource,
        HitKind::Subject,
    ];

    /// Over several of them.
    pub const fn words(self) -> &'static str {
        match self {
            HitKind::Cluster => "Clusters",
            HitKind::Topic => "Topics",
            HitKind::Group => "Consumer groups",
            HitKind::User => "Users",
            HitKind::Node => "Nodes",
            HitKind::Resource => "Resources",
            HitKind::Subject => "Schemas",
        }
    }

    /// One of them, in a sentence.
    pub const fn one(self) -> &'static str {
        match self {
            HitKind::Cluster => "cluster",
            HitKind::Topic => "topic",
            HitKind::Group => "consumer group",
            HitKind::User => "user",
            HitKind::Node => "node",
            HitKind::Resource => "resource",
            HitKind::Subject => "schema",
        }
    }
}

/// Where a resource beside a cluster is found: names are unique within a kind and a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HitResource {
    /// Its kind.
    pub kind: ResourceKind,
    /// Its namespace.
    pub namespace: Namespace,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// In which cluster, or which cluster it is.
    pub cluster: ClusterRef,
    /// Its name.
    pub name: String,
    /// Its id, if it is a node.
    pub node: Option<NodeId>,
    /// Its kind and namespace, if it is a resource.
    pub resource: Option<HitResource>,
    /// A few facts.
    pub detail: String,
}

/// What was found: best first, a few of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// The hits.
    pub hits: Vec<Hit>,
    /// How many there are in the cluster where one is, with those that are left out.
    pub here: u64,
    /// How many there are in other clusters.
    pub elsewhere: u64,
}

/// The best few of many: what does not belong to them is never built.
#[derive(Debug)]
pub struct Best<T> {
    most: usize,
    seen: u64,
    kept: Vec<(rank::Rank, String, T)>,
}

impl<T> Best<T> {
    /// Keeps so many.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            seen: 0,
            kept: Vec::with_capacity(most + 1),
        }
    }

    /// Offers something by its name; `build` is called if it is kept for now.
    pub fn offer(&mut self, needle: &rank::Needle, name: &str, build: impl FnOnce() -> T) {
        let Some(rank) = needle.rank(name) else {
            return;
        };
        self.seen += 1;
        let place = self
            .kept
            .partition_point(|(kept, known, _)| (*kept, known.as_str()) <= (rank, name));
        if place < self.most {
            self.kept.insert(place, (rank, name.to_owned(), build()));
            self.kept.truncate(self.most);
        }
    }

    /// How many matched.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// What was kept with its rank, best first.
    pub fn into_ranked(self) -> impl Iterator<Item = (rank::Rank, T)> {
        self.kept.into_iter().map(|(rank, _, kept)| (rank, kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::rank::Needle;

    #[test]
    fn only_the_best_are_kept_and_all_are_counted() {
        let needle = Needle::new("task");
        let mut best = Best::new(2);
        let mut built = 0;
        for name in ["a-task", "task", "other", "task-created", "my-task-list"] {
            best.offer(&needle, name, || {
                built += 1;
                name
            });
        }
        assert_eq!((best.seen(), built), (4, 3));
        let kept: Vec<&str> = best.into_ranked().map(|(_, name)| name).collect();
        assert_eq!(kept, ["task", "task-created"]);
    }

    #[test]
    fn a_long_text_is_cut() {
        let query = SearchQuery {
            text: "x".repeat(1_000_000),
            cluster: None,
        };
        assert_eq!(query.bounded().len(), LONGEST);
    }
}
