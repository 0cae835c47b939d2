//! Every address of the console: built here and read here, nowhere else.
//!
//! A topic's name goes into the path, except where no path can carry it (`.` and `..`, which every client removes): then it
//! travels in the query (decision 10). Query values are encoded and decoded once, by `penstock_domain::query`.

pub mod activity;
mod csv;
pub mod groups;
pub mod messages;
pub mod nodes;
pub mod resources;
pub mod schemas;
pub mod users;

pub use activity::activity;
pub use csv::{clusters_csv, groups_csv, nodes_csv, topics_csv};
pub use groups::{GroupAct, GroupPageQuery, GroupTab, group, groups};
pub use messages::{MessagesQuery, Mode, messages};
pub use nodes::{NodeQuery, NodeTab, certificates, node, node_as, nodes, nodes_if};
pub use resources::{resource, resources};
pub use schemas::{schemas, subject};
pub use users::{UserPageQuery, UserTab, user, users};

use crate::components::bars::HeatBy;
use penstock_domain::{
    ids::{
        ClusterRef, GroupName, Namespace, NodeId, Principal, ResourceName, SubjectName, TopicName,
    },
    list_filter,
    query::{ListQuery, encode, value_of},
    search::SearchQuery,
    user::may,
    verdict::Place,
};

/// Where the form of the sign-in page goes.
pub const POST_SIGN_IN: &str = "/auth/sign-in";
/// Ends the session.
pub const POST_SIGN_OUT: &str = "/auth/sign-out";
/// Sets the theme's cookie.
pub const POST_THEME: &str = "/auth/theme";
/// Sets the cookie of how lists look.
pub const POST_LOOKS: &str = "/auth/looks";
/// The event stream.
pub const EVENTS: &str = "/events";
/// The gallery of primitives, in development builds.
pub const GALLERY: &str = "/_gallery";

/// What a path and its query name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The list of clusters.
    Clusters,
    /// Signing in.
    SignIn,
    /// The gallery of primitives.
    Gallery,
    /// Finding something by its name.
    Search,
    /// A cluster's overview.
    Cluster(ClusterRef),
    /// Its nodes.
    Nodes(ClusterRef),
    /// One node.
    Node(ClusterRef, NodeId),
    /// Its certificates.
    Certificates(ClusterRef),
    /// Its topics.
    Topics(ClusterRef),
    /// One topic.
    Topic(ClusterRef, TopicName),
    /// Its messages.
    Messages(ClusterRef),
    /// Its consumer groups.
    Groups(ClusterRef),
    /// One consumer group.
    Group(ClusterRef, GroupName),
    /// Its principals.
    Users(ClusterRef),
    /// Its rules.
    Rules(ClusterRef),
    /// Who may do what in it.
    Access(ClusterRef),
    /// Its quotas.
    Quotas(ClusterRef),
    /// One principal.
    User(ClusterRef, Principal),
    /// Resources beside it, of one kind by its plural, or of all.
    Resources(ClusterRef, Option<String>),
    /// One of them: the kind's plural, namespace and name.
    Resource(ClusterRef, String, Namespace, ResourceName),
    /// Subjects of its schema registry.
    Schemas(ClusterRef),
    /// One subject.
    Subject(ClusterRef, SubjectName),
    /// What happened in it.
    Activity(ClusterRef),
    /// No page of the console.
    Unknown,
}

