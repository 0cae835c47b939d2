//! Resources beside a cluster (Connect, connectors, MirrorMaker 2, bridges, rebalances): one list and one page for all kinds. Pure joins
//! over a [`Sight`]; which kinds somebody may see is asked before, in [`Seen`].

mod csv;
mod list;

pub use list::named;

use super::{Console, problems, sight::Sight};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::ResourcesPort};
use penstock_cluster::{
    index::View,
    kind::Kind,
    resource::{Attached, Malformed},
    watch::WatchState,
};
use penstock_domain::{
    access::{Resource, Right, Verb},
    activity::{ActivityEvent, right_on},
    envelope::Missing,
    ids::{ClusterRef, Namespace, ResourceName},
    query::ListQuery,
    resource::{
        ResourceDetail,
        kind::ResourceKind,
        list::{Belonging, ResourceList, ResourcePage, ResourceRow, ResourceState},
    },
    time::Timestamp,
};

/// Changes of one resource that its page shows.
const HISTORY: usize = 50;

/// Which kinds somebody may see, and what is said of the others.
pub struct Seen {
    /// The kinds.
    pub kinds: Vec<ResourceKind>,
    /// The right that is missing for the others.
    pub missing: Vec<Missing>,
}

#[async_trait]
impl ResourcesPort for Console {
    async fn resources(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: Option<&str>,
        query: &ListQuery,
    ) -> Result<ResourceList, AppError> {
        let (sight, kind, seen) = self.open_resources(cx, cluster, plural).await?;
        Ok(list::page(&sight, kind, query, seen))
    }

    async fn resource(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: &str,
        namespace: &Namespace,
        name: &ResourceName,
    ) -> Result<ResourcePage, AppError> {
        let Some(kind) = ResourceKind::of_plural(plural) else {
            return Err(self.no_kind(cx, cluster, plural).await);
        };
        let reviewed_as = self.fleet.reviewed_as(cluster);
        let right = match kind.right() {
            Resource::Clusters => Right::on_cluster(Verb::Get, Resource::Clusters, &reviewed_as),
            of => Right::on_object(Verb::Get, of, &reviewed_as, name.as_str()),
        };
        let grant = self.gate.authorise(cx, right).await?;
        let sight = self.fleet.open(&grant, cluster)?;
        let activity = self.fleet.activity();
        let past = (activity.of(cluster), activity.since());
        detail(&sight, kind, namespace, name.as_str(), past)
            .ok_or_else(|| problems::no_resource(cluster, kind, namespace, name))
    }
}

impl Console {
    /// Every resource that passes, as a file.
    pub async fn resources_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: Option<&str>,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let (sight, kind, seen) = self.open_resources(cx, cluster, plural).await?;
        Ok(csv::file(&list::rows(&sight, kind, query, &seen)))
    }

    /// Authorises the list, of one kind or of all, and finds out which of the other kinds may be seen.
    async fn open_resources(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: Option<&str>,
    ) -> Result<(Sight, Option<ResourceKind>, Seen), AppError> {
        let kind = plural.map(ResourceKind::of_plural);
        let of = match kind {
            Some(None) => {
                return Err(self.no_kind(cx, cluster, plural.unwrap_or_default()).await);
            }
            Some(Some(kind)) => kind.right(),
            None => Resource::Clusters,
        };
        let (verb, of) = right_on(of);
        let sight = self.open(cx, cluster, verb, of).await?;
        let mut seen = Seen {
            kinds: Vec::new(),
            missing: Vec::new(),
        };
        for of in ResourceKind::RIGHTS {
            let (verb, of) = right_on(of);
            let right = Right::on_cluster(verb, of, &self.fleet.reviewed_as(cluster));
            let words = right.words();
            let kinds = ResourceKind::shown_by(of);
            if self.gate.may(cx, right).await?.is_some() {
                seen.kinds.extend(kinds);
            } else {
                let names: Vec<&str> = kinds.map(ResourceKind::words).collect();
                seen.missing.push(Missing {
                    what: names.join(", "),
                    why: format!("You may not {words}."),
                });
            }
        }
        seen.kinds.sort_unstable();
        Ok((sight, kind.flatten(), seen))
    }

    /// There is no such kind; said to those who may see the cluster.
    async fn no_kind(&self, cx: &RequestContext, cluster: &ClusterRef, plural: &str) -> AppError {
        match self.open(cx, cluster, Verb::Get, Resource::Clusters).await {
            Ok(_) => problems::no_resource_kind(plural),
            Err(error) => error,
        }
    }
}

