//! Incremental fetch sessions (KIP-227): the broker remembers which partitions are asked for, and both sides tell only what
//! changed.

use super::{
    FetchPartition, FetchRequest, FetchedPartition, answer::Answer, partitions, whole_error,
    wire_head, wire_partition, wire_topic,
};
use crate::{
    api,
    client::{Client, ConnectionClass, Route},
    error::KafkaError,
};
use indexmap::IndexMap;
use kafka_protocol::messages::{self, fetch_request::ForgottenTopic};
use penstock_domain::ids::{NodeId, PartitionId, TopicId, TopicName};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

/// What a session knows of one partition is by this. A topic made anew is another topic.
type Key = (TopicName, Option<TopicId>, PartitionId);

/// A session with one broker. Whatever goes wrong, the next request begins a new one.
#[derive(Debug, Default)]
pub struct FetchSession {
    /// 0: none so far.
    id: i32,
    /// The epoch of the next request; 0 begins a session.
    epoch: i32,
    /// What the broker was told, as it was told.
    told: IndexMap<Key, FetchPartition>,
    /// A request went out and its answer did not come in: nobody knows what the broker remembers.
    unsure: bool,
}

impl FetchSession {
    /// None is begun yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything: the next request names every partition and begins a new session in place of this one.
    pub fn restart(&mut self) {
        // An id with epoch 0 closes the old session on the broker's side (class `FetchMetadata`).
        self.epoch = 0;
        self.told.clear();
        self.unsure = false;
    }

    /// The request that brings the broker from what it was told to what is wanted.
    fn next(&mut self, wanted: &FetchRequest) -> messages::FetchRequest {
        let all: IndexMap<Key, FetchPartition> = wanted
            .topics
            .iter()
            .flat_map(|topic| {
                topic.partitions.iter().map(|partition| {
                    let key = (topic.name.clone(), topic.id.clone(), partition.partition);
                    (key, *partition)
                })
            })
            .collect();
        // One kind of request has ids and the other has not; a session can't change over (FETCH_SESSION_TOPIC_ID_ERROR).
        let by_id =
            |keys: &IndexMap<Key, FetchPartition>| keys.keys().all(|(_, id, _)| id.is_some());
        if self.unsure || self.id == 0 || by_id(&self.told) != by_id(&all) {
            self.restart();
        }
        // A request that names no topic would be written in a version with ids; so one is named, changed or not.
        let named = if by_id(&all) { None } else { all.first() };
        let changed = all
            .iter()
            .filter(|(key, partition)| self.told.get(*key) != Some(partition))
            .map(Some);
        let changed: IndexMap<&Key, &FetchPartition> = changed.chain([named]).flatten().collect();
        let mut topics: IndexMap<(TopicName, Option<TopicId>), Vec<_>> = IndexMap::new();
        for ((name, id, _), partition) in &changed {
            topics
                .entry((name.clone(), id.clone()))
                .or_default()
                .push(wire_partition(partition));
        }
        let mut forgotten: IndexMap<(TopicName, Option<TopicId>), Vec<i32>> = IndexMap::new();
        for (name, id, partition) in self.told.keys().filter(|key| !all.contains_key(*key)) {
            forgotten
                .entry((name.clone(), id.clone()))
                .or_default()
                .push(partition.0);
        }
        self.told = all;
        self.unsure = true;
        wire_head(wanted)
            .with_session_id(self.id)
            .with_session_epoch(self.epoch)
            .with_topics(
                topics
                    .into_iter()
                    .map(|((name, id), partitions)| wire_topic(&name, id.as_ref(), partitions))
                    .collect(),
            )
            .with_forgotten_topics_data(
                forgotten
                    .into_iter()
                    .map(|((name, id), partitions)| {
                        ForgottenTopic::default()
                            .with_topic(api::topic_name(name.as_str()))
                            .with_topic_id(id.as_ref().and_then(api::uuid).unwrap_or_default())
                            .with_partitions(partitions)
                    })
                    .collect(),
            )
    }

