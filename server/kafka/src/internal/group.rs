//! Records of `__consumer_offsets`: committed offsets, and groups of every protocol.

use super::{
    consumer::{ASSIGNMENT, SUBSCRIPTION},
    table::{Field, Kind, Message, Type},
};

const GROUP: &[Field] = &[Field::new("groupId", Type::Text)];
const MEMBER: &[Field] = &[
    Field::new("groupId", Type::Text),
    Field::new("memberId", Type::Text),
];
const OFFSET: &[Field] = &[
    Field::new("group", Type::Text),
    Field::new("topic", Type::Text),
    Field::new("partition", Type::Int32),
];

/// States of a member while partitions change hands (KIP-848).
const MEMBER_STATES: &[(i8, &str)] = &[
    (0, "stable"),
    (1, "unrevokedPartitions"),
    (2, "unreleasedPartitions"),
];

const TOPIC_PARTITIONS: &[Field] = &[
    Field::new("topicId", Type::Uuid),
    Field::new("partitions", Type::List(&Type::Int32)),
    Field::new("assignmentEpochs", Type::List(&Type::Int32))
        .nullable()
        .tag(0),
];
const TASKS: &[Field] = &[
    Field::new("subtopologyId", Type::Text),
    Field::new("partitions", Type::List(&Type::Int32)),
    Field::new("assignmentEpochs", Type::List(&Type::Int32))
        .nullable()
        .tag(0),
];
const TARGET: &[Field] = &[
    Field::new("topicId", Type::Uuid),
    Field::new("partitions", Type::List(&Type::Int32)),
];
const NAMED_PARTITIONS: &[Field] = &[
    Field::new("topicId", Type::Uuid),
    Field::new("topicName", Type::Text),
    Field::new("partitions", Type::List(&Type::Int32)),
];
const NAMED_TOPIC: &[Field] = &[
    Field::new("topicId", Type::Uuid),
    Field::new("topicName", Type::Text),
];
const PAIR: &[Field] = &[
    Field::new("key", Type::Text),
    Field::new("value", Type::Text),
];

/// From version 0 in the compact encoding.
const fn compact(fields: &'static [Field]) -> Message {
    Message {
        newest: 0,
        flexible: 0,
        fields,
    }
}

const fn kind(number: i16, name: &'static str, key: &'static [Field], value: Message) -> Kind {
    Kind {
        number,
        name,
        key,
        value,
    }
}

const OFFSET_VALUE: &[Field] = &[
    Field::new("offset", Type::Int64),
    Field::new("leaderEpoch", Type::Int32).since(3),
    Field::new("metadata", Type::Text),
    Field::new("commitTimestamp", Type::Int64),
    Field::new("expireTimestamp", Type::Int64).since(1).until(1),
    Field::new("topicId", Type::Uuid).since(4).tag(0),
];

const CLASSIC_MEMBER: &[Field] = &[
    Field::new("memberId", Type::Text),
    Field::new("groupInstanceId", Type::Text)
        .nullable()
        .since(3),
    Field::new("clientId", Type::Text),
    Field::new("clientHost", Type::Text),
    Field::new("rebalanceTimeout", Type::Int32).since(1),
    Field::new("sessionTimeout", Type::Int32),
    Field::new("subscription", Type::Consumer(&SUBSCRIPTION)),
    Field::new("assignment", Type::Consumer(&ASSIGNMENT)),
];

const CLASSIC_GROUP: &[Field] = &[
    Field::new("protocolType", Type::Text),
    Field::new("generation", Type::Int32),
    Field::new("protocol", Type::Text).nullable(),
    Field::new("leader", Type::Text).nullable(),
    Field::new("currentStateTimestamp", Type::Int64).since(2),
    Field::new("members", Type::List(&Type::Struct(CLASSIC_MEMBER))),
];

const CONSUMER_MEMBER: &[Field] = &[
    Field::new("instanceId", Type::Text).nullable(),
    Field::new("rackId", Type::Text).nullable(),
    Field::new("clientId", Type::Text),
    Field::new("clientHost", Type::Text),
    Field::new("subscribedTopicNames", Type::List(&Type::Text)),
    Field::new("subscribedTopicRegex", Type::Text).nullable(),
    Field::new("rebalanceTimeoutMs", Type::Int32),
    Field::new("serverAssignor", Type::Text).nullable(),
    Field::new("classicMemberMetadata", Type::Struct(CLASSIC_METADATA))
        .nullable()
        .tag(0),
];
const CLASSIC_METADATA: &[Field] = &[
    Field::new("sessionTimeoutMs", Type::Int32),
    Field::new(
        "supportedProtocols",
        Type::List(&Type::Struct(CLASSIC_PROTOCOL)),
    ),
];
const CLASSIC_PROTOCOL: &[Field] = &[
    Field::new("name", Type::Text),
    Field::new("metadata", Type::Consumer(&SUBSCRIPTION)),
];

