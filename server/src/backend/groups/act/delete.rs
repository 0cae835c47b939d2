//! Deleting groups, one or many: what is lost with each, and then doing it. Offsets that go with a group are kept, so that setting
//! them again brings the group back.

use super::{PATIENCE, Subject, apply::not_kept, deed, invalid};
use crate::{
    audit::{Audit, Deed},
    backend::{Console, fleet::Fleet, now, problems},
    store::{Store, changes::NewChange},
};
use futures::{StreamExt, stream};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    group::{
        GroupState,
        act::{
            DeleteGroups, DeleteOutcome, DeletePreview, DeletedGroup, GroupLoss, KeptKind,
            MOST_GROUPS, OffsetChange,
        },
        reset,
    },
    ids::{ClusterRef, GroupName, TopicName},
    problem::{Problem, ProblemKind},
};
use penstock_kafka::Client;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

/// Groups that are asked about at once.
const AT_ONCE: usize = 8;

impl Console {
    /// What would be lost, group by group; each for whoever may see it.
    pub(in crate::backend::groups) async fn preview_delete(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeletePreview, AppError> {
        let names = self.deletable(cx, Verb::Get, cluster, &asked).await?;
        let losses: Vec<Result<(GroupLoss, String), AppError>> = stream::iter(names)
            .map(|group| async move { self.loss(cx, cluster, &group).await })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut groups = Vec::with_capacity(losses.len());
        let mut by_tool: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut bootstrap = String::new();
        for loss in losses {
            let (loss, address) = loss?;
            bootstrap = address;
            by_tool
                .entry(loss.kind)
                .or_default()
                .push(loss.group.to_string());
            groups.push(loss);
        }
        let lines: Vec<String> = by_tool
            .into_iter()
            .filter_map(|(kind, names)| {
                reset::delete_command(kind, names.iter().map(String::as_str), &bootstrap)
            })
            .collect();
        Ok(DeletePreview {
            groups,
            command: (!lines.is_empty()).then(|| lines.join("\n")),
            durable: self.store.is_durable(),
        })
    }

    /// Deletes them; each has its own fate.
    pub(in crate::backend::groups) async fn delete_all(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        asked: DeleteGroups,
    ) -> Result<DeleteOutcome, AppError> {
        let names = self.deletable(cx, Verb::Delete, cluster, &asked).await?;
        let at = now();
        let groups: Vec<Result<DeletedGroup, AppError>> = stream::iter(names)
            .map(|group| async move { self.delete_one(cx, cluster, group).await })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Ok(DeleteOutcome {
            groups: groups.into_iter().collect::<Result<_, _>>()?,
            at,
        })
    }

    /// The groups that were asked for, once each, after the right to `verb` every single one was asked: with one that may not be
    /// touched nothing is done.
    async fn deletable(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        asked: &DeleteGroups,
    ) -> Result<Vec<GroupName>, AppError> {
        let mut seen = HashSet::new();
        let names: Vec<GroupName> = asked
            .groups
            .iter()
            .filter(|group| seen.insert((*group).clone()))
            .cloned()
            .collect();
        for group in names.iter().take(MOST_GROUPS) {
            let right = self.right_on_group(verb, cluster, group);
            self.gate.authorise(cx, right).await?;
        }
        match names.len() {
            0 => {
                // Without a name the right on all of them is what is asked for.
                self.open(cx, cluster, verb, penstock_domain::access::Resource::Groups)
                    .await?;
                Err(invalid("No group was named.", "groups"))
            }
            number if number > MOST_GROUPS => Err(invalid(
                format!("There are {number} groups; at most {MOST_GROUPS} are deleted at once."),
                "groups",
            )),
            _ => Ok(names),
        }
    }

    async fn loss(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<(GroupLoss, String), AppError> {
        let missing = self.why_not(cx, Verb::Delete, cluster, group).await?;
        let sight = self.open_group(cx, cluster, group).await?;
        let unread = sight
            .groups()
            .and_then(|groups| groups.get(group.as_str()))
            .and_then(|detail| detail.row.lag.records)
            .unwrap_or(0);
        let subject = Subject::find(sight, group).await?;
        let offsets = offsets(&subject).await?;
        let topics: BTreeSet<TopicName> = offsets.iter().map(|one| one.topic.clone()).collect();
        let gone = (subject.now.state == GroupState::Dead && offsets.is_empty())
            .then(|| problems::no_group(&subject.sight, group).into_problem());
        let bootstrap = subject.bootstrap();
        Ok((
            GroupLoss {
                group: group.clone(),
                kind: subject.now.kind,
                state: subject.now.state,
                offsets: u64::try_from(offsets.len()).unwrap_or(u64::MAX),
                topics: topics.into_iter().collect(),
                unread,
                refused: missing.or(gone).or_else(|| subject.now.keeps()),
            },
            bootstrap,
        ))
    }

    async fn delete_one(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: GroupName,
    ) -> Result<DeletedGroup, AppError> {
        let (grant, sight) = self.may_act(cx, Verb::Delete, cluster, &group).await?;
        let refused = |problem: Problem| DeletedGroup {
            group: group.clone(),
            problem: Some(problem),
            kept: None,
        };
        let subject = match Subject::find(sight, &group).await {
            Ok(subject) => subject,
            Err(error) => return Ok(refused(error.into_problem())),
        };
        if let Some(problem) = subject.now.keeps() {
            return Ok(refused(problem));
        }
        let changes = match offsets(&subject).await {
            Ok(changes) => changes,
            Err(error) => return Ok(refused(error.into_problem())),
        };
        let act = Act {
            client: subject.client.clone(),
            deed: deed(&grant, cx, Verb::Delete, cluster, &group),
            audit: self.audit.clone(),
            store: self.store.clone(),
            fleet: self.fleet.clone(),
            group: group.clone(),
            changes,
        };
        self.fleet
            .tasks()
            .spawn(act.run())
            .await
            .map_err(|_| AppError::internal())
    }
}

/// Where a group stands, as changes to nothing.
async fn offsets(subject: &Subject) -> Result<Vec<OffsetChange>, AppError> {
    let committed = subject
        .client
        .committed_of_one(&subject.group, subject.now.kind, PATIENCE)
        .await
        .map_err(|error| problems::kafka(&error))?;
    Ok(committed
        .into_iter()
        .map(|one| OffsetChange {
            topic: one.topic,
            partition: one.partition,
            old: Some(one.offset),
            new: None,
        })
        .collect())
}

struct Act {
    client: Client,
    deed: Deed,
    audit: Arc<Audit>,
    store: Store,
    fleet: Arc<Fleet>,
    group: GroupName,
    changes: Vec<OffsetChange>,
}

impl Act {
    async fn run(self) -> DeletedGroup {
        let (problem, kept) = match self.keep().await {
            Err(problem) => (Some(problem), None),
            Ok(kept) => match self.delete().await {
                None => (None, kept),
                Some(problem) => {
                    self.unkeep(kept).await;
                    (Some(problem), None)
                }
            },
        };
        self.fleet.refresh_groups(&self.deed.cluster);
        DeletedGroup {
            group: self.group,
            problem,
            kept,
        }
    }

    /// Under which number its offsets are kept; `None` where it has none.
    async fn keep(&self) -> Result<Option<u64>, Problem> {
        if self.changes.is_empty() {
            return Ok(None);
        }
        let new = NewChange {
            cluster: self.deed.cluster.clone(),
            group: self.group.clone(),
            what: KeptKind::Deleted,
            at: now(),
            who: self.deed.who.to_string(),
            changes: self.changes.clone(),
        };
        self.store
            .keep_change(new)
            .await
            .map(Some)
            .map_err(|error| {
                tracing::error!(%error, "offsets of a group can't be kept");
                not_kept().into_problem()
            })
    }

    async fn unkeep(&self, kept: Option<u64>) {
        let Some(number) = kept else { return };
        let settled = self
            .store
            .settle_change(&self.deed.cluster, &self.group, number, Vec::new())
            .await;
        if let Err(error) = settled {
            tracing::error!(%error, number, "a kept change says more than was done");
        }
    }

    async fn delete(&self) -> Option<Problem> {
        self.audit
            .intent(&self.deed, json!({ "offsets": self.changes.len() }));
        let one = std::slice::from_ref(&self.group);
        let outcome = self
            .client
            .delete_groups(one, PATIENCE)
            .await
            .remove(&self.group);
        let problem = match outcome {
            Some(Ok(())) => None,
            Some(Err(error)) => Some(problems::kafka(&error).into_problem()),
            None => Some(Problem::new(
                ProblemKind::Unavailable,
                "The broker did not say",
                "The coordinator’s answer does not name this group.",
            )),
        };
        self.audit.outcome(
            &self.deed,
            json!({ "deleted": problem.is_none(), "why": problem.as_ref().map(|problem| &problem.title) }),
        );
        problem
    }
}
