//! Records as they are typed: what stands in the fields, and what becomes of it. Pure.

use penstock_domain::{
    ids::PartitionId,
    produce::{Acks, Content, NewHeader, NewRecord, ProduceRequest, RecordPart, TransactionEnd},
    record::{Bytes, Codec, DecodedPart, Encoding, Format, Record, RecordAddress},
    time::Timestamp,
    units,
};

/// A key or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Whether there is none; the text stays for a change of mind.
    pub null: bool,
    /// What is typed.
    pub content: Content,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderDraft {
    /// Tells it from others of the same name.
    pub id: u32,
    /// What is typed.
    pub header: NewHeader,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDraft {
    /// Tells it from others.
    pub id: u32,
    /// Its key.
    pub key: Side,
    /// Its value.
    pub value: Side,
    /// Its headers.
    pub headers: Vec<HeaderDraft>,
    /// The chosen partition as typed; `None`: by the key.
    pub partition: Option<String>,
    /// The chosen time as typed; `None`: when it is sent.
    pub timestamp: Option<String>,
    /// The record that it was copied from.
    pub copy_of: Option<RecordAddress>,
    /// What a copy could not take over.
    pub lost: Option<String>,
}

/// How records are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// Compression.
    pub compression: Codec,
    /// Acknowledgements.
    pub acks: Acks,
    /// One transaction around all.
    pub transaction: Option<TransactionEnd>,
}

impl Default for How {
    fn default() -> Self {
        Self {
            compression: Codec::Lz4,
            acks: Acks::All,
            transaction: None,
        }
    }
}

impl Side {
    /// Of a format, with nothing typed.
    pub fn of(format: Format) -> Self {
        Self {
            null: false,
            content: Content {
                format,
                ..Content::default()
            },
        }
    }

    fn content(&self) -> Option<Content> {
        (!self.null).then(|| self.content.clone())
    }
}

impl RecordDraft {
    /// An empty record: text for the key, JSON for the value.
    pub fn new(id: u32) -> Self {
        Self {
            id,
            key: Side::of(Format::Text),
            value: Side::of(Format::Json),
            headers: Vec::new(),
            partition: None,
            timestamp: None,
            copy_of: None,
            lost: None,
        }
    }

    /// Whether nothing was typed or chosen yet, apart from formats.
    pub fn is_untouched(&self) -> bool {
        let is_empty = |side: &Side| !side.null && side.content.text.is_empty();
        is_empty(&self.key)
            && is_empty(&self.value)
            && self.headers.is_empty()
            && self.partition.is_none()
            && self.timestamp.is_none()
            && self.copy_of.is_none()
    }

    /// What is wrong with a field that the server would never see.
    pub fn fault(&self) -> Option<(RecordPart, String)> {
        if let Some(text) = &self.partition
            && partition(text).is_none()
        {
            return Some((
                RecordPart::Partition,
                "A partition is a whole number.".to_owned(),
            ));
        }
        if let Some(text) = &self.timestamp
            && timestamp(text).is_none()
        {
            return Some((
                RecordPart::Timestamp,
                "A time is needed, such as 2026-11-23T08:00:00Z, or milliseconds since 1970."
                    .to_owned(),
            ));
        }
        None
    }

    /// The record to send.
    pub fn record(&self) -> NewRecord {
        NewRecord {
            key: self.key.content(),
            value: self.value.content(),
            headers: self
                .headers
                .iter()
                .map(|draft| draft.header.clone())
                .collect(),
            partition: self.partition.as_deref().and_then(partition),
            timestamp: self.timestamp.as_deref().and_then(timestamp),
        }
    }

    /// A few words for the list of records.
    pub fn title(&self) -> String {
        let text = if !self.key.null && !self.key.content.text.is_empty() {
            &self.key.content.text
        } else if self.key.null {
            "null key"
        } else {
            "empty key"
        };
        let mut title: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(60)
            .collect();
        if text.chars().nth(60).is_some() {
            title.push('…');
        }
        title
    }

    /// What kind of value it has: `Avro, 412 B`.
    pub fn kind(&self, size: Option<u32>) -> String {
        if self.value.null {
            return "null value: a tombstone".to_owned();
        }
        let format = self.value.content.format.words();
        match size {
            Some(size) => format!("{format}, {}", units::bytes(u64::from(size))),
            None => format.to_owned(),
        }
    }

