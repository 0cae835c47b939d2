//! Who the API server knows: static tokens, made anew for every bed. What each may is in `testbed/resources/access.yaml`.

use crate::state::{Identity, Secret};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{Api, PostParams};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The member of `system:masters` that sets the bed up.
const ADMINISTRATOR: &str = "bed-admin";

/// The people of the demo and the bed's own administrator.
#[derive(Clone, Debug)]
pub struct Identities {
    /// Token of the bed's administrator.
    pub administrator: Secret,
    /// The people, by name.
    pub people: BTreeMap<String, Identity>,
}

impl Identities {
    /// With new tokens.
    pub fn new() -> Self {
        let person = |groups: &[&str], may: &str| Identity {
            token: random_secret(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            may: may.to_owned(),
        };
        let people = [
            (
                "alice",
                person(&["kafka-admins"], "everything in all namespaces"),
            ),
            ("bob", person(&["team-dev"], "read in namespace dev")),
            ("carol", person(&[], "nothing")),
        ];
        Self {
            administrator: random_secret(),
            people: people
                .into_iter()
                .map(|(name, identity)| (name.to_owned(), identity))
                .collect(),
        }
    }

    /// The API server's token file: `token,user,uid,"group,group"` a line.
    pub fn token_file(&self) -> String {
        let mut text = format!(
            "{},{ADMINISTRATOR},{ADMINISTRATOR},\"system:masters\"\n",
            self.administrator.expose()
        );
        for (name, identity) in &self.people {
            let groups = identity.groups.join(",");
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "{},{name},{name},\"{groups}\"",
                identity.token.expose()
            );
        }
        text
    }
}

impl Default for Identities {
    fn default() -> Self {
        Self::new()
    }
}

/// A token for a ServiceAccount, good for so many seconds.
///
/// # Errors
/// The API server gives none.
pub async fn token(accounts: &Api<ServiceAccount>, name: &str, seconds: i64) -> Result<String> {
    let request = TokenRequest {
        spec: Some(TokenRequestSpec {
            expiration_seconds: Some(seconds),
            ..TokenRequestSpec::default()
        }),
        ..TokenRequest::default()
    };
    let answer = accounts
        .create_token_request(name, &PostParams::default(), &request)
        .await
        .with_context(|| format!("no token for ServiceAccount {name}"))?;
    answer
        .status
        .and_then(|status| status.token)
        .context("an empty answer to the token request")
}

/// 256 random bits in URL-safe text.
pub fn random_secret() -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_file_has_a_line_for_everyone() {
        let identities = Identities::new();
        let text = identities.token_file();
        assert_eq!(text.lines().count(), 4);
        assert!(text.contains(",alice,alice,\"kafka-admins\"\n"));
        assert!(text.contains(",carol,carol,\"\"\n"));
    }
}
