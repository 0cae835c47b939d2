//! Setting and deleting offsets of one group, as a preview showed them.
//!
//! Refused as a whole where the group is active, where it no longer stands where the preview said, or where an offset is not there
//! any more. What is replaced is kept before anything is written: what can't be kept is not done.

use super::{PATIENCE, Subject, deed, invalid};
use crate::{
    audit::{Audit, Deed},
    backend::{Console, fleet::Fleet, now, problems},
    store::{Store, changes::NewChange},
};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    group::{
        GroupKind,
        act::{
            ApplyOffsets, KeptKind, MOST_PARTITIONS, OffsetChange, OffsetsOutcome, PartitionOutcome,
        },
        reset::{self, ResetSpec, ResetTo},
    },
    ids::{ClusterRef, GroupName, PartitionId, TopicName},
    problem::{Problem, ProblemKind},
};
use penstock_kafka::{Client, KafkaError, api::groups::change::PartitionOutcome as Outcome};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

type At = (TopicName, PartitionId);

impl Console {
    /// Sets and deletes offsets.
    pub(in crate::backend::groups) async fn apply_offsets(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        asked: ApplyOffsets,
    ) -> Result<OffsetsOutcome, AppError> {
        let (grant, sight) = self.may_act(cx, Verb::Update, cluster, group).await?;
        check(&asked)?;
        let subject = Subject::find(sight, group).await?;
        // Offsets of topics that nobody subscribes to may be deleted at any time: the coordinator tells.
        let sets = asked.changes.iter().any(|change| change.new.is_some());
        if sets && let Some(refusal) = subject.now.refusal() {
            return Err(refusal.into());
        }
        still_so(&subject, &asked.changes).await?;
        let act = Act {
            client: subject.client.clone(),
            kind: subject.now.kind,
            deed: deed(&grant, cx, Verb::Update, cluster, group),
            audit: self.audit.clone(),
            store: self.store.clone(),
            fleet: self.fleet.clone(),
            group: group.clone(),
            asked,
        };
        // Whoever asked may go away; what was begun is ended, kept and noted. Its deadlines bound it.
        self.fleet
            .tasks()
            .spawn(act.run())
            .await
            .map_err(|_| AppError::internal())?
    }

    /// Sets back what an earlier change replaced, if the group still stands where that change left it.
    pub(in crate::backend::groups) async fn undo_offsets(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        change: u64,
    ) -> Result<OffsetsOutcome, AppError> {
        self.may_act(cx, Verb::Update, cluster, group).await?;
        let kept = self.kept_change(cluster, group, change).await?;
        let back = ApplyOffsets {
            changes: kept
                .changes
                .into_iter()
                .map(|one| OffsetChange {
                    old: one.new,
                    new: one.old,
                    ..one
                })
                .collect(),
            undoes: Some(change),
        };
        self.apply_offsets(cx, cluster, group, back).await
    }
}

/// What is wrong with a request by itself.
fn check(asked: &ApplyOffsets) -> Result<(), AppError> {
    let changes = &asked.changes;
    if changes.is_empty() {
        return Err(invalid("No offset would change.", "changes"));
    }
    if changes.len() > MOST_PARTITIONS {
        return Err(invalid(
            format!(
                "There are {} partitions; at most {MOST_PARTITIONS} are changed at once.",
                changes.len()
            ),
            "changes",
        ));
    }
    let mut seen = BTreeSet::new();
    for change in changes {
        if !seen.insert((&change.topic, change.partition)) {
            return Err(invalid(
                format!(
                    "Partition {} of {} is named twice.",
                    change.partition, change.topic
                ),
                "changes",
            ));
        }
        if change.new.is_some_and(|new| new < 0) {
            return Err(invalid(
                format!(
                    "An offset is a number from 0; for partition {} of {} it is not.",
                    change.partition, change.topic
                ),
                "changes",
            ));
        }
    }
    Ok(())
}

