//! Effective permissions: what Kafka's authorizer would say to a question, why, and which rule was probably meant for it.
//!
//! Pure. Follows `org.apache.kafka.metadata.authorizer.StandardAuthorizer` of Kafka 4.x (`StandardAuthorizerData.authorize`,
//! `findAclRule`, `findResult`) and, for questions about any resource of a type, `Authorizer.authorizeByResourceType`
//! (KIP-679). In the order in which Kafka decides:
//! 1. A super user may do everything, whatever rules deny.
//! 2. Of the rules for the resource (literal of its name, prefix of its name, literal `*`) count those for the principal or
//!    `User:*`, for the host or `*`, and for the operation or `All`. To allow `Read`, `Write`, `Delete` or `Alter` is to allow
//!    `Describe`, to allow `AlterConfigs` is to allow `DescribeConfigs`; to deny implies nothing but itself.
//! 3. A rule that denies wins over any that allows.
//! 4. Where no rule counts, the answer is no; except where the resource has no rule at all, for nobody: there
//!    `allow.everyone.if.no.acl.found` decides.

mod answer;
mod any;
mod authorizer;
pub mod declared;
pub mod findings;
mod grants;
mod nearest;
mod question;
mod rule;
mod rule_set;
mod slip;
mod words;
mod yaml;

#[cfg(test)]
mod tests;

pub use crate::ids::Principal;
pub use authorizer::Authorizer;
pub use grants::{Grant, Holder, May};
pub use nearest::{Miss, Nearest};
pub use question::{Answer, Because, Question};
pub use rule::{ANY, CLUSTER, Rule};
pub use rule_set::{Held, RuleSet};
pub use words::{Effect, Operation, PatternType, ResourceType};
pub use yaml::yaml;
