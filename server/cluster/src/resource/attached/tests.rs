//! Each kind as Strimzi writes it, and as nobody should.

use super::*;
use crate::fixtures::{object, read};
use serde_json::json;

fn attached(kind: ResourceKind, spec: Value, status: Value) -> Arc<Attached> {
    let mut object = object(Kind::Attached(kind), "kafka", "a", Some("events"), 1);
    object["spec"] = spec;
    object["status"] = status;
    match read(Kind::Attached(kind), object) {
        AnyResource::Attached(attached) => attached,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_connect_cluster_tells_workers_and_group_in_both_versions() {
    let status = json!({"replicas": 2, "conditions": [{"type": "Ready", "status": "True"}]});
    let new = attached(
        ResourceKind::KafkaConnect,
        json!({"replicas": 3, "version": "4.3.1", "bootstrapServers": "bed-kafka-bootstrap:9093", "groupId": "events"}),
        status.clone(),
    );
    assert_eq!(new.body.cells, ["2 of 3", "4.3.1", "events"]);
    let old = attached(
        ResourceKind::KafkaConnect,
        json!({"replicas": 2, "bootstrapServers": "x:1", "config": {"group.id": "old"}}),
        status,
    );
    assert_eq!(old.body.cells, ["2", "", "old"]);
}

#[test]
fn a_connector_is_paused_or_failed_as_connect_says() {
    let of = |state: &str| {
        attached(
            ResourceKind::KafkaConnector,
            json!({"class": "x.Sink", "tasksMax": 2}),
            json!({"connectorStatus": {"connector": {"state": state}, "tasks": [{"state": "RUNNING"}, {"state": "FAILED"}]}}),
        )
    };
    assert_eq!(
        of("RUNNING").body.cells,
        ["events", "x.Sink", "1 of 2 running"]
    );
    assert_eq!(of("RUNNING").body.spoken, None);
    assert_eq!(
        of("PAUSED").body.spoken,
        Some((ResourceState::Paused, "Paused".to_owned()))
    );
    assert_eq!(
        of("STOPPED").body.spoken,
        Some((ResourceState::Stopped, "Stopped".to_owned()))
    );
}

#[test]
fn mirrors_name_both_ends_in_both_versions() {
    let bootstraps = |attached: &Attached| match &attached.body.link {
        Link::Bootstrap(all) => all
            .iter()
            .map(|one| (one.role.unwrap_or_default(), one.servers.clone()))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let expected = [("target", "t:1".to_owned()), ("source", "s:1".to_owned())];
    let new = attached(
        ResourceKind::KafkaMirrorMaker2,
        json!({"replicas": 1, "target": {"alias": "dr", "bootstrapServers": "t:1"},
            "mirrors": [{"source": {"alias": "events", "bootstrapServers": "s:1"}}]}),
        json!({"connectors": [{"connector": {"state": "RUNNING"}}, {"connector": {"state": "FAILED"}}]}),
    );
    assert_eq!(
        new.body.cells,
        ["events → dr", "1 of 2 running", "1 declared"]
    );
    assert_eq!(bootstraps(&new), expected);
    let old = attached(
        ResourceKind::KafkaMirrorMaker2,
        json!({"connectCluster": "dr", "clusters": [{"alias": "events", "bootstrapServers": "s:1"}, {"alias": "dr", "bootstrapServers": "t:1"}],
            "mirrors": [{"sourceCluster": "events", "targetCluster": "dr"}]}),
        Value::Null,
    );
    assert_eq!(bootstraps(&old), expected);
}

#[test]
fn a_rebalance_is_in_the_state_of_its_condition() {
    let of = |kind: &str| {
        attached(
            ResourceKind::KafkaRebalance,
            json!({}),
            json!({"sessionId": "s", "optimizationResult": {"dataToMoveMB": 12, "numReplicaMovements": 3},
                "conditions": [{"type": "Warning", "status": "True"}, {"type": kind, "status": "True"}]}),
        )
    };
    let waiting = of("ProposalReady");
    assert_eq!(
        waiting.body.spoken,
        Some((ResourceState::Waiting, "Proposal ready".to_owned()))
    );
    assert_eq!(waiting.body.cells, ["full", "12 MB, 3 replicas", "s"]);
    assert_eq!(
        of("NotReady").body.spoken,
        None,
        "readiness says it, with the reason"
    );
    assert_eq!(
        of("Ready")
            .body
            .spoken
            .as_ref()
            .map(|(_, word)| word.as_str()),
        Some("Done")
    );
}

#[test]
fn wrong_types_cost_their_cells_only() {
    for kind in ResourceKind::ALL {
        let odd = attached(
            kind,
            json!({"replicas": {"a": 1}, "bootstrapServers": [1], "mirrors": "x", "clusters": {}, "target": 3, "class": null, "tasksMax": true}),
            json!({"connectors": {}, "connectorStatus": "x", "optimizationResult": [], "sessionId": {}, "url": 3.5, "replicas": []}),
        );
        assert_eq!(odd.body.cells.len(), kind.columns().len(), "{kind:?}");
    }
}
