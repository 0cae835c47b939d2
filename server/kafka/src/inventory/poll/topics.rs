//! Topics: one metadata request for all, joined with what was known so that unchanged topics stay one allocation.

use super::{Poller, completeness, failed, now, refreshed};
use crate::inventory::{
    kinds::{Changes, Kind},
    snapshot::DataSet,
    topics::{Topic, Topics},
};
use std::{sync::Arc, time::Duration};

/// Metadata of a hundred thousand partitions takes a broker a while.
const PATIENCE: Duration = Duration::from_secs(10);

impl Poller {
    pub(super) async fn refresh_topics(&self) {
        let previous = self.published.current().topics.clone();
        let set = match self.client.metadata(PATIENCE).await {
            Err(error) => failed(&previous, error),
            Ok(metadata) => {
                let old = previous.value.clone();
                let joined =
                    tokio::task::spawn_blocking(move || join(old.as_deref(), metadata.topics))
                        .await;
                match joined {
                    Ok(topics) => refreshed(topics, now(), (1, 1), Vec::new()),
                    Err(_) => return,
                }
            }
        };
        let reshaped = shape(&previous) != shape(&set);
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.topics, &set);
            snapshot.topics = set;
            changes
        });
        if reshaped {
            // New topics have offsets and configuration at once, not at the next turn of those polls.
            self.ask(Kind::Offsets);
            self.ask(Kind::TopicConfigs);
            self.ask(Kind::LogDirs);
        }
    }
}

fn shape(set: &DataSet<Topics>) -> Option<u64> {
    set.value.as_deref().map(|topics| topics.shape)
}

/// The new topics, with the old allocation wherever nothing changed.
fn join(old: Option<&Topics>, new: Vec<Topic>) -> Arc<Topics> {
    let mut reshaped = old.is_none_or(|old| old.len() != new.len());
    let mut kept = Vec::with_capacity(new.len());
    for mut topic in new {
        match old.and_then(|old| old.get(topic.name.as_str())) {
            Some(known) if **known == topic => kept.push(known.clone()),
            known => {
                match known {
                    Some(known) => {
                        reshaped |= known.partition_count() != topic.partition_count()
                            || known.id != topic.id;
                        topic.name = known.name.clone();
                    }
                    None => reshaped = true,
                }
                kept.push(Arc::new(topic));
            }
        }
    }
    let mut topics = Topics::new(kept);
    topics.shape = old.map_or(0, |old| old.shape) + u64::from(reshaped);
    Arc::new(topics)
}

fn difference(old: &DataSet<Topics>, new: &DataSet<Topics>) -> Changes {
    let same = match (&old.value, &new.value) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            Arc::ptr_eq(old, new)
                || (old.len() == new.len()
                    && old.iter().zip(new.iter()).all(|(a, b)| Arc::ptr_eq(a, b)))
        }
        _ => false,
    };
    let changes = completeness(Kind::Topics, old, new);
    if same {
        changes
    } else {
        changes.and(Changes::structure(Kind::Topics))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::time::Timestamp;

    fn topic(name: &str, leaders: &[i32]) -> Topic {
        leaders
            .iter()
            .enumerate()
            .fold(
                Topic::builder(name.into(), None, false),
                |builder, (number, leader)| {
                    builder.partition(number as i32, *leader, 0, [&[0, 1], &[0], &[]])
                },
            )
            .build()
    }

    fn set(topics: Arc<Topics>) -> DataSet<Topics> {
        refreshed(topics, Timestamp(1), (1, 1), Vec::new())
    }

    #[test]
    fn unchanged_topics_keep_their_allocation_and_move_nothing() {
        let first = join(None, vec![topic("b", &[0]), topic("a", &[0, 1])]);
        let second = join(Some(&first), vec![topic("a", &[0, 1]), topic("b", &[0])]);
        assert!(Arc::ptr_eq(
            first.get("a").unwrap(),
            second.get("a").unwrap()
        ));
        assert_eq!(first.shape, second.shape);
        assert!(difference(&set(first), &set(second)).is_empty());
    }

    #[test]
    fn a_moved_leader_is_a_change_and_no_new_shape() {
        let first = join(None, vec![topic("a", &[0])]);
        let second = join(Some(&first), vec![topic("a", &[1])]);
        assert_eq!(first.shape, second.shape);
        assert!(difference(&set(first), &set(second)).reshapes(Kind::Topics));
    }

    #[test]
    fn topics_that_come_go_or_grow_change_the_shape() {
        let first = join(None, vec![topic("a", &[0])]);
        for other in [
            vec![],
            vec![topic("a", &[0, 0])],
            vec![topic("b", &[0])],
            vec![topic("a", &[0]), topic("b", &[0])],
        ] {
            assert_ne!(join(Some(&first), other).shape, first.shape);
        }
    }
}
