//! One scenario done again: its namespace, its stand-in, its steps.

use crate::allowed;
use crate::compare::{Difference, Ids, compare};
use crate::kafka;
use crate::names::Names;
use crate::observe::{KINDS, MANAGER, Observer, WITNESS, layout, managers, resource};
use crate::record::{Action, OperatorAction, Record, Step};
use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use penstock_testbed::State;
use penstock_testbed::admin::{Admin, KafkaFailure};
use penstock_testbed::operator;
use penstock_testbed::operator::settings::{Leftovers, Settings};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Longer than any outcome takes on a busy machine; only a difference takes as long.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the operator may take to come to a witness, or an interrupted run's namespace to go.
const LONG_PATIENCE: Duration = Duration::from_secs(60);
/// Kafka tells no news: it is asked again.
const LOOK: Duration = Duration::from_millis(100);
/// Only rounds that are asked for.
const NEVER: Duration = Duration::from_secs(24 * 3600);
/// Users that the operator of the recordings could take for leftovers.
const CLEANED: &str = "rec-";

/// What all scenarios share.
pub struct Truth {
    state: State,
    client: Client,
    /// Watches are silent for long.
    watching: Client,
}

impl Truth {
    pub async fn new(state: State) -> Self {
        let path = &state.kubernetes.kubeconfig;
        let kubeconfig = Kubeconfig::read_from(path).unwrap();
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .unwrap();
        let mut answers = config.clone();
        answers.read_timeout = Some(LONG_PATIENCE);
        let mut watches = config;
        watches.read_timeout = None;
        Self {
            client: Client::try_from(answers).unwrap(),
            watching: Client::try_from(watches).unwrap(),
            state,
        }
    }
}

/// A running stand-in.
struct Operator {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// One scenario.
pub struct Scene<'a> {
    truth: &'a Truth,
    name: &'a str,
    record: &'a Record,
    names: Names,
    admin: Admin,
    observer: Observer,
    operator: Option<Operator>,
    rounds: watch::Sender<u64>,
    witnesses: usize,
    ids: Ids,
}

impl<'a> Scene<'a> {
    /// Does all of it and gives every difference, allowed or not.
    pub async fn play(
        truth: &'a Truth,
        number: usize,
        name: &'a str,
        record: &'a Record,
    ) -> Vec<Difference> {
        let names = Names::of(number);
        let cluster = truth.state.cluster("kafka", "task-events").unwrap();
        let admin = Admin::new(cluster).unwrap();
        begin(truth, &names, &admin, record).await;
        let version = &truth.state.kubernetes.strimzi.api_version;
        let mut scene = Self {
            observer: Observer::start(&truth.watching, version, &names),
            operator: None,
            rounds: watch::Sender::new(0),
            witnesses: 0,
            ids: Ids::default(),
            truth,
            name,
            record,
            names,
            admin,
        };
        scene.operator = Some(scene.start());
        scene.barrier().await;
        for action in &record.given {
            scene.act(action).await;
            scene.barrier().await;
        }
        let mut differences = Vec::new();
        for (number, step) in record.steps.iter().enumerate() {
            differences.extend(scene.step(number, step).await);
        }
        differences.extend(scene.managers().await);
        scene.stop().await;
        end(truth, &scene.names, &scene.admin, record).await;
        differences
    }

    fn start(&self) -> Operator {
        let overrides = &self.record.settings;
        let mut cluster = self
            .truth
            .state
            .cluster("kafka", "task-events")
            .unwrap()
            .clone();
        cluster.namespace.clone_from(&self.names.namespace);
        cluster.name.clone_from(&self.record.cluster);
        cluster.users.clear();
        cluster.authorization = overrides.acls.unwrap_or(true);
        let settings = Settings {
            asked: Some(self.rounds.subscribe()),
            finalizers: overrides.finalizers.unwrap_or(true),
            alterable_config: overrides
                .alterable_config
                .clone()
                .map(|keys| keys.into_iter().collect()),
            secret_prefix: overrides.secret_prefix.clone().unwrap_or_default(),
            leftovers: Leftovers::WithPrefix(self.names.ours(CLEANED)),
            ..Settings::every(NEVER)
        };
        let cancel = CancellationToken::new();
        let (state, stopped) = (self.truth.state.clone(), cancel.clone());
        let task = tokio::spawn(async move {
            operator::run_entity(&state, &cluster, settings, stopped)
                .await
                .expect("the stand-in ended");
        });
        Operator { cancel, task }
    }

