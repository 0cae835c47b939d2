//! KafkaUsers, as the user operator's records show: credentials, Secrets, ACLs, quotas, and who is taken for a leftover.

use super::cluster::mine;
use super::objects::{Told, belongs_to, condition, paused, place};
use super::secrets::{self, MANAGER};
use super::{Bed, acls, outage_of_settled, patiently};
use crate::admin::KafkaFailure;
use crate::admin::users::Scram;
use crate::supervisor::facts::NodeStatus;
use anyhow::Result;
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};

const KIND: &str = "KafkaUser";
const FIELDS: [&str; 2] = ["username", "secret"];
const COMPLETION: &str = "java.util.concurrent.CompletionException";
/// The longest common name of a certificate (RFC 5280, `ub-common-name`).
const LONGEST_COMMON_NAME: usize = 64;
const TOO_LONG: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Users with TLS client authentication can have a username (name of the KafkaUser custom resource) only up to 64 characters long.";
const NO_AUTHORIZER: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.";
/// Quotas by the name in the specification.
const QUOTAS: [(&str, &str); 4] = [
    ("producerByteRate", "producer_byte_rate"),
    ("consumerByteRate", "consumer_byte_rate"),
    ("requestPercentage", "request_percentage"),
    ("controllerMutationRate", "controller_mutation_rate"),
];

/// What the stand-in remembers of the users of a cluster.
#[derive(Default)]
struct Memory {
    /// Passwords that the brokers have, by user.
    passwords: BTreeMap<String, Credential>,
    /// The same of the bed's users that have no KafkaUser, such as `admin`.
    hand_made: BTreeMap<String, Credential>,
    /// Whose label says that they belong to the cluster.
    ours: BTreeSet<String>,
}

/// A password with what the brokers keep of it.
#[derive(Clone)]
struct Credential {
    password: String,
    scram: Scram,
}

impl Credential {
    async fn of(password: &str) -> Result<Self> {
        Ok(Self {
            password: password.to_owned(),
            scram: Scram::of(password).await?,
        })
    }
}

/// Follows the KafkaUsers of one cluster, and their Secrets: one that is deleted or edited is made right at once.
pub(super) async fn run(bed: Arc<Bed>) -> Result<()> {
    let namespace = &bed.cluster.namespace;
    let mut watched = bed.objects.watch(KIND, namespace);
    let mut secrets = bed
        .objects
        .watch_labelled("Secret", namespace, "strimzi.io/kind=KafkaUser");
    let mut memory = Memory::default();
    let mut nodes = bed.config.nodes.clone();
    let mut running = starts(&bed);
    let interval = bed.config.reconcile_interval;
    let mut timed = Instant::now() + interval;
    loop {
        tokio::select! {
            told = watched.next() => match told? {
                Told::Changed(name) => {
                    if let Some(user) = watched.known.get(&name) {
                        changed(&bed, user, &mut memory).await;
                    }
                }
                Told::Gone(user) => gone(&bed, &user, &mut memory).await,
            },
            told = secrets.next() => {
                let name = match told? {
                    Told::Changed(name) => name,
                    Told::Gone(secret) => super::objects::name(&secret),
                };
                if let Some(user) = watched.known.get(&name) {
                    changed(&bed, user, &mut memory).await;
                }
            }
            told = nodes.changed() => {
                told?;
                let now = starts(&bed);
                if !now.is_subset(&running) {
                    write_credentials(&bed, &watched.known, &mut memory).await;
                }
                running = now;
            }
            () = sleep_until(timed) => {
                timed = Instant::now() + interval;
                write_credentials(&bed, &watched.known, &mut memory).await;
                for user in watched.known.values() {
                    changed(&bed, user, &mut memory).await;
                }
                if let Err(error) = clean(&bed, &watched.known).await {
                    tracing::warn!(%error, "leftover users could not be cleaned");
                }
            }
        }
    }
}

/// Which nodes run, and since which of their starts.
fn starts(bed: &Bed) -> BTreeSet<(i32, u32)> {
    mine(bed)
        .into_iter()
        .filter(NodeStatus::ready)
        .map(|node| (node.node.id, node.restarts))
        .collect()
}

/// Writes all credentials again, as the real operator does in every reconciliation. It has to: when Kafka 4.3.1 reads its
/// metadata log after a start and finds in it that a SCRAM user was removed, it may forget all those before
/// (`ScramDelta.apply`). The bed does it as well whenever a node has started, and for the users that it made by hand:
/// tests that break a broker are not about this.
async fn write_credentials(
    bed: &Bed,
    users: &BTreeMap<String, DynamicObject>,
    memory: &mut Memory,
) {
    for (name, user) in &bed.cluster.users {
        if users.contains_key(name) || memory.hand_made.contains_key(name) {
            continue;
        }
        if let Ok(credential) = Credential::of(user.password.expose()).await {
            memory.hand_made.insert(name.clone(), credential);
        }
    }
    memory.hand_made.retain(|name, _| !users.contains_key(name));
    let all = || {
        let both = memory.hand_made.iter().chain(&memory.passwords);
        both.map(|(name, credential)| (name.as_str(), &credential.scram))
    };
    let written = patiently(KafkaFailure::passes, || bed.admin.set_credentials(all())).await;
    if let Err(error) = written {
        tracing::warn!(%error, "credentials could not be written again");
    }
}

