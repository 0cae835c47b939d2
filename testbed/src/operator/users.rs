//! KafkaUsers, as the user operator's records show: credentials, Secrets, ACLs, quotas, and who is taken for a leftover.

use super::objects::{Told, belongs_to, condition, paused, place};
use super::secrets::{self, MANAGER};
use super::{Bed, acls};
use crate::admin::KafkaFailure;
use anyhow::Result;
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};

const KIND: &str = "KafkaUser";
const FIELDS: [&str; 2] = ["username", "secret"];
const COMPLETION: &str = "java.util.concurrent.CompletionException";
const NO_AUTHORIZER: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.";
/// Quotas by the name in the specification.
const QUOTAS: [(&str, &str); 4] = [
    ("producerByteRate", "producer_byte_rate"),
    ("consumerByteRate", "consumer_byte_rate"),
    ("requestPercentage", "request_percentage"),
    ("controllerMutationRate", "controller_mutation_rate"),
];

/// Follows the KafkaUsers of one cluster.
pub(super) async fn run(bed: Arc<Bed>) -> Result<()> {
    let mut watched = bed.objects.watch(KIND, &bed.cluster.namespace);
    // Passwords that the brokers have: setting them again would only grow the metadata log.
    let mut passwords = BTreeMap::new();
    let interval = bed.config.reconcile_interval;
    let mut timed = Instant::now() + interval;
    loop {
        tokio::select! {
            told = watched.next() => match told? {
                Told::Changed(name) => {
                    if let Some(user) = watched.known.get(&name) {
                        changed(&bed, user, &mut passwords).await;
                    }
                }
                Told::Gone(user) => {
                    passwords.remove(&super::objects::name(&user));
                    removed(&bed, &user).await;
                }
            },
            () = sleep_until(timed) => {
                timed = Instant::now() + interval;
                for user in watched.known.values() {
                    changed(&bed, user, &mut passwords).await;
                }
                if let Err(error) = clean(&bed, &watched.known).await {
                    tracing::warn!(%error, "leftover users could not be cleaned");
                }
            }
        }
    }
}

async fn changed(bed: &Bed, user: &DynamicObject, passwords: &mut BTreeMap<String, String>) {
    let name = super::objects::name(user);
    let outcome = if belongs_to(user, &bed.cluster.name) {
        reconcile(bed, user, passwords).await
    } else if user.data.pointer("/status/username").is_some() && passwords.remove(&name).is_some() {
        // The label went: for the operator the user is gone.
        removed(bed, user).await;
        Ok(())
    } else {
        Ok(())
    };
    if let Err(error) = outcome {
        tracing::warn!(
            user = name,
            error = format!("{error:#}"),
            "a KafkaUser could not be reconciled"
        );
    }
}

/// How a user proves who he is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Authentication {
    None,
    Scram,
    Tls,
    TlsExternal,
}

impl Authentication {
    fn of(user: &DynamicObject) -> Self {
        match user
            .data
            .pointer("/spec/authentication/type")
            .and_then(Value::as_str)
        {
            Some("scram-sha-512") => Self::Scram,
            Some("tls") => Self::Tls,
            Some("tls-external") => Self::TlsExternal,
            _ => Self::None,
        }
    }

    fn username(self, name: &str) -> String {
        match self {
            Self::Tls | Self::TlsExternal => format!("CN={name}"),
            Self::Scram | Self::None => name.to_owned(),
        }
    }
}

async fn reconcile(
    bed: &Bed,
    user: &DynamicObject,
    passwords: &mut BTreeMap<String, String>,
) -> Result<()> {
    if user.metadata.deletion_timestamp.is_some() {
        return Ok(());
    }
    let observed = user
        .data
        .pointer("/status/observedGeneration")
        .and_then(Value::as_i64);
    if paused(user) {
        let status = json!({
            "observedGeneration": observed.unwrap_or(0),
            "conditions": [condition("ReconciliationPaused", true, None, None)],
        });
        return write(bed, user, status).await;
    }
    let (_, name) = place(user)?;
    let authentication = Authentication::of(user);
    let done = put(bed, user, authentication, passwords).await?;
    let status = match done {
        Ok(()) => {
            let mut status = json!({
                "observedGeneration": user.metadata.generation,
                "conditions": [condition("Ready", true, None, None)],
                "username": authentication.username(name),
            });
            if matches!(authentication, Authentication::Scram | Authentication::Tls)
                && let Some(fields) = status.as_object_mut()
            {
                fields.insert("secret".to_owned(), json!(name));
            }
            status
        }
        Err(message) => json!({
            "observedGeneration": user.metadata.generation,
            "conditions": [condition("NotReady", true, Some("ExecutionException"), Some(&message))],
        }),
    };
    write(bed, user, status).await
}

