//! What schemas mean, beyond reading records with them: their fields, how two versions differ, who reads what whom wrote, and what
//! is wrong with a text. Everything here is CPU work without waiting, bounded in depth, rows and lines; not for a worker of the runtime.
//!
//! `avro` has the rules of Avro's specification; of Protobuf and JSON Schema fields and differences are told, compatibility is left to
//! the registry. `lines` compares texts of any kind.

mod avro;
mod json_schema;
mod lines;
mod mistake;
mod protobuf;

#[cfg(test)]
mod tests;

pub use mistake::mistake;

use crate::references::Referred;
use penstock_domain::schema::{
    FieldRow, SchemaType,
    compatible::{CompatibilityMatrix, MatrixCell, Obstacle},
    difference::SchemaDifference,
};
use std::sync::Arc;

/// Rows of fields and changes, at most.
pub const MOST_ROWS: usize = 2_000;
/// Versions in a matrix, at most.
pub const MOST_MATRIX: usize = 12;
/// Characters of a value that is told in short.
const MOST_BRIEF: usize = 120;

/// A schema's text with everything that it refers to.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its format.
    pub schema_type: SchemaType,
    /// Its text.
    pub text: Arc<str>,
    /// What it refers to, in an order in which each comes after those that it needs.
    pub referred: Vec<Referred>,
}

impl Text {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.referred
            .iter()
            .map(|referred| (referred.name.as_str(), referred.text.as_str()))
    }

    fn avro(&self) -> Result<avro::Model, String> {
        avro::Model::parse(&self.text, self.pairs().map(|(_, text)| text))
    }
}

/// The fields of a schema and what its author wrote about the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// About the whole.
    pub doc: Option<String>,
    /// At most [`MOST_ROWS`].
    pub fields: Vec<FieldRow>,
}

/// The fields of a schema.
///
/// # Errors
/// Why they can't be told.
pub fn outline(text: &Text) -> Result<Outline, String> {
    match text.schema_type {
        SchemaType::Avro => Ok(avro::outline(&text.avro()?)),
        SchemaType::Protobuf => protobuf::outline(&text.text, text.pairs()),
        SchemaType::JsonSchema => json_schema::outline(&text.text),
        SchemaType::Other => Err("its format is not known here".to_owned()),
    }
}

/// Full name of what a schema describes, from its text alone.
pub fn name(schema_type: SchemaType, text: &str) -> Option<String> {
    match schema_type {
        SchemaType::Avro => avro::root_name(text),
        SchemaType::Protobuf => protobuf::first_message(text),
        SchemaType::JsonSchema => json_schema::title(text),
        SchemaType::Other => None,
    }
}

/// How two versions differ.
pub fn difference(old: &Text, new: &Text) -> SchemaDifference {
    let changes = match (old.schema_type, new.schema_type) {
        (SchemaType::Avro, SchemaType::Avro) => old
            .avro()
            .and_then(|older| Ok(avro::difference(&older, &new.avro()?))),
        (SchemaType::Protobuf, SchemaType::Protobuf) => {
            protobuf::difference((&old.text, old.pairs()), (&new.text, new.pairs()))
        }
        (SchemaType::JsonSchema, SchemaType::JsonSchema) => {
            json_schema::difference(&old.text, &new.text)
        }
        (SchemaType::Other, _) | (_, SchemaType::Other) => {
            Err("a format is not known here".to_owned())
        }
        (older, newer) => Err(format!(
            "one is {} and the other {}",
            older.words(),
            newer.words()
        )),
    };
    let (lines, truncated) = lines::difference(&laid_out(old), &laid_out(new));
    let (mut changes, why) = match changes {
        Ok(changes) => (changes, None),
        Err(why) => (Vec::new(), Some(crate::error::tame(&why))),
    };
    changes.truncate(MOST_ROWS);
    SchemaDifference {
        changes,
        why,
        lines,
        truncated,
    }
}

/// Laid out in lines, where it is JSON.
fn laid_out(text: &Text) -> String {
    match text.schema_type {
        SchemaType::Avro | SchemaType::JsonSchema => {
            penstock_domain::json::pretty(&text.text).unwrap_or_else(|_| text.text.to_string())
        }
        SchemaType::Protobuf | SchemaType::Other => text.text.to_string(),
    }
}

