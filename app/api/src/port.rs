//! What the server can be asked, by noun. Filled by `penstock-server`'s backend; a fake one serves tests.
//!
//! Each method authorises before it looks: without the right the answer is the same `Forbidden`, whether the thing exists
//! or not (decision 7).

use crate::{context::RequestContext, error::AppError};
use async_trait::async_trait;
use penstock_domain::{
    activity::{ActivityPage, query::ActivityQuery},
    certificate::Certificates,
    cluster::{ClusterList, ClusterOverview},
    group::{
        GroupAges, GroupConfiguration, GroupDetail, GroupList,
        act::{
            ApplyOffsets, DeleteGroups, DeleteOutcome, DeletePreview, KeptChanges, OffsetsOutcome,
            ResetPreview,
        },
        readers::TopicReaders,
        reset::ResetSpec,
        span::{GroupHistory, HistorySpan},
    },
    ids::{
        ClusterRef, GroupName, Namespace, NodeId, Principal, ResourceName, SubjectName, TopicName,
    },
    node::{
        NodeConfiguration, NodeDetail, NodePartitionList, Nodes,
        simulation::{Choice, Simulation},
    },
    produce::{ImportSettings, ImportSummary, ProduceFacts, ProduceOutcome, ProduceRequest},
    query::ListQuery,
    read::{FieldSample, Reading, RecordPage, RecordQuery},
    record::Record,
    resource::list::{ResourceList, ResourcePage},
    schema::{
        Compared, SchemaText, SubjectDetail, SubjectList,
        act::{
            Candidate, CheckOutcome, DeleteSubject, LevelOutcome, RegisterOutcome, SetLevel,
            SubjectDeleteOutcome, SubjectLoss,
        },
        impact::SubjectImpact,
    },
    search::{SearchAnswer, SearchQuery},
    session::SessionInfo,
    topic::{TopicDetail, TopicList},
    user::{
        RuleList, UserDetail, UserList,
        credential::{RevealForm, Revealed, SecretFacts},
        may::{Holders, MayAnswer, ResourceQuestion},
        quota::QuotaList,
    },
};

/// Everything.
pub trait Backend:
    SessionPort
    + ClustersPort
    + NodesPort
    + TopicsPort
    + GroupsPort
    + UsersPort
    + RecordsPort
    + ProducePort
    + ResourcesPort
    + SchemasPort
    + ActivityPort
    + SearchPort
    + Send
    + Sync
{
}

impl<T> Backend for T where
    T: SessionPort
        + ClustersPort
        + NodesPort
        + TopicsPort
        + GroupsPort
        + UsersPort
        + RecordsPort
        + ProducePort
        + ResourcesPort
        + SchemasPort
        + ActivityPort
        + SearchPort
        + Send
        + Sync
{
}

/// Who am I?
#[async_trait]
pub trait SessionPort {
    /// The signed-in user.
    async fn session(&self, cx: &RequestContext) -> Result<SessionInfo, AppError>;
}

/// Finding things by their names.
#[async_trait]
pub trait SearchPort {
    /// What fits, of what the user may list: best first, a few of each kind.
    async fn search(
        &self,
        cx: &RequestContext,
        query: &SearchQuery,
    ) -> Result<SearchAnswer, AppError>;
}

