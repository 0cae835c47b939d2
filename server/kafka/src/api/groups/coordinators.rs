//! FindCoordinator for many groups at once (KIP-699; brokers before 3.0 are asked group by group).

use super::resource;
use crate::{
    client::{Client, CoordinatorKind, Route},
    error::KafkaError,
};
use futures::stream::{self, StreamExt};
use kafka_protocol::{
    messages::{FindCoordinatorRequest, FindCoordinatorResponse},
    protocol::StrBytes,
};
use penstock_domain::ids::{GroupName, NodeId};
use std::{collections::HashMap, time::Duration};

/// Keys of one request.
const KEYS: usize = 1_000;
/// Requests under way at once to brokers that take one key each.
const AT_ONCE: usize = 16;

impl Client {
    /// The coordinator of each group. What is found is remembered for requests that are routed to a coordinator.
    pub async fn coordinators(
        &self,
        groups: &[GroupName],
        patience: Duration,
    ) -> HashMap<GroupName, Result<NodeId, KafkaError>> {
        let mut found = HashMap::with_capacity(groups.len());
        for chunk in groups.chunks(KEYS) {
            match self.call(&Route::Any, &request(chunk), patience).await {
                Err(error) => {
                    found.extend(
                        chunk
                            .iter()
                            .map(|group| (group.clone(), Err(error.clone()))),
                    );
                }
                Ok(answer) if !answer.coordinators.is_empty() => found.extend(read(&answer)),
                Ok(answer) => {
                    let Some((first, others)) = chunk.split_first() else {
                        continue;
                    };
                    found.insert(first.clone(), read_old(first, &answer));
                    found.extend(self.coordinators_one_by_one(others, patience).await);
                }
            }
        }
        for (group, node) in &found {
            if let Ok(node) = node {
                self.learn_coordinator(CoordinatorKind::Group, group.as_str(), *node);
            }
        }
        found
    }

    async fn coordinators_one_by_one(
        &self,
        groups: &[GroupName],
        patience: Duration,
    ) -> Vec<(GroupName, Result<NodeId, KafkaError>)> {
        // Owned, because closures over borrowed names make futures that can't be sent to another thread.
        let groups = groups.to_vec();
        stream::iter(groups.into_iter().map(|group| async move {
            let request = request(std::slice::from_ref(&group));
            let answer = self.call(&Route::Any, &request, patience).await;
            let node = answer.and_then(|answer| read_old(&group, &answer));
            (group, node)
        }))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
    }
}

fn request(groups: &[GroupName]) -> FindCoordinatorRequest {
    FindCoordinatorRequest::default()
        .with_key_type(0)
        .with_coordinator_keys(
            groups
                .iter()
                .map(|group| StrBytes::from_string(group.as_str().to_owned()))
                .collect(),
        )
}

fn judged(group: &str, code: i16, message: Option<&str>, node: i32) -> Result<NodeId, KafkaError> {
    match KafkaError::from_code("FindCoordinator", code, message, "Describe", || {
        resource(group)
    }) {
        Some(error) => Err(error),
        None => Ok(NodeId(node)),
    }
}

fn read(
    answer: &FindCoordinatorResponse,
) -> impl Iterator<Item = (GroupName, Result<NodeId, KafkaError>)> {
    answer.coordinators.iter().map(|one| {
        let message = one.error_message.as_deref();
        (
            GroupName::new(&*one.key),
            judged(&one.key, one.error_code, message, one.node_id.0),
        )
    })
}

fn read_old(group: &GroupName, answer: &FindCoordinatorResponse) -> Result<NodeId, KafkaError> {
    let message = answer.error_message.as_deref();
    judged(group.as_str(), answer.error_code, message, answer.node_id.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Call;
    use kafka_protocol::{
        messages::{BrokerId, find_coordinator_response::Coordinator},
        protocol::Encodable,
    };

    #[test]
    fn a_list_of_keys_can_be_written_in_every_version() {
        let request = request(&["a".into(), "b".into()]);
        for version in 1..=6 {
            let mut out = bytes::BytesMut::new();
            request
                .adapted(version)
                .encode(&mut out, version)
                .unwrap_or_else(|error| panic!("version {version}: {error}"));
        }
    }

    #[test]
    fn each_key_has_its_own_answer() {
        let of = |key: &'static str, node, code| {
            Coordinator::default()
                .with_key(StrBytes::from_static_str(key))
                .with_node_id(BrokerId(node))
                .with_error_code(code)
        };
        let answer = FindCoordinatorResponse::default()
            .with_coordinators(vec![of("a", 2, 0), of("b", -1, 15)]);
        let found: HashMap<_, _> = read(&answer).collect();
        assert_eq!(found["a"], Ok(NodeId(2)));
        assert!(found["b"].is_err());
    }
}
