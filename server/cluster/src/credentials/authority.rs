//! Public certificates of a cluster's authorities, from the Secrets `<cluster>-cluster-ca-cert` and `<cluster>-clients-ca-cert`.
//!
//! Strimzi keeps the private keys in other Secrets (`<cluster>-cluster-ca`), which are never asked for. Nothing grants these by
//! default, because RBAC takes names and not patterns; who wants them shown grants them by name (docs/SECURITY.md).

use super::{Credentials, NoSecret, SecretRef, fetch};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::collections::BTreeMap;

/// More certificates in one Secret are passed over: an authority has one, and one more while it is renewed.
const MOST: usize = 16;
/// Longer texts are no certificates.
const LONGEST: usize = 64 * 1024;

/// What a Secret of an authority says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorityState {
    /// PEM texts by their keys: `ca.crt`, and `ca-<time>.crt` of certificates that were replaced.
    Present(Vec<(String, String)>),
    /// There is none.
    Absent,
    /// The console may not read it.
    Forbidden,
    /// It could not be had; in a sentence.
    Unknown(String),
}

impl Credentials {
    /// Reads an authority's public certificates; nothing else of the Secret is looked at. Asks the API server each time.
    pub async fn authority(&self, secret: &SecretRef) -> AuthorityState {
        match fetch::<super::Wire>(&self.client, secret).await {
            Ok(wire) => AuthorityState::Present(certificates(&wire.data.unwrap_or_default())),
            Err(NoSecret::Absent) => AuthorityState::Absent,
            Err(NoSecret::Forbidden) => AuthorityState::Forbidden,
            Err(NoSecret::Unusable(why) | NoSecret::Unknown(why)) => AuthorityState::Unknown(why),
        }
    }
}

fn certificates(data: &BTreeMap<String, String>) -> Vec<(String, String)> {
    data.iter()
        .filter(|(key, encoded)| key.ends_with(".crt") && encoded.len() <= LONGEST)
        .filter_map(|(key, encoded)| {
            let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
            Some((key.clone(), text))
        })
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certificates_are_looked_at() {
        let data = BTreeMap::from(
            [
                ("ca.crt", "Y2VydGlmaWNhdGU="),
                ("ca.key", "c2VjcmV0"),
                ("ca.p12", "c2VjcmV0"),
                ("ca.password", "c2VjcmV0"),
                ("ca-2026-01-01T00-00-00Z.crt", "b2xk"),
                ("broken.crt", "***"),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
        );
        assert_eq!(
            certificates(&data),
            [
                ("ca-2026-01-01T00-00-00Z.crt".to_owned(), "old".to_owned()),
                ("ca.crt".to_owned(), "certificate".to_owned())
            ]
        );
    }
}
