//! From Protobuf's wire to JSON text.

use super::{
    Protobuf, index, known,
    wire::{Carried, Entry, Wire},
};
use crate::{MOST_DEPTH, error::DecodeError, out::Out};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value};
use std::collections::HashSet;

/// Fields that may be held at a time, at 40 bytes each.
const MOST_ENTRIES: usize = 1 << 20;

/// Reads the message that the indexes choose; its JSON and its full name. `indexes` is `None` where they lie before the
/// message.
pub(crate) fn read(
    protobuf: &Protobuf,
    indexes: Option<&[u8]>,
    payload: &[u8],
    limit: usize,
) -> Result<(String, String), DecodeError> {
    let (path, taken) = match indexes {
        // A header without indexes means the first message, as for a file that has only one.
        Some([]) => (vec![0], 0),
        Some(indexes) => (index::parse(indexes)?.0, 0),
        None => index::parse(payload)?,
    };
    let message = protobuf
        .message_at(&path)
        .ok_or_else(|| DecodeError::Malformed {
            what: format!("message index {path:?}, which the schema does not have"),
            at: 0,
        })?;
    let bytes = payload.get(taken..).unwrap_or_default();
    let mut reader = Reader {
        payload,
        held: 0,
        out: Out::new(limit),
    };
    reader.message(&message, &[bytes], 0)?;
    Ok((reader.out.finish(), message.full_name().to_owned()))
}

pub(super) struct Reader<'a> {
    payload: &'a [u8],
    /// Entries held by the messages that are being read.
    held: usize,
    pub(super) out: Out,
}

impl<'a> Reader<'a> {
    /// Where a part of the payload begins in it.
    fn offset(&self, part: &[u8]) -> usize {
        (part.as_ptr() as usize)
            .saturating_sub(self.payload.as_ptr() as usize)
            .min(self.payload.len())
    }

    pub(super) fn malformed(&self, what: impl Into<String>, part: &[u8]) -> DecodeError {
        DecodeError::Malformed {
            what: what.into(),
            at: self.offset(part),
        }
    }

