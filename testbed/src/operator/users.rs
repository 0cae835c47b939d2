//! KafkaUsers, as the user operator's records show: credentials, Secrets, ACLs, quotas, and who is taken for a leftover.

mod kafka;

use super::cluster::mine;
use super::objects::{Told, belongs_to, condition, paused, place};
use super::secrets::{self, MANAGER};
use super::{Bed, acls, outage_of_settled, patiently};
use crate::admin::KafkaFailure;
use crate::admin::users::Scram;
use crate::supervisor::facts::NodeStatus;
use anyhow::Result;
use kafka::{Cache, clean, forget, principal, quotas};
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const KIND: &str = "KafkaUser";
const FIELDS: [&str; 2] = ["username", "secret"];
const COMPLETION: &str = "java.util.concurrent.CompletionException";
/// The longest common name of a certificate (RFC 5280, `ub-common-name`).
const LONGEST_COMMON_NAME: usize = 64;
const TOO_LONG: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Users with TLS client authentication can have a username (name of the KafkaUser custom resource) only up to 64 characters long.";
const NO_AUTHORIZER: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.";

/// What the stand-in remembers of the users of a cluster.
#[derive(Default)]
struct Memory {
    /// Passwords that the brokers have, by user.
    passwords: BTreeMap<String, Credential>,
    /// The same of the bed's users that have no KafkaUser, such as `admin`.
    hand_made: BTreeMap<String, Credential>,
    /// What else the brokers have of users.
    cache: Cache,
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
    if let Err(error) = memory.cache.read(&bed).await {
        tracing::warn!(%error, "what users have in Kafka could not be read");
    }
    let mut nodes = bed.nodes.clone();
    let mut running = starts(&bed);
    let mut rounds = bed.settings.rounds();
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
                let (name, went) = match told? {
                    Told::Changed(name) => (name, false),
                    Told::Gone(secret) => (super::objects::name(&secret), true),
                };
                let user = name.strip_prefix(&bed.settings.secret_prefix);
                if let Some(user) = user.and_then(|user| watched.known.get(user))
                    // With its user it goes for good, and this watch may be the first to tell.
                    && !(went && is_gone(&bed, user).await?)
                {
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
            () = rounds.due() => {
                write_credentials(&bed, &watched.known, &mut memory).await;
                let read = memory.cache.read(&bed).await;
                for user in watched.known.values() {
                    changed(&bed, user, &mut memory).await;
                }
                let cleaned = match read {
                    Ok(()) => clean(&bed, &mut memory.cache, &watched.known).await,
                    Err(failure) => Err(failure),
                };
                if let Err(error) = cleaned {
                    tracing::warn!(%error, "leftover users could not be cleaned");
                }
            }
        }
    }
}

/// Whether a user that is known is no longer there.
async fn is_gone(bed: &Bed, user: &DynamicObject) -> Result<bool> {
    let (namespace, name) = place(user)?;
    let found = bed.objects.api(KIND, namespace).get_opt(name).await?;
    Ok(found.is_none_or(|found| found.metadata.uid != user.metadata.uid))
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
    if let Err(error) = reconcile(bed, user, memory).await {
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
        removed(bed, user, &mut memory.cache).await;
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

async fn reconcile(bed: &Bed, user: &DynamicObject, memory: &mut Memory) -> Result<()> {
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
    match put(bed, user, authentication, memory).await? {
        Ok(()) => {
            status["conditions"] = json!(ready(user)?);
            status["username"] = json!(authentication.username(name));
            if matches!(authentication, Authentication::Scram | Authentication::Tls) {
                status["secret"] = json!(secrets::name_of(bed, name));
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

/// Ready, with a warning for each property that the operator does not know. The API server prunes all that the definition
/// does not know; what is left over belongs to another kind of resource in the same list.
fn ready(user: &DynamicObject) -> Result<Vec<Value>> {
    let (namespace, name) = place(user)?;
    let mut conditions = vec![condition("Ready", true, None, None)];
    let rules = user.data.pointer("/spec/authorization/acls");
    let resources = rules
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|rule| rule.get("resource")?.as_object())
        .filter(|resource| resource.get("type").and_then(Value::as_str) == Some("cluster"));
    for property in resources.flat_map(|resource| resource.keys()) {
        if property != "type" {
            let message = format!(
                "Resource {KIND}({namespace}/{name}) contains object at path spec.authorization.acls.resource with an unknown property: {property}"
            );
            let reason = Some("UnknownFields");
            conditions.push(condition("Warning", true, reason, Some(&message)));
        }
    }
    Ok(conditions)
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
    memory: &mut Memory,
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
    let no_rules = Vec::new();
    let wanted = match acls::bindings(rules.unwrap_or(&no_rules), &principal(&username)) {
        Ok(wanted) => wanted,
        Err(message) => {
            let words = format!("{COMPLETION}: java.lang.IllegalArgumentException: {message}");
            return Ok(Err(Refusal::Operator(words)));
        }
    };
    if let Err(failure) = memory.cache.refresh(bed).await {
        return Ok(Err(Refusal::Kafka(failure)));
    }
    let mut changes = vec![memory.cache.changes(&username, &wanted, &quotas(user))];
    let former = former_username(user, &username);
    // The name that the user had before his authentication changed is left to nobody.
    changes.extend(former.map(|former| {
        let (no_acls, no_quotas) = (BTreeSet::new(), BTreeMap::new());
        memory.cache.changes(former, &no_acls, &no_quotas)
    }));
    let known = memory.passwords.get(name);
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
        if let Some(former) = former {
            bed.admin.remove_password(former).await?;
        }
        for changes in &changes {
            changes.make(bed).await?;
        }
        Ok(())
    })
    .await;
    if done.is_ok() {
        for changes in &changes {
            memory.cache.note(changes);
        }
        match credential {
            Some(credential) => drop(memory.passwords.insert(name.to_owned(), credential)),
            None => drop(memory.passwords.remove(name)),
        }
    }
    Ok(done.map_err(Refusal::Kafka))
}

/// The name that the user had in Kafka before his authentication changed.
fn former_username<'a>(user: &'a DynamicObject, username: &str) -> Option<&'a str> {
    let former = user.data.pointer("/status/username")?.as_str()?;
    (former != username).then_some(former)
}

/// A KafkaUser went: so do its Secret, credentials, ACLs and quotas.
async fn removed(bed: &Bed, user: &DynamicObject, cache: &mut Cache) {
    let Ok((namespace, name)) = place(user) else {
        return;
    };
    if let Err(error) = secrets::remove(bed, namespace, name).await {
        tracing::warn!(user = name, %error, "a Secret could not be removed");
    }
    for username in [name.to_owned(), format!("CN={name}")] {
        if let Err(error) = forget(bed, cache, &username).await {
            tracing::warn!(user = username, %error, "a user could not be removed");
        }
    }
}

async fn write(bed: &Bed, user: &DynamicObject, status: Value) -> Result<()> {
    bed.objects
        .write_status(KIND, user, status, &FIELDS, MANAGER)
        .await
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
