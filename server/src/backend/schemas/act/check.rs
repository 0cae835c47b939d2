//! What registering a schema would do: whether it is one, whether the registry has it, what the registry says to it version by
//! version, and, for Avro, who could no longer read what. Nothing is written.

use super::{checked_name, draft};
use crate::backend::{Console, problems};
use futures::{StreamExt, stream};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    ids::{ClusterRef, SubjectName},
    schema::{
        CompatibilityLevel,
        act::{Candidate, CheckOutcome, KnownVersion, SchemaMistake, VersionCheck},
    },
};
use penstock_registry::{
    Draft, Registry, RegistryError,
    catalogue::Subject,
    meaning::{self, Text},
};
use std::sync::Arc;

/// Versions that a candidate is held against at most: the newest of those that were asked for.
const MOST_VERSIONS: usize = 50;
/// Versions that the registry is asked about at a time.
const AT_ONCE: usize = 4;

impl Console {
    pub(in crate::backend::schemas) async fn check_candidate(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: &SubjectName,
        candidate: Candidate,
    ) -> Result<CheckOutcome, AppError> {
        let (sight, registry) = self.open_subject(cx, cluster, name).await?;
        checked_name(name)?;
        let refused = self
            .why_not_subject(cx, Verb::Create, cluster, name)
            .await?;
        let against = candidate.against.clone();
        let draft = draft(candidate)?;
        let catalogue = registry.catalogue().now();
        let subject = catalogue.subjects.get(name.as_str()).cloned();
        let (level, level_origin) = match &subject {
            Some(subject) => catalogue.level_of(subject),
            None => (
                catalogue.global,
                penstock_domain::schema::LevelOrigin::Global,
            ),
        };
        let table = self.subjects.of(&sight, &registry);
        let topic = table.topics_of(name).map(|(topic, _)| topic);
        let mut outcome = CheckOutcome {
            mistake: None,
            known: None,
            next_version: None,
            level,
            level_origin,
            accepted: None,
            versions: Vec::new(),
            changes: Vec::new(),
            groups: self.groups_of(cx, cluster, &sight, topic.as_ref()).await,
            topics: topic.into_iter().collect(),
            refused,
        };
        let text = match text_of(&registry, &draft).await? {
            Ok(text) => text,
            Err(mistake) => {
                outcome.mistake = Some(mistake);
                return Ok(outcome);
            }
        };
        outcome.known = known(&registry, name, &draft).await?;
        let held = held_against(subject.as_deref(), &against);
        outcome.versions = versions(&registry, name, &draft, &held, subject.is_some()).await;
        outcome.accepted = accepted(&registry, name, &draft, level, subject.is_some()).await?;
        if outcome.known.is_none() {
            let newest = subject
                .as_ref()
                .and_then(|subject| subject.versions.last())
                .map_or(0, |version| version.version);
            outcome.next_version = Some(newest.saturating_add(1));
        }
        compare(&registry, name, subject, text, &mut outcome).await;
        Ok(outcome)
    }
}

/// The candidate with what it refers to, or what is wrong with it.
///
/// # Errors
/// The registry could not be asked for what it refers to.
pub(super) async fn text_of(
    registry: &Registry,
    draft: &Draft,
) -> Result<Result<Text, SchemaMistake>, AppError> {
    let nowhere = |message: String| SchemaMistake {
        message,
        line: None,
        column: None,
    };
    let text = match registry.text_of_draft(draft).await {
        Ok(text) => text,
        Err(RegistryError::NotFound { what, .. }) => {
            let words = format!("It refers to {what}, which the registry does not have.");
            return Ok(Err(nowhere(words)));
        }
        Err(error @ (RegistryError::Schema { .. } | RegistryError::TooLarge { .. })) => {
            return Ok(Err(nowhere(problems::sentence(&error.to_string()))));
        }
        Err(error) => return Err(problems::registry(&error)),
    };
    let held = text.clone();
    Ok(
        match tokio::task::spawn_blocking(move || meaning::mistake(&held)).await {
            Ok(None) => Ok(text),
            Ok(Some(mistake)) => Err(mistake),
            Err(_) => Err(nowhere("Nothing could be made of it.".to_owned())),
        },
    )
}

