//! SCRAM-SHA-256 and SCRAM-SHA-512 as a client: pure, one exchange a value (RFC 5802, RFC 7677; Kafka's profile is KIP-84).
//!
//! Kafka does not prepare names and passwords with SASLprep (class `ScramFormatter`), so neither does this.

use crate::config::{SaslMechanism, Secret};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha512};

/// Fewer iterations would make the password cheap to guess for whoever hears the exchange (RFC 7677).
const FEWEST_ITERATIONS: u32 = 4096;
/// Kafka allows at most 16384; a hostile server could ask for any number to burn this machine's time.
const MOST_ITERATIONS: u32 = 1_000_000;

/// Why an exchange failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScramError {
    /// The server's message does not follow the RFC.
    #[error("the server's message is malformed")]
    Malformed,
    /// The server's nonce does not start with ours.
    #[error("the server answered another exchange")]
    Nonce,
    /// Too few or too many iterations.
    #[error("the server asks for {0} iterations")]
    Iterations(u32),
    /// The server refused in words of the RFC: `invalid-proof`.
    #[error("{0}")]
    Refused(String),
    /// The server's signature is wrong: it does not know the password.
    #[error("the server did not prove that it knows the password")]
    Signature,
}

/// Which hash the exchange runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScramHash {
    Sha256,
    Sha512,
}

impl ScramHash {
    /// That of a mechanism; `None` for PLAIN.
    pub(crate) fn of(mechanism: SaslMechanism) -> Option<Self> {
        match mechanism {
            SaslMechanism::Plain => None,
            SaslMechanism::ScramSha256 => Some(ScramHash::Sha256),
            SaslMechanism::ScramSha512 => Some(ScramHash::Sha512),
        }
    }

    fn hash(self, data: &[u8]) -> Vec<u8> {
        match self {
            ScramHash::Sha256 => Sha256::digest(data).to_vec(),
            ScramHash::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            ScramHash::Sha256 => keyed::<Hmac<Sha256>>(key, data),
            ScramHash::Sha512 => keyed::<Hmac<Sha512>>(key, data),
        }
    }

    fn verify(self, key: &[u8], data: &[u8], tag: &[u8]) -> bool {
        fn check<M: Mac + hmac::digest::KeyInit>(key: &[u8], data: &[u8], tag: &[u8]) -> bool {
            <M as Mac>::new_from_slice(key)
                .is_ok_and(|mac| mac.chain_update(data).verify_slice(tag).is_ok())
        }
        match self {
            ScramHash::Sha256 => check::<Hmac<Sha256>>(key, data, tag),
            ScramHash::Sha512 => check::<Hmac<Sha512>>(key, data, tag),
        }
    }

    fn salted(self, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        match self {
            ScramHash::Sha256 => {
                pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password, salt, iterations).to_vec()
            }
            ScramHash::Sha512 => {
                pbkdf2::pbkdf2_hmac_array::<Sha512, 64>(password, salt, iterations).to_vec()
            }
        }
    }
}

