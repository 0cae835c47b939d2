//! DescribeConfigs: many topics compactly for the inventory, one topic or broker in full for a page (KIP-226, KIP-569).

use super::text;
use crate::{
    client::{Client, Route},
    error::KafkaError,
};
use kafka_protocol::messages::{
    DescribeConfigsRequest,
    describe_configs_request::DescribeConfigsResource,
    describe_configs_response::{DescribeConfigsResourceResult, DescribeConfigsResult},
};
use penstock_domain::{
    config::{ConfigEntry, ConfigSource, ConfigSynonym, kind_of_code, readable},
    ids::{GroupName, NodeId, TopicName},
};
use std::time::Duration;

const API: &str = "DescribeConfigs";
const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const GROUP: i8 = 32;

impl Client {
    /// Values of many topics, without documentation. One request: keep it to a thousand topics or so.
    pub(crate) async fn describe_topic_configs(
        &self,
        topics: &[TopicName],
        patience: Duration,
    ) -> Result<Vec<DescribeConfigsResult>, KafkaError> {
        let resources = topics
            .iter()
            .map(|topic| resource(TOPIC, topic.as_str()))
            .collect();
        let request = DescribeConfigsRequest::default().with_resources(resources);
        Ok(self.call(&Route::Any, &request, patience).await?.results)
    }

    /// One topic's configuration in full, sorted by name. Needs the ACL DescribeConfigs on the topic.
    pub async fn topic_configuration(
        &self,
        topic: &TopicName,
        patience: Duration,
    ) -> Result<Vec<ConfigEntry>, KafkaError> {
        let request = documented(resource(TOPIC, topic.as_str()));
        self.full(&Route::Any, &request, || format!("topic {topic}"), patience)
            .await
    }

    /// One broker's configuration in full, sorted by name. Needs the ACL DescribeConfigs on the cluster.
    pub async fn broker_configuration(
        &self,
        node: NodeId,
        patience: Duration,
    ) -> Result<Vec<ConfigEntry>, KafkaError> {
        let request = documented(resource(BROKER, &node.to_string()));
        // A broker's own values are known to itself only.
        self.full(
            &Route::Node(node),
            &request,
            || "cluster".to_owned(),
            patience,
        )
        .await
    }

    /// One broker's values without documentation, for comparing it with others. Needs the ACL DescribeConfigs on the cluster.
    pub async fn broker_values(
        &self,
        node: NodeId,
        patience: Duration,
    ) -> Result<Vec<ConfigEntry>, KafkaError> {
        let request = DescribeConfigsRequest::default()
            .with_resources(vec![resource(BROKER, &node.to_string())]);
        self.full(
            &Route::Node(node),
            &request,
            || "cluster".to_owned(),
            patience,
        )
        .await
    }

    /// A group's configuration in full, sorted by name (KIP-848, KIP-932, KIP-1071); classic groups have none at the broker. Needs the
    /// ACL DescribeConfigs on the group.
    pub async fn group_configuration(
        &self,
        group: &GroupName,
        patience: Duration,
    ) -> Result<Vec<ConfigEntry>, KafkaError> {
        let request = documented(resource(GROUP, group.as_str()));
        self.full(&Route::Any, &request, || format!("group {group}"), patience)
            .await
    }

    async fn full(
        &self,
        route: &Route,
        request: &DescribeConfigsRequest,
        whose: impl FnOnce() -> String,
        patience: Duration,
    ) -> Result<Vec<ConfigEntry>, KafkaError> {
        let answer = self.call(route, request, patience).await?;
        let Some(result) = answer.results.into_iter().next() else {
            return Err(KafkaError::Broker {
                api: API,
                code: -1,
                name: crate::error::code_name(-1),
                message: Some("the answer is empty".to_owned()),
            });
        };
        if let Some(error) = error_of(&result, whose) {
            return Err(error);
        }
        let mut entries: Vec<ConfigEntry> = result.configs.iter().map(entry).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }
}

/// The error of one resource in an answer.
pub(crate) fn error_of(
    result: &DescribeConfigsResult,
    whose: impl FnOnce() -> String,
) -> Option<KafkaError> {
    KafkaError::from_code(
        API,
        result.error_code,
        result.error_message.as_deref(),
        "DescribeConfigs",
        whose,
    )
}

fn resource(kind: i8, name: &str) -> DescribeConfigsResource {
    DescribeConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configuration_keys(None)
}

fn documented(resource: DescribeConfigsResource) -> DescribeConfigsRequest {
    DescribeConfigsRequest::default()
        .with_resources(vec![resource])
        .with_include_synonyms(true)
        .with_include_documentation(true)
}

/// Brokers tell no sensitive values; whatever one tells all the same goes no further than this.
fn entry(config: &DescribeConfigsResourceResult) -> ConfigEntry {
    let value = config
        .value
        .as_deref()
        .filter(|_| !config.is_sensitive)
        .map(str::to_owned);
    ConfigEntry {
        readable: value
            .as_deref()
            .and_then(|value| readable(&config.name, value)),
        name: (*config.name).to_owned(),
        value,
        source: ConfigSource::of_code(config.config_source),
        sensitive: config.is_sensitive,
        read_only: config.read_only,
        kind: kind_of_code(config.config_type).map(str::to_owned),
        documentation: config.documentation.as_deref().map(str::to_owned),
        // The first synonym repeats the value itself.
        synonyms: config
            .synonyms
            .iter()
            .skip(1)
            .map(|synonym| ConfigSynonym {
                name: (*synonym.name).to_owned(),
                value: synonym
                    .value
                    .as_deref()
                    .filter(|_| !config.is_sensitive)
                    .map(str::to_owned),
                source: ConfigSource::of_code(synonym.source),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::{
        messages::describe_configs_response::DescribeConfigsSynonym, protocol::StrBytes,
    };

    #[test]
    fn a_sensitive_value_goes_no_further() {
        let text = StrBytes::from_static_str;
        let synonym = || {
            DescribeConfigsSynonym::default()
                .with_name(text("ssl.keystore.password"))
                .with_value(Some(text("hunter2")))
                .with_source(4)
        };
        let told = DescribeConfigsResourceResult::default()
            .with_name(text("ssl.keystore.password"))
            .with_value(Some(text("hunter2")))
            .with_synonyms(vec![synonym(), synonym()]);
        let open = entry(&told);
        assert_eq!(open.value.as_deref(), Some("hunter2"));
        assert_eq!(open.synonyms.len(), 1);
        let hidden = entry(&told.with_is_sensitive(true));
        assert!(!format!("{hidden:?}").contains("hunter2"));
    }
}
