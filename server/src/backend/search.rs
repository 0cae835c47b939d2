//! Finding clusters, topics, consumer groups, users, nodes and resources by their names: goes through what is in memory of every cluster, as
//! far as the user may list it, and keeps the best few of each kind. Called by the palette and the page of searches.

use super::{Console, nodes, resources, sight::Sight};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::SearchPort};
use penstock_domain::{
    access::{Resource, Right, Verb},
    activity::right_on,
    group::GroupRow,
    ids::{ClusterRef, NodeId},
    node::NodeRow,
    resource::{kind::ResourceKind, list::ResourceRow},
    search::{
        Best, Hit, HitKind, HitResource, MOST_OF_A_KIND, SearchAnswer, SearchQuery,
        rank::{Needle, Rank},
    },
    topic::TopicRow,
    units,
    user::UserRow,
};
use penstock_registry::{Catalogue, catalogue::Subject};

#[async_trait]
impl SearchPort for Console {
    async fn search(
        &self,
        cx: &RequestContext,
        query: &SearchQuery,
    ) -> Result<SearchAnswer, AppError> {
        self.gate.identity(cx).await?;
        let needle = Needle::new(&query.bounded());
        if needle.is_empty() {
            return Ok(SearchAnswer::default());
        }
        let mut here = Found::new();
        let mut elsewhere = Found::new();
        for (cluster, reviewed_as) in self.fleet.names() {
            let found = if query.cluster.as_ref() == Some(&cluster) {
                &mut here
            } else {
                &mut elsewhere
            };
            for (kind, (verb, resource)) in asked() {
                let right = Right::on_cluster(verb, resource, &reviewed_as);
                let Some(grant) = self.gate.may(cx, right).await? else {
                    continue;
                };
                // It may have gone since its name was read.
                let Ok(sight) = self.fleet.open(&grant, &cluster) else {
                    continue;
                };
                if kind == HitKind::Subject {
                    if let Some(registry) = self.registry_of(&cluster) {
                        found.subjects(&needle, &cluster, &registry.catalogue().now());
                    }
                } else {
                    found.look(&needle, (kind, resource), &sight);
                }
            }
        }
        Ok(answer(here, elsewhere))
    }
}

/// What must be allowed to find each kind of thing: what its list asks for. Resources are of kinds with different rights.
fn asked() -> impl Iterator<Item = (HitKind, (Verb, Resource))> {
    let resources = ResourceKind::RIGHTS.map(|right| (HitKind::Resource, right_on(right)));
    [
        (HitKind::Cluster, (Verb::Get, Resource::Clusters)),
        (HitKind::Topic, (Verb::List, Resource::Topics)),
        (HitKind::Group, (Verb::List, Resource::Groups)),
        (HitKind::User, (Verb::List, Resource::Users)),
        (HitKind::Node, (Verb::List, Resource::Brokers)),
        (HitKind::Subject, (Verb::List, Resource::Schemas)),
    ]
    .into_iter()
    .chain(resources)
}

/// The best of each kind.
struct Found([(HitKind, Best<Hit>); HitKind::ALL.len()]);

impl Found {
    fn new() -> Self {
        Self(HitKind::ALL.map(|kind| (kind, Best::new(MOST_OF_A_KIND))))
    }

    /// `right`: what may be seen, where a kind of hit has several.
    fn look(&mut self, needle: &Needle, (kind, right): (HitKind, Resource), sight: &Sight) {
        let Some((_, best)) = self.0.iter_mut().find(|(known, _)| *known == kind) else {
            return;
        };
        let cluster = sight.cluster();
        match kind {
            HitKind::Cluster => {
                best.offer(needle, cluster.name.as_str(), || of_cluster(sight));
            }
            HitKind::Topic => {
                for row in &sight.table().rows {
                    best.offer(needle, row.name.as_str(), || of_topic(cluster, row));
                }
            }
            HitKind::Group => {
                for row in sight
                    .groups()
                    .map(|groups| groups.rows())
                    .unwrap_or_default()
                {
                    best.offer(needle, row.group.as_str(), || of_group(cluster, row));
                }
            }
            HitKind::User => {
                for row in &sight.users().rows {
                    best.offer(needle, row.principal.name(), || of_user(cluster, row));
                }
            }
            HitKind::Node => {
                for (_, row) in nodes::rows(sight) {
                    let name = node_name(row.pod.as_deref(), row.node);
                    best.offer(needle, &name, || of_node(cluster, &name, &row));
                }
            }
            HitKind::Resource => {
                let wanted = |name: &str| needle.rank(name).is_some();
                for row in ResourceKind::shown_by(right)
                    .flat_map(|kind| resources::named(sight.view(), cluster, kind, wanted))
                {
                    best.offer(needle, row.name.as_str(), || of_resource(cluster, &row));
                }
            }
            // In a registry's catalogue, not in the cluster.
            HitKind::Subject => {}
        }
    }

