//! Addresses of nodes: the list with what is simulated on it, one node and what of it is shown, certificates.

use super::{cluster, with_query};
use penstock_domain::{
    ids::{ClusterRef, NodeId},
    node::{configuration::ConfigurationQuery, simulation::Choice},
    query::{ListQuery, encode, value_of},
};

/// The id of the section that says what would happen if nodes stopped.
pub const SIMULATION: &str = "if-these-stop";

/// Tabs of a node's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NodeTab {
    /// What it leads, its part in the quorum, its pod.
    #[default]
    Overview,
    /// Every setting.
    Configuration,
    /// What it leads and follows.
    Partitions,
    /// Its log directories and what is in them.
    Directories,
}

impl NodeTab {
    /// Every tab in its order.
    pub const ALL: [NodeTab; 4] = [
        NodeTab::Overview,
        NodeTab::Configuration,
        NodeTab::Partitions,
        NodeTab::Directories,
    ];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            NodeTab::Overview => "",
            NodeTab::Configuration => "configuration",
            NodeTab::Partitions => "partitions",
            NodeTab::Directories => "directories",
        }
    }

    /// The words on the page.
    pub const fn words(self) -> &'static str {
        match self {
            NodeTab::Overview => "Overview",
            NodeTab::Configuration => "Configuration",
            NodeTab::Partitions => "Partitions",
            NodeTab::Directories => "Log directories",
        }
    }
}

/// What the query of a node's page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeQuery {
    /// Which tab.
    pub tab: NodeTab,
    /// Which settings.
    pub settings: ConfigurationQuery,
    /// Which partitions.
    pub partitions: ListQuery,
}

impl NodeQuery {
    /// A tab as it begins.
    pub fn tab(tab: NodeTab) -> Self {
        Self {
            tab,
            ..Self::default()
        }
    }

    /// Settings as a query asks for them.
    pub fn settings(settings: ConfigurationQuery) -> Self {
        Self {
            settings,
            ..Self::tab(NodeTab::Configuration)
        }
    }

    /// Partitions as a query asks for them.
    pub fn partitions(partitions: ListQuery) -> Self {
        Self {
            partitions,
            ..Self::tab(NodeTab::Partitions)
        }
    }

    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        let name = value_of(query, "tab").unwrap_or_default();
        let tab = NodeTab::ALL
            .into_iter()
            .find(|tab| tab.name() == name)
            .unwrap_or_default();
        match tab {
            NodeTab::Configuration => Self::settings(ConfigurationQuery::of(query)),
            NodeTab::Partitions => Self::partitions(ListQuery::parse(query)),
            NodeTab::Overview | NodeTab::Directories => Self::tab(tab),
        }
    }

    fn to_query_string(&self) -> String {
        let mut pairs = vec![("tab", self.tab.name().to_owned())];
        let mut list = String::new();
        match self.tab {
            NodeTab::Configuration => {
                let ConfigurationQuery { q, show, setting } = &self.settings;
                pairs.push(("show", show.name().to_owned()));
                pairs.push(("q", q.clone()));
                pairs.push(("setting", setting.clone().unwrap_or_default()));
            }
            NodeTab::Partitions => list = self.partitions.to_query_string(),
            NodeTab::Overview | NodeTab::Directories => {}
        }
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(&value)))
            .chain((!list.is_empty()).then_some(list))
            .collect::<Vec<_>>()
            .join("&")
    }
}

/// A cluster's nodes.
pub fn nodes(of: &ClusterRef) -> String {
    format!("{}/nodes", cluster(of))
}

/// A cluster's nodes, with what would happen if some stopped.
pub fn nodes_if(of: &ClusterRef, choice: &Choice) -> String {
    let path = with_query(nodes(of), &choice.to_query_string());
    format!("{path}#{SIMULATION}")
}

/// One node's page.
pub fn node(of: &ClusterRef, node: NodeId) -> String {
    node_as(of, node, &NodeQuery::default())
}

/// One node's page as `query` asks for it.
pub fn node_as(of: &ClusterRef, node: NodeId, query: &NodeQuery) -> String {
    with_query(format!("{}/{node}", nodes(of)), &query.to_query_string())
}

/// Certificates of a cluster.
pub fn certificates(of: &ClusterRef) -> String {
    format!("{}/certificates", cluster(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::node::configuration::Show;

    fn read(url: &str) -> NodeQuery {
        NodeQuery::of(url.split_once('?').map_or("", |(_, query)| query))
    }

    #[test]
    fn what_a_nodes_page_shows_leads_back() {
        let cluster = ClusterRef::new("kafka", "task-events");
        let all = [
            (NodeQuery::default(), "/clusters/kafka/task-events/nodes/2"),
            (
                NodeQuery::tab(NodeTab::Directories),
                "/clusters/kafka/task-events/nodes/2?tab=directories",
            ),
            (
                NodeQuery::settings(ConfigurationQuery {
                    q: "log cleaner".into(),
                    show: Show::All,
                    setting: Some("log.cleaner.threads".into()),
                }),
                "/clusters/kafka/task-events/nodes/2?tab=configuration&show=all&q=log%20cleaner&setting=log.cleaner.threads",
            ),
            (
                NodeQuery::partitions(ListQuery {
                    state: Some("leads".into()),
                    sort: Some("-size".into()),
                    ..ListQuery::default()
                }),
                "/clusters/kafka/task-events/nodes/2?tab=partitions&state=leads&sort=-size",
            ),
        ];
        for (query, url) in all {
            let built = node_as(&cluster, NodeId(2), &query);
            assert_eq!(built, url);
            assert_eq!(read(&built), query);
        }
    }

    #[test]
    fn what_stops_stands_in_the_address() {
        let cluster = ClusterRef::new("kafka", "task-events");
        assert_eq!(
            nodes_if(&cluster, &Choice::node(NodeId(2))),
            "/clusters/kafka/task-events/nodes?stop=2#if-these-stop"
        );
        assert_eq!(
            certificates(&cluster),
            "/clusters/kafka/task-events/certificates"
        );
    }
}
