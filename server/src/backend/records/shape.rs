//! From what was found on the wire to what a reader gets: read, masked, cut, with columns.

use super::{
    explain::{Seen, carried, describe, encode_base64},
    lens::{ReaderLens, masked_headers},
};
use penstock_auth::mask::Side as MaskSide;
use penstock_domain::{
    filter::Field,
    json,
    record::{BatchFacts, Decoded, Header, Producer, Record},
    time::Timestamp,
};
use penstock_kafka::{
    lens::{Lens as _, OwnHeader},
    scan::Found,
};
use std::borrow::Cow;

/// Bytes of a value that a line of a table shows.
pub const LINE: usize = 400;
/// Bytes of a value that the record's own page gets; the rest is downloaded.
pub const WHOLE: usize = 16 << 20;
/// Longest text of a column.
const COLUMN: usize = 200;
/// Tries to get the schemas of one record.
const SCHEMA_TRIES: usize = 3;

/// Makes records of what was found.
#[derive(Clone)]
pub struct Shaper {
    /// How the reader sees records.
    pub lens: ReaderLens,
    /// Fields told beside the preview.
    pub columns: Vec<Field>,
    /// Bytes of each side that are told.
    pub shown: usize,
    /// Whether records are shown alone.
    pub whole: bool,
}

impl Shaper {
    /// One record. Waits for its schemas, at most as long as the lens does.
    pub async fn shape(&self, found: &Found) -> Record {
        for _ in 0..SCHEMA_TRIES {
            match self.try_shape(found) {
                Ok(record) => return record,
                Err(missing) => self.lens.fetch(&[missing]).await,
            }
        }
        // A registry that never says yes or no: the bytes are shown raw.
        let raw = Self {
            lens: self.lens.without_registry(),
            ..self.clone()
        };
        raw.try_shape(found).unwrap_or_else(|_| facts(found))
    }

    fn try_shape(&self, found: &Found) -> Result<Record, penstock_kafka::lens::MissingSchema> {
        let mut record = facts(found);
        let masks = self.lens.masks(&found.topic);
        let pairs = found
            .headers
            .iter()
            .map(|(name, value)| (&**name, value.as_deref()));
        let headers = match masks {
            Some(masks) => masked_headers(masks, pairs.clone()),
            None => pairs
                .clone()
                .map(|(name, value)| (Cow::Borrowed(name), value.map(Cow::Borrowed)))
                .collect(),
        };
        // A marker's key and value are the brokers' own.
        let (key, value) = match found.control {
            Some(_) => (None, None),
            None => self.lens.explainer().see(
                &found.topic,
                found.key.as_deref(),
                found.value.as_deref(),
                pairs,
            )?,
        };
        let side = |side: MaskSide, seen: &Option<Seen<'_>>| {
            let (masks, seen) = (masks?, seen.as_ref()?);
            match masks.apply(side, &seen.bytes) {
                // Nothing of it is hidden.
                Cow::Borrowed(_) => None,
                Cow::Owned(bytes) => Some(bytes),
            }
        };
        let masked_key = side(MaskSide::Key, &key);
        let masked_value = side(MaskSide::Value, &value);
        if !self.columns.is_empty() {
            let key = shown(masked_key.as_deref(), key.as_ref());
            let value = shown(masked_value.as_deref(), value.as_ref());
            record.columns = self
                .columns
                .iter()
                .map(|path| column(path, key, value, &headers))
                .collect();
        }
        let explainer = self.lens.explainer();
        let mut decoded = Decoded {
            key: None,
            value: None,
        };
        if let (Some(original), Some(seen)) = (&found.key, &key) {
            let (bytes, part) = describe(
                original,
                seen,
                masked_key.map(Cow::Owned),
                explainer.key_format,
                self.shown,
                self.whole,
            );
            record.key = Some(bytes);
            decoded.key = part;
        }
        if let (Some(original), Some(seen)) = (&found.value, &value) {
            let (bytes, part) = describe(
                original,
                seen,
                masked_value.map(Cow::Owned),
                explainer.value_format,
                self.shown,
                self.whole,
            );
            record.value = Some(bytes);
            decoded.value = part;
        }
        record.decoded = (decoded.key.is_some() || decoded.value.is_some()).then_some(decoded);
        record.headers = headers
            .iter()
            .map(|(name, value)| header(name, value.as_deref(), self.shown))
            .collect();
        record.masked = masks.map(|masks| masks.fields()).unwrap_or_default();
        Ok(record)
    }
}

