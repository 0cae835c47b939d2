//! A value that fits a message, for somebody to begin from.

use super::{
    Protobuf,
    known::{self, Known},
};
use crate::{error::DecodeError, out::Out};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use std::collections::HashSet;

/// Bytes of a sample.
const MOST_TEXT: usize = 64 << 10;
/// Levels down to which messages are filled in; below, they are left out or empty.
const MOST_LEVELS: usize = 6;

/// A message as JSON; `None` where there is none, or it would be huge.
pub(crate) fn sample(protobuf: &Protobuf, message: Option<&str>) -> Option<String> {
    let message = match message {
        Some(name) => protobuf.message_named(name)?.0,
        None => protobuf.message_at(&[0])?,
    };
    let mut maker = Maker {
        out: Out::new(MOST_TEXT),
        path: Vec::new(),
    };
    maker.message(&message).ok()?;
    Some(maker.out.finish())
}

struct Maker {
    out: Out,
    /// Messages that are being made: none is made within itself.
    path: Vec<String>,
}

impl Maker {
    fn message(&mut self, message: &MessageDescriptor) -> Result<(), DecodeError> {
        match known::of(message.full_name()) {
            Some(Known::Timestamp) => return self.out.raw("\"2026-01-01T00:00:00Z\""),
            Some(Known::Duration) => return self.out.raw("\"0s\""),
            Some(Known::FieldMask) => return self.out.raw("\"\""),
            Some(Known::Any) => return self.out.raw("{}"),
            Some(Known::Either) => return self.out.raw("\"text\""),
            Some(Known::Only) => {
                return self.out.raw(if message.name() == "ListValue" {
                    "[]"
                } else {
                    "{}"
                });
            }
            Some(Known::Wrapper) => {
                return match message.fields().next() {
                    Some(field) => self.scalar(&field.kind()),
                    None => self.out.raw("null"),
                };
            }
            None => {}
        }
        self.path.push(message.full_name().to_owned());
        self.out.raw("{")?;
        let mut first = true;
        let mut oneofs = HashSet::new();
        for field in message.fields() {
            let oneof = field
                .containing_oneof()
                .filter(|oneof| !oneof.is_synthetic());
            let taken = oneof.is_some_and(|oneof| !oneofs.insert(oneof.name().to_owned()));
            if taken || (self.too_deep(&field) && !field.is_required()) {
                continue;
            }
            if self.path.len() > crate::MOST_DEPTH {
                // A message that requires itself has no finite value.
                return Err(DecodeError::TooDeep {
                    limit: crate::MOST_DEPTH,
                });
            }
            if !first {
                self.out.raw(",")?;
            }
            first = false;
            self.out.string(field.name())?;
            self.out.raw(":")?;
            self.field(&field)?;
        }
        self.path.pop();
        self.out.raw("}")
    }

    /// Whether a field would repeat what is being made already, or leads too deep.
    fn too_deep(&self, field: &FieldDescriptor) -> bool {
        let inner = match field.kind() {
            Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
            kind => kind,
        };
        match inner {
            Kind::Message(message) => {
                self.path.len() >= MOST_LEVELS
                    || self.path.iter().any(|name| name == message.full_name())
            }
            _ => false,
        }
    }

    fn field(&mut self, field: &FieldDescriptor) -> Result<(), DecodeError> {
        if field.is_map() {
            let Kind::Message(entry) = field.kind() else {
                return self.out.raw("{}");
            };
            self.out.raw(match entry.map_entry_key_field().kind() {
                Kind::String => "{\"key\":",
                Kind::Bool => "{\"false\":",
                _ => "{\"0\":",
            })?;
            self.value(&entry.map_entry_value_field().kind())?;
            return self.out.raw("}");
        }
        if field.is_list() {
            self.out.raw("[")?;
            self.value(&field.kind())?;
            return self.out.raw("]");
        }
        self.value(&field.kind())
    }

    fn value(&mut self, kind: &Kind) -> Result<(), DecodeError> {
        match kind {
            Kind::Message(message) => self.message(message),
            kind => self.scalar(kind),
        }
    }

    fn scalar(&mut self, kind: &Kind) -> Result<(), DecodeError> {
        match kind {
            Kind::String => self.out.raw("\"text\""),
            Kind::Bytes => self.out.raw("\"\""),
            Kind::Bool => self.out.raw("false"),
            Kind::Double | Kind::Float => self.out.raw("0.0"),
            Kind::Enum(symbols) if symbols.full_name() == "google.protobuf.NullValue" => {
                self.out.raw("null")
            }
            Kind::Enum(symbols) => match symbols.values().next() {
                Some(symbol) => self.out.string(symbol.name()),
                None => self.out.raw("0"),
            },
            _ => self.out.raw("0"),
        }
    }
}
