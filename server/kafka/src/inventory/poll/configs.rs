//! Configuration of all topics, a thousand per request.

use super::{Poller, completeness, failed, now, refreshed};
use crate::{
    api::configs::error_of,
    error::KafkaError,
    inventory::{
        configs::{ConfigValue, Interner, TopicConfig, TopicConfigs},
        kinds::{Changes, Kind},
        snapshot::DataSet,
    },
};
use kafka_protocol::messages::describe_configs_response::DescribeConfigsResult;
use penstock_domain::{
    config::ConfigSource, envelope::Missing, ids::TopicName, time::Timestamp, units,
};
use std::{sync::Arc, time::Duration};

/// Per request of a thousand topics.
const PATIENCE: Duration = Duration::from_secs(10);
const TOPICS_PER_REQUEST: usize = 1_000;

/// What a round brought: per chunk of names, its results or why there are none.
type Round = Vec<(
    Vec<TopicName>,
    Result<Vec<DescribeConfigsResult>, KafkaError>,
)>;

impl Poller {
    pub(super) async fn refresh_configs(&self) {
        let snapshot = self.published.current();
        let Some(topics) = &snapshot.topics.value else {
            return;
        };
        let names: Vec<TopicName> = topics.iter().map(|topic| topic.name.clone()).collect();
        let mut round: Round = Vec::new();
        for chunk in names.chunks(TOPICS_PER_REQUEST) {
            let results = self.client.describe_topic_configs(chunk, PATIENCE).await;
            let lost = results.is_err();
            round.push((chunk.to_vec(), results));
            if lost {
                break;
            }
        }
        let previous = snapshot.topic_configs.clone();
        let assembled =
            tokio::task::spawn_blocking(move || assemble(&previous, &names, round, now())).await;
        let Ok(set) = assembled else { return };
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.topic_configs, &set);
            snapshot.topic_configs = set;
            changes
        });
    }
}

fn assemble(
    previous: &DataSet<TopicConfigs>,
    names: &[TopicName],
    round: Round,
    now: Timestamp,
) -> DataSet<TopicConfigs> {
    let empty = TopicConfigs::default();
    let old = previous.value.as_deref().unwrap_or(&empty);
    let mut interner = Interner::from_previous(old);
    let mut configs = TopicConfigs::default();
    let mut refused: Vec<(TopicName, KafkaError)> = Vec::new();
    let mut lost = None;
    let mut answered = 0;
    for (chunk, results) in round {
        match results {
            Err(error) => lost = Some(error),
            Ok(results) => {
                answered += results.len();
                for (name, result) in chunk.iter().zip(&results) {
                    // Answers come in the order of asking; were it otherwise, the name in the answer decides.
                    let name = if *name == *result.resource_name {
                        name.clone()
                    } else {
                        TopicName::new(&*result.resource_name)
                    };
                    match error_of(result, || format!("topic {name}")) {
                        // Deleted since the list was made.
                        Some(KafkaError::Broker { code: 3, .. }) => {}
                        Some(error) => refused.push((name, error)),
                        None => {
                            let new = read(result, &mut interner);
                            configs.topics.insert(name, new);
                        }
                    }
                }
            }
        }
    }
    if answered == 0
        && let Some(error) = lost
    {
        return failed(previous, error);
    }
    // What this round did not bring stays as it was; what did not change keeps its allocation.
    for name in names {
        match (
            configs.topics.get_mut(name.as_str()),
            old.get(name.as_str()),
        ) {
            (Some(new), Some(known)) if **new == **known => *new = known.clone(),
            (None, Some(known)) => {
                configs.topics.insert(name.clone(), known.clone());
            }
            _ => {}
        }
    }
    let mut missing = Vec::new();
    if let Some(error) = lost {
        missing.push(Missing {
            what: format!(
                "configuration of {}",
                units::count(names.len().saturating_sub(answered), "topic", "topics")
            ),
            why: error.to_string(),
        });
    }
    if let Some((first, error)) = refused.first() {
        missing.push(Missing {
            what: match refused.len() {
                1 => format!("configuration of topic {first}"),
                count => format!("configuration of topic {first} and {} more", count - 1),
            },
            why: error.to_string(),
        });
    }
    let known = answered.saturating_sub(refused.len());
    refreshed(Arc::new(configs), now, (known, names.len()), missing)
}

