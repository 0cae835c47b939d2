//! Sessions: the user's token in sealed cookies, and no state on the server (decision 4).
//!
//! AES-256-GCM with a random nonce per sealing; the cookie's name is bound into it, so a part can't be moved. What is larger
//! than one cookie may be is split and joined again before it is opened.

use crate::token::Token;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use penstock_domain::time::Timestamp;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use std::{fmt, io, path::Path, time::Duration};

const KEY_BYTES: usize = 32;
/// Browsers keep cookies of 4096 bytes with name and attributes.
const PART: usize = 3500;
/// More parts than a token of an identity provider ever needs.
const MOST_PARTS: usize = 8;
const NAME: &str = "penstock";
/// Bound into every sealing, so that nothing else sealed with the same key is taken for a session.
const PURPOSE: &[u8] = b"penstock session v1";

/// The key that sessions are sealed with; never shown.
pub struct SessionKey([u8; KEY_BYTES]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{path} must hold 32 random bytes, as base64 (openssl rand -base64 32)")]
    Content {
        /// Which.
        path: String,
    },
    /// Others may read the file.
    #[error("{path} may be read by others; chmod 600 it")]
    Mode {
        /// Which.
        path: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random,
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

impl SessionKey {
    /// From a file; without one, random, and a restart signs everybody out.
    pub fn load(path: Option<&Path>) -> Result<Self, KeyError> {
        let Some(path) = path else {
            return Self::random();
        };
        let name = path.display().to_string();
        let file = |source| KeyError::File {
            path: name.clone(),
            source,
        };
        let text = std::fs::read_to_string(path).map_err(file)?;
        if crate::codes::readable_by_others(path).map_err(file)? {
            return Err(KeyError::Mode { path: name });
        }
        base64::engine::general_purpose::STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(KeyError::Content { path: name })
    }

    fn random() -> Result<Self, KeyError> {
        let mut key = [0; KEY_BYTES];
        SystemRandom::new()
            .fill(&mut key)
            .map_err(|_| KeyError::Random)?;
        Ok(Self(key))
    }
}

/// An open session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose.
    pub token: Token,
    /// Until when.
    pub expires: Timestamp,
}

/// Why a cookie is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Its time is over.
    #[error("the session has ended")]
    Expired,
    /// It was not sealed with this key, or was changed.
    #[error("the session's cookie can't be opened")]
    Unreadable,
}

/// Seals and opens sessions.
pub struct Sealer {
    key: LessSafeKey,
    random: SystemRandom,
    lifetime: Duration,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// With a key, for sessions of a length.
    #[allow(
        clippy::expect_used,
        reason = "the key has the length that the algorithm asks for, by its type"
    )]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the key shall not lie about any longer"
    )]
    pub fn new(key: SessionKey, lifetime: Duration) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &key.0).expect("32 bytes");
        Self {
            key: LessSafeKey::new(key),
            random: SystemRandom::new(),
            lifetime,
        }
    }

    /// `Set-Cookie` values that begin a session; empty if the system gives no random bytes. `secure`: the console is reached
    /// by https, so the cookie gets the prefix that binds it to this host.
    pub fn seal(&self, token: &Token, now: Timestamp, secure: bool) -> Vec<String> {
        let lifetime = i64::try_from(self.lifetime.as_millis()).unwrap_or(i64::MAX);
        let expires = now.0.saturating_add(lifetime);
        let mut nonce = [0; NONCE_LEN];
        if self.random.fill(&mut nonce).is_err() {
            return Vec::new();
        }
        let mut sealed = expires.to_be_bytes().to_vec();
        sealed.extend_from_slice(token.reveal().as_bytes());
        let done = self.key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(PURPOSE),
            &mut sealed,
        );
        if done.is_err() {
            return Vec::new();
        }
        let mut bytes = nonce.to_vec();
        bytes.append(&mut sealed);
        let text = URL_SAFE_NO_PAD.encode(bytes);
        let parts: Vec<&str> = (0..text.len())
            .step_by(PART)
            .filter_map(|at| text.get(at..(at + PART).min(text.len())))
            .collect();
        let attributes = attributes(secure, self.lifetime.as_secs());
        let total = parts.len();
        let mut cookies: Vec<String> = parts
            .iter()
            .enumerate()
            // The first part says how many there are.
            .map(|(index, part)| {
                let count = if index == 0 {
                    format!("{total}.")
                } else {
                    String::new()
                };
                format!("{}={count}{part}; {attributes}", name(secure, index))
            })
            .collect();
        // Parts of a longer session before must not be joined to this one.
        let ended = self::attributes(secure, 0);
        cookies.extend((total..MOST_PARTS).take(1).map(|index| format!("{}=; {ended}", name(secure, index))));
        cookies
    }

    /// The session in a `Cookie` header; `None` if it has none.
    pub fn open(&self, header: &str, now: Timestamp) -> Result<Option<Session>, SessionError> {
        // The prefixed name counts where both are there: only this host over https can have set it.
        let Some((secure, first)) = [true, false]
            .into_iter()
            .find_map(|secure| Some((secure, value(header, &name(secure, 0))?)))
        else {
            return Ok(None);
        };
        let (total, first) = first.split_once('.').ok_or(SessionError::Unreadable)?;
        let total: usize = total.parse().map_err(|_| SessionError::Unreadable)?;
        if !(1..=MOST_PARTS).contains(&total) {
            return Err(SessionError::Unreadable);
        }
        let mut text = first.to_owned();
        for index in 1..total {
            text.push_str(value(header, &name(secure, index)).ok_or(SessionError::Unreadable)?);
        }
        self.unseal(&text, now).map(Some)
    }

    /// `Set-Cookie` values that end a session.
    pub fn clear(&self, secure: bool) -> Vec<String> {
        let attributes = attributes(secure, 0);
        (0..MOST_PARTS)
            .map(|index| format!("{}=; {attributes}", name(secure, index)))
            .collect()
    }

    fn unseal(&self, text: &str, now: Timestamp) -> Result<Session, SessionError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| SessionError::Unreadable)?;
        let (nonce, sealed) = bytes
            .split_at_checked(NONCE_LEN)
            .ok_or(SessionError::Unreadable)?;
        let nonce =
            Nonce::try_assume_unique_for_key(nonce).map_err(|_| SessionError::Unreadable)?;
        let mut sealed = sealed.to_vec();
        let open = self
            .key
            .open_in_place(nonce, Aad::from(PURPOSE), &mut sealed)
            .map_err(|_| SessionError::Unreadable)?;
        let (expires, token) = open
            .split_first_chunk::<8>()
            .ok_or(SessionError::Unreadable)?;
        let expires = Timestamp(i64::from_be_bytes(*expires));
        if expires <= now {
            return Err(SessionError::Expired);
        }
        let token = std::str::from_utf8(token).map_err(|_| SessionError::Unreadable)?;
        Ok(Session {
            token: Token::new(token),
            expires,
        })
    }
}