    /// A message in one or several parts: those of a field that occurs repeatedly are read as if they were one.
    pub(super) fn message(
        &mut self,
        message: &MessageDescriptor,
        parts: &[&'a [u8]],
        depth: usize,
    ) -> Result<(), DecodeError> {
        if depth > MOST_DEPTH {
            return Err(DecodeError::TooDeep { limit: MOST_DEPTH });
        }
        let entries = self.entries(parts)?;
        let count = entries.len();
        match known::of(message.full_name()) {
            Some(known) => known::write(self, known, message, &entries, depth)?,
            None => {
                self.out.raw("{")?;
                self.fields(message, &entries, depth, true)?;
                self.out.raw("}")?;
            }
        }
        self.held -= count;
        Ok(())
    }

    /// `,"name":value` for each field of a message inside an `Any`.
    pub(super) fn inline(
        &mut self,
        message: &MessageDescriptor,
        bytes: &'a [u8],
        depth: usize,
    ) -> Result<(), DecodeError> {
        if depth > MOST_DEPTH {
            return Err(DecodeError::TooDeep { limit: MOST_DEPTH });
        }
        let entries = self.entries(&[bytes])?;
        let count = entries.len();
        self.fields(message, &entries, depth, false)?;
        self.held -= count;
        Ok(())
    }

    /// The fields of a message by number, each in the order of the wire.
    fn entries(&mut self, parts: &[&'a [u8]]) -> Result<Vec<Entry<'a>>, DecodeError> {
        let mut entries = Vec::new();
        for part in parts {
            let mut wire = Wire::new(part, self.offset(part));
            while !wire.is_empty() {
                let (number, carried) = wire.field()?;
                if self.held >= MOST_ENTRIES {
                    return Err(
                        self.malformed(format!("more than {MOST_ENTRIES} fields at once"), part)
                    );
                }
                self.held += 1;
                let order = u32::try_from(entries.len()).unwrap_or(u32::MAX);
                entries.push(Entry {
                    number,
                    order,
                    carried,
                });
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.number, entry.order));
        Ok(entries)
    }

    /// `"name":value` for each field that is there or has no presence.
    pub(super) fn fields(
        &mut self,
        message: &MessageDescriptor,
        entries: &[Entry<'a>],
        depth: usize,
        mut first: bool,
    ) -> Result<(), DecodeError> {
        for field in message.fields() {
            let own = occurrences(entries, field.number());
            let own = self.of_oneof(&field, own, entries);
            if own.is_empty() && field.supports_presence() {
                continue;
            }
            if !first {
                self.out.raw(",")?;
            }
            first = false;
            self.out.string(field.name())?;
            self.out.raw(":")?;
            self.field(&field, own, depth)?;
        }
        Ok(())
    }

    /// What counts of a field of a oneof: whatever stands behind the last of the others.
    pub(super) fn of_oneof<'e>(
        &self,
        field: &FieldDescriptor,
        own: &'e [Entry<'a>],
        entries: &[Entry<'a>],
    ) -> &'e [Entry<'a>] {
        let Some(oneof) = field
            .containing_oneof()
            .filter(|oneof| !own.is_empty() && !oneof.is_synthetic())
        else {
            return own;
        };
        let other = oneof
            .fields()
            .filter(|other| other.number() != field.number())
            .filter_map(|other| {
                occurrences(entries, other.number())
                    .last()
                    .map(|entry| entry.order)
            })
            .max();
        match other {
            Some(other) => own
                .get(own.partition_point(|entry| entry.order < other)..)
                .unwrap_or_default(),
            None => own,
        }
    }

    /// The value of a field, or its default.
    pub(super) fn field(
        &mut self,
        field: &FieldDescriptor,
        own: &[Entry<'a>],
        depth: usize,
    ) -> Result<(), DecodeError> {
        if field.is_map() {
            return self.map(field, own, depth);
        }
        if field.is_list() {
            return self.list(field, own, depth);
        }
        match (field.kind(), own.last()) {
            (Kind::Message(message), _) => {
                let parts = own
                    .iter()
                    .map(|entry| self.part(field, entry))
                    .collect::<Result<Vec<_>, _>>()?;
                self.message(&message, &parts, depth + 1)
            }
            (kind, Some(entry)) => self.scalar(field, &kind, entry.carried),
            (kind, None) => self.absent(field, &kind),
        }
    }

    /// The bytes of a message or group.
    fn part(&self, field: &FieldDescriptor, entry: &Entry<'a>) -> Result<&'a [u8], DecodeError> {
        match entry.carried {
            Carried::Bytes(bytes) | Carried::Group(bytes) => Ok(bytes),
            other => Err(self.mismatch(field, other)),
        }
    }

    fn mismatch(&self, field: &FieldDescriptor, carried: Carried<'a>) -> DecodeError {
        let part = match carried {
            Carried::Bytes(bytes) | Carried::Group(bytes) => bytes,
            _ => &[],
        };
        let what = format!(
            "field {} ({}) with {} where the schema has {:?}",
            field.number(),
            field.name(),
            carried.words(),
            field.kind()
        );
        // Without bytes of its own the place is not known; the name says enough.
        self.malformed(what, part)
    }

    fn list(
        &mut self,
        field: &FieldDescriptor,
        own: &[Entry<'a>],
        depth: usize,
    ) -> Result<(), DecodeError> {
        let kind = field.kind();
        self.out.raw("[")?;
        let mut first = true;
        for entry in own {
            match (&kind, entry.carried) {
                (Kind::Message(message), _) => {
                    self.comma(&mut first)?;
                    let part = self.part(field, entry)?;
                    self.message(message, &[part], depth + 1)?;
                }
                (Kind::String | Kind::Bytes, carried) => {
                    self.comma(&mut first)?;
                    self.scalar(field, &kind, carried)?;
                }
                // Numbers may be packed whatever the schema says.
                (_, Carried::Bytes(packed)) => {
                    let mut wire = Wire::new(packed, self.offset(packed));
                    while !wire.is_empty() {
                        self.comma(&mut first)?;
                        let carried = match kind {
                            Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => {
                                Carried::Fixed64(wire.fixed64()?)
                            }
                            Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => {
                                Carried::Fixed32(wire.fixed32()?)
                            }
                            _ => Carried::Varint(wire.varint()?),
                        };
                        self.scalar(field, &kind, carried)?;
                    }
                }
                (_, carried) => {
                    self.comma(&mut first)?;
                    self.scalar(field, &kind, carried)?;
                }
            }
        }
        self.out.raw("]")
    }

    fn comma(&mut self, first: &mut bool) -> Result<(), DecodeError> {
        if std::mem::replace(first, false) {
            Ok(())
        } else {
            self.out.raw(",")
        }
    }

    /// A map: of several entries with one key the last counts.
    fn map(
        &mut self,
        field: &FieldDescriptor,
        own: &[Entry<'a>],
        depth: usize,
    ) -> Result<(), DecodeError> {
        let Kind::Message(entry_type) = field.kind() else {
            return self.out.raw("{}");
        };
        let (key_field, value_field) = (
            entry_type.map_entry_key_field(),
            entry_type.map_entry_value_field(),
        );
        let mut pairs = Vec::with_capacity(own.len());
        let mut held = 0;
        for entry in own {
            let part = self.part(field, entry)?;
            let entries = self.entries(&[part])?;
            held += entries.len();
            let key = self.key(&key_field, &entries)?;
            pairs.push((key, entries));
        }
        let mut seen = HashSet::with_capacity(pairs.len());
        let mut kept: Vec<_> = pairs
            .iter()
            .rev()
            .filter(|(key, _)| seen.insert(key.as_str()))
            .collect();
        kept.reverse();
        self.out.raw("{")?;
        let mut first = true;
        for (key, entries) in kept {
            self.comma(&mut first)?;
            self.out.string(key)?;
            self.out.raw(":")?;
            self.field(
                &value_field,
                occurrences(entries, value_field.number()),
                depth + 1,
            )?;
        }
        self.held -= held;
        self.out.raw("}")
    }

    /// A map's key as the text that it is in JSON.
    fn key(&self, field: &FieldDescriptor, entries: &[Entry<'a>]) -> Result<String, DecodeError> {
        let kind = field.kind();
        let Some(entry) = occurrences(entries, field.number()).last() else {
            return Ok(match kind {
                Kind::String => String::new(),
                Kind::Bool => "false".to_owned(),
                _ => "0".to_owned(),
            });
        };
        match (kind, entry.carried) {
            (Kind::String, Carried::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(_) => Err(self.malformed("a key that is not UTF-8", bytes)),
            },
            (kind, carried) => match integer(&kind, carried) {
                Some(Integer::Signed(value)) => Ok(value.to_string()),
                Some(Integer::Unsigned(value)) => Ok(value.to_string()),
                Some(Integer::Bool(value)) => Ok(value.to_string()),
                None => Err(self.mismatch(field, carried)),
            },
        }
    }

    fn scalar(
        &mut self,
        field: &FieldDescriptor,
        kind: &Kind,
        carried: Carried<'a>,
    ) -> Result<(), DecodeError> {
        match (kind, carried) {
            (Kind::Double, Carried::Fixed64(bits)) => self.out.double(f64::from_bits(bits)),
            (Kind::Float, Carried::Fixed32(bits)) => self.out.float(f32::from_bits(bits)),
            (Kind::String, Carried::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => self.out.string(text),
                Err(_) => Err(self.malformed(
                    format!(
                        "field {} ({}) that is not UTF-8",
                        field.number(),
                        field.name()
                    ),
                    bytes,
                )),
            },
            (Kind::Bytes, Carried::Bytes(bytes)) => self.out.bytes(bytes),
            (Kind::Enum(symbols), Carried::Varint(value)) => self.symbol(symbols, value as i32),
            _ => match integer(kind, carried) {
                Some(Integer::Signed(value)) => self.out.show(value),
                Some(Integer::Unsigned(value)) => self.out.show(value),
                Some(Integer::Bool(value)) => self.out.show(value),
                None => Err(self.mismatch(field, carried)),
            },
        }
    }

    /// A symbol's name, or its number where the schema has none for it.
    fn symbol(&mut self, symbols: &EnumDescriptor, number: i32) -> Result<(), DecodeError> {
        if symbols.full_name() == "google.protobuf.NullValue" {
            return self.out.raw("null");
        }
        match symbols.get_value(number) {
            Some(symbol) => self.out.string(symbol.name()),
            None => self.out.show(number),
        }
    }

    /// The default of a field without presence.
    fn absent(&mut self, field: &FieldDescriptor, kind: &Kind) -> Result<(), DecodeError> {
        match (kind, field.default_value()) {
            (Kind::Enum(symbols), Value::EnumNumber(number)) => self.symbol(symbols, number),
            (_, Value::Bool(value)) => self.out.show(value),
            (_, Value::String(text)) => self.out.string(&text),
            (_, Value::Bytes(bytes)) => self.out.bytes(&bytes),
            (_, Value::F32(value)) => self.out.float(value),
            (_, Value::F64(value)) => self.out.double(value),
            _ => self.out.raw("0"),
        }
    }
}

/// The entries of a number.
pub(super) fn occurrences<'e, 'a>(entries: &'e [Entry<'a>], number: u32) -> &'e [Entry<'a>] {
    let from = entries.partition_point(|entry| entry.number < number);
    let to = entries.partition_point(|entry| entry.number <= number);
    entries.get(from..to).unwrap_or_default()
}

enum Integer {
    Signed(i64),
    Unsigned(u64),
    Bool(bool),
}

/// What a number on the wire means; 32-bit types take the low bits, as every implementation does.
fn integer(kind: &Kind, carried: Carried<'_>) -> Option<Integer> {
    Some(match (kind, carried) {
        (Kind::Int32, Carried::Varint(value)) => Integer::Signed(i64::from(value as i32)),
        (Kind::Int64, Carried::Varint(value)) => Integer::Signed(value.cast_signed()),
        (Kind::Uint32, Carried::Varint(value)) => Integer::Unsigned(u64::from(value as u32)),
        (Kind::Uint64, Carried::Varint(value)) => Integer::Unsigned(value),
        (Kind::Sint32, Carried::Varint(value)) => {
            let value = value as u32;
            Integer::Signed(i64::from(
                (value >> 1).cast_signed() ^ -(value & 1).cast_signed(),
            ))
        }
        (Kind::Sint64, Carried::Varint(value)) => {
            Integer::Signed((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
        }
        (Kind::Bool, Carried::Varint(value)) => Integer::Bool(value != 0),
        (Kind::Fixed32, Carried::Fixed32(value)) => Integer::Unsigned(value.into()),
        (Kind::Sfixed32, Carried::Fixed32(value)) => Integer::Signed(value.cast_signed().into()),
        (Kind::Fixed64, Carried::Fixed64(value)) => Integer::Unsigned(value),
        (Kind::Sfixed64, Carried::Fixed64(value)) => Integer::Signed(value.cast_signed()),
        (Kind::Enum(_), Carried::Varint(value)) => Integer::Signed(i64::from(value as i32)),
        _ => return None,
    })
}
