//! Topics: look at one, create, delete, grow, change its configuration.

use super::error::{INVALID_TOPIC, UNKNOWN_TOPIC};
use super::{Admin, KafkaFailure, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kafka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kafka_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::{
    ApiKey, CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest,
    CreateTopicsResponse, DeleteTopicsRequest, DeleteTopicsResponse, DescribeConfigsRequest,
    DescribeConfigsResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
    MetadataRequest, MetadataResponse, TopicName,
};
use std::collections::BTreeMap;

const TIMEOUT_MILLIS: i32 = 6_000;
/// `ConfigResource.Type.TOPIC`
const TOPIC: i8 = 2;
/// `ConfigResource.Type.GROUP` (KIP-848)
const GROUP: i8 = 32;
/// `DescribeConfigsResponse.ConfigSource.TOPIC_CONFIG`
const SET_ON_TOPIC: i8 = 1;

/// A topic as the brokers have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveTopic {
    /// Its id as Kafka's tools print it.
    pub id: String,
    /// Replicas of each partition, by number.
    pub replicas: Vec<usize>,
}

/// One setting of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveConfig {
    /// What applies.
    pub value: String,
    /// Whether it is set on the topic itself.
    pub set: bool,
}

/// What is asked of a new topic; `None` leaves it to the brokers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTopic {
    /// Partitions.
    pub partitions: Option<i32>,
    /// Replication factor.
    pub replicas: Option<i16>,
    /// Configuration; a value of `None` is sent as null, for the broker to refuse.
    pub config: BTreeMap<String, Option<String>>,
}