fn name(secure: bool, part: usize) -> String {
    let prefix = if secure { "__Host-" } else { "" };
    if part == 0 {
        format!("{prefix}{NAME}")
    } else {
        format!("{prefix}{NAME}-{part}")
    }
}

fn attributes(secure: bool, seconds: u64) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn sealer() -> Sealer {
        Sealer::new(SessionKey::load(None).unwrap(), Duration::from_secs(60))
    }

    /// What a browser sends back.
    fn header(cookies: &[String]) -> String {
        let pairs: Vec<&str> = cookies
            .iter()
            .filter(|cookie| !cookie.contains("Max-Age=0"))
            .filter_map(|cookie| cookie.split(';').next())
            .collect();
        pairs.join("; ")
    }

    #[test]
    fn a_session_comes_back_whole_in_one_or_many_parts() {
        let sealer = sealer();
        for (length, secure) in [(10, false), (900, true), (9000, false)] {
            let token = "x".repeat(length);
            let cookies = sealer.seal(&Token::new(token.as_str()), NOW, secure);
            assert!(cookies.iter().all(|cookie| cookie.len() < 4096));
            assert!(cookies.iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")));
            assert!(cookies.iter().all(|cookie| cookie.starts_with("__Host-") == secure));
            assert!(!cookies.concat().contains(&token), "sealed");
            let session = sealer
                .open(&format!("theme=dark; {}", header(&cookies)), NOW)
                .unwrap()
                .unwrap();
            assert_eq!(session.token.reveal(), token);
            assert_eq!(session.expires, Timestamp(NOW.0 + 60_000));
        }
    }

    #[test]
    fn time_tampering_and_other_keys_end_it() {
        let sealer = sealer();
        let header = header(&sealer.seal(&Token::new("t"), NOW, false));
        assert_eq!(
            sealer.open(&header, Timestamp(NOW.0 + 60_000)).unwrap_err(),
            SessionError::Expired
        );
        let mut changed = header.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        for bad in [&changed, "penstock=1.", "penstock=x", "penstock=999.AAAA"] {
            assert_eq!(sealer.open(bad, NOW).unwrap_err(), SessionError::Unreadable, "{bad}");
        }
        assert!(super::tests::sealer().open(&header, NOW).is_err());
        assert!(sealer.open("theme=dark", NOW).unwrap().is_none());
    }

    #[test]
    fn a_key_file_outlives_a_restart_and_must_be_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("penstock-key-{}", std::process::id()));
        std::fs::write(&path, base64::engine::general_purpose::STANDARD.encode([7; 32])).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(SessionKey::load(Some(&path)), Err(KeyError::Mode { .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let load = || Sealer::new(SessionKey::load(Some(&path)).unwrap(), Duration::from_secs(60));
        let sealed = header(&load().seal(&Token::new("t"), NOW, false));
        assert!(load().open(&sealed, NOW).unwrap().is_some());
        std::fs::remove_file(&path).unwrap();
    }
}
