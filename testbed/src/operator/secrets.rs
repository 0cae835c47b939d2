//! Secrets of KafkaUsers: passwords and certificates, laid out as the user operator lays them out.
//!
//! Two things differ: certificates are ECDSA, because the bed's authorities are, and the PKCS#12 store with its password
//! (`user.p12`, `user.password`) is left out, because nothing of the bed reads it.

use super::Bed;
use super::objects::place;
use crate::kubernetes::identities::random_secret;
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams};
use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const KIND: &str = "Secret";
/// What the operators are known by in labels and managed fields.
pub(super) const MANAGER: &str = "strimzi-user-operator";
const PASSWORD_LENGTH: usize = 32;

/// The password of a SCRAM user: the one in its Secret, else a new one, which then is in its Secret.
pub(super) async fn password(bed: &Bed, user: &DynamicObject) -> Result<String> {
    let (_, name) = place(user)?;
    let known = read(bed, user, "password").await?;
    let password = known.unwrap_or_else(new_password);
    let jaas = format!(
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{name}\" password=\"{password}\";"
    );
    let data = BTreeMap::from([("password", password.clone()), ("sasl.jaas.config", jaas)]);
    write(bed, user, &data).await?;
    Ok(password)
}

/// The certificate of a TLS user: the one in its Secret, else a new one.
pub(super) async fn certificate(bed: &Bed, user: &DynamicObject) -> Result<()> {
    if read(bed, user, "user.crt").await?.is_some() {
        return Ok(());
    }
    let (_, name) = place(user)?;
    let authority = &bed.cluster.clients_ca;
    let authority_pem = fs::read_to_string(&authority.certificate_file)?;
    let authority_key = KeyPair::from_pem(&fs::read_to_string(&authority.key_file)?)?;
    let issuer = Issuer::from_ca_cert_pem(&authority_pem, authority_key)?;
    let mut params = CertificateParams::default();
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
    write(bed, user, &data).await
}

/// Removes the Secret of a user.
pub(super) async fn remove(bed: &Bed, namespace: &str, name: &str) -> Result<()> {
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
            "data": { "ca.crt": STANDARD.encode(fs::read(file)?) },
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

async fn read(bed: &Bed, user: &DynamicObject, key: &str) -> Result<Option<String>> {
    let (namespace, name) = place(user)?;
    let secret = bed.objects.api(KIND, namespace).get_opt(name).await?;
    let encoded = secret.and_then(|secret| {
        let value = secret.data.get("data")?.get(key)?;
        value.as_str().map(str::to_owned)
    });
    let decoded = encoded.and_then(|text| STANDARD.decode(text).ok());
    Ok(decoded
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.is_empty()))
}

async fn write(bed: &Bed, user: &DynamicObject, data: &BTreeMap<&str, String>) -> Result<()> {
    let (namespace, name) = place(user)?;
    let mut labels = user.metadata.labels.clone().unwrap_or_default();
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
            "name": name,
            "labels": labels,
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
    apply(bed, namespace, name, secret, MANAGER).await
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
    use super::new_password;

    #[test]
    fn passwords_are_32_letters_and_digits() {
        let password = new_password();
        assert_eq!(password.len(), 32);
        assert!(password.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(password, new_password());
    }
}