/// Makes Kafka and the Secret what the user declares; the inner error is the operator's own words.
async fn put(
    bed: &Bed,
    user: &DynamicObject,
    authentication: Authentication,
    passwords: &mut BTreeMap<String, String>,
) -> Result<Result<(), String>> {
    let (namespace, name) = place(user)?;
    let rules = user
        .data
        .pointer("/spec/authorization/acls")
        .and_then(Value::as_array);
    if rules.is_some() && !bed.cluster.authorization {
        return Ok(Err(NO_AUTHORIZER.to_owned()));
    }
    // The Secret comes before Kafka is asked for anything.
    let password = match authentication {
        Authentication::Scram => Some(secrets::password(bed, user).await?),
        Authentication::Tls => {
            secrets::certificate(bed, user).await?;
            None
        }
        Authentication::None | Authentication::TlsExternal => {
            secrets::remove(bed, namespace, name).await?;
            None
        }
    };
    let username = authentication.username(name);
    let principal = format!("User:{username}");
    let no_rules = Vec::new();
    let wanted = match acls::bindings(rules.unwrap_or(&no_rules), &principal) {
        Ok(wanted) => wanted,
        Err(message) => {
            return Ok(Err(format!(
                "{COMPLETION}: java.lang.IllegalArgumentException: {message}"
            )));
        }
    };
    let in_kafka = async {
        match &password {
            Some(password) if passwords.get(name) != Some(password) => {
                bed.admin.set_password(name, password).await?;
                passwords.insert(name.to_owned(), password.clone());
            }
            Some(_) => {}
            None => {
                if passwords.remove(name).is_some() {
                    bed.admin.remove_password(name).await?;
                }
            }
        }
        if bed.cluster.authorization {
            put_acls(bed, &principal, &wanted).await?;
        }
        put_quotas(bed, user, &username).await
    };
    let done: Result<(), KafkaFailure> = in_kafka.await;
    Ok(done.map_err(|failure| format!("{COMPLETION}: {}", failure.words)))
}

async fn put_acls(
    bed: &Bed,
    principal: &str,
    wanted: &BTreeSet<crate::admin::users::Acl>,
) -> Result<(), KafkaFailure> {
    let live = bed.admin.acls(Some(principal)).await?;
    let missing: Vec<_> = wanted.difference(&live).cloned().collect();
    if !missing.is_empty() {
        bed.admin.add_acls(&missing).await?;
    }
    let surplus: Vec<_> = live.difference(wanted).cloned().collect();
    if !surplus.is_empty() {
        bed.admin.remove_acls(&surplus).await?;
    }
    Ok(())
}

async fn put_quotas(bed: &Bed, user: &DynamicObject, username: &str) -> Result<(), KafkaFailure> {
    let declared = user.data.pointer("/spec/quotas");
    let wanted: BTreeMap<String, f64> = QUOTAS
        .iter()
        .filter_map(|(field, key)| {
            let value = declared?.get(field)?.as_f64()?;
            Some(((*key).to_owned(), value))
        })
        .collect();
    let live = bed
        .admin
        .quotas()
        .await?
        .remove(username)
        .unwrap_or_default();
    let changes = quota_changes(&wanted, &live);
    if changes.is_empty() {
        return Ok(());
    }
    bed.admin.change_quotas(username, &changes).await
}

fn quota_changes(
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

/// A KafkaUser went: so do its Secret, credentials, ACLs and quotas.
async fn removed(bed: &Bed, user: &DynamicObject) {
    let Ok((namespace, name)) = place(user) else {
        return;
    };
    if let Err(error) = secrets::remove(bed, namespace, name).await {
        tracing::warn!(user = name, %error, "a Secret could not be removed");
    }
    for username in [name.to_owned(), format!("CN={name}")] {
        if let Err(error) = forget(bed, &username).await {
            tracing::warn!(user = username, %error, "a user could not be removed");
        }
    }
}

/// Takes everything of a user out of Kafka.
async fn forget(bed: &Bed, username: &str) -> Result<(), KafkaFailure> {
    bed.admin.remove_password(username).await?;
    if bed.cluster.authorization {
        put_acls(bed, &format!("User:{username}"), &BTreeSet::new()).await?;
    }
    let quotas = bed
        .admin
        .quotas()
        .await?
        .remove(username)
        .unwrap_or_default();
    let changes = quota_changes(&BTreeMap::new(), &quotas);
    if changes.is_empty() {
        return Ok(());
    }
    bed.admin.change_quotas(username, &changes).await
}

/// Users in Kafka without a KafkaUser are treated as deleted, except those that are ignored (decision 30).
async fn clean(bed: &Bed, users: &BTreeMap<String, DynamicObject>) -> Result<(), KafkaFailure> {
    let mut found = bed.admin.scram_users().await?;
    found.extend(bed.admin.quotas().await?.into_keys());
    if bed.cluster.authorization {
        let acls = bed.admin.acls(None).await?;
        found.extend(
            acls.iter()
                .filter_map(|acl| acl.principal.strip_prefix("User:"))
                .filter(|name| *name != "*" && *name != "ANONYMOUS")
                .map(str::to_owned),
        );
    }
    for username in found {
        let name = username.strip_prefix("CN=").unwrap_or(&username);
        let known = users
            .get(name)
            .is_some_and(|user| belongs_to(user, &bed.cluster.name));
        if !known && !ignored(name) {
            forget(bed, &username).await?;
        }
    }
    Ok(())
}

/// The setting of the real operator is a pattern; this is the bed's. Distinguished names of the cluster's own components
/// are never users.
fn ignored(name: &str) -> bool {
    name == "admin" || name.starts_with("test-") || name.contains(",O=")
}

async fn write(bed: &Bed, user: &DynamicObject, status: Value) -> Result<()> {
    bed.objects
        .write_status(KIND, user, status, &FIELDS, MANAGER)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_change_by_their_difference() {
        let wanted = BTreeMap::from([("producer_byte_rate".to_owned(), 10.0)]);
        let live = BTreeMap::from([
            ("producer_byte_rate".to_owned(), 10.0),
            ("request_percentage".to_owned(), 5.0),
        ]);
        assert_eq!(
            quota_changes(&wanted, &live),
            BTreeMap::from([("request_percentage".to_owned(), None)])
        );
        assert_eq!(quota_changes(&wanted, &BTreeMap::new()).len(), 1);
    }

    #[test]
    fn users_of_tests_are_left_alone() {
        assert!(ignored("admin") && ignored("test-42-reader"));
        assert!(!ignored("task-api") && !ignored("latest-x"));
    }
}
