//! DescribeGroups, ConsumerGroupDescribe (KIP-848) and ShareGroupDescribe (KIP-932): who is in a group and has what.
//!
//! Streams groups (KIP-1071) are described by StreamsGroupDescribe, which the codec lacks: they are listed, with their offsets.

use super::{
    NOT_FOUND,
    member::{assignment, subscription},
    resource, state_of,
};
use crate::{
    api::group_id,
    client::{Client, Route},
    error::{KafkaError, tame},
};
use kafka_protocol::messages::{
    ConsumerGroupDescribeRequest, DescribeGroupsRequest, ShareGroupDescribeRequest,
    consumer_group_describe_response as consumer, describe_groups_response as classic,
    share_group_describe_response as share,
};
use penstock_domain::{
    group::{GroupKind, GroupState, Member, TopicAssignment},
    ids::{GroupName, NodeId, PartitionId, TopicName},
};
use std::time::Duration;

/// A group, as its coordinator describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup {
    /// Its state.
    pub state: GroupState,
    /// Its assignor or protocol; `None` while it has none.
    pub protocol: Option<String>,
    /// Its epoch (KIP-848, KIP-932).
    pub epoch: Option<i32>,
    /// Epoch of the target assignment.
    pub assignment_epoch: Option<i32>,
    /// Members by id; lag is not filled in here.
    pub members: Vec<Member>,
}

/// What became of each group that was asked for; `Ok(None)`: it does not exist.
pub type Descriptions = Vec<(GroupName, Result<Option<DescribedGroup>, KafkaError>)>;

impl Client {
    /// Asks a coordinator for groups of one kind. Kinds that can't be described bring nothing.
    pub async fn describe_groups(
        &self,
        coordinator: NodeId,
        kind: GroupKind,
        groups: &[GroupName],
        patience: Duration,
    ) -> Result<Descriptions, KafkaError> {
        let route = Route::Node(coordinator);
        let names = groups.iter().map(|name| group_id(name.as_str())).collect();
        Ok(match kind {
            GroupKind::Classic | GroupKind::Connect | GroupKind::Unknown => {
                let request = DescribeGroupsRequest::default().with_groups(names);
                let answer = self.call(&route, &request, patience).await?;
                answer.groups.iter().map(read_classic).collect()
            }
            GroupKind::Consumer => {
                let request = ConsumerGroupDescribeRequest::default().with_group_ids(names);
                let answer = self.call(&route, &request, patience).await?;
                answer.groups.iter().map(read_consumer).collect()
            }
            GroupKind::Share => {
                let request = ShareGroupDescribeRequest::default().with_group_ids(names);
                let answer = self.call(&route, &request, patience).await?;
                answer.groups.iter().map(read_share).collect()
            }
            GroupKind::Streams => Vec::new(),
        })
    }
}

type Described = (GroupName, Result<Option<DescribedGroup>, KafkaError>);

fn judged(
    api: &'static str,
    name: &str,
    code: i16,
    message: Option<&str>,
    read: impl FnOnce() -> Option<DescribedGroup>,
) -> Described {
    let error = KafkaError::from_code(api, code, message, "Describe", || resource(name));
    let result = match error {
        None => Ok(read()),
        Some(_) if code == NOT_FOUND => Ok(None),
        Some(error) => Err(error),
    };
    (GroupName::new(name), result)
}

fn read_classic(group: &classic::DescribedGroup) -> Described {
    let message = group.error_message.as_deref();
    let code = group.error_code;
    judged("DescribeGroups", &group.group_id.0, code, message, || {
        let state = state_of(&group.group_state);
        // Before version 6 a group that does not exist is dead.
        if state == GroupState::Dead && group.protocol_type.is_empty() {
            return None;
        }
        let readable = &*group.protocol_type == "consumer";
        Some(DescribedGroup {
            state,
            protocol: named(&group.protocol_data),
            epoch: None,
            assignment_epoch: None,
            members: sorted(
                group
                    .members
                    .iter()
                    .map(|member| classic_member(member, readable)),
            ),
        })
    })
}

fn classic_member(member: &classic::DescribedGroupMember, readable: bool) -> Member {
    let subscribed = readable
        .then(|| subscription(&member.member_metadata))
        .flatten()
        .unwrap_or_default();
    Member {
        member: tame(&member.member_id),
        instance: member.group_instance_id.as_deref().map(tame),
        client: tame(&member.client_id),
        host: host(&member.client_host),
        rack: subscribed.rack.as_deref().map(tame),
        epoch: None,
        subscribed: subscribed.topics.iter().map(|topic| tame(topic)).collect(),
        assigned: readable
            .then(|| assignment(&member.member_assignment))
            .flatten()
            .unwrap_or_default(),
        target: None,
        lag: None,
    }
}

fn read_consumer(group: &consumer::DescribedGroup) -> Described {
    let (code, message) = (group.error_code, group.error_message.as_deref());
    judged(
        "ConsumerGroupDescribe",
        &group.group_id.0,
        code,
        message,
        || {
            Some(DescribedGroup {
                state: state_of(&group.group_state),
                protocol: named(&group.assignor_name),
                epoch: Some(group.group_epoch),
                assignment_epoch: Some(group.assignment_epoch),
                members: sorted(group.members.iter().map(consumer_member)),
            })
        },
    )
}

