//! Secrets of KafkaUsers: passwords and certificates, laid out as the user operator lays them out.
//!
//! Two things differ: certificates are ECDSA, because the bed's authorities are, and the PKCS#12 store with its password
//! (`user.p12`, `user.password`) is left out, because nothing of the bed reads it.

use super::Bed;
use super::objects::{annotated, place};
use crate::kubernetes::identities::random_secret;
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use time::OffsetDateTime;

const KIND: &str = "Secret";
/// What the operators are known by in labels and managed fields.
pub(super) const MANAGER: &str = "strimzi-user-operator";
const PASSWORD_LENGTH: usize = 32;
/// Asks for a new certificate; stands on the Secret.
const FORCE_RENEW: &str = "strimzi.io/force-renew";
/// How long a certificate is valid unless the user says otherwise.
const VALIDITY_DAYS: i64 = 365;
const INVALID: &str = "java.util.concurrent.CompletionException: io.strimzi.operator.common.model.InvalidResourceException";
const NO_SOURCE: &str = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Resource requests custom SCRAM-SHA-512 password but doesn't specify the secret name and/or key";

/// The password of a SCRAM user: the one in the Secret that the user names, else the one in its own, else a new one. It
/// then is in its own Secret. The inner error is the operator's own words.
pub(super) async fn password(bed: &Bed, user: &DynamicObject) -> Result<Result<String, String>> {
    let (namespace, name) = place(user)?;
    let found = existing(bed, user).await?;
    let password = match user.data.pointer("/spec/authentication/password") {
        None => found
            .as_ref()
            .and_then(|secret| text(secret, "password"))
            .unwrap_or_else(new_password),
        Some(source) => {
            let reference = |field: &str| {
                let value = source.get("valueFrom")?.get("secretKeyRef")?.get(field)?;
                value.as_str().map(str::to_owned)
            };
            let (Some(secret), Some(key)) = (reference("name"), reference("key")) else {
                return Ok(Err(NO_SOURCE.to_owned()));
            };
            match given_password(bed, namespace, &secret, &key).await? {
                Ok(password) => password,
                Err(message) => return Ok(Err(format!("{INVALID}: {message}"))),
            }
        }
    };
    let jaas = jaas(name, &password);
    let data = BTreeMap::from([("password", password.clone()), ("sasl.jaas.config", jaas)]);
    write(bed, user, found, &data).await?;
    Ok(Ok(password))
}

/// A password that somebody chose.
async fn given_password(
    bed: &Bed,
    namespace: &str,
    secret: &str,
    key: &str,
) -> Result<Result<String, String>> {
    let Some(found) = bed.objects.api(KIND, namespace).get_opt(secret).await? else {
        return Ok(Err(format!(
            "Secret {secret} in namespace {namespace} not found"
        )));
    };
    Ok(match value(&found, key) {
        None => Err(format!(
            "Secret {secret} does not contain the key {key} with requested user password."
        )),
        Some(password) if password.is_empty() => {
            Err("The requested user password is empty.".to_owned())
        }
        Some(password) => Ok(password),
    })
}

fn jaas(name: &str, password: &str) -> String {
    format!(
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{name}\" password=\"{password}\";"
    )
}