    async fn stop(&mut self) {
        if let Some(operator) = self.operator.take() {
            operator.cancel.cancel();
            operator.task.await.unwrap();
        }
    }

    fn api(&self, kind: &str) -> Api<DynamicObject> {
        api(self.truth, kind, &self.names)
    }

    async fn step(&mut self, number: usize, step: &Step) -> Vec<Difference> {
        let since = self.observer.count();
        let mut refused = None;
        let mut timed = false;
        for action in &step.r#do {
            timed |= matches!(action, Action::Operator(OperatorAction::Timed));
            refused = refused.or(self.act(action).await);
        }
        let mut recorded = json!({
            "states": step.states,
            "kafka": { "topics": step.kafka.topics, "users": step.kafka.users },
            "secrets": step.secrets,
        });
        if let Some(refused) = &step.refused {
            recorded["refused"] = refused.clone();
        }
        let place = format!("steps[{number}]");
        // Until it is as recorded; then everything the operator may still want to do; then once more.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let news = self.observer.news();
            let here = self.look(step, since, refused.as_ref()).await;
            let differences = compare(&place, &recorded, &here, &mut self.ids.clone());
            let explained =
                |difference: &Difference| allowed::reason(self.name, &difference.place).is_some();
            if differences.iter().all(explained) || Instant::now() > deadline {
                break;
            }
            let _ = timeout(LOOK, news).await;
        }
        self.barrier().await;
        if timed {
            // The first may have come before the round.
            self.barrier().await;
        }
        let here = self.look(step, since, refused.as_ref()).await;
        compare(&place, &recorded, &here, &mut self.ids)
    }

    /// What is here, of what a step names, and all that has happened since.
    async fn look(&self, step: &Step, since: usize, refused: Option<&Value>) -> Value {
        let kafka = kafka::look(&self.admin, &self.names, &step.kafka).await;
        let mut secrets = Map::new();
        for name in step.secrets.keys() {
            let secret = self
                .api("Secret")
                .get_opt(&self.secret(name))
                .await
                .unwrap();
            let layout = secret.map_or(Value::Null, |secret| layout(&secret));
            secrets.insert(name.clone(), self.names.recorded_value(&layout));
        }
        let mut here = json!({
            "states": self.observer.since(since),
            "kafka": kafka.unwrap_or_else(|failure| json!(failure.words)),
            "secrets": secrets,
        });
        if let Some(refused) = refused {
            here["refused"] = refused.clone();
        }
        here
    }

    /// The name of a Secret here: the operator's prefix comes before the test's.
    fn secret(&self, name: &str) -> String {
        let prefix = self.record.settings.secret_prefix.as_deref();
        match prefix.and_then(|prefix| Some((prefix, name.strip_prefix(prefix)?))) {
            Some((prefix, name)) => format!("{prefix}{}", self.names.ours(name)),
            None => self.names.ours(name),
        }
    }

    /// Does it; a refusal of the API server is an answer.
    async fn act(&mut self, action: &Action) -> Option<Value> {
        let params = PostParams {
            field_manager: Some(MANAGER.to_owned()),
            ..PostParams::default()
        };
        let answer = match action {
            Action::Post(object) => {
                let kind = object["kind"].as_str().unwrap();
                let mut object = object.clone();
                self.names.within(&mut object);
                let version = &self.truth.state.kubernetes.strimzi.api_version;
                object["apiVersion"] = match kind {
                    "Secret" => json!("v1"),
                    _ => json!(format!("kafka.strimzi.io/{version}")),
                };
                let object = serde_json::from_value(object).unwrap();
                self.api(kind).create(&params, &object).await.map(drop)
            }
            Action::Patch { kind, name, change } => {
                let mut change = change.clone();
                self.names.within(&mut change);
                let params = PatchParams {
                    field_manager: Some(MANAGER.to_owned()),
                    ..PatchParams::default()
                };
                let api = self.api(kind);
                let name = self.names.ours(name);
                let patch = Patch::Merge(change);
                api.patch(&name, &params, &patch).await.map(drop)
            }
            Action::Delete { kind, name } => {
                let name = self.names.ours(name);
                let api = self.api(kind);
                api.delete(&name, &DeleteParams::default()).await.map(drop)
            }
            Action::Kafka(action) => {
                let deadline = Instant::now() + PATIENCE;
                while let Err(failure) = kafka::act(&self.admin, &self.names, action).await {
                    assert!(Instant::now() < deadline, "{action:?}: {failure}");
                    tokio::time::sleep(LOOK).await;
                }
                while !kafka::told(&self.admin, &self.names, action)
                    .await
                    .is_ok_and(|told| told)
                {
                    assert!(Instant::now() < deadline, "{action:?} shows nowhere");
                    tokio::time::sleep(LOOK).await;
                }
                return None;
            }
            Action::Operator(OperatorAction::Stop) => {
                self.stop().await;
                return None;
            }
            Action::Operator(OperatorAction::Start) => {
                self.operator = Some(self.start());
                return None;
            }
            Action::Operator(OperatorAction::Timed) => {
                self.rounds.send_modify(|rounds| *rounds += 1);
                return None;
            }
        };
        match answer {
            Ok(()) => None,
            Err(kube::Error::Api(status)) => {
                let message = self.names.recorded(&status.message);
                Some(json!({ "code": status.code, "message": message }))
            }
            Err(error) => panic!("{}: {error}", self.name),
        }
    }

    /// A busy API server may fail for a moment, or end a connection after it has made the object.
    async fn create_witness(&self, kind: &str, witness: &DynamicObject) {
        let deadline = Instant::now() + LONG_PATIENCE;
        loop {
            match self.api(kind).create(&PostParams::default(), witness).await {
                Ok(_) => return,
                Err(kube::Error::Api(status)) if status.code == 409 => return,
                Err(error) => {
                    assert!(Instant::now() < deadline, "{}: {error}", self.name);
                    let _ = timeout(LOOK, self.observer.news()).await;
                }
            }
        }
    }

    /// Until the operator has come to an object made now, and so has seen all before. It does nothing to Kafka for it: the
    /// witness is unmanaged, or paused.
    async fn barrier(&mut self) {
        if self.operator.is_none() {
            return;
        }
        self.witnesses += 1;
        let name = format!("{WITNESS}{}", self.witnesses);
        for (kind, annotation, value) in [
            ("KafkaTopic", "strimzi.io/managed", "false"),
            ("KafkaUser", "strimzi.io/pause-reconciliation", "true"),
        ] {
            let witness = json!({
                "apiVersion": format!("kafka.strimzi.io/{}", self.truth.state.kubernetes.strimzi.api_version),
                "kind": kind,
                "metadata": {
                    "name": name,
                    "labels": { "strimzi.io/cluster": self.record.cluster },
                    "annotations": { annotation: value },
                },
                "spec": {},
            });
            let witness = serde_json::from_value(witness).unwrap();
            self.create_witness(kind, &witness).await;
        }
        let deadline = Instant::now() + LONG_PATIENCE;
        let told = |kind: &str| self.observer.witnessed(&format!("{kind}/{name}"));
        while !(told("KafkaTopic") && told("KafkaUser")) {
            let name = self.name;
            assert!(Instant::now() < deadline, "{name}: the stand-in is silent");
            let _ = timeout(LOOK, self.observer.news()).await;
        }
    }

    /// Who has written to the objects that a record says it of.
    async fn managers(&self) -> Vec<Difference> {
        let mut here = Map::new();
        for key in self.record.managers.keys() {
            let (kind, name) = key.split_once('/').unwrap();
            let found = self
                .api(kind)
                .get_opt(&self.names.ours(name))
                .await
                .unwrap();
            here.insert(
                key.clone(),
                found.map_or(Value::Null, |object| json!(managers(&object))),
            );
        }
        let recorded = json!(self.record.managers);
        compare("managers", &recorded, &here.into(), &mut Ids::default())
    }
}

