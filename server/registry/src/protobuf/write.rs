//! From JSON text to Protobuf's wire.

use super::{
    Protobuf, index,
    known::{self, Known},
};
use crate::{
    MOST_DEPTH, MOST_JSON,
    error::{EncodeError, tame},
    nearest::{list, nearest},
    text::{At, Text},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use penstock_domain::json::Kind as Json;
use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use std::collections::HashSet;

type Written = Result<(), EncodeError>;

/// Writes a message, the file's first one unless another is named, with its indexes in front.
pub(crate) fn write(
    protobuf: &Protobuf,
    message: Option<&str>,
    text: &str,
) -> Result<Vec<u8>, EncodeError> {
    let parsed = Text::parse(text)?;
    let (message, path) = match message {
        Some(name) => protobuf.message_named(name).ok_or_else(|| {
            let messages = protobuf.messages();
            let names = || messages.iter().map(|(message, _)| message.full_name());
            parsed.root().fail(
                format!(
                    "The schema has no message {}; it has {}.",
                    tame(name),
                    list(names())
                ),
                nearest(name, names()).map(|near| format!("Write {near}")),
            )
        })?,
        None => protobuf
            .message_at(&[0])
            .map(|message| (message, vec![0]))
            .ok_or_else(|| parsed.root().fail("The schema has no message.", None))?,
    };
    let mut out = index::bytes(&path);
    out.extend(body(&message, parsed.root(), 0)?);
    Ok(out)
}

/// A message without its tag and length.
fn body(message: &MessageDescriptor, at: At<'_, '_>, depth: usize) -> Result<Vec<u8>, EncodeError> {
    if depth > MOST_DEPTH {
        return Err(at.fail(
            format!("This is nested deeper than {MOST_DEPTH} levels."),
            None,
        ));
    }
    match known::of(message.full_name()) {
        // One that does not keep to its own rules was shown as a plain object.
        Some(Known::Timestamp | Known::Duration | Known::FieldMask)
            if at.kind() == Json::Object => {}
        // An Any of nothing.
        Some(Known::Any) if at.kind() == Json::Object && at.count() == 0 => return Ok(Vec::new()),
        Some(_) => return well_known(message, at),
        None => {}
    }
    if at.kind() != Json::Object {
        return Err(must(at, "an object"));
    }
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    let mut oneofs = HashSet::new();
    for (name, value) in at.members() {
        let Some(field) = message
            .get_field_by_name(&name)
            .or_else(|| message.get_field_by_json_name(&name))
        else {
            let names: Vec<String> = message
                .fields()
                .map(|field| field.name().to_owned())
                .collect();
            let names = || names.iter().map(String::as_str);
            let text = format!(
                "{} has no field \"{name}\"; it has {}.",
                message.name(),
                list(names())
            );
            return Err(value.fail_name(
                text,
                nearest(&name, names()).map(|near| format!("Write \"{near}\"")),
            ));
        };
        if !seen.insert(field.number()) {
            return Err(value.fail_name(format!("\"{name}\" is there twice."), None));
        }
        if value.kind() == Json::Null && !takes_null(&field) {
            continue;
        }
        if let Some(oneof) = field
            .containing_oneof()
            .filter(|oneof| !oneof.is_synthetic())
            && !oneofs.insert(oneof.name().to_owned())
        {
            let names: Vec<String> = oneof
                .fields()
                .map(|field| field.name().to_owned())
                .collect();
            let text = format!(
                "Only one of {} may be there.",
                list(names.iter().map(String::as_str))
            );
            return Err(value.fail_name(text, None));
        }
        member(&mut out, &field, value, depth)?;
        if out.len() > MOST_JSON {
            return Err(at.fail(
                format!("The record becomes larger than {MOST_JSON} bytes."),
                None,
            ));
        }
    }
    for field in message.fields().filter(FieldDescriptor::is_required) {
        if !seen.contains(&field.number()) {
            return Err(at.fail(
                format!(
                    "Field \"{}\" is missing; the schema requires it.",
                    field.name()
                ),
                None,
            ));
        }
    }
    Ok(out)
}

/// Whether null is a value of a field and not its absence.
fn takes_null(field: &FieldDescriptor) -> bool {
    match field.kind() {
        Kind::Message(message) => {
            message.full_name() == "google.protobuf.Value" && !field.is_list() && !field.is_map()
        }
        Kind::Enum(symbols) => {
            symbols.full_name() == "google.protobuf.NullValue" && !field.is_list()
        }
        _ => false,
    }
}

fn member(out: &mut Vec<u8>, field: &FieldDescriptor, at: At<'_, '_>, depth: usize) -> Written {
    if field.is_map() {
        return map(out, field, at, depth);
    }
    if !field.is_list() {
        // A default without presence is not written, as every implementation does it.
        let mut value = Vec::new();
        single(&mut value, field, at, depth)?;
        if field.supports_presence() || !is_zero(field, &value) {
            out.extend(value);
        }
        return Ok(());
    }
    if at.kind() != Json::Array {
        return Err(must(at, "a list"));
    }
    if field.is_packed() {
        let mut packed = Vec::new();
        for item in at.items() {
            scalar(&mut packed, field, &field.kind(), item)?;
        }
        if !packed.is_empty() {
            tag(out, field.number(), 2);
            bytes(out, &packed);
        }
        return Ok(());
    }
    for item in at.items() {
        single(out, field, item, depth)?;
    }
    Ok(())
}

/// Whether a field that was just written holds its type's default: after the tag there are only zeros.
fn is_zero(field: &FieldDescriptor, written: &[u8]) -> bool {
    let mut head = Vec::new();
    tag(&mut head, field.number(), wire_type(&field.kind()));
    written
        .get(head.len()..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
        && (!matches!(field.kind(), Kind::String | Kind::Bytes) || written.len() == head.len() + 1)
}

fn single(out: &mut Vec<u8>, field: &FieldDescriptor, at: At<'_, '_>, depth: usize) -> Written {
    let kind = field.kind();
    if let Kind::Message(message) = &kind {
        let inner = body(message, at, depth + 1)?;
        if field.is_group() {
            tag(out, field.number(), 3);
            out.extend(inner);
            tag(out, field.number(), 4);
        } else {
            tag(out, field.number(), 2);
            bytes(out, &inner);
        }
        return Ok(());
    }
    tag(out, field.number(), wire_type(&kind));
    scalar(out, field, &kind, at)
}

fn map(out: &mut Vec<u8>, field: &FieldDescriptor, at: At<'_, '_>, depth: usize) -> Written {
    let Kind::Message(entry) = field.kind() else {
        return Ok(());
    };
    if at.kind() != Json::Object {
        return Err(must(at, "an object"));
    }
    let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
    let mut seen = HashSet::new();
    for (name, item) in at.members() {
        if !seen.insert(name.clone()) {
            return Err(item.fail_name(format!("\"{name}\" is there twice."), None));
        }
        let mut pair = Vec::new();
        tag(&mut pair, key.number(), wire_type(&key.kind()));
        if matches!(key.kind(), Kind::String) {
            bytes(&mut pair, name.as_bytes());
        } else {
            number(&mut pair, &key.kind(), &name).ok_or_else(|| {
                item.fail_name(
                    format!(
                        "\"{name}\" is no {:?}, which the keys of {} are.",
                        key.kind(),
                        field.name()
                    ),
                    None,
                )
            })?;
        }
        single(&mut pair, &value, item, depth)?;
        tag(out, field.number(), 2);
        bytes(out, &pair);
    }
    Ok(())
}

fn scalar(out: &mut Vec<u8>, field: &FieldDescriptor, kind: &Kind, at: At<'_, '_>) -> Written {
    match kind {
        Kind::String => {
            let text = at.string().ok_or_else(|| must(at, "text"))?;
            bytes(out, text.as_bytes());
        }
        Kind::Bytes => {
            let text = at
                .string()
                .ok_or_else(|| must(at, "bytes as text in base64"))?;
            let raw = BASE64_STANDARD
                .decode(text.as_bytes())
                .map_err(|_| must(at, "bytes as text in base64"))?;
            bytes(out, &raw);
        }
        Kind::Bool => match at.kind() {
            Json::True => out.push(1),
            Json::False => out.push(0),
            _ => return Err(must(at, "true or false")),
        },
        Kind::Enum(symbols) => {
            let value = match (at.kind(), at.string()) {
                (Json::Null, _) if symbols.full_name() == "google.protobuf.NullValue" => 0,
                (Json::Number, _) => at
                    .raw()
                    .parse::<i32>()
                    .map_err(|_| must(at, "a symbol or its number"))?,
                (_, Some(name)) => match symbols.get_value_by_name(&name) {
                    Some(symbol) => symbol.number(),
                    None => {
                        let names: Vec<String> = symbols
                            .values()
                            .map(|symbol| symbol.name().to_owned())
                            .collect();
                        let names = || names.iter().map(String::as_str);
                        let text = format!(
                            "{} is not a symbol of {}; the schema has {}.",
                            at.brief(),
                            symbols.name(),
                            list(names())
                        );
                        return Err(at.fail(
                            text,
                            nearest(&name, names()).map(|near| format!("Write \"{near}\"")),
                        ));
                    }
                },
                _ => return Err(must(at, "a symbol of an enum")),
            };
            varint(out, i64::from(value).cast_unsigned());
        }
        _ => {
            // Numbers may be written as text, as Protobuf's own JSON has the large ones.
            let text = match at.string() {
                Some(text) => text.into_owned(),
                None if at.kind() == Json::Number => at.raw().to_owned(),
                None => return Err(must(at, "a number")),
            };
            number(out, kind, &text).ok_or_else(|| {
                let bounds = match kind {
                    Kind::Uint32 | Kind::Fixed32 => "a whole number from 0 to 4294967295",
                    Kind::Uint64 | Kind::Fixed64 => "a whole number from 0 to 18446744073709551615",
                    Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                        "a whole number from -2147483648 to 2147483647"
                    }
                    Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                        "a whole number from -9223372036854775808 to 9223372036854775807"
                    }
                    _ => "a number of the type’s range",
                };
                at.fail(
                    format!("{} must be {bounds}, not {}.", field.name(), at.brief()),
                    None,
                )
            })?;
        }
    }
    Ok(())
}

