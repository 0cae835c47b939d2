//! The index as watches use it and as pages read it.

use super::*;
use crate::{
    fixtures::{self, cluster, object, read, recorded, simple_topic},
    resource::AnyResource,
};
use penstock_domain::ids::TopicName;
use serde_json::{Value, json};

fn topic(object: Value) -> AnyResource {
    read(Kind::KafkaTopic, object)
}

fn names(view: &View, cluster: &ClusterRef) -> Vec<String> {
    view.topics(cluster)
        .iter()
        .map(|(name, _)| name.to_string())
        .collect()
}

fn subjects(changes: &[Change]) -> Vec<(Option<String>, Subject)> {
    changes
        .iter()
        .map(|change| {
            (
                change.cluster.as_ref().map(ToString::to_string),
                change.subject.clone(),
            )
        })
        .collect()
}

fn one(kind: Kind, name: &str) -> Subject {
    Subject::Resource {
        kind,
        namespace: "kafka".into(),
        name: name.into(),
    }
}

#[test]
fn every_change_has_a_mark_and_the_same_object_again_has_none() {
    let mut index = Index::default();
    let changes = index.apply(topic(simple_topic("a", 1)));
    assert_eq!(
        subjects(&changes),
        [(Some("kafka/bed".into()), one(Kind::KafkaTopic, "a"))]
    );
    assert_eq!(changes[0].mark().kind, MarkKind::Topics);
    assert!(index.apply(topic(simple_topic("a", 1))).is_empty());
    let again = index.apply(topic(simple_topic("a", 2)));
    assert!(again[0].revision > changes[0].revision);
    assert_eq!(index.view().revision(), again[0].revision);
    assert_eq!(
        index
            .delete(Kind::KafkaTopic, &"kafka".into(), &"a".into())
            .len(),
        1
    );
    assert!(
        index
            .delete(Kind::KafkaTopic, &"kafka".into(), &"a".into())
            .is_empty()
    );
    assert!(names(&index.view(), &cluster("kafka", "bed")).is_empty());
}

#[test]
fn a_view_stays_as_it_was() {
    let mut index = Index::default();
    index.apply(topic(simple_topic("a", 1)));
    let before = index.view();
    index.apply(topic(simple_topic("b", 2)));
    index.delete(Kind::KafkaTopic, &"kafka".into(), &"a".into());
    assert_eq!(names(&before, &cluster("kafka", "bed")), ["a"]);
    assert_eq!(names(&index.view(), &cluster("kafka", "bed")), ["b"]);
}

#[test]
fn a_list_replaces_what_is_known_and_tells_only_what_differs() {
    let mut index = Index::default();
    for name in ["a", "b", "c"] {
        index.apply(topic(simple_topic(name, 1)));
    }
    index.apply(topic(object(Kind::KafkaTopic, "dev", "x", Some("bed"), 1)));
    let listed = vec![
        topic(simple_topic("a", 1)),
        topic(simple_topic("b", 2)),
        topic(simple_topic("d", 3)),
    ];
    let changes = index.replace_all(Kind::KafkaTopic, Some(&"kafka".into()), listed);
    let mut told: Vec<_> = subjects(&changes)
        .into_iter()
        .map(|(_, subject)| format!("{subject:?}"))
        .collect();
    told.sort();
    assert_eq!(
        told.len(),
        3,
        "c is gone, b has changed, d is new: {told:?}"
    );
    assert_eq!(
        names(&index.view(), &cluster("kafka", "bed")),
        ["a", "b", "d"]
    );
    assert_eq!(
        names(&index.view(), &cluster("dev", "bed")),
        ["x"],
        "other namespaces are not in this list"
    );
    index.replace_all(Kind::KafkaTopic, None, Vec::new());
    assert_eq!(index.view().count(Kind::KafkaTopic, None), 0);
}

#[test]
fn many_changes_at_once_are_one_mark_per_cluster_and_kind() {
    let mut index = Index::default();
    let list = (0..500)
        .map(|n| topic(simple_topic(&format!("t{n}"), n)))
        .collect();
    let changes = index.replace_all(Kind::KafkaTopic, None, list);
    assert_eq!(
        subjects(&changes),
        [(
            Some("kafka/bed".into()),
            Subject::Resources(Kind::KafkaTopic)
        )]
    );
}

#[test]
fn a_new_label_moves_an_object_and_tells_both_clusters() {
    let mut index = Index::default();
    index.apply(topic(simple_topic("a", 1)));
    let changes = index.apply(topic(object(
        Kind::KafkaTopic,
        "kafka",
        "a",
        Some("other"),
        2,
    )));
    let clusters: Vec<_> = subjects(&changes)
        .into_iter()
        .map(|(cluster, _)| cluster.unwrap())
        .collect();
    assert_eq!(clusters, ["kafka/bed", "kafka/other"]);
    assert!(names(&index.view(), &cluster("kafka", "bed")).is_empty());
    index.apply(topic(object(Kind::KafkaTopic, "kafka", "a", None, 3)));
    assert_eq!(index.view().unlabelled_topics().count(), 1);
    assert_eq!(index.view().count(Kind::KafkaTopic, None), 1);
}

