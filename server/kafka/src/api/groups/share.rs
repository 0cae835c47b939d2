//! DescribeShareGroupOffsets (KIP-932, KIP-1226): where share groups begin to hand records out, and how many from there on are not
//! done with.
//!
//! The codec knows version 0 only, which lacks the latter. Requests of both versions are the same bytes; the answer is read here
//! (schema `DescribeShareGroupOffsetsResponse.json`).

use super::{
    committed::{Committed, CommittedByGroup, Interned},
    resource,
};
use crate::{
    api::group_id,
    call::Call,
    client::{Client, Route},
    error::KafkaError,
    reader::Input,
};
use bytes::Bytes;
use kafka_protocol::{
    messages::{
        DescribeShareGroupOffsetsRequest,
        describe_share_group_offsets_request::DescribeShareGroupOffsetsRequestGroup,
    },
    protocol::{Encodable, HeaderVersion, Message, VersionRange, buf::ByteBufMut},
};
use penstock_domain::ids::{GroupName, NodeId, PartitionId};
use std::time::Duration;

const API: &str = "DescribeShareGroupOffsets";
/// From this version on an answer tells the lag.
const LAG: i16 = 1;

impl Client {
    /// Start offsets of share groups, over all their topics. Partitions that have none yet are left out.
    pub async fn share_offsets_of(
        &self,
        coordinator: NodeId,
        groups: &[GroupName],
        patience: Duration,
    ) -> Result<CommittedByGroup, KafkaError> {
        let request = DescribeShareGroupOffsetsRequest::default().with_groups(
            groups
                .iter()
                .map(|group| {
                    DescribeShareGroupOffsetsRequestGroup::default()
                        .with_group_id(group_id(group.as_str()))
                        .with_topics(None)
                })
                .collect(),
        );
        let answer = self
            .call(&Route::Node(coordinator), &Question(request), patience)
            .await?;
        let mut names = Interned::default();
        Ok(answer
            .groups
            .into_iter()
            .map(|group| told(group, &mut names))
            .collect())
    }
}

/// The request in every version that is spoken here.
#[derive(Clone, Debug)]
struct Question(DescribeShareGroupOffsetsRequest);

impl Encodable for Question {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, _version: i16) -> anyhow::Result<()> {
        self.0.encode(buf, 0)
    }

    fn compute_size(&self, _version: i16) -> anyhow::Result<usize> {
        self.0.compute_size(0)
    }
}

impl HeaderVersion for Question {
    fn header_version(_version: i16) -> i16 {
        DescribeShareGroupOffsetsRequest::header_version(0)
    }
}

