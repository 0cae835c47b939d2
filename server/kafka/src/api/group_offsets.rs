//! OffsetFetch: what a group has committed.

use super::{offsets::TopicPartitions, text, topic_name};
use crate::{
    client::{Client, CoordinatorKind, Route},
    error::KafkaError,
};
use kafka_protocol::messages::{
    self, OffsetFetchRequest,
    offset_fetch_request::{
        OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
    },
};
use penstock_domain::ids::TopicName;
use std::{borrow::Cow, collections::HashMap, time::Duration};

/// COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR: it moves.
const MOVING: [i16; 3] = [14, 15, 16];

impl Client {
    /// The offsets that a group has committed, by topic and partition; partitions for which it has not are left out.
    pub async fn committed_offsets(
        &self,
        group: &str,
        partitions: &[TopicPartitions],
        patience: Duration,
    ) -> Result<HashMap<(TopicName, i32), i64>, KafkaError> {
        let route = Route::Coordinator(CoordinatorKind::Group, group.to_owned());
        let request = request(group, partitions);
        let first = self.call(&route, &request, patience).await?;
        let mut answer = Answer::read(first);
        if MOVING.contains(&answer.code) {
            self.forget(&route);
            answer = Answer::read(self.call(&route, &request, patience).await?);
        }
        match KafkaError::from_code("OffsetFetch", answer.code, None, "Describe", || {
            format!("group {group}")
        }) {
            Some(error) => Err(error),
            None => Ok(answer.offsets),
        }
    }
}

/// In both shapes; [`adapted`] leaves the one that the version has.
fn request(group: &str, partitions: &[TopicPartitions]) -> OffsetFetchRequest {
    let name = messages::GroupId(text(group));
    let old = partitions.iter().map(|topic| {
        OffsetFetchRequestTopic::default()
            .with_name(topic_name(topic.topic.as_str()))
            .with_partition_indexes(topic.partitions.clone())
    });
    let new = partitions.iter().map(|topic| {
        OffsetFetchRequestTopics::default()
            .with_name(topic_name(topic.topic.as_str()))
            .with_partition_indexes(topic.partitions.clone())
    });
    OffsetFetchRequest::default()
        .with_group_id(name.clone())
        .with_topics(Some(old.collect()))
        .with_groups(vec![
            OffsetFetchRequestGroup::default()
                .with_group_id(name)
                .with_topics(Some(new.collect())),
        ])
}

/// Up to version 7 a request is about one group, later about a list of them.
pub(crate) fn adapted(request: &OffsetFetchRequest, version: i16) -> Cow<'_, OffsetFetchRequest> {
    let request = request.clone();
    Cow::Owned(if version >= 8 {
        request
            .with_group_id(messages::GroupId::default())
            .with_topics(Some(Vec::new()))
    } else {
        request.with_groups(Vec::new())
    })
}

struct Answer {
    code: i16,
    offsets: HashMap<(TopicName, i32), i64>,
}

impl Answer {
    fn read(answer: messages::OffsetFetchResponse) -> Self {
        let mut code = answer.error_code;
        let mut offsets = HashMap::new();
        let mut take = |topic: &str, partition: i32, error: i16, offset: i64| {
            if error != 0 && code == 0 {
                code = error;
            }
            if error == 0 && offset >= 0 {
                offsets.insert((TopicName::from(topic), partition), offset);
            }
        };
        for topic in &answer.topics {
            for partition in &topic.partitions {
                take(
                    &topic.name.0,
                    partition.partition_index,
                    partition.error_code,
                    partition.committed_offset,
                );
            }
        }
        let mut group_code = 0;
        for group in &answer.groups {
            group_code = group.error_code;
            for topic in &group.topics {
                for partition in &topic.partitions {
                    take(
                        &topic.name.0,
                        partition.partition_index,
                        partition.error_code,
                        partition.committed_offset,
                    );
                }
            }
        }
        if code == 0 {
            code = group_code;
        }
        Self { code, offsets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::protocol::Encodable;

    #[test]
    fn every_version_can_be_written() {
        let request = request(
            "g",
            &[TopicPartitions {
                topic: "a".into(),
                partitions: vec![0, 1],
            }],
        );
        for version in 1..=9 {
            let mut out = bytes::BytesMut::new();
            adapted(&request, version)
                .encode(&mut out, version)
                .unwrap_or_else(|error| panic!("version {version}: {error}"));
        }
    }
}
