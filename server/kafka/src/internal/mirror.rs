//! Records of MirrorMaker 2 (classes `Heartbeat`, `Checkpoint` and `OffsetSync` of `org.apache.kafka.connect.mirror`,
//! Kafka 4.3.1). Topics are known by the names that its replication policies give them, with a period between their parts.

use super::{
    Internal, InternalError,
    read::Reader,
    table::{Field, Type},
};

/// What a topic of MirrorMaker 2 holds: one kind of record.
#[derive(Debug)]
pub(super) struct Table {
    /// The class that writes it.
    name: &'static str,
    key: &'static [Field],
    value: &'static [Field],
    /// Whether values begin with their version, which is 0; there is no other yet.
    versioned: bool,
}

const HEARTBEAT: Table = Table {
    name: "Heartbeat",
    key: &[
        Field::new("sourceClusterAlias", Type::Text),
        Field::new("targetClusterAlias", Type::Text),
    ],
    value: &[Field::new("timestamp", Type::Int64)],
    versioned: true,
};

/// The committed offset of a group in the source (`upstreamOffset`), and what it is in the target (`offset`).
const CHECKPOINT: Table = Table {
    name: "Checkpoint",
    key: &[
        Field::new("group", Type::Text),
        Field::new("topic", Type::Text),
        Field::new("partition", Type::Int32),
    ],
    value: &[
        Field::new("upstreamOffset", Type::Int64),
        Field::new("offset", Type::Int64),
        Field::new("metadata", Type::Text),
    ],
    versioned: true,
};

/// Which offset of the source became which of the target.
const OFFSET_SYNC: Table = Table {
    name: "OffsetSync",
    key: &[
        Field::new("topic", Type::Text),
        Field::new("partition", Type::Int32),
    ],
    value: &[
        Field::new("upstreamOffset", Type::Int64),
        Field::new("offset", Type::Int64),
    ],
    versioned: false,
};

/// What a topic with this name holds (classes `ReplicationPolicy` and `DefaultReplicationPolicy`). Heartbeats are mirrored on,
/// and then have the names of the clusters that they came from in front.
pub(super) fn of(topic: &str) -> Option<&'static Table> {
    let is_mirrored = |suffix: &str| {
        topic
            .strip_suffix(suffix)
            .is_some_and(|cluster| !cluster.is_empty())
    };
    let is_syncs = || {
        topic
            .strip_prefix("mm2-offset-syncs.")
            .and_then(|rest| rest.strip_suffix(".internal"))
            .is_some_and(|cluster| !cluster.is_empty())
    };
    if topic == "heartbeats" || is_mirrored(".heartbeats") {
        Some(&HEARTBEAT)
    } else if is_mirrored(".checkpoints.internal") {
        Some(&CHECKPOINT)
    } else if is_syncs() {
        Some(&OFFSET_SYNC)
    } else {
        None
    }
}

impl Table {
    /// Reads a record. What does not fit to its last byte is an error: it is probably not MirrorMaker's.
    pub(super) fn decode(&self, key: Option<&[u8]>, value: Option<&[u8]>) -> Internal {
        Internal {
            key: key
                .ok_or(InternalError::NoKey)
                .and_then(|key| self.read_key(key)),
            value: value.map(|value| self.read_value(value)),
        }
    }

    fn read_key(&self, key: &[u8]) -> Result<String, InternalError> {
        let mut reader = Reader::new(key);
        reader.begin("type", &penstock_domain::json::quote(self.name));
        reader.fields(self.key, 0, false)?;
        reader.finish()
    }

    fn read_value(&self, value: &[u8]) -> Result<String, InternalError> {
        let mut reader = Reader::new(value);
        if self.versioned {
            if reader.int16("version")? != 0 {
                return Err(InternalError::Malformed {
                    field: "version",
                    cause: "there is none but 0",
                });
            }
            reader.begin("version", "0");
        } else {
            reader.open();
        }
        reader.fields(self.value, 0, false)?;
        reader.finish()
    }
}