impl Message for Question {
    const VERSIONS: VersionRange = VersionRange { min: 0, max: LAG };
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl Call for Question {
    const KEY: i16 = 90;
    const NAME: &'static str = API;
    const REPEATABLE: bool = true;
    type Answer = Answer;

    fn read(answer: Bytes, version: i16) -> Result<Answer, String> {
        Answer::read(answer, version).ok_or_else(|| "it is cut short or malformed".to_owned())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    groups: Vec<AnswerGroup>,
}

#[derive(Debug, PartialEq, Eq)]
struct AnswerGroup {
    group: String,
    topics: Vec<(String, Vec<AnswerPartition>)>,
    code: i16,
    message: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct AnswerPartition {
    index: i32,
    start: i64,
    /// -1: not known.
    lag: i64,
    code: i16,
}

impl HeaderVersion for Answer {
    fn header_version(_version: i16) -> i16 {
        1
    }
}

impl Answer {
    fn read(bytes: Bytes, version: i16) -> Option<Self> {
        let mut input = Input::new(bytes, version, true);
        let _throttle = input.i32()?;
        let groups = input.list(group)?;
        input.tags(|_, _| Some(()))?;
        Some(Self { groups })
    }
}

fn group(input: &mut Input) -> Option<AnswerGroup> {
    let group = text(&input.text()?)?;
    let topics = input.list(topic)?;
    let code = input.i16()?;
    let message = input.nullable_text()?.as_ref().and_then(text);
    input.tags(|_, _| Some(()))?;
    Some(AnswerGroup {
        group,
        topics,
        code,
        message,
    })
}

fn topic(input: &mut Input) -> Option<(String, Vec<AnswerPartition>)> {
    let name = text(&input.text()?)?;
    let _id = input.uuid()?;
    let partitions = input.list(partition)?;
    input.tags(|_, _| Some(()))?;
    Some((name, partitions))
}

fn partition(input: &mut Input) -> Option<AnswerPartition> {
    let index = input.i32()?;
    let start = input.i64()?;
    let _leader_epoch = input.i32()?;
    let lag = if input.version >= LAG {
        input.i64()?
    } else {
        -1
    };
    let code = input.i16()?;
    let _message = input.nullable_text()?;
    input.tags(|_, _| Some(()))?;
    Some(AnswerPartition {
        index,
        start,
        lag,
        code,
    })
}

fn text(bytes: &Bytes) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn told(
    group: AnswerGroup,
    names: &mut Interned,
) -> (GroupName, Result<Vec<Committed>, KafkaError>) {
    let name = GroupName::new(&*group.group);
    let message = group.message.as_deref();
    if let Some(error) = KafkaError::from_code(API, group.code, message, "Describe", || {
        resource(name.as_str())
    }) {
        return (name, Err(error));
    }
    let mut offsets = Vec::new();
    for (topic, partitions) in &group.topics {
        for partition in partitions {
            if partition.code == 0 && partition.start >= 0 {
                offsets.push(Committed {
                    topic: names.topic(topic),
                    partition: PartitionId(partition.index),
                    offset: partition.start,
                    metadata: None,
                    lag: u64::try_from(partition.lag).ok(),
                });
            }
        }
    }
    offsets.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    (name, Ok(offsets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BufMut;
    use proptest::prelude::*;

    fn compact(out: &mut Vec<u8>, text: &str) {
        out.put_u8(u8::try_from(text.len() + 1).unwrap());
        out.put_slice(text.as_bytes());
    }

    /// An answer about one group as a broker writes it.
    fn written(version: i16, partitions: &[(i32, i64, i64, i16)]) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_i32(0);
        out.put_u8(2);
        compact(&mut out, "g");
        out.put_u8(2);
        compact(&mut out, "orders");
        out.put_slice(&[7; 16]);
        out.put_u8(u8::try_from(partitions.len() + 1).unwrap());
        for (index, start, lag, code) in partitions {
            out.put_i32(*index);
            out.put_i64(*start);
            out.put_i32(3);
            if version >= LAG {
                out.put_i64(*lag);
            }
            out.put_i16(*code);
            out.put_slice(&[0, 0]);
        }
        out.put_u8(0);
        out.put_i16(0);
        out.put_slice(&[0, 0, 0]);
        out
    }

    fn read(version: i16, partitions: &[(i32, i64, i64, i16)]) -> Vec<(i32, i64, Option<u64>)> {
        let answer = Answer::read(written(version, partitions).into(), version).unwrap();
        let group = answer.groups.into_iter().next().unwrap();
        let (_, offsets) = told(group, &mut Interned::default());
        offsets
            .unwrap()
            .into_iter()
            .map(|one| (one.partition.0, one.offset, one.lag))
            .collect()
    }

    #[test]
    fn what_was_never_started_has_no_offset_and_what_is_not_told_no_lag() {
        let partitions = [(0, 4, 6, 0), (1, -1, -1, 0), (2, 9, 0, 3), (3, 8, -1, 0)];
        assert_eq!(read(1, &partitions), [(0, 4, Some(6)), (3, 8, None)]);
        assert_eq!(read(0, &partitions), [(0, 4, None), (3, 8, None)]);
    }

    #[test]
    fn both_versions_are_asked_alike() {
        let question = Question(
            DescribeShareGroupOffsetsRequest::default().with_groups(vec![
                DescribeShareGroupOffsetsRequestGroup::default()
                    .with_group_id(group_id("g"))
                    .with_topics(None),
            ]),
        );
        let bytes = |version| {
            let mut out = bytes::BytesMut::new();
            question.encode(&mut out, version).unwrap();
            out
        };
        assert_eq!(bytes(0), bytes(1));
        assert_eq!(bytes(0).len(), question.compute_size(1).unwrap());
    }

    proptest! {
        #[test]
        fn what_is_cut_off_is_refused(cut in 1..60_usize) {
            let whole = written(1, &[(0, 4, 6, 0)]);
            let cut = cut.min(whole.len());
            prop_assert!(Answer::read(whole[..whole.len() - cut].to_vec().into(), 1).is_none());
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200), version in 0..2_i16) {
            let _ = Answer::read(bytes.into(), version);
        }
    }
}