fn keyed<M: Mac + hmac::digest::KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length; an error can't happen, and an empty tag would match nothing.
    <M as Mac>::new_from_slice(key)
        .map(|mac| mac.chain_update(data).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// An exchange that has been started.
pub(crate) struct Started {
    hash: ScramHash,
    nonce: String,
    first_bare: String,
}

/// An exchange that waits for the server's signature.
pub(crate) struct Proved {
    hash: ScramHash,
    server_key: Vec<u8>,
    auth_message: String,
}

/// Starts an exchange: the message to send first. `nonce` must be fresh and printable without commas.
pub(crate) fn start(hash: ScramHash, username: &str, nonce: String) -> (Started, Vec<u8>) {
    let name = username.replace('=', "=3D").replace(',', "=2C");
    let first_bare = format!("n={name},r={nonce}");
    let message = format!("n,,{first_bare}").into_bytes();
    (
        Started {
            hash,
            nonce,
            first_bare,
        },
        message,
    )
}

impl Started {
    /// Answers the server's challenge with the proof. Costs some milliseconds of computing: not for the runtime's threads.
    pub(crate) fn prove(
        self,
        server_first: &[u8],
        password: &Secret,
    ) -> Result<(Proved, Vec<u8>), ScramError> {
        let server_first = std::str::from_utf8(server_first).map_err(|_| ScramError::Malformed)?;
        refused(server_first)?;
        let mut nonce = None;
        let mut salt = None;
        let mut iterations = None;
        for attribute in server_first.split(',') {
            match attribute.split_once('=') {
                Some(("r", value)) => nonce = Some(value),
                Some(("s", value)) => salt = BASE64.decode(value).ok(),
                Some(("i", value)) => iterations = value.parse::<u32>().ok(),
                // A mandatory extension that is not known here (RFC 5802 §5.1).
                Some(("m", _)) | None => return Err(ScramError::Malformed),
                Some(_) => {}
            }
        }
        let (Some(nonce), Some(salt), Some(iterations)) = (nonce, salt, iterations) else {
            return Err(ScramError::Malformed);
        };
        if !nonce.starts_with(&self.nonce) || nonce.len() == self.nonce.len() {
            return Err(ScramError::Nonce);
        }
        if !(FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(&iterations) {
            return Err(ScramError::Iterations(iterations));
        }
        let hash = self.hash;
        let salted = hash.salted(password.reveal().as_bytes(), &salt, iterations);
        let client_key = hash.hmac(&salted, b"Client Key");
        let stored_key = hash.hash(&client_key);
        let without_proof = format!("c=biws,r={nonce}");
        let auth_message = format!("{},{server_first},{without_proof}", self.first_bare);
        let signature = hash.hmac(&stored_key, auth_message.as_bytes());
        let proof: Vec<u8> = client_key
            .iter()
            .zip(&signature)
            .map(|(key, sign)| key ^ sign)
            .collect();
        let message = format!("{without_proof},p={}", BASE64.encode(proof)).into_bytes();
        let server_key = hash.hmac(&salted, b"Server Key");
        Ok((
            Proved {
                hash,
                server_key,
                auth_message,
            },
            message,
        ))
    }
}

impl Proved {
    /// Checks the server's signature: without it, the other end may be anybody.
    pub(crate) fn finish(self, server_final: &[u8]) -> Result<(), ScramError> {
        let text = std::str::from_utf8(server_final).map_err(|_| ScramError::Malformed)?;
        refused(text)?;
        let signature = text
            .split(',')
            .find_map(|attribute| attribute.strip_prefix("v="))
            .and_then(|value| BASE64.decode(value).ok())
            .ok_or(ScramError::Malformed)?;
        if self
            .hash
            .verify(&self.server_key, self.auth_message.as_bytes(), &signature)
        {
            Ok(())
        } else {
            Err(ScramError::Signature)
        }
    }
}

fn refused(message: &str) -> Result<(), ScramError> {
    match message.strip_prefix("e=") {
        Some(why) => Err(ScramError::Refused(crate::error::tame(why))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
    const SERVER_FIRST: &[u8] =
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    /// RFC 7677 section 3.
    #[test]
    fn the_example_of_the_rfc() {
        let (started, first) = start(ScramHash::Sha256, "user", NONCE.to_owned());
        assert_eq!(first, b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let (proved, last) = started.prove(SERVER_FIRST, &Secret::new("pencil")).unwrap();
        assert_eq!(
            last,
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(
            proved.finish(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
            Ok(())
        );
    }

    /// The same exchange over SHA-512; values from an independent implementation (Python's hashlib and hmac).
    #[test]
    fn the_same_over_sha_512() {
        let (started, _) = start(ScramHash::Sha512, "user", NONCE.to_owned());
        let (proved, last) = started.prove(SERVER_FIRST, &Secret::new("pencil")).unwrap();
        let last = String::from_utf8(last).unwrap();
        assert_eq!(
            last.split_once(",p=").unwrap().1,
            "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ=="
        );
        assert_eq!(proved.finish(b"v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="), Ok(()));
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_found_out() {
        let (started, _) = start(ScramHash::Sha256, "user", NONCE.to_owned());
        let (proved, _) = started.prove(SERVER_FIRST, &Secret::new("pencil")).unwrap();
        assert_eq!(
            proved.finish(b"v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
            Err(ScramError::Signature)
        );
    }

    #[test]
    fn hostile_challenges_are_refused() {
        let prove = |message: &str| {
            let (started, _) = start(ScramHash::Sha256, "user", "abc".to_owned());
            started
                .prove(message.as_bytes(), &Secret::new("x"))
                .map(|_| ())
        };
        assert_eq!(prove("r=xyz,s=AAAA,i=4096"), Err(ScramError::Nonce));
        assert_eq!(prove("r=abc,s=AAAA,i=4096"), Err(ScramError::Nonce));
        assert_eq!(
            prove("r=abcd,s=AAAA,i=4000000000"),
            Err(ScramError::Iterations(4_000_000_000))
        );
        assert_eq!(prove("r=abcd,s=AAAA,i=1"), Err(ScramError::Iterations(1)));
        assert_eq!(prove("r=abcd,s=?,i=4096"), Err(ScramError::Malformed));
        assert_eq!(
            prove("m=x,r=abcd,s=AAAA,i=4096"),
            Err(ScramError::Malformed)
        );
        assert_eq!(prove(""), Err(ScramError::Malformed));
        assert_eq!(
            prove("e=unknown-user"),
            Err(ScramError::Refused("unknown-user".to_owned()))
        );
    }

    #[test]
    fn commas_and_equal_signs_in_names_are_escaped() {
        let (_, first) = start(ScramHash::Sha256, "CN=a,O=b", "n".to_owned());
        assert_eq!(first, b"n,,n=CN=3Da=2CO=3Db,r=n");
    }
}
