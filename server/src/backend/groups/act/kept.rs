//! What was done to a group and may be undone, read from the store.

use crate::backend::{Console, now};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    group::act::{KeptChange, KeptChanges},
    ids::{ClusterRef, GroupName},
    problem::{Problem, ProblemKind},
};

impl Console {
    /// Newest first, for whoever may see the group.
    pub(in crate::backend::groups) async fn changes_of(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<KeptChanges, AppError> {
        self.open_group(cx, cluster, group).await?;
        Ok(KeptChanges {
            items: self.kept(cluster, group).await?,
            durable: self.store.is_durable(),
        })
    }

    /// One change, by its number. Callers have authorised.
    pub(super) async fn kept_change(
        &self,
        cluster: &ClusterRef,
        group: &GroupName,
        change: u64,
    ) -> Result<KeptChange, AppError> {
        let mut kept = self.kept(cluster, group).await?.into_iter();
        kept.find(|kept| kept.change == change).ok_or_else(|| {
            Problem::new(
                ProblemKind::NotFound,
                "That change is not kept",
                format!("Of group “{group}” no change {change} is kept."),
            )
            .with_remedy(
                "Replaced offsets are kept for 30 days; see the tab Undo for those there are.",
            )
            .into()
        })
    }

    async fn kept(
        &self,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<Vec<KeptChange>, AppError> {
        self.store
            .changes(cluster, group, now())
            .await
            .map_err(|error| {
                tracing::error!(%error, %cluster, "what was replaced can't be read");
                Problem::new(
                    ProblemKind::Internal,
                    "What was replaced can’t be read",
                    "The console’s store failed; its log says why.",
                )
                .into()
            })
    }
}
