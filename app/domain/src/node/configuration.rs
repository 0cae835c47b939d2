//! A node's configuration as its page shows it: every setting with where it comes from, what would hold otherwise, and whether other
//! nodes run with something else. Pure; the server asks the brokers.

use crate::{
    config::{ConfigEntry, ConfigSource, ConfigSynonym},
    ids::NodeId,
    query::value_of,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Settings that every node has its own value of, so that a difference says nothing.
const OWN_BY_NATURE: [&str; 10] = [
    "advertised.listeners",
    "broker.id",
    "broker.rack",
    "broker.session.uuid",
    "controller.quorum.voters",
    "listeners",
    "log.dir",
    "log.dirs",
    "metadata.log.dir",
    "node.id",
];

/// A node's configuration, or why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeConfiguration {
    /// Every setting.
    pub entries: Vec<ConfigEntry>,
    /// When it was true.
    pub as_of: Option<Timestamp>,
    /// Why it is old.
    pub missing: Option<String>,
    /// Names that `spec.kafka.config` of the Kafka resource declares; `None` where no resource declares the cluster.
    pub declared: Option<Vec<String>>,
    /// Settings for which other nodes have another value.
    pub unlike: Vec<Unlike>,
    /// The other nodes with which it was compared.
    pub compared: Vec<NodeId>,
}

/// A setting for which other nodes have another value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Unlike {
    /// Its name.
    pub name: String,
    /// What the others have: those that differ, by value.
    pub others: Vec<OtherValue>,
}

/// What other nodes have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OtherValue {
    /// The value; `None` where they have none.
    pub value: Option<String>,
    /// Which nodes.
    pub nodes: Vec<NodeId>,
}

/// Which settings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Show {
    /// Those that are set somewhere.
    #[default]
    Changed,
    /// Every one.
    All,
    /// Those that are set at run time.
    Dynamic,
    /// Those for which other nodes have another value.
    Unlike,
}

impl Show {
    /// Every choice, in the order of the page.
    pub const ALL: [Show; 4] = [Show::All, Show::Changed, Show::Dynamic, Show::Unlike];

    /// The name in the address; the first choice has none.
    pub const fn name(self) -> &'static str {
        match self {
            Show::Changed => "",
            Show::All => "all",
            Show::Dynamic => "dynamic",
            Show::Unlike => "unlike",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Show::Changed => "Changed",
            Show::All => "All",
            Show::Dynamic => "Dynamic",
            Show::Unlike => "Unlike others",
        }
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigurationQuery {
    /// Text that name, value or documentation must contain, letter case aside.
    pub q: String,
    /// Which settings.
    pub show: Show,
    /// The setting that is explained.
    pub setting: Option<String>,
}

impl ConfigurationQuery {
    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        let show = value_of(query, "show").unwrap_or_default();
        Self {
            q: crate::query::ListQuery::parse(query).q,
            show: Show::ALL
                .into_iter()
                .find(|known| known.name() == show)
                .unwrap_or_default(),
            setting: value_of(query, "setting").filter(|name| !name.is_empty()),
        }
    }
}

/// The part of a configuration that an address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationPage {
    /// The settings by name.
    pub rows: Vec<SettingRow>,
    /// How many there are, in the order of [`Show::ALL`].
    pub counts: [usize; 4],
    /// When it was true.
    pub as_of: Option<Timestamp>,
    /// Why it is old.
    pub missing: Option<String>,
    /// With which other nodes it was compared.
    pub compared: Vec<NodeId>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingRow {
    /// Its name.
    pub name: String,
    /// Its value; `None` where it is sensitive or has none.
    pub value: Option<String>,
    /// Whether the broker keeps the value secret.
    pub sensitive: bool,
    /// Kafka's default; `None` where it has none.
    pub default: Option<String>,
    /// Where the value is set.
    pub origin: Origin,
    /// Whether other nodes have another value.
    pub unlike: bool,
    /// Whether a change takes effect only when the node starts.
    pub needs_restart: bool,
    /// Explained, if the address asks for it.
    pub explained: Option<Box<Explained>>,
}

/// A setting in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// Kafka's own words, with markup; shown as text only.
    pub documentation: Option<String>,
    /// `LONG`, `STRING`, …
    pub kind: Option<String>,
    /// Every place where it has a value, the one that counts first.
    pub chain: Vec<ConfigSynonym>,
    /// What other nodes have.
    pub others: Vec<OtherValue>,
}