#[test]
fn of_two_topics_for_one_name_the_older_counts() {
    for order in [
        ["topic-conflict-older", "topic-conflict-younger"],
        ["topic-conflict-younger", "topic-conflict-older"],
    ] {
        let mut index = Index::default();
        for name in order {
            index.apply(topic(recorded(name)));
        }
        let view = index.view();
        let bed = cluster("kafka", "bed");
        let declaration = view.topics(&bed).get(&TopicName::new("contested")).unwrap();
        assert_eq!(declaration.topic.metadata.name.as_str(), "kt-conf-a");
        assert_eq!(declaration.rivals.len(), 1);
        assert!(declaration.rivals[0].conflicted());
        index.delete(Kind::KafkaTopic, &"kafka".into(), &"kt-conf-a".into());
        let view = index.view();
        let left = view.topics(&bed).get(&TopicName::new("contested")).unwrap();
        assert_eq!(
            (left.topic.metadata.name.as_str(), left.rivals.len()),
            ("kt-conf-b", 0)
        );
    }
}

#[test]
fn a_topic_moves_when_its_name_in_kafka_does() {
    let mut index = Index::default();
    index.apply(topic(simple_topic("a", 1)));
    let mut renamed = simple_topic("a", 2);
    renamed["spec"]["topicName"] = json!("Other");
    index.apply(topic(renamed));
    assert_eq!(names(&index.view(), &cluster("kafka", "bed")), ["Other"]);
}

#[test]
fn topics_of_a_watched_namespace_belong_to_the_cluster_that_watches_it() {
    let mut index = Index::default();
    index.apply(topic(object(Kind::KafkaTopic, "team", "a", Some("bed"), 1)));
    let mut kafka = fixtures::full_cluster();
    kafka["spec"]["entityOperator"]["topicOperator"]["watchedNamespace"] = json!("team");
    let changes = index.apply(read(Kind::Kafka, kafka));
    assert!(subjects(&changes).contains(&(
        Some("kafka/bed".into()),
        Subject::Resources(Kind::KafkaTopic)
    )));
    assert_eq!(names(&index.view(), &cluster("kafka", "bed")), ["a"]);
    let changes = index.apply(topic(object(Kind::KafkaTopic, "team", "a", Some("bed"), 2)));
    assert_eq!(changes[0].cluster, Some(cluster("kafka", "bed")));
}

#[test]
fn a_malformed_object_takes_the_place_of_the_good_one_and_gives_it_back() {
    let mut index = Index::default();
    let bed = cluster("kafka", "bed");
    index.apply(topic(simple_topic("a", 1)));
    let mut bad = simple_topic("a", 2);
    bad["spec"]["partitions"] = json!("three");
    assert_eq!(index.apply(topic(bad.clone())).len(), 1);
    assert!(index.apply(topic(bad.clone())).is_empty());
    let view = index.view();
    assert!(names(&view, &bed).is_empty());
    assert_eq!(view.malformed(&bed).count(), 1);
    assert_eq!(view.count(Kind::KafkaTopic, None), 1);
    index.apply(topic(simple_topic("a", 3)));
    assert_eq!(index.view().malformed(&bed).count(), 0);
    assert_eq!(names(&index.view(), &bed), ["a"]);
    index.apply(topic(bad));
    index.replace_all(Kind::KafkaTopic, None, Vec::new());
    assert_eq!(index.view().all_malformed().count(), 0);
}

#[test]
fn a_cluster_is_found_with_what_belongs_to_it() {
    let mut index = Index::default();
    let bed = cluster("kafka", "bed");
    index.apply(read(Kind::Kafka, fixtures::full_cluster()));
    for (kind, name) in [
        (Kind::KafkaNodePool, "dual"),
        (Kind::StrimziPodSet, "bed-dual"),
        (Kind::Pod, "bed-dual-0"),
        (Kind::KafkaUser, "penstock"),
    ] {
        index.apply(read(kind, object(kind, "kafka", name, Some("bed"), 1)));
        index.apply(read(kind, object(kind, "dev", name, Some("bed"), 1)));
    }
    let view = index.view();
    assert_eq!(view.clusters().count(), 1);
    assert_eq!(view.cluster(&bed).unwrap().cluster(), bed);
    assert_eq!(
        (
            view.node_pools(&bed).count(),
            view.pod_sets(&bed).count(),
            view.pods(&bed).count()
        ),
        (1, 1, 1)
    );
    assert_eq!(
        view.user(&bed, "penstock")
            .unwrap()
            .metadata
            .namespace
            .as_str(),
        "kafka"
    );
    assert_eq!(view.users(&bed).count(), 1);
    assert!(view.cluster(&cluster("dev", "bed")).is_none());
    index.delete(Kind::Kafka, &"kafka".into(), &"bed".into());
    assert!(index.view().cluster(&bed).is_none());
}

#[test]
fn a_pod_whose_status_is_merely_written_again_is_no_news() {
    let mut index = Index::default();
    let pod = |version| {
        read(
            Kind::Pod,
            object(Kind::Pod, "kafka", "bed-dual-0", Some("bed"), version),
        )
    };
    assert_eq!(index.apply(pod(1)).len(), 1);
    assert!(index.apply(pod(2)).is_empty());
}

#[tokio::test]
async fn subscribers_get_changes_in_order_and_learn_what_they_missed() {
    let index = SharedIndex::default();
    let mut slow = index.subscribe();
    for version in 0..2000 {
        index.apply(topic(simple_topic("a", version)));
    }
    let Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) = slow.recv().await else {
        panic!("2000 changes fit no ring");
    };
    let next = slow.recv().await.unwrap();
    assert_eq!(next.revision, missed + 1);
    assert_eq!(index.view().revision(), 2000);
}
