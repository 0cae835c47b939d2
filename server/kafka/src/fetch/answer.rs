//! The answer to Fetch, versions 4 to 18, read by an own decoder (schema `FetchResponse.json`).
//!
//! Every length is checked against what is left, and lists grow with what was read and not by the count that stands in front
//! of them. Record bytes stay slices of the frame.

use crate::{batch::AbortedTransaction, reader::Input};
use bytes::Bytes;
use kafka_protocol::protocol::HeaderVersion;
use penstock_domain::ids::TopicName;
use uuid::Uuid;

/// From this version on lengths are variable and fields may be tagged.
const FLEXIBLE: i16 = 12;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub(super) code: i16,
    /// 0: the broker keeps no session.
    pub(super) session: i32,
    pub(super) topics: Vec<AnswerTopic>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct AnswerTopic {
    /// Before version 13.
    pub(super) name: Option<TopicName>,
    /// From version 13 on; else zero.
    pub(super) id: Uuid,
    pub(super) partitions: Vec<AnswerPartition>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct AnswerPartition {
    pub(super) index: i32,
    pub(super) code: i16,
    pub(super) high: i64,
    pub(super) stable: i64,
    pub(super) first: i64,
    pub(super) aborted: Vec<AbortedTransaction>,
    pub(super) records: Bytes,
    /// The leader that the broker knows of, where it is another.
    pub(super) leader: Option<i32>,
}

impl HeaderVersion for Answer {
    fn header_version(version: i16) -> i16 {
        i16::from(version >= FLEXIBLE)
    }
}

impl Answer {
    /// Reads what follows the header.
    pub(super) fn read(bytes: Bytes, version: i16) -> Option<Self> {
        let mut input = Input::new(bytes, version, version >= FLEXIBLE);
        let _throttle = input.i32()?;
        let (code, session) = if version >= 7 {
            (input.i16()?, input.i32()?)
        } else {
            (0, 0)
        };
        let topics = input.list(topic)?;
        input.tags(|_, _| Some(()))?;
        Some(Self {
            code,
            session,
            topics,
        })
    }
}

fn topic(input: &mut Input) -> Option<AnswerTopic> {
    let (name, id) = if input.version >= super::IDS {
        (None, input.uuid()?)
    } else {
        let name = input.text()?;
        let name = std::str::from_utf8(&name).ok()?;
        (Some(TopicName::new(name)), Uuid::nil())
    };
    let partitions = input.list(partition)?;
    input.tags(|_, _| Some(()))?;
    Some(AnswerTopic {
        name,
        id,
        partitions,
    })
}

fn partition(input: &mut Input) -> Option<AnswerPartition> {
    let index = input.i32()?;
    let code = input.i16()?;
    let high = input.i64()?;
    let stable = input.i64()?;
    let first = if input.version >= 5 { input.i64()? } else { -1 };
    let aborted = input.list(|input| {
        let producer_id = input.i64()?;
        let first_offset = input.i64()?;
        input.tags(|_, _| Some(()))?;
        Some(AbortedTransaction {
            first_offset,
            producer_id,
        })
    })?;
    if input.version >= 11 {
        let _preferred_replica = input.i32()?;
    }
    let records = match input.length()? {
        Some(length) => input.cut(length)?,
        None => Bytes::new(),
    };
    let mut leader = None;
    input.tags(|tag, mut field| {
        if tag == 1 {
            leader = Some(field.i32()?).filter(|leader| *leader >= 0);
        }
        Some(())
    })?;
    Some(AnswerPartition {
        index,
        code,
        high,
        stable,
        first,
        aborted,
        records,
        leader,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BufMut;
    use proptest::prelude::*;

    /// Writes an answer as a broker would.
    fn write(answer: &Answer, version: i16) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_i32(0);
        if version >= 7 {
            out.put_i16(answer.code);
            out.put_i32(answer.session);
        }
        length(&mut out, version, answer.topics.len());
        for topic in &answer.topics {
            match &topic.name {
                Some(name) if version >= FLEXIBLE => {
                    length(&mut out, version, name.as_str().len());
                    out.put_slice(name.as_str().as_bytes());
                }
                Some(name) => {
                    out.put_i16(i16::try_from(name.as_str().len()).unwrap());
                    out.put_slice(name.as_str().as_bytes());
                }
                None => out.put_slice(topic.id.as_bytes()),
            }
            length(&mut out, version, topic.partitions.len());
            for partition in &topic.partitions {
                out.put_i32(partition.index);
                out.put_i16(partition.code);
                out.put_i64(partition.high);
                out.put_i64(partition.stable);
                if version >= 5 {
                    out.put_i64(partition.first);
                }
                length(&mut out, version, partition.aborted.len());
                for aborted in &partition.aborted {
                    out.put_i64(aborted.producer_id);
                    out.put_i64(aborted.first_offset);
                    tag_count(&mut out, version, 0);
                }
                if version >= 11 {
                    out.put_i32(-1);
                }
                length(&mut out, version, partition.records.len());
                out.put_slice(&partition.records);
                match partition.leader {
                    Some(leader) if version >= FLEXIBLE => {
                        out.put_slice(&[1, 1, 9]);
                        out.put_i32(leader);
                        out.put_i32(3);
                        out.put_u8(0);
                    }
                    _ => tag_count(&mut out, version, 0),
                }
            }
            tag_count(&mut out, version, 0);
        }
        // An unknown field, which must be stepped over.
        tag_count(&mut out, version, 1);
        if version >= FLEXIBLE {
            out.put_slice(&[77, 2, 1, 2]);
        }
        out
    }

    fn length(out: &mut Vec<u8>, version: i16, length: usize) {
        if version < FLEXIBLE {
            out.put_i32(i32::try_from(length).unwrap());
            return;
        }
        let mut left = length + 1;
        while left >= 0x80 {
            out.put_u8(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        out.put_u8(left.to_le_bytes()[0]);
    }

    fn tag_count(out: &mut Vec<u8>, version: i16, count: u8) {
        if version >= FLEXIBLE {
            out.put_u8(count);
        }
    }

    fn example(version: i16) -> Answer {
        let named = version < crate::fetch::IDS;
        Answer {
            code: 0,
            session: if version >= 7 { 5 } else { 0 },
            topics: vec![AnswerTopic {
                name: named.then(|| TopicName::new("orders")),
                id: if named {
                    Uuid::nil()
                } else {
                    Uuid::from_u128(7)
                },
                partitions: vec![
                    AnswerPartition {
                        index: 3,
                        code: 0,
                        high: 90,
                        stable: 80,
                        first: if version >= 5 { 10 } else { -1 },
                        aborted: vec![AbortedTransaction {
                            producer_id: 4,
                            first_offset: 70,
                        }],
                        records: Bytes::from(vec![7; 300]),
                        leader: None,
                    },
                    AnswerPartition {
                        index: 4,
                        code: 6,
                        high: -1,
                        stable: -1,
                        first: -1,
                        aborted: vec![],
                        records: Bytes::new(),
                        leader: (version >= FLEXIBLE).then_some(2),
                    },
                ],
            }],
        }
    }

    #[test]
    fn every_version_is_read() {
        for version in 4..=18 {
            let answer = example(version);
            let bytes = Bytes::from(write(&answer, version));
            assert_eq!(
                Answer::read(bytes, version),
                Some(answer),
                "version {version}"
            );
        }
    }

    #[test]
    fn the_message_codec_reads_the_same() {
        use kafka_protocol::{messages::FetchResponse, protocol::Decodable};
        for version in 4..=18 {
            let mut bytes = Bytes::from(write(&example(version), version));
            let read = FetchResponse::decode(&mut bytes, version).unwrap();
            let partition = &read.responses[0].partitions[0];
            assert_eq!(partition.high_watermark, 90, "version {version}");
            assert_eq!(partition.records.as_ref().map(Bytes::len), Some(300));
        }
    }

    #[test]
    fn record_bytes_are_slices_of_the_frame() {
        let frame = Bytes::from(write(&example(16), 16));
        let range = frame.as_ptr() as usize..frame.as_ptr() as usize + frame.len();
        let answer = Answer::read(frame, 16).unwrap();
        let records = &answer.topics[0].partitions[0].records;
        assert!(range.contains(&(records.as_ptr() as usize)));
    }

    #[test]
    fn a_cut_answer_is_none() {
        for version in [4, 11, 12, 13, 18] {
            let whole = write(&example(version), version);
            for length in 0..whole.len() {
                let cut = Bytes::copy_from_slice(&whole[..length]);
                assert_eq!(Answer::read(cut, version), None, "{version}: {length}");
            }
        }
    }

    #[test]
    fn a_count_that_lies_takes_no_memory() {
        let mut old = vec![0; 10];
        old.extend(i32::MAX.to_be_bytes());
        assert_eq!(Answer::read(Bytes::from(old), 7), None);
        let mut new = vec![0; 10];
        new.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
        assert_eq!(Answer::read(Bytes::from(new), 18), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200), version in 4_i16..=18) {
            let _ = Answer::read(Bytes::from(bytes), version);
        }

        #[test]
        fn damaged_answers_are_survived(at in any::<proptest::sample::Index>(), byte in any::<u8>(), version in 4_i16..=18) {
            let mut bytes = write(&example(version), version);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = Answer::read(Bytes::from(bytes), version);
        }
    }
}