    /// How many headers have the name of this one.
    pub fn same_name(&self, id: u32) -> usize {
        let name = |header: &&HeaderDraft| header.id == id;
        match self.headers.iter().find(name) {
            Some(one) => self
                .headers
                .iter()
                .filter(|other| other.header.key == one.header.key)
                .count(),
            None => 0,
        }
    }

    /// A copy of a record that lies in a topic, to be edited. The partition is left to the key and the time to the moment of
    /// sending. `header` gives ids.
    pub fn copy(id: u32, record: &Record, mut header: impl FnMut() -> u32) -> Self {
        let decoded = record.decoded.as_ref();
        let mut lost = Vec::new();
        let key = side(
            record.key.as_ref(),
            decoded.and_then(|decoded| decoded.key.as_ref()),
            "key",
            &mut lost,
        );
        let value = side(
            record.value.as_ref(),
            decoded.and_then(|decoded| decoded.value.as_ref()),
            "value",
            &mut lost,
        );
        if !record.masked.is_empty() {
            lost.push(format!(
                "Hidden parts are copied as they are shown: {}.",
                record.masked.join(", ")
            ));
        }
        let headers = record
            .headers
            .iter()
            .map(|one| HeaderDraft {
                id: header(),
                header: NewHeader {
                    key: one.key.clone(),
                    base64: one
                        .value
                        .as_ref()
                        .is_some_and(|value| value.encoding == Encoding::Base64),
                    value: one.value.as_ref().map(|value| value.data.clone()),
                },
            })
            .collect();
        Self {
            id,
            key,
            value,
            headers,
            partition: None,
            timestamp: None,
            copy_of: Some(RecordAddress {
                topic: record.topic.clone(),
                topic_id: None,
                partition: record.partition,
                offset: record.offset,
            }),
            lost: (!lost.is_empty()).then(|| lost.join(" ")),
        }
    }
}

/// One side of a record that lies in a topic, as text that can be edited: as it was read where a schema wrote it.
fn side(
    bytes: Option<&Bytes>,
    read: Option<&DecodedPart>,
    name: &str,
    lost: &mut Vec<String>,
) -> Side {
    let Some(bytes) = bytes else {
        return Side {
            null: true,
            ..Side::of(Format::Text)
        };
    };
    if bytes.truncated {
        lost.push(format!("Only the beginning of the {name} was copied."));
    }
    let read = read.filter(|read| read.problem.is_none() && !read.truncated);
    let (format, text, schema) = match read {
        Some(read) if read.schema.is_some() => {
            (read.format, read.text.clone(), read.schema.as_ref())
        }
        Some(read) if read.format == Format::Json && bytes.encoding == Encoding::Utf8 => {
            (Format::Json, bytes.data.clone(), None)
        }
        _ => match bytes.encoding {
            Encoding::Utf8 => (Format::Text, bytes.data.clone(), None),
            Encoding::Base64 => (Format::Base64, bytes.data.clone(), None),
        },
    };
    Side {
        null: false,
        content: Content {
            format,
            text,
            subject: schema.and_then(|schema| schema.subject.clone()),
            version: schema.and_then(|schema| schema.version),
        },
    }
}

/// The request that sends them.
pub fn request(records: &[RecordDraft], how: How, check_only: bool) -> ProduceRequest {
    ProduceRequest {
        records: records.iter().map(RecordDraft::record).collect(),
        compression: (how.compression != Codec::None).then_some(how.compression),
        acks: how.acks,
        transaction: how.transaction,
        check_only,
    }
}

fn partition(text: &str) -> Option<PartitionId> {
    text.trim()
        .parse()
        .ok()
        .filter(|number| *number >= 0)
        .map(PartitionId)
}

fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 11 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp);
    }
    match penstock_domain::read::Point::parse(text) {
        Ok(penstock_domain::read::Point::Time(time)) => Some(time),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::record::{BatchFacts, Decoded, Header, SchemaRef, TimestampType};

    fn bytes(data: &str, encoding: Encoding) -> Bytes {
        Bytes {
            encoding,
            data: data.to_owned(),
            size: data.len() as u64,
            truncated: false,
        }
    }

    fn lying() -> Record {
        Record {
            topic: "task-created".into(),
            partition: PartitionId(7),
            offset: 1_482_117,
            timestamp: Some(Timestamp(1)),
            timestamp_type: TimestampType::CreateTime,
            key: Some(bytes("tsk_1", Encoding::Utf8)),
            value: Some(bytes("AAAA", Encoding::Base64)),
            headers: vec![
                Header {
                    key: "retry".to_owned(),
                    key_base64: None,
                    value: Some(bytes("0", Encoding::Utf8)),
                },
                Header {
                    key: "retry".to_owned(),
                    key_base64: None,
                    value: None,
                },
            ],
            producer: None,
            transactional: false,
            control: None,
            aborted: false,
            batch: BatchFacts {
                base_offset: 1_482_117,
                codec: Codec::None,
                leader_epoch: 0,
                records: 1,
                bytes: 80,
            },
            decoded: None,
            columns: Vec::new(),
            masked: Vec::new(),
        }
    }

    fn copied(record: &Record) -> RecordDraft {
        let mut next = 10;
        RecordDraft::copy(1, record, || {
            next += 1;
            next
        })
    }

    #[test]
    fn a_copy_is_the_same_record_to_write() {
        let draft = copied(&lying());
        let record = draft.record();
        let value = record.value.unwrap();
        assert_eq!(
            (value.format, value.text.as_str()),
            (Format::Base64, "AAAA")
        );
        assert_eq!(record.key.unwrap().format, Format::Text);
        assert_eq!(record.headers.len(), 2);
        assert_eq!(record.headers[1].value, None);
        assert_eq!((record.partition, record.timestamp), (None, None));
        assert_eq!(draft.same_name(11), 2);
        assert_eq!(draft.lost, None);
    }

    #[test]
    fn what_a_schema_wrote_is_edited_as_json_and_written_with_it() {
        let mut record = lying();
        record.decoded = Some(Decoded {
            key: None,
            value: Some(DecodedPart {
                format: Format::Avro,
                text: "{\"a\": 1}".to_owned(),
                json: true,
                truncated: false,
                schema: Some(SchemaRef {
                    id: 7,
                    subject: Some("task-created-value".to_owned()),
                    version: Some(5),
                    name: None,
                }),
                problem: None,
            }),
        });
        let value = copied(&record).value.content;
        assert_eq!(value.format, Format::Avro);
        assert_eq!(value.subject.as_deref(), Some("task-created-value"));
        assert_eq!(value.version, Some(5));
        assert_eq!(value.text, "{\"a\": 1}");
    }

    #[test]
    fn what_is_lost_is_said() {
        let mut record = lying();
        record.masked = vec!["value.card".to_owned()];
        record.key.as_mut().unwrap().truncated = true;
        record.value = None;
        let draft = copied(&record);
        assert!(draft.value.null);
        let lost = draft.lost.unwrap();
        assert!(lost.contains("beginning of the key") && lost.contains("value.card"));
    }

    #[test]
    fn fields_that_are_no_numbers_are_told_here() {
        let mut draft = RecordDraft::new(1);
        assert_eq!(draft.fault(), None);
        draft.partition = Some("x".to_owned());
        assert_eq!(draft.fault().unwrap().0, RecordPart::Partition);
        draft.partition = Some(" 7 ".to_owned());
        draft.timestamp = Some("soon".to_owned());
        assert_eq!(draft.fault().unwrap().0, RecordPart::Timestamp);
        draft.timestamp = Some("2026-11-23T08:00:00Z".to_owned());
        assert_eq!(draft.fault(), None);
        assert_eq!(draft.record().partition, Some(PartitionId(7)));
        draft.timestamp = Some("1763884800123".to_owned());
        assert_eq!(draft.record().timestamp, Some(Timestamp(1_763_884_800_123)));
    }

    #[test]
    fn null_is_kept_apart_from_empty() {
        let mut draft = RecordDraft::new(1);
        assert_eq!(draft.record().key.unwrap().text, "");
        draft.key.null = true;
        draft.value.null = true;
        let record = draft.record();
        assert_eq!((record.key, record.value), (None, None));
        assert_eq!(draft.title(), "null key");
        assert!(draft.kind(None).contains("tombstone"));
    }
}
