//! One rule, and what it covers.

use super::{Effect, Operation, PatternType, Principal, ResourceType};
use serde::{Deserialize, Serialize};

/// The name that is any name, and the host that is any host (`StandardAuthorizerData.WILDCARD`).
pub const ANY: &str = "*";

/// The one name of the one resource of type cluster (`Resource.CLUSTER_NAME`).
pub const CLUSTER: &str = "kafka-cluster";

/// One rule as Kafka stores it (`AclBinding`: a `ResourcePattern` and an `AccessControlEntry`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// For whom; `User:*` is everyone.
    pub principal: Principal,
    /// On what kind of thing.
    pub resource_type: ResourceType,
    /// How [`Rule::name`] is meant.
    pub pattern_type: PatternType,
    /// Which ones.
    pub name: String,
    /// To do what.
    pub operation: Operation,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// From where; `*` is everywhere, anything else is one address. Kafka knows no ranges and no names.
    pub host: String,
}

impl Rule {
    /// Whether it is about resources of this name; the type is not looked at.
    pub fn is_about(&self, name: &str) -> bool {
        match self.pattern_type {
            PatternType::Literal => self.name == name || self.name == ANY,
            PatternType::Prefix => name.starts_with(&self.name),
        }
    }

    /// Whether it decides this operation: what it allows implies some others, what it denies none.
    pub fn decides(&self, operation: Operation) -> bool {
        match self.effect {
            Effect::Allow => self.operation.allows(operation),
            Effect::Deny => self.operation.denies(operation),
        }
    }

    /// Whether it is about every name.
    pub fn is_about_all(&self) -> bool {
        match self.pattern_type {
            PatternType::Literal => self.name == ANY,
            PatternType::Prefix => self.name.is_empty(),
        }
    }

    /// Whether it counts from every host.
    pub fn is_for_any_host(&self) -> bool {
        self.host == ANY
    }

    /// Whether it is for this principal: its own, or everyone's.
    pub fn is_for(&self, principal: &Principal) -> bool {
        self.principal == *principal || self.principal.is_everyone()
    }

    /// Whether every name that `other` is about is one that this is about, of the same type.
    pub fn names_cover(&self, other: &Self) -> bool {
        if self.resource_type != other.resource_type {
            return false;
        }
        if self.is_about_all() {
            return true;
        }
        match (self.pattern_type, other.pattern_type) {
            (PatternType::Literal, PatternType::Literal) => self.name == other.name,
            // A literal `*` is every name, whatever a prefix `*` is about.
            (PatternType::Prefix, PatternType::Literal) => {
                other.name != ANY && other.name.starts_with(&self.name)
            }
            (PatternType::Prefix, PatternType::Prefix) => other.name.starts_with(&self.name),
            (PatternType::Literal, PatternType::Prefix) => false,
        }
    }

    /// Whether it counts from every host from which `other` counts, and for everyone for whom `other` counts.
    pub fn clients_cover(&self, other: &Self) -> bool {
        (self.is_for_any_host() || self.host == other.host) && self.is_for(&other.principal)
    }

    /// Whether `other` changes nothing beside it: both have the same effect, and this one has it wherever `other` has it.
    pub fn covers(&self, other: &Self) -> bool {
        self.effect == other.effect
            && self.names_cover(other)
            && self.clients_cover(other)
            && self.decides(other.operation)
    }

    /// Whether it takes away all that `other` allows.
    ///
    /// A rule that denies `Read` leaves the `Describe` that an allowed `Read` implies; that is too little to keep the rule for.
    pub fn voids(&self, other: &Self) -> bool {
        self.effect == Effect::Deny
            && other.effect == Effect::Allow
            && self.names_cover(other)
            && self.clients_cover(other)
            && self.operation.denies(other.operation)
    }

    /// Whether there is a question on which both count: some name, host, principal and operation in common.
    pub fn meets(&self, other: &Self) -> bool {
        let names = self.names_cover(other) || other.names_cover(self);
        let hosts = self.is_for_any_host() || other.is_for_any_host() || self.host == other.host;
        let principals = self.is_for(&other.principal) || other.is_for(&self.principal);
        names && hosts && principals && self.shares_operation(other)
    }

    fn shares_operation(&self, other: &Self) -> bool {
        Operation::all()
            .iter()
            .any(|operation| self.decides(*operation) && other.decides(*operation))
    }
}
