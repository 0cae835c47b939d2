//! Acts upon groups: setting their offsets, forgetting some, deleting groups. Each says per item what became of it.
//!
//! A coordinator accepts these where nobody is in the group, and refuses otherwise; whether that is so, and who is in it, callers
//! look at before. None is ever sent twice, unless a broker said that it is not the coordinator and so did nothing.

use super::{MOVING, resource};
use crate::{
    api::{group_id, topic_name},
    call::Call,
    client::{Client, CoordinatorKind, Route},
    error::KafkaError,
};
use futures::future::join_all;
use kafka_protocol::{
    messages::{
        AlterShareGroupOffsetsRequest, DeleteGroupsRequest, OffsetCommitRequest,
        OffsetDeleteRequest,
        alter_share_group_offsets_request::{
            AlterShareGroupOffsetsRequestPartition, AlterShareGroupOffsetsRequestTopic,
        },
        offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
        offset_delete_request::{OffsetDeleteRequestPartition, OffsetDeleteRequestTopic},
    },
    protocol::StrBytes,
};
use penstock_domain::ids::{GroupName, NodeId, PartitionId, TopicName};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// What became of one partition.
pub type PartitionOutcome = (TopicName, PartitionId, Result<(), KafkaError>);

impl Client {
    /// Sets offsets of a group without members, as an administrator: OffsetCommit of no generation and no member (class
    /// `OffsetMetadataManager`). A group that does not exist comes to be.
    pub async fn commit_offsets(
        &self,
        group: &GroupName,
        offsets: &[(TopicName, PartitionId, i64)],
        patience: Duration,
    ) -> Result<Vec<PartitionOutcome>, KafkaError> {
        let request = commit_request(group, offsets);
        let answer = self
            .act(group, &request, patience, |answer| {
                answer
                    .topics
                    .first()
                    .and_then(|topic| topic.partitions.first())
                    .map_or(0, |partition| partition.error_code)
            })
            .await?;
        let rows = answer.topics.iter().flat_map(|topic| {
            topic.partitions.iter().map(|partition| {
                (
                    &*topic.name.0,
                    partition.partition_index,
                    partition.error_code,
                    None,
                )
            })
        });
        Ok(outcomes("OffsetCommit", "Read", group, rows))
    }

    /// Forgets the offsets of partitions (KIP-496). Refused for topics that a member subscribes to.
    pub async fn delete_offsets(
        &self,
        group: &GroupName,
        partitions: &[(TopicName, PartitionId)],
        patience: Duration,
    ) -> Result<Vec<PartitionOutcome>, KafkaError> {
        let topics = by_topic(
            partitions
                .iter()
                .map(|(topic, partition)| (topic, *partition)),
        );
        let request = OffsetDeleteRequest::default()
            .with_group_id(group_id(group.as_str()))
            .with_topics(
                topics
                    .into_iter()
                    .map(|(topic, partitions)| {
                        OffsetDeleteRequestTopic::default()
                            .with_name(topic_name(topic.as_str()))
                            .with_partitions(
                                partitions
                                    .into_iter()
                                    .map(|partition| {
                                        OffsetDeleteRequestPartition::default()
                                            .with_partition_index(partition.0)
                                    })
                                    .collect(),
                            )
                    })
                    .collect(),
            );
        let answer = self
            .act(group, &request, patience, |answer| answer.error_code)
            .await?;
        if let Some(error) = refusal("OffsetDelete", "Delete", group, answer.error_code, None) {
            return Err(error);
        }
        let rows = answer.topics.iter().flat_map(|topic| {
            topic.partitions.iter().map(|partition| {
                (
                    &*topic.name.0,
                    partition.partition_index,
                    partition.error_code,
                    None,
                )
            })
        });
        Ok(outcomes("OffsetDelete", "Delete", group, rows))
    }

    /// Sets the start offsets of a share group without members (KIP-932).
    pub async fn alter_share_offsets(
        &self,
        group: &GroupName,
        offsets: &[(TopicName, PartitionId, i64)],
        patience: Duration,
    ) -> Result<Vec<PartitionOutcome>, KafkaError> {
        let topics = by_topic(
            offsets
                .iter()
                .map(|(topic, partition, offset)| (topic, (*partition, *offset))),
        );
        let request = AlterShareGroupOffsetsRequest::default()
            .with_group_id(group_id(group.as_str()))
            .with_topics(
                topics
                    .into_iter()
                    .map(|(topic, partitions)| {
                        AlterShareGroupOffsetsRequestTopic::default()
                            .with_topic_name(topic_name(topic.as_str()))
                            .with_partitions(
                                partitions
                                    .into_iter()
                                    .map(|(partition, offset)| {
                                        AlterShareGroupOffsetsRequestPartition::default()
                                            .with_partition_index(partition.0)
                                            .with_start_offset(offset)
                                    })
                                    .collect(),
                            )
                    })
                    .collect(),
            );
        const API: &str = "AlterShareGroupOffsets";
        let answer = self
            .act(group, &request, patience, |answer| answer.error_code)
            .await?;
        let message = answer.error_message.as_deref();
        if let Some(error) = refusal(API, "Read", group, answer.error_code, message) {
            return Err(error);
        }
        let rows = answer.responses.iter().flat_map(|topic| {
            topic.partitions.iter().map(|partition| {
                (
                    &*topic.topic_name.0,
                    partition.partition_index,
                    partition.error_code,
                    partition.error_message.as_deref(),
                )
            })
        });
        Ok(outcomes(API, "Read", group, rows))
    }

