//! The partitions that a node leads and follows: one page, filtered, sorted and cut on the server.

use super::freshness;
use crate::backend::{
    paging,
    sight::Sight,
    topics::table::{config_of, min_in_sync},
};
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    node::{NodePartition, NodePartitionList, NodePartitionState, NodePartitionTotals},
    query::ListQuery,
    topic::PartitionState,
};
use penstock_kafka::inventory::{
    log_dirs::NodeLogDirs,
    topics::{Partition, Topic},
};
use std::cmp::Ordering;

/// A row with the text that keeps its place in the list.
#[derive(Clone)]
struct Row {
    name: String,
    partition: NodePartition,
}

/// The value of a row in the sorted column: its bytes, of which those that are not known sort below everything; nothing where only
/// the name counts.
type Key = Option<u64>;

/// The page that a query asks for: `q` is a part of the topic's name, `state` one of [`NodePartitionState`], `sort` `topic` or `size`.
pub fn partitions(sight: &Sight, node: NodeId, query: &ListQuery) -> NodePartitionList {
    let snapshot = sight.snapshot();
    let dirs = snapshot
        .and_then(|snapshot| snapshot.log_dirs.value.as_deref())
        .and_then(|dirs| dirs.get(node))
        .map(|dirs| &**dirs);
    let mut rows = Vec::new();
    let mut totals = NodePartitionTotals::default();
    for topic in sight.topics().into_iter().flat_map(|topics| topics.iter()) {
        let minimum = min_in_sync(config_of(snapshot, topic.name.as_str()));
        for partition in topic.partitions() {
            if partition.replicas().any(|replica| replica == node) {
                let row = row(topic, partition, node, minimum, dirs);
                totals.add(&row);
                rows.push(Row {
                    name: place(&topic.name, partition.number),
                    partition: row,
                });
            }
        }
    }
    let (items, page) = cut(&rows, query);
    let metadata = freshness(snapshot, |snapshot| snapshot.topics.freshness());
    let sizes = freshness(snapshot, |snapshot| snapshot.log_dirs.freshness());
    let mut missing: Vec<_> = [&metadata, &sizes]
        .into_iter()
        .flat_map(|part| part.missing.iter().cloned())
        .collect();
    missing.sort();
    missing.dedup();
    NodePartitionList {
        items: items.into_iter().map(|row| row.partition).collect(),
        page,
        totals,
        freshness: metadata,
        missing,
    }
}

fn row(
    topic: &Topic,
    partition: Partition<'_>,
    node: NodeId,
    minimum: Option<usize>,
    dirs: Option<&NodeLogDirs>,
) -> NodePartition {
    let leader = partition.leader();
    let replicas: Vec<NodeId> = partition.replicas().collect();
    let in_sync: Vec<NodeId> = partition.in_sync().collect();
    let on_disk = dirs.and_then(|dirs| {
        dirs.replicas_of(topic.name.as_str())
            .iter()
            .find(|replica| replica.partition == partition.number.0 && !replica.future)
    });
    let several = dirs.filter(|dirs| dirs.dirs.len() > 1);
    NodePartition {
        topic: topic.name.clone(),
        partition: partition.number,
        leads: leader == Some(node),
        leader,
        state: PartitionState::of(leader.is_some(), replicas.len(), in_sync.len(), minimum),
        preferred_elsewhere: replicas.first() == Some(&node)
            && leader.is_some_and(|leader| leader != node),
        bytes: on_disk.map(|replica| replica.bytes),
        directory: several
            .zip(on_disk)
            .and_then(|(dirs, replica)| dirs.dir_of(replica))
            .map(|dir| dir.path.clone()),
        offline_replicas: partition.offline().collect(),
        replicas,
        in_sync,
    }
}

/// Sorts partitions of a topic by number.
fn place(topic: &TopicName, partition: PartitionId) -> String {
    format!("{topic}\0{:010}", partition.0)
}