const EPOCH: &[Field] = &[
    Field::new("epoch", Type::Int32),
    Field::new("metadataHash", Type::Int64).tag(0),
];
const TARGET_EPOCH: &[Field] = &[
    Field::new("assignmentEpoch", Type::Int32),
    Field::new("assignmentTimestamp", Type::Int64).tag(0),
];

const TOPIC_METADATA: &[Field] = &[
    Field::new("topicId", Type::Uuid),
    Field::new("topicName", Type::Text),
    Field::new("numPartitions", Type::Int32),
    Field::new(
        "partitionMetadata",
        Type::List(&Type::Struct(&[
            Field::new("partition", Type::Int32),
            Field::new("racks", Type::List(&Type::Text)),
        ])),
    ),
];

const CONSUMER_ASSIGNMENT: &[Field] = &[
    Field::new("memberEpoch", Type::Int32),
    Field::new("previousMemberEpoch", Type::Int32),
    Field::new("state", Type::Named(MEMBER_STATES)),
    Field::new(
        "assignedPartitions",
        Type::List(&Type::Struct(TOPIC_PARTITIONS)),
    ),
    Field::new(
        "partitionsPendingRevocation",
        Type::List(&Type::Struct(TOPIC_PARTITIONS)),
    ),
];

const SHARE_ASSIGNMENT: &[Field] = &[
    Field::new("memberEpoch", Type::Int32),
    Field::new("previousMemberEpoch", Type::Int32),
    Field::new("state", Type::Named(MEMBER_STATES)),
    Field::new("assignedPartitions", Type::List(&Type::Struct(TARGET))),
];

const STREAMS_ASSIGNMENT: &[Field] = &[
    Field::new("memberEpoch", Type::Int32),
    Field::new("previousMemberEpoch", Type::Int32),
    Field::new("state", Type::Named(MEMBER_STATES)),
    Field::new("activeTasks", Type::List(&Type::Struct(TASKS))),
    Field::new("standbyTasks", Type::List(&Type::Struct(TASKS))),
    Field::new("warmupTasks", Type::List(&Type::Struct(TASKS))),
    Field::new(
        "activeTasksPendingRevocation",
        Type::List(&Type::Struct(TASKS)),
    ),
    Field::new(
        "standbyTasksPendingRevocation",
        Type::List(&Type::Struct(TASKS)),
    ),
    Field::new(
        "warmupTasksPendingRevocation",
        Type::List(&Type::Struct(TASKS)),
    ),
];

const STREAMS_MEMBER: &[Field] = &[
    Field::new("instanceId", Type::Text).nullable(),
    Field::new("rackId", Type::Text).nullable(),
    Field::new("clientId", Type::Text),
    Field::new("clientHost", Type::Text),
    Field::new("rebalanceTimeoutMs", Type::Int32),
    Field::new("topologyEpoch", Type::Int32),
    Field::new("processId", Type::Text),
    Field::new(
        "userEndpoint",
        Type::Struct(&[
            Field::new("host", Type::Text),
            Field::new("port", Type::Uint16),
        ]),
    )
    .nullable(),
    Field::new("clientTags", Type::List(&Type::Struct(PAIR))),
];

const STREAMS_TOPIC: &[Field] = &[
    Field::new("name", Type::Text),
    Field::new("partitions", Type::Int32),
    Field::new("replicationFactor", Type::Int16),
    Field::new("topicConfigs", Type::List(&Type::Struct(PAIR))),
];
const SUBTOPOLOGY: &[Field] = &[
    Field::new("subtopologyId", Type::Text),
    Field::new("sourceTopics", Type::List(&Type::Text)),
    Field::new("sourceTopicRegex", Type::List(&Type::Text)),
    Field::new(
        "stateChangelogTopics",
        Type::List(&Type::Struct(STREAMS_TOPIC)),
    ),
    Field::new("repartitionSinkTopics", Type::List(&Type::Text)),
    Field::new(
        "repartitionSourceTopics",
        Type::List(&Type::Struct(STREAMS_TOPIC)),
    ),
    Field::new(
        "copartitionGroups",
        Type::List(&Type::Struct(&[
            Field::new("sourceTopics", Type::List(&Type::Int16)),
            Field::new("sourceTopicRegex", Type::List(&Type::Int16)),
            Field::new("repartitionSourceTopics", Type::List(&Type::Int16)),
        ])),
    ),
];

