//! Configuration of topics, held compactly: what a topic sets itself, and what applies otherwise, shared among topics.
//! Pure; the poll that fills it is `poll::configs`. Documentation and synonyms are asked for on demand only.

use penstock_domain::{config::ConfigSource, ids::TopicName};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Configuration by topic.
#[derive(Clone, Debug, Default)]
pub struct TopicConfigs {
    pub(crate) topics: HashMap<TopicName, Arc<TopicConfig>>,
}

impl TopicConfigs {
    /// One topic's.
    pub fn get(&self, topic: &str) -> Option<&Arc<TopicConfig>> {
        self.topics.get(topic)
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.topics.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }
}

/// One topic's configuration in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicConfig {
    /// Set on the topic itself, by name.
    pub overrides: Arc<[ConfigValue]>,
    /// What applies otherwise, by name.
    pub inherited: Arc<[ConfigValue]>,
}

impl TopicConfig {
    /// A setting in effect.
    pub fn get(&self, name: &str) -> Option<&ConfigValue> {
        [&self.overrides, &self.inherited]
            .into_iter()
            .find_map(|list| {
                list.binary_search_by(|entry| (*entry.name).cmp(name))
                    .ok()
                    .and_then(|index| list.get(index))
            })
    }

    /// Its value, if it has one.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.get(name)?.value.as_deref()
    }

    /// Its value as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.parse().ok()
    }
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfigValue {
    /// Its name.
    pub name: Arc<str>,
    /// Its value; `None` where it is sensitive or has none.
    pub value: Option<Arc<str>>,
    /// Where it is set.
    pub source: ConfigSource,
}

/// Shares equal texts and equal lists among topics: ten thousand topics have a handful of different ones.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    texts: HashSet<Arc<str>>,
    lists: HashSet<Arc<[ConfigValue]>>,
}

impl Interner {
    /// Starts from what an earlier round shared, so that unchanged topics keep their allocations.
    pub(crate) fn from_previous(previous: &TopicConfigs) -> Self {
        let mut interner = Self::default();
        for config in previous.topics.values() {
            for list in [&config.overrides, &config.inherited] {
                if interner.lists.insert(list.clone()) {
                    for entry in list.iter() {
                        interner.texts.insert(entry.name.clone());
                        if let Some(value) = &entry.value {
                            interner.texts.insert(value.clone());
                        }
                    }
                }
            }
        }
        interner
    }

    /// A text, shared.
    pub(crate) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(new.clone());
        new
    }

    /// A topic's configuration from its entries.
    pub(crate) fn config(&mut self, entries: Vec<ConfigValue>) -> TopicConfig {
        let (mut overrides, mut inherited): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| entry.source == ConfigSource::Topic);
        overrides.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        inherited.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        TopicConfig {
            overrides: self.list(overrides),
            inherited: self.list(inherited),
        }
    }

    fn list(&mut self, entries: Vec<ConfigValue>) -> Arc<[ConfigValue]> {
        if let Some(known) = self.lists.get(entries.as_slice()) {
            return known.clone();
        }
        let new: Arc<[ConfigValue]> = entries.into();
        self.lists.insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_settings_win_and_the_rest_is_shared() {
        let mut interner = Interner::default();
        let mut config = |own: Option<&str>| {
            let mut entries = vec![
                ConfigValue {
                    name: interner.text("retention.ms"),
                    value: Some(interner.text(own.unwrap_or("604800000"))),
                    source: if own.is_some() {
                        ConfigSource::Topic
                    } else {
                        ConfigSource::Default
                    },
                },
                ConfigValue {
                    name: interner.text("cleanup.policy"),
                    value: Some(interner.text("delete")),
                    source: ConfigSource::Default,
                },
            ];
            entries.rotate_left(usize::from(own.is_some()));
            interner.config(entries)
        };
        let (plain, other, own) = (config(None), config(None), config(Some("1000")));
        assert!(Arc::ptr_eq(&plain.inherited, &other.inherited));
        assert_eq!(plain.number("retention.ms"), Some(604_800_000));
        assert_eq!(own.number("retention.ms"), Some(1000));
        assert_eq!(own.value("cleanup.policy"), Some("delete"));
        assert_eq!(own.overrides.len(), 1);
        assert_eq!(own.value("none"), None);
    }
}
