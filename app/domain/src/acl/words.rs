//! The words of a rule: types of resources and patterns, operations, effects, with Kafka's codes and Strimzi's spellings.

use serde::{Deserialize, Serialize};

/// What a rule is about (`org.apache.kafka.common.resource.ResourceType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ResourceType {
    /// Topics.
    Topic,
    /// Groups of every kind.
    Group,
    /// The cluster, whose name is [`super::CLUSTER`].
    Cluster,
    /// Transactional ids of producers.
    TransactionalId,
    /// Delegation tokens, by their id.
    DelegationToken,
    /// Principals for whom tokens are made (KIP-373); names are principals.
    User,
}

/// How the name of a rule is meant (`org.apache.kafka.common.resource.PatternType`, KIP-290).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PatternType {
    /// The name itself; the name `*` is any.
    Literal,
    /// Every name that begins so (`PREFIXED`); a `*` in it is a character as any other.
    Prefix,
}

/// What is done (`org.apache.kafka.common.acl.AclOperation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Every operation.
    All,
    /// Fetch records; join a group, commit its offsets.
    Read,
    /// Produce; use a transactional id.
    Write,
    /// Make topics.
    Create,
    /// Remove topics, records or groups.
    Delete,
    /// Change partitions, quotas, rules.
    Alter,
    /// See that it is there.
    Describe,
    /// What brokers do among themselves.
    ClusterAction,
    /// See settings.
    DescribeConfigs,
    /// Change settings.
    AlterConfigs,
    /// Produce without duplicates (KIP-98; since KIP-679 the right to write any topic is enough).
    IdempotentWrite,
    /// Make delegation tokens for others (KIP-373).
    CreateTokens,
    /// See delegation tokens of others (KIP-373).
    DescribeTokens,
    /// Take part in a two-phase commit (KIP-939).
    TwoPhaseCommit,
}

/// What a rule does (`org.apache.kafka.common.acl.AclPermissionType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever others allow.
    Deny,
}

/// Kafka's code of each word, and the spelling that Kafka's tools and Strimzi's operations use.
macro_rules! words {
    ($type:ident { $($variant:ident = $code:literal $label:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in the order of Kafka's codes.
            pub const fn all() -> &'static [Self] {
                &[$(Self::$variant),+]
            }

            /// Kafka's code for it on the wire.
            pub const fn code(self) -> i8 {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// From Kafka's code; `None` for filters (`ANY`, `MATCH`) and for what is newer than this list.
            pub const fn from_code(code: i8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The word as Kafka's tools print it (`SecurityUtils.toPascalCase`).
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }

            /// From [`Self::label`], letter case aside, as Strimzi's model reads it.
            pub fn from_label(label: &str) -> Option<Self> {
                Self::all()
                    .iter()
                    .copied()
                    .find(|word| word.label().eq_ignore_ascii_case(label))
            }
        }
    };
}

words!(ResourceType {
    Topic = 2 "Topic",
    Group = 3 "Group",
    Cluster = 4 "Cluster",
    TransactionalId = 5 "TransactionalId",
    DelegationToken = 6 "DelegationToken",
    User = 7 "User",
});

words!(PatternType {
    Literal = 3 "Literal",
    Prefix = 4 "Prefixed",
});

words!(Operation {
    All = 2 "All",
    Read = 3 "Read",
    Write = 4 "Write",
    Create = 5 "Create",
    Delete = 6 "Delete",
    Alter = 7 "Alter",
    Describe = 8 "Describe",
    ClusterAction = 9 "ClusterAction",
    DescribeConfigs = 10 "DescribeConfigs",
    AlterConfigs = 11 "AlterConfigs",
    IdempotentWrite = 12 "IdempotentWrite",
    CreateTokens = 13 "CreateTokens",
    DescribeTokens = 14 "DescribeTokens",
    TwoPhaseCommit = 15 "TwoPhaseCommit",
});

words!(Effect {
    Deny = 2 "Deny",
    Allow = 3 "Allow",
});

impl ResourceType {
    /// The operations that brokers ask about for it (`AclEntry.supportedOperations`; `TwoPhaseCommit` by KIP-939), without
    /// `All`. Kafka stores rules for others too; they never count.
    pub const fn operations(self) -> &'static [Operation] {
        use Operation::{
            Alter, AlterConfigs, ClusterAction, Create, CreateTokens, Delete, Describe,
            DescribeConfigs, DescribeTokens, IdempotentWrite, Read, TwoPhaseCommit, Write,
        };
        match self {
            Self::Topic => &[
                Read,
                Write,
                Create,
                Delete,
                Alter,
                Describe,
                DescribeConfigs,
                AlterConfigs,
            ],
            Self::Group => &[Read, Delete, Describe, DescribeConfigs, AlterConfigs],
            Self::Cluster => &[
                Create,
                Alter,
                Describe,
                ClusterAction,
                DescribeConfigs,
                AlterConfigs,
                IdempotentWrite,
            ],
            Self::TransactionalId => &[Write, Describe, TwoPhaseCommit],
            Self::DelegationToken => &[Describe],
            Self::User => &[CreateTokens, DescribeTokens],
        }
    }
}

impl Operation {
    /// Whether a rule that allows `self` allows `asked` (`StandardAuthorizerData.findResult`).
    pub const fn allows(self, asked: Self) -> bool {
        match (self, asked) {
            (Self::All, _)
            | (Self::Read | Self::Write | Self::Delete | Self::Alter, Self::Describe)
            | (Self::AlterConfigs, Self::DescribeConfigs) => true,
            _ => self as u8 == asked as u8,
        }
    }

    /// Whether a rule that denies `self` denies `asked`: only itself, and `All` everything.
    pub const fn denies(self, asked: Self) -> bool {
        matches!(self, Self::All) || self as u8 == asked as u8
    }
}
