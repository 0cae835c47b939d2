//! Deleting a version or a whole subject, softly or for good: first what depends on it, then doing it.

use crate::backend::{
    Console, problems,
    schemas::detail::{no_subject, referenced_by},
};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    ids::{ClusterRef, SubjectName},
    problem::{Problem, ProblemKind},
    schema::act::{DeleteSubject, SubjectDeleteOutcome, SubjectLoss},
};
use penstock_registry::{Registry, RegistryError, catalogue::Subject};
use serde_json::json;

impl Console {
    pub(in crate::backend::schemas) async fn preview_subject_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectLoss, AppError> {
        let (sight, registry) = self.open_subject(cx, cluster, name).await?;
        let missing = self
            .why_not_subject(cx, Verb::Delete, cluster, name)
            .await?;
        let catalogue = registry.catalogue().now();
        let subject = catalogue
            .subjects
            .get(name.as_str())
            .ok_or_else(|| no_subject(&registry, &catalogue, name.as_str()))?;
        let plan = plan(subject, asked);
        let versions = plan.as_ref().ok().cloned().unwrap_or_default();
        let table = self.subjects.of(&sight, &registry);
        let topic = table.topics_of(name).map(|(topic, _)| topic);
        let groups = self.groups_of(cx, cluster, &sight, topic.as_ref()).await;
        Ok(SubjectLoss {
            referenced_by: referenced_by(&catalogue, subject, Some(&versions)),
            versions,
            topics: topic.into_iter().collect(),
            groups,
            refused: missing.or(plan.err().map(AppError::into_problem)),
        })
    }

    pub(in crate::backend::schemas) async fn delete_subject(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectDeleteOutcome, AppError> {
        let (grant, _, registry) = self
            .may_act_on_subject(cx, Verb::Delete, cluster, Some(name))
            .await?;
        let catalogue = registry.catalogue().now();
        let subject = catalogue
            .subjects
            .get(name.as_str())
            .ok_or_else(|| no_subject(&registry, &catalogue, name.as_str()))?;
        let planned = plan(subject, asked)?;
        let deed = Self::schema_deed(&grant, cx, Verb::Delete, cluster, Some(name));
        let facts = json!({ "version": asked.version, "versions": planned.len(), "permanent": asked.permanent });
        let act = delete(registry, name.to_string(), asked);
        let mut versions = self.actor(deed).run(facts, act).await?;
        // Some registries name those that were deleted before, too.
        versions.retain(|version| planned.contains(version));
        Ok(SubjectDeleteOutcome { versions })
    }
}

async fn delete(
    registry: Registry,
    subject: String,
    asked: DeleteSubject,
) -> Result<Vec<i32>, RegistryError> {
    let gone = registry
        .delete(&subject, asked.version, asked.permanent)
        .await;
    registry.reread(&subject).await;
    gone
}

/// The versions that would go, or why they can't. A registry deletes for good only what is soft-deleted.
fn plan(subject: &Subject, asked: DeleteSubject) -> Result<Vec<i32>, AppError> {
    let refused = |detail: String, remedy: &str| -> Result<Vec<i32>, AppError> {
        Err(
            Problem::new(ProblemKind::Conflict, "It can’t be deleted so", detail)
                .with_remedy(remedy)
                .into(),
        )
    };
    let numbers = |deleted: bool| -> Vec<i32> {
        subject
            .versions
            .iter()
            .filter(|version| version.deleted == deleted)
            .map(|version| version.version)
            .collect()
    };
    let (live, mut deleted) = (numbers(false), numbers(true));
    deleted.extend(&subject.hidden);
    deleted.sort_unstable();
    match (asked.version, asked.permanent) {
        (Some(version), permanent) => {
            let Some(found) = subject.version(version) else {
                return Err(problems::no_schema_version(&subject.name, version).into());
            };
            match (found.deleted, permanent) {
                (false, true) => refused(
                    format!("Version {version} is not soft-deleted."),
                    "Delete it softly first; then it can be deleted for good.",
                ),
                (true, false) => refused(
                    format!("Version {version} is soft-deleted already."),
                    "It can be deleted for good.",
                ),
                _ => Ok(vec![version]),
            }
        }
        (None, false) if live.is_empty() => refused(
            "The subject is soft-deleted already.".to_owned(),
            "It can be deleted for good.",
        ),
        (None, true) if !live.is_empty() => refused(
            "The subject is not soft-deleted.".to_owned(),
            "Delete it softly first; then it can be deleted for good.",
        ),
        (None, false) => Ok(live),
        (None, true) => Ok(deleted),
    }
}