/// One resource with what happened to it; `None`: there is none of that name that belongs to the cluster.
pub fn detail(
    sight: &Sight,
    kind: ResourceKind,
    namespace: &Namespace,
    name: &str,
    (events, looked_since): (Vec<ActivityEvent>, Timestamp),
) -> Option<ResourcePage> {
    let (row, resource) = find(sight.view(), sight.cluster(), kind, namespace, name)?;
    let history = events
        .into_iter()
        .filter(|event| {
            event.subject.as_ref().is_some_and(|subject| {
                subject.kind == kind.name()
                    && subject.namespace == *namespace
                    && subject.name.as_str() == name
            })
        })
        .take(HISTORY)
        .collect();
    Some(ResourcePage {
        row,
        resource,
        history,
        looked_since,
        as_of: as_of(sight, &[kind]),
    })
}

fn find(
    view: &View,
    cluster: &ClusterRef,
    kind: ResourceKind,
    namespace: &Namespace,
    name: &str,
) -> Option<(ResourceRow, ResourceDetail)> {
    if let Some(attached) = view.attached_one(kind, namespace, name) {
        let belonging = view.belonging(attached, cluster)?;
        return Some((row(attached, belonging), attached.detail()));
    }
    malformed(view, cluster, kind)
        .find(|malformed| {
            malformed.metadata.namespace == *namespace && malformed.metadata.name.as_str() == name
        })
        .map(|malformed| (unreadable(malformed, kind), malformed.detail()))
}

/// Those of a kind that can't be read: where they belong can't be told either.
fn malformed<'a>(
    view: &'a View,
    cluster: &'a ClusterRef,
    kind: ResourceKind,
) -> impl Iterator<Item = &'a Malformed> {
    view.all_malformed()
        .map(|malformed| &**malformed)
        .filter(move |malformed| {
            malformed.kind == Kind::Attached(kind)
                && malformed.metadata.namespace == cluster.namespace
        })
}

fn row(attached: &Attached, belonging: Belonging) -> ResourceRow {
    let spoken = attached.body.spoken.as_ref();
    let state = ResourceState::of(attached.readiness.state, spoken.map(|(state, _)| *state));
    ResourceRow {
        kind: attached.body.kind,
        namespace: attached.metadata.namespace.clone(),
        name: attached.metadata.name.clone(),
        state,
        word: spoken
            .filter(|(spoken, _)| *spoken == state)
            .map(|(_, word)| word.clone()),
        readiness: attached.readiness.clone(),
        cells: attached.body.cells.clone(),
        belonging,
        created: attached.metadata.created,
    }
}

fn unreadable(malformed: &Malformed, kind: ResourceKind) -> ResourceRow {
    let detail = malformed.detail();
    ResourceRow {
        kind,
        namespace: malformed.metadata.namespace.clone(),
        name: malformed.metadata.name.clone(),
        state: ResourceState::Unreadable,
        word: None,
        readiness: detail.readiness,
        cells: vec![String::new(); kind.columns().len()],
        belonging: Belonging::Unknown {
            why: "It can't be read.".to_owned(),
        },
        created: malformed.metadata.created,
    }
}

/// Whether the API server serves a kind. Where it is not known yet, it is taken for granted.
fn installed(sight: &Sight, kind: ResourceKind) -> bool {
    sight.health().is_some_and(|health| {
        health
            .watches_on(Kind::Attached(kind))
            .all(|watch| watch.state != WatchState::Absent)
    })
}

/// Why the newest state of a kind is not known, in a sentence.
fn trouble(sight: &Sight, kind: ResourceKind) -> Option<String> {
    let Some(health) = sight.health() else {
        return Some("The console runs without Kubernetes.".to_owned());
    };
    if let (Some(false), Some(error)) = (health.api_server.reachable, &health.api_server.error) {
        return Some(error.clone());
    }
    health
        .watches_on(Kind::Attached(kind))
        .find_map(|watch| watch.trouble(health.silence, sight.now()))
}

/// When the oldest of the watches was last heard.
fn as_of(sight: &Sight, kinds: &[ResourceKind]) -> Option<Timestamp> {
    let health = sight.health()?;
    kinds
        .iter()
        .flat_map(|kind| health.watches_on(Kind::Attached(*kind)))
        .filter(|watch| watch.state != WatchState::Absent)
        .filter_map(|watch| watch.last_heard)
        .min()
}
