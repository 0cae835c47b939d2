//! What a KafkaUser declares, as rules of Kafka, and how they differ from those that live.
//!
//! Follows Strimzi's user operator (`SimpleAclRule.fromCrd`, `SimpleAclRule.toKafkaAclBinding`, `SimpleAclRuleResource`):
//! one rule for each operation; duplicates are one.

use super::{ANY, CLUSTER, Effect, Operation, PatternType, Principal, ResourceType, Rule};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// One entry of `spec.authorization.acls`, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct DeclaredRule {
    /// `resource`.
    pub resource: DeclaredResource,
    /// `type`: `allow` or `deny`; not written: `allow`.
    #[serde(rename = "type")]
    pub effect: Option<String>,
    /// `host`; not written: `*`.
    pub host: Option<String>,
    /// `operations`.
    pub operations: Option<Vec<String>>,
    /// `operation`, as older versions of the resource had it; not together with `operations`.
    pub operation: Option<String>,
}

/// `resource` of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct DeclaredResource {
    /// `type`: `topic`, `group`, `cluster` or `transactionalId`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// `name`; left out for the cluster.
    pub name: Option<String>,
    /// `patternType`: `literal` or `prefix`; not written: `literal`.
    pub pattern_type: Option<String>,
}

/// Why an entry can't be a rule. The operator then stores none of the KafkaUser's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum DeclaredError {
    /// A type of resource that Strimzi does not have.
    ResourceType {
        /// As written.
        value: String,
    },
    /// A pattern type that Strimzi does not have.
    PatternType {
        /// As written.
        value: String,
    },
    /// An operation that Strimzi does not have.
    Operation {
        /// As written.
        value: String,
    },
    /// A `type` that is neither `allow` nor `deny`.
    Effect {
        /// As written.
        value: String,
    },
    /// No name, where the type of resource needs one.
    NoName {
        /// The type of resource.
        resource_type: ResourceType,
    },
    /// Neither `operations` nor `operation`.
    NoOperation,
    /// Both `operations` and `operation`.
    BothOperations,
}

/// How declared rules and those that live differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleDrift {
    /// Declared, but not there.
    pub missing: Vec<Rule>,
    /// There, but not declared.
    pub extra: Vec<Rule>,
}

impl RuleDrift {
    /// Whether both are the same.
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Compares as sets; sorted.
pub fn compare(declared: &[Rule], live: &[Rule]) -> RuleDrift {
    let declared: BTreeSet<&Rule> = declared.iter().collect();
    let live: BTreeSet<&Rule> = live.iter().collect();
    let only = |these: &BTreeSet<&Rule>, those: &BTreeSet<&Rule>| {
        these
            .difference(those)
            .map(|rule| (*rule).clone())
            .collect()
    };
    RuleDrift {
        missing: only(&declared, &live),
        extra: only(&live, &declared),
    }
}

/// The principal of a KafkaUser (`KafkaUserModel.getUserName`): `User:CN=<name>` where clients log in with certificates,
/// `User:<name>` otherwise.
pub fn principal(name: &str, tls: bool) -> Principal {
    if tls {
        Principal::from(format!("User:CN={name}"))
    } else {
        Principal::user(name)
    }
}

/// The rules of the entries, in their order and with repetitions; the first entry that can't be one is the error.
pub fn rules(principal: &Principal, declared: &[DeclaredRule]) -> Result<Vec<Rule>, DeclaredError> {
    let mut rules = Vec::new();
    for entry in declared {
        rules.extend(entry.rules(principal)?);
    }
    Ok(rules)
}

impl DeclaredRule {
    /// The rules of this entry, one for each operation.
    pub fn rules(&self, principal: &Principal) -> Result<Vec<Rule>, DeclaredError> {
        let (resource_type, pattern_type, name) = self.resource.pattern()?;
        let effect = effect(self.effect.as_deref())?;
        let rule = |operation| Rule {
            principal: principal.clone(),
            resource_type,
            pattern_type,
            name: name.clone(),
            operation,
            effect,
            host: self.host.clone().unwrap_or_else(|| ANY.to_owned()),
        };
        Ok(self.operations()?.into_iter().map(rule).collect())
    }