/// Where a node's setting is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// On this node, at run time.
    Node,
    /// On all nodes, at run time.
    Cluster,
    /// In the node's file, where the Kafka resource declares it.
    Resource,
    /// In the node's file, where the operator puts it.
    Operator,
    /// In the node's file, which nobody's resource declares.
    File,
    /// Nowhere.
    Default,
    /// The console does not know the source.
    Unknown,
}

impl Origin {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Origin::Node => "this node, dynamic",
            Origin::Cluster => "cluster, dynamic",
            Origin::Resource => "Kafka resource",
            Origin::Operator => "operator",
            Origin::File => "node’s file",
            Origin::Default => "default",
            Origin::Unknown => "unknown",
        }
    }

    fn of(name: &str, source: ConfigSource, declared: Option<&[String]>) -> Self {
        match source {
            ConfigSource::DynamicBroker => Origin::Node,
            ConfigSource::DynamicDefaultBroker => Origin::Cluster,
            ConfigSource::StaticBroker => match declared {
                None => Origin::File,
                Some(names) if names.iter().any(|declared| declared == name) => Origin::Resource,
                Some(_) => Origin::Operator,
            },
            ConfigSource::Default => Origin::Default,
            _ => Origin::Unknown,
        }
    }
}

impl NodeConfiguration {
    /// The part that an address asks for.
    pub fn page(&self, query: &ConfigurationQuery) -> ConfigurationPage {
        let wanted = query.q.trim().to_lowercase();
        let count = |show| {
            self.entries
                .iter()
                .filter(|entry| self.shows(entry, show))
                .count()
        };
        ConfigurationPage {
            rows: self
                .entries
                .iter()
                .filter(|entry| self.shows(entry, query.show) && contains(entry, &wanted))
                .map(|entry| self.row(entry, query.setting.as_deref() == Some(&entry.name)))
                .collect(),
            counts: Show::ALL.map(count),
            as_of: self.as_of,
            missing: self.missing.clone(),
            compared: self.compared.clone(),
        }
    }

    fn shows(&self, entry: &ConfigEntry, show: Show) -> bool {
        match show {
            Show::All => true,
            Show::Changed => entry.source != ConfigSource::Default,
            Show::Dynamic => matches!(
                entry.source,
                ConfigSource::DynamicBroker | ConfigSource::DynamicDefaultBroker
            ),
            Show::Unlike => self.unlike(&entry.name).is_some(),
        }
    }

    fn unlike(&self, name: &str) -> Option<&Unlike> {
        self.unlike.iter().find(|unlike| unlike.name == name)
    }

    fn row(&self, entry: &ConfigEntry, explained: bool) -> SettingRow {
        let unlike = self.unlike(&entry.name);
        let default = entry
            .chain()
            .into_iter()
            .find(|value| value.source == ConfigSource::Default);
        SettingRow {
            name: entry.name.clone(),
            value: entry.value.clone(),
            sensitive: entry.sensitive,
            default: default.and_then(|default| default.value),
            origin: Origin::of(&entry.name, entry.source, self.declared.as_deref()),
            unlike: unlike.is_some(),
            needs_restart: entry.read_only,
            explained: explained.then(|| {
                Box::new(Explained {
                    documentation: entry.documentation.clone(),
                    kind: entry.kind.clone(),
                    chain: entry.chain(),
                    others: unlike
                        .map(|unlike| unlike.others.clone())
                        .unwrap_or_default(),
                })
            }),
        }
    }
}

fn contains(entry: &ConfigEntry, wanted: &str) -> bool {
    let has = |text: &Option<String>| {
        text.as_deref()
            .is_some_and(|text| text.to_lowercase().contains(wanted))
    };
    wanted.is_empty()
        || entry.name.to_lowercase().contains(wanted)
        || has(&entry.value)
        || has(&entry.documentation)
}

/// A node's values by name, as far as they may be compared.
pub type Values = BTreeMap<String, Option<String>>;

/// What may be compared of a node's settings: no secrets, which no broker tells.
pub fn comparable(entries: &[ConfigEntry]) -> Values {
    entries
        .iter()
        .filter(|entry| !entry.sensitive && !OWN_BY_NATURE.contains(&entry.name.as_str()))
        .map(|entry| (entry.name.clone(), entry.value.clone()))
        .collect()
}