/// The certificate of a TLS user: the one in its Secret, else a new one.
pub(super) async fn certificate(bed: &Bed, user: &DynamicObject) -> Result<()> {
    let (_, name) = place(user)?;
    let found = existing(bed, user).await?;
    let kept = found
        .as_ref()
        .filter(|secret| !annotated(secret, FORCE_RENEW, "true"));
    if let Some(secret) = kept
        && let (Some(authority), Some(certificate), Some(key)) = (
            text(secret, "ca.crt"),
            text(secret, "user.crt"),
            text(secret, "user.key"),
        )
    {
        let data = BTreeMap::from([
            ("ca.crt", authority),
            ("user.crt", certificate),
            ("user.key", key),
        ]);
        return write(bed, user, found, &data).await;
    }
    let days = user
        .data
        .pointer("/spec/authentication/validityDays")
        .and_then(Value::as_i64)
        .unwrap_or(VALIDITY_DAYS);
    let authority = &bed.cluster.clients_ca;
    let authority_pem = tokio::fs::read_to_string(&authority.certificate_file).await?;
    let authority_key = tokio::fs::read_to_string(&authority.key_file).await?;
    let authority_key = KeyPair::from_pem(&authority_key)?;
    let issuer = Issuer::from_ca_cert_pem(&authority_pem, authority_key)?;
    let mut params = CertificateParams::default();
    params.not_before = OffsetDateTime::now_utc();
    params.not_after = params
        .not_before
        .checked_add(time::Duration::days(days))
        .context("the certificate would outlive the calendar")?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    let data = BTreeMap::from([
        ("ca.crt", authority_pem),
        ("user.crt", certificate.pem()),
        ("user.key", key.serialize_pem()),
    ]);
    write(bed, user, found, &data).await
}

/// The name of a user's Secret.
pub(super) fn name_of(bed: &Bed, user: &str) -> String {
    format!("{}{user}", bed.settings.secret_prefix)
}

