//! What users have in Kafka: ACLs and quotas as declared, and nothing of those who are nobody's.
//!
//! As the real operator does, the stand-in compares what is declared with what it read some seconds ago, not with the
//! brokers: what somebody adds meanwhile stays until the next timed reconciliation.

use super::super::objects::belongs_to;
use super::super::{Bed, patiently};
use crate::admin::KafkaFailure;
use crate::admin::users::Acl;
use kube::api::DynamicObject;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// Quotas by the name in the specification.
const QUOTAS: [(&str, &str); 4] = [
    ("producerByteRate", "producer_byte_rate"),
    ("consumerByteRate", "consumer_byte_rate"),
    ("requestPercentage", "request_percentage"),
    ("controllerMutationRate", "controller_mutation_rate"),
];

/// How old the operator's knowledge of Kafka may be (`CACHE_REFRESH_INTERVAL_MS` of the real one's caches).
const AGE: Duration = Duration::from_secs(15);

/// ACLs by principal and quotas by user, as they were read last, with the operator's own changes since.
#[derive(Default)]
pub(super) struct Cache {
    acls: BTreeMap<String, BTreeSet<Acl>>,
    quotas: BTreeMap<String, BTreeMap<String, f64>>,
    read: Option<Instant>,
}

/// What makes a user what he has to be.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    username: String,
    missing: Vec<Acl>,
    surplus: Vec<Acl>,
    quotas: BTreeMap<String, Option<f64>>,
}

impl Cache {
    /// Reads everything anew.
    pub(super) async fn read(&mut self, bed: &Bed) -> Result<(), KafkaFailure> {
        let asked = async || {
            let mut acls = BTreeSet::new();
            if bed.cluster.authorization {
                acls = bed.admin.acls(None).await?;
            }
            Ok::<_, KafkaFailure>((acls, bed.admin.quotas().await?))
        };
        let (acls, quotas) = patiently(KafkaFailure::passes, asked).await?;
        self.acls.clear();
        for acl in acls {
            let principal = acl.principal.clone();
            self.acls.entry(principal).or_default().insert(acl);
        }
        self.quotas = quotas;
        self.read = Some(Instant::now());
        Ok(())
    }

    /// Reads everything anew if it is too old.
    pub(super) async fn refresh(&mut self, bed: &Bed) -> Result<(), KafkaFailure> {
        match self.read {
            Some(read) if read.elapsed() < AGE => Ok(()),
            _ => self.read(bed).await,
        }
    }

    /// What a user lacks and has too much.
    pub(super) fn changes(
        &self,
        username: &str,
        acls: &BTreeSet<Acl>,
        quotas: &BTreeMap<String, f64>,
    ) -> Changes {
        let (no_acls, no_quotas) = (BTreeSet::new(), BTreeMap::new());
        let has = self.acls.get(&principal(username)).unwrap_or(&no_acls);
        let limits = self.quotas.get(username).unwrap_or(&no_quotas);
        Changes {
            username: username.to_owned(),
            missing: acls.difference(has).cloned().collect(),
            surplus: has.difference(acls).cloned().collect(),
            quotas: quota_changes(quotas, limits),
        }
    }

    /// Notes what was changed.
    pub(super) fn note(&mut self, changes: &Changes) {
        let acls = self.acls.entry(principal(&changes.username)).or_default();
        acls.extend(changes.missing.iter().cloned());
        acls.retain(|acl| !changes.surplus.contains(acl));
        let quotas = self.quotas.entry(changes.username.clone()).or_default();
        for (key, value) in &changes.quotas {
            match value {
                Some(value) => drop(quotas.insert(key.clone(), *value)),
                None => drop(quotas.remove(key)),
            }
        }
    }
}

impl Changes {
    /// Makes them; again makes no difference.
    pub(super) async fn make(&self, bed: &Bed) -> Result<(), KafkaFailure> {
        if !self.missing.is_empty() {
            bed.admin.add_acls(&self.missing).await?;
        }
        if !self.surplus.is_empty() {
            bed.admin.remove_acls(&self.surplus).await?;
        }
        if !self.quotas.is_empty() {
            let username = &self.username;
            bed.admin.change_quotas(username, &self.quotas).await?;
        }
        Ok(())
    }
}

/// Whom rules are about.
pub(super) fn principal(username: &str) -> String {
    format!("User:{username}")
}

/// The quotas that a user declares, by Kafka's names.
pub(super) fn quotas(user: &DynamicObject) -> BTreeMap<String, f64> {
    let declared = user.data.pointer("/spec/quotas");
    QUOTAS
        .iter()
        .filter_map(|(field, key)| {
            let value = declared?.get(field).and_then(Value::as_f64)?;
            Some(((*key).to_owned(), value))
        })
        .collect()
}

pub(super) fn quota_changes(
    wanted: &BTreeMap<String, f64>,
    live: &BTreeMap<String, f64>,
) -> BTreeMap<String, Option<f64>> {
    let set = wanted
        .iter()
        .filter(|(key, value)| live.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), Some(*value)));
    let removed = live
        .keys()
        .filter(|key| !wanted.contains_key(*key))
        .map(|key| (key.clone(), None));
    set.chain(removed).collect()
}

/// Takes everything of a user out of Kafka.
pub(super) async fn forget(
    bed: &Bed,
    cache: &mut Cache,
    username: &str,
) -> Result<(), KafkaFailure> {
    cache.refresh(bed).await?;
    bed.admin.remove_password(username).await?;
    let changes = cache.changes(username, &BTreeSet::new(), &BTreeMap::new());
    changes.make(bed).await?;
    cache.note(&changes);
    Ok(())
}

/// Users in Kafka without a KafkaUser are treated as deleted, except those that the settings spare.
pub(super) async fn clean(
    bed: &Bed,
    cache: &mut Cache,
    users: &BTreeMap<String, DynamicObject>,
) -> Result<(), KafkaFailure> {
    let scram = bed.admin.scram_users().await?;
    let mut found: BTreeSet<String> = scram.into_keys().collect();
    let limited = cache.quotas.iter().filter(|(_, limits)| !limits.is_empty());
    found.extend(limited.map(|(name, _)| name.clone()));
    found.extend(
        cache
            .acls
            .iter()
            .filter(|(_, acls)| !acls.is_empty())
            .filter_map(|(principal, _)| principal.strip_prefix("User:"))
            .filter(|name| *name != "*" && *name != "ANONYMOUS")
            .map(str::to_owned),
    );
    for username in found {
        let name = username.strip_prefix("CN=").unwrap_or(&username);
        let known = users
            .get(name)
            .is_some_and(|user| belongs_to(user, &bed.cluster.name));
        if !known && !bed.settings.leftovers.spares(name) {
            forget(bed, cache, &username).await?;
        }
    }
    Ok(())
}