/// Clusters.
#[async_trait]
pub trait ClustersPort {
    /// Those that the user may see.
    async fn clusters(&self, cx: &RequestContext) -> Result<ClusterList, AppError>;
    /// One in full.
    async fn cluster(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<ClusterOverview, AppError>;
}

/// Nodes of a cluster.
#[async_trait]
pub trait NodesPort {
    /// All, by pool.
    async fn nodes(&self, cx: &RequestContext, cluster: &ClusterRef) -> Result<Nodes, AppError>;
    /// One.
    async fn node(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeDetail, AppError>;
    /// Its configuration, asked of the broker itself, and compared with what other brokers have.
    async fn node_configuration(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeConfiguration, AppError>;
    /// One page of the partitions that it leads and follows.
    async fn node_partitions(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
        query: &ListQuery,
    ) -> Result<NodePartitionList, AppError>;
    /// What would happen if nodes stopped; nothing is changed.
    async fn nodes_simulation(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        choice: &Choice,
    ) -> Result<Simulation, AppError>;
    /// Certificates of listeners and authorities.
    async fn certificates(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<Certificates, AppError>;
}

/// Topics of a cluster.
#[async_trait]
pub trait TopicsPort {
    /// One page of them.
    async fn topics(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<TopicList, AppError>;
    /// One in full.
    async fn topic(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<TopicDetail, AppError>;
}

/// Users of a cluster: principals, what they may, and why.
#[async_trait]
pub trait UsersPort {
    /// One page of principals, worst first; a filter that can't be read is refused.
    async fn users(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<UserList, AppError>;
    /// One in full, with the answer to a question about it.
    async fn user(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        question: Option<&ResourceQuestion>,
    ) -> Result<UserDetail, AppError>;
    /// One page of the rules in force.
    async fn rules(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<RuleList, AppError>;
    /// Every quota in force.
    async fn quotas(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<QuotaList, AppError>;
    /// Whether one principal may do something; asks for the right to see that user.
    async fn may(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        question: &ResourceQuestion,
    ) -> Result<MayAnswer, AppError>;
    /// Who may do something; asks for the right to list users.
    async fn holders(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        question: &ResourceQuestion,
    ) -> Result<Holders, AppError>;
    /// What a user's Secret tells without what it holds; read with the asker's own right on the Secret.
    async fn user_secret(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
    ) -> Result<SecretFacts, AppError>;
    /// What a user's Secret holds; read with the asker's own right on the Secret, and audited.
    async fn reveal(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        form: RevealForm,
    ) -> Result<Revealed, AppError>;
}

/// Consumer groups of a cluster.
#[async_trait]
pub trait GroupsPort {
    /// One page of them; a filter that can't be read is refused.
    async fn groups(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<GroupList, AppError>;
    /// One in full.
    async fn group(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupDetail, AppError>;
    /// Its offsets over time, by topic.
    async fn group_history(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        span: HistorySpan,
    ) -> Result<GroupHistory, AppError>;
    /// Who reads a topic; asks for the right to list groups beside the right to see the topic.
    async fn topic_readers(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<TopicReaders, AppError>;
    /// How far behind it is, from the records at its committed offsets.
    async fn group_ages(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupAges, AppError>;
    /// Its configuration, asked of a broker.
    async fn group_configuration(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupConfiguration, AppError>;
    /// What was done to a group through the console, newest first, with what it replaced.
    async fn group_changes(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<KeptChanges, AppError>;
    /// What setting offsets would do; asks for the right to see the group alone.
    async fn offsets_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        spec: ResetSpec,
    ) -> Result<ResetPreview, AppError>;
    /// Sets or deletes offsets as a preview showed them.
    async fn offsets_apply(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        asked: ApplyOffsets,
    ) -> Result<OffsetsOutcome, AppError>;
    /// Sets back what a change replaced, if nothing has moved since.
    async fn offsets_undo(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        change: u64,
    ) -> Result<OffsetsOutcome, AppError>;
    /// What deleting groups would lose; asks for the right to see each.
    async fn groups_delete_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeletePreview, AppError>;
    /// Deletes groups; each has its own fate.
    async fn groups_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeleteOutcome, AppError>;
}

/// Records of topics. Searches and tails are streams and have no place here: the server's HTTP side opens them on the backend.
#[async_trait]
pub trait RecordsPort {
    /// One page of them.
    async fn browse(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        reading: &Reading,
    ) -> Result<RecordPage, AppError>;
    /// One in full.
    async fn record(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &RecordQuery,
    ) -> Result<Record, AppError>;
    /// Fields that the newest records of some topics have, for the filter's completion and for columns.
    async fn record_fields(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topics: &[TopicName],
    ) -> Result<Vec<FieldSample>, AppError>;
}

/// Writing records.
#[async_trait]
pub trait ProducePort {
    /// What there is to know before.
    async fn produce_facts(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<ProduceFacts, AppError>;
    /// Sends, or only checks.
    async fn produce(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
        request: ProduceRequest,
    ) -> Result<ProduceOutcome, AppError>;
    /// Sends lines of a file, or only checks them; `first_line` is the number of the first in its file, from 1.
    async fn produce_lines(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
        settings: &ImportSettings,
        first_line: u64,
        lines: &str,
    ) -> Result<ImportSummary, AppError>;
}

/// Resources beside a cluster: Connect, connectors, MirrorMaker 2, bridges, rebalances.
#[async_trait]
pub trait ResourcesPort {
    /// One page of them, of one kind (by its plural) or of all that the user may see.
    async fn resources(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: Option<&str>,
        query: &ListQuery,
    ) -> Result<ResourceList, AppError>;
    /// One in full, with what happened to it.
    async fn resource(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        plural: &str,
        namespace: &Namespace,
        name: &ResourceName,
    ) -> Result<ResourcePage, AppError>;
}

/// What happened in a cluster.
#[async_trait]
pub trait ActivityPort {
    /// One page of it; events about what the user may not see are left out.
    async fn activity(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ActivityQuery,
    ) -> Result<ActivityPage, AppError>;
}

/// Subjects of a cluster's schema registry.
#[async_trait]
pub trait SchemasPort {
    /// One page of them; a filter that can't be read is refused.
    async fn subjects(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<SubjectList, AppError>;
    /// One in full, with two of its versions side by side.
    async fn subject(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        compared: Compared,
    ) -> Result<SubjectDetail, AppError>;
    /// The text of one version, whole.
    async fn schema_text(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        version: i32,
    ) -> Result<SchemaText, AppError>;
    /// What its topics carry; asks for the right to list their records.
    async fn subject_impact(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
    ) -> Result<SubjectImpact, AppError>;
    /// What registering a schema would do; asks for the right to see the subject alone.
    async fn schema_check(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        candidate: Candidate,
    ) -> Result<CheckOutcome, AppError>;
    /// Registers a schema as the subject's next version.
    async fn schema_register(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        candidate: Candidate,
    ) -> Result<RegisterOutcome, AppError>;
    /// Sets a compatibility level, of a subject or the global one, or takes a subject's own away.
    async fn schema_level_set(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: Option<&SubjectName>,
        asked: SetLevel,
    ) -> Result<LevelOutcome, AppError>;
    /// What deleting would do; asks for the right to see the subject alone.
    async fn subject_delete_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectLoss, AppError>;
    /// Deletes a version or the whole subject.
    async fn subject_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        subject: &SubjectName,
        asked: DeleteSubject,
    ) -> Result<SubjectDeleteOutcome, AppError>;
}
