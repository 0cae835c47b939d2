//! May a principal do something? The question as a form has it, and the answer with everything that a page says about it.

use crate::{
    acl::{Answer, Authorizer, Holder, Nearest, Operation, Principal, Question, ResourceType},
    envelope::Missing,
    query::{self, pairs},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Longest name that is looked up, in bytes; Kafka's own are at most 249, groups have no limit of their own.
pub const LONGEST_NAME: usize = 4_096;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MayAnswer {
    /// As it was asked.
    pub question: Question,
    /// What the authorizer says.
    pub answer: Answer,
    /// For a no: the rule that looks meant for it.
    pub nearest: Option<Nearest>,
    /// For a no: an entry of `spec.authorization.acls` that makes it a yes.
    pub grant: Option<String>,
    /// What it says to every operation on the same resource.
    pub operations: Vec<OperationAnswer>,
    /// Who decides on the brokers.
    pub authorizer: Authorizer,
    /// When the rules were read.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OperationAnswer {
    /// Which.
    pub operation: Operation,
    /// What the authorizer says.
    pub answer: Answer,
}

/// Who may do something to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Holders {
    /// Principals that rules or settings name, those that may first; `User:*` stands for everybody else.
    pub items: Vec<Holder>,
    /// For a question about one principal: its answer with every reason.
    pub one: Option<MayAnswer>,
    /// How many more there are than are listed.
    pub more: u64,
    /// Who decides on the brokers.
    pub authorizer: Authorizer,
    /// When the rules were read.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
}

/// A question about a resource, as an address carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceQuestion {
    /// What kind of thing.
    pub resource_type: ResourceType,
    /// Which one; empty: none is asked about yet.
    pub name: String,
    /// What is done to it.
    pub operation: Operation,
    /// By whom; `None`: by anybody.
    pub principal: Option<Principal>,
    /// From where; `None`: from any host.
    pub host: Option<String>,
}

impl Default for ResourceQuestion {
    fn default() -> Self {
        Self {
            resource_type: ResourceType::Topic,
            name: String::new(),
            operation: Operation::Read,
            principal: None,
            host: None,
        }
    }
}

impl ResourceQuestion {
    /// From a raw query string. What is not a type or an operation is taken for the default; an operation that the type does not have
    /// becomes the type's first.
    pub fn parse(raw: &str) -> Self {
        let mut question = Self::default();
        for (key, value) in pairs(raw) {
            match key.as_str() {
                "type" => {
                    if let Some(resource_type) = ResourceType::from_label(&value) {
                        question.resource_type = resource_type;
                    }
                }
                "name" => question.name = value,
                "operation" => {
                    if let Some(operation) = Operation::from_label(&value) {
                        question.operation = operation;
                    }
                }
                "principal" => {
                    question.principal = (!value.trim().is_empty()).then(|| principal(&value));
                }
                "host" => {
                    let host = value.trim();
                    question.host = (!host.is_empty()).then(|| host.to_owned());
                }
                _ => {}
            }
        }
        let operations = question.resource_type.operations();
        if !operations.contains(&question.operation)
            && let Some(first) = operations.first()
        {
            question.operation = *first;
        }
        question
    }

    /// Whether it names what it is about.
    pub fn is_asked(&self) -> bool {
        !self.name.is_empty() || self.resource_type == ResourceType::Cluster
    }

    /// As a raw query string.
    pub fn to_query(&self) -> String {
        let mut out = format!(
            "type={}&operation={}",
            query::encode(self.resource_type.label()),
            query::encode(self.operation.label())
        );
        let mut put = |key: &str, value: &str| {
            if !value.is_empty() {
                out.push('&');
                out.push_str(key);
                out.push('=');
                out.push_str(&query::encode(value));
            }
        };
        put("name", &self.name);
        put(
            "principal",
            self.principal.as_ref().map_or("", Principal::as_str),
        );
        put("host", self.host.as_deref().unwrap_or_default());
        out
    }

    /// The full question of one principal.
    pub fn of(&self, principal: Principal) -> Question {
        Question {
            principal,
            operation: self.operation,
            resource_type: self.resource_type,
            name: self.name.clone(),
            host: self.host.clone(),
        }
    }
}

/// What somebody typed as a principal: with its type, or the name of a user.
pub fn principal(text: &str) -> Principal {
    let text = text.trim();
    if text.starts_with("User:") {
        Principal::new(text)
    } else {
        Principal::user(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_its_address() {
        let question = ResourceQuestion {
            resource_type: ResourceType::Group,
            name: "a/b c&d".to_owned(),
            operation: Operation::Delete,
            principal: Some(Principal::user("CN=a,O=b")),
            host: Some("10.0.0.1".to_owned()),
        };
        assert_eq!(ResourceQuestion::parse(&question.to_query()), question);
        assert_eq!(
            ResourceQuestion::parse("type=nonsense&operation=nonsense"),
            ResourceQuestion::default()
        );
        let named = ResourceQuestion::parse("principal=task-api");
        assert_eq!(named.principal, Some(Principal::new("User:task-api")));
    }

    #[test]
    fn an_operation_that_the_type_does_not_have_is_not_asked() {
        let question = ResourceQuestion::parse("type=TransactionalId&operation=Read");
        let operations = ResourceType::TransactionalId.operations();
        assert!(operations.contains(&question.operation));
    }
}