/// Whether the group still stands where the preview said, and every new offset is still there.
async fn still_so(subject: &Subject, changes: &[OffsetChange]) -> Result<(), AppError> {
    let committed: HashMap<At, i64> = subject
        .client
        .committed_of_one(&subject.group, subject.now.kind, PATIENCE)
        .await
        .map_err(|error| problems::kafka(&error))?
        .into_iter()
        .map(|one| ((one.topic, one.partition), one.offset))
        .collect();
    let moved: Vec<&OffsetChange> = changes
        .iter()
        .filter(|change| {
            committed
                .get(&(change.topic.clone(), change.partition))
                .copied()
                != change.old
        })
        .collect();
    if let Some(first) = moved.first() {
        let stands = committed.get(&(first.topic.clone(), first.partition));
        return Err(not_as_shown(format!(
            "In {} of {} partitions the group no longer stands where it did: partition {} of {} {}.",
            moved.len(),
            changes.len(),
            first.partition,
            first.topic,
            match stands {
                Some(offset) => format!("is at {offset} now"),
                None => "has no offset any more".to_owned(),
            }
        )));
    }
    let text = reset::write_csv(
        changes
            .iter()
            .filter_map(|change| Some((&change.topic, change.partition, change.new?))),
    );
    if text.is_empty() {
        return Ok(());
    }
    let spec = ResetSpec {
        to: ResetTo::Csv { text },
        topics: Vec::new(),
    };
    let kind = subject.now.kind;
    let places = subject
        .client
        .reset_places(&subject.group, kind, &spec, now(), PATIENCE)
        .await
        .map_err(|error| problems::kafka(&error))?;
    let plan =
        reset::plan(&spec, kind, &places).map_err(|refusal| invalid(refusal.words(), "changes"))?;
    if let Some(left) = plan.left_out.first() {
        return Err(not_as_shown(format!(
            "Partition {} of {} can’t be set: {}.",
            left.partition, left.topic, left.why
        )));
    }
    if let Some(row) = plan.rows.iter().find(|row| row.meant.is_some()) {
        return Err(not_as_shown(format!(
            "Partition {} of {} has no offset {} any more; the nearest is {}.",
            row.partition,
            row.topic,
            row.meant.unwrap_or_default(),
            row.new
        )));
    }
    Ok(())
}

fn not_as_shown(detail: String) -> AppError {
    Problem::new(
        ProblemKind::Conflict,
        "It is not as the preview showed any more",
        detail,
    )
    .with_remedy("Nothing was written. Look at a new preview.")
    .into()
}

/// An act that was allowed.
struct Act {
    client: Client,
    kind: GroupKind,
    deed: Deed,
    audit: Arc<Audit>,
    store: Store,
    fleet: Arc<Fleet>,
    group: GroupName,
    asked: ApplyOffsets,
}

impl Act {
    async fn run(self) -> Result<OffsetsOutcome, AppError> {
        let at = now();
        let kept = NewChange {
            cluster: self.deed.cluster.clone(),
            group: self.group.clone(),
            what: self.what(),
            at,
            who: self.deed.who.to_string(),
            changes: self.asked.changes.clone(),
        };
        let number = self
            .store
            .keep_change(kept.clone())
            .await
            .map_err(|error| {
                tracing::error!(%error, "replaced offsets can't be kept");
                not_kept()
            })?;
        self.audit.intent(
            &self.deed,
            json!({
                "what": kept.what,
                "partitions": self.asked.changes.len(),
                "undoes": self.asked.undoes,
            }),
        );
        let problems = self.write().await;
        let done: Vec<OffsetChange> = self
            .asked
            .changes
            .iter()
            .filter(|change| !problems.contains_key(&(change.topic.clone(), change.partition)))
            .cloned()
            .collect();
        if done.len() < self.asked.changes.len() {
            let settled = self
                .store
                .settle_change(&self.deed.cluster, &self.group, number, done.clone())
                .await;
            if let Err(error) = settled {
                tracing::error!(%error, number, "a kept change says more than was done");
            }
        }
        self.audit.outcome(
            &self.deed,
            json!({
                "changed": done.len(),
                "refused": problems.len(),
                "why": problems.values().next().map(|problem| &problem.title),
                "kept": number,
            }),
        );
        self.fleet.refresh_groups(&self.deed.cluster);
        Ok(OffsetsOutcome {
            changed: u64::try_from(done.len()).unwrap_or(u64::MAX),
            kept: (!done.is_empty()).then_some(number),
            partitions: self
                .asked
                .changes
                .into_iter()
                .map(|change| PartitionOutcome {
                    problem: problems
                        .get(&(change.topic.clone(), change.partition))
                        .cloned(),
                    change,
                })
                .collect(),
            at,
        })
    }

