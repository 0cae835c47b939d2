//! What handshakes and Secrets told last, in memory; and which of it is due to be asked for again. Pure.

use super::targets::Target;
use penstock_cluster::credentials::AuthorityState;
use penstock_domain::{certificate::AuthorityRole, time::Timestamp};
use penstock_kafka::{HostPort, handshake};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A handshake is worth a new one after this.
const LOOK_AGAIN_MILLIS: u64 = 600_000;
/// What failed is tried again after this, and a Secret that may have been granted or renewed.
const TRY_AGAIN_MILLIS: u64 = 60_000;

/// What is known of one cluster's certificates.
#[derive(Default)]
pub struct CertificateBook {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    looks: BTreeMap<(String, HostPort), Look>,
    authorities: BTreeMap<AuthorityRole, (AuthorityState, Timestamp)>,
    as_of: Option<Timestamp>,
}

/// One handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What its clients had to trust.
    trust: Option<Arc<str>>,
    /// What came of it.
    pub told: Told,
    /// When it was.
    pub as_of: Timestamp,
}

/// What came of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The listener presented this.
    Presented(handshake::Presented),
    /// There was none; in a sentence.
    Nothing {
        /// Why.
        why: String,
    },
}

impl CertificateBook {
    /// The last handshake with an address.
    pub fn look(&self, target: &Target) -> Option<Look> {
        self.lock().looks.get(&key(target)).cloned()
    }

    /// What the Secret of an authority said last, and when.
    pub fn authority(&self, role: AuthorityRole) -> Option<(AuthorityState, Timestamp)> {
        self.lock().authorities.get(&role).cloned()
    }

    /// When everything was last gone through.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.lock().as_of
    }

    /// The addresses to shake hands with now; what is no target any more is forgotten.
    pub fn due(&self, targets: Vec<Target>, now: Timestamp) -> Vec<Target> {
        let mut pages = self.lock();
        pages
            .looks
            .retain(|known, _| targets.iter().any(|target| key(target) == *known));
        targets
            .into_iter()
            .filter(|target| match pages.looks.get(&key(target)) {
                None => true,
                Some(look) => {
                    let valid = match look.told {
                        Told::Presented(_) => LOOK_AGAIN_MILLIS,
                        Told::Nothing { .. } => TRY_AGAIN_MILLIS,
                    };
                    look.trust != target.trust || look.as_of.millis_until(now) >= valid
                }
            })
            .collect()
    }

    /// The authorities whose Secrets are to be read now.
    pub fn authorities_due(&self, now: Timestamp) -> Vec<AuthorityRole> {
        let pages = self.lock();
        AuthorityRole::ALL
            .into_iter()
            .filter(|role| {
                pages
                    .authorities
                    .get(role)
                    .is_none_or(|(_, as_of)| as_of.millis_until(now) >= TRY_AGAIN_MILLIS)
            })
            .collect()
    }

    /// Notes a handshake; whether it told something new.
    pub fn note(&self, target: &Target, told: Told, now: Timestamp) -> bool {
        let look = Look {
            trust: target.trust.clone(),
            told,
            as_of: now,
        };
        let before = self.lock().looks.insert(key(target), look.clone());
        before.is_none_or(|before| before.told != look.told)
    }

    /// Notes what a Secret said; whether that is new. An API server that is away takes nothing from what was known.
    pub fn note_authority(
        &self,
        role: AuthorityRole,
        state: AuthorityState,
        now: Timestamp,
    ) -> bool {
        let mut pages = self.lock();
        if matches!(state, AuthorityState::Unknown(_))
            && let Some((AuthorityState::Present(_), _)) = pages.authorities.get(&role)
        {
            return false;
        }
        let before = pages.authorities.insert(role, (state.clone(), now));
        before.is_none_or(|(before, _)| before != state)
    }

    /// Everything that was due has been asked for.
    pub fn gone_through(&self, now: Timestamp) {
        self.lock().as_of = Some(now);
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(target: &Target) -> (String, HostPort) {
    (target.listener.clone(), target.address.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(port: u16, trust: &str) -> Target {
        Target {
            listener: "tls".into(),
            address: HostPort::new("b", port),
            node: None,
            trust: Some(trust.into()),
        }
    }

    fn presented() -> Told {
        Told::Presented(handshake::Presented {
            chain: vec![vec![1]],
            verdict: None,
        })
    }

    fn nothing() -> Told {
        Told::Nothing { why: "no".into() }
    }

    #[test]
    fn what_failed_is_due_sooner_and_other_trust_at_once() {
        let book = CertificateBook::default();
        let both = || vec![target(1, "a"), target(2, "a")];
        assert_eq!(book.due(both(), Timestamp(0)).len(), 2);
        assert!(book.note(&target(1, "a"), presented(), Timestamp(0)));
        assert!(book.note(&target(2, "a"), nothing(), Timestamp(0)));
        assert!(book.due(both(), Timestamp(59_999)).is_empty());
        assert_eq!(book.due(both(), Timestamp(60_000)), [target(2, "a")]);
        assert_eq!(book.due(both(), Timestamp(600_000)).len(), 2);
        assert_eq!(
            book.due(vec![target(1, "b"), target(2, "a")], Timestamp(1)),
            [target(1, "b")],
            "the status says another authority"
        );
        assert!(
            !book.note(&target(1, "b"), presented(), Timestamp(2)),
            "the same again is no news"
        );
    }

    #[test]
    fn addresses_that_are_gone_are_forgotten() {
        let book = CertificateBook::default();
        book.note(&target(1, "a"), presented(), Timestamp(0));
        assert!(book.due(Vec::new(), Timestamp(1)).is_empty());
        assert_eq!(book.look(&target(1, "a")), None);
    }

    #[test]
    fn an_api_server_that_is_away_takes_nothing() {
        let book = CertificateBook::default();
        let role = AuthorityRole::Cluster;
        assert_eq!(book.authorities_due(Timestamp(0)).len(), 2);
        let present = AuthorityState::Present(vec![("ca.crt".into(), "x".into())]);
        assert!(book.note_authority(role, present.clone(), Timestamp(0)));
        assert!(!book.note_authority(role, AuthorityState::Unknown("away".into()), Timestamp(9)));
        assert_eq!(book.authority(role), Some((present, Timestamp(0))));
        assert!(book.note_authority(role, AuthorityState::Forbidden, Timestamp(10)));
        assert_eq!(
            book.authorities_due(Timestamp(11)),
            [AuthorityRole::Clients]
        );
    }
}
