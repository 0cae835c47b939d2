//! DescribeQuorum: the KRaft metadata quorum (KIP-595, KIP-836).

use super::topic_name;
use crate::{
    client::{Client, Route},
    error::KafkaError,
};
use kafka_protocol::messages::{
    DescribeQuorumRequest,
    describe_quorum_request::{PartitionData as AskedPartition, TopicData as AskedTopic},
    describe_quorum_response::{PartitionData, ReplicaState},
};
use penstock_domain::{
    cluster::{Quorum, QuorumReplica},
    ids::NodeId,
    time::Timestamp,
};
use std::time::Duration;

const API: &str = "DescribeQuorum";
/// A follower asks the leader several times a second; after this long without a question it has stopped following.
const GONE_AFTER_MILLIS: i64 = 5_000;

impl Client {
    /// The quorum, as its leader sees it. Needs the ACL Describe on the cluster.
    pub async fn describe_quorum(&self, patience: Duration) -> Result<Quorum, KafkaError> {
        let request = DescribeQuorumRequest::default().with_topics(vec![
            AskedTopic::default()
                .with_topic_name(topic_name("__cluster_metadata"))
                .with_partitions(vec![AskedPartition::default().with_partition_index(0)]),
        ]);
        let answer = self.call(&Route::Any, &request, patience).await?;
        let denied = || "cluster".to_owned();
        let message = answer.error_message.as_deref();
        if let Some(error) =
            KafkaError::from_code(API, answer.error_code, message, "Describe", denied)
        {
            return Err(error);
        }
        let partition = answer
            .topics
            .first()
            .and_then(|topic| topic.partitions.first())
            .ok_or_else(|| KafkaError::Broker {
                api: API,
                code: 3,
                name: crate::error::code_name(3),
                message: None,
            })?;
        let message = partition.error_message.as_deref();
        match KafkaError::from_code(API, partition.error_code, message, "Describe", denied) {
            Some(error) => Err(error),
            None => Ok(read(partition)),
        }
    }
}

fn read(partition: &PartitionData) -> Quorum {
    let leader = partition.leader_id.0;
    let states = || partition.current_voters.iter().chain(&partition.observers);
    let leader_state = states().find(|state| state.replica_id.0 == leader);
    let end = leader_state.map(|state| state.log_end_offset);
    // Times are the leader's; comparing with its own entry keeps this machine's clock out of it.
    let now = leader_state.map_or(-1, |state| state.last_fetch_timestamp);
    let replica = |state: &ReplicaState| {
        let offset = (state.log_end_offset >= 0).then_some(state.log_end_offset);
        let fetched = state.last_fetch_timestamp;
        QuorumReplica {
            node: NodeId(state.replica_id.0),
            log_end_offset: offset,
            lag: offset
                .zip(end)
                .map(|(own, end)| end.saturating_sub(own).max(0)),
            last_fetch: time(fetched),
            last_caught_up: time(state.last_caught_up_timestamp),
            gone: state.replica_id.0 != leader
                && now > 0
                && now.saturating_sub(fetched.max(0)) > GONE_AFTER_MILLIS,
        }
    };
    let list = |states: &[ReplicaState]| {
        let mut list: Vec<QuorumReplica> = states.iter().map(replica).collect();
        list.sort_by_key(|state| state.node);
        list
    };
    Quorum {
        leader: (leader >= 0).then_some(NodeId(leader)),
        epoch: partition.leader_epoch,
        high_watermark: partition.high_watermark,
        voters: list(&partition.current_voters),
        observers: list(&partition.observers),
    }
}

fn time(millis: i64) -> Option<Timestamp> {
    (millis > 0).then_some(Timestamp(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: i32, end: i64, fetched: i64) -> ReplicaState {
        ReplicaState::default()
            .with_replica_id(id.into())
            .with_log_end_offset(end)
            .with_last_fetch_timestamp(fetched)
            .with_last_caught_up_timestamp(fetched)
    }

    #[test]
    fn a_voter_that_stopped_fetching_is_gone_by_the_leaders_clock() {
        let partition = PartitionData::default()
            .with_leader_id(1.into())
            .with_leader_epoch(7)
            .with_high_watermark(99)
            .with_current_voters(vec![
                state(2, 40, 1_000_000),
                state(1, 100, 1_010_000),
                state(0, 98, 1_009_800),
            ])
            .with_observers(vec![state(5, -1, -1)]);
        let quorum = read(&partition);
        assert_eq!(quorum.leader, Some(NodeId(1)));
        let gone: Vec<_> = quorum
            .voters
            .iter()
            .map(|voter| (voter.node.0, voter.gone, voter.lag))
            .collect();
        assert_eq!(
            gone,
            [
                (0, false, Some(2)),
                (1, false, Some(0)),
                (2, true, Some(60))
            ]
        );
        assert_eq!(quorum.observers[0].last_fetch, None);
        assert!(quorum.observers[0].gone);
    }

    #[test]
    fn without_a_leader_nobody_is_accused() {
        let partition = PartitionData::default()
            .with_leader_id((-1).into())
            .with_current_voters(vec![state(0, 1, 5)]);
        let quorum = read(&partition);
        assert_eq!((quorum.leader, quorum.voters[0].gone), (None, false));
    }
}
