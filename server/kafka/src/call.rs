//! Pairs of request and answer that this client knows, with their keys, and their encoding.
//!
//! The codec crate ties requests to answers only when it is built for brokers too; one table here does without.

use crate::error::KafkaError;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{self, RequestHeader},
    protocol::{Decodable, Encodable, HeaderVersion, Message, StrBytes},
};
use std::{borrow::Cow, sync::Arc};

/// A request with a known answer.
pub trait Call: Encodable + HeaderVersion + Message + Clone + Send + Sync {
    /// Its API key.
    const KEY: i16;
    /// Its name in Kafka's documentation.
    const NAME: &'static str;
    /// Whether asking twice does no more than asking once. Only such requests are repeated or sent to two brokers.
    const REPEATABLE: bool;
    /// Whether reading a large answer is work that a thread of the runtime must not do; not where it is only cut into slices.
    const APART: bool = true;
    /// Its answer.
    type Answer: HeaderVersion + Send + 'static;

    /// Reads an answer behind its header; an error says why it can't be.
    fn read(answer: Bytes, version: i16) -> Result<Self::Answer, String>;

    /// The newest version that this request can be written in.
    fn newest(&self) -> i16 {
        Self::VERSIONS.max
    }

    /// The request without the fields that `version` does not have; the codec refuses to drop them by itself.
    fn adapted(&self, _version: i16) -> Cow<'_, Self> {
        Cow::Borrowed(self)
    }
}

macro_rules! calls {
    ($($key:literal $name:literal $request:ident => $answer:ident, repeatable $repeatable:literal $(, adapted $adapted:path)?;)*) => {
        $(impl Call for messages::$request {
            const KEY: i16 = $key;
            const NAME: &'static str = $name;
            const REPEATABLE: bool = $repeatable;
            type Answer = messages::$answer;

            fn read(mut answer: Bytes, version: i16) -> Result<Self::Answer, String> {
                messages::$answer::decode(&mut answer, version).map_err(|error| error.to_string())
            }

            $(fn adapted(&self, version: i16) -> Cow<'_, Self> {
                $adapted(self, version)
            })?
        })*
    };
}

calls! {
    2 "ListOffsets" ListOffsetsRequest => ListOffsetsResponse, repeatable true;
    3 "Metadata" MetadataRequest => MetadataResponse, repeatable true;
    8 "OffsetCommit" OffsetCommitRequest => OffsetCommitResponse, repeatable false;
    9 "OffsetFetch" OffsetFetchRequest => OffsetFetchResponse, repeatable true, adapted crate::api::group_offsets::adapted;
    10 "FindCoordinator" FindCoordinatorRequest => FindCoordinatorResponse, repeatable true, adapted find_coordinator;
    15 "DescribeGroups" DescribeGroupsRequest => DescribeGroupsResponse, repeatable true;
    16 "ListGroups" ListGroupsRequest => ListGroupsResponse, repeatable true;
    17 "SaslHandshake" SaslHandshakeRequest => SaslHandshakeResponse, repeatable false;
    29 "DescribeAcls" DescribeAclsRequest => DescribeAclsResponse, repeatable true;
    32 "DescribeConfigs" DescribeConfigsRequest => DescribeConfigsResponse, repeatable true, adapted describe_configs;
    35 "DescribeLogDirs" DescribeLogDirsRequest => DescribeLogDirsResponse, repeatable true;
    36 "SaslAuthenticate" SaslAuthenticateRequest => SaslAuthenticateResponse, repeatable false;
    42 "DeleteGroups" DeleteGroupsRequest => DeleteGroupsResponse, repeatable false;
    47 "OffsetDelete" OffsetDeleteRequest => OffsetDeleteResponse, repeatable false;
    48 "DescribeClientQuotas" DescribeClientQuotasRequest => DescribeClientQuotasResponse, repeatable true;
    50 "DescribeUserScramCredentials" DescribeUserScramCredentialsRequest => DescribeUserScramCredentialsResponse, repeatable true;
    55 "DescribeQuorum" DescribeQuorumRequest => DescribeQuorumResponse, repeatable true;
    60 "DescribeCluster" DescribeClusterRequest => DescribeClusterResponse, repeatable true, adapted describe_cluster;
    61 "DescribeProducers" DescribeProducersRequest => DescribeProducersResponse, repeatable true;
    65 "DescribeTransactions" DescribeTransactionsRequest => DescribeTransactionsResponse, repeatable true;
    66 "ListTransactions" ListTransactionsRequest => ListTransactionsResponse, repeatable true;
    69 "ConsumerGroupDescribe" ConsumerGroupDescribeRequest => ConsumerGroupDescribeResponse, repeatable true;
    77 "ShareGroupDescribe" ShareGroupDescribeRequest => ShareGroupDescribeResponse, repeatable true;
    91 "AlterShareGroupOffsets" AlterShareGroupOffsetsRequest => AlterShareGroupOffsetsResponse, repeatable false;
}

