//! Records of `__transaction_state`.

use super::table::{Field, Kind, Message, Type};

/// `TransactionState` of the transaction coordinator.
const STATES: &[(i8, &str)] = &[
    (0, "Empty"),
    (1, "Ongoing"),
    (2, "PrepareCommit"),
    (3, "PrepareAbort"),
    (4, "CompleteCommit"),
    (5, "CompleteAbort"),
    (6, "Dead"),
    (7, "PrepareEpochFence"),
];

const PARTITIONS: &[Field] = &[
    Field::new("topic", Type::Text),
    Field::new("partitionIds", Type::List(&Type::Int32)),
];

pub(super) const KINDS: &[Kind] = &[Kind {
    number: 0,
    name: "TransactionLog",
    key: &[Field::new("transactionalId", Type::Text)],
    value: Message {
        newest: 1,
        flexible: 1,
        fields: &[
            Field::new("producerId", Type::Int64),
            Field::new("previousProducerId", Type::Int64)
                .since(1)
                .tag(0),
            Field::new("nextProducerId", Type::Int64).since(1).tag(1),
            Field::new("producerEpoch", Type::Int16),
            Field::new("nextProducerEpoch", Type::Int16).since(1).tag(3),
            Field::new("transactionTimeoutMs", Type::Int32),
            Field::new("transactionStatus", Type::Named(STATES)),
            Field::new(
                "transactionPartitions",
                Type::List(&Type::Struct(PARTITIONS)),
            )
            .nullable(),
            Field::new("transactionLastUpdateTimestampMs", Type::Int64),
            Field::new("transactionStartTimestampMs", Type::Int64),
            Field::new("clientTransactionVersion", Type::Int16)
                .since(1)
                .tag(2),
        ],
    },
}];
