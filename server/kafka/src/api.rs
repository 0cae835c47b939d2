//! Typed questions: each file makes one kind of request and reads its answer into plain types. No routing beyond the choice
//! of a route, no caching, no polling.

pub mod cluster;
pub mod configs;
pub mod log_dirs;
pub mod metadata;
pub mod offsets;
pub mod quorum;

use kafka_protocol::{messages, protocol::StrBytes};
use penstock_domain::ids::TopicId;
use uuid::Uuid;

/// A topic's id as Kafka prints it (class `org.apache.kafka.common.Uuid`); `None` for the zero id.
fn topic_id(id: Uuid) -> Option<TopicId> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    (!id.is_nil()).then(|| TopicId::from(URL_SAFE_NO_PAD.encode(id.as_bytes())))
}

fn topic_name(name: &str) -> messages::TopicName {
    messages::TopicName(StrBytes::from_string(name.to_owned()))
}

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}