    fn subjects(&mut self, needle: &Needle, cluster: &ClusterRef, catalogue: &Catalogue) {
        let best = self
            .0
            .iter_mut()
            .find(|(kind, _)| *kind == HitKind::Subject);
        let Some((_, best)) = best else { return };
        for subject in catalogue.subjects.values() {
            best.offer(needle, &subject.name, || of_subject(cluster, subject));
        }
    }

    fn seen(&self) -> u64 {
        self.0.iter().map(|(_, best)| best.seen()).sum()
    }

    fn into_ranked(self) -> Vec<(Rank, Hit)> {
        let mut ranked: Vec<(Rank, Hit)> = self
            .0
            .into_iter()
            .flat_map(|(_, best)| best.into_ranked())
            .collect();
        // Stable: among equals kinds keep their order, and names theirs.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked
    }
}

/// What is in the cluster where one is stands before all else.
fn answer(here: Found, elsewhere: Found) -> SearchAnswer {
    let (seen_here, seen_elsewhere) = (here.seen(), elsewhere.seen());
    let hits = [here, elsewhere]
        .into_iter()
        .flat_map(|found| found.into_ranked().into_iter().map(|(_, hit)| hit))
        .collect();
    SearchAnswer {
        hits,
        here: seen_here,
        elsewhere: seen_elsewhere,
    }
}

fn of_cluster(sight: &Sight) -> Hit {
    let cluster = sight.cluster();
    Hit {
        kind: HitKind::Cluster,
        cluster: cluster.clone(),
        name: cluster.name.to_string(),
        node: None,
        resource: None,
        detail: if cluster.namespace.is_configured() {
            "from the configuration file".to_owned()
        } else {
            format!("namespace {}", cluster.namespace)
        },
    }
}

fn of_topic(cluster: &ClusterRef, row: &TopicRow) -> Hit {
    let partitions = row
        .partitions
        .map(|partitions| units::count(partitions as usize, "partition", "partitions"));
    let rate = row
        .records_in_per_second
        .filter(|rate| *rate > 0.0)
        .map(|rate| format!("{} records/s", figure(rate)));
    let parts: Vec<String> = partitions
        .into_iter()
        .chain(rate)
        .chain([row.state.words().to_lowercase()])
        .collect();
    Hit {
        kind: HitKind::Topic,
        cluster: cluster.clone(),
        name: row.name.to_string(),
        node: None,
        resource: None,
        detail: parts.join(", "),
    }
}

fn of_group(cluster: &ClusterRef, row: &GroupRow) -> Hit {
    let lag = row.lag.records.map(|records| {
        let records = units::thousands(i64::try_from(records).unwrap_or(i64::MAX));
        format!("lag {records}")
    });
    let parts: Vec<String> = [row.verdict.state.words().to_lowercase()]
        .into_iter()
        .chain(lag)
        .collect();
    Hit {
        kind: HitKind::Group,
        cluster: cluster.clone(),
        name: row.group.to_string(),
        node: None,
        resource: None,
        detail: parts.join(", "),
    }
}