    fn what(&self) -> KeptKind {
        if self.asked.undoes.is_some() {
            KeptKind::Undo
        } else if self.asked.changes.iter().all(|change| change.new.is_none()) {
            KeptKind::Forgotten
        } else {
            KeptKind::Reset
        }
    }

    /// Writes, and says which partitions were not written and why.
    async fn write(&self) -> HashMap<At, Problem> {
        let mut set = Vec::new();
        let mut forget = Vec::new();
        for change in &self.asked.changes {
            let (topic, partition) = (change.topic.clone(), change.partition);
            match change.new {
                Some(new) => set.push((topic, partition, new)),
                None => forget.push((topic, partition)),
            }
        }
        let mut problems = HashMap::new();
        if !set.is_empty() {
            let outcome = if self.kind == GroupKind::Share {
                self.client
                    .alter_share_offsets(&self.group, &set, PATIENCE)
                    .await
            } else {
                self.client
                    .commit_offsets(&self.group, &set, PATIENCE)
                    .await
            };
            let places = set
                .into_iter()
                .map(|(topic, partition, _)| (topic, partition));
            note(&mut problems, places.collect(), outcome);
        }
        if !forget.is_empty() {
            let outcome = self
                .client
                .delete_offsets(&self.group, &forget, PATIENCE)
                .await;
            note(&mut problems, forget, outcome);
        }
        problems
    }
}

/// Notes what was refused; what the answer does not name was not done either.
fn note(
    problems: &mut HashMap<At, Problem>,
    asked: Vec<At>,
    outcome: Result<Vec<Outcome>, KafkaError>,
) {
    match outcome {
        Err(error) => {
            let problem = problems::kafka(&error).into_problem();
            problems.extend(asked.into_iter().map(|at| (at, problem.clone())));
        }
        Ok(rows) => {
            let mut rows: HashMap<At, Result<(), KafkaError>> = rows
                .into_iter()
                .map(|(topic, partition, result)| ((topic, partition), result))
                .collect();
            for at in asked {
                match rows.remove(&at) {
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        problems.insert(at, problems::kafka(&error).into_problem());
                    }
                    None => {
                        problems.insert(at, unanswered());
                    }
                }
            }
        }
    }
}

fn unanswered() -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        "The broker did not say",
        "The coordinator’s answer does not name this partition.",
    )
    .with_remedy("Look where the group stands before you try again.")
}

pub(super) fn not_kept() -> AppError {
    Problem::new(
        ProblemKind::Internal,
        "Nothing was changed",
        "What would be replaced can’t be kept: the console’s store failed; its log says why.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(partition: i32, new: Option<i64>) -> OffsetChange {
        OffsetChange {
            topic: "t".into(),
            partition: PartitionId(partition),
            old: Some(1),
            new,
        }
    }

    #[test]
    fn a_request_is_held_against_its_own_rules() {
        let of = |changes: Vec<OffsetChange>| {
            check(&ApplyOffsets {
                changes,
                undoes: None,
            })
        };
        assert!(of(vec![change(0, Some(0)), change(1, None)]).is_ok());
        let many = (0..=i32::try_from(MOST_PARTITIONS).unwrap()).map(|one| change(one, None));
        for wrong in [
            Vec::new(),
            vec![change(0, Some(-1))],
            vec![change(0, Some(1)), change(0, None)],
            many.collect(),
        ] {
            assert_eq!(of(wrong).unwrap_err().problem().kind.status(), 422);
        }
    }

    #[test]
    fn what_an_answer_does_not_name_was_not_done() {
        let at = |partition| (TopicName::from("t"), PartitionId(partition));
        let refused = KafkaError::Stopped;
        let mut problems = HashMap::new();
        note(
            &mut problems,
            vec![at(0), at(1), at(2)],
            Ok(vec![
                ("t".into(), PartitionId(0), Ok(())),
                ("t".into(), PartitionId(1), Err(refused.clone())),
            ]),
        );
        let mut told: Vec<_> = problems.keys().map(|(_, partition)| partition.0).collect();
        told.sort_unstable();
        assert_eq!(told, [1, 2]);
        note(&mut problems, vec![at(0)], Err(refused));
        assert_eq!(problems.len(), 3);
    }
}