fn describe_configs(
    request: &messages::DescribeConfigsRequest,
    version: i16,
) -> Cow<'_, messages::DescribeConfigsRequest> {
    if version >= 3 || !request.include_documentation {
        return Cow::Borrowed(request);
    }
    Cow::Owned(request.clone().with_include_documentation(false))
}

fn describe_cluster(
    request: &messages::DescribeClusterRequest,
    version: i16,
) -> Cow<'_, messages::DescribeClusterRequest> {
    if version >= 2 || !request.include_fenced_brokers {
        return Cow::Borrowed(request);
    }
    Cow::Owned(request.clone().with_include_fenced_brokers(false))
}

/// Up to version 3 the request has one key, later a list; callers give a list of one.
fn find_coordinator(
    request: &messages::FindCoordinatorRequest,
    version: i16,
) -> Cow<'_, messages::FindCoordinatorRequest> {
    if version >= 4 {
        return Cow::Borrowed(request);
    }
    let key = request
        .coordinator_keys
        .first()
        .cloned()
        .unwrap_or_default();
    Cow::Owned(
        request
            .clone()
            .with_coordinator_keys(Vec::new())
            .with_key(key),
    )
}

/// Writes a request with its length in front.
pub(crate) fn encode<R: Call>(
    request: &R,
    version: i16,
    correlation: i32,
    client_id: &str,
    broker: &Arc<str>,
) -> Result<Bytes, KafkaError> {
    let wrong = |cause: String| KafkaError::Decode {
        broker: broker.clone(),
        api: R::NAME,
        cause: crate::error::tame(&format!("the request could not be written: {cause}")),
    };
    let mut out = BytesMut::with_capacity(256);
    out.put_i32(0);
    RequestHeader::default()
        .with_request_api_key(R::KEY)
        .with_request_api_version(version)
        .with_correlation_id(correlation)
        .with_client_id(Some(StrBytes::from_string(client_id.to_owned())))
        .encode(&mut out, R::header_version(version))
        .map_err(|error| wrong(error.to_string()))?;
    request
        .adapted(version)
        .encode(&mut out, version)
        .map_err(|error| wrong(error.to_string()))?;
    seal(&mut out).ok_or_else(|| wrong("it is too long".to_owned()))?;
    Ok(out.freeze())
}

/// Fills in the length of a frame that starts with four empty bytes.
pub(crate) fn seal(frame: &mut BytesMut) -> Option<()> {
    let length = i32::try_from(frame.len().checked_sub(4)?).ok()?;
    frame.get_mut(..4)?.copy_from_slice(&length.to_be_bytes());
    Some(())
}

/// Reads an answer, correlation id included; the id itself was checked before.
pub(crate) fn decode<R: Call>(
    mut frame: Bytes,
    version: i16,
    broker: &Arc<str>,
) -> Result<R::Answer, KafkaError> {
    let wrong = |cause: String| KafkaError::Decode {
        broker: broker.clone(),
        api: R::NAME,
        cause: crate::error::tame(&cause),
    };
    if frame.len() < 4 {
        return Err(wrong("it is cut short".to_owned()));
    }
    frame.advance(4);
    if R::Answer::header_version(version) >= 1 {
        skip_tagged(&mut frame).ok_or_else(|| wrong("its header is malformed".to_owned()))?;
    }
    R::read(frame, version).map_err(wrong)
}

/// Steps over the tagged fields of a response header (none are defined so far).
fn skip_tagged(input: &mut Bytes) -> Option<()> {
    fn varint(input: &mut Bytes) -> Option<usize> {
        let mut value = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = *input.first()?;
            input.advance(1);
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
    for _ in 0..varint(input)? {
        varint(input)?;
        let size = varint(input)?;
        if size > input.len() {
            return None;
        }
        input.advance(size);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::messages::{DescribeClusterRequest, MetadataRequest};

    #[test]
    fn a_frame_announces_its_own_length() {
        let broker: Arc<str> = Arc::from("b");
        let frame = encode(
            &MetadataRequest::default().with_topics(None),
            12,
            7,
            "penstock",
            &broker,
        )
        .unwrap();
        let length = i32::from_be_bytes(*frame.first_chunk::<4>().unwrap());
        assert_eq!(usize::try_from(length).unwrap() + 4, frame.len());
        assert_eq!(frame[4..6], [0, 3]);
        assert_eq!(frame[8..12], [0, 0, 0, 7]);
    }

    #[test]
    fn cut_answers_are_errors() {
        let broker: Arc<str> = Arc::from("b");
        for length in 0..6 {
            let frame = Bytes::from(vec![0; length]);
            assert!(
                decode::<DescribeClusterRequest>(frame, 1, &broker).is_err(),
                "{length}"
            );
        }
        let endless = Bytes::from_static(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert!(decode::<DescribeClusterRequest>(endless, 1, &broker).is_err());
    }
}
