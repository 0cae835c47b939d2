//! Who the API server knows: static tokens, made anew for every bed. What each may is in `testbed/resources/access.yaml`.

use crate::state::{Identity, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
