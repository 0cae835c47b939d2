//! One group in full, its history, and its configuration, which is asked of a broker.

use crate::backend::{now, problems, sight::Sight};
use penstock_api::AppError;
use penstock_domain::{
    group::{
        ExactAge, GroupAges, GroupConfiguration, GroupDetail, GroupKind, LagHistory,
        span::{GroupHistory, HistorySpan, MOST_POINTS, thin},
    },
    ids::{GroupName, PartitionId, TopicName},
};
use std::time::Duration;

/// Longest wait for a broker's configuration of a group.
const PATIENCE: Duration = Duration::from_secs(3);

/// Longest wait for records whose times are asked for.
const AGES_PATIENCE: Duration = Duration::from_secs(8);
/// Partitions whose records are asked for at once.
const MOST_AGES: usize = 2_000;

/// Everything that the group's page shows; `None` where no coordinator knows it and nobody committed in its name.
pub fn of(sight: &Sight, group: &GroupName) -> Option<GroupDetail> {
    sight.groups()?.get(group.as_str())
}

/// When the records at its committed offsets were written: one batch of each partition that lags is read for its times alone.
pub async fn ages(sight: &Sight, group: &GroupName) -> Result<GroupAges, AppError> {
    let detail = of(sight, group).ok_or_else(|| problems::no_group(sight, group))?;
    let client = sight
        .client()
        .ok_or_else(|| problems::not_connected(sight))?;
    let lagging: Vec<(TopicName, PartitionId, i64)> = detail
        .partitions
        .into_iter()
        .filter(|row| row.lag.is_some_and(|lag| lag > 0))
        .filter_map(|row| Some((row.topic, row.partition, row.committed?)))
        .take(MOST_AGES)
        .collect();
    let written = client.exact_lag(&lagging, AGES_PATIENCE).await;
    let as_of = now();
    let partitions: Vec<ExactAge> = lagging
        .into_iter()
        .zip(written)
        .map(|((topic, partition, committed), written)| ExactAge {
            topic,
            partition,
            committed,
            why: match &written {
                Ok(Some(_)) => None,
                Ok(None) => Some("no record is left there".to_owned()),
                Err(error) => Some(error.to_string()),
            },
            written: written.ok().flatten(),
        })
        .collect();
    let oldest = partitions.iter().filter_map(|one| one.written).min();
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of an age")]
    let seconds = oldest.map(|oldest| oldest.millis_until(as_of) as f64 / 1_000.0);
    Ok(GroupAges {
        seconds,
        partitions,
        as_of,
    })
}

/// Its configuration at the broker; a classic group has none there.
pub async fn configuration(
    sight: &Sight,
    group: &GroupName,
) -> Result<GroupConfiguration, AppError> {
    let kind = of(sight, group)
        .ok_or_else(|| problems::no_group(sight, group))?
        .row
        .kind;
    let has_some = matches!(
        kind,
        GroupKind::Consumer | GroupKind::Share | GroupKind::Streams
    );
    let entries = if has_some {
        sight
            .client()
            .ok_or_else(|| problems::not_connected(sight))?
            .group_configuration(group, PATIENCE)
            .await
            .map_err(|error| problems::kafka(&error))?
    } else {
        Vec::new()
    };
    Ok(GroupConfiguration {
        entries,
        as_of: Some(now()),
    })
}

/// Its offsets over time, no more points than a chart can show.
pub fn history(sight: &Sight, group: &GroupName, span: HistorySpan) -> Option<GroupHistory> {
    let groups = sight.groups()?;
    groups
        .rows()
        .binary_search_by(|row| row.group.cmp(group))
        .ok()?;
    let (since, until) = (span.since(sight.now()), sight.now());
    let mut topics: Vec<LagHistory> = groups
        .history(group.as_str(), since)
        .into_iter()
        .map(|history| LagHistory {
            points: thin(&history.points, MOST_POINTS),
            topic: history.topic,
        })
        .collect();
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    Some(GroupHistory {
        span,
        since,
        until,
        topics,
    })
}
