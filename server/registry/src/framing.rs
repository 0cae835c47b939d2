//! Where a record says with which schema it was written.
//!
//! Recognised, in this order:
//! 1. A header `__key_schema_id` or `__value_schema_id` (Confluent Platform 8.1, `HeaderSchemaIdSerializer`): a byte 1 and the
//!    sixteen bytes of the schema's GUID, or a byte 0 and four bytes of its id; for Protobuf the message indexes follow in the
//!    header. The record's bytes are then the value alone. The last header of that name counts.
//! 2. The first byte of key or value is 0, and the next four are the schema's id, big endian. For Protobuf the message
//!    indexes come next, before the message: which schema it is tells only the registry, so [`Framing::payload`] begins with
//!    them and decoding takes them off.
//!
//! Not recognised: the eight-byte ids and headers of Apicurio's own serializers before version 3, AWS Glue's framing.

use std::ops::Range;

/// Which part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The key.
    Key,
    /// The value.
    Value,
}

impl Side {
    /// The header in which Confluent's clients put the schema's id.
    pub const fn header(self) -> &'static str {
        match self {
            Side::Key => "__key_schema_id",
            Side::Value => "__value_schema_id",
        }
    }

    /// What `TopicNameStrategy` appends to the topic's name for the subject.
    pub const fn suffix(self) -> &'static str {
        match self {
            Side::Key => "-key",
            Side::Value => "-value",
        }
    }
}

/// How a record names its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaKey {
    /// By the number that the registry gave it.
    Id(u32),
    /// By its GUID, the same in every registry (Confluent Platform 8).
    Guid(u128),
}

impl std::fmt::Display for SchemaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SchemaKey::Id(id) => write!(f, "schema {id}"),
            SchemaKey::Guid(guid) => write!(f, "schema {}", guid_text(*guid)),
        }
    }
}

/// A GUID as registries write it in addresses.
pub(crate) fn guid_text(guid: u128) -> String {
    let hex = format!("{guid:032x}");
    let part = |range: Range<usize>| hex.get(range).unwrap_or_default().to_owned();
    format!(
        "{}-{}-{}-{}-{}",
        part(0..8),
        part(8..12),
        part(12..16),
        part(16..20),
        part(20..32)
    )
}

/// What a record says about its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framing {
    /// Which schema.
    pub schema: SchemaKey,
    /// Where the payload lies in the bytes; with the id in front, Protobuf's message indexes are still before the message.
    pub payload: Range<usize>,
    /// With the id in a header: the bytes behind it there, which for Protobuf are the message indexes.
    pub indexes: Vec<u8>,
    /// Whether a header told.
    pub by_header: bool,
}

/// Bytes of a header that can be message indexes; longer ones are none.
const MOST_INDEX_BYTES: usize = 256;

/// Looks for the framing of one side of a record. `None`: it names no schema. Bytes that begin with 0 by chance look framed as
/// well; the registry then has no such schema, and the bytes are shown raw.
pub fn framing<'h>(
    bytes: &[u8],
    headers: impl IntoIterator<Item = (&'h [u8], Option<&'h [u8]>)>,
    side: Side,
) -> Option<Framing> {
    let name = side.header().as_bytes();
    let header = headers
        .into_iter()
        .filter(|(key, _)| *key == name)
        .last()
        .and_then(|(_, value)| value);
    if let Some(framing) = header.and_then(|value| by_header(value, bytes.len())) {
        return Some(framing);
    }
    let (schema, rest) = identity(bytes)?;
    // In the payload only version 0 is in use; a 1 there is just data.
    if !matches!(schema, SchemaKey::Id(_)) {
        return None;
    }
    Some(Framing {
        schema,
        payload: bytes.len() - rest.len()..bytes.len(),
        indexes: Vec::new(),
        by_header: false,
    })
}

fn by_header(value: &[u8], length: usize) -> Option<Framing> {
    let (schema, rest) = identity(value)?;
    (rest.len() <= MOST_INDEX_BYTES).then(|| Framing {
        schema,
        payload: 0..length,
        indexes: rest.to_vec(),
        by_header: true,
    })
}

/// The version byte, what it announces, and what follows.
fn identity(bytes: &[u8]) -> Option<(SchemaKey, &[u8])> {
    match bytes.split_first()? {
        (0, rest) => {
            let (id, rest) = rest.split_first_chunk::<4>()?;
            Some((SchemaKey::Id(u32::from_be_bytes(*id)), rest))
        }
        (1, rest) => {
            let (guid, rest) = rest.split_first_chunk::<16>()?;
            Some((SchemaKey::Guid(u128::from_be_bytes(*guid)), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(bytes: &[u8]) -> Option<Framing> {
        framing(bytes, std::iter::empty(), Side::Value)
    }

    #[test]
    fn an_id_in_front() {
        let found = plain(&[0, 0, 0, 1, 2, 7, 8]).unwrap();
        assert_eq!(
            (found.schema, found.payload.clone(), found.by_header),
            (SchemaKey::Id(258), 5..7, false)
        );
        assert_eq!(plain(&[0, 0, 0, 0, 1]).unwrap().payload, 5..5);
        for none in [&[][..], &[0], &[0, 1, 2, 3], &[2, 0, 0, 0, 1], b"{\"a\":1}"] {
            assert_eq!(plain(none), None);
        }
        // A GUID is recognised in headers only.
        assert_eq!(plain(&[1; 20]), None);
    }

    #[test]
    fn an_identity_in_a_header_wins_and_the_last_one_counts() {
        let guid: Vec<u8> = std::iter::once(1).chain(0..16).chain([2, 0]).collect();
        let headers = |side: &'static str, value: &'static [u8]| (side.as_bytes(), Some(value));
        let old = headers("__value_schema_id", &[0, 0, 0, 0, 9]);
        let found = framing(
            &[0, 0, 0, 0, 1, 5],
            [
                old,
                (b"__value_schema_id", Some(&guid)),
                headers("__key_schema_id", &[0, 0, 0, 0, 3]),
            ],
            Side::Value,
        )
        .unwrap();
        assert_eq!(
            found.schema,
            SchemaKey::Guid(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f)
        );
        assert_eq!(
            (found.payload, found.indexes, found.by_header),
            (0..6, vec![2, 0], true)
        );
        assert_eq!(
            guid_text(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f),
            "00010203-0405-0607-0809-0a0b0c0d0e0f"
        );
        // A null or strange header is nobody's: the bytes decide.
        assert_eq!(
            framing(
                &[0, 0, 0, 0, 1],
                [(&b"__value_schema_id"[..], None)],
                Side::Value
            )
            .unwrap()
            .schema,
            SchemaKey::Id(1)
        );
        assert_eq!(
            framing(b"x", [headers("__value_schema_id", b"7")], Side::Value),
            None
        );
    }

    proptest! {
        #[test]
        fn what_is_found_lies_inside(bytes: Vec<u8>, header: Option<Vec<u8>>) {
            let name = Side::Key.header().as_bytes();
            if let Some(found) = framing(&bytes, [(name, header.as_deref())], Side::Key) {
                prop_assert!(bytes.get(found.payload).is_some());
            }
        }
    }
}