impl Admin {
    /// A topic, if there is one.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn topic(&self, name: &str) -> Result<Option<LiveTopic>, KafkaFailure> {
        let topic = MetadataRequestTopic::default().with_name(Some(TopicName(text(name))));
        let request = MetadataRequest::default()
            .with_topics(Some(vec![topic]))
            .with_allow_auto_topic_creation(false);
        let answer: MetadataResponse = self.ask(ApiKey::Metadata, 12, &request).await?;
        let Some(topic) = answer.topics.into_iter().next() else {
            return Ok(None);
        };
        if topic.error_code == UNKNOWN_TOPIC {
            return Ok(None);
        }
        // A name that can't be one is not there either; creating it says why.
        if topic.error_code == INVALID_TOPIC {
            return Ok(None);
        }
        if let Some(failure) = KafkaFailure::of(topic.error_code, None) {
            return Err(failure);
        }
        let mut partitions = topic.partitions;
        partitions.sort_by_key(|partition| partition.partition_index);
        Ok(Some(LiveTopic {
            id: URL_SAFE_NO_PAD.encode(topic.topic_id.as_bytes()),
            replicas: partitions
                .iter()
                .map(|partition| partition.replica_nodes.len())
                .collect(),
        }))
    }

    /// Whether every partition has a leader and all its replicas in sync.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn in_sync(&self) -> Result<bool, KafkaFailure> {
        let request = MetadataRequest::default().with_topics(None);
        let answer: MetadataResponse = self.ask(ApiKey::Metadata, 12, &request).await?;
        Ok(answer
            .topics
            .iter()
            .flat_map(|topic| &topic.partitions)
            .all(|partition| {
                partition.leader_id.0 >= 0
                    && partition.isr_nodes.len() >= partition.replica_nodes.len()
            }))
    }

    /// Creates a topic and gives its id.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn create_topic(&self, name: &str, new: &NewTopic) -> Result<String, KafkaFailure> {
        let configs = new
            .config
            .iter()
            .map(|(name, value)| {
                CreatableTopicConfig::default()
                    .with_name(text(name))
                    .with_value(value.as_deref().map(text))
            })
            .collect();
        let topic = CreatableTopic::default()
            .with_name(TopicName(text(name)))
            .with_num_partitions(new.partitions.unwrap_or(-1))
            .with_replication_factor(new.replicas.unwrap_or(-1))
            .with_configs(configs);
        let request = CreateTopicsRequest::default()
            .with_topics(vec![topic])
            .with_timeout_ms(TIMEOUT_MILLIS);
        let answer: CreateTopicsResponse = self.ask(ApiKey::CreateTopics, 7, &request).await?;
        let result = answer.topics.into_iter().next().unwrap_or_default();
        match KafkaFailure::of(result.error_code, result.error_message.as_ref()) {
            Some(failure) => Err(failure),
            None => Ok(URL_SAFE_NO_PAD.encode(result.topic_id.as_bytes())),
        }
    }

    /// Deletes a topic; one that is not there is deleted already.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn delete_topic(&self, name: &str) -> Result<(), KafkaFailure> {
        if name.is_empty() {
            return Err(KafkaFailure::unspeakable(name));
        }
        let topic = DeleteTopicState::default().with_name(Some(TopicName(text(name))));
        let request = DeleteTopicsRequest::default()
            .with_topics(vec![topic])
            .with_timeout_ms(TIMEOUT_MILLIS);
        let answer: DeleteTopicsResponse = self.ask(ApiKey::DeleteTopics, 6, &request).await?;
        let result = answer.responses.into_iter().next().unwrap_or_default();
        // An illegal name was never created.
        if result.error_code == UNKNOWN_TOPIC || result.error_code == INVALID_TOPIC {
            return Ok(());
        }
        KafkaFailure::of(result.error_code, result.error_message.as_ref()).map_or(Ok(()), Err)
    }

    /// Grows a topic to `partitions`.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn grow_topic(&self, name: &str, partitions: i32) -> Result<(), KafkaFailure> {
        let topic = CreatePartitionsTopic::default()
            .with_name(TopicName(text(name)))
            .with_count(partitions)
            .with_assignments(None);
        let request = CreatePartitionsRequest::default()
            .with_topics(vec![topic])
            .with_timeout_ms(TIMEOUT_MILLIS);
        let answer: CreatePartitionsResponse =
            self.ask(ApiKey::CreatePartitions, 3, &request).await?;
        let result = answer.results.into_iter().next().unwrap_or_default();
        KafkaFailure::of(result.error_code, result.error_message.as_ref()).map_or(Ok(()), Err)
    }

    /// The configuration of a topic, by name.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn topic_config(
        &self,
        name: &str,
    ) -> Result<BTreeMap<String, LiveConfig>, KafkaFailure> {
        let resource = DescribeConfigsResource::default()
            .with_resource_type(TOPIC)
            .with_resource_name(text(name))
            .with_configuration_keys(None);
        let request = DescribeConfigsRequest::default().with_resources(vec![resource]);
        let answer: DescribeConfigsResponse =
            self.ask(ApiKey::DescribeConfigs, 4, &request).await?;
        let result = answer.results.into_iter().next().unwrap_or_default();
        if let Some(failure) = KafkaFailure::of(result.error_code, result.error_message.as_ref()) {
            return Err(failure);
        }
        Ok(result
            .configs
            .into_iter()
            .map(|config| {
                let value = config.value.map(|value| value.to_string());
                let live = LiveConfig {
                    value: value.unwrap_or_default(),
                    set: config.config_source == SET_ON_TOPIC,
                };
                (config.name.to_string(), live)
            })
            .collect())
    }

    /// Sets and resets (`None`) settings of a topic, all or none.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn change_topic_config(
        &self,
        name: &str,
        changes: &BTreeMap<String, ConfigChange>,
    ) -> Result<(), KafkaFailure> {
        self.change_config(TOPIC, name, changes).await
    }

    /// The same of a group, which need not be there yet.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn change_group_config(
        &self,
        name: &str,
        changes: &BTreeMap<String, ConfigChange>,
    ) -> Result<(), KafkaFailure> {
        self.change_config(GROUP, name, changes).await
    }

    async fn change_config(
        &self,
        resource_type: i8,
        name: &str,
        changes: &BTreeMap<String, ConfigChange>,
    ) -> Result<(), KafkaFailure> {
        let configs = changes
            .iter()
            .map(|(name, change)| {
                let config = AlterableConfig::default().with_name(text(name));
                match change {
                    ConfigChange::Set(value) => config
                        .with_config_operation(0)
                        .with_value(value.as_deref().map(text)),
                    ConfigChange::Reset => config.with_config_operation(1).with_value(None),
                }
            })
            .collect();
        let resource = AlterConfigsResource::default()
            .with_resource_type(resource_type)
            .with_resource_name(text(name))
            .with_configs(configs);
        let request = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]);
        let answer: IncrementalAlterConfigsResponse = self
            .ask(ApiKey::IncrementalAlterConfigs, 1, &request)
            .await?;
        let result = answer.responses.into_iter().next().unwrap_or_default();
        KafkaFailure::of(result.error_code, result.error_message.as_ref()).map_or(Ok(()), Err)
    }
}

/// What happens to one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigChange {
    /// It gets this value.
    Set(Option<String>),
    /// It goes back to what applies otherwise.
    Reset,
}
