//! The shape of a record: what was done, and what the real operators made of it. Names are those of the recording.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

/// Beside this file; tests run in the folder of their crate.
const FOLDER: &str = "tests/replay/records";

/// One scenario.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// What it is about, for people.
    #[serde(rename = "about")]
    pub _about: String,
    /// Whether it is one of those that have to be here.
    #[serde(default)]
    pub core: bool,
    /// The cluster that the operator looks after.
    #[serde(default = "bed")]
    pub cluster: String,
    /// Settings of the operator that are not its usual ones.
    #[serde(default)]
    pub settings: Overrides,
    /// What is there before; nothing of it is compared.
    #[serde(default)]
    pub given: Vec<Action>,
    /// What was done, and what came of it.
    pub steps: Vec<Step>,
    /// Who had written to an object in the end, the person at the keyboard aside.
    #[serde(default)]
    pub managers: BTreeMap<String, Value>,
}

fn bed() -> String {
    "bed".to_owned()
}

/// Settings of the operators.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overrides {
    pub finalizers: Option<bool>,
    pub alterable_config: Option<Vec<String>>,
    pub secret_prefix: Option<String>,
    /// Whether ACLs can be managed at all.
    pub acls: Option<bool>,
}

/// Actions at one moment, and everything until the next.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    pub r#do: Vec<Action>,
    /// What the API server answered instead of doing it.
    pub refused: Option<Value>,
    /// The states that an object (`Kind/name`) went through, each once.
    #[serde(default)]
    pub states: BTreeMap<String, Value>,
    /// What was in Kafka afterwards.
    #[serde(default)]
    pub kafka: KafkaState,
    /// Layouts of Secrets afterwards.
    #[serde(default)]
    pub secrets: BTreeMap<String, Value>,
}

/// Parts of Kafka's state, by name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaState {
    #[serde(default)]
    pub topics: BTreeMap<String, Value>,
    #[serde(default)]
    pub users: BTreeMap<String, Value>,
}

/// Something that was done.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    Post(Value),
    Patch {
        kind: String,
        name: String,
        change: Value,
    },
    Delete {
        kind: String,
        name: String,
    },
    Kafka(KafkaAction),
    Operator(OperatorAction),
}

/// Something that was done behind the operator's back.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KafkaAction {
    CreateTopic {
        topic: String,
        partitions: i32,
        replicas: i16,
        #[serde(default)]
        config: BTreeMap<String, String>,
    },
    DeleteTopic(String),
    GrowTopic {
        topic: String,
        partitions: i32,
    },
    AlterConfig {
        topic: String,
        config: BTreeMap<String, String>,
    },
    AddAcl {
        user: String,
        acl: String,
    },
    RemoveAcl {
        user: String,
        acl: String,
    },
    SetQuotas {
        user: String,
        quotas: BTreeMap<String, f64>,
    },
    SetScram(String),
    RemoveScram(String),
}

/// What the operator itself did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperatorAction {
    Stop,
    Start,
    /// The time of a timed reconciliation came.
    Timed,
}

impl Record {
    /// All of them, by the scenario's name.
    pub fn all() -> BTreeMap<String, Self> {
        let mut records = BTreeMap::new();
        for entry in fs::read_dir(FOLDER).expect("the folder of records") {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            // By way of JSON: YAML has tags of its own for variants.
            let read = serde_yaml_ng::from_str::<Value>(&text)
                .map_err(|error| error.to_string())
                .and_then(|value| serde_json::from_value(value).map_err(|error| error.to_string()));
            let record = read.unwrap_or_else(|error| panic!("{name}: {error}"));
            records.insert(name, record);
        }
        records
    }
}