    fn operations(&self) -> Result<Vec<Operation>, DeclaredError> {
        match (&self.operations, &self.operation) {
            (Some(_), Some(_)) => Err(DeclaredError::BothOperations),
            (Some(operations), None) => operations.iter().map(|name| operation(name)).collect(),
            (None, Some(name)) => Ok(vec![operation(name)?]),
            (None, None) => Err(DeclaredError::NoOperation),
        }
    }
}

impl DeclaredResource {
    fn pattern(&self) -> Result<(ResourceType, PatternType, String), DeclaredError> {
        let resource_type = ResourceType::all()
            .iter()
            .copied()
            .find(|known| type_word(*known) == Some(self.resource_type.as_str()))
            .ok_or_else(|| DeclaredError::ResourceType {
                value: self.resource_type.clone(),
            })?;
        if resource_type == ResourceType::Cluster {
            // Whatever else is written there does not matter.
            let name = CLUSTER.to_owned();
            return Ok((resource_type, PatternType::Literal, name));
        }
        let name = self
            .name
            .clone()
            .ok_or(DeclaredError::NoName { resource_type })?;
        Ok((
            resource_type,
            pattern_type(self.pattern_type.as_deref())?,
            name,
        ))
    }
}

/// Strimzi's word for a type of resource; `None` for those that a KafkaUser can't declare.
pub(super) const fn type_word(resource_type: ResourceType) -> Option<&'static str> {
    match resource_type {
        ResourceType::Topic => Some("topic"),
        ResourceType::Group => Some("group"),
        ResourceType::Cluster => Some("cluster"),
        ResourceType::TransactionalId => Some("transactionalId"),
        ResourceType::DelegationToken | ResourceType::User => None,
    }
}

/// Strimzi's word for a pattern type.
pub(super) const fn pattern_word(pattern_type: PatternType) -> &'static str {
    match pattern_type {
        PatternType::Literal => "literal",
        PatternType::Prefix => "prefix",
    }
}

fn pattern_type(written: Option<&str>) -> Result<PatternType, DeclaredError> {
    let Some(written) = written else {
        return Ok(PatternType::Literal);
    };
    PatternType::all()
        .iter()
        .copied()
        .find(|known| pattern_word(*known) == written)
        .ok_or_else(|| DeclaredError::PatternType {
            value: written.to_owned(),
        })
}

fn effect(written: Option<&str>) -> Result<Effect, DeclaredError> {
    match written {
        None | Some("allow") => Ok(Effect::Allow),
        Some("deny") => Ok(Effect::Deny),
        Some(other) => Err(DeclaredError::Effect {
            value: other.to_owned(),
        }),
    }
}

/// The operations of Strimzi's model (`io.strimzi.api.kafka.model.user.acl.AclOperation`); fewer than Kafka has.
fn operation(written: &str) -> Result<Operation, DeclaredError> {
    Operation::all()
        .iter()
        .copied()
        .filter(|operation| is_declarable(*operation))
        .find(|operation| operation.label() == written)
        .ok_or_else(|| DeclaredError::Operation {
            value: written.to_owned(),
        })
}

/// Whether a KafkaUser can declare this operation; token operations and two-phase commit it can't.
pub const fn is_declarable(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateTokens | Operation::DescribeTokens | Operation::TwoPhaseCommit
    )
}

impl fmt::Display for DeclaredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResourceType { value } => write!(f, "there is no resource type “{value}”"),
            Self::PatternType { value } => write!(f, "there is no pattern type “{value}”"),
            Self::Operation { value } => write!(f, "there is no operation “{value}”"),
            Self::Effect { value } => write!(f, "“{value}” is neither “allow” nor “deny”"),
            Self::NoName { resource_type } => {
                write!(f, "a rule for a {} needs a name", resource_type.label())
            }
            Self::NoOperation => f.write_str("the rule has no operations"),
            Self::BothOperations => {
                f.write_str("“operations” and “operation” can't both be written")
            }
        }
    }
}

impl std::error::Error for DeclaredError {}
