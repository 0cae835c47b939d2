//! A user's credentials, for whoever Kubernetes lets read the Secret: the API server is asked with the asker's own token, so that the
//! console never shows more than `kubectl get secret` would. Nothing is kept; who looked at what is audited.

use super::table::Ground;
use crate::{
    audit::Deed,
    backend::{Console, certificates, gate, problems, sight::Sight},
};
use penstock_api::{AppError, context::RequestContext};
use penstock_cluster::{
    client::UserToken,
    credentials::{SecretRef, UserSecret},
    listeners::listeners,
    resource::KafkaUser,
};
use penstock_domain::{
    access::{Resource, Verb},
    acl::Principal,
    ids::ResourceName,
    secret::Secret,
    user::{
        credential::{Mechanism, RevealForm, Revealed, SecretFacts},
        listener::{self, ConnectOutcome},
        properties::{self, Access},
    },
};
use serde_json::json;
use std::sync::Arc;

/// A user's Secret, as it was read for somebody.
pub(super) struct Found {
    user: Arc<KafkaUser>,
    secret: UserSecret,
}

impl Found {
    /// What it tells without what it holds.
    pub(super) fn facts(&self) -> SecretFacts {
        let certificate = self.secret.value("user.crt").map(|pem| {
            let (certificates, _) = certificates::read_pem(pem.reveal());
            certificates
        });
        SecretFacts {
            name: self.secret.reference.to_string(),
            created: self.secret.created,
            written: self.secret.written,
            keys: self.secret.keys().map(str::to_owned).collect(),
            certificate_ends: certificate
                .and_then(|certificates| certificates.first().map(|first| first.not_after)),
        }
    }

    fn value(&self, key: &str) -> Result<&Secret, AppError> {
        self.secret.value(key).ok_or_else(|| {
            problems::no_credentials(&format!(
                "The Secret {} has no {key}.",
                self.secret.reference
            ))
        })
    }

    fn text(&self, form: RevealForm, sight: &Sight) -> Result<String, AppError> {
        match form {
            RevealForm::Password => Ok(self.value("password")?.reveal().to_owned()),
            RevealForm::Pem => Ok(format!(
                "{}\n{}\n",
                self.value("user.crt")?.reveal().trim_end(),
                self.value("user.key")?.reveal().trim_end()
            )),
            RevealForm::Properties => self.properties(sight),
        }
    }

    /// `client.properties` for the first listener that takes the user.
    fn properties(&self, sight: &Sight) -> Result<String, AppError> {
        let mechanism = self.user.mechanism();
        let known = sight.kafka().map(listeners).unwrap_or_default();
        let mechanisms: Vec<Mechanism> = mechanism.into_iter().collect();
        let answers = listener::answers(&known, &mechanisms);
        let accepted = answers
            .iter()
            .find(|answer| answer.outcome == ConnectOutcome::Accepted)
            .ok_or_else(|| problems::no_credentials("No listener takes this user."))?;
        let trusted = sight
            .kafka()
            .and_then(|kafka| kafka.status_of(&accepted.listener)?.trust());
        let access = if mechanism.is_some_and(Mechanism::is_scram) {
            Access::Scram {
                username: self.user.principal().name().to_owned(),
                password: self.value("password")?.clone(),
            }
        } else {
            Access::Certificate {
                chain: self.value("user.crt")?.clone(),
                key: self.value("user.key")?.clone(),
            }
        };
        Ok(properties::write(accepted, trusted.as_deref(), &access))
    }
}

impl Console {
    /// A user's Secret, read with the asker's token. The right to see the user was asked for before.
    pub(super) async fn secret_of(
        &self,
        cx: &RequestContext,
        sight: &Sight,
        principal: &Principal,
    ) -> Result<Found, AppError> {
        let user = Ground::of(sight)
            .user(principal)
            .ok_or_else(|| problems::no_user(sight, principal))?
            .clone();
        let reference = reference(&user).ok_or_else(|| {
            problems::no_credentials(
                "Its KafkaUser asks for no credentials that are kept in a Secret.",
            )
        })?;
        let door = self
            .secrets
            .as_ref()
            .ok_or_else(|| problems::no_credentials("The console has no Kubernetes to ask."))?;
        // The holder of the console's own credential asks with that.
        let token = match gate::is_local(cx) {
            true => None,
            false => Some(UserToken::new(gate::token(cx)?.reveal())),
        };
        let secret = door
            .read(token.as_ref(), &reference)
            .await
            .map_err(|why| problems::secret(&reference, &why))?;
        Ok(Found { user, secret })
    }

    /// What a user's Secret holds. Who asked is noted, whatever comes of it.
    pub(super) async fn reveal_to(
        &self,
        cx: &RequestContext,
        sight: &Sight,
        principal: &Principal,
        form: RevealForm,
    ) -> Result<Revealed, AppError> {
        let identity = self.gate.identity(cx).await?;
        let deed = Deed {
            who: identity.user.clone(),
            verb: Verb::Get,
            resource: Resource::Users,
            cluster: sight.cluster().clone(),
            object: principal.to_string(),
            request_id: cx.request_id.clone(),
        };
        self.audit
            .intent(&deed, json!({ "act": "reveal", "form": form.name() }));
        let revealed = match self.secret_of(cx, sight, principal).await {
            Ok(found) => found.text(form, sight),
            Err(error) => Err(error),
        };
        self.audit.outcome(
            &deed,
            json!({
                "act": "reveal",
                "form": form.name(),
                "revealed": revealed.is_ok(),
                "why": revealed.as_ref().err().map(|error| error.problem().title.clone()),
            }),
        );
        Ok(Revealed { text: revealed? })
    }
}

/// Where a user's credentials are: as the status says, else where the operator puts them. A user that failed has no status of it, and
/// its Secret may be there all the same.
fn reference(user: &KafkaUser) -> Option<SecretRef> {
    let kept = matches!(
        user.mechanism(),
        Some(Mechanism::ScramSha512 | Mechanism::Tls)
    );
    let named = user.body.secret.as_deref().map(ResourceName::new);
    let name = named.or_else(|| kept.then(|| user.metadata.name.clone()))?;
    Some(SecretRef {
        namespace: user.metadata.namespace.clone(),
        name,
    })
}
