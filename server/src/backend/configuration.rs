//! A topic's configuration in full, with Kafka's documentation and the chain of values below each: asked of a broker once
//! per change, because memory holds values only.

use super::sight::Sight;
use penstock_domain::{
    config::{ConfigEntry, readable},
    ids::TopicName,
    topic::TopicConfiguration,
};
use penstock_kafka::inventory::configs::{ConfigValue, TopicConfig};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a page waits for documentation before it shows the values without.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Topics whose documented configuration is kept.
const KEPT: usize = 128;

/// The values of which a documented configuration was made, and that.
type Known = (Arc<TopicConfig>, Arc<Vec<ConfigEntry>>);

/// Documented configurations that are still true: those whose values are the ones in memory.
#[derive(Default)]
pub struct Configurations {
    known: Mutex<HashMap<TopicName, Known>>,
}

impl Configurations {
    fn get(&self, topic: &TopicName, current: &TopicConfig) -> Option<Arc<Vec<ConfigEntry>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (values, entries) = known.get(topic)?;
        (**values == *current).then(|| entries.clone())
    }

    fn put(&self, topic: &TopicName, values: Arc<TopicConfig>, entries: Arc<Vec<ConfigEntry>>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT && !known.contains_key(topic) {
            // Which one goes matters little: it is one request to have it back.
            if let Some(any) = known.keys().next().cloned() {
                known.remove(&any);
            }
        }
        known.insert(topic.clone(), (values, entries));
    }
}

/// A topic's configuration as its page shows it.
pub async fn of_topic(sight: &Sight, topic: &TopicName) -> TopicConfiguration {
    let missing = |why: &str| TopicConfiguration {
        entries: Vec::new(),
        as_of: None,
        missing: Some(why.to_owned()),
    };
    let Some(topics) = sight.topics() else {
        return missing("The brokers have not told yet which topics there are.");
    };
    if topics.get(topic.as_str()).is_none() {
        return missing("The topic does not exist in Kafka.");
    }
    let Some((snapshot, client)) = sight.snapshot().zip(sight.client()) else {
        return missing("The console is not connected to the brokers.");
    };
    let as_of = snapshot.topic_configs.as_of;
    let values = snapshot
        .topic_configs
        .value
        .as_ref()
        .and_then(|configs| configs.get(topic.as_str()));
    if let Some(values) = values
        && let Some(entries) = sight.configurations().get(topic, values)
    {
        return TopicConfiguration {
            entries: entries.to_vec(),
            as_of,
            missing: None,
        };
    }
    match (client.topic_configuration(topic, PATIENCE).await, values) {
        (Ok(entries), values) => {
            let entries = Arc::new(entries);
            // Kept only where both say the same: otherwise memory is about to follow, and asks again.
            if let Some(values) = values
                && agree(values, &entries)
            {
                sight
                    .configurations()
                    .put(topic, values.clone(), entries.clone());
            }
            TopicConfiguration {
                entries: entries.to_vec(),
                as_of: Some(super::now()),
                missing: None,
            }
        }
        (Err(error), Some(values)) => TopicConfiguration {
            entries: bare(values),
            as_of,
            missing: Some(format!("Documentation could not be had: {error}")),
        },
        (Err(error), None) => missing(&super::problems::sentence(&error.to_string())),
    }
}

fn agree(values: &TopicConfig, entries: &[ConfigEntry]) -> bool {
    entries.iter().all(|entry| {
        values.get(&entry.name).is_some_and(|value| {
            value.source == entry.source && value.value.as_deref() == entry.value.as_deref()
        })
    })
}

/// What memory holds, without documentation.
fn bare(values: &TopicConfig) -> Vec<ConfigEntry> {
    let mut entries: Vec<ConfigEntry> = values
        .overrides
        .iter()
        .chain(values.inherited.iter())
        .map(entry)
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

fn entry(value: &ConfigValue) -> ConfigEntry {
    ConfigEntry {
        name: value.name.to_string(),
        value: value.value.as_deref().map(str::to_owned),
        readable: value
            .value
            .as_deref()
            .and_then(|text| readable(&value.name, text)),
        source: value.source,
        sensitive: false,
        read_only: false,
        kind: None,
        documentation: None,
        synonyms: Vec::new(),
    }
}
