//! Subjects of a cluster's schema registry as pages and the API show them, and what is done to them.
//!
//! Reading comes from the registry's catalogue in memory (`penstock_registry::catalogue`): `list` cuts pages, `detail` joins one
//! subject with topics and differences, `impact` samples what its topics carry. `act` checks, registers, sets levels and deletes;
//! each asks the registry and has what it changed read again at once. `follow` starts the tasks that keep the catalogues.

mod act;
pub mod csv;
mod detail;
pub mod follow;
mod impact;
mod list;
mod table;
mod topics;

pub use table::Tables;

use super::{Console, problems, records::registries::ANNOTATION, sight::Sight};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::SchemasPort};
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::{ClusterRef, SubjectName},
    problem::{Problem, ProblemKind},
    query::ListQuery,
    schema::{
        Compared, SchemaText, SubjectDetail, SubjectList,
        act::{
            Candidate, CheckOutcome, DeleteSubject, LevelOutcome, RegisterOutcome, SetLevel,
            SubjectDeleteOutcome, SubjectLoss,
        },
        impact::SubjectImpact,
    },
};
use penstock_registry::Registry;

#[async_trait]
impl SchemasPort for Console {
    async fn subjects(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<SubjectList, AppError> {
        let sight = self
            .open(cx, cluster, Verb::List, Resource::Schemas)
            .await?;
        let Some(registry) = self.registry_of(cluster) else {
            return Ok(list::without_registry());
        };
        let table = self.subjects.of(&sight, &registry);
        list::page(&registry, &table, query).map_err(|error| problems::filter(&error))
    }

    async fn subject(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        compared: Compared,
    ) -> Result<SubjectDetail, AppError> {
        let (sight, registry) = self.open_subject(cx, cluster, subject).await?;
        let table = self.subjects.of(&sight, &registry);
        detail::of(&registry, &table, subject, compared).await
    }

    async fn schema_text(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        version: i32,
    ) -> Result<SchemaText, AppError> {
        let (_, registry) = self.open_subject(cx, cluster, subject).await?;
        detail::text(&registry, subject, version).await
    }

    async fn subject_impact(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
    ) -> Result<SubjectImpact, AppError> {
        self.impact_of(cx, cluster, subject).await
    }

    async fn schema_check(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        candidate: Candidate,
    ) -> Result<CheckOutcome, AppError> {
        self.check_candidate(cx, cluster, subject, candidate).await
    }

    async fn schema_register(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        candidate: Candidate,
    ) -> Result<RegisterOutcome, AppError> {
        self.register_candidate(cx, cluster, subject, candidate)
            .await
    }

    async fn schema_level_set(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: Option<&SubjectName>,
        asked: SetLevel,
    ) -> Result<LevelOutcome, AppError> {
        self.set_level(cx, cluster, subject, asked).await
    }

    async fn subject_delete_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectLoss, AppError> {
        self.preview_subject_delete(cx, cluster, subject, asked)
            .await
    }

    async fn subject_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectDeleteOutcome, AppError> {
        self.delete_subject(cx, cluster, subject, asked).await
    }
}

impl Console {
    /// Every subject that passes a filter, as a file.
    pub async fn subjects_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let sight = self
            .open(cx, cluster, Verb::List, Resource::Schemas)
            .await?;
        let registry = self.registry(cluster)?;
        let table = self.subjects.of(&sight, &registry);
        csv::file(&table, query).map_err(|error| problems::filter(&error))
    }

    /// Authorises the sight of one subject, then opens its cluster and its registry.
    async fn open_subject(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
    ) -> Result<(Sight, Registry), AppError> {
        let right = self.right_on_subject(Verb::Get, cluster, subject);
        let grant = self.gate.authorise(cx, right).await?;
        let sight = self.fleet.open(&grant, cluster)?;
        Ok((sight, self.registry(cluster)?))
    }

    fn registry(&self, cluster: &ClusterRef) -> Result<Registry, AppError> {
        self.registry_of(cluster).ok_or_else(|| {
            let why = match self.fleet.annotation(cluster, ANNOTATION) {
                Some(name) => format!(
                    "The annotation {ANNOTATION} of cluster {cluster} names “{name}”, and the configuration has no registry of that name."
                ),
                None => format!("No schema registry is configured for cluster {cluster}."),
            };
            Problem::new(ProblemKind::NotFound, "No schema registry", why)
            .with_remedy("Whoever runs the console can set registry.url, or name the cluster in a [[registries]].")
            .into()
        })
    }

    /// The registry of a cluster; `None`: there is none.
    pub(super) fn registry_of(&self, cluster: &ClusterRef) -> Option<Registry> {
        let named = self.fleet.annotation(cluster, ANNOTATION);
        self.records.registries.of(cluster, named.as_deref())
    }

    fn right_on_subject(&self, verb: Verb, cluster: &ClusterRef, subject: &SubjectName) -> Right {
        let reviewed_as = self.fleet.reviewed_as(cluster);
        Right::on_object(verb, Resource::Schemas, &reviewed_as, subject.as_str())
    }

    /// Whether somebody may do `verb` to a subject, for requests that can't be read.
    pub(crate) async fn may_subject(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        subject: Option<&SubjectName>,
    ) -> Result<(), AppError> {
        let right = match subject {
            Some(subject) => self.right_on_subject(verb, cluster, subject),
            None => Right::on_cluster(verb, Resource::Schemas, &self.fleet.reviewed_as(cluster)),
        };
        let grant = self.gate.authorise(cx, right).await?;
        if !verb.reads() && self.read_only {
            return Err(problems::read_only().into());
        }
        self.fleet.open(&grant, cluster).map(drop)
    }
}
