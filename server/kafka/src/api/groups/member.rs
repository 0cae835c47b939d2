//! What members of classic groups tell each other: `ConsumerProtocolSubscription` and `ConsumerProtocolAssignment`.
//!
//! Clients write this, not brokers, so it is read by an own reader: every count is checked against what is left, and what can't be
//! read is nothing rather than an error. Newer versions add fields at the end, which are passed over.

use penstock_domain::{
    group::TopicAssignment,
    ids::{PartitionId, TopicName},
};

/// What a member wants to read, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) topics: Vec<String>,
    pub(super) rack: Option<String>,
}

/// Reads a subscription, versions 0 to 3 and what comes after.
pub(super) fn subscription(bytes: &[u8]) -> Option<Subscription> {
    let mut input = Input(bytes);
    let version = input.i16().filter(|version| *version >= 0)?;
    let mut read = Subscription {
        topics: input.list(Input::text)?,
        rack: None,
    };
    let _user_data = input.bytes()?;
    // From here on what is cut off is only left out.
    if version >= 3 {
        read.rack = (|| {
            input.list(Input::topic)?;
            let _generation = input.take(4)?;
            input.nullable_text()
        })()
        .flatten();
    }
    Some(read)
}

/// Reads an assignment; empty bytes are none.
pub(super) fn assignment(bytes: &[u8]) -> Option<Vec<TopicAssignment>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let mut input = Input(bytes);
    let _version = input.i16().filter(|version| *version >= 0)?;
    let mut topics = input.list(Input::topic)?;
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    Some(topics)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn i16(&mut self) -> Option<i16> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i16::from_be_bytes(*taken))
    }

    fn i32(&mut self) -> Option<i32> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i32::from_be_bytes(*taken))
    }

    fn nullable_text(&mut self) -> Option<Option<String>> {
        let length = self.i16()?;
        if length == -1 {
            return Some(None);
        }
        let bytes = self.take(usize::try_from(length).ok()?)?;
        let text = std::str::from_utf8(bytes).ok()?;
        Some(Some(text.to_owned()))
    }

    fn text(&mut self) -> Option<String> {
        self.nullable_text()?
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        match self.i32()? {
            -1 => Some(&[]),
            length => self.take(usize::try_from(length).ok()?),
        }
    }

    /// Grows with what was read, not by the count in front.
    fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.i32()?).ok()?;
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(element(self)?);
        }
        Some(list)
    }

    fn topic(&mut self) -> Option<TopicAssignment> {
        let topic = TopicName::from(self.text()?);
        let mut partitions: Vec<PartitionId> = self.list(|input| input.i32().map(PartitionId))?;
        partitions.sort_unstable();
        Some(TopicAssignment { topic, partitions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::{BufMut, BytesMut};
    use kafka_protocol::{
        messages::{
            ConsumerProtocolAssignment, ConsumerProtocolSubscription,
            consumer_protocol_assignment::TopicPartition,
        },
        protocol::{Encodable, StrBytes},
    };
    use proptest::prelude::*;

    fn encoded(message: &impl Encodable, version: i16) -> BytesMut {
        let mut out = BytesMut::new();
        out.put_i16(version);
        message.encode(&mut out, version).unwrap();
        out
    }

    #[test]
    fn reads_what_clients_write() {
        for version in 0..=3 {
            let mut message = ConsumerProtocolSubscription::default()
                .with_topics(vec![StrBytes::from_static_str("orders")]);
            if version == 3 {
                message = message.with_rack_id(Some(StrBytes::from_static_str("a")));
            }
            let read = subscription(&encoded(&message, version)).unwrap();
            assert_eq!(read.topics, ["orders"]);
            assert_eq!(read.rack.as_deref(), (version == 3).then_some("a"));
            let message = ConsumerProtocolAssignment::default().with_assigned_partitions(vec![
                TopicPartition::default()
                    .with_topic(crate::api::topic_name("orders"))
                    .with_partitions(vec![2, 0]),
            ]);
            let read = assignment(&encoded(&message, version)).unwrap();
            assert_eq!(read[0].partitions, [PartitionId(0), PartitionId(2)]);
        }
        assert_eq!(assignment(&[]), Some(Vec::new()));
    }

    #[test]
    fn a_lying_count_allocates_nothing() {
        let hostile = [0, 0, 0x7f, 0xff, 0xff, 0xff];
        assert_eq!(subscription(&hostile), None);
        assert_eq!(assignment(&hostile), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = subscription(&bytes);
            let _ = assignment(&bytes);
        }
    }
}
