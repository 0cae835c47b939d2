//! Protobuf: fields of messages, and what changed between two files: by full names of messages and enums and by numbers of fields,
//! which are what is on the wire.

use super::{MOST_ROWS, Outline, shorten};
use crate::protobuf::{Protobuf, compile};
use penstock_domain::schema::{
    FieldRow,
    difference::{ChangeKind, SchemaChange},
};
use prost_reflect::{Cardinality, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use std::collections::BTreeMap;

/// Full name of the first message of a text, without compiling it: its package and the first `message`.
pub(super) fn first_message(text: &str) -> Option<String> {
    let word = |line: &str, before: &str| {
        let rest = line.trim_start().strip_prefix(before)?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
            .collect();
        (!name.is_empty()).then_some(name)
    };
    let statements = || text.split([';', '{', '}', '\n']);
    let package = statements().find_map(|line| word(line, "package"));
    let message = statements().find_map(|line| word(line, "message"))?;
    Some(match package {
        Some(package) => format!("{package}.{message}"),
        None => message,
    })
}

/// The fields of every message of the file.
pub(super) fn outline<'t>(
    text: &str,
    referred: impl Iterator<Item = (&'t str, &'t str)>,
) -> Result<Outline, String> {
    let file = compile(text, referred)?;
    let mut fields = Vec::new();
    for (message, path) in file.messages() {
        let depth = u32::try_from(path.len()).unwrap_or(u32::MAX);
        fields.push(FieldRow {
            path: message.full_name().to_owned(),
            depth: depth.saturating_sub(1),
            field_type: "message".to_owned(),
            default: None,
            doc: comment(message.parent_file_descriptor_proto(), message.path()),
            notes: Vec::new(),
        });
        for field in message.fields() {
            if fields.len() >= MOST_ROWS {
                break;
            }
            fields.push(row(&message, &field, depth));
        }
    }
    Ok(Outline { doc: None, fields })
}

fn row(message: &MessageDescriptor, field: &FieldDescriptor, depth: u32) -> FieldRow {
    let mut notes = vec![format!("number {}", field.number())];
    if let Some(group) = field.containing_oneof()
        && !field.field_descriptor_proto().proto3_optional()
    {
        notes.push(format!("one of {}", group.name()));
    }
    if let Kind::Enum(symbols) = field.kind() {
        notes.push(shorten(&symbol_list(&symbols)));
    }
    FieldRow {
        path: format!("{}.{}", message.full_name(), field.name()),
        depth,
        field_type: words(field),
        default: field.field_descriptor_proto().default_value.clone(),
        doc: comment(
            field.parent_message().parent_file_descriptor_proto(),
            field.path(),
        ),
        notes,
    }
}

fn symbol_list(symbols: &EnumDescriptor) -> String {
    let names: Vec<String> = symbols
        .values()
        .map(|value| value.name().to_owned())
        .collect();
    names.join(", ")
}

/// What stands above a declaration; the compiler keeps it where it keeps source positions.
fn comment(file: &prost_reflect::prost_types::FileDescriptorProto, path: &[i32]) -> Option<String> {
    let info = file.source_code_info.as_ref()?;
    let place = info.location.iter().find(|place| place.path == path)?;
    let text = place.leading_comments.as_deref()?.trim();
    (!text.is_empty()).then(|| shorten(text))
}

/// A field's type in short.
fn words(field: &FieldDescriptor) -> String {
    if field.is_map()
        && let Kind::Message(entry) = field.kind()
    {
        return format!(
            "map of {} to {}",
            kind(&entry.map_entry_key_field().kind()),
            kind(&entry.map_entry_value_field().kind())
        );
    }
    let words = kind(&field.kind());
    match field.cardinality() {
        Cardinality::Repeated => format!("repeated {words}"),
        Cardinality::Required => format!("required {words}"),
        Cardinality::Optional => words,
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(symbols) => symbols.full_name().to_owned(),
        Kind::Double => "double".to_owned(),
        Kind::Float => "float".to_owned(),
        Kind::Int32 => "int32".to_owned(),
        Kind::Int64 => "int64".to_owned(),
        Kind::Uint32 => "uint32".to_owned(),
        Kind::Uint64 => "uint64".to_owned(),
        Kind::Sint32 => "sint32".to_owned(),
        Kind::Sint64 => "sint64".to_owned(),
        Kind::Fixed32 => "fixed32".to_owned(),
        Kind::Fixed64 => "fixed64".to_owned(),
        Kind::Sfixed32 => "sfixed32".to_owned(),
        Kind::Sfixed64 => "sfixed64".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::String => "string".to_owned(),
        Kind::Bytes => "bytes".to_owned(),
    }
}

