//! What is wrong with the text of a new schema, and where, before any registry is asked: registries often say neither.

use super::Text;
use crate::{
    error::{tame, tame_long},
    json_schema,
    schema::{Schema, SchemaKind},
    text::Text as Json,
};
use penstock_domain::schema::{SchemaType, act::SchemaMistake};

/// `None`: the text is a schema, as far as can be told here.
pub fn mistake(text: &Text) -> Option<SchemaMistake> {
    let nowhere = |message: String| SchemaMistake {
        message,
        line: None,
        column: None,
    };
    let kind = match text.schema_type {
        SchemaType::Avro => SchemaKind::Avro,
        SchemaType::Protobuf => SchemaKind::Protobuf,
        SchemaType::JsonSchema => SchemaKind::Json,
        SchemaType::Other => return Some(nowhere("Choose a format.".to_owned())),
    };
    if text.text.trim().is_empty() {
        return Some(nowhere("There is no schema yet.".to_owned()));
    }
    // A bare word is an Avro schema, and no JSON.
    let bare = text.schema_type == SchemaType::Avro
        && text
            .text
            .trim()
            .bytes()
            .all(|byte| byte.is_ascii_lowercase());
    if kind != SchemaKind::Protobuf
        && !bare
        && let Err(error) = Json::parse(&text.text)
    {
        return Some(SchemaMistake {
            message: tame_long(&error.message),
            line: Some(error.line),
            column: Some(error.column),
        });
    }
    let why = Schema::compile(0, kind, text.text.trim(), &text.referred, Vec::new())
        .err()
        .or_else(|| not_usable(text))?;
    let place = placed(&why).or_else(|| quoted(&text.text, &why));
    let mut message = tame(&why);
    if let Some(first) = message.chars().next() {
        message.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    Some(SchemaMistake {
        message,
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
    })
}

/// A JSON Schema that is JSON, and that nothing can be checked with.
fn not_usable(text: &Text) -> Option<String> {
    if text.schema_type != SchemaType::JsonSchema {
        return None;
    }
    json_schema::compile(&text.text, text.pairs())
        .ok()?
        .trouble()
        .map(str::to_owned)
}

/// `schema.proto:3:14: …` or `… at line 3 column 14`.
fn placed(why: &str) -> Option<(u32, u32)> {
    let after = |mark: &str| why.split_once(mark).map(|(_, rest)| rest);
    if let Some(rest) = after(".proto:") {
        let mut numbers = rest.split(':');
        return Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?));
    }
    let rest = after(" at line ")?;
    let (line, column) = rest.split_once(" column ")?;
    let column: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// Where the name that a message is about stands, if it stands there once.
fn quoted(text: &str, why: &str) -> Option<(u32, u32)> {
    let name = ["type ", "field ", "record ", "enum ", "fixed "]
        .into_iter()
        .find_map(|before| {
            let rest = why.strip_prefix(before)?;
            rest.split(' ').next()
        })?;
    let short = name.rsplit('.').next()?;
    [name, short].into_iter().find_map(|name| {
        let wanted = format!("\"{name}\"");
        let mut found = text.match_indices(&wanted);
        let (at, _) = found.next()?;
        found.next().is_none().then(|| position(text, at))?
    })
}

fn position(text: &str, at: usize) -> Option<(u32, u32)> {
    let before = text.get(..at)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next()?.chars().count() + 1;
    Some((u32::try_from(line).ok()?, u32::try_from(column).ok()?))
}
