//! Users: principals of a cluster, joined of what declares them and of what the brokers know of them.
//!
//! A principal may be declared (a KafkaUser), known to the brokers alone (rules, passwords, quotas), or seen at work (members of
//! groups). Which rules hold, and what follows from them, is `crate::acl`. Passwords and keys are no part of any shape here.

pub mod credential;
pub mod judge;
pub mod listener;
pub mod may;
pub mod properties;
pub mod query;
pub mod quota;
pub mod rules;
pub mod state;
pub mod words;

use crate::{
    acl::{Authorizer, Principal, Rule},
    advice::Advice,
    envelope::{Freshness, Missing, Page},
    resource::{ResourceDetail, ResourceRef},
    time::Timestamp,
};
use credential::Mechanism;
use listener::ListenerAnswer;
use may::MayAnswer;
use quota::QuotaRow;
use serde::{Deserialize, Serialize};
use state::UserState;

/// A principal in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserRow {
    /// What the brokers take it for: `User:task-api`, `User:CN=audit-log`.
    pub principal: Principal,
    /// What people call it: the name of its KafkaUser, else the principal's.
    pub name: String,
    /// How it stands.
    pub state: UserState,
    /// The worst of what is the matter with it.
    pub finding: Option<Advice>,
    /// How it shows who it is, declared or known to the brokers; empty where neither tells.
    pub mechanisms: Vec<Mechanism>,
    /// Rules of this principal in force; `None` while the brokers have not told.
    pub rules: Option<u64>,
    /// Rules that its resource declares; `None` without a resource.
    pub declared_rules: Option<u64>,
    /// Quotas of this principal in force; `None` while the brokers have not told.
    pub quotas: Option<u64>,
    /// Whether the brokers let it do everything, whatever the rules.
    pub super_user: bool,
    /// Its KafkaUser.
    pub resource: Option<ResourceRef>,
    /// When its KafkaUser was made.
    pub created: Option<Timestamp>,
}

/// Figures over all principals of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserTotals {
    /// Principals.
    pub principals: u64,
    /// Of them with a KafkaUser.
    pub declared: u64,
    /// Of them known to the brokers alone.
    pub live_only: u64,
    /// Of them that wait for a person.
    pub attention: u64,
    /// Rules in force; `None` while the brokers have not told.
    pub rules: Option<u64>,
    /// Quotas in force, over all entities.
    pub quotas: Option<u64>,
}

/// A page of principals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserList {
    /// Principals, in the order that was asked for.
    pub items: Vec<UserRow>,
    /// How many there are, and how to go on.
    pub page: Page,
    /// When the brokers' part was true.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
    /// Figures over all.
    pub totals: UserTotals,
    /// Who decides on the brokers.
    pub authorizer: Authorizer,
    /// How old and how complete.
    pub freshness: Freshness,
}

/// A rule with what it is worth now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleRow {
    /// Rules that differ in their operation alone, as one.
    pub rules: Vec<Rule>,
    /// Whether the KafkaUser declares them; `None` without one.
    pub declared: Option<bool>,
    /// Whether the brokers have them; `None` while they have not told.
    pub in_force: Option<bool>,
    /// How many topics or groups the pattern matches now; `None` where that can't be told (transactional ids, the brokers' silence).
    pub matches: Option<u64>,
    /// The first few of them.
    pub examples: Vec<String>,
    /// What is the matter with it.
    pub findings: Vec<Advice>,
}

/// A page of rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleList {
    /// Rules in force.
    pub items: Vec<Rule>,
    /// How many there are, and how to go on.
    pub page: Page,
    /// When they were read.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
    /// Who decides on the brokers.
    pub authorizer: Authorizer,
}

/// A principal in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserDetail {
    /// As in the list.
    pub row: UserRow,
    /// Everything that is the matter, worst first.
    pub findings: Vec<Advice>,
    /// Rules, declared ones in their order first.
    pub rules: Vec<RuleRow>,
    /// Rules for everybody (`User:*`) that hold for this principal too.
    pub everybody: Vec<Rule>,
    /// The answer to what was asked with it.
    pub may: Option<MayAnswer>,
    /// Which listeners take it.
    pub listeners: Vec<ListenerAnswer>,
    /// Quotas, declared and in force.
    pub quotas: Vec<QuotaRow>,
    /// Passwords that the brokers know, without them.
    pub scram: Vec<credential::ScramCredential>,
    /// Name of the Secret with its credentials, as its resource's status says.
    pub secret: Option<String>,
    /// Its KafkaUser in full.
    pub resource: Option<ResourceDetail>,
    /// Who decides on the brokers.
    pub authorizer: Authorizer,
    /// When the brokers' part was true.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
}
