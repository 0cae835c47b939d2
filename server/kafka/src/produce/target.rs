//! Asks for one topic as it is now, for a send to a topic that the inventory has not seen yet. Never creates it.

use crate::{
    api::metadata::{read, request_for},
    client::{Client, Route},
    error::KafkaError,
    inventory::topics::Topic,
};
use penstock_domain::ids::TopicName;
use std::time::Duration;

impl Client {
    /// The topic with its partitions; `None` where there is none that this identity may see.
    pub async fn live_topic(
        &self,
        name: &TopicName,
        patience: Duration,
    ) -> Result<Option<Topic>, KafkaError> {
        if super::settings::check_name(name.as_str()).is_err() {
            return Ok(None);
        }
        let request = request_for(std::slice::from_ref(name));
        let answer = self.call(&Route::Any, &request, patience).await?;
        let metadata = read(answer)?;
        Ok(metadata
            .topics
            .into_iter()
            .find(|topic| topic.name == *name && topic.partition_count() > 0))
    }
}
