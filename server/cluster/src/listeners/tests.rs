//! Which listener is used with what, and what is offered when none can be.

use super::*;
use crate::{
    credentials::{Credential, CredentialState, Secret, SecretRef},
    fixtures::{full_cluster, kafka, object, recorded, user},
    kind::Kind,
};
use serde_json::{Value, json};

fn scram() -> CredentialState {
    CredentialState::Present {
        credential: Credential::Scram {
            username: "penstock".into(),
            password: Secret::new("p"),
        },
        version: "1".into(),
    }
}

fn tls() -> CredentialState {
    CredentialState::Present {
        credential: Credential::Tls {
            certificate: Secret::new("c"),
            key: Secret::new("k"),
        },
        version: "1".into(),
    }
}

fn connected(object: Value, credential: &CredentialState) -> ConnectionPlan {
    match plan(&kafka(object), None, credential) {
        Plan::Connect(plan) => plan,
        other => panic!("{other:?}"),
    }
}

fn refused(object: Value, credential: &CredentialState) -> (String, String) {
    match plan(&kafka(object), None, credential) {
        Plan::NoCredentials {
            why,
            kafka_user_yaml,
        } => (why, kafka_user_yaml),
        other => panic!("{other:?}"),
    }
}

/// `dev/sandbox` of the demo: plain and tls, nobody is asked, no authorization.
fn open_cluster() -> Value {
    let mut open = full_cluster();
    let kafka = open["spec"]["kafka"].as_object_mut().unwrap();
    kafka.remove("authorization");
    let listeners = kafka["listeners"].as_array_mut().unwrap();
    listeners.pop();
    listeners[1]
        .as_object_mut()
        .unwrap()
        .remove("authentication");
    open
}

#[test]
fn a_credential_chooses_the_listener_that_accepts_it() {
    let plan = connected(full_cluster(), &scram());
    assert_eq!(
        (plan.listener.as_str(), plan.principal.as_str()),
        ("scram", "User:penstock")
    );
    assert_eq!(plan.bootstrap, "bed-kafka-bootstrap.kafka.svc:9094");
    assert!(plan.trust.unwrap().contains("BEGIN CERTIFICATE"));
    assert_eq!(
        plan.authentication,
        PlannedAuthentication::Scram(SecretRef::console("kafka".into()))
    );
    let plan = connected(full_cluster(), &tls());
    assert_eq!(
        (plan.listener.as_str(), plan.principal.as_str()),
        ("tls", "User:CN=penstock")
    );
}

#[test]
fn tls_goes_before_plaintext_and_inside_before_outside() {
    let mut object = full_cluster();
    object["spec"]["kafka"]["listeners"] = json!([
        {"name": "plain", "port": 9092, "type": "internal", "tls": false, "authentication": {"type": "scram-sha-512"}},
        {"name": "tls", "port": 9093, "type": "loadbalancer", "tls": true, "authentication": {"type": "scram-sha-512"}},
        {"name": "scram", "port": 9094, "type": "internal", "tls": true, "authentication": {"type": "scram-sha-512"}},
    ]);
    assert_eq!(connected(object, &scram()).listener, "scram");
}

#[test]
fn an_open_cluster_needs_no_credential() {
    let plan = connected(open_cluster(), &CredentialState::Absent);
    assert_eq!(
        (plan.listener.as_str(), plan.principal.as_str()),
        ("tls", "User:ANONYMOUS")
    );
    assert_eq!(plan.authentication, PlannedAuthentication::None);
    let unusable = CredentialState::Unusable { why: "no".into() };
    assert_eq!(connected(open_cluster(), &unusable).listener, "tls");
    assert_eq!(
        connected(open_cluster(), &scram()).listener,
        "tls",
        "nobody asks for the password"
    );
}

#[test]
fn where_nobody_may_anything_anonymously_a_user_is_proposed() {
    let (why, yaml) = refused(full_cluster(), &CredentialState::Absent);
    assert_eq!(why, "There is no KafkaUser penstock in namespace kafka.");
    let user = user(serde_yaml_ng::from_str(&yaml).unwrap());
    assert_eq!(user.body.authentication.as_deref(), Some("scram-sha-512"));
    assert_eq!(user.metadata.cluster_label().unwrap().as_str(), "bed");
    assert_eq!(user.body.acls.len(), 4);
    assert!(
        !yaml.contains("Write") && !yaml.contains("Alter"),
        "the proposal reads only: {yaml}"
    );
}

