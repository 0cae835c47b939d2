//! What is asked and how answers are read, with an API server that says one thing.

use super::*;
use http::{Request, Response};
use kube::client::Body;
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::ClusterRef,
};
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

/// Answers every question alike and keeps what was asked.
fn reviewer(code: u16, answer: Value) -> (KubeReviewer, Arc<Mutex<Vec<Value>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    let reviewer = KubeReviewer::new(move |_: &Token| {
        let (kept, answer) = (kept.clone(), answer.clone());
        let service = tower::service_fn(move |request: Request<Body>| {
            let (kept, answer) = (kept.clone(), answer.clone());
            async move {
                let bytes = request.into_body().collect_bytes().await.unwrap();
                kept.lock()
                    .unwrap()
                    .push(serde_json::from_slice(&bytes).unwrap());
                let response = Response::builder()
                    .status(code)
                    .body(Body::from(answer.to_string().into_bytes()))
                    .unwrap();
                Ok::<_, Infallible>(response)
            }
        });
        Ok(Client::new(service, "default"))
    });
    (reviewer, asked)
}

fn user(name: &str) -> Value {
    json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {},
        "status": { "userInfo": { "username": name, "groups": ["system:authenticated"] } },
    })
}

fn status(code: u16, message: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure",
        "code": code, "reason": "R", "message": message,
    })
}

#[tokio::test]
async fn a_user_is_who_the_api_server_says_and_nobody_is_refused() {
    let token = Token::new("t");
    let alice = reviewer(201, user("alice")).0.whoami(&token).await.unwrap();
    assert_eq!((&*alice.user, alice.groups.len()), ("alice", 1));
    let anonymous = reviewer(201, user(ANONYMOUS)).0;
    assert_eq!(anonymous.whoami(&token).await, Err(ReviewError::Refused));
    let wrong = reviewer(401, status(401, "Unauthorized")).0;
    assert_eq!(wrong.whoami(&token).await, Err(ReviewError::Refused));
    let nobody = "selfsubjectreviews is forbidden: User \"system:anonymous\" cannot create";
    let forbidden = reviewer(403, status(403, nobody)).0;
    assert_eq!(forbidden.whoami(&token).await, Err(ReviewError::Refused));
    let starting = reviewer(503, status(503, "starting")).0;
    assert!(matches!(
        starting.whoami(&token).await,
        Err(ReviewError::Unreachable { .. })
    ));
}

#[tokio::test]
async fn the_right_is_asked_with_all_its_attributes() {
    let allowed = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": {},
        "spec": {}, "status": { "allowed": true },
    });
    let (reviewer, asked) = reviewer(201, allowed);
    let cluster = ClusterRef::new("kafka", "task-events");
    let right = Right::on_object(Verb::Tail, Resource::Records, &cluster, "task-created");
    for attributes in ResourceAttributes::of(&right) {
        assert!(reviewer.may(&Token::new("t"), &attributes).await.unwrap());
    }
    let asked = asked.lock().unwrap();
    let names = ["task-events", "task-events:task-created"];
    for (question, name) in asked.iter().zip(names) {
        assert_eq!(
            question["spec"]["resourceAttributes"],
            json!({
                "group": "penstock.dev", "namespace": "kafka", "verb": "tail",
                "resource": "records", "name": name,
            })
        );
    }
    assert_eq!(asked.len(), names.len());
}