fn api(truth: &Truth, kind: &str, names: &Names) -> Api<DynamicObject> {
    let resource = resource(kind, &truth.state.kubernetes.strimzi.api_version);
    Api::namespaced_with(truth.client.clone(), &names.namespace, &resource)
}

fn namespaces(truth: &Truth) -> Api<k8s_openapi::api::core::v1::Namespace> {
    Api::all(truth.client.clone())
}

/// A namespace with nothing in it; what an interrupted run left behind goes first.
async fn begin(truth: &Truth, names: &Names, admin: &Admin, record: &Record) {
    let api = namespaces(truth);
    if api.get_opt(&names.namespace).await.unwrap().is_some() {
        end(truth, names, admin, record).await;
        let deadline = Instant::now() + LONG_PATIENCE;
        while api.get_opt(&names.namespace).await.unwrap().is_some() {
            let namespace = &names.namespace;
            assert!(Instant::now() < deadline, "{namespace} does not go");
            tokio::time::sleep(LOOK).await;
        }
    }
    let namespace = json!({ "metadata": { "name": names.namespace } });
    let namespace = serde_json::from_value(namespace).unwrap();
    api.create(&PostParams::default(), &namespace)
        .await
        .unwrap();
}

/// Takes everything of a scenario away; the namespace goes when it is empty, for which nobody waits.
async fn end(truth: &Truth, names: &Names, admin: &Admin, record: &Record) {
    for kind in KINDS {
        let api = api(truth, kind, names);
        let all = DeleteParams::default();
        let list = kube::api::ListParams::default();
        api.delete_collection(&all, &list).await.unwrap();
        for object in api.list(&list).await.unwrap() {
            if object.metadata.finalizers.is_some() {
                let name = object.metadata.name.unwrap();
                let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
                // It may have gone in between.
                let _ = api.patch(&name, &PatchParams::default(), &patch).await;
            }
        }
    }
    let _ = namespaces(truth)
        .delete(&names.namespace, &DeleteParams::default())
        .await;
    let (topics, users) = left(names, record);
    let cleaned: Result<(), KafkaFailure> = kafka::clean(admin, &topics, &users).await;
    cleaned.unwrap();
}

/// Names in Kafka that a scenario may have left something under.
fn left(names: &Names, record: &Record) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut topics = BTreeSet::new();
    let mut users = BTreeSet::new();
    let steps = &record.steps;
    for action in record
        .given
        .iter()
        .chain(steps.iter().flat_map(|step| &step.r#do))
    {
        if let Action::Post(object) = action {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            match object["kind"].as_str() {
                Some("KafkaTopic") => {
                    let topic = object["spec"]["topicName"].as_str().unwrap_or(name);
                    topics.insert(names.topic(topic));
                }
                Some("KafkaUser") => {
                    users.insert(names.ours(name));
                    users.insert(names.ours(&format!("CN={name}")));
                }
                _ => {}
            }
        }
    }
    for step in steps {
        topics.extend(step.kafka.topics.keys().map(|topic| names.topic(topic)));
        users.extend(step.kafka.users.keys().map(|user| names.ours(user)));
    }
    (topics, users)
}