fn of_user(cluster: &ClusterRef, row: &UserRow) -> Hit {
    let mechanisms = row.mechanisms.iter().map(|mechanism| mechanism.label());
    let parts: Vec<String> = [row.state.label().to_lowercase()]
        .into_iter()
        .chain(mechanisms.map(str::to_owned))
        .collect();
    Hit {
        kind: HitKind::User,
        cluster: cluster.clone(),
        name: row.principal.name().to_owned(),
        node: None,
        resource: None,
        detail: parts.join(", "),
    }
}

fn of_node(cluster: &ClusterRef, name: &str, row: &NodeRow) -> Hit {
    let parts: Vec<String> = [format!("node {}", row.node), row.roles.join(" and ")]
        .into_iter()
        .chain(row.rack.as_ref().map(|rack| format!("rack {rack}")))
        .filter(|part| !part.is_empty())
        .collect();
    Hit {
        kind: HitKind::Node,
        cluster: cluster.clone(),
        name: name.to_owned(),
        node: Some(row.node),
        resource: None,
        detail: parts.join(", "),
    }
}

fn of_resource(cluster: &ClusterRef, row: &ResourceRow) -> Hit {
    let state = row.word.as_deref().unwrap_or(row.state.words());
    Hit {
        kind: HitKind::Resource,
        cluster: cluster.clone(),
        name: row.name.to_string(),
        node: None,
        resource: Some(HitResource {
            kind: row.kind,
            namespace: row.namespace.clone(),
        }),
        detail: format!("{}, {}", row.kind.name(), state.to_lowercase()),
    }
}

fn of_subject(cluster: &ClusterRef, subject: &Subject) -> Hit {
    let newest = subject.newest().map(|version| {
        let format = version.schema_type.words();
        format!("{format}, v{}", version.version)
    });
    let deleted = subject.is_deleted().then(|| "soft-deleted".to_owned());
    let parts: Vec<String> = newest.into_iter().chain(deleted).collect();
    Hit {
        kind: HitKind::Subject,
        cluster: cluster.clone(),
        name: subject.name.to_string(),
        node: None,
        resource: None,
        detail: parts.join(", "),
    }
}

/// What a node is found by: its pod, or its number.
fn node_name(pod: Option<&str>, node: NodeId) -> String {
    pod.map_or_else(|| format!("node {node}"), str::to_owned)
}

/// A rate with as much behind the point as says something.
fn figure(rate: f64) -> String {
    if rate < 10.0 {
        format!("{rate:.1}")
    } else {
        format!("{rate:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(kind: HitKind, cluster: &ClusterRef, name: &str) -> Hit {
        Hit {
            kind,
            cluster: cluster.clone(),
            name: name.to_owned(),
            node: None,
            resource: None,
            detail: String::new(),
        }
    }

    fn offer(found: &mut Found, needle: &Needle, kind: HitKind, cluster: &ClusterRef, name: &str) {
        let (_, best) = found
            .0
            .iter_mut()
            .find(|(known, _)| *known == kind)
            .unwrap();
        best.offer(needle, name, || hit(kind, cluster, name));
    }

    #[test]
    fn what_is_here_stands_before_what_is_elsewhere_and_both_by_rank() {
        let needle = Needle::new("task");
        let (mut here, mut elsewhere) = (Found::new(), Found::new());
        let (a, b) = (ClusterRef::new("kafka", "a"), ClusterRef::new("kafka", "b"));
        offer(&mut here, &needle, HitKind::Group, &a, "task-worker");
        offer(&mut here, &needle, HitKind::Topic, &a, "my-task");
        offer(&mut here, &needle, HitKind::Topic, &a, "task-x");
        offer(&mut elsewhere, &needle, HitKind::Topic, &b, "task");
        for index in 0..20 {
            offer(
                &mut elsewhere,
                &needle,
                HitKind::Node,
                &b,
                &format!("task-{index:02}"),
            );
        }
        let answer = answer(here, elsewhere);
        let names: Vec<&str> = answer.hits.iter().map(|hit| hit.name.as_str()).collect();
        assert_eq!(
            names[..5],
            ["task-x", "task-worker", "my-task", "task", "task-00"]
        );
        assert_eq!(answer.hits.len(), 4 + MOST_OF_A_KIND);
        assert_eq!((answer.here, answer.elsewhere), (3, 21));
    }
}