pub(super) const KINDS: &[Kind] = &[
    kind(
        0,
        "LegacyOffsetCommit",
        OFFSET,
        Message {
            newest: 4,
            flexible: 4,
            fields: OFFSET_VALUE,
        },
    ),
    kind(
        1,
        "OffsetCommit",
        OFFSET,
        Message {
            newest: 4,
            flexible: 4,
            fields: OFFSET_VALUE,
        },
    ),
    kind(
        2,
        "GroupMetadata",
        &[Field::new("group", Type::Text)],
        Message {
            newest: 4,
            flexible: 4,
            fields: CLASSIC_GROUP,
        },
    ),
    kind(3, "ConsumerGroupMetadata", GROUP, compact(EPOCH)),
    kind(
        4,
        "ConsumerGroupPartitionMetadata",
        GROUP,
        compact(&[Field::new(
            "topics",
            Type::List(&Type::Struct(TOPIC_METADATA)),
        )]),
    ),
    kind(
        5,
        "ConsumerGroupMemberMetadata",
        MEMBER,
        compact(CONSUMER_MEMBER),
    ),
    kind(
        6,
        "ConsumerGroupTargetAssignmentMetadata",
        GROUP,
        compact(TARGET_EPOCH),
    ),
    kind(
        7,
        "ConsumerGroupTargetAssignmentMember",
        MEMBER,
        compact(&[Field::new(
            "topicPartitions",
            Type::List(&Type::Struct(TARGET)),
        )]),
    ),
    kind(
        8,
        "ConsumerGroupCurrentMemberAssignment",
        MEMBER,
        compact(CONSUMER_ASSIGNMENT),
    ),
    kind(
        10,
        "ShareGroupMemberMetadata",
        MEMBER,
        compact(&[
            Field::new("rackId", Type::Text).nullable(),
            Field::new("clientId", Type::Text),
            Field::new("clientHost", Type::Text),
            Field::new("subscribedTopicNames", Type::List(&Type::Text)),
        ]),
    ),
    kind(
        11,
        "ShareGroupMetadata",
        GROUP,
        compact(&[
            Field::new("epoch", Type::Int32),
            Field::new("metadataHash", Type::Int64),
        ]),
    ),
    kind(
        12,
        "ShareGroupTargetAssignmentMetadata",
        GROUP,
        compact(TARGET_EPOCH),
    ),
    kind(
        13,
        "ShareGroupTargetAssignmentMember",
        MEMBER,
        compact(&[Field::new(
            "topicPartitions",
            Type::List(&Type::Struct(TARGET)),
        )]),
    ),
    kind(
        14,
        "ShareGroupCurrentMemberAssignment",
        MEMBER,
        compact(SHARE_ASSIGNMENT),
    ),
    kind(
        15,
        "ShareGroupStatePartitionMetadata",
        GROUP,
        compact(&[
            Field::new(
                "initializingTopics",
                Type::List(&Type::Struct(NAMED_PARTITIONS)),
            ),
            Field::new(
                "initializedTopics",
                Type::List(&Type::Struct(NAMED_PARTITIONS)),
            ),
            Field::new("deletingTopics", Type::List(&Type::Struct(NAMED_TOPIC))),
        ]),
    ),
    kind(
        16,
        "ConsumerGroupRegularExpression",
        &[
            Field::new("groupId", Type::Text),
            Field::new("regularExpression", Type::Text),
        ],
        compact(&[
            Field::new("topics", Type::List(&Type::Text)),
            Field::new("version", Type::Int64),
            Field::new("timestamp", Type::Int64),
        ]),
    ),
    kind(
        17,
        "StreamsGroupMetadata",
        GROUP,
        compact(&[
            Field::new("epoch", Type::Int32),
            Field::new("metadataHash", Type::Int64),
            Field::new("validatedTopologyEpoch", Type::Int32).tag(0),
            Field::new("lastAssignmentConfigs", Type::List(&Type::Struct(PAIR)))
                .nullable()
                .tag(1),
        ]),
    ),
    kind(
        19,
        "StreamsGroupMemberMetadata",
        MEMBER,
        compact(STREAMS_MEMBER),
    ),
    kind(
        20,
        "StreamsGroupTargetAssignmentMetadata",
        GROUP,
        compact(TARGET_EPOCH),
    ),
    kind(
        21,
        "StreamsGroupTargetAssignmentMember",
        MEMBER,
        compact(&[
            Field::new("activeTasks", Type::List(&Type::Struct(TASKS))),
            Field::new("standbyTasks", Type::List(&Type::Struct(TASKS))),
            Field::new("warmupTasks", Type::List(&Type::Struct(TASKS))),
        ]),
    ),
    kind(
        22,
        "StreamsGroupCurrentMemberAssignment",
        MEMBER,
        compact(STREAMS_ASSIGNMENT),
    ),
    kind(
        23,
        "StreamsGroupTopology",
        GROUP,
        compact(&[
            Field::new("epoch", Type::Int32),
            Field::new("subtopologies", Type::List(&Type::Struct(SUBTOPOLOGY))),
        ]),
    ),
];
