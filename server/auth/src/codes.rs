//! One-time sign-in links: codes from a file that only the server's user may read, each worth a token once.
//!
//! Spent codes are remembered in memory. The file is looked at again when it has changed, so that whoever runs the console can
//! hand out new links without a restart.

use crate::token::Token;
use ring::{constant_time, digest};
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
    codes: Vec<Code>,
    spent: HashSet<[u8; 32]>,
}

/// One line of the file. `user` is for people; who the token is, the API server says.
#[derive(Deserialize)]
struct Code {
    code: String,
    token: String,
    #[allow(dead_code, reason = "for people who read the file")]
    #[serde(default)]
    user: String,
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
        // Every code is looked at, each in constant time.
        let mut found = None;
        for known in &state.codes {
            let equal = constant_time::verify_slices_are_equal(
                known.code.as_bytes(),
                code.as_bytes(),
            );
            if equal.is_ok() {
                found = Some(Token::new(known.token.as_str()));
            }
        }
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
        if readable_by_others(&self.path).map_err(file)? {
            return Err(CodesError::Mode { path: path() });
        }
        let text = fs::read_to_string(&self.path).map_err(file)?;
        state.codes = serde_json::from_str(&text).map_err(|error| CodesError::Content {
            path: path(),
            line: error.line(),
        })?;
        state.codes.retain(|code| !code.code.is_empty());
        state.read = Some(changed);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether group or others have any right to a file.
pub(crate) fn readable_by_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.mode() & 0o077 != 0)
}

fn hash(code: &str) -> [u8; 32] {
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
        let path = file("codes", r#"[{"code":"abc","token":"t1","user":"alice"},{"code":"","token":"t2"}]"#, 0o600);
        let codes = SignInCodes::load(&path).unwrap();
        assert!(codes.spend("nonsense").is_none());
        assert!(codes.spend("").is_none(), "an empty code is none");
        assert_eq!(codes.spend("abc").unwrap().reveal(), "t1");
        assert!(codes.spend("abc").is_none());
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_and_its_text_never_told() {
        let path = file("codes-open", "[]", 0o640);
        assert!(matches!(SignInCodes::load(&path), Err(CodesError::Mode { .. })));
        fs::remove_file(path).unwrap();
        let path = file("codes-bad", r#"[{"code":"secret""#, 0o600);
        let error = SignInCodes::load(&path).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        fs::remove_file(path).unwrap();
    }
}