/// The version that is this schema already. A registry that can't say is no reason to say nothing else.
async fn known(
    registry: &Registry,
    name: &SubjectName,
    draft: &Draft,
) -> Result<Option<KnownVersion>, AppError> {
    match registry.lookup(name.as_str(), draft).await {
        Ok(found) => Ok(found.map(|found| KnownVersion {
            id: found.id,
            version: found.version,
        })),
        Err(error) if error.is_away() => Err(problems::registry(&error)),
        Err(_) => Ok(None),
    }
}

/// The live versions that are asked about, newest first.
fn held_against(subject: Option<&Subject>, against: &[i32]) -> Vec<i32> {
    subject
        .into_iter()
        .flat_map(|subject| subject.live().rev())
        .map(|version| version.version)
        .filter(|version| against.is_empty() || against.contains(version))
        .take(MOST_VERSIONS)
        .collect()
}

async fn versions(
    registry: &Registry,
    name: &SubjectName,
    draft: &Draft,
    held: &[i32],
    exists: bool,
) -> Vec<VersionCheck> {
    if !exists {
        return Vec::new();
    }
    stream::iter(held.to_vec())
        .map(|version| async move {
            let (compatible, messages) = match registry.check(name.as_str(), version, draft).await {
                Ok(verdict) => (Some(verdict.compatible), verdict.messages),
                Err(error) => (None, vec![problems::sentence(&error.to_string())]),
            };
            VersionCheck {
                version,
                compatible,
                messages,
                breaks_readers: Vec::new(),
                cannot_read: Vec::new(),
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

/// Whether the registry would take it by the subject's level: all versions that the level looks at.
async fn accepted(
    registry: &Registry,
    name: &SubjectName,
    draft: &Draft,
    level: Option<CompatibilityLevel>,
    exists: bool,
) -> Result<Option<bool>, AppError> {
    if !exists || level == Some(CompatibilityLevel::None) {
        return Ok(Some(true));
    }
    match registry.check_all(name.as_str(), draft).await {
        Ok(Some(verdict)) => Ok(Some(verdict.compatible)),
        Ok(None) => Ok(Some(true)),
        Err(error) if error.is_away() => Err(problems::registry(&error)),
        Err(_) => Ok(None),
    }
}

/// What changes against the newest version, and who could not read what, computed here.
async fn compare(
    registry: &Registry,
    name: &SubjectName,
    subject: Option<Arc<Subject>>,
    text: Text,
    outcome: &mut CheckOutcome,
) {
    let mut texts = Vec::new();
    for check in &outcome.versions {
        if let Ok(old) = registry.text_of(name.as_str(), check.version).await {
            texts.push((check.version, old));
        }
    }
    let newest = subject
        .as_ref()
        .and_then(|subject| subject.newest())
        .map(|version| version.version);
    let work = tokio::task::spawn_blocking(move || {
        let changes = texts
            .iter()
            .find(|(version, _)| Some(*version) == newest)
            .map(|(_, old)| meaning::difference(old, &text).changes)
            .unwrap_or_default();
        let read: Vec<_> = texts
            .iter()
            .map(|(version, old)| {
                (
                    *version,
                    meaning::obstacles(old, &text).unwrap_or_default(),
                    meaning::obstacles(&text, old).unwrap_or_default(),
                )
            })
            .collect();
        (changes, read)
    });
    let Ok((changes, read)) = work.await else {
        return;
    };
    outcome.changes = changes;
    for (version, breaks_readers, cannot_read) in read {
        let check = outcome
            .versions
            .iter_mut()
            .find(|check| check.version == version);
        if let Some(check) = check {
            check.breaks_readers = breaks_readers;
            check.cannot_read = cannot_read;
        }
    }
}