/// A number or truth value of a kind from its text.
fn number(out: &mut Vec<u8>, kind: &Kind, text: &str) -> Option<()> {
    match kind {
        Kind::Int32 => varint(out, i64::from(text.parse::<i32>().ok()?).cast_unsigned()),
        Kind::Int64 => varint(out, text.parse::<i64>().ok()?.cast_unsigned()),
        Kind::Uint32 => varint(out, text.parse::<u32>().ok()?.into()),
        Kind::Uint64 => varint(out, text.parse::<u64>().ok()?),
        Kind::Sint32 => {
            let value = text.parse::<i32>().ok()?;
            varint(out, ((value << 1) ^ (value >> 31)).cast_unsigned().into());
        }
        Kind::Sint64 => {
            let value = text.parse::<i64>().ok()?;
            varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
        }
        Kind::Fixed32 => out.extend_from_slice(&text.parse::<u32>().ok()?.to_le_bytes()),
        Kind::Fixed64 => out.extend_from_slice(&text.parse::<u64>().ok()?.to_le_bytes()),
        Kind::Sfixed32 => out.extend_from_slice(&text.parse::<i32>().ok()?.to_le_bytes()),
        Kind::Sfixed64 => out.extend_from_slice(&text.parse::<i64>().ok()?.to_le_bytes()),
        Kind::Double => out.extend_from_slice(&floating(text)?.to_le_bytes()),
        Kind::Float => {
            let value = floating(text)?;
            let single = value as f32;
            if value.is_finite() && !single.is_finite() {
                return None;
            }
            out.extend_from_slice(&single.to_le_bytes());
        }
        Kind::Bool => out.push(match text {
            "true" => 1,
            "false" => 0,
            _ => return None,
        }),
        _ => return None,
    }
    Some(())
}

