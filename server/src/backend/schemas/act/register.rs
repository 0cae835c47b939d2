//! Registering a schema as a subject's next version.

use super::{check::text_of, checked_name, draft, invalid};
use crate::backend::{Console, problems};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    ids::{ClusterRef, SubjectName},
    problem::{Problem, ProblemKind},
    schema::act::{Candidate, RegisterOutcome, SchemaMistake},
};
use penstock_registry::{Draft, Placed, Registry, RegistryError};
use serde_json::json;

impl Console {
    pub(in crate::backend::schemas) async fn register_candidate(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: &SubjectName,
        candidate: Candidate,
    ) -> Result<RegisterOutcome, AppError> {
        let (grant, _, registry) = self
            .may_act_on_subject(cx, Verb::Create, cluster, Some(name))
            .await?;
        checked_name(name)?;
        let draft = draft(candidate)?;
        // Some registries take what no reader could use; a mistake has a place here.
        if let Err(mistake) = text_of(&registry, &draft).await? {
            return Err(refused(&mistake));
        }
        let existing = registry
            .lookup(name.as_str(), &draft)
            .await
            .unwrap_or_default();
        if let Some(existing) = existing {
            return Ok(RegisterOutcome {
                id: existing.id,
                version: Some(existing.version),
                existed: true,
            });
        }
        let deed = Self::schema_deed(&grant, cx, Verb::Create, cluster, Some(name));
        let facts = json!({
            "format": draft.schema_type.name(),
            "bytes": draft.text.len(),
            "references": draft.references.len(),
            "normalize": draft.normalize,
        });
        let act = register(registry, name.to_string(), draft);
        let (placed, version) = self.actor(deed).run(facts, act).await?;
        Ok(RegisterOutcome {
            id: placed.id,
            version,
            existed: false,
        })
    }
}

async fn register(
    registry: Registry,
    subject: String,
    draft: Draft,
) -> Result<(Placed, Option<i32>), RegistryError> {
    let placed = registry.register(&subject, &draft).await?;
    registry.reread(&subject).await;
    let catalogue = registry.catalogue().now();
    let version = placed.version.or_else(|| {
        let subject = catalogue.subjects.get(subject.as_str())?;
        let mut live = subject.live();
        live.rfind(|version| version.id == placed.id)
            .map(|version| version.version)
    });
    Ok((placed, version))
}

fn refused(mistake: &SchemaMistake) -> AppError {
    let place = match (mistake.line, mistake.column) {
        (Some(line), Some(column)) => format!("Line {line}, column {column}: "),
        _ => String::new(),
    };
    let detail = problems::sentence(&format!("{place}{}", mistake.message));
    let problem = invalid(detail, "text").into_problem();
    Problem {
        kind: ProblemKind::Invalid,
        title: "This is no schema".to_owned(),
        ..problem
    }
    .into()
}
