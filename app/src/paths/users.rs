//! Addresses of users: principals, rules, who may do what, quotas, and one user.
//!
//! A principal's name may be any text; it goes into the path or travels in the query as names of groups do (decision 10). The name is
//! the principal's without its type where that is `User`, as it is for everybody whom Kafka's own authorizer knows.

use super::{cluster, csv, fits_path, with_query};
use penstock_domain::{
    ids::{ClusterRef, Principal},
    query::{ListQuery, encode, value_of},
    user::may::ResourceQuestion,
};

/// Tabs of a user's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserTab {
    /// May it do something, its rules, where it can connect.
    #[default]
    Permissions,
    /// What a client needs.
    SetUp,
    /// The KafkaUser and its conditions.
    Resource,
}

impl UserTab {
    /// Every tab in its order.
    pub const ALL: [UserTab; 3] = [UserTab::Permissions, UserTab::SetUp, UserTab::Resource];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            UserTab::Permissions => "",
            UserTab::SetUp => "setup",
            UserTab::Resource => "resource",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            UserTab::Permissions => "Permissions",
            UserTab::SetUp => "Client set-up",
            UserTab::Resource => "Resource",
        }
    }

    fn of(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.name() == name)
            .unwrap_or_default()
    }
}

/// What the query of a user's page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPageQuery {
    /// Which tab.
    pub tab: UserTab,
    /// What may be done; without a name nothing is asked.
    pub question: ResourceQuestion,
}

impl UserPageQuery {
    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        Self {
            tab: UserTab::of(&value_of(query, "tab").unwrap_or_default()),
            question: ResourceQuestion {
                principal: None,
                ..ResourceQuestion::parse(query)
            },
        }
    }
}

/// A cluster's principals as `query` asks for them.
pub fn users(of: &ClusterRef, query: &ListQuery) -> String {
    with_query(format!("{}/users", cluster(of)), &query.to_query_string())
}

/// A cluster's rules as `query` asks for them.
pub fn rules(of: &ClusterRef, query: &ListQuery) -> String {
    with_query(format!("{}/acls", cluster(of)), &query.to_query_string())
}

/// Who may do something to a resource.
pub fn access(of: &ClusterRef, question: &ResourceQuestion) -> String {
    let query = if *question == ResourceQuestion::default() {
        String::new()
    } else {
        question.to_query()
    };
    with_query(format!("{}/access", cluster(of)), &query)
}

/// A cluster's quotas.
pub fn quotas(of: &ClusterRef) -> String {
    format!("{}/quotas", cluster(of))
}

/// The list of principals as a file.
pub fn users_csv(of: &ClusterRef, query: &ListQuery) -> String {
    csv::list(format!("/api/v1{}/users", cluster(of)), query)
}

/// The list of rules as a file.
pub fn rules_csv(of: &ClusterRef, query: &ListQuery) -> String {
    csv::list(format!("/api/v1{}/acls", cluster(of)), query)
}

/// One user's page.
pub fn user(of: &ClusterRef, user: &Principal) -> String {
    user_as(of, user, &UserPageQuery::default())
}

/// One user's page as `query` asks for it.
pub fn user_as(of: &ClusterRef, user: &Principal, query: &UserPageQuery) -> String {
    let name = named(user);
    let (path, in_query) = if fits_path(name) {
        (format!("{}/users/{name}", cluster(of)), false)
    } else {
        (format!("{}/user", cluster(of)), true)
    };
    let mut pairs = Vec::new();
    if in_query {
        pairs.push(format!("user={}", encode(name)));
    }
    if query.tab != UserTab::default() {
        pairs.push(format!("tab={}", query.tab.name()));
    }
    if query.question.is_asked() {
        pairs.push(query.question.to_query());
    }
    with_query(path, &pairs.join("&"))
}

/// How a principal is named in an address.
pub fn named(user: &Principal) -> &str {
    user.as_str().strip_prefix("User:").unwrap_or(user.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Page;
    use penstock_domain::acl::{Operation, ResourceType};

    #[test]
    fn every_principal_has_an_address_that_names_it() {
        let c = ClusterRef::new("kafka", "task-events");
        for name in ["task-api", "CN=a", "CN=a,O=b/c", "..", "ü %", "*"] {
            let principal = Principal::user(name);
            let address = user(&c, &principal);
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(
                Page::of(path, query),
                Page::User(c.clone(), principal),
                "{address}"
            );
        }
        assert_eq!(
            user(&c, &Principal::user("task-api")),
            "/clusters/kafka/task-events/users/task-api"
        );
    }

    #[test]
    fn a_question_stands_in_the_address() {
        let c = ClusterRef::new("kafka", "task-events");
        let query = UserPageQuery {
            tab: UserTab::Permissions,
            question: ResourceQuestion {
                resource_type: ResourceType::Group,
                name: "a b".to_owned(),
                operation: Operation::Read,
                ..ResourceQuestion::default()
            },
        };
        let address = user_as(&c, &Principal::user("x"), &query);
        let (_, raw) = address.split_once('?').unwrap();
        assert_eq!(UserPageQuery::of(raw), query);
        assert_eq!(
            access(&c, &ResourceQuestion::default()),
            "/clusters/kafka/task-events/access"
        );
    }
}