impl Page {
    /// Reads a path (`/clusters/kafka/task-events`) and a raw query string without `?`.
    pub fn of(path: &str, query: &str) -> Self {
        let segments: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decode_segment)
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            [] => Page::Clusters,
            ["sign-in"] => Page::SignIn,
            ["_gallery"] => Page::Gallery,
            ["search"] => Page::Search,
            ["clusters", namespace, name, rest @ ..] => {
                let cluster = ClusterRef::new(*namespace, *name);
                match rest {
                    [] => Page::Cluster(cluster),
                    ["nodes"] => Page::Nodes(cluster),
                    ["nodes", node] => match node.parse() {
                        Ok(node) => Page::Node(cluster, NodeId(node)),
                        Err(_) => Page::Unknown,
                    },
                    ["certificates"] => Page::Certificates(cluster),
                    ["topics"] => Page::Topics(cluster),
                    ["messages"] => Page::Messages(cluster),
                    ["groups"] => Page::Groups(cluster),
                    ["groups", group] => Page::Group(cluster, GroupName::new(group)),
                    ["users"] => Page::Users(cluster),
                    ["acls"] => Page::Rules(cluster),
                    ["access"] => Page::Access(cluster),
                    ["quotas"] => Page::Quotas(cluster),
                    ["users", user] => Page::User(cluster, may::principal(user)),
                    ["user"] => match value_of(query, "user") {
                        Some(user) => Page::User(cluster, may::principal(&user)),
                        None => Page::Unknown,
                    },
                    ["resources"] => Page::Resources(cluster, None),
                    ["resources", plural] => Page::Resources(cluster, Some((*plural).to_owned())),
                    ["resources", plural, namespace, name] => Page::Resource(
                        cluster,
                        (*plural).to_owned(),
                        Namespace::new(namespace),
                        ResourceName::new(name),
                    ),
                    ["schemas"] => Page::Schemas(cluster),
                    ["schemas", subject] => Page::Subject(cluster, SubjectName::new(subject)),
                    ["schema"] => match value_of(query, "subject") {
                        Some(subject) => Page::Subject(cluster, SubjectName::from(subject)),
                        None => Page::Unknown,
                    },
                    ["activity"] => Page::Activity(cluster),
                    ["group"] => match value_of(query, "group") {
                        Some(group) => Page::Group(cluster, GroupName::from(group)),
                        None => Page::Unknown,
                    },
                    ["topics", topic] => Page::Topic(cluster, TopicName::new(topic)),
                    ["topic"] => match value_of(query, "topic") {
                        Some(topic) => Page::Topic(cluster, TopicName::from(topic)),
                        None => Page::Unknown,
                    },
                    _ => Page::Unknown,
                }
            }
            _ => Page::Unknown,
        }
    }

    /// The cluster that the page is about.
    pub fn cluster(&self) -> Option<&ClusterRef> {
        match self {
            Page::Cluster(cluster)
            | Page::Nodes(cluster)
            | Page::Node(cluster, _)
            | Page::Certificates(cluster)
            | Page::Topics(cluster)
            | Page::Messages(cluster)
            | Page::Groups(cluster)
            | Page::Topic(cluster, _)
            | Page::Group(cluster, _)
            | Page::Users(cluster)
            | Page::Rules(cluster)
            | Page::Access(cluster)
            | Page::Quotas(cluster)
            | Page::User(cluster, _)
            | Page::Resources(cluster, _)
            | Page::Resource(cluster, ..)
            | Page::Schemas(cluster)
            | Page::Subject(cluster, _)
            | Page::Activity(cluster) => Some(cluster),
            Page::Clusters | Page::SignIn | Page::Gallery | Page::Search | Page::Unknown => None,
        }
    }
}

/// Tabs of a topic's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TopicTab {
    /// Declared against live, partitions in short.
    #[default]
    Overview,
    /// Every partition.
    Partitions,
    /// Every setting.
    Configuration,
    /// Who reads it.
    Groups,
    /// The KafkaTopic and its conditions.
    Resource,
}

impl TopicTab {
    /// Every tab in its order.
    pub const ALL: [TopicTab; 5] = [
        TopicTab::Overview,
        TopicTab::Partitions,
        TopicTab::Configuration,
        TopicTab::Groups,
        TopicTab::Resource,
    ];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            TopicTab::Overview => "",
            TopicTab::Partitions => "partitions",
            TopicTab::Configuration => "configuration",
            TopicTab::Groups => "groups",
            TopicTab::Resource => "resource",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            TopicTab::Overview => "Overview",
            TopicTab::Partitions => "Partitions",
            TopicTab::Configuration => "Configuration",
            TopicTab::Groups => "Groups",
            TopicTab::Resource => "Resource",
        }
    }

    /// From a raw query string; unknown names are the overview.
    pub fn of(query: &str) -> Self {
        let name = value_of(query, "tab").unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|tab| tab.name() == name)
            .unwrap_or_default()
    }
}

/// The list of clusters.
pub fn clusters() -> String {
    "/".to_owned()
}

/// The sign-in page; returns to `next` afterwards.
pub fn sign_in(next: &str) -> String {
    if next.is_empty() || next == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", encode(next))
    }
}

/// The page of searches for a text; things of `cluster` stand first.
pub fn search(text: &str, cluster: Option<&ClusterRef>) -> String {
    let pairs: Vec<String> = [
        ("q", text.to_owned()),
        (
            "cluster",
            cluster.map(ToString::to_string).unwrap_or_default(),
        ),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("{name}={}", encode(&value)))
    .collect();
    with_query("/search".to_owned(), &pairs.join("&"))
}

/// What the query of the page of searches asks for.
pub fn search_query(query: &str) -> SearchQuery {
    let cluster = value_of(query, "cluster");
    SearchQuery {
        text: value_of(query, "q").unwrap_or_default(),
        cluster: cluster
            .as_deref()
            .and_then(|cluster| cluster.split_once('/'))
            .map(|(namespace, name)| ClusterRef::new(namespace, name)),
    }
}

