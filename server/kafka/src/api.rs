//! Typed questions: each file makes one kind of request and reads its answer into plain types. No routing beyond the choice
//! of a route, no caching, no polling.

pub mod cluster;
pub mod configs;
pub mod group_offsets;
pub mod groups;
pub mod log_dirs;
pub mod metadata;
pub mod offsets;
pub mod principals;
pub mod producers;
pub mod quorum;

use kafka_protocol::{messages, protocol::StrBytes};
use penstock_domain::ids::TopicId;
use uuid::Uuid;

/// A topic's id as Kafka prints it (class `org.apache.kafka.common.Uuid`); `None` for the zero id.
fn topic_id(id: Uuid) -> Option<TopicId> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    (!id.is_nil()).then(|| TopicId::from(URL_SAFE_NO_PAD.encode(id.as_bytes())))
}

/// A topic's id as it is on the wire; `None` where the text is no id.
pub(crate) fn uuid(id: &TopicId) -> Option<Uuid> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?;
    Uuid::from_slice(&bytes).ok().filter(|id| !id.is_nil())
}

pub(crate) fn topic_name(name: &str) -> messages::TopicName {
    messages::TopicName(StrBytes::from_string(name.to_owned()))
}

/// A group's name on the wire.
pub(crate) fn group_id(name: &str) -> messages::GroupId {
    messages::GroupId(text(name))
}

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}
