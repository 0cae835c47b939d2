//! The one table of what may be asked for: virtual resources of the API group `penstock.dev` and their verbs.
//!
//! Kubernetes RBAC is the only policy (decision 5): a right is a SubjectAccessReview on one of these rows, in the namespace
//! of the `Kafka` resource, with the name `<cluster>` or `<cluster>:<object>`; either grants. Used by `penstock-auth` to
//! ask, by pages to say which right is missing, and by `k8s/` as the source of its roles.

use crate::ids::ClusterRef;
use serde::{Deserialize, Serialize};

/// The API group of the virtual resources.
pub const GROUP: &str = "penstock.dev";

/// A virtual resource in [`GROUP`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// Cluster overview, nodes of the quorum, listeners.
    Clusters,
    /// Topics, their partitions and configuration.
    Topics,
    /// Records of topics.
    Records,
    /// Consumer groups of every kind.
    Groups,
    /// Principals, credentials and ACLs.
    Users,
    /// Client quotas.
    Quotas,
    /// Subjects and schemas of a registry.
    Schemas,
    /// Connectors and their tasks.
    Connectors,
    /// Brokers: configuration and log directories.
    Brokers,
    /// Producers and transactions.
    Transactions,
}

/// What is done with a [`Resource`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Read one.
    Get,
    /// Read many.
    List,
    /// Follow records as they arrive.
    Tail,
    /// Write records.
    Produce,
    /// Make.
    Create,
    /// Change.
    Update,
    /// Remove.
    Delete,
    /// See masked fields.
    Unmask,
}

impl Resource {
    /// Every resource, in the order of the documentation.
    pub const ALL: [Resource; 10] = [
        Resource::Clusters,
        Resource::Topics,
        Resource::Records,
        Resource::Groups,
        Resource::Users,
        Resource::Quotas,
        Resource::Schemas,
        Resource::Connectors,
        Resource::Brokers,
        Resource::Transactions,
    ];

    /// The plural name in RBAC rules.
    pub const fn name(self) -> &'static str {
        match self {
            Resource::Clusters => "clusters",
            Resource::Topics => "topics",
            Resource::Records => "records",
            Resource::Groups => "groups",
            Resource::Users => "users",
            Resource::Quotas => "quotas",
            Resource::Schemas => "schemas",
            Resource::Connectors => "connectors",
            Resource::Brokers => "brokers",
            Resource::Transactions => "transactions",
        }
    }

    /// The verbs that exist for it; anything else is never asked for and never granted.
    pub const fn verbs(self) -> &'static [Verb] {
        match self {
            Resource::Records => &[
                Verb::Get,
                Verb::List,
                Verb::Tail,
                Verb::Produce,
                Verb::Delete,
                Verb::Unmask,
            ],
            Resource::Clusters | Resource::Transactions => &[Verb::Get, Verb::List, Verb::Update],
            Resource::Brokers => &[Verb::Get, Verb::List, Verb::Update],
            Resource::Topics
            | Resource::Groups
            | Resource::Users
            | Resource::Quotas
            | Resource::Schemas
            | Resource::Connectors => &[
                Verb::Get,
                Verb::List,
                Verb::Create,
                Verb::Update,
                Verb::Delete,
            ],
        }
    }
}

impl Verb {
    /// The verb as RBAC rules write it.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::List => "list",
            Verb::Tail => "tail",
            Verb::Produce => "produce",
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Unmask => "unmask",
        }
    }

    /// Whether it changes nothing. Known read grants outlive an unreachable API server for a while (decision 6); writes never do.
    pub const fn reads(self) -> bool {
        matches!(self, Verb::Get | Verb::List | Verb::Tail)
    }
}

/// One question to RBAC: may the user do `verb` on `resource` of `cluster` (and of `object` in it)?
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Right {
    /// What is done.
    pub verb: Verb,
    /// To which kind of thing.
    pub resource: Resource,
    /// In which cluster; `None` asks for every cluster in every namespace.
    pub cluster: Option<ClusterRef>,
    /// Which one (a topic's or group's name); `None` asks for all of the cluster.
    pub object: Option<String>,
}

impl Right {
    /// The right to do `verb` on all `resource` of a cluster.
    pub fn on_cluster(verb: Verb, resource: Resource, cluster: &ClusterRef) -> Self {
        Self {
            verb,
            resource,
            cluster: Some(cluster.clone()),
            object: None,
        }
    }

    /// The right to do `verb` on one object of a cluster.
    pub fn on_object(
        verb: Verb,
        resource: Resource,
        cluster: &ClusterRef,
        object: impl Into<String>,
    ) -> Self {
        Self {
            verb,
            resource,
            cluster: Some(cluster.clone()),
            object: Some(object.into()),
        }
    }

    /// The names under which RBAC may grant it, widest first: `<cluster>`, then `<cluster>:<object>`.
    pub fn resource_names(&self) -> Vec<String> {
        let Some(cluster) = &self.cluster else {
            return Vec::new();
        };
        let mut names = vec![cluster.name.to_string()];
        if let Some(object) = &self.object {
            names.push(format!("{}:{object}", cluster.name));
        }
        names
    }

    /// The smallest Role that grants it, as YAML to hand to whoever administers the cluster.
    ///
    /// Names come from the request, so they are written as JSON strings: a name can never become YAML of its own.
    pub fn role_yaml(&self) -> String {
        let (kind, namespace) = match &self.cluster {
            Some(cluster) => (
                "Role",
                format!("\n  namespace: {}", quoted(cluster.namespace.as_str())),
            ),
            None => ("ClusterRole", String::new()),
        };
        let names = match self.resource_names().last() {
            Some(name) => format!("\n    resourceNames: [{}]", quoted(name)),
            None => String::new(),
        };
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: penstock-{}-{}{namespace}\nrules:\n  - apiGroups: [\"{GROUP}\"]\n    resources: [\"{}\"]\n    verbs: [\"{}\"]{names}\n",
            self.resource.name(),
            self.verb.name(),
            self.resource.name(),
            self.verb.name(),
        )
    }

    /// `list topics of cluster kafka/task-events`, for sentences.
    pub fn words(&self) -> String {
        let mut words = format!("{} {}", self.verb.name(), self.resource.name());
        if let Some(object) = &self.object {
            words.push_str(&format!(" “{object}”"));
        }
        match &self.cluster {
            Some(cluster) => words.push_str(&format!(" of cluster {cluster}")),
            None => words.push_str(" of all clusters"),
        }
        words
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_name_grants() {
        let cluster = ClusterRef::new("kafka", "task-events");
        let right = Right::on_object(Verb::Get, Resource::Topics, &cluster, "task-created");
        assert_eq!(
            right.resource_names(),
            ["task-events", "task-events:task-created"]
        );
        assert!(
            right
                .role_yaml()
                .contains("resourceNames: [\"task-events:task-created\"]")
        );
    }

    #[test]
    fn a_hostile_name_stays_one_yaml_string() {
        let cluster = ClusterRef::new("kafka", "a");
        let right = Right::on_object(
            Verb::Get,
            Resource::Topics,
            &cluster,
            "x\"]\n  - verbs: [\"*\"]",
        );
        assert_eq!(
            right.role_yaml().lines().count(),
            10,
            "{}",
            right.role_yaml()
        );
    }
}
