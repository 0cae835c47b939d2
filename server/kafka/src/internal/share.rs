//! Records of `__share_group_state` (KIP-932).

use super::table::{Field, Kind, Message, Type};

/// States of records in flight.
const DELIVERY: &[(i8, &str)] = &[(0, "available"), (2, "acknowledged"), (4, "archived")];

const KEY: &[Field] = &[
    Field::new("groupId", Type::Text),
    Field::new("topicId", Type::Uuid),
    Field::new("partition", Type::Int32),
];

const BATCH: &[Field] = &[
    Field::new("firstOffset", Type::Int64),
    Field::new("lastOffset", Type::Int64),
    Field::new("deliveryState", Type::Named(DELIVERY)),
    Field::new("deliveryCount", Type::Int16),
];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        number: 0,
        name: "ShareSnapshot",
        key: KEY,
        value: Message {
            newest: 0,
            flexible: 0,
            fields: &[
                Field::new("snapshotEpoch", Type::Int32),
                Field::new("stateEpoch", Type::Int32),
                Field::new("leaderEpoch", Type::Int32),
                Field::new("startOffset", Type::Int64),
                Field::new("deliveryCompleteCount", Type::Int32).tag(0),
                Field::new("createTimestamp", Type::Int64),
                Field::new("writeTimestamp", Type::Int64),
                Field::new("stateBatches", Type::List(&Type::Struct(BATCH))),
            ],
        },
    },
    Kind {
        number: 1,
        name: "ShareUpdate",
        key: KEY,
        value: Message {
            newest: 0,
            flexible: 0,
            fields: &[
                Field::new("snapshotEpoch", Type::Int32),
                Field::new("leaderEpoch", Type::Int32),
                Field::new("startOffset", Type::Int64),
                Field::new("deliveryCompleteCount", Type::Int32).tag(0),
                Field::new("stateBatches", Type::List(&Type::Struct(BATCH))),
            ],
        },
    },
];