/// Why a reader with one schema can't read what was written with another; `None`: not computed for the format, or a schema can't be
/// read. Both ways: (`reader` reads `writer`).
pub fn obstacles(reader: &Text, writer: &Text) -> Option<Vec<Obstacle>> {
    if (reader.schema_type, writer.schema_type) != (SchemaType::Avro, SchemaType::Avro) {
        return None;
    }
    Some(avro::obstacles(&reader.avro().ok()?, &writer.avro().ok()?))
}

/// Who reads what, of the newest [`MOST_MATRIX`] versions, oldest first.
pub fn matrix(versions: &[(i32, Text)]) -> CompatibilityMatrix {
    let left_out = versions.len().saturating_sub(MOST_MATRIX);
    let versions = versions.get(left_out..).unwrap_or_default();
    if let Some((_, text)) = versions
        .iter()
        .find(|(_, text)| text.schema_type != SchemaType::Avro)
    {
        let why = format!(
            "Who reads what is computed for Avro alone; of {} the registry’s own check says it.",
            text.schema_type.words()
        );
        return CompatibilityMatrix {
            why: Some(why),
            ..CompatibilityMatrix::default()
        };
    }
    let mut models = Vec::with_capacity(versions.len());
    for (version, text) in versions {
        match text.avro() {
            Ok(model) => models.push((*version, model)),
            Err(why) => {
                let why = format!(
                    "Version {version} can’t be read: {}.",
                    crate::error::tame(&why)
                );
                return CompatibilityMatrix {
                    why: Some(why),
                    ..CompatibilityMatrix::default()
                };
            }
        }
    }
    let mut cells = Vec::with_capacity(models.len() * models.len());
    for (reader, read_as) in &models {
        for (writer, written_as) in &models {
            let obstacles = if reader == writer {
                Vec::new()
            } else {
                avro::obstacles(read_as, written_as)
            };
            cells.push(MatrixCell {
                reader: *reader,
                writer: *writer,
                obstacles,
            });
        }
    }
    CompatibilityMatrix {
        versions: models.iter().map(|(version, _)| *version).collect(),
        cells,
        left_out,
        why: None,
    }
}

/// What a person should know of a subject whose live versions are these, oldest first: where the newest and others do not read each
/// other, which of them, and the first reason.
pub fn finding(versions: &[(i32, Text)]) -> Option<String> {
    let ((newest, text), others) = versions.split_last()?;
    if text.schema_type != SchemaType::Avro || others.is_empty() {
        return None;
    }
    let new = text.avro().ok()?;
    let (mut cannot_read, mut breaks) = (Vec::new(), Vec::new());
    for (version, text) in others {
        let Ok(old) = text.avro() else { continue };
        if let Some(first) = avro::obstacles(&new, &old).into_iter().next() {
            cannot_read.push((*version, first));
        }
        if let Some(first) = avro::obstacles(&old, &new).into_iter().next() {
            breaks.push((*version, first));
        }
    }
    let say = |found: &[(i32, Obstacle)], verb: &str| {
        let (_, first) = found.last()?;
        let place = match first.path.as_str() {
            "" => String::new(),
            path => format!("{path}: "),
        };
        Some(format!(
            "v{newest} {verb} {}: {place}{}",
            span(found),
            first.words
        ))
    };
    say(&cannot_read, "can’t read records of").or_else(|| say(&breaks, "breaks readers of"))
}

/// `v1 to v4`, `v1, v3`.
fn span(found: &[(i32, Obstacle)]) -> String {
    let numbers: Vec<i32> = found.iter().map(|(version, _)| *version).collect();
    match numbers.as_slice() {
        [first, .., last]
            if usize::try_from(last - first).is_ok_and(|steps| steps + 1 == numbers.len())
                && numbers.len() > 2 =>
        {
            format!("v{first} to v{last}")
        }
        numbers => numbers
            .iter()
            .map(|number| format!("v{number}"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A value in short.
fn brief(value: &serde_json::Value) -> String {
    shorten(&value.to_string())
}

/// A text of a schema's own, cut.
fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(MOST_BRIEF).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A step further down a path.
fn join(path: &str, step: &str) -> String {
    match path {
        "" => step.to_owned(),
        path => format!("{path}.{step}"),
    }
}
