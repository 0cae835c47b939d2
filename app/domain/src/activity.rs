//! Activity: what happened in a cluster while the console looked. Resources that came, changed and went, statuses, pods, leaders,
//! in-sync sets and the metadata quorum.
//!
//! Here are the shapes and what may be asked of them ([`query`]). What two observations mean, and how events are kept, is the server's.

pub mod query;

use crate::{
    access::{Resource, Verb},
    envelope::{Missing, Page},
    ids::{Namespace, ResourceName},
    time::Timestamp,
    verdict::Severity,
};
use serde::{Deserialize, Serialize};

/// How long events are kept, in days.
pub const KEPT_DAYS: i64 = 30;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ActivityKind {
    /// A resource came.
    Created,
    /// A resource's specification, labels or annotations changed.
    Changed,
    /// A resource went, or its deletion was asked for.
    Deleted,
    /// What an operator says of a resource changed.
    Status,
    /// Pods came, went, restarted, or are no longer ready.
    Pods,
    /// Partitions changed their leader.
    Leaders,
    /// In-sync sets shrank or grew.
    InSync,
    /// The metadata quorum has another leader.
    Quorum,
    /// The console did not look for a while.
    Gap,
}

/// Kinds together, as the page offers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ActivityLane {
    /// What somebody declared.
    Resources,
    /// What operators say of it.
    Status,
    /// Pods.
    Pods,
    /// Leaders, in-sync sets, quorum.
    Kafka,
}

impl ActivityLane {
    /// Every lane, from top to bottom.
    pub const ALL: [ActivityLane; 4] = [
        ActivityLane::Resources,
        ActivityLane::Status,
        ActivityLane::Pods,
        ActivityLane::Kafka,
    ];

    /// The name in addresses and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            ActivityLane::Resources => "resources",
            ActivityLane::Status => "status",
            ActivityLane::Pods => "pods",
            ActivityLane::Kafka => "kafka",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            ActivityLane::Resources => "Resources",
            ActivityLane::Status => "Status",
            ActivityLane::Pods => "Pods",
            ActivityLane::Kafka => "Kafka",
        }
    }

    /// The lane of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name() == name)
    }
}

impl ActivityKind {
    /// The name in the API and in files.
    pub const fn name(self) -> &'static str {
        match self {
            ActivityKind::Created => "created",
            ActivityKind::Changed => "changed",
            ActivityKind::Deleted => "deleted",
            ActivityKind::Status => "status",
            ActivityKind::Pods => "pods",
            ActivityKind::Leaders => "leaders",
            ActivityKind::InSync => "inSync",
            ActivityKind::Quorum => "quorum",
            ActivityKind::Gap => "gap",
        }
    }

    /// In which lane it stands; a gap stands in all of them.
    pub const fn lane(self) -> Option<ActivityLane> {
        match self {
            ActivityKind::Created | ActivityKind::Changed | ActivityKind::Deleted => {
                Some(ActivityLane::Resources)
            }
            ActivityKind::Status => Some(ActivityLane::Status),
            ActivityKind::Pods => Some(ActivityLane::Pods),
            ActivityKind::Leaders | ActivityKind::InSync | ActivityKind::Quorum => {
                Some(ActivityLane::Kafka)
            }
            ActivityKind::Gap => None,
        }
    }
}

/// A resource that something happened to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivitySubject {
    /// `KafkaTopic`
    pub kind: String,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ResourceName,
}

/// Who did it, as far as the resource tells (`metadata.managedFields`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityActor {
    /// The field manager: `kubectl-edit`, `argocd-controller`. A program, not a person.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: Option<String>,
    /// When it says it wrote, in whole seconds.
    pub at: Option<Timestamp>,
}

/// One field that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// `spec.config.retention.ms`, `label strimzi.io/cluster`
    pub path: String,
    /// What it was; `None`: it was not there. Long values are cut, secrets hidden.
    pub before: Option<String>,
    /// What it is; `None`: it is gone.
    pub after: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityEvent {
    /// Its number within the cluster; grows with time.
    pub id: u64,
    /// When the console saw it, of several alike the first.
    pub at: Timestamp,
    /// Of several alike the last.
    pub until: Option<Timestamp>,
    /// What kind of thing.
    pub kind: ActivityKind,
    /// What it is about: seeing it takes a right on that.
    pub about: Resource,
    /// How much it weighs.
    pub severity: Severity,
    /// The resource, where it is one alone.
    pub subject: Option<ActivitySubject>,
    /// What happened, to be read after the subject if there is one.
    pub what: String,
    /// More words: the operator's message.
    pub detail: Option<String>,
    /// Who did it; `None` where nothing tells.
    pub by: Option<ActivityActor>,
    /// Fields that changed.
    pub fields: Vec<FieldChange>,
    /// How many more fields changed than are listed.
    pub more_fields: u32,
    /// How many things alike it stands for.
    pub count: u32,
    /// Some of them, where they are several.
    pub examples: Vec<String>,
}

impl ActivityEvent {
    /// The right without which it is not told.
    pub const fn right(&self) -> (Verb, Resource) {
        right_on(self.about)
    }

    /// The subject and what happened to it as one sentence.
    pub fn sentence(&self) -> String {
        match &self.subject {
            Some(subject) => format!("{} {} {}", subject.kind, subject.name, self.what),
            None => self.what.clone(),
        }
    }
}

/// What seeing events about something takes: clusters are got, all else is listed.
pub const fn right_on(about: Resource) -> (Verb, Resource) {
    match about {
        Resource::Clusters => (Verb::Get, Resource::Clusters),
        other => (Verb::List, other),
    }
}

/// So many events of a lane within one stretch of the span, for the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LaneMark {
    /// Which lane.
    pub lane: ActivityLane,
    /// When the first of them was.
    pub at: Timestamp,
    /// The worst of them.
    pub severity: Severity,
    /// How many.
    pub count: u32,
}

/// One page of a cluster's activity, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    /// The events.
    pub items: Vec<ActivityEvent>,
    /// Where this page stands.
    pub page: Page,
    /// The event that the address names, whether it is on the page or not.
    pub chosen: Option<ActivityEvent>,
    /// How many of each lane pass, before the choice of a lane.
    pub lanes: Vec<(ActivityLane, u64)>,
    /// Where they are in time.
    pub marks: Vec<LaneMark>,
    /// The span's beginning and end.
    pub span: (Timestamp, Timestamp),
    /// Since when the console looks, without a gap.
    pub looked_since: Timestamp,
    /// Whether events outlive a restart of the console.
    pub durable: bool,
    /// What is left out, and why.
    pub missing: Vec<Missing>,
}
