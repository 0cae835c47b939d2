//! The first question of every connection, ApiVersions, and its answer, read by an own decoder.
//!
//! The message codec trusts the counts it reads, so nothing reaches it before this answer has shown that a broker is at the
//! other end (decision 24). Here every count is checked against the bytes that are left before anything is allocated.
//! Schemas: `ApiVersionsRequest.json`, `ApiVersionsResponse.json` (KIP-35, KIP-511, KIP-584).

use bytes::{BufMut, BytesMut};

/// Key of ApiVersions.
pub(crate) const API_VERSIONS_KEY: i16 = 18;
/// The newest version of it spoken here.
pub(crate) const NEWEST: i16 = 4;
/// Kafka's code for a version that the broker does not know; the answer then comes in version 0.
const UNSUPPORTED_VERSION: i16 = 35;

/// What a broker offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiVersions {
    apis: Vec<ApiRange>,
    /// Finalized features: name and level.
    pub finalized: Vec<(String, i16)>,
    /// Epoch of the finalized features; `None` where the broker does not tell.
    pub finalized_epoch: Option<i64>,
}

/// The versions of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiRange {
    /// The request's key.
    pub key: i16,
    /// Oldest version offered.
    pub min: i16,
    /// Newest version offered.
    pub max: i16,
}

impl ApiVersions {
    /// The range of one request.
    pub fn range(&self, key: i16) -> Option<ApiRange> {
        self.apis.iter().copied().find(|range| range.key == key)
    }

    /// The newest version that both sides speak.
    pub fn pick(&self, key: i16, own_min: i16, own_max: i16) -> Option<i16> {
        let range = self.range(key)?;
        let version = range.max.min(own_max);
        (version >= range.min && version >= own_min).then_some(version)
    }
}

/// What the first answer turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FirstAnswer {
    /// The broker's offer.
    Versions(ApiVersions),
    /// It does not know the version asked with; ask again with this one.
    AskWith(i16),
}

/// Why bytes are no answer to ApiVersions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VersionsError {
    /// It ends too early, or a count promises more than follows.
    #[error("it is cut short")]
    Short,
    /// A number that can't be.
    #[error("it holds an impossible number")]
    Malformed,
    /// The broker answered with an error code.
    #[error("the broker answered {}", crate::error::code_name(*.0))]
    Code(i16),
}

/// Writes the request, without the length in front.
pub(crate) fn encode_request(version: i16, correlation: i32, client_id: &str) -> BytesMut {
    let mut out = BytesMut::with_capacity(64);
    out.put_i16(API_VERSIONS_KEY);
    out.put_i16(version);
    out.put_i32(correlation);
    let client_id = client_id
        .get(..client_id.len().min(249))
        .unwrap_or("penstock");
    out.put_i16(i16::try_from(client_id.len()).unwrap_or(0));
    out.put_slice(client_id.as_bytes());
    if version >= 3 {
        out.put_u8(0); // tagged fields of the header
        for text in ["penstock", env!("CARGO_PKG_VERSION")] {
            out.put_u8(u8::try_from(text.len() + 1).unwrap_or(1));
            out.put_slice(text.as_bytes());
        }
        out.put_u8(0);
    }
    out
}

/// Reads the answer behind its correlation id. `asked` is the version of the request.
pub(crate) fn decode_answer(asked: i16, body: &[u8]) -> Result<FirstAnswer, VersionsError> {
    let mut input = Input(body);
    let code = input.i16()?;
    if code == UNSUPPORTED_VERSION {
        // Version 0 whatever was asked; brokers since 2.4 add the range they do know.
        let apis = input.apis_fixed().unwrap_or_default();
        let newest = apis
            .iter()
            .find(|range| range.key == API_VERSIONS_KEY)
            .map_or(0, |range| range.max.clamp(0, NEWEST));
        if newest >= asked {
            return Err(VersionsError::Code(code));
        }
        return Ok(FirstAnswer::AskWith(newest));
    }
    if code != 0 {
        return Err(VersionsError::Code(code));
    }
    let mut versions = ApiVersions::default();
    if asked >= 3 {
        versions.apis = input.apis_compact()?;
        input.i32()?; // throttle time
        input.tagged(|tag, mut field| match tag {
            1 => {
                let epoch = field.i64()?;
                versions.finalized_epoch = (epoch >= 0).then_some(epoch);
                Ok(())
            }
            2 => {
                versions.finalized = field.features()?;
                Ok(())
            }
            _ => Ok(()),
        })?;
    } else {
        versions.apis = input.apis_fixed()?;
    }
    Ok(FirstAnswer::Versions(versions))
}