async fn changed(bed: &Bed, user: &DynamicObject, memory: &mut Memory) {
    let name = super::objects::name(user);
    if !belongs_to(user, &bed.cluster.name) {
        // When the label goes, the user is gone for the operator.
        return gone(bed, user, memory).await;
    }
    memory.ours.insert(name.clone());
    if let Err(error) = reconcile(bed, user, &mut memory.passwords).await {
        tracing::warn!(
            user = name,
            error = format!("{error:#}"),
            "a KafkaUser could not be reconciled"
        );
    }
}

/// Takes away what a user had who is no longer the cluster's; one who never was has nothing.
async fn gone(bed: &Bed, user: &DynamicObject, memory: &mut Memory) {
    let name = super::objects::name(user);
    memory.passwords.remove(&name);
    if memory.ours.remove(&name) {
        removed(bed, user).await;
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
    passwords: &mut BTreeMap<String, Credential>,
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
    let mut status = json!({ "observedGeneration": user.metadata.generation });
    match put(bed, user, authentication, passwords).await? {
        Ok(()) => {
            status["conditions"] = json!([condition("Ready", true, None, None)]);
            status["username"] = json!(authentication.username(name));
            if matches!(authentication, Authentication::Scram | Authentication::Tls) {
                status["secret"] = json!(name);
            }
        }
        Err(Refusal::Kafka(failure)) if outage_of_settled(user, &failure) => return Ok(()),
        Err(refusal) => {
            let reason = Some("ExecutionException");
            let words = refusal.words();
            status["conditions"] = json!([condition("NotReady", true, reason, Some(&words))]);
        }
    }
    write(bed, user, status).await
}

/// Why a user is not what it declares.
enum Refusal {
    /// The operator refuses, in its own words.
    Operator(String),
    /// Kafka refuses, or no broker answers.
    Kafka(KafkaFailure),
}

impl Refusal {
    fn words(&self) -> String {
        match self {
            Self::Operator(words) => words.clone(),
            Self::Kafka(failure) => format!("{COMPLETION}: {}", failure.words),
        }
    }
}

/// Makes Kafka and the Secret what the user declares. The outer error is the API server's.
async fn put(
    bed: &Bed,
    user: &DynamicObject,
    authentication: Authentication,
    passwords: &mut BTreeMap<String, Credential>,
) -> Result<Result<(), Refusal>> {
    let (namespace, name) = place(user)?;
    let rules = user
        .data
        .pointer("/spec/authorization/acls")
        .and_then(Value::as_array);
    if rules.is_some() && !bed.cluster.authorization {
        return Ok(Err(Refusal::Operator(NO_AUTHORIZER.to_owned())));
    }
    let certified = matches!(
        authentication,
        Authentication::Tls | Authentication::TlsExternal
    );
    if certified && name.len() > LONGEST_COMMON_NAME {
        return Ok(Err(Refusal::Operator(TOO_LONG.to_owned())));
    }
    // The Secret comes before Kafka is asked for anything.
    let password = match authentication {
        Authentication::Scram => match secrets::password(bed, user).await? {
            Ok(password) => Some(password),
            Err(words) => return Ok(Err(Refusal::Operator(words))),
        },
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
            let words = format!("{COMPLETION}: java.lang.IllegalArgumentException: {message}");
            return Ok(Err(Refusal::Operator(words)));
        }
    };
    let known = passwords.get(name);
    let unchanged = known.map(|known| &known.password) == password.as_ref();
    let credential = match (&password, known) {
        (Some(_), Some(known)) if unchanged => Some(known.clone()),
        (Some(password), _) => Some(Credential::of(password).await?),
        (None, _) => None,
    };
    let done = patiently(KafkaFailure::passes, || async {
        match &credential {
            _ if unchanged => {}
            Some(credential) => {
                let one = [(name, &credential.scram)];
                bed.admin.set_credentials(one).await?;
            }
            None => bed.admin.remove_password(name).await?,
        }
        if let Some(former) = former_username(user, &username) {
            forget(bed, former).await?;
        }
        if bed.cluster.authorization {
            put_acls(bed, &principal, &wanted).await?;
        }
        put_quotas(bed, user, &username).await
    })
    .await;
    match (&done, credential) {
        (Ok(()), Some(credential)) => drop(passwords.insert(name.to_owned(), credential)),
        (Ok(()), None) => drop(passwords.remove(name)),
        (Err(_), _) => {}
    }
    Ok(done.map_err(Refusal::Kafka))
}

/// The name that the user had in Kafka before his authentication changed, which is left to nobody.
fn former_username<'a>(user: &'a DynamicObject, username: &str) -> Option<&'a str> {
    let former = user.data.pointer("/status/username")?.as_str()?;
    (former != username).then_some(former)
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
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
