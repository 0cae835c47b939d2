//! One thing to jump to, and where the entries come from: hits, pages of a cluster, what can be done with something, and with the
//! console itself.

use crate::{
    components::icon::Icon,
    paths::{
        self, GroupAct, GroupPageQuery, MessagesQuery, Mode, Page, TopicTab, UserPageQuery, UserTab,
    },
};
use penstock_domain::{
    activity::query::ActivityQuery,
    ids::{ClusterRef, GroupName, Principal, ResourceName, SubjectName},
    query::ListQuery,
    search::{Hit, HitKind, HitResource},
    session::Theme,
    user::may::{self, ResourceQuestion},
};

/// Something to jump to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its sign.
    pub glyph: Icon,
    /// Its name, or what is done.
    pub words: String,
    /// Whether that is an identifier.
    pub mono: bool,
    /// A few facts beside it.
    pub context: String,
    /// Where it leads.
    pub target: Target,
    /// The keys that lead there too, separated by spaces; may be empty.
    pub keys: &'static str,
}

/// Where an entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a page.
    Link(String),
    /// It does something, in the browser.
    Act(Act),
}

/// What is done in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Another look.
    Theme(Theme),
    /// The address of this page into the clipboard.
    CopyLink,
    /// Which keys there are.
    Keys,
    /// Ends the session.
    SignOut,
    /// Looks in other clusters too.
    Everywhere,
}

impl Entry {
    fn page(glyph: Icon, words: &str, link: String, keys: &'static str) -> Self {
        Self {
            glyph,
            words: words.to_owned(),
            mono: false,
            context: String::new(),
            target: Target::Link(link),
            keys,
        }
    }

    fn act(glyph: Icon, words: &str, act: Act, keys: &'static str) -> Self {
        Self {
            target: Target::Act(act),
            ..Self::page(glyph, words, String::new(), keys)
        }
    }

    fn beside(self, context: impl Into<String>) -> Self {
        Self {
            context: context.into(),
            ..self
        }
    }

    /// The address, where it leads to a page.
    pub fn link(&self) -> Option<&str> {
        match &self.target {
            Target::Link(link) => Some(link),
            Target::Act(_) => None,
        }
    }
}