    /// Takes an answer in. `Err`: the broker does not know the session any more, and it was given up.
    fn done(&mut self, answer: &Answer) -> Result<(), KafkaError> {
        if let Some(error) = whole_error(answer.code) {
            if answer.code == NOT_FOUND {
                self.id = 0;
            }
            self.restart();
            return Err(error);
        }
        self.unsure = false;
        // A broker that keeps no session answers with 0 every time, and is told everything every time.
        self.id = answer.session;
        self.epoch = match self.epoch.checked_add(1) {
            Some(next) if self.id != 0 => next,
            // As Kafka's own clients count: 0 and -1 have meanings.
            None => 1,
            _ => 0,
        };
        Ok(())
    }

    fn names(&self) -> HashMap<Uuid, TopicName> {
        self.told
            .keys()
            .filter_map(|(name, id, _)| Some((api::uuid(id.as_ref()?)?, name.clone())))
            .collect()
    }
}

/// FETCH_SESSION_ID_NOT_FOUND.
const NOT_FOUND: i16 = 70;

/// Errors that end a session and nothing else: 70, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR.
fn is_about_session(code: i16) -> bool {
    matches!(code, NOT_FOUND | 71 | 106)
}

impl Client {
    /// As [`Client::fetch`], within a session: `request` is everything that is wanted now, and partitions of which there is nothing
    /// new are not in the answer. A session that the broker has lost is begun anew at once.
    pub async fn fetch_session(
        &self,
        node: NodeId,
        class: ConnectionClass,
        session: &mut FetchSession,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        let patience = patience.saturating_add(request.max_wait);
        let mut again = true;
        loop {
            let wire = session.next(request);
            let answer = self
                .call_on(class, &Route::Node(node), &wire, patience)
                .await?;
            match session.done(&answer) {
                Err(_) if again && is_about_session(answer.code) => again = false,
                Err(error) => return Err(error),
                Ok(()) => {
                    let names = session.names();
                    return Ok(partitions(answer, |id| names.get(id).cloned()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::FetchTopic;
    use penstock_domain::read::Isolation;

    /// Name, id, and by partition the offset.
    type Wish<'a> = (&'a str, Option<&'a str>, &'a [(i32, i64)]);

    fn wanted(topics: &[Wish<'_>]) -> FetchRequest {
        FetchRequest {
            topics: topics
                .iter()
                .map(|(name, id, partitions)| FetchTopic {
                    name: (*name).into(),
                    id: id.map(TopicId::from),
                    partitions: partitions
                        .iter()
                        .map(|(partition, offset)| FetchPartition {
                            partition: PartitionId(*partition),
                            offset: *offset,
                            max_bytes: 1,
                            leader_epoch: None,
                        })
                        .collect(),
                })
                .collect(),
            max_bytes: 1,
            min_bytes: 1,
            max_wait: Duration::from_millis(500),
            isolation: Isolation::ReadUncommitted,
        }
    }

    fn told(request: &messages::FetchRequest) -> Vec<(String, Vec<(i32, i64)>)> {
        request
            .topics
            .iter()
            .map(|topic| {
                let partitions = topic
                    .partitions
                    .iter()
                    .map(|partition| (partition.partition, partition.fetch_offset))
                    .collect();
                (topic.topic.to_string(), partitions)
            })
            .collect()
    }

    fn forgotten(request: &messages::FetchRequest) -> Vec<(String, Vec<i32>)> {
        request
            .forgotten_topics_data
            .iter()
            .map(|topic| (topic.topic.to_string(), topic.partitions.clone()))
            .collect()
    }

    fn answer(code: i16, session: i32) -> Answer {
        Answer {
            code,
            session,
            topics: vec![],
        }
    }

    const A: &str = "AAAAAAAAAAAAAAAAAAAAAQ";
    const B: &str = "AAAAAAAAAAAAAAAAAAAAAg";

    #[test]
    fn only_what_changed_is_told() {
        let mut session = FetchSession::new();
        let first = session.next(&wanted(&[("a", Some(A), &[(0, 5), (1, 7)])]));
        assert_eq!((first.session_id, first.session_epoch), (0, 0));
        assert_eq!(told(&first), [("a".to_owned(), vec![(0, 5), (1, 7)])]);
        session.done(&answer(0, 42)).unwrap();

        let second = session.next(&wanted(&[("a", Some(A), &[(0, 5), (1, 9)])]));
        assert_eq!((second.session_id, second.session_epoch), (42, 1));
        assert_eq!(told(&second), [("a".to_owned(), vec![(1, 9)])]);
        assert!(forgotten(&second).is_empty());
        session.done(&answer(0, 42)).unwrap();

        let third = session.next(&wanted(&[("b", Some(B), &[(0, 0)])]));
        assert_eq!(third.session_epoch, 2);
        assert_eq!(told(&third), [("b".to_owned(), vec![(0, 0)])]);
        assert_eq!(forgotten(&third), [("a".to_owned(), vec![0, 1])]);
    }

    #[test]
    fn a_topic_made_anew_is_told_and_the_old_one_forgotten() {
        let mut session = FetchSession::new();
        session.next(&wanted(&[("a", Some(A), &[(0, 5)])]));
        session.done(&answer(0, 42)).unwrap();
        let second = session.next(&wanted(&[("a", Some(B), &[(0, 5)])]));
        assert_eq!(told(&second), [("a".to_owned(), vec![(0, 5)])]);
        assert_eq!(forgotten(&second), [("a".to_owned(), vec![0])]);
        assert_ne!(
            second.topics[0].topic_id,
            second.forgotten_topics_data[0].topic_id
        );
    }

    #[test]
    fn lost_sessions_begin_anew() {
        for (code, id) in [(70, 0), (71, 42), (106, 42)] {
            let mut session = FetchSession::new();
            let want = wanted(&[("a", Some(A), &[(0, 5)])]);
            session.next(&want);
            session.done(&answer(0, 42)).unwrap();
            assert!(told(&session.next(&want)).is_empty());
            assert!(is_about_session(code));
            session.done(&answer(code, 0)).unwrap_err();
            let again = session.next(&want);
            assert_eq!((again.session_id, again.session_epoch), (id, 0), "{code}");
            assert_eq!(told(&again).len(), 1);
        }
    }

    #[test]
    fn an_answer_that_never_came_begins_anew() {
        let mut session = FetchSession::new();
        let want = wanted(&[("a", Some(A), &[(0, 5)])]);
        session.next(&want);
        session.done(&answer(0, 42)).unwrap();
        session.next(&want);
        let again = session.next(&want);
        assert_eq!((again.session_id, again.session_epoch), (42, 0));
        assert_eq!(told(&again).len(), 1);
    }

    #[test]
    fn a_broker_without_sessions_is_told_everything_every_time() {
        let mut session = FetchSession::new();
        let want = wanted(&[("a", Some(A), &[(0, 5)])]);
        for _ in 0..3 {
            let request = session.next(&want);
            assert_eq!((request.session_id, request.session_epoch), (0, 0));
            assert_eq!(told(&request).len(), 1);
            session.done(&answer(0, 0)).unwrap();
        }
    }

    #[test]
    fn names_instead_of_ids_end_a_session_of_ids() {
        use crate::call::Call;
        let mut session = FetchSession::new();
        let first = session.next(&wanted(&[("a", Some(A), &[(0, 5)])]));
        assert!(first.newest() >= crate::fetch::IDS);
        session.done(&answer(0, 42)).unwrap();
        let second = session.next(&wanted(&[
            ("a", Some(A), &[(0, 5)]),
            ("b", None, &[(0, 0)]),
        ]));
        assert_eq!(second.session_epoch, 0);
        assert_eq!(told(&second).len(), 2);
        assert_eq!(second.newest(), crate::fetch::IDS - 1);
        session.done(&answer(0, 43)).unwrap();
        let third = session.next(&wanted(&[
            ("a", Some(A), &[(0, 5)]),
            ("b", None, &[(0, 0)]),
        ]));
        assert_eq!(third.session_epoch, 1);
    }
}
