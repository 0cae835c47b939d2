//! Who decides in a cluster: its authorizer as the brokers' settings name it.

use super::Principal;
use serde::{Deserialize, Serialize};

/// The class that Kafka in KRaft mode has of its own.
const STANDARD: &str = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

/// The authorizer of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum Authorizer {
    /// There is none: everyone may do everything.
    None,
    /// Kafka's own, `StandardAuthorizer` (Strimzi's `type: simple`).
    Simple {
        /// Who may do everything (`super.users`), compared as text.
        super_users: Vec<Principal>,
        /// What holds for a resource that has no rule at all (`allow.everyone.if.no.acl.found`).
        allow_everyone_if_no_acl_found: bool,
    },
    /// Another one, whose decisions are not known here.
    Other {
        /// Its class (`authorizer.class.name`).
        class: String,
    },
    /// It is not known which.
    Unknown {
        /// Why not, for a sentence.
        why: String,
    },
}

impl Authorizer {
    /// From a broker's settings `authorizer.class.name`, `super.users` and `allow.everyone.if.no.acl.found`, read as
    /// `StandardAuthorizer.configure` reads them: super users are separated by `;`, and only `true` is true.
    pub fn from_settings(
        class: Option<&str>,
        super_users: Option<&str>,
        allow_everyone_if_no_acl_found: Option<&str>,
    ) -> Self {
        match class.map(str::trim) {
            None | Some("") => Self::None,
            Some(STANDARD) => Self::Simple {
                super_users: super_users
                    .unwrap_or_default()
                    .split(';')
                    .map(str::trim)
                    .filter(|user| !user.is_empty())
                    .map(Principal::new)
                    .collect(),
                allow_everyone_if_no_acl_found: allow_everyone_if_no_acl_found
                    .is_some_and(|text| text.trim().eq_ignore_ascii_case("true")),
            },
            Some(class) => Self::Other {
                class: class.to_owned(),
            },
        }
    }

    /// Who may do everything; nobody where that is not known.
    pub fn super_users(&self) -> &[Principal] {
        match self {
            Self::Simple { super_users, .. } => super_users,
            _ => &[],
        }
    }

    /// Whether this principal may do everything, whatever rules say.
    pub fn is_super_user(&self, principal: &Principal) -> bool {
        self.super_users().contains(principal)
    }
}
