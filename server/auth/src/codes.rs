//! One-time sign-in links: codes from a file that only the server's user may read, each worth a token once.
//!
//! Spent codes are remembered in memory. The file is looked at again when it has changed, so that whoever runs the console can
//! hand out new links without a restart.

use crate::token::Token;
use ring::digest;
use serde::Deserialize;
use std::{
    collections::HashSet,
    fmt, fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

/// The codes of a file.
pub struct SignInCodes {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    read: Option<SystemTime>,
    codes: Vec<(CodeHash, Token)>,
    spent: HashSet<CodeHash>,
}

/// SHA-256 of a code. Only hashes are compared, so that the time it takes says nothing about a code.
type CodeHash = [u8; 32];

/// One entry of the file. Its `user` is for people; who the token is, the API server says.
#[derive(Deserialize)]
struct Entry {
    code: String,
    token: String,
}

/// Why the file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CodesError {
    /// It can't be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Others may read it.
    #[error("{path} may be read by others; chmod 600 it")]
    Mode {
        /// Which.
        path: String,
    },
    /// It is not a list of codes.
    #[error("{path} is not a list of {{\"code\", \"token\", \"user\"}}: line {line}")]
    Content {
        /// Which.
        path: String,
        /// Where the mistake is; its text may be a secret.
        line: usize,
    },
}

impl fmt::Debug for SignInCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInCodes(…)")
    }
}

impl SignInCodes {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, CodesError> {
        let codes = Self {
            path: path.to_owned(),
            state: Mutex::default(),
        };
        codes.refresh(&mut codes.lock())?;
        Ok(codes)
    }

    /// The token behind a code, once.
    pub fn spend(&self, code: &str) -> Option<Token> {
        let mut state = self.lock();
        if let Err(error) = self.refresh(&mut state) {
            tracing::warn!(%error, "the sign-in codes can't be read again");
        }
        let hash = hash(code);
        if state.spent.contains(&hash) {
            return None;
        }
        let found = state
            .codes
            .iter()
            .find(|(known, _)| *known == hash)
            .map(|(_, token)| token.clone());
        if found.is_some() {
            state.spent.insert(hash);
        }
        found
    }

    fn refresh(&self, state: &mut State) -> Result<(), CodesError> {
        let path = || self.path.display().to_string();
        let file = |source| CodesError::File {
            path: path(),
            source,
        };
        let changed = fs::metadata(&self.path)
            .and_then(|metadata| metadata.modified())
            .map_err(file)?;
        if state.read == Some(changed) {
            return Ok(());
        }
        if open_to_others(&self.path).map_err(file)? {
            return Err(CodesError::Mode { path: path() });
        }
        let text = fs::read_to_string(&self.path).map_err(file)?;
        let entries: Vec<Entry> =
            serde_json::from_str(&text).map_err(|error| CodesError::Content {
                path: path(),
                line: error.line(),
            })?;
        state.codes = entries
            .into_iter()
            .filter(|entry| !entry.code.is_empty())
            .map(|entry| (hash(&entry.code), Token::new(entry.token)))
            .collect();
        state.read = Some(changed);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody may read or write a file who should not: anybody but its owner. Of a file of root's its group may read it,
/// which is how Kubernetes mounts Secrets for processes that are not root (`fsGroup`).
pub(crate) fn open_to_others(path: &Path) -> io::Result<bool> {
    let metadata = fs::metadata(path)?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    Ok(metadata.mode() & forbidden != 0)
}

fn hash(code: &str) -> CodeHash {
    let digest = digest::digest(&digest::SHA256, code.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn file(name: &str, text: &str, mode: u32) -> PathBuf {
        let path = std::env::temp_dir().join(format!("penstock-{name}-{}", std::process::id()));
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn a_code_is_worth_its_token_once() {
        let path = file(
            "codes",
            r#"[{"code":"abc","token":"t1","user":"alice"},{"code":"","token":"t2"}]"#,
            0o600,
        );
        let codes = SignInCodes::load(&path).unwrap();
        assert!(codes.spend("nonsense").is_none());
        assert!(codes.spend("").is_none(), "an empty code is none");
        assert_eq!(codes.spend("abc").unwrap().reveal(), "t1");
        assert!(codes.spend("abc").is_none());
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn new_codes_are_read_and_spent_ones_stay_spent() {
        let path = file("codes-new", r#"[{"code":"a","token":"t1"}]"#, 0o600);
        let codes = SignInCodes::load(&path).unwrap();
        codes.spend("a").unwrap();
        fs::write(
            &path,
            r#"[{"code":"a","token":"t1"},{"code":"b","token":"t2"}]"#,
        )
        .unwrap();
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert!(codes.spend("a").is_none());
        assert_eq!(codes.spend("b").unwrap().reveal(), "t2");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_and_its_text_never_told() {
        let path = file("codes-open", "[]", 0o644);
        assert!(matches!(
            SignInCodes::load(&path),
            Err(CodesError::Mode { .. })
        ));
        fs::remove_file(path).unwrap();
        let path = file("codes-bad", r#"[{"code":"secret""#, 0o600);
        let error = SignInCodes::load(&path).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        fs::remove_file(path).unwrap();
    }
}
