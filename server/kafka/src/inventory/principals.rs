//! Who may do what, as a snapshot holds it: rules with the authorizer that follows them, passwords that exist, quotas.
//!
//! Pure. The poll that fills it is `poll::principals`. Parts fail one by one (each needs a right of its own): what a refresh did
//! not bring stays as it was, and the data set says what is missing.

use penstock_domain::{
    acl::RuleSet,
    user::{
        credential::ScramCredential,
        quota::{Quota, QuotaEntity, QuotaValue},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// What the brokers know of principals. A part that was never told is `None`.
#[derive(Clone, Debug, Default)]
pub struct Principals {
    /// Rules, and who decides by them.
    pub rules: Option<Arc<RuleSet>>,
    /// Passwords by user.
    pub scram: Option<Arc<BTreeMap<String, Vec<ScramCredential>>>>,
    /// Quotas by entity.
    pub quotas: Option<Arc<Vec<Quota>>>,
}

impl Principals {
    /// A user's quotas, each with the client id that it is limited to; `None` while the brokers have not told.
    pub fn quotas_of(&self, user: &str) -> Option<Vec<(Option<QuotaEntity>, QuotaValue)>> {
        let quotas = self.quotas.as_ref()?;
        let of_user = quotas
            .iter()
            .filter(|quota| matches!(&quota.user, Some(QuotaEntity::Named(name)) if name == user));
        Some(
            of_user
                .flat_map(|quota| {
                    let values = quota.values.iter().cloned();
                    values.map(|value| (quota.client_id.clone(), value))
                })
                .collect(),
        )
    }

    /// A user's passwords; `None` while the brokers have not told.
    pub fn scram_of(&self, user: &str) -> Option<&[ScramCredential]> {
        let scram = self.scram.as_ref()?;
        Some(scram.get(user).map(Vec::as_slice).unwrap_or_default())
    }

    /// Whether nothing differs; shared parts are the same without a look.
    pub(crate) fn same(&self, other: &Self) -> bool {
        equal(&self.rules, &other.rules, |a, b| {
            a.rules() == b.rules() && a.authorizer() == b.authorizer()
        }) && equal(&self.scram, &other.scram, PartialEq::eq)
            && equal(&self.quotas, &other.quotas, PartialEq::eq)
    }
}

fn equal<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b) || same(a, b),
        (None, None) => true,
        _ => false,
    }
}