/// A hit; its cluster is named where it is not the one that one is in.
pub fn of_hit(hit: &Hit, here: Option<&ClusterRef>) -> Entry {
    let context = if here == Some(&hit.cluster) || hit.kind == HitKind::Cluster {
        hit.detail.clone()
    } else {
        let parts = [hit.cluster.name.as_str(), hit.detail.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    };
    Entry {
        glyph: glyph(hit.kind),
        words: hit.name.clone(),
        mono: true,
        context,
        target: Target::Link(link(hit)),
        keys: "",
    }
}

fn glyph(kind: HitKind) -> Icon {
    match kind {
        HitKind::Cluster => Icon::Layers,
        HitKind::Topic => Icon::Rows3,
        HitKind::Group => Icon::ListEnd,
        HitKind::User => Icon::KeyRound,
        HitKind::Node => Icon::Server,
        HitKind::Resource => Icon::Box,
        HitKind::Subject => Icon::Braces,
    }
}

fn link(hit: &Hit) -> String {
    match hit.kind {
        HitKind::Cluster => paths::cluster(&hit.cluster),
        HitKind::Subject => paths::subject(&hit.cluster, &SubjectName::new(&hit.name)),
        HitKind::Topic => paths::topic(&hit.cluster, &hit.name, TopicTab::Overview),
        HitKind::Group => paths::group(&hit.cluster, &GroupName::new(&hit.name)),
        HitKind::User => paths::user(&hit.cluster, &may::principal(&hit.name)),
        HitKind::Node => hit.node.map_or_else(
            || paths::nodes(&hit.cluster),
            |node| paths::node(&hit.cluster, node),
        ),
        HitKind::Resource => hit.resource.as_ref().map_or_else(
            || paths::resources(&hit.cluster, None, &ListQuery::default()),
            |HitResource { kind, namespace }| {
                paths::resource(
                    &hit.cluster,
                    *kind,
                    namespace,
                    &ResourceName::new(&hit.name),
                )
            },
        ),
    }
}

/// Pages of the cluster that one is in, and of all.
pub fn pages(here: Option<&ClusterRef>) -> Vec<Entry> {
    let of_cluster = here.map(|cluster| {
        let list = ListQuery::default();
        [
            Entry::page(Icon::Gauge, "Overview", paths::cluster(cluster), "g o"),
            Entry::page(Icon::Server, "Nodes", paths::nodes(cluster), "g n"),
            Entry::page(Icon::Rows3, "Topics", paths::topics(cluster, &list), "g t"),
            Entry::page(
                Icon::ScrollText,
                "Messages",
                paths::messages(cluster, &MessagesQuery::default()),
                "g m",
            ),
            Entry::page(
                Icon::ListEnd,
                "Consumer groups",
                paths::groups(cluster, &list),
                "g g",
            ),
            Entry::page(
                Icon::KeyRound,
                "Users & ACLs",
                paths::users(cluster, &list),
                "g u",
            ),
            Entry::page(
                Icon::ShieldQuestion,
                "May P do O on R?",
                paths::users::access(cluster, &ResourceQuestion::default()),
                "",
            ),
            Entry::page(Icon::Lock, "Certificates", paths::certificates(cluster), ""),
            Entry::page(
                Icon::Braces,
                "Schemas",
                paths::schemas(cluster, &list),
                "g s",
            ),
            Entry::page(
                Icon::Box,
                "Resources",
                paths::resources(cluster, None, &list),
                "g r",
            ),
            Entry::page(
                Icon::History,
                "Activity",
                paths::activity(cluster, &ActivityQuery::default()),
                "g a",
            ),
        ]
    });
    let of_all = Entry::page(Icon::Layers, "Clusters", paths::clusters(), "g c");
    of_cluster.into_iter().flatten().chain([of_all]).collect()
}

/// What can be done with the console itself.
pub fn console() -> Vec<Entry> {
    vec![
        Entry::act(Icon::Link, "Copy link to this page", Act::CopyLink, ""),
        Entry::act(Icon::SunMoon, "Light theme", Act::Theme(Theme::Light), ""),
        Entry::act(Icon::SunMoon, "Dark theme", Act::Theme(Theme::Dark), ""),
        Entry::act(
            Icon::SunMoon,
            "Theme as the system",
            Act::Theme(Theme::System),
            "",
        ),
        Entry::act(Icon::CircleHelp, "Keyboard shortcuts", Act::Keys, "?"),
        Entry::act(Icon::LogOut, "Sign out", Act::SignOut, ""),
    ]
}

/// The way to what other clusters have.
pub fn everywhere(count: u64, clusters: &[&str]) -> Entry {
    let words = format!("{count} more in other clusters");
    Entry::act(Icon::Layers, &words, Act::Everywhere, "").beside(clusters.join(", "))
}

/// What can be done with something; empty where it has no acts of its own.
pub fn acts(kind: HitKind, cluster: &ClusterRef, name: &str) -> Vec<Entry> {
    match kind {
        HitKind::Topic => topic_acts(cluster, name),
        HitKind::Group => group_acts(cluster, &GroupName::new(name)),
        HitKind::User => user_acts(cluster, &may::principal(name)),
        HitKind::Cluster | HitKind::Node | HitKind::Resource | HitKind::Subject => Vec::new(),
    }
}

/// What a page is about, if it has acts of its own.
pub fn subject(page: &Page) -> Option<(HitKind, ClusterRef, String)> {
    match page {
        Page::Topic(cluster, topic) => Some((HitKind::Topic, cluster.clone(), topic.to_string())),
        Page::Group(cluster, group) => Some((HitKind::Group, cluster.clone(), group.to_string())),
        Page::User(cluster, user) => Some((
            HitKind::User,
            cluster.clone(),
            paths::users::named(user).to_owned(),
        )),
        _ => None,
    }
}

fn user_acts(cluster: &ClusterRef, user: &Principal) -> Vec<Entry> {
    let to = |tab| {
        let query = UserPageQuery {
            tab,
            ..UserPageQuery::default()
        };
        paths::users::user_as(cluster, user, &query)
    };
    vec![
        Entry::page(
            Icon::ShieldQuestion,
            "May it do something?",
            to(UserTab::Permissions),
            "",
        ),
        Entry::page(Icon::Terminal, "Client set-up", to(UserTab::SetUp), ""),
    ]
}

fn topic_acts(cluster: &ClusterRef, topic: &str) -> Vec<Entry> {
    let messages = |change: fn(MessagesQuery) -> MessagesQuery| {
        paths::messages(cluster, &change(MessagesQuery::of_topic(topic)))
    };
    let produce = MessagesQuery::of_topic(topic).with_other("produce", Some(topic));
    vec![
        Entry::page(
            Icon::ScrollText,
            "Browse messages",
            messages(|query| query),
            "",
        )
        .beside("newest first"),
        Entry::page(
            Icon::Search,
            "Search its records…",
            messages(|query| MessagesQuery {
                mode: Mode::Search,
                ..query
            }),
            "",
        ),
        Entry::page(
            Icon::Play,
            "Follow new records",
            messages(|query| MessagesQuery {
                mode: Mode::Tail,
                ..query
            }),
            "",
        ),
        Entry::page(
            Icon::SendHorizontal,
            "Produce…",
            paths::messages(cluster, &produce),
            "",
        ),
        Entry::page(
            Icon::FileText,
            "Configuration",
            paths::topic(cluster, topic, TopicTab::Configuration),
            "",
        ),
        Entry::page(
            Icon::ListEnd,
            "Who reads it",
            paths::topic(cluster, topic, TopicTab::Groups),
            "",
        ),
    ]
}

fn group_acts(cluster: &ClusterRef, group: &GroupName) -> Vec<Entry> {
    let to = |tab: paths::GroupTab, act: Option<GroupAct>| {
        let query = GroupPageQuery {
            tab,
            act,
            ..GroupPageQuery::default()
        };
        paths::groups::group_as(cluster, group, &query)
    };
    vec![
        Entry::page(
            Icon::Table2,
            "Partitions",
            to(paths::GroupTab::Partitions, None),
            "",
        )
        .beside("lag of each"),
        Entry::page(
            Icon::RotateCcw,
            "Reset offsets…",
            to(paths::GroupTab::default(), Some(GroupAct::Reset)),
            "",
        )
        .beside("shows what would change first"),
        Entry::page(
            Icon::Trash2,
            "Delete group…",
            to(paths::GroupTab::default(), Some(GroupAct::Delete)),
            "",
        ),
    ]
}