/// A side as its reader sees it.
fn shown<'a>(masked: Option<&'a [u8]>, seen: Option<&'a Seen<'_>>) -> Option<&'a [u8]> {
    masked.or_else(|| seen.map(|seen| &*seen.bytes))
}

/// What needs no reading.
fn facts(found: &Found) -> Record {
    let head = &found.head;
    let position = found.offset.saturating_sub(head.base_offset);
    Record {
        topic: found.topic.clone(),
        partition: found.partition,
        offset: found.offset,
        timestamp: (found.timestamp >= 0).then_some(Timestamp(found.timestamp)),
        timestamp_type: head.timestamp_type,
        key: None,
        value: None,
        headers: Vec::new(),
        producer: (head.producer_id >= 0).then(|| Producer {
            id: head.producer_id,
            epoch: head.producer_epoch,
            sequence: sequence(head.base_sequence, position),
        }),
        transactional: head.transactional,
        control: found.control,
        aborted: found.aborted,
        batch: BatchFacts {
            base_offset: head.base_offset,
            codec: head.codec,
            leader_epoch: head.leader_epoch,
            records: head.records,
            bytes: head.bytes,
        },
        decoded: None,
        columns: Vec::new(),
        masked: Vec::new(),
    }
}

/// Sequence numbers wrap to 0 behind the greatest (Kafka class `DefaultRecordBatch.incrementSequence`).
fn sequence(base: i32, position: i64) -> i32 {
    if base < 0 {
        return -1;
    }
    let wrapped = (i64::from(base) + position) % (i64::from(i32::MAX) + 1);
    i32::try_from(wrapped).unwrap_or(-1)
}

fn header(name: &[u8], value: Option<&[u8]>, shown: usize) -> Header {
    let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Header {
        key: String::from_utf8_lossy(name).into_owned(),
        key_base64: std::str::from_utf8(name)
            .is_err()
            .then(|| encode_base64(name)),
        value: value.map(|value| carried(value, size(value), shown)),
    }
}

/// The text of a field, as a column shows it.
fn column(
    field: &Field,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &[OwnHeader<'_>],
) -> Option<String> {
    let text = match field {
        Field::Header(name) => {
            let (_, value) = headers.iter().find(|(header, _)| {
                name.as_ref()
                    .is_none_or(|name| **header == *name.as_bytes())
            })?;
            String::from_utf8_lossy(value.as_deref()?).into_owned()
        }
        Field::Key(path) => text_at(key?, path)?,
        Field::Value(path) => text_at(value?, path)?,
        // Every row tells these by itself.
        Field::Topic | Field::Partition | Field::Offset | Field::Time | Field::Size => return None,
    };
    let mut short: String = text.chars().take(COLUMN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Some(short)
}

/// What a path leads to: a text's content, else the JSON as it is written. The first, where there are several.
fn text_at(bytes: &[u8], path: &json::Path) -> Option<String> {
    if path.is_root() {
        return Some(String::from_utf8_lossy(bytes).into_owned());
    }
    let mut first = None;
    json::find(bytes, &path.0, |place| {
        first.get_or_insert_with(|| match place.text() {
            Some(text) => text.into_owned(),
            None => place.raw.to_owned(),
        });
    })
    .ok()?;
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_wrap_as_brokers_wrap_them() {
        assert_eq!(sequence(5, 3), 8);
        assert_eq!(sequence(i32::MAX, 0), i32::MAX);
        assert_eq!(sequence(i32::MAX, 1), 0);
        assert_eq!(sequence(-1, 1), -1);
    }
}
