//! Acting upon subjects: checking a new schema, registering it, setting levels, deleting.
//!
//! `check` says what registering would do, `register` does it, `level` sets and takes away levels, `delete` deletes with a preview
//! before. What is shared stands here. Each act notes intent and outcome, is carried to its end even where whoever asked has gone
//! away, and has what it changed read again before it answers.

mod check;
mod delete;
mod level;
mod register;

use super::{Console, impact};
use crate::{
    audit::{Audit, Deed},
    backend::{fleet::Fleet, problems, sight::Sight},
};
use penstock_api::{AppError, context::RequestContext};
use penstock_auth::Authorised;
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::{ClusterRef, GroupName, SubjectName, TopicName},
    problem::{Problem, ProblemKind},
    schema::{
        SchemaType,
        act::{Candidate, MOST_REFERENCES, MOST_TEXT},
    },
};
use penstock_registry::{Draft, Reference, Registry, RegistryError};
use serde_json::{Value, json};
use std::{future::Future, sync::Arc};

/// Longest name of a subject, in bytes.
const LONGEST_NAME: usize = 1_000;

impl Console {
    /// Authorises an act on a subject (`None`: on all of the cluster) and opens the cluster and its registry.
    async fn may_act_on_subject(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        subject: Option<&SubjectName>,
    ) -> Result<(Authorised, Sight, Registry), AppError> {
        let right = self.right_on(verb, cluster, subject);
        let grant = self.gate.authorise(cx, right).await?;
        if self.read_only {
            return Err(problems::read_only().into());
        }
        let sight = self.fleet.open(&grant, cluster)?;
        Ok((grant, sight, self.registry(cluster)?))
    }

    /// Why somebody who may see a subject may not do `verb` to it; `None`: he may.
    async fn why_not_subject(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        subject: &SubjectName,
    ) -> Result<Option<Problem>, AppError> {
        let right = self.right_on_subject(verb, cluster, subject);
        Ok(match self.gate.may(cx, right.clone()).await? {
            None => Some(problems::forbidden(&right).into_problem()),
            Some(_) if self.read_only => Some(problems::read_only()),
            Some(_) => None,
        })
    }

    fn right_on(&self, verb: Verb, cluster: &ClusterRef, subject: Option<&SubjectName>) -> Right {
        match subject {
            Some(subject) => self.right_on_subject(verb, cluster, subject),
            None => Right::on_cluster(verb, Resource::Schemas, &self.fleet.reviewed_as(cluster)),
        }
    }

    /// Groups that read the topic of a subject, for who may list groups.
    async fn groups_of(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        sight: &Sight,
        topic: Option<&TopicName>,
    ) -> Vec<GroupName> {
        match topic {
            Some(topic) if self.may_list_all(cx, cluster, Resource::Groups).await => {
                impact::readers(sight, topic)
            }
            _ => Vec::new(),
        }
    }

    fn schema_deed(
        grant: &Authorised,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        subject: Option<&SubjectName>,
    ) -> Deed {
        Deed {
            who: grant.identity().user.clone(),
            verb,
            resource: Resource::Schemas,
            cluster: cluster.clone(),
            object: subject.map(ToString::to_string).unwrap_or_default(),
            request_id: cx.request_id.clone(),
        }
    }
}

/// What notes an act and carries it to its end.
struct Actor {
    fleet: Arc<Fleet>,
    audit: Arc<Audit>,
    deed: Deed,
}

impl Actor {
    /// Does it in a task of its own, with a line before and a line after. `facts` are counts and kinds, never a schema's text.
    async fn run<T: Send + 'static>(
        self,
        facts: Value,
        act: impl Future<Output = Result<T, RegistryError>> + Send + 'static,
    ) -> Result<T, AppError> {
        let Self { fleet, audit, deed } = self;
        let task = async move {
            audit.intent(&deed, facts);
            let outcome = act.await;
            let why = outcome.as_ref().err().map(ToString::to_string);
            audit.outcome(&deed, json!({ "done": outcome.is_ok(), "why": why }));
            outcome
        };
        fleet
            .tasks()
            .spawn(task)
            .await
            .map_err(|_| AppError::internal())?
            .map_err(|error| problems::registry(&error))
    }
}

impl Console {
    fn actor(&self, deed: Deed) -> Actor {
        Actor {
            fleet: self.fleet.clone(),
            audit: self.audit.clone(),
            deed,
        }
    }
}

/// What can't be done as it was asked for.
fn invalid(detail: impl Into<String>, field: &str) -> AppError {
    Problem::new(ProblemKind::Invalid, "This can’t be done", detail)
        .with_field(field)
        .into()
}

/// A name that a registry's addresses can carry.
fn checked_name(subject: &SubjectName) -> Result<(), AppError> {
    let name = subject.as_str();
    if name.trim().is_empty() {
        return Err(invalid("The subject needs a name.", "subject"));
    }
    if matches!(name, "." | "..") {
        return Err(invalid(
            "No address can carry “.” or “..” as a subject’s name.",
            "subject",
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid(
            "The name of a subject can’t have control characters.",
            "subject",
        ));
    }
    if name.len() > LONGEST_NAME {
        return Err(invalid(
            format!("The name of a subject has at most {LONGEST_NAME} bytes."),
            "subject",
        ));
    }
    Ok(())
}

/// A candidate within its bounds, as the registry takes it.
fn draft(candidate: Candidate) -> Result<Draft, AppError> {
    if candidate.schema_type == SchemaType::Other {
        return Err(invalid(
            "Schemas are Avro, Protobuf or JSON Schema.",
            "schemaType",
        ));
    }
    if candidate.text.len() > MOST_TEXT {
        return Err(invalid(
            format!(
                "The schema has {} bytes; at most {MOST_TEXT} are taken.",
                candidate.text.len()
            ),
            "text",
        ));
    }
    if candidate.references.len() > MOST_REFERENCES {
        return Err(invalid(
            format!("At most {MOST_REFERENCES} references are taken."),
            "references",
        ));
    }
    Ok(Draft {
        schema_type: candidate.schema_type,
        text: candidate.text,
        references: candidate
            .references
            .into_iter()
            .map(|reference| Reference {
                name: reference.name,
                subject: reference.subject.to_string(),
                version: reference.version,
            })
            .collect(),
        normalize: candidate.normalize,
    })
}