    /// Deletes groups of any kind, with all their offsets; one request per coordinator.
    pub async fn delete_groups(
        &self,
        groups: &[GroupName],
        patience: Duration,
    ) -> HashMap<GroupName, Result<(), KafkaError>> {
        let mut outcome = HashMap::with_capacity(groups.len());
        let mut by_node: BTreeMap<NodeId, Vec<GroupName>> = BTreeMap::new();
        for (group, node) in self.coordinators(groups, patience).await {
            match node {
                Ok(node) => by_node.entry(node).or_default().push(group),
                Err(error) => {
                    outcome.insert(group, Err(error));
                }
            }
        }
        let answers = join_all(by_node.into_iter().map(|(node, groups)| async move {
            let names = groups.iter().map(|name| group_id(name.as_str())).collect();
            let request = DeleteGroupsRequest::default().with_groups_names(names);
            let answer = self.call(&Route::Node(node), &request, patience).await;
            (groups, answer)
        }))
        .await;
        for (groups, answer) in answers {
            match answer {
                Err(error) => {
                    outcome.extend(groups.into_iter().map(|group| (group, Err(error.clone()))));
                }
                Ok(answer) => outcome.extend(answer.results.iter().map(|result| {
                    let group = GroupName::new(&*result.group_id.0);
                    let code = result.error_code;
                    let error = refusal("DeleteGroups", "Delete", &group, code, None);
                    (group, error.map_or(Ok(()), Err))
                })),
            }
        }
        outcome
    }

    /// Asks the coordinator, and another one where the first is none any more; `code` finds the error of an answer.
    async fn act<R: Call>(
        &self,
        group: &GroupName,
        request: &R,
        patience: Duration,
        code: impl Fn(&R::Answer) -> i16,
    ) -> Result<R::Answer, KafkaError> {
        let route = Route::Coordinator(CoordinatorKind::Group, group.as_str().to_owned());
        let answer = self.call(&route, request, patience).await?;
        if !MOVING.contains(&code(&answer)) {
            return Ok(answer);
        }
        self.forget(&route);
        self.call(&route, request, patience).await
    }
}

fn commit_request(
    group: &GroupName,
    offsets: &[(TopicName, PartitionId, i64)],
) -> OffsetCommitRequest {
    let topics = by_topic(
        offsets
            .iter()
            .map(|(topic, partition, offset)| (topic, (*partition, *offset))),
    );
    OffsetCommitRequest::default()
        .with_group_id(group_id(group.as_str()))
        .with_generation_id_or_member_epoch(-1)
        .with_member_id(StrBytes::from_static_str(""))
        .with_retention_time_ms(-1)
        .with_topics(
            topics
                .into_iter()
                .map(|(topic, partitions)| {
                    OffsetCommitRequestTopic::default()
                        .with_name(topic_name(topic.as_str()))
                        .with_partitions(
                            partitions
                                .into_iter()
                                .map(|(partition, offset)| {
                                    OffsetCommitRequestPartition::default()
                                        .with_partition_index(partition.0)
                                        .with_committed_offset(offset)
                                        .with_committed_metadata(Some(StrBytes::from_static_str(
                                            "",
                                        )))
                                })
                                .collect(),
                        )
                })
                .collect(),
        )
}

fn by_topic<'a, T>(
    items: impl Iterator<Item = (&'a TopicName, T)>,
) -> BTreeMap<&'a TopicName, Vec<T>> {
    let mut topics: BTreeMap<&TopicName, Vec<T>> = BTreeMap::new();
    for (topic, item) in items {
        topics.entry(topic).or_default().push(item);
    }
    topics
}

fn refusal(
    api: &'static str,
    operation: &'static str,
    group: &GroupName,
    code: i16,
    message: Option<&str>,
) -> Option<KafkaError> {
    KafkaError::from_code(api, code, message, operation, || resource(group.as_str()))
}

fn outcomes<'a>(
    api: &'static str,
    operation: &'static str,
    group: &GroupName,
    rows: impl Iterator<Item = (&'a str, i32, i16, Option<&'a str>)>,
) -> Vec<PartitionOutcome> {
    rows.map(|(topic, partition, code, message)| {
        // TOPIC_AUTHORIZATION_FAILED is about the topic; all else about the group.
        let error = if code == 29 {
            KafkaError::from_code(api, code, message, "Read", || format!("topic {topic}"))
        } else {
            refusal(api, operation, group, code, message)
        };
        (
            TopicName::new(topic),
            PartitionId(partition),
            error.map_or(Ok(()), Err),
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::protocol::Encodable;

    #[test]
    fn an_administrators_commit_can_be_written_in_every_version() {
        let request = commit_request(
            &"g".into(),
            &[
                ("a".into(), PartitionId(0), 5),
                ("b".into(), PartitionId(1), 6),
                ("a".into(), PartitionId(2), 7),
            ],
        );
        assert_eq!(request.topics.len(), 2);
        assert_eq!(request.generation_id_or_member_epoch, -1);
        for version in 2..=9 {
            let mut out = bytes::BytesMut::new();
            request
                .encode(&mut out, version)
                .unwrap_or_else(|error| panic!("version {version}: {error}"));
        }
    }

    #[test]
    fn a_refusal_names_what_it_is_about() {
        let rows = [("a", 0, 0, None), ("a", 1, 25, None), ("b", 0, 29, None)];
        let outcomes = outcomes("OffsetCommit", "Read", &"g".into(), rows.into_iter());
        assert_eq!(outcomes[0].2, Ok(()));
        let error = outcomes[1].2.as_ref().unwrap_err();
        assert_eq!(
            error.to_string(),
            "OffsetCommit failed with UNKNOWN_MEMBER_ID"
        );
        let error = outcomes[2].2.as_ref().unwrap_err();
        assert_eq!(error.to_string(), "not allowed: Read on topic b");
    }
}
