//! ListGroups: the groups that a broker coordinates.

use super::{MOVING, state_of};
use crate::{client::Client, error::KafkaError};
use kafka_protocol::messages::{ListGroupsRequest, ListGroupsResponse};
use penstock_domain::{
    group::{GroupKind, GroupState},
    ids::{GroupName, NodeId},
};
use std::time::Duration;

/// A group, as its coordinator lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedGroup {
    /// Its name.
    pub name: GroupName,
    /// Its kind. Brokers before 3.8 tell a protocol type alone.
    pub kind: GroupKind,
    /// Its state; unknown from brokers before 2.6.
    pub state: GroupState,
}

/// What one broker lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its groups.
    pub groups: Vec<ListedGroup>,
    /// It still reads the partitions of `__consumer_offsets` that it has taken over: groups may be missing.
    pub loading: bool,
}

impl Client {
    /// Asks every broker for the groups that it coordinates.
    pub async fn list_groups(
        &self,
        patience: Duration,
    ) -> Vec<(NodeId, Result<Listed, KafkaError>)> {
        let answers = self
            .call_every(|_| Some(ListGroupsRequest::default()), patience)
            .await;
        answers
            .into_iter()
            .map(|(node, answer)| (node, answer.and_then(read)))
            .collect()
    }
}

fn read(answer: ListGroupsResponse) -> Result<Listed, KafkaError> {
    let loading = MOVING.contains(&answer.error_code);
    if !loading
        && let Some(error) =
            KafkaError::from_code("ListGroups", answer.error_code, None, "Describe", || {
                "cluster".to_owned()
            })
    {
        return Err(error);
    }
    Ok(Listed {
        loading,
        groups: answer
            .groups
            .iter()
            .map(|group| ListedGroup {
                name: GroupName::new(&*group.group_id.0),
                kind: kind_of(&group.group_type, &group.protocol_type),
                state: state_of(&group.group_state),
            })
            .collect(),
    })
}

/// Names of types as of class `GroupType`; a broker that tells none has classic groups only.
fn kind_of(group_type: &str, protocol_type: &str) -> GroupKind {
    match (group_type.to_ascii_lowercase().as_str(), protocol_type) {
        ("consumer", _) => GroupKind::Consumer,
        ("share", _) => GroupKind::Share,
        ("streams", _) => GroupKind::Streams,
        ("classic" | "", "consumer") => GroupKind::Classic,
        ("classic" | "", "connect") => GroupKind::Connect,
        _ => GroupKind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::group_id;
    use kafka_protocol::{messages::list_groups_response::ListedGroup as Wire, protocol::StrBytes};

    #[test]
    fn every_kind_is_told_by_its_types() {
        let of = |name: &str, group_type: &'static str, protocol: &'static str| {
            Wire::default()
                .with_group_id(group_id(name))
                .with_group_type(StrBytes::from_static_str(group_type))
                .with_protocol_type(StrBytes::from_static_str(protocol))
                .with_group_state(StrBytes::from_static_str("Empty"))
        };
        let answer = ListGroupsResponse::default().with_groups(vec![
            of("a", "Classic", "consumer"),
            of("b", "classic", "connect"),
            of("c", "classic", ""),
            of("d", "consumer", "consumer"),
            of("e", "share", "share"),
            of("f", "streams", "streams"),
            of("g", "", "consumer"),
            of("h", "later", "consumer"),
        ]);
        let kinds: Vec<_> = read(answer)
            .unwrap()
            .groups
            .iter()
            .map(|group| group.kind)
            .collect();
        assert_eq!(
            kinds,
            [
                GroupKind::Classic,
                GroupKind::Connect,
                GroupKind::Unknown,
                GroupKind::Consumer,
                GroupKind::Share,
                GroupKind::Streams,
                GroupKind::Classic,
                GroupKind::Unknown,
            ]
        );
    }

    #[test]
    fn a_loading_coordinator_is_no_failure_and_not_whole() {
        let listed = read(ListGroupsResponse::default().with_error_code(14)).unwrap();
        assert!(listed.loading && listed.groups.is_empty());
        assert!(read(ListGroupsResponse::default().with_error_code(31)).is_err());
    }
}