fn cut(rows: &[Row], query: &ListQuery) -> (Vec<Row>, penstock_domain::envelope::Page) {
    let filter = query.q.trim().to_lowercase();
    let state = query.state.as_deref().map(NodePartitionState::of_name);
    let sort = query.sorting();
    let by_size = sort.as_ref().is_some_and(|sort| sort.column == "size");
    let descending = sort.is_some_and(|sort| sort.descending);
    let mut shown: Vec<(Key, &Row)> = rows
        .iter()
        .filter(|row| {
            let name = row.partition.topic.as_str();
            filter.is_empty() || name.to_lowercase().contains(&filter)
        })
        .filter(|row| match state {
            None => true,
            Some(Some(state)) => state.has(&row.partition),
            // An unknown state has nothing in it.
            Some(None) => false,
        })
        .map(|row| {
            let key = row.partition.bytes.filter(|_| by_size);
            (key, row)
        })
        .collect();
    let order = |a: (&Key, &str), b: (&Key, &str)| -> Ordering {
        let by_key = a.0.cmp(b.0);
        let by_key = if descending { by_key.reverse() } else { by_key };
        // Names go up in either direction, except where they are what is sorted.
        by_key.then_with(|| {
            let by_name = a.1.cmp(b.1);
            if descending && !by_size {
                by_name.reverse()
            } else {
                by_name
            }
        })
    };
    shown.sort_by(|a, b| order((&a.0, &a.1.name), (&b.0, &b.1.name)));
    paging::cut(&shown, query, |row| row.name.as_str(), order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let topic = Topic::builder("orders".into(), None, false)
            .partition(0, 1, 0, [&[1, 2], &[1, 2], &[]])
            .partition(1, 2, 0, [&[1, 2], &[2], &[]])
            .partition(2, 2, 0, [&[2, 1], &[1, 2], &[]])
            .build();
        let other = Topic::builder("Bills".into(), None, false)
            .partition(0, -1, 0, [&[1], &[], &[1]])
            .build();
        [&topic, &other]
            .into_iter()
            .flat_map(|topic| {
                topic.partitions().map(move |partition| Row {
                    name: place(&topic.name, partition.number),
                    partition: NodePartition {
                        bytes: Some(u64::try_from(partition.number.0).unwrap_or(0) * 10),
                        ..row(topic, partition, NodeId(1), Some(2), None)
                    },
                })
            })
            .collect()
    }

    fn shown(query: &str) -> Vec<String> {
        let (rows, _) = cut(&rows(), &ListQuery::parse(query));
        rows.iter()
            .map(|row| format!("{}-{}", row.partition.topic, row.partition.partition))
            .collect()
    }

    #[test]
    fn a_nodes_partitions_are_filtered_by_what_it_does_with_them() {
        assert_eq!(shown("").len(), 4);
        assert_eq!(shown("state=leads"), ["orders-0"]);
        assert_eq!(shown("state=preferredElsewhere"), ["orders-1"]);
        assert_eq!(shown("state=troubled"), ["Bills-0", "orders-1"]);
        assert_eq!(shown("state=follows&q=BILL"), ["Bills-0"]);
        assert!(shown("state=nonsense").is_empty());
        let mut totals = NodePartitionTotals::default();
        for row in rows() {
            totals.add(&row.partition);
        }
        assert_eq!(
            (totals.all, totals.leads, totals.follows, totals.troubled),
            (4, 1, 3, 2)
        );
    }

    #[test]
    fn pages_follow_one_another_by_size() {
        assert_eq!(
            shown("sort=-size"),
            ["orders-2", "orders-1", "Bills-0", "orders-0"]
        );
        let (first, page) = cut(&rows(), &ListQuery::parse("sort=-size&size=3"));
        assert_eq!((first.len(), page.total), (3, 4));
        let next = format!("sort=-size&size=3&after={}", page.next.unwrap());
        assert_eq!(shown(&next), ["orders-0"]);
        assert_eq!(shown("sort=-topic")[0], "orders-2");
    }
}