fn read(result: &DescribeConfigsResult, interner: &mut Interner) -> Arc<TopicConfig> {
    let entries = result
        .configs
        .iter()
        .map(|config| ConfigValue {
            name: interner.text(&config.name),
            value: config.value.as_deref().map(|value| interner.text(value)),
            source: ConfigSource::of_code(config.config_source),
        })
        .collect();
    Arc::new(interner.config(entries))
}

fn difference(old: &DataSet<TopicConfigs>, new: &DataSet<TopicConfigs>) -> Changes {
    let changes = completeness(Kind::TopicConfigs, old, new);
    let same = match (&old.value, &new.value) {
        (Some(old), Some(new)) => {
            old.topics.len() == new.topics.len()
                && new.topics.iter().all(|(name, config)| {
                    old.get(name.as_str())
                        .is_some_and(|known| Arc::ptr_eq(known, config))
                })
        }
        (None, None) => true,
        _ => false,
    };
    if same {
        changes
    } else {
        changes.and(Changes::structure(Kind::TopicConfigs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::{
        messages::describe_configs_response::DescribeConfigsResourceResult, protocol::StrBytes,
    };

    fn result(topic: &'static str, retention: &'static str, code: i16) -> DescribeConfigsResult {
        DescribeConfigsResult::default()
            .with_resource_name(StrBytes::from_static_str(topic))
            .with_error_code(code)
            .with_configs(vec![
                DescribeConfigsResourceResult::default()
                    .with_name(StrBytes::from_static_str("retention.ms"))
                    .with_value(Some(StrBytes::from_static_str(retention)))
                    .with_config_source(1),
            ])
    }

    fn names(list: &[&str]) -> Vec<TopicName> {
        list.iter().map(|name| TopicName::from(*name)).collect()
    }

    #[test]
    fn what_a_round_did_not_bring_stays_and_is_told() {
        let all = names(&["a", "b"]);
        let first = assemble(
            &DataSet::default(),
            &all,
            vec![(
                all.clone(),
                Ok(vec![result("a", "1", 0), result("b", "2", 0)]),
            )],
            Timestamp(1),
        );
        let second = assemble(
            &first,
            &all,
            vec![
                (names(&["a"]), Ok(vec![result("a", "1", 0)])),
                (names(&["b"]), Err(KafkaError::Stopped)),
            ],
            Timestamp(2),
        );
        let value = second.value.as_deref().unwrap();
        assert_eq!(value.get("b").unwrap().value("retention.ms"), Some("2"));
        assert_eq!(second.missing[0].what, "configuration of 1 topic");
        let (before, after) = (first.value.as_deref().unwrap(), value);
        assert!(Arc::ptr_eq(
            before.get("a").unwrap(),
            after.get("a").unwrap()
        ));
    }

    #[test]
    fn a_denied_topic_is_named_and_a_deleted_one_is_not() {
        let all = names(&["a", "b", "c"]);
        let set = assemble(
            &DataSet::default(),
            &all,
            vec![(
                all.clone(),
                Ok(vec![
                    result("a", "1", 0),
                    result("b", "", 29),
                    result("c", "", 3),
                ]),
            )],
            Timestamp(1),
        );
        assert_eq!(set.value.as_deref().unwrap().len(), 1);
        assert_eq!(set.missing.len(), 1);
        assert_eq!(set.missing[0].what, "configuration of topic b");
        assert!(set.missing[0].why.contains("DescribeConfigs on topic b"));
    }

    #[test]
    fn only_a_changed_value_is_a_change() {
        let all = names(&["a"]);
        let round = |previous: &DataSet<_>, value| {
            assemble(
                previous,
                &all,
                vec![(all.clone(), Ok(vec![result("a", value, 0)]))],
                Timestamp(1),
            )
        };
        let first = round(&DataSet::default(), "1");
        assert!(difference(&first, &round(&first, "1")).is_empty());
        assert!(difference(&first, &round(&first, "2")).reshapes(Kind::TopicConfigs));
    }
}
