//! Sessions: the user's token in sealed cookies, and no state on the server (decision 4).
//!
//! AES-256-GCM with a random nonce per sealing; the cookie's name is bound into it. What is larger than one cookie may be is
//! sealed as a whole, split, and joined again before it is opened, so that no part can be moved or left out.

use crate::token::Token;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use penstock_domain::time::Timestamp;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use std::{
    fmt, fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::Duration,
};

const KEY_BYTES: usize = 32;
/// Browsers keep cookies of 4096 bytes with name and attributes.
const PART: usize = 3500;
/// More parts than a token of an identity provider ever needs.
const MOST_PARTS: usize = 8;
const NAME: &str = "penstock";
/// Bound into every sealing, so that nothing else sealed with the same key is taken for a session.
const PURPOSE: &[u8] = b"penstock session v1 ";

/// The key that sessions are sealed with; never shown.
pub struct SessionKey(LessSafeKey);

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
    /// From a file, which is made if it is absent; without a path random, and a restart signs everybody out.
    pub fn load(path: Option<&Path>) -> Result<Self, KeyError> {
        let Some(path) = path else {
            return Self::of(&random()?).ok_or(KeyError::Random);
        };
        let name = path.display().to_string();
        let file = |source| KeyError::File {
            path: name.clone(),
            source,
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let draft = URL_SAFE_NO_PAD.encode(random()?);
                create(path, &draft, &STANDARD.encode(random()?)).map_err(file)?;
                // Another replica may have been faster; what stands there counts.
                fs::read_to_string(path).map_err(file)?
            }
            Err(error) => return Err(file(error)),
        };
        if crate::codes::open_to_others(path).map_err(file)? {
            return Err(KeyError::Mode { path: name });
        }
        STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| Self::of(&bytes))
            .ok_or(KeyError::Content { path: name })
    }

    /// `None` where the length is wrong.
    fn of(bytes: &[u8]) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }
}

fn random() -> Result<[u8; KEY_BYTES], KeyError> {
    let mut key = [0; KEY_BYTES];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| KeyError::Random)?;
    Ok(key)
}

/// Writes a file that only its owner may read, unless it is there by now; it appears as a whole. `suffix` makes the draft's
/// name one that no other replica has.
fn create(path: &Path, suffix: &str, text: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{suffix}"));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let placed = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match placed {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
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
    pub fn new(key: SessionKey, lifetime: Duration) -> Self {
        Self {
            key: key.0,
            random: SystemRandom::new(),
            lifetime,
        }
    }

    /// `Set-Cookie` values that begin a session; empty if the system gives no random bytes or the token is larger than all
    /// parts together. `secure`: the console is reached
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
            purpose(secure),
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
        if parts.len() > MOST_PARTS {
            return Vec::new();
        }
        let attributes = attributes(secure, self.lifetime.as_secs());
        // The first part says how many there are, so that parts of a longer session before are not joined to this one.
        let count = format!("{}.", parts.len());
        parts
            .iter()
            .enumerate()
            .map(|(index, part)| {
                let count = if index == 0 { count.as_str() } else { "" };
                format!("{}={count}{part}; {attributes}", name(secure, index))
            })
            .collect()
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
        self.unseal(&text, secure, now).map(Some)
    }

    /// `Set-Cookie` values that end a session.
    pub fn clear(&self, secure: bool) -> Vec<String> {
        let attributes = attributes(secure, 0);
        (0..MOST_PARTS)
            .map(|index| format!("{}=; {attributes}", name(secure, index)))
            .collect()
    }

    fn unseal(&self, text: &str, secure: bool, now: Timestamp) -> Result<Session, SessionError> {
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
            .open_in_place(nonce, purpose(secure), &mut sealed)
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

/// What is bound into a sealing: its purpose and the cookie's name, so that a cookie set over http is never taken for the
/// prefixed one.
fn purpose(secure: bool) -> Aad<Vec<u8>> {
    let mut bytes = PURPOSE.to_vec();
    bytes.extend_from_slice(name(secure, 0).as_bytes());
    Aad::from(bytes)
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
            assert!(
                cookies
                    .iter()
                    .all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
            );
            assert!(
                cookies
                    .iter()
                    .all(|cookie| cookie.starts_with("__Host-") == secure)
            );
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
            assert_eq!(
                sealer.open(bad, NOW).unwrap_err(),
                SessionError::Unreadable,
                "{bad}"
            );
        }
        let renamed = header.replace("penstock=", "__Host-penstock=");
        assert_eq!(
            sealer.open(&renamed, NOW).unwrap_err(),
            SessionError::Unreadable
        );
        let huge = "x".repeat(MOST_PARTS * PART);
        assert!(sealer.seal(&Token::new(huge), NOW, false).is_empty());
        assert!(super::tests::sealer().open(&header, NOW).is_err());
        assert!(sealer.open("theme=dark", NOW).unwrap().is_none());
    }

    #[test]
    fn a_key_file_outlives_a_restart_and_must_be_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("penstock-key-{}", std::process::id()));
        std::fs::write(&path, STANDARD.encode([7; 32])).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            SessionKey::load(Some(&path)),
            Err(KeyError::Mode { .. })
        ));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let load = || {
            Sealer::new(
                SessionKey::load(Some(&path)).unwrap(),
                Duration::from_secs(60),
            )
        };
        let sealed = header(&load().seal(&Token::new("t"), NOW, false));
        assert!(load().open(&sealed, NOW).unwrap().is_some());
        std::fs::remove_file(&path).unwrap();

        let sealed = header(&load().seal(&Token::new("t"), NOW, false));
        assert!(
            load().open(&sealed, NOW).unwrap().is_some(),
            "an absent file was made"
        );
        assert!(!crate::codes::open_to_others(&path).unwrap());
        std::fs::remove_file(&path).unwrap();
    }
}
