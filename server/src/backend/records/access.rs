//! Who may read records of which topics: one right per topic, and what is not allowed costs its own topic only.

use crate::backend::{Console, problems, sight::Sight};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    read::{MOST_TOPICS, Notice, NoticeKind},
};
use penstock_kafka::{Client, inventory::topics::Topic};
use std::sync::Arc;

/// Topics that one asker may read, in the cluster as it is now.
pub struct Readable {
    /// The cluster.
    pub sight: Sight,
    /// Those that exist and may be read, in the order asked for.
    pub topics: Vec<Arc<Topic>>,
    /// One for each that does not or may not.
    pub notices: Vec<Notice>,
}

impl Readable {
    /// The wire client, or why there is none.
    pub fn client(&self) -> Result<Client, AppError> {
        self.sight
            .client()
            .cloned()
            .ok_or_else(|| problems::not_connected(&self.sight))
    }
}

impl Console {
    /// The right to do `verb` with the records of a topic.
    pub(crate) fn right_on_records(
        &self,
        verb: Verb,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Right {
        Right::on_object(
            verb,
            Resource::Records,
            &self.fleet.reviewed_as(cluster),
            topic.as_str(),
        )
    }

    /// Authorises `verb` on the records of each topic, then opens the cluster. Fails where nothing is left to read: with the
    /// missing right if one is missing, because who may not read is not told what exists (decision 7).
    pub(crate) async fn readable(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        topics: &[TopicName],
    ) -> Result<Readable, AppError> {
        if topics.is_empty() || topics.len() > MOST_TOPICS {
            return Err(which_topics(topics.len()));
        }
        let mut notices = Vec::new();
        let mut granted = Vec::new();
        let mut first_denied = None;
        let mut sight = None;
        for topic in topics {
            let right = self.right_on_records(verb, cluster, topic);
            match self.gate.may(cx, right.clone()).await? {
                Some(grant) => {
                    if sight.is_none() {
                        sight = Some(self.fleet.open(&grant, cluster)?);
                    }
                    if !granted.contains(topic) {
                        granted.push(topic.clone());
                    }
                }
                None => {
                    notices.push(forbidden(topic, &right));
                    first_denied.get_or_insert(right);
                }
            }
        }
        let Some(sight) = sight else {
            return Err(match first_denied {
                Some(right) => problems::forbidden(&right),
                None => which_topics(0),
            });
        };
        let mut found = Vec::new();
        for topic in granted {
            match sight.topics().and_then(|topics| topics.get(topic.as_str())) {
                Some(live) => found.push(live.clone()),
                None if topics.len() == 1 => return Err(not_live(&sight, &topic)),
                None => notices.push(absent(&topic)),
            }
        }
        if found.is_empty() {
            return Err(match first_denied {
                Some(right) => problems::forbidden(&right),
                None => not_live(&sight, topics.first().unwrap_or(&TopicName::from(""))),
            });
        }
        Ok(Readable {
            sight,
            topics: found,
            notices,
        })
    }
}

fn forbidden(topic: &TopicName, right: &Right) -> Notice {
    Notice {
        kind: NoticeKind::Forbidden,
        topic: Some(topic.clone()),
        partition: None,
        from: None,
        to: None,
        reason: format!("You may not {}; the other topics are read.", right.words()),
        remedy: Some(format!(
            "Ask whoever administers the namespace for this role:\n{}",
            right.role_yaml()
        )),
    }
}

fn absent(topic: &TopicName) -> Notice {
    Notice {
        kind: NoticeKind::Partition,
        topic: Some(topic.clone()),
        partition: None,
        from: None,
        to: None,
        reason: format!("There is no topic “{topic}” in Kafka; the other topics are read."),
        remedy: Some("Check the spelling, or choose from the list of topics.".to_owned()),
    }
}

/// A topic that is declared and does not live has no records.
fn not_live(sight: &Sight, topic: &TopicName) -> AppError {
    if sight.topics().is_some() && crate::backend::topics::exists(sight, topic) {
        return Problem::new(
            ProblemKind::NotFound,
            "The topic does not live yet",
            format!("A KafkaTopic declares “{topic}”, and Kafka has no such topic, so there are no records."),
        )
        .with_remedy("See the topic’s page for what keeps the operator from making it.")
        .into();
    }
    problems::no_topic(sight, topic)
}

fn which_topics(number: usize) -> AppError {
    let detail = if number == 0 {
        "No topic is named.".to_owned()
    } else {
        format!("{number} topics are named; one reading takes at most {MOST_TOPICS}.")
    };
    Problem::new(ProblemKind::Invalid, "Which topics?", detail)
        .with_remedy("Choose one or several topics.")
        .with_field("topics")
        .into()
}
