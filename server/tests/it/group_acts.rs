//! Groups over the wire, in both protocols: what brokers tell of them, their exact age, and the acts upon them; and the inventory
//! that follows them.

use crate::{
    bed,
    writer::{self, Topic},
};
use penstock_domain::{
    group::{
        GroupKind, GroupState,
        reset::{self, ResetSpec, ResetTo},
    },
    ids::{ClusterRef, GroupName, NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use penstock_kafka::{Client, Inventory, Kind, Periods, api::groups::list::ListedGroup};
use rdkafka::{
    Message as _,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
};
use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};
use tokio_util::sync::CancellationToken;

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// When the records of a test were written, as they say: one a second from an hour ago on.
static BEGAN: LazyLock<i64> =
    LazyLock::new(|| Timestamp::from_system(SystemTime::now()).0 - 3_600_000);

fn consumer(group: &str, protocol: &str) -> StreamConsumer {
    let mut config = bed::client_config();
    config
        .set("group.id", group)
        .set("group.protocol", protocol)
        .set("client.id", format!("{group}-0"))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false");
    config.create().unwrap()
}

/// A client that knows the brokers.
async fn client(stop: &CancellationToken) -> Client {
    let client = Client::new(bed::connection(), stop.clone());
    let described = client.describe_cluster(PATIENCE).await.unwrap();
    let nodes: Vec<_> = described
        .brokers
        .iter()
        .map(|broker| broker.node.clone())
        .collect();
    client.learn(&nodes);
    client
}

async fn listed(client: &Client, group: &GroupName) -> Option<(NodeId, ListedGroup)> {
    for (node, list) in client.list_groups(PATIENCE).await {
        let mut groups = list.unwrap().groups.into_iter();
        if let Some(found) = groups.find(|one| one.name == *group) {
            return Some((node, found));
        }
    }
    None
}

async fn committed(client: &Client, node: NodeId, group: &GroupName) -> Vec<(i32, i64)> {
    let answer = client
        .committed_of(node, std::slice::from_ref(group), PATIENCE)
        .await
        .unwrap();
    let (name, offsets) = answer.into_iter().next().unwrap();
    assert_eq!(name, *group);
    let offsets = offsets.unwrap();
    offsets
        .iter()
        .map(|one| (one.partition.0, one.offset))
        .collect()
}

/// To a time by a plan, and back by its undo.
async fn reset_and_back(client: &Client, node: NodeId, group: &GroupName, kind: GroupKind) {
    let spec = ResetSpec {
        to: ResetTo::Time {
            time: Timestamp(*BEGAN + 5_000),
        },
        topics: Vec::new(),
    };
    let before = committed(client, node, group).await;
    let now = Timestamp(*BEGAN);
    let places = client
        .reset_places(group, kind, &spec, now, PATIENCE)
        .await
        .unwrap();
    let plan = reset::plan(&spec, kind, &places).unwrap();
    assert!(plan.left_out.is_empty(), "{plan:?}");
    assert_eq!(plan.rows.len(), before.len());
    let write = async |offsets: Vec<(TopicName, PartitionId, i64)>| {
        let set = client
            .commit_offsets(group, &offsets, PATIENCE)
            .await
            .unwrap();
        assert!(set.iter().all(|(_, _, outcome)| outcome.is_ok()), "{set:?}");
        committed(client, node, group).await
    };
    let owned = |(topic, partition, offset): (&TopicName, PartitionId, i64)| {
        (topic.clone(), partition, offset)
    };
    let after = write(plan.changes().map(owned).collect()).await;
    assert!(after.iter().all(|(_, offset)| *offset == 5), "{after:?}");
    let back = write(plan.undo().map(owned).collect()).await;
    assert_eq!(back, before);
}

/// From its first member to its end.
async fn a_life(topic: &Topic, group: &str, protocol: &str, kind: GroupKind) {
    let name = TopicName::from(topic.name.as_str());
    let group = GroupName::from(group);
    let stop = CancellationToken::new();
    let client = client(&stop).await;
    // What an interrupted run left behind.
    client
        .delete_groups(std::slice::from_ref(&group), PATIENCE)
        .await;

    let member = consumer(group.as_str(), protocol);
    member.subscribe(&[&topic.name]).unwrap();
    for _ in 0..4 {
        let message = tokio::time::timeout(PATIENCE, member.recv())
            .await
            .expect("a record")
            .unwrap();
        assert_eq!(message.topic(), topic.name);
        member.commit_message(&message, CommitMode::Sync).unwrap();
    }
    let (node, found) = bed::eventually(async || {
        listed(&client, &group)
            .await
            .filter(|(_, found)| found.state == GroupState::Stable)
    })
    .await
    .expect("a stable group");
    assert_eq!(found.kind, kind);
    let coordinators = client
        .coordinators(std::slice::from_ref(&group), PATIENCE)
        .await;
    assert_eq!(
        coordinators[&group],
        Ok(node),
        "who lists it coordinates it"
    );

    let described = client
        .describe_groups(node, kind, std::slice::from_ref(&group), PATIENCE)
        .await
        .unwrap();
    let described = described[0].1.clone().unwrap().unwrap();
    assert_eq!(described.members.len(), 1);
    let only = &described.members[0];
    assert_eq!(only.client, format!("{group}-0"));
    assert_eq!(only.subscribed, [topic.name.as_str()]);
    assert_eq!(only.assigned[0].topic, name);
    assert_eq!(only.assigned[0].partitions.len(), topic.partitions);
    assert_eq!(described.epoch.is_some(), kind == GroupKind::Consumer);

    // While somebody is in it, nobody else sets its offsets or deletes it.
    let offsets = [(name.clone(), PartitionId(0), 7)];
    let set = client
        .commit_offsets(&group, &offsets, PATIENCE)
        .await
        .unwrap();
    assert!(set[0].2.is_err(), "{set:?}");
    let deleted = client
        .delete_groups(std::slice::from_ref(&group), PATIENCE)
        .await;
    assert!(deleted[&group].is_err());

    member.unsubscribe();
    drop(member);
    bed::eventually(async || {
        listed(&client, &group)
            .await
            .filter(|(_, found)| found.state == GroupState::Empty)
    })
    .await
    .expect("an empty group");
    let set = client
        .commit_offsets(&group, &offsets, PATIENCE)
        .await
        .unwrap();
    assert_eq!(set, [(name.clone(), PartitionId(0), Ok(()))]);
    let now = committed(&client, node, &group).await;
    assert!(now.contains(&(0, 7)), "{now:?}");

    let places = [
        (name.clone(), PartitionId(0), 7),
        (name.clone(), PartitionId(0), 0),
        (name.clone(), PartitionId(0), 10),
        (TopicName::from("it-no-such-topic"), PartitionId(0), 0),
    ];
    let written = client.exact_lag(&places, PATIENCE).await;
    assert_eq!(written[0], Ok(Some(Timestamp(*BEGAN + 7_000))));
    assert_eq!(written[1], Ok(Some(Timestamp(*BEGAN))));
    assert_eq!(written[2], Ok(None), "nothing is written there yet");
    assert!(written[3].is_err());

    reset_and_back(&client, node, &group, kind).await;

    let forgotten = client
        .delete_offsets(&group, &[(name.clone(), PartitionId(0))], PATIENCE)
        .await
        .unwrap();
    assert_eq!(forgotten, [(name.clone(), PartitionId(0), Ok(()))]);
    let now = committed(&client, node, &group).await;
    assert!(now.iter().all(|(partition, _)| *partition != 0), "{now:?}");

    // A group whose last offset goes may go by itself.
    client
        .commit_offsets(&group, &offsets, PATIENCE)
        .await
        .unwrap();
    let deleted = client
        .delete_groups(std::slice::from_ref(&group), PATIENCE)
        .await;
    assert_eq!(deleted[&group], Ok(()));
    bed::eventually(async || listed(&client, &group).await.is_none().then_some(()))
        .await
        .expect("gone");
    stop.cancel();
}

async fn filled(name: &str) -> Topic {
    let topic = Topic::create(name, 2).await;
    let producer = writer::producer(&[]).await;
    for index in 0..20 {
        let time = *BEGAN + i64::from(index / 2) * 1_000;
        topic
            .send(&producer, index % 2, format!("{index}"), time)
            .await;
    }
    topic
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_group_lives_and_is_deleted() {
    let topic = filled("it-group-acts-classic").await;
    a_life(
        &topic,
        "it-group-acts-classic",
        "classic",
        GroupKind::Classic,
    )
    .await;
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_the_new_protocol_lives_and_is_deleted() {
    let topic = filled("it-group-acts-consumer").await;
    a_life(
        &topic,
        "it-group-acts-consumer",
        "consumer",
        GroupKind::Consumer,
    )
    .await;
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inventory_follows_a_group_to_its_end() {
    let topic = filled("it-group-inventory").await;
    let name = TopicName::from(topic.name.as_str());
    let group = GroupName::from("it-group-inventory");
    let stop = CancellationToken::new();
    let cluster = ClusterRef::new("kafka", "task-events");
    let inventory = Inventory::start(&cluster, bed::connection(), Periods::default(), &stop);
    bed::eventually(async || inventory.snapshot().groups.value.clone())
        .await
        .expect("a first round");
    let offsets = [
        (name.clone(), PartitionId(0), 4),
        (name.clone(), PartitionId(1), 10),
    ];
    inventory
        .client()
        .commit_offsets(&group, &offsets, PATIENCE)
        .await
        .unwrap();
    let known = async || {
        inventory.refresh_now(Kind::Groups);
        inventory.snapshot().groups.value.clone()
    };
    let detail = bed::eventually(async || known().await?.get(group.as_str()))
        .await
        .expect("the group");
    assert_eq!(detail.row.lag.records, Some(6));
    assert_eq!(detail.row.topics, std::slice::from_ref(&name));
    assert!(detail.row.coordinator.is_some());
    // Written before the console looked: the record itself is asked.
    let aged = bed::eventually(async || {
        let detail = known().await?.get(group.as_str())?;
        detail.row.lag.seconds.map(|seconds| (seconds, detail))
    })
    .await
    .expect("its age");
    let (seconds, detail) = aged;
    let now = detail.freshness.as_of.unwrap();
    let truth = (now.0 - (*BEGAN + 4_000)) as f64 / 1_000.0;
    assert!((seconds - truth).abs() < 60.0, "{seconds} {truth}");
    let readers = known().await.unwrap().of_topic(&topic.name);
    assert_eq!(readers.len(), 1);
    assert_eq!(readers[0].partitions, [PartitionId(0), PartitionId(1)]);
    let history = known().await.unwrap().history(group.as_str(), Timestamp(0));
    assert_eq!(history[0].points[0].committed, Some(14));

    let deleted = inventory
        .client()
        .delete_groups(std::slice::from_ref(&group), PATIENCE)
        .await;
    assert_eq!(deleted[&group], Ok(()));
    bed::eventually(async || known().await?.get(group.as_str()).is_none().then_some(()))
        .await
        .expect("a deleted group leaves");
    inventory.stop().await;
    topic.delete().await;
}
