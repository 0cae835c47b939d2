//! What setting a group's offsets would do: looked up, planned, with the time of the records in question. Writes nothing.

use super::{PATIENCE, Subject, invalid};
use crate::backend::{Console, now, problems};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::Verb,
    group::{
        act::{ResetPreview, TimeSpan},
        reset::{self, LeftOut, ResetPlan, ResetRefusal, ResetSpec, ResetTo},
    },
    ids::{ClusterRef, GroupName, PartitionId, TopicName},
    time::Timestamp,
};
use std::time::Duration;

/// Rows whose time is looked up; the others say nothing of it.
const TIMED: usize = 200;
/// Longest wait for these times: a preview without them is still one.
const TIMES_PATIENCE: Duration = Duration::from_secs(3);

impl Console {
    /// For whoever may see the group; says in `refused` whether he may also do it, and whether it can be done now.
    pub(in crate::backend::groups) async fn preview_reset(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        group: &GroupName,
        spec: ResetSpec,
    ) -> Result<ResetPreview, AppError> {
        let sight = self.open_group(cx, cluster, group).await?;
        if let ResetTo::Group { group: other } = &spec.to {
            // Where another group stands is for those who may see that one.
            let right = self.right_on_group(Verb::Get, cluster, other);
            self.gate.authorise(cx, right).await?;
        }
        let missing = self.why_not(cx, Verb::Update, cluster, group).await?;
        let subject = Subject::find(sight, group).await?;
        let (spec, never_committed) = self.resolved(cluster, group, spec).await?;
        let mut plan = planned(&subject, &spec).await?;
        plan.left_out.extend(never_committed);
        let spans = spans(&subject, &plan).await;
        let span = spans
            .iter()
            .flatten()
            .copied()
            .reduce(|all, one| all.and(one));
        Ok(ResetPreview {
            spans,
            span,
            command: reset::command(
                &spec,
                subject.now.kind,
                group.as_str(),
                &subject.bootstrap(),
            ),
            file: reset::by_file(&spec.to).then(|| {
                reset::write_csv(
                    plan.rows
                        .iter()
                        .map(|row| (&row.topic, row.partition, row.new)),
                )
            }),
            plan,
            refused: missing.or_else(|| subject.now.refusal()),
            durable: self.store.is_durable(),
            as_of: now(),
        })
    }

    /// What an earlier change replaced becomes the file that says the same; partitions without an offset before it are left out.
    async fn resolved(
        &self,
        cluster: &ClusterRef,
        group: &GroupName,
        spec: ResetSpec,
    ) -> Result<(ResetSpec, Vec<LeftOut>), AppError> {
        let ResetTo::Kept { change } = spec.to else {
            return Ok((spec, Vec::new()));
        };
        let kept = self.kept_change(cluster, group, change).await?;
        let text = reset::write_csv(
            kept.changes
                .iter()
                .filter_map(|one| Some((&one.topic, one.partition, one.old?))),
        );
        let never_committed = kept
            .changes
            .iter()
            .filter(|one| one.old.is_none())
            .map(|one| LeftOut {
                topic: one.topic.clone(),
                partition: one.partition,
                why: "nothing was committed here before".to_owned(),
            })
            .collect();
        let to = ResetTo::Csv { text };
        Ok((ResetSpec { to, ..spec }, never_committed))
    }
}

async fn planned(subject: &Subject, spec: &ResetSpec) -> Result<ResetPlan, AppError> {
    let kind = subject.now.kind;
    let places = subject
        .client
        .reset_places(&subject.group, kind, spec, now(), PATIENCE)
        .await
        .map_err(|error| problems::kafka(&error))?;
    reset::plan(spec, kind, &places).map_err(|refusal| refused(&refusal))
}

fn refused(refusal: &ResetRefusal) -> AppError {
    let field = match refusal {
        ResetRefusal::Csv(_) => "text",
        ResetRefusal::Nothing => "topics",
        _ => "to",
    };
    invalid(refusal.words(), field)
}

/// When the records between old and new were written, row by row.
async fn spans(subject: &Subject, plan: &ResetPlan) -> Vec<Option<TimeSpan>> {
    let asked: Vec<(usize, TopicName, PartitionId, i64, i64)> = plan
        .rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| {
            let distance = i64::try_from(row.skipped.max(row.reread)).ok()?;
            let first = if row.skipped > 0 {
                row.new.saturating_sub(distance)
            } else {
                row.new
            };
            (distance > 0).then(|| {
                (
                    index,
                    row.topic.clone(),
                    row.partition,
                    first,
                    first + distance - 1,
                )
            })
        })
        .take(TIMED)
        .collect();
    let mut spans = vec![None; plan.rows.len()];
    if asked.is_empty() {
        return spans;
    }
    let places: Vec<_> = asked
        .iter()
        .flat_map(|(_, topic, partition, first, last)| {
            [first, last].map(|offset| (topic.clone(), *partition, *offset))
        })
        .collect();
    let found = subject.client.exact_lag(&places, TIMES_PATIENCE).await;
    let time = |at: usize| -> Option<Timestamp> { found.get(at)?.as_ref().ok().copied().flatten() };
    for (nth, (index, ..)) in asked.iter().enumerate() {
        if let (Some(first), Some(span)) = (time(2 * nth), spans.get_mut(*index)) {
            // The last may have been deleted, or be the mark of a transaction.
            *span = Some(TimeSpan::around(first, time(2 * nth + 1).unwrap_or(first)));
        }
    }
    spans
}
