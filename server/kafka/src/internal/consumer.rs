//! What members of classic groups tell each other (`ConsumerProtocolSubscription`, `ConsumerProtocolAssignment`).

use super::table::{Field, Message, Type};

const PARTITIONS: &[Field] = &[
    Field::new("topic", Type::Text),
    Field::new("partitions", Type::List(&Type::Int32)),
];

/// What a member wants to read.
pub(super) const SUBSCRIPTION: Message = Message {
    newest: 3,
    flexible: i16::MAX,
    fields: &[
        Field::new("topics", Type::List(&Type::Text)),
        Field::new("userData", Type::Bytes).nullable(),
        Field::new("ownedPartitions", Type::List(&Type::Struct(PARTITIONS))).since(1),
        Field::new("generationId", Type::Int32).since(2),
        Field::new("rackId", Type::Text).nullable().since(3),
    ],
};

/// What it was given.
pub(super) const ASSIGNMENT: Message = Message {
    newest: 3,
    flexible: i16::MAX,
    fields: &[
        Field::new("assignedPartitions", Type::List(&Type::Struct(PARTITIONS))),
        Field::new("userData", Type::Bytes).nullable(),
    ],
};
