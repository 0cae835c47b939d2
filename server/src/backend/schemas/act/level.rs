//! Setting the compatibility level of a subject or of the whole registry, and taking a subject's own away.

use super::{checked_name, invalid};
use crate::backend::Console;
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    ids::{ClusterRef, SubjectName},
    schema::{
        CompatibilityLevel, LevelOrigin,
        act::{LevelOutcome, SetLevel},
    },
};
use penstock_registry::{Registry, RegistryError};
use serde_json::json;

impl Console {
    pub(in crate::backend::schemas) async fn set_level(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: Option<&SubjectName>,
        asked: SetLevel,
    ) -> Result<LevelOutcome, AppError> {
        let (grant, _, registry) = self
            .may_act_on_subject(cx, Verb::Update, cluster, name)
            .await?;
        if let Some(name) = name {
            checked_name(name)?;
        }
        if name.is_none() && asked.level.is_none() {
            return Err(invalid("The global level can only be set.", "level"));
        }
        let before = level_now(&registry, name);
        let deed = Self::schema_deed(&grant, cx, Verb::Update, cluster, name);
        let facts = json!({
            "level": asked.level.map(CompatibilityLevel::wire),
            "before": before.level.map(CompatibilityLevel::wire),
        });
        let subject = name.map(ToString::to_string);
        let act = set(registry.clone(), subject, asked.level);
        self.actor(deed).run(facts, act).await?;
        Ok(level_now(&registry, name))
    }
}

async fn set(
    registry: Registry,
    subject: Option<String>,
    level: Option<CompatibilityLevel>,
) -> Result<(), RegistryError> {
    match (subject.as_deref(), level) {
        (subject, Some(level)) => registry.set_level(subject, level).await?,
        // One that had none has none now, which is what was wanted.
        (Some(subject), None) => match registry.unset_level(subject).await {
            Ok(()) | Err(RegistryError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        },
        (None, None) => {}
    }
    match subject {
        Some(subject) => registry.reread(&subject).await,
        None => registry.reread_level().await?,
    }
    Ok(())
}

fn level_now(registry: &Registry, name: Option<&SubjectName>) -> LevelOutcome {
    let catalogue = registry.catalogue().now();
    let subject = name.and_then(|name| catalogue.subjects.get(name.as_str()));
    let (level, level_origin) = match subject {
        Some(subject) => catalogue.level_of(subject),
        None => (catalogue.global, LevelOrigin::Global),
    };
    LevelOutcome {
        level,
        level_origin,
    }
}