#[test]
fn a_cluster_without_authorization_gets_a_user_without_rules() {
    let mut object = full_cluster();
    let spec = object["spec"]["kafka"].as_object_mut().unwrap();
    spec.remove("authorization");
    spec["listeners"].as_array_mut().unwrap().remove(0);
    let (_, yaml) = refused(object, &CredentialState::Absent);
    assert_eq!(
        user(serde_yaml_ng::from_str(&yaml).unwrap())
            .body
            .authorization,
        None
    );
}

#[test]
fn a_credential_that_no_listener_accepts_is_named() {
    let mut object = full_cluster();
    object["spec"]["kafka"]["listeners"]
        .as_array_mut()
        .unwrap()
        .pop();
    let (why, yaml) = refused(object, &scram());
    assert!(
        why.contains("holds a password") && why.contains("scram-sha-512"),
        "{why}"
    );
    assert!(yaml.contains("type: tls"));
}

#[test]
fn only_listeners_of_other_kinds_are_a_dead_end_that_is_told() {
    let mut object = full_cluster();
    object["spec"]["kafka"]["listeners"] = json!([{"name": "oauth", "port": 9095, "type": "internal", "tls": true, "authentication": {"type": "oauth"}}]);
    let (why, _) = refused(object, &CredentialState::Absent);
    assert!(why.contains("No listener of the cluster accepts"), "{why}");
}

#[test]
fn a_user_in_error_is_the_reason() {
    let failed = user(recorded("user-failed"));
    let plan = plan(
        &kafka(full_cluster()),
        Some(&failed),
        &CredentialState::Absent,
    );
    let Plan::NoCredentials { why, .. } = plan else {
        panic!("{plan:?}")
    };
    assert!(
        why.contains("Name is required for resource type: TOPIC"),
        "{why}"
    );
}

#[test]
fn a_secret_on_its_way_is_waited_for() {
    let mut declared = recorded("user-scram");
    declared.as_object_mut().unwrap().remove("status");
    let declared = user(declared);
    let coming = plan(
        &kafka(full_cluster()),
        Some(&declared),
        &CredentialState::Absent,
    );
    assert!(
        matches!(&coming, Plan::NotYet { why } if why.contains("Secret")),
        "{coming:?}"
    );
    let unknown = CredentialState::Unknown { why: "away".into() };
    assert_eq!(
        plan(&kafka(full_cluster()), None, &unknown),
        Plan::NotYet { why: "away".into() }
    );
}

#[test]
fn addresses_and_certificates_are_waited_for() {
    let mut object = full_cluster();
    object["status"]["listeners"][2]["certificates"] = json!([]);
    let certificates = plan(&kafka(object.clone()), None, &scram());
    assert!(
        matches!(&certificates, Plan::NotYet { why } if why.contains("certificates")),
        "{certificates:?}"
    );
    object.as_object_mut().unwrap().remove("status");
    let addresses = plan(&kafka(object), None, &scram());
    assert!(
        matches!(&addresses, Plan::NotYet { why } if why.contains("addresses")),
        "{addresses:?}"
    );
}

#[test]
fn declared_listeners_are_joined_with_their_status() {
    let mut object = full_cluster();
    object["spec"]["kafka"]["listeners"]
        .as_array_mut()
        .unwrap()
        .remove(0);
    object["status"]["listeners"].as_array_mut().unwrap().pop();
    let listeners: Vec<_> = listeners(&kafka(object))
        .into_iter()
        .map(|listener| {
            (
                listener.name,
                listener.bootstrap.is_some(),
                listener.has_certificates,
                listener.port,
            )
        })
        .collect();
    assert_eq!(
        listeners,
        [
            ("tls".to_owned(), true, true, Some(9093)),
            ("scram".to_owned(), false, false, Some(9094)),
            ("plain".to_owned(), true, false, None),
        ]
    );
}

#[test]
fn addresses_are_joined_when_the_status_does_not() {
    let mut object = object(Kind::Kafka, "kafka", "bed", None, 1);
    object["status"] = json!({"listeners": [{"name": "a", "addresses": [
        {"host": "10.0.0.1", "port": 9094}, {"host": "fd00::1", "port": 9094}, {"host": null, "port": 1}]}]});
    let kafka = kafka(object);
    assert_eq!(
        kafka.status_of("a").unwrap().bootstrap().as_deref(),
        Some("10.0.0.1:9094,[fd00::1]:9094")
    );
}