/// Removes the Secret of a user.
pub(super) async fn remove(bed: &Bed, namespace: &str, user: &str) -> Result<()> {
    let name = &name_of(bed, user);
    let api = bed.objects.api(KIND, namespace);
    // Only what belongs to a KafkaUser: a foreign Secret of the same name stays.
    let ours = api.get_opt(name).await?.is_some_and(|secret| {
        let labels = secret.metadata.labels.unwrap_or_default();
        labels
            .get("strimzi.io/kind")
            .is_some_and(|kind| kind == "KafkaUser")
    });
    if ours {
        match api.delete(name, &DeleteParams::default()).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if status.code == 404 => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The certificates of a cluster's authorities, which clients trust.
pub(super) async fn authorities(bed: &Bed) -> Result<()> {
    let cluster = &bed.cluster;
    for (suffix, file) in [
        ("cluster-ca-cert", &cluster.ca_file),
        ("clients-ca-cert", &cluster.clients_ca.certificate_file),
    ] {
        let name = format!("{}-{suffix}", cluster.name);
        let secret = json!({
            "apiVersion": "v1",
            "kind": KIND,
            "metadata": {
                "name": name,
                "labels": {
                    "strimzi.io/cluster": cluster.name,
                    "strimzi.io/kind": "Kafka",
                    "strimzi.io/name": "strimzi",
                },
            },
            "type": "Opaque",
            "data": { "ca.crt": STANDARD.encode(tokio::fs::read(file).await?) },
        });
        apply(
            bed,
            &cluster.namespace,
            &name,
            secret,
            "strimzi-cluster-operator",
        )
        .await?;
    }
    Ok(())
}

/// The Secret of a user, if there is one.
async fn existing(bed: &Bed, user: &DynamicObject) -> Result<Option<DynamicObject>> {
    let (namespace, name) = place(user)?;
    let api = bed.objects.api(KIND, namespace);
    Ok(api.get_opt(&name_of(bed, name)).await?)
}

/// What a Secret has under a key; nothing counts as absent.
fn text(secret: &DynamicObject, key: &str) -> Option<String> {
    value(secret, key).filter(|text| !text.is_empty())
}

fn value(secret: &DynamicObject, key: &str) -> Option<String> {
    let encoded = secret.data.get("data")?.get(key)?.as_str()?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

/// Makes the Secret what it has to be, and nothing else: what others put into it goes, as with the real operator. What was
/// changed since it was `found` is refused by the API server, and looked at anew with the change's own event.
async fn write(
    bed: &Bed,
    user: &DynamicObject,
    found: Option<DynamicObject>,
    data: &BTreeMap<&str, String>,
) -> Result<()> {
    let (namespace, name) = place(user)?;
    let secret = wanted(bed, user, data)?;
    let api = bed.objects.api(KIND, namespace);
    let params = PostParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PostParams::default()
    };
    let secret_name = name_of(bed, name);
    let written = match found {
        Some(found) if is_as(&found, &secret) => return Ok(()),
        Some(found) => {
            let mut secret = secret;
            secret.metadata.resource_version = found.metadata.resource_version;
            api.replace(&secret_name, &params, &secret).await
        }
        None => api.create(&params, &secret).await,
    };
    written.with_context(|| format!("Secret {secret_name}"))?;
    Ok(())
}

fn wanted(bed: &Bed, user: &DynamicObject, data: &BTreeMap<&str, String>) -> Result<DynamicObject> {
    let (_, name) = place(user)?;
    let template = |field: &str| -> BTreeMap<String, String> {
        let pointer = format!("/spec/template/secret/metadata/{field}");
        let found = user.data.pointer(&pointer).cloned();
        found
            .and_then(|found| serde_json::from_value(found).ok())
            .unwrap_or_default()
    };
    let mut labels = user.metadata.labels.clone().unwrap_or_default();
    let mut given = template("labels");
    given.retain(|label, _| !label.starts_with("app.kubernetes.io/"));
    labels.extend(given);
    for (label, value) in [
        ("strimzi.io/kind", "KafkaUser".to_owned()),
        ("app.kubernetes.io/name", MANAGER.to_owned()),
        ("app.kubernetes.io/instance", name.to_owned()),
        ("app.kubernetes.io/part-of", format!("strimzi-{name}")),
        ("app.kubernetes.io/managed-by", MANAGER.to_owned()),
    ] {
        labels.insert(label.to_owned(), value);
    }
    let encoded: BTreeMap<&str, String> = data
        .iter()
        .map(|(key, value)| (*key, STANDARD.encode(value)))
        .collect();
    let secret = json!({
        "apiVersion": "v1",
        "kind": KIND,
        "metadata": {
            "name": name_of(bed, name),
            "labels": labels,
            "annotations": template("annotations"),
            "ownerReferences": [{
                "apiVersion": bed.objects.api_version(),
                "kind": "KafkaUser",
                "name": name,
                "uid": user.metadata.uid,
                "controller": false,
                "blockOwnerDeletion": true,
            }],
        },
        "type": "Opaque",
        "data": encoded,
    });
    Ok(serde_json::from_value(secret)?)
}

/// Whether a Secret says what it has to.
fn is_as(found: &DynamicObject, wanted: &DynamicObject) -> bool {
    let (is, should) = (&found.metadata, &wanted.metadata);
    found.data.get("data") == wanted.data.get("data")
        && is.labels == should.labels
        && is.annotations.clone().unwrap_or_default()
            == should.annotations.clone().unwrap_or_default()
        && is.owner_references == should.owner_references
}

async fn apply(bed: &Bed, namespace: &str, name: &str, secret: Value, manager: &str) -> Result<()> {
    let params = PatchParams::apply(manager).force();
    bed.objects
        .api(KIND, namespace)
        .patch(name, &params, &Patch::Apply(&secret))
        .await
        .with_context(|| format!("Secret {name}"))?;
    Ok(())
}

/// Letters and digits, as the operator's generator makes them.
fn new_password() -> String {
    let mut password = String::new();
    while password.len() < PASSWORD_LENGTH {
        let secret = random_secret();
        password.extend(secret.expose().chars().filter(char::is_ascii_alphanumeric));
    }
    password.truncate(PASSWORD_LENGTH);
    password
}

#[cfg(test)]
mod tests {
    use super::{jaas, new_password};

    #[test]
    fn the_login_line_is_the_operators() {
        assert_eq!(
            jaas("task-api", "abc"),
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"task-api\" password=\"abc\";"
        );
    }

    #[test]
    fn passwords_are_32_letters_and_digits() {
        let password = new_password();
        assert_eq!(password.len(), 32);
        assert!(password.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(password, new_password());
    }
}