/// Bytes not yet read. Every method checks what is left first.
#[derive(Clone, Copy)]
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], VersionsError> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(VersionsError::Short)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], VersionsError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(VersionsError::Short)?;
        self.0 = rest;
        Ok(*head)
    }

    fn i16(&mut self) -> Result<i16, VersionsError> {
        self.array().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Result<i32, VersionsError> {
        self.array().map(i32::from_be_bytes)
    }

    fn i64(&mut self) -> Result<i64, VersionsError> {
        self.array().map(i64::from_be_bytes)
    }

    fn varint(&mut self) -> Result<u32, VersionsError> {
        let mut value = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.array()?;
            let part = u32::from(byte & 0x7f);
            if shift == 28 && part > 0x0f {
                return Err(VersionsError::Malformed);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(VersionsError::Malformed)
    }

    /// The count of a compact array (null counts as empty), checked against what is left.
    fn compact_count(&mut self, smallest: usize) -> Result<usize, VersionsError> {
        let count = self.varint()?.saturating_sub(1) as usize;
        if count > self.0.len() / smallest {
            return Err(VersionsError::Short);
        }
        Ok(count)
    }

    fn api(&mut self) -> Result<ApiRange, VersionsError> {
        Ok(ApiRange {
            key: self.i16()?,
            min: self.i16()?,
            max: self.i16()?,
        })
    }

    fn apis_fixed(&mut self) -> Result<Vec<ApiRange>, VersionsError> {
        let count = usize::try_from(self.i32()?).map_err(|_| VersionsError::Malformed)?;
        if count > self.0.len() / 6 {
            return Err(VersionsError::Short);
        }
        (0..count).map(|_| self.api()).collect()
    }

    fn apis_compact(&mut self) -> Result<Vec<ApiRange>, VersionsError> {
        let count = self.compact_count(7)?;
        let mut apis = Vec::with_capacity(count);
        for _ in 0..count {
            apis.push(self.api()?);
            self.tagged(|_, _| Ok(()))?;
        }
        Ok(apis)
    }

    fn compact_text(&mut self) -> Result<String, VersionsError> {
        let length = self.compact_count(1)?;
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| VersionsError::Malformed)
    }

    fn features(&mut self) -> Result<Vec<(String, i16)>, VersionsError> {
        let count = self.compact_count(6)?;
        let mut features = Vec::with_capacity(count);
        for _ in 0..count {
            let name = self.compact_text()?;
            let max_level = self.i16()?;
            self.i16()?; // least level
            self.tagged(|_, _| Ok(()))?;
            features.push((name, max_level));
        }
        Ok(features)
    }

    fn tagged(
        &mut self,
        mut each: impl FnMut(u32, Input<'a>) -> Result<(), VersionsError>,
    ) -> Result<(), VersionsError> {
        let count = self.varint()? as usize;
        if count > self.0.len() / 2 {
            return Err(VersionsError::Short);
        }
        for _ in 0..count {
            let tag = self.varint()?;
            let size = self.varint()? as usize;
            each(tag, Input(self.take(size)?))?;
        }
        Ok(())
    }
}

/// The name of a level of `metadata.version` (Kafka class `MetadataVersion`, as of 4.3).
pub fn metadata_version_name(level: i16) -> String {
    const FIRST: i16 = 7;
    const NAMES: [&str; 25] = [
        "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2",
        "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0",
        "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
        "4.4-IV0",
    ];
    usize::try_from(level.saturating_sub(FIRST))
        .ok()
        .and_then(|index| NAMES.get(index))
        .map_or_else(|| format!("level {level}"), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer_v4() -> Vec<u8> {
        let mut out = BytesMut::new();
        out.put_i16(0);
        out.put_u8(3); // two APIs
        for (key, min, max) in [(3, 0, 13), (18, 0, 4)] {
            out.put_i16(key);
            out.put_i16(min);
            out.put_i16(max);
            out.put_u8(0);
        }
        out.put_i32(0);
        out.put_u8(2); // two tagged fields
        out.put_u8(1);
        out.put_u8(8);
        out.put_i64(77);
        let name = b"metadata.version";
        out.put_u8(2);
        out.put_u8(u8::try_from(1 + 1 + name.len() + 5).unwrap());
        out.put_u8(2); // one feature
        out.put_u8(u8::try_from(name.len() + 1).unwrap());
        out.put_slice(name);
        out.put_i16(30);
        out.put_i16(7);
        out.put_u8(0);
        out.to_vec()
    }

    #[test]
    fn reads_offers_and_features() {
        let FirstAnswer::Versions(versions) = decode_answer(4, &answer_v4()).unwrap() else {
            panic!("an offer is expected");
        };
        assert_eq!(versions.pick(3, 0, 12), Some(12));
        assert_eq!(versions.pick(3, 0, 20), Some(13));
        assert_eq!(versions.pick(3, 14, 20), None);
        assert_eq!(versions.pick(99, 0, 1), None);
        assert_eq!(versions.finalized_epoch, Some(77));
        assert_eq!(versions.finalized, [("metadata.version".to_owned(), 30)]);
        assert_eq!(metadata_version_name(30), "4.3-IV0");
        assert_eq!(metadata_version_name(6), "level 6");
        assert_eq!(metadata_version_name(99), "level 99");
    }

    #[test]
    fn an_older_broker_is_asked_again_with_what_it_knows() {
        let bare = 35_i16.to_be_bytes();
        assert_eq!(decode_answer(4, &bare), Ok(FirstAnswer::AskWith(0)));
        let mut told = BytesMut::new();
        told.put_i16(35);
        told.put_i32(1);
        told.put_i16(18);
        told.put_i16(0);
        told.put_i16(3);
        assert_eq!(decode_answer(4, &told), Ok(FirstAnswer::AskWith(3)));
        // A broker that refuses what it says it knows would be asked for ever.
        assert_eq!(decode_answer(3, &told), Err(VersionsError::Code(35)));
    }

    #[test]
    fn a_count_is_believed_only_if_it_can_be_true() {
        let mut huge = BytesMut::new();
        huge.put_i16(0);
        huge.put_i32(i32::MAX);
        assert_eq!(decode_answer(0, &huge), Err(VersionsError::Short));
        let mut huge = BytesMut::new();
        huge.put_i16(0);
        huge.put_slice(&[0xff, 0xff, 0xff, 0xff, 0x0f]);
        assert_eq!(decode_answer(3, &huge), Err(VersionsError::Short));
    }

    #[test]
    fn every_cut_of_a_good_answer_is_refused() {
        let whole = answer_v4();
        for length in 0..whole.len() {
            assert!(decode_answer(4, &whole[..length]).is_err(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512), asked in 0_i16..5) {
            if let Ok(FirstAnswer::Versions(versions)) = decode_answer(asked, &bytes) {
                // What was allocated came from bytes that were there.
                prop_assert!(versions.apis.len() * 6 <= bytes.len());
                prop_assert!(versions.finalized.len() * 6 <= bytes.len());
            }
        }

        #[test]
        fn a_flipped_byte_never_panics(position in 0_usize..60, value in any::<u8>()) {
            let mut bytes = answer_v4();
            let length = bytes.len();
            bytes[position % length] = value;
            let _ = decode_answer(4, &bytes);
        }
    }
}
