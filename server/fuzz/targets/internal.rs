//! Arbitrary bytes as key and value of a record of one of Kafka's own topics, MirrorMaker's among them. The first byte chooses
//! the topic, the second how long the key is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_kafka::internal::decode;

/// One of each kind.
const TOPICS: [&str; 6] = [
    "__consumer_offsets",
    "__transaction_state",
    "__share_group_state",
    "heartbeats",
    "berlin.checkpoints.internal",
    "mm2-offset-syncs.paris.internal",
];

fuzz_target!(|data: &[u8]| {
    let [topic, length, rest @ ..] = data else {
        return;
    };
    let topic = TOPICS[usize::from(*topic) % TOPICS.len()];
    let (key, value) = rest.split_at(usize::from(*length).min(rest.len()));
    let read = decode(topic, Some(key), Some(value)).expect("it is one of the topics");
    for json in read.key.into_iter().chain(read.value.into_iter().flatten()) {
        serde_json::from_str::<serde_json::Value>(&json).expect("what is told is JSON");
    }
});
