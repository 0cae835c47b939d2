//! Consumer groups as pages and the API show them: filtered, sorted and cut rows of the inventory. Pure, but for
//! authorising first and for `act`.
//!
//! `list` cuts pages, `detail` adds ages to one group, `readers` turns the view around: who reads a topic. `act` changes groups.

mod act;
pub mod csv;
pub mod detail;
pub mod list;
pub mod readers;

use super::{Console, problems, sight::Sight};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::GroupsPort};
use penstock_domain::{
    access::{Resource, Right, Verb},
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
    ids::{ClusterRef, GroupName, TopicName},
    query::ListQuery,
};

#[async_trait]
impl GroupsPort for Console {
    async fn groups(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<GroupList, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Groups).await?;
        list::page(&sight, query).map_err(|error| problems::filter(&error))
    }

    async fn group(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupDetail, AppError> {
        let sight = self.open_group(cx, cluster, group).await?;
        detail::of(&sight, group).ok_or_else(|| problems::no_group(&sight, group))
    }

    async fn group_history(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        span: HistorySpan,
    ) -> Result<GroupHistory, AppError> {
        let sight = self.open_group(cx, cluster, group).await?;
        detail::history(&sight, group, span).ok_or_else(|| problems::no_group(&sight, group))
    }

    async fn topic_readers(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<TopicReaders, AppError> {
        let reviewed_as = self.fleet.reviewed_as(cluster);
        let on_topic = Right::on_object(Verb::Get, Resource::Topics, &reviewed_as, topic.as_str());
        self.gate.authorise(cx, on_topic).await?;
        let sight = self.open(cx, cluster, Verb::List, Resource::Groups).await?;
        Ok(readers::of(&sight, topic))
    }

    async fn group_ages(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupAges, AppError> {
        let sight = self.open_group(cx, cluster, group).await?;
        detail::ages(&sight, group).await
    }

    async fn group_configuration(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<GroupConfiguration, AppError> {
        let sight = self.open_group(cx, cluster, group).await?;
        detail::configuration(&sight, group).await
    }

    async fn group_changes(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<KeptChanges, AppError> {
        self.changes_of(cx, cluster, group).await
    }

    async fn offsets_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        spec: ResetSpec,
    ) -> Result<ResetPreview, AppError> {
        self.preview_reset(cx, cluster, group, spec).await
    }

    async fn offsets_apply(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        asked: ApplyOffsets,
    ) -> Result<OffsetsOutcome, AppError> {
        self.apply_offsets(cx, cluster, group, asked).await
    }

    async fn offsets_undo(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        change: u64,
    ) -> Result<OffsetsOutcome, AppError> {
        self.undo_offsets(cx, cluster, group, change).await
    }

    async fn groups_delete_preview(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeletePreview, AppError> {
        self.preview_delete(cx, cluster, asked).await
    }

    async fn groups_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeleteOutcome, AppError> {
        self.delete_all(cx, cluster, asked).await
    }
}

impl Console {
    /// Every group that passes a filter, as a file.
    pub async fn groups_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Groups).await?;
        csv::file(&sight, query).map_err(|error| problems::filter(&error))
    }

    /// Authorises the sight of one group, then opens its cluster.
    async fn open_group(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<Sight, AppError> {
        let right = self.right_on_group(Verb::Get, cluster, group);
        let grant = self.gate.authorise(cx, right).await?;
        self.fleet.open(&grant, cluster)
    }
}