/// A cluster's overview.
pub fn cluster(cluster: &ClusterRef) -> String {
    format!(
        "/clusters/{}/{}",
        encode(cluster.namespace.as_str()),
        encode(cluster.name.as_str())
    )
}

/// A cluster's topics as `query` asks for them.
pub fn topics(of: &ClusterRef, query: &ListQuery) -> String {
    with_query(format!("{}/topics", cluster(of)), &query.to_query_string())
}

/// What the query of a topic's page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicQuery {
    /// Which tab.
    pub tab: TopicTab,
    /// Text that a setting must contain.
    pub filter: String,
    /// The setting whose documentation is open.
    pub setting: Option<String>,
    /// What the heat strip shows.
    pub heat: HeatBy,
    /// Whether fields that agree are shown beside those that differ.
    pub all_fields: bool,
    /// The place in the list of partitions with which its table begins.
    pub from: usize,
}

impl TopicQuery {
    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        Self {
            tab: TopicTab::of(query),
            filter: ListQuery::parse(query).q,
            setting: value_of(query, "setting").filter(|name| !name.is_empty()),
            heat: HeatBy::of(&value_of(query, "by").unwrap_or_default()),
            all_fields: value_of(query, "fields").as_deref() == Some("all"),
            from: value_of(query, "from")
                .and_then(|from| from.parse().ok())
                .unwrap_or_default(),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let from = if self.from > 0 {
            self.from.to_string()
        } else {
            String::new()
        };
        [
            ("tab", self.tab.name().to_owned()),
            ("q", self.filter.clone()),
            ("setting", self.setting.clone().unwrap_or_default()),
            ("by", self.heat.name().to_owned()),
            (
                "fields",
                if self.all_fields { "all" } else { "" }.to_owned(),
            ),
            ("from", from),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// One topic's tab.
pub fn topic(of: &ClusterRef, topic: &str, tab: TopicTab) -> String {
    topic_as(
        of,
        topic,
        &TopicQuery {
            tab,
            ..TopicQuery::default()
        },
    )
}

/// One topic's page as `query` asks for it.
pub fn topic_as(of: &ClusterRef, topic: &str, query: &TopicQuery) -> String {
    let (path, in_query) = topic_path(of, topic);
    let pairs: Vec<String> = in_query
        .then(|| ("topic", topic.to_owned()))
        .into_iter()
        .chain(query.pairs())
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    with_query(path, &pairs.join("&"))
}

/// The path of a topic's page without its query, and whether the query must name the topic.
pub fn topic_path(of: &ClusterRef, topic: &str) -> (String, bool) {
    if matches!(topic, "" | "." | "..") {
        (format!("{}/topic", cluster(of)), true)
    } else {
        (format!("{}/topics/{}", cluster(of), encode(topic)), false)
    }
}

/// Where a reason of a verdict leads; `None` where no page shows it yet.
pub fn place(of: &ClusterRef, place: &Place) -> Option<String> {
    match place {
        Place::Node(id) => Some(node(of, *id)),
        Place::Nodes => Some(nodes(of)),
        Place::Topic(name) => Some(topic(of, name, TopicTab::Overview)),
        Place::Topics(state) => Some(topics(
            of,
            &ListQuery {
                state: state.clone(),
                ..ListQuery::default()
            },
        )),
        Place::Resource => Some(format!("{}#resource", cluster(of))),
        Place::Connection => Some(format!("{}#connection", cluster(of))),
        // A KafkaUser's principal depends on how it signs in, so its page is found through the list.
        Place::User(name) => Some(users(
            of,
            &ListQuery {
                q: format!("name={}", list_filter::literal(name)),
                ..ListQuery::default()
            },
        )),
    }
}

/// Whether a path carries a name unchanged, whoever handles it on its way.
fn fits_path(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn with_query(path: String, query: &str) -> String {
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

/// Percent-decodes one path segment; `+` is a plus there.
fn decode_segment(segment: &str) -> String {
    penstock_domain::query::decode(&segment.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task_events() -> ClusterRef {
        ClusterRef::new("kafka", "task-events")
    }

    #[test]
    fn every_address() {
        let c = task_events();
        let drifted = ListQuery {
            q: "a b".into(),
            state: Some("drifted".into()),
            sort: Some("-size".into()),
            ..ListQuery::default()
        };
        let all = [
            (clusters(), "/"),
            (sign_in("/"), "/sign-in"),
            (
                sign_in("/clusters/a/b?q=1"),
                "/sign-in?next=%2Fclusters%2Fa%2Fb%3Fq%3D1",
            ),
            (cluster(&c), "/clusters/kafka/task-events"),
            (
                cluster(&ClusterRef::new("-", "legacy")),
                "/clusters/-/legacy",
            ),
            (nodes(&c), "/clusters/kafka/task-events/nodes"),
            (node(&c, NodeId(2)), "/clusters/kafka/task-events/nodes/2"),
            (
                topics(&c, &ListQuery::default()),
                "/clusters/kafka/task-events/topics",
            ),
            (
                topics(&c, &drifted),
                "/clusters/kafka/task-events/topics?q=a%20b&state=drifted&sort=-size",
            ),
            (
                topic(&c, "task-updated", TopicTab::Overview),
                "/clusters/kafka/task-events/topics/task-updated",
            ),
            (
                topic(&c, "task-updated", TopicTab::Partitions),
                "/clusters/kafka/task-events/topics/task-updated?tab=partitions",
            ),
            (
                topic_as(&c, "t", &asked()),
                "/clusters/kafka/task-events/topics/t?tab=configuration&q=retention&setting=retention.ms&by=state&fields=all&from=200",
            ),
            (
                topic(&c, "..", TopicTab::Resource),
                "/clusters/kafka/task-events/topic?topic=..&tab=resource",
            ),
            (
                messages(&c, &MessagesQuery::of_topic("task-created")),
                "/clusters/kafka/task-events/messages?topic=task-created",
            ),
        ];
        for (built, expected) in all {
            assert_eq!(built, expected);
        }
    }

    #[test]
    fn what_is_built_is_read_again() {
        let c = task_events();
        let read = |url: String| {
            let (path, query) = url.split_once('?').unwrap_or((&url, ""));
            Page::of(path, query)
        };
        assert_eq!(read(clusters()), Page::Clusters);
        assert_eq!(read(cluster(&c)), Page::Cluster(c.clone()));
        assert_eq!(read(nodes(&c)), Page::Nodes(c.clone()));
        assert_eq!(read(node(&c, NodeId(2))), Page::Node(c.clone(), NodeId(2)));
        assert_eq!(read(format!("{}/x", nodes(&c))), Page::Unknown);
        assert_eq!(read(certificates(&c)), Page::Certificates(c.clone()));
        assert_eq!(
            read(topics(&c, &ListQuery::default())),
            Page::Topics(c.clone())
        );
        for name in [
            "task-updated",
            ".",
            "..",
            "a.b_c",
            "<script>",
            "100%25",
            "a+b",
            "a/b",
        ] {
            assert_eq!(
                read(topic(&c, name, TopicTab::Overview)),
                Page::Topic(c.clone(), name.into()),
                "{name}"
            );
        }
        assert_eq!(read("/clusters/kafka".into()), Page::Unknown);
        assert_eq!(read("/clusters/kafka/a/topic".into()), Page::Unknown);
    }

    fn asked() -> TopicQuery {
        TopicQuery {
            tab: TopicTab::Configuration,
            filter: "retention".into(),
            setting: Some("retention.ms".into()),
            heat: HeatBy::State,
            all_fields: true,
            from: 200,
        }
    }

    #[test]
    fn what_a_topic_page_shows_leads_back() {
        let url = topic_as(&task_events(), "t", &asked());
        let (_, query) = url.split_once('?').unwrap();
        assert_eq!(TopicQuery::of(query), asked());
    }

    #[test]
    fn tabs_lead_back() {
        for tab in TopicTab::ALL {
            assert_eq!(TopicTab::of(&format!("tab={}", tab.name())), tab);
        }
        assert_eq!(TopicTab::of("tab=nonsense"), TopicTab::Overview);
    }

    #[test]
    fn a_search_leads_back() {
        let asked = SearchQuery {
            text: "a&b <i>".into(),
            cluster: Some(task_events()),
        };
        let url = search(&asked.text, asked.cluster.as_ref());
        let (path, query) = url.split_once('?').unwrap();
        assert_eq!(Page::of(path, query), Page::Search);
        assert_eq!(search_query(query), asked);
        assert_eq!(search_query("cluster=nonsense").cluster, None);
    }

    #[test]
    fn reasons_lead_to_pages() {
        let c = task_events();
        assert_eq!(
            place(&c, &Place::Topics(Some("offline".into()))).as_deref(),
            Some("/clusters/kafka/task-events/topics?state=offline")
        );
        assert_eq!(
            place(&c, &Place::User("x".into())).as_deref(),
            Some("/clusters/kafka/task-events/users?q=name%3D%22x%22")
        );
    }
}