/// The settings for which other nodes have another value. What only one of two knows says nothing: versions may differ.
pub fn compare(own: &Values, others: &[(NodeId, Arc<Values>)]) -> Vec<Unlike> {
    own.iter()
        .filter_map(|(name, value)| {
            let mut differing: BTreeMap<&Option<String>, Vec<NodeId>> = BTreeMap::new();
            for (node, values) in others {
                if let Some(other) = values.get(name)
                    && other != value
                {
                    differing.entry(other).or_default().push(*node);
                }
            }
            (!differing.is_empty()).then(|| Unlike {
                name: name.clone(),
                others: differing
                    .into_iter()
                    .map(|(value, nodes)| OtherValue {
                        value: value.clone(),
                        nodes,
                    })
                    .collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, value: &str, source: ConfigSource) -> ConfigEntry {
        ConfigEntry {
            name: name.into(),
            value: Some(value.into()),
            readable: None,
            source,
            sensitive: false,
            read_only: false,
            kind: Some("INT".into()),
            documentation: Some(format!("What {name} does")),
            synonyms: Vec::new(),
        }
    }

    fn configuration() -> NodeConfiguration {
        let mut threads = entry("log.cleaner.threads", "4", ConfigSource::DynamicBroker);
        threads.synonyms = vec![ConfigSynonym {
            name: "log.cleaner.threads".into(),
            value: Some("1".into()),
            source: ConfigSource::Default,
        }];
        let mut password = entry("ssl.keystore.password", "", ConfigSource::StaticBroker);
        password.value = None;
        password.sensitive = true;
        NodeConfiguration {
            entries: vec![
                threads,
                entry("min.insync.replicas", "2", ConfigSource::StaticBroker),
                entry("node.id", "2", ConfigSource::StaticBroker),
                entry("num.io.threads", "8", ConfigSource::Default),
                password,
            ],
            declared: Some(vec!["min.insync.replicas".into()]),
            ..NodeConfiguration::default()
        }
    }

    fn names(configuration: &NodeConfiguration, query: &str) -> Vec<String> {
        let page = configuration.page(&ConfigurationQuery::of(query));
        page.rows.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn what_is_set_is_shown_unless_all_is_asked_for() {
        let configuration = configuration();
        assert_eq!(names(&configuration, "").len(), 4);
        assert_eq!(names(&configuration, "show=all").len(), 5);
        assert_eq!(
            names(&configuration, "show=dynamic"),
            ["log.cleaner.threads"]
        );
        assert_eq!(
            names(&configuration, "show=all&q=WHAT+num"),
            ["num.io.threads"],
            "documentation is searched"
        );
        assert_eq!(names(&configuration, "show=nonsense").len(), 4);
    }

    #[test]
    fn a_row_says_where_its_value_comes_from() {
        let page = configuration().page(&ConfigurationQuery::of("show=all"));
        let origins: Vec<_> = page.rows.iter().map(|row| row.origin).collect();
        assert_eq!(
            origins,
            [
                Origin::Node,
                Origin::Resource,
                Origin::Operator,
                Origin::Default,
                Origin::Operator
            ]
        );
        assert_eq!(page.rows[0].default.as_deref(), Some("1"));
        assert_eq!(page.rows[3].default.as_deref(), Some("8"));
        assert_eq!(page.counts, [5, 4, 1, 0]);
    }

    #[test]
    fn the_value_that_counts_leads_the_chain() {
        let page = configuration().page(&ConfigurationQuery::of("setting=log.cleaner.threads"));
        let explained = page.rows[0].explained.as_ref().unwrap();
        let chain: Vec<_> = explained
            .chain
            .iter()
            .map(|value| (value.value.as_deref(), value.source))
            .collect();
        assert_eq!(
            chain,
            [
                (Some("4"), ConfigSource::DynamicBroker),
                (Some("1"), ConfigSource::Default)
            ]
        );
        assert!(page.rows[1].explained.is_none());
    }

    #[test]
    fn nodes_are_compared_in_what_they_should_share() {
        let mut configuration = configuration();
        let own = comparable(&configuration.entries);
        assert!(!own.contains_key("node.id") && !own.contains_key("ssl.keystore.password"));
        let mut other = own.clone();
        other.insert("log.cleaner.threads".into(), Some("1".into()));
        other.remove("num.io.threads");
        configuration.unlike = compare(
            &own,
            &[
                (NodeId(0), Arc::new(other.clone())),
                (NodeId(1), Arc::new(other)),
                (NodeId(3), Arc::new(own.clone())),
            ],
        );
        assert_eq!(
            configuration.unlike,
            [Unlike {
                name: "log.cleaner.threads".into(),
                others: vec![OtherValue {
                    value: Some("1".into()),
                    nodes: vec![NodeId(0), NodeId(1)]
                }]
            }]
        );
        assert_eq!(
            names(&configuration, "show=unlike"),
            ["log.cleaner.threads"]
        );
    }
}
