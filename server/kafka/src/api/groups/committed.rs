//! OffsetFetch of many groups: everything that each has committed (KIP-709; brokers before 3.0 are asked group by group).

use super::resource;
use crate::{
    api::group_id,
    client::{Client, Route},
    error::{KafkaError, tame},
};
use futures::stream::{self, StreamExt};
use kafka_protocol::messages::{
    OffsetFetchRequest, OffsetFetchResponse, offset_fetch_request::OffsetFetchRequestGroup,
    offset_fetch_response as wire,
};
use penstock_domain::ids::{GroupName, NodeId, PartitionId, TopicName};
use std::{collections::HashSet, sync::Arc, time::Duration};

/// Requests under way at once to a broker that takes one group each.
const AT_ONCE: usize = 16;

/// What a group has committed in one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// The next offset that the group reads; for a share group the first that is not done with.
    pub offset: i64,
    /// Text beside it.
    pub metadata: Option<Arc<str>>,
    /// For a share group, how many records from there on are not done with, where the broker tells; for others it follows from ends.
    pub lag: Option<u64>,
}

/// What became of each group that was asked for.
pub type CommittedByGroup = Vec<(GroupName, Result<Vec<Committed>, KafkaError>)>;

impl Client {
    /// Asks a coordinator for everything that its groups have committed. Partitions without a commit are left out.
    pub async fn committed_of(
        &self,
        coordinator: NodeId,
        groups: &[GroupName],
        patience: Duration,
    ) -> Result<CommittedByGroup, KafkaError> {
        let Some((first, others)) = groups.split_first() else {
            return Ok(Vec::new());
        };
        let route = Route::Node(coordinator);
        let mut names = Interned::default();
        let answer = self.call(&route, &request(groups), patience).await?;
        if !answer.groups.is_empty() {
            return Ok(answer
                .groups
                .iter()
                .map(|group| read(group, &mut names))
                .collect());
        }
        // Written in a version that has room for one group: the first.
        let mut read = vec![read_old(first, &answer, &mut names)];
        // Owned, because closures over borrowed names make futures that can't be sent to another thread.
        let others = others.to_vec();
        let mut rest = stream::iter(others.into_iter().map(|group| {
            let request = request(std::slice::from_ref(&group));
            let route = route.clone();
            async move { (group, self.call(&route, &request, patience).await) }
        }))
        .buffer_unordered(AT_ONCE);
        while let Some((group, answer)) = rest.next().await {
            read.push(match answer {
                Ok(answer) => read_old(&group, &answer, &mut names),
                Err(error) => (group, Err(error)),
            });
        }
        Ok(read)
    }
}

/// In both shapes; the call leaves the one that the version has.
fn request(groups: &[GroupName]) -> OffsetFetchRequest {
    let first = groups.first().map_or("", GroupName::as_str);
    OffsetFetchRequest::default()
        .with_group_id(group_id(first))
        .with_topics(None)
        .with_groups(
            groups
                .iter()
                .map(|group| {
                    OffsetFetchRequestGroup::default()
                        .with_group_id(group_id(group.as_str()))
                        .with_topics(None)
                })
                .collect(),
        )
}

type Read = (GroupName, Result<Vec<Committed>, KafkaError>);

fn read(group: &wire::OffsetFetchResponseGroup, names: &mut Interned) -> Read {
    let name = GroupName::new(&*group.group_id.0);
    let rows = group.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| Row {
            topic: &topic.name.0,
            partition: partition.partition_index,
            code: partition.error_code,
            offset: partition.committed_offset,
            metadata: partition.metadata.as_deref(),
        })
    });
    let result = gather(&name, group.error_code, rows, names);
    (name, result)
}

fn read_old(name: &GroupName, answer: &OffsetFetchResponse, names: &mut Interned) -> Read {
    let rows = answer.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| Row {
            topic: &topic.name.0,
            partition: partition.partition_index,
            code: partition.error_code,
            offset: partition.committed_offset,
            metadata: partition.metadata.as_deref(),
        })
    });
    let result = gather(name, answer.error_code, rows, names);
    (name.clone(), result)
}

struct Row<'a> {
    topic: &'a str,
    partition: i32,
    code: i16,
    offset: i64,
    metadata: Option<&'a str>,
}

fn gather<'a>(
    group: &GroupName,
    code: i16,
    rows: impl Iterator<Item = Row<'a>>,
    names: &mut Interned,
) -> Result<Vec<Committed>, KafkaError> {
    let error = |code| {
        KafkaError::from_code("OffsetFetch", code, None, "Describe", || {
            resource(group.as_str())
        })
    };
    if let Some(error) = error(code) {
        return Err(error);
    }
    let mut committed = Vec::new();
    let mut refused = None;
    for row in rows {
        // A partition may be refused alone: its topic may not be described, or its offset is unstable.
        if row.code != 0 {
            refused = refused.or_else(|| error(row.code));
            continue;
        }
        if row.offset < 0 {
            continue;
        }
        committed.push(Committed {
            topic: names.topic(row.topic),
            partition: PartitionId(row.partition),
            offset: row.offset,
            metadata: row
                .metadata
                .filter(|text| !text.is_empty())
                .map(|text| Arc::from(tame(text))),
            lag: None,
        });
    }
    match refused {
        Some(error) if committed.is_empty() => Err(error),
        _ => {
            committed.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
            Ok(committed)
        }
    }
}

/// Many groups name few topics; each name is allocated once.
#[derive(Default)]
pub(super) struct Interned(HashSet<TopicName>);

impl Interned {
    pub(super) fn topic(&mut self, name: &str) -> TopicName {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let new = TopicName::new(name);
        self.0.insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::topic_name, call::Call};
    use kafka_protocol::protocol::Encodable;

    #[test]
    fn one_request_of_many_groups_can_be_written_in_every_version() {
        let request = request(&["a".into(), "b".into()]);
        for version in 2..=9 {
            let mut out = bytes::BytesMut::new();
            request
                .adapted(version)
                .encode(&mut out, version)
                .unwrap_or_else(|error| panic!("version {version}: {error}"));
        }
    }

    fn partition(index: i32, offset: i64, code: i16) -> wire::OffsetFetchResponsePartitions {
        wire::OffsetFetchResponsePartitions::default()
            .with_partition_index(index)
            .with_committed_offset(offset)
            .with_error_code(code)
    }

    fn group(partitions: Vec<wire::OffsetFetchResponsePartitions>) -> Read {
        let group = wire::OffsetFetchResponseGroup::default()
            .with_group_id(group_id("g"))
            .with_topics(vec![
                wire::OffsetFetchResponseTopics::default()
                    .with_name(topic_name("orders"))
                    .with_partitions(partitions),
            ]);
        read(&group, &mut Interned::default())
    }

    #[test]
    fn a_partition_without_a_commit_is_unknown_and_not_zero() {
        let (_, committed) = group(vec![
            partition(2, 7, 0),
            partition(0, -1, 0),
            partition(1, 0, 0),
        ]);
        let committed = committed.unwrap();
        let offsets: Vec<_> = committed
            .iter()
            .map(|one| (one.partition.0, one.offset))
            .collect();
        assert_eq!(offsets, [(1, 0), (2, 7)]);
    }

    #[test]
    fn a_refused_partition_costs_itself_only() {
        let (_, committed) = group(vec![partition(0, 7, 0), partition(1, -1, 29)]);
        assert_eq!(committed.unwrap().len(), 1);
        let (_, committed) = group(vec![partition(1, -1, 29)]);
        assert!(committed.is_err());
    }
}
