//! Log directories: every broker for itself; a silent one keeps its old figures, with their age.

use super::{Poller, completeness, failed, now, refreshed};
use crate::{
    error::KafkaError,
    inventory::{
        kinds::{Changes, Kind},
        log_dirs::{LogDirs, NodeLogDirs},
        snapshot::DataSet,
    },
};
use futures::future::join_all;
use penstock_domain::{envelope::Missing, ids::NodeId, time::Timestamp};
use std::{sync::Arc, time::Duration};

/// A broker walks all its partitions for this answer.
const PATIENCE: Duration = Duration::from_secs(10);

type Answers = Vec<(NodeId, Result<NodeLogDirs, KafkaError>)>;

impl Poller {
    pub(super) async fn refresh_log_dirs(&self) {
        let nodes = self.client.nodes();
        let answers: Answers = join_all(nodes.iter().map(|node| async {
            (
                node.id,
                self.client.describe_log_dirs(node.id, PATIENCE).await,
            )
        }))
        .await;
        let previous = self.published.current().log_dirs.clone();
        let set = assemble(&previous, answers, now());
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.log_dirs, &set);
            snapshot.log_dirs = set;
            changes
        });
    }
}

fn assemble(previous: &DataSet<LogDirs>, answers: Answers, now: Timestamp) -> DataSet<LogDirs> {
    let expected = answers.len();
    let mut dirs = LogDirs::default();
    let mut missing = Vec::new();
    let mut answered = 0;
    let mut last_error = None;
    for (node, answer) in answers {
        match answer {
            Ok(told) => {
                answered += 1;
                dirs.nodes.insert(node, Arc::new(told));
            }
            Err(error) => {
                let old = previous.value.as_deref().and_then(|old| old.get(node));
                let what = if let Some(old) = old {
                    dirs.nodes.insert(node, old.clone());
                    format!("sizes of node {node} since {}", old.as_of.clock())
                } else {
                    format!("sizes of node {node}")
                };
                missing.push(Missing {
                    what,
                    why: error.to_string(),
                });
                last_error = Some(error);
            }
        }
    }
    match last_error {
        Some(error) if answered == 0 => {
            let mut set = failed(previous, error);
            set.expected = u32::try_from(expected).unwrap_or(u32::MAX);
            set
        }
        _ => refreshed(Arc::new(dirs), now, (answered, expected), missing),
    }
}

fn difference(old: &DataSet<LogDirs>, new: &DataSet<LogDirs>) -> Changes {
    let changes = completeness(Kind::LogDirs, old, new);
    let (Some(before), Some(after)) = (old.value.as_deref(), new.value.as_deref()) else {
        return changes;
    };
    let health = |dirs: &LogDirs| -> Vec<_> {
        dirs.iter()
            .flat_map(|(node, told)| {
                told.dirs
                    .iter()
                    .map(move |dir| (node, dir.path.clone(), dir.error.clone()))
            })
            .collect()
    };
    if health(before) != health(after) {
        return changes.and(Changes::structure(Kind::LogDirs));
    }
    let same = before.nodes.len() == after.nodes.len()
        && before.iter().zip(after.iter()).all(|((_, a), (_, b))| {
            Arc::ptr_eq(a, b) || (a.dirs == b.dirs && a.topics == b.topics)
        });
    if same {
        changes
    } else {
        changes.and(Changes::figures(Kind::LogDirs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::log_dirs::LogDir;

    fn told(at: i64, bytes: u64, error: Option<&str>) -> NodeLogDirs {
        NodeLogDirs {
            as_of: Timestamp(at),
            dirs: vec![LogDir {
                path: "/data".into(),
                error: error.map(str::to_owned),
                bytes,
                total: None,
                usable: None,
            }],
            topics: vec![],
        }
    }

    #[test]
    fn a_silent_broker_keeps_its_figures_and_their_age() {
        let both = assemble(
            &DataSet::default(),
            vec![
                (NodeId(0), Ok(told(1, 5, None))),
                (NodeId(1), Ok(told(1, 7, None))),
            ],
            Timestamp(1),
        );
        let one = assemble(
            &both,
            vec![
                (NodeId(0), Ok(told(9, 6, None))),
                (NodeId(1), Err(KafkaError::Stopped)),
            ],
            Timestamp(9),
        );
        let value = one.value.as_deref().unwrap();
        assert_eq!((one.answered, one.expected, one.missing.len()), (1, 2, 1));
        assert_eq!(value.get(NodeId(1)).unwrap().as_of, Timestamp(1));
        assert_eq!(value.sum().unwrap().logs, 13);
        assert!(difference(&both, &one).reshapes(Kind::LogDirs));
        let none = assemble(
            &one,
            vec![
                (NodeId(0), Err(KafkaError::Stopped)),
                (NodeId(1), Err(KafkaError::Stopped)),
            ],
            Timestamp(12),
        );
        assert_eq!(
            (none.as_of, none.answered, none.expected),
            (Some(Timestamp(9)), 0, 2)
        );
        assert!(none.error.is_some() && none.value.is_some());
    }

    #[test]
    fn sizes_are_figures_and_a_failed_disk_is_not() {
        let set = |at, bytes, error| {
            assemble(
                &DataSet::default(),
                vec![(NodeId(0), Ok(told(at, bytes, error)))],
                Timestamp(at),
            )
        };
        assert!(difference(&set(1, 5, None), &set(2, 5, None)).is_empty());
        let grown = difference(&set(1, 5, None), &set(2, 6, None));
        assert!(grown.touches(Kind::LogDirs) && !grown.reshapes(Kind::LogDirs));
        assert!(difference(&set(1, 5, None), &set(2, 5, Some("x"))).reshapes(Kind::LogDirs));
    }
}