fn consumer_member(member: &consumer::Member) -> Member {
    let partitions = |assignment: &consumer::Assignment| {
        assigned(
            assignment
                .topic_partitions
                .iter()
                .map(|topic| (&*topic.topic_name.0, topic.partitions.as_slice())),
        )
    };
    let has = partitions(&member.assignment);
    let shall = partitions(&member.target_assignment);
    let pattern = member
        .subscribed_topic_regex
        .as_deref()
        .filter(|pattern| !pattern.is_empty());
    Member {
        member: tame(&member.member_id),
        instance: member.instance_id.as_deref().map(tame),
        client: tame(&member.client_id),
        host: host(&member.client_host),
        rack: member.rack_id.as_deref().map(tame),
        epoch: Some(member.member_epoch),
        subscribed: member
            .subscribed_topic_names
            .iter()
            .map(|topic| tame(&topic.0))
            .chain(pattern.map(tame))
            .collect(),
        target: (shall != has).then_some(shall),
        assigned: has,
        lag: None,
    }
}

fn read_share(group: &share::DescribedGroup) -> Described {
    let (code, message) = (group.error_code, group.error_message.as_deref());
    judged(
        "ShareGroupDescribe",
        &group.group_id.0,
        code,
        message,
        || {
            Some(DescribedGroup {
                state: state_of(&group.group_state),
                protocol: named(&group.assignor_name),
                epoch: Some(group.group_epoch),
                assignment_epoch: Some(group.assignment_epoch),
                members: sorted(group.members.iter().map(share_member)),
            })
        },
    )
}

fn share_member(member: &share::Member) -> Member {
    Member {
        member: tame(&member.member_id),
        instance: None,
        client: tame(&member.client_id),
        host: host(&member.client_host),
        rack: member.rack_id.as_deref().map(tame),
        epoch: Some(member.member_epoch),
        subscribed: member
            .subscribed_topic_names
            .iter()
            .map(|topic| tame(&topic.0))
            .collect(),
        assigned: assigned(
            member
                .assignment
                .topic_partitions
                .iter()
                .map(|topic| (&*topic.topic_name.0, topic.partitions.as_slice())),
        ),
        target: None,
        lag: None,
    }
}

fn sorted(members: impl Iterator<Item = Member>) -> Vec<Member> {
    let mut members: Vec<Member> = members.collect();
    members.sort_by(|a, b| a.member.cmp(&b.member));
    members
}

fn assigned<'a>(topics: impl Iterator<Item = (&'a str, &'a [i32])>) -> Vec<TopicAssignment> {
    let mut topics: Vec<TopicAssignment> = topics
        .map(|(topic, partitions)| {
            let mut partitions: Vec<_> = partitions.iter().copied().map(PartitionId).collect();
            partitions.sort_unstable();
            TopicAssignment {
                topic: TopicName::new(topic),
                partitions,
            }
        })
        .collect();
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    topics
}

fn named(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| tame(text))
}

/// Brokers print addresses as Java does: `/10.2.14.7`.
fn host(text: &str) -> String {
    tame(text.strip_prefix('/').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::protocol::StrBytes;

    fn wire(text: &'static str) -> StrBytes {
        StrBytes::from_static_str(text)
    }

    #[test]
    fn a_group_that_is_gone_is_no_error_in_any_version() {
        let dead = classic::DescribedGroup::default()
            .with_group_id(group_id("g"))
            .with_group_state(wire("Dead"));
        assert_eq!(read_classic(&dead).1, Ok(None));
        let missing = dead.with_error_code(NOT_FOUND);
        assert_eq!(read_classic(&missing).1, Ok(None));
        let denied = classic::DescribedGroup::default()
            .with_group_id(group_id("g"))
            .with_error_code(30);
        let error = read_classic(&denied).1.unwrap_err();
        assert_eq!(error.to_string(), "not allowed: Describe on group g");
    }

    #[test]
    fn a_member_shows_its_target_only_where_it_differs() {
        let of = |partitions: Vec<i32>| {
            consumer::Assignment::default().with_topic_partitions(vec![
                consumer::TopicPartitions::default()
                    .with_topic_name(crate::api::topic_name("orders"))
                    .with_partitions(partitions),
            ])
        };
        let member = consumer::Member::default()
            .with_member_id(wire("m"))
            .with_client_host(wire("/10.0.0.1"))
            .with_subscribed_topic_regex(Some(wire("ord.*")))
            .with_assignment(of(vec![1, 0]))
            .with_target_assignment(of(vec![0, 1]));
        let read = consumer_member(&member);
        assert_eq!((read.host.as_str(), &read.target), ("10.0.0.1", &None));
        assert_eq!(read.subscribed, ["ord.*"]);
        let moving = member.with_target_assignment(of(vec![0]));
        let read = consumer_member(&moving);
        assert_eq!(read.target.unwrap()[0].partitions, [PartitionId(0)]);
        assert_eq!(read.assigned[0].partitions.len(), 2);
    }

    #[test]
    fn workers_of_connect_are_not_read_as_consumers() {
        let group = classic::DescribedGroup::default()
            .with_group_id(group_id("connect"))
            .with_group_state(wire("Stable"))
            .with_protocol_type(wire("connect"))
            .with_protocol_data(wire("sessioned"))
            .with_members(vec![
                classic::DescribedGroupMember::default()
                    .with_member_id(wire("w"))
                    .with_member_assignment(bytes::Bytes::from_static(&[0, 1, 0, 0, 0, 0])),
            ]);
        let described = read_classic(&group).1.unwrap().unwrap();
        assert_eq!(described.protocol.as_deref(), Some("sessioned"));
        assert!(described.members[0].assigned.is_empty());
    }
}