fn floating(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if penstock_domain::json::is_number(text) => {
            text.parse::<f64>().ok().filter(|value| value.is_finite())
        }
        _ => None,
    }
}

/// Messages with a form of their own, by Protobuf's JSON mapping.
fn well_known(message: &MessageDescriptor, at: At<'_, '_>) -> Result<Vec<u8>, EncodeError> {
    let mut text = serde_json::Deserializer::from_str(at.raw());
    let value = DynamicMessage::deserialize(message.clone(), &mut text).map_err(|error| {
        // Its place counts from here; the sentence is what helps.
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        at.fail(
            format!("{} is no {}: {}.", at.brief(), message.name(), tame(words)),
            None,
        )
    })?;
    Ok(value.encode_to_vec())
}

fn must(at: At<'_, '_>, what: &str) -> EncodeError {
    let words = at.words();
    let words = if words == "the value" {
        "The value"
    } else {
        &words
    };
    at.fail(format!("{words} must be {what}, not {}.", at.brief()), None)
}

const fn wire_type(kind: &Kind) -> u8 {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => 1,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => 5,
        Kind::String | Kind::Bytes | Kind::Message(_) => 2,
        _ => 0,
    }
}

fn tag(out: &mut Vec<u8>, number: u32, kind: u8) {
    varint(out, u64::from(number) << 3 | u64::from(kind));
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
