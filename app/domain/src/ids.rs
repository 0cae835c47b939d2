//! Identifiers as types of their own, so that a topic name is never taken for a cluster name.
//!
//! They carry text exactly as Kafka or Kubernetes gave it; what may stand in a name is checked where it enters (`query`,
//! the API server, the broker), not here. Called by every crate.

use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, fmt, sync::Arc};

/// Defines a text identifier: cheap to clone, ordered and hashed by its text, a plain JSON string outside.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Arc::from(text))
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

text_id! {
    /// A Kubernetes namespace, or [`Namespace::CONFIGURED`] for clusters that only the configuration file names.
    Namespace
}
text_id! {
    /// The name of a `Kafka` resource, or of a configured cluster.
    ClusterName
}
text_id! {
    /// A topic's name as Kafka has it (`spec.topicName`, else `metadata.name` of its KafkaTopic).
    TopicName
}
text_id! {
    /// A consumer group's name (`group.id`), of whatever kind.
    GroupName
}
text_id! {
    /// A subject's name in a schema registry.
    SubjectName
}
text_id! {
    /// `metadata.name` of a Kubernetes resource.
    ResourceName
}
text_id! {
    /// A topic's id in URL-safe base64 without padding, as Kafka's own tools print it (KIP-516).
    TopicId
}
text_id! {
    /// Kafka's cluster id.
    ClusterId
}
text_id! {
    /// Whom Kafka takes a client for, `<type>:<name>` (`KafkaPrincipal`): `User:alice`, `User:CN=alice`.
    Principal
}

impl Namespace {
    /// The reserved namespace of clusters from the configuration file (`design/api.md`); no Kubernetes name looks like it.
    pub const CONFIGURED: &'static str = "-";

    /// Whether this is the reserved namespace of configured clusters.
    pub fn is_configured(&self) -> bool {
        self.as_str() == Self::CONFIGURED
    }
}

impl Principal {
    /// The principal of rules that hold for everyone (`StandardAuthorizerData.WILDCARD_PRINCIPAL`).
    pub const EVERYONE: &'static str = "User:*";

    /// A principal of the type that every built-in principal builder of Kafka makes.
    pub fn user(name: impl AsRef<str>) -> Self {
        Self::from(format!("User:{}", name.as_ref()))
    }

    /// The principal that stands for everyone in rules.
    pub fn everyone() -> Self {
        Self::new(Self::EVERYONE)
    }

    /// Whether it stands for everyone.
    pub fn is_everyone(&self) -> bool {
        self.as_str() == Self::EVERYONE
    }

    /// The name: what comes after the first colon (`SecurityUtils.parseKafkaPrincipal`); all of it where there is none.
    pub fn name(&self) -> &str {
        self.as_str()
            .split_once(':')
            .map_or(self.as_str(), |(_, name)| name)
    }
}

/// A cluster's address in Penstock: where its `Kafka` resource lives and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClusterRef {
    /// Namespace of the `Kafka` resource.
    pub namespace: Namespace,
    /// Its name.
    pub name: ClusterName,
}

impl ClusterRef {
    /// Joins both parts.
    pub fn new(namespace: impl Into<Namespace>, name: impl Into<ClusterName>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ClusterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A Kafka node's id; Strimzi numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct NodeId(pub i32);

/// A partition's number within its topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PartitionId(pub i32);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
