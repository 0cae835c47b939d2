//! The OpenID provider on demand: `testbed/oidc/provider.mjs` as one more process, the API server told to take its tokens, and a
//! token for each of the people. The API server checks them as it checks any cluster's; the console never does.

use super::bed::Bed;
use crate::files;
use crate::kubernetes::identities::random_secret;
use crate::kubernetes::plane::{self, AUTHENTICATION, PROVIDER};
use crate::layout::see;
use crate::ports::Ports;
use crate::state::{Oidc, Secret, State};
use crate::supervisor::unit::{Probe, Spec};
use anyhow::{Context, Result, bail};
use reqwest::{Certificate, Client};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const UNIT: &str = "oidc";
/// Whom the tokens are for.
const CLIENT: &str = "kubernetes";
/// Told from the people of the token file, who have the same groups.
const PREFIX: &str = "oidc:";
const READY: Duration = Duration::from_secs(60);
const DEADLINE: Duration = Duration::from_secs(5);
/// The API server looks at its file at least once a minute.
const TAKEN: Duration = Duration::from_secs(100);
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
struct Answer {
    id_token: Secret,
}

/// Starts it, and waits until the API server takes its tokens.
pub(super) async fn start(bed: &Bed, state: &State) -> Result<Oidc> {
    let root = &bed.layout().clone;
    if !root.join("node_modules/oidc-provider").is_dir() {
        bail!("the npm package oidc-provider is not in node_modules; run `make setup`");
    }
    let mut ports = Ports::new();
    let port = ports.take()?;
    let issuer = format!("https://127.0.0.1:{port}");
    let authority = std::fs::read(&state.kubernetes.ca_file)?;
    let client = Client::builder()
        .timeout(DEADLINE)
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(&authority)?])
        .build()?;
    let secret = random_secret();
    let passwords: BTreeMap<&String, Secret> = state
        .identities
        .keys()
        .map(|name| (name, random_secret()))
        .collect();
    let folder = plane::folder(bed.layout());
    let people: BTreeMap<&String, Value> = state
        .identities
        .iter()
        .map(|(name, identity)| {
            let person = json!({ "password": passwords.get(name), "groups": identity.groups });
            (name, person)
        })
        .collect();
    let settings = json!({
        "port": port,
        "certificate": folder.join(format!("{PROVIDER}.crt")),
        "key": folder.join(format!("{PROVIDER}.key")),
        "client": CLIENT,
        "secret": secret,
        "people": people,
    });
    let log = bed.layout().log(UNIT);
    ports.release();
    let unit = bed.supervisor().start(Spec {
        name: UNIT.to_owned(),
        program: "node".into(),
        arguments: vec![root.join("testbed/oidc/provider.mjs").into()],
        environment: vec![("PROVIDER".into(), settings.to_string().into())],
        log: log.clone(),
        probe: discovers(client.clone(), &issuer),
        grace: Duration::from_secs(2),
        grace_at_end: Duration::ZERO,
    });
    let rest = async {
        unit.first_ready(READY).await?;
        trust(&folder, &issuer, &authority)?;
        let mut tokens = BTreeMap::new();
        for (name, password) in passwords {
            let token = token(&client, &issuer, &secret, name, &password).await?;
            taken(&client, &state.kubernetes.server, name, &token).await?;
            tokens.insert(name.clone(), token);
        }
        anyhow::Ok(tokens)
    };
    match rest.await {
        Ok(tokens) => Ok(Oidc {
            issuer,
            ca_file: state.kubernetes.ca_file.clone(),
            client: CLIENT.to_owned(),
            tokens,
        }),
        Err(error) => {
            bed.supervisor().end(UNIT).await?;
            Err(see(&error, &log))
        }
    }
}

/// Whether it tells about itself.
fn discovers(client: Client, issuer: &str) -> Probe {
    let url = format!("{issuer}/.well-known/openid-configuration");
    Arc::new(move || {
        let request = client.get(&url);
        Box::pin(async move {
            request.send().await?.error_for_status()?;
            Ok(())
        })
    })
}

/// Tells the API server whose tokens to take, and whom they stand for.
fn trust(folder: &Path, issuer: &str, authority: &[u8]) -> Result<()> {
    let configuration = json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "jwt": [{
            "issuer": {
                "url": issuer,
                "audiences": [CLIENT],
                "certificateAuthority": String::from_utf8_lossy(authority),
            },
            "claimMappings": {
                "username": { "claim": "sub", "prefix": PREFIX },
                "groups": { "claim": "groups", "prefix": "" },
            },
        }],
    });
    let path = folder.join(AUTHENTICATION);
    files::write_private(&path, &serde_json::to_vec(&configuration)?)
}

async fn token(
    client: &Client,
    issuer: &str,
    secret: &Secret,
    name: &str,
    password: &Secret,
) -> Result<Secret> {
    let form = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("client_secret", secret.expose()),
        ("username", name),
        ("password", password.expose()),
    ];
    let body: Vec<String> = form
        .iter()
        .map(|(field, value)| format!("{field}={}", penstock_domain::query::encode(value)))
        .collect();
    let answer: Answer = client
        .post(format!("{issuer}/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.join("&"))
        .send()
        .await?
        .error_for_status()
        .with_context(|| format!("no token for {name}"))?
        .json()
        .await?;
    Ok(answer.id_token)
}

/// Waits until the API server says whom the token stands for.
async fn taken(client: &Client, server: &str, name: &str, token: &Secret) -> Result<()> {
    let deadline = Instant::now() + TAKEN;
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    loop {
        let answer = client
            .post(format!(
                "{server}/apis/authentication.k8s.io/v1/selfsubjectreviews"
            ))
            .bearer_auth(token.expose())
            .json(&review)
            .send()
            .await?;
        if answer.status().is_success() {
            let answer: Value = answer.json().await?;
            let user = answer
                .pointer("/status/userInfo/username")
                .and_then(Value::as_str);
            if user == Some(&format!("{PREFIX}{name}")) {
                return Ok(());
            }
            bail!("the API server takes the token of {name} for {user:?}");
        }
        if Instant::now() >= deadline {
            bail!("the API server does not take the token of {name}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
