//! A question to the authorizer, and the answer with its reason.

use super::{Operation, Principal, ResourceType, Rule};
use serde::{Deserialize, Serialize};

/// May this principal do this, there, from that host?
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Who.
    pub principal: Principal,
    /// Does what; [`Operation::All`] asks whether a rule for `All` decides it.
    pub operation: Operation,
    /// To what kind of thing.
    pub resource_type: ResourceType,
    /// Which one.
    pub name: String,
    /// From which address, as Java prints it (`InetAddress.getHostAddress`). `None`: from a host that no rule names, so that
    /// only rules for host `*` count; [`Answer::hosts`] then says whether a host that rules name gets another answer.
    pub host: Option<String>,
}

/// What the authorizer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Whether it may be done; `None`: that can't be told, because the authorizer is not Kafka's own or not known.
    pub allowed: Option<bool>,
    /// What decided.
    pub because: Because,
    /// The question named no host, and from some host that a rule names the answer is the other one.
    pub hosts: bool,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Because {
    /// There is no authorizer.
    NoAuthorizer,
    /// Super users may do everything.
    SuperUser,
    /// A rule allows it and none denies it.
    Allowed {
        /// Of those that allow it the most particular: the literal name before longer before shorter prefixes before `*`,
        /// and the principal's own before that of everyone. (Kafka's own log names another where several do.)
        rule: Rule,
    },
    /// A rule denies it.
    Denied {
        /// Of those that deny it the most particular, as above.
        rule: Rule,
    },
    /// No rule allows it, though there are rules for the resource.
    NoRule,
    /// There is no rule for the resource, for nobody; `allow.everyone.if.no.acl.found` decided.
    NoRuleAtAll,
    /// The authorizer is not Kafka's own, or not known.
    Unknown {
        /// Why it can't be told, for a sentence.
        why: String,
    },
}