/// What changed, at most [`MOST_ROWS`].
pub(super) fn difference<'t>(
    old: (&str, impl Iterator<Item = (&'t str, &'t str)>),
    new: (&str, impl Iterator<Item = (&'t str, &'t str)>),
) -> Result<Vec<SchemaChange>, String> {
    let (old, new) = (compile(old.0, old.1)?, compile(new.0, new.1)?);
    let mut out = Vec::new();
    messages(&old, &new, &mut out);
    enums(&old, &new, &mut out);
    out.truncate(MOST_ROWS);
    Ok(out)
}

fn change(
    kind: ChangeKind,
    path: String,
    old: Option<String>,
    new: Option<String>,
) -> SchemaChange {
    SchemaChange {
        kind,
        path,
        old,
        new,
    }
}

fn messages(old: &Protobuf, new: &Protobuf, out: &mut Vec<SchemaChange>) {
    let named = |file: &Protobuf| -> BTreeMap<String, MessageDescriptor> {
        let messages = file.messages().into_iter();
        messages
            .map(|(message, _)| (message.full_name().to_owned(), message))
            .collect()
    };
    let (olds, news) = (named(old), named(new));
    let word = || Some("message".to_owned());
    for (message, _) in new.messages() {
        match olds.get(message.full_name()) {
            Some(older) => fields(older, &message, out),
            None => out.push(change(
                ChangeKind::FieldAdded,
                message.full_name().to_owned(),
                None,
                word(),
            )),
        }
    }
    for name in olds.keys().filter(|name| !news.contains_key(*name)) {
        out.push(change(ChangeKind::FieldRemoved, name.clone(), word(), None));
    }
}

fn fields(old: &MessageDescriptor, new: &MessageDescriptor, out: &mut Vec<SchemaChange>) {
    let path = |field: &FieldDescriptor| format!("{}.{}", new.full_name(), field.name());
    let told =
        |field: &FieldDescriptor| Some(format!("{}, number {}", words(field), field.number()));
    for field in new.fields() {
        let Some(older) = old.get_field(field.number()) else {
            out.push(change(
                ChangeKind::FieldAdded,
                path(&field),
                None,
                told(&field),
            ));
            continue;
        };
        if older.name() != field.name() {
            let (before, after) = (older.name().to_owned(), field.name().to_owned());
            out.push(change(
                ChangeKind::FieldRenamed,
                path(&field),
                Some(before),
                Some(after),
            ));
        }
        let (before, after) = (words(&older), words(&field));
        if before != after {
            out.push(change(
                ChangeKind::TypeChanged,
                path(&field),
                Some(before),
                Some(after),
            ));
        }
        let group = |field: &FieldDescriptor| {
            let group = field.containing_oneof()?;
            let synthetic = field.field_descriptor_proto().proto3_optional();
            Some(if synthetic {
                "optional".to_owned()
            } else {
                format!("one of {}", group.name())
            })
        };
        let (before, after) = (group(&older), group(&field));
        if before != after {
            out.push(change(
                ChangeKind::ConstraintChanged,
                path(&field),
                before,
                after,
            ));
        }
        let default =
            |field: &FieldDescriptor| field.field_descriptor_proto().default_value.clone();
        let (before, after) = (default(&older), default(&field));
        if before != after {
            out.push(change(
                ChangeKind::DefaultChanged,
                path(&field),
                before,
                after,
            ));
        }
    }
    for field in old.fields() {
        if new.get_field(field.number()).is_none() {
            out.push(change(
                ChangeKind::FieldRemoved,
                path(&field),
                told(&field),
                None,
            ));
        }
    }
}

fn enums(old: &Protobuf, new: &Protobuf, out: &mut Vec<SchemaChange>) {
    let (olds, news) = (old.enums(), new.enums());
    let named = |list: &[EnumDescriptor], name: &str| {
        list.iter()
            .find(|symbols| symbols.full_name() == name)
            .cloned()
    };
    let word = || Some("enum".to_owned());
    for symbols in &news {
        let path = symbols.full_name().to_owned();
        let Some(older) = named(&olds, &path) else {
            out.push(change(ChangeKind::FieldAdded, path, None, word()));
            continue;
        };
        let has = |symbols: &EnumDescriptor, number: i32, name: &str| {
            symbols
                .values()
                .any(|value| value.number() == number && value.name() == name)
        };
        let told = |name: &str, number: i32| Some(format!("{name} = {number}"));
        for value in symbols
            .values()
            .filter(|value| !has(&older, value.number(), value.name()))
        {
            out.push(change(
                ChangeKind::SymbolAdded,
                path.clone(),
                None,
                told(value.name(), value.number()),
            ));
        }
        for value in older
            .values()
            .filter(|value| !has(symbols, value.number(), value.name()))
        {
            out.push(change(
                ChangeKind::SymbolRemoved,
                path.clone(),
                told(value.name(), value.number()),
                None,
            ));
        }
    }
    for symbols in &olds {
        if named(&news, symbols.full_name()).is_none() {
            out.push(change(
                ChangeKind::FieldRemoved,
                symbols.full_name().to_owned(),
                word(),
                None,
            ));
        }
    }
}
