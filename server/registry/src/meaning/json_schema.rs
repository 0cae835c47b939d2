//! JSON Schema: properties with what is asked of them, and what changed between two schemas, keyword by keyword.

use super::{MOST_ROWS, Outline, brief, join, shorten};
use crate::MOST_DEPTH;
use penstock_domain::schema::{
    FieldRow,
    difference::{ChangeKind, SchemaChange},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Keywords whose values are schemas by name.
const BY_NAME: [&str; 4] = [
    "$defs",
    "definitions",
    "patternProperties",
    "dependentSchemas",
];
/// Keywords whose value is a schema.
const ONE: [&str; 7] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "not",
    "propertyNames",
    "then",
];
/// Keywords whose values are lists of schemas.
const MANY: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))
}

/// Its title.
pub(super) fn title(text: &str) -> Option<String> {
    Some(parse(text).ok()?.get("title")?.as_str()?.to_owned())
}

/// The properties of a schema, by their paths; what it refers to by `#/…` is followed, a schema within itself is not.
pub(super) fn outline(text: &str) -> Result<Outline, String> {
    let root = parse(text)?;
    let mut walk = Fields {
        root: &root,
        above: Vec::new(),
        rows: Vec::new(),
    };
    walk.inside(&root, "", 0);
    let mut fields = walk.rows;
    if fields.is_empty() {
        fields.push(row(&root, "the value", 0));
    }
    Ok(Outline {
        doc: doc(&root),
        fields,
    })
}

struct Fields<'v> {
    root: &'v Value,
    above: Vec<&'v str>,
    rows: Vec<FieldRow>,
}

impl<'v> Fields<'v> {
    fn inside(&mut self, schema: &'v Value, path: &str, depth: usize) {
        if self.rows.len() >= MOST_ROWS || depth > MOST_DEPTH {
            return;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#');
            let target = pointer.and_then(|pointer| self.root.pointer(pointer));
            if let Some(target) = target.filter(|_| !self.above.contains(&reference)) {
                self.above.push(reference);
                self.inside(target, path, depth + 1);
                self.above.pop();
            }
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            let required = names(schema.get("required"));
            for (name, property) in properties {
                if self.rows.len() >= MOST_ROWS {
                    return;
                }
                let at = join(path, name);
                let mut row = row(property, &at, depth);
                if required.contains(name) {
                    row.notes.insert(0, "required".to_owned());
                }
                self.rows.push(row);
                self.inside(property, &at, depth + 1);
            }
        }
        match schema.get("items") {
            Some(items @ Value::Object(_)) => self.inside(items, &format!("{path}[]"), depth + 1),
            Some(Value::Array(list)) => {
                for items in list {
                    self.inside(items, &format!("{path}[]"), depth + 1);
                }
            }
            _ => {}
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            if let Some(Value::Array(list)) = schema.get(keyword) {
                for part in list {
                    self.inside(part, path, depth + 1);
                }
            }
        }
    }
}

fn row(schema: &Value, path: &str, depth: usize) -> FieldRow {
    let mut notes = Vec::new();
    if let Some(Value::Array(list)) = schema.get("enum") {
        let words: Vec<String> = list.iter().map(brief).collect();
        notes.push(shorten(&format!("one of {}", words.join(", "))));
    }
    for keyword in [
        "format",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
    ] {
        if let Some(value) = schema.get(keyword) {
            notes.push(format!("{keyword} {}", brief(value)));
        }
    }
    FieldRow {
        path: path.to_owned(),
        depth: u32::try_from(depth).unwrap_or(u32::MAX),
        field_type: words(schema),
        default: schema.get("default").map(brief),
        doc: doc(schema),
        notes,
    }
}

/// Its type in short.
fn words(schema: &Value) -> String {
    match schema {
        Value::Bool(true) => return "anything".to_owned(),
        Value::Bool(false) => return "nothing".to_owned(),
        _ => {}
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return shorten(reference.rsplit('/').next().unwrap_or(reference));
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" | "),
        _ => ["oneOf", "anyOf", "allOf", "enum", "const"]
            .into_iter()
            .find(|keyword| schema.get(keyword).is_some())
            .unwrap_or("anything")
            .to_owned(),
    };
    match schema.get("items") {
        Some(items @ Value::Object(_)) if kind == "array" => format!("array of {}", words(items)),
        _ => kind,
    }
}

fn doc(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    Some(shorten(text))
}

fn names(list: Option<&Value>) -> BTreeSet<String> {
    match list {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// What changed, at most [`MOST_ROWS`].
pub(super) fn difference(old: &str, new: &str) -> Result<Vec<SchemaChange>, String> {
    let (old, new) = (parse(old)?, parse(new)?);
    let mut walk = Changes { out: Vec::new() };
    walk.schemas(&old, &new, "", 0);
    Ok(walk.out)
}

struct Changes {
    out: Vec<SchemaChange>,
}

impl Changes {
    fn tell(&mut self, kind: ChangeKind, path: &str, old: Option<String>, new: Option<String>) {
        if old != new && self.out.len() < MOST_ROWS {
            self.out.push(SchemaChange {
                kind,
                path: path.to_owned(),
                old,
                new,
            });
        }
    }

    fn schemas(&mut self, old: &Value, new: &Value, path: &str, depth: usize) {
        if old == new || depth > MOST_DEPTH {
            return;
        }
        let (Value::Object(older), Value::Object(newer)) = (old, new) else {
            self.tell(
                ChangeKind::TypeChanged,
                path,
                Some(words(old)),
                Some(words(new)),
            );
            return;
        };
        let mut type_words = (words(old), words(new));
        if type_words.0 == type_words.1 && older.get("type") != newer.get("type") {
            type_words = (brief_of(older, "type"), brief_of(newer, "type"));
        }
        self.tell(
            ChangeKind::TypeChanged,
            path,
            Some(type_words.0),
            Some(type_words.1),
        );
        self.properties(older, newer, path, depth);
        let (before, after) = (names(older.get("required")), names(newer.get("required")));
        for name in after.difference(&before) {
            self.tell(
                ChangeKind::RequiredChanged,
                &join(path, name),
                None,
                Some("required".to_owned()),
            );
        }
        for name in before.difference(&after) {
            self.tell(
                ChangeKind::RequiredChanged,
                &join(path, name),
                Some("required".to_owned()),
                None,
            );
        }
        self.symbols(older, newer, path);
        let value = |object: &Map<String, Value>, name: &str| object.get(name).map(brief);
        self.tell(
            ChangeKind::DefaultChanged,
            path,
            value(older, "default"),
            value(newer, "default"),
        );
        for name in ["title", "description", "$comment", "examples"] {
            self.tell(
                ChangeKind::DocumentationChanged,
                path,
                value(older, name),
                value(newer, name),
            );
        }
        self.inner(older, newer, path, depth);
        self.rest(older, newer, path);
    }

    fn properties(
        &mut self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) {
        let empty = Map::new();
        let inside = |object: &'_ Map<String, Value>| match object.get("properties") {
            Some(Value::Object(properties)) => properties.clone(),
            _ => empty.clone(),
        };
        let (older, newer) = (inside(old), inside(new));
        for (name, property) in &newer {
            let at = join(path, name);
            match older.get(name) {
                Some(before) => self.schemas(before, property, &at, depth + 1),
                None => self.tell(ChangeKind::FieldAdded, &at, None, Some(words(property))),
            }
        }
        for (name, property) in &older {
            if !newer.contains_key(name) {
                self.tell(
                    ChangeKind::FieldRemoved,
                    &join(path, name),
                    Some(words(property)),
                    None,
                );
            }
        }
    }

    fn symbols(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, path: &str) {
        let list = |object: &Map<String, Value>| match object.get("enum") {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        let (older, newer) = (list(old), list(new));
        for symbol in newer.iter().filter(|symbol| !older.contains(symbol)) {
            self.tell(ChangeKind::SymbolAdded, path, None, Some(brief(symbol)));
        }
        for symbol in older.iter().filter(|symbol| !newer.contains(symbol)) {
            self.tell(ChangeKind::SymbolRemoved, path, Some(brief(symbol)), None);
        }
    }

    /// Schemas within.
    fn inner(
        &mut self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) {
        if let (Some(before), Some(after)) = (old.get("items"), new.get("items")) {
            self.schemas(before, after, &format!("{path}[]"), depth + 1);
        }
        for keyword in ONE {
            if let (Some(before), Some(after)) = (old.get(keyword), new.get(keyword)) {
                self.schemas(before, after, &join(path, keyword), depth + 1);
            }
        }
        for keyword in MANY {
            if let (Some(Value::Array(before)), Some(Value::Array(after))) =
                (old.get(keyword), new.get(keyword))
            {
                for (place, (before, after)) in before.iter().zip(after).enumerate() {
                    let at = format!("{}[{place}]", join(path, keyword));
                    self.schemas(before, after, &at, depth + 1);
                }
                let count = |list: &[Value]| Some(format!("{} schemas", list.len()));
                if before.len() != after.len() {
                    self.tell(
                        ChangeKind::ConstraintChanged,
                        &join(path, keyword),
                        count(before),
                        count(after),
                    );
                }
            }
        }
        for keyword in BY_NAME {
            let (Some(Value::Object(before)), Some(Value::Object(after))) =
                (old.get(keyword), new.get(keyword))
            else {
                continue;
            };
            for (name, schema) in after {
                let at = format!("{}.{name}", join(path, keyword));
                match before.get(name) {
                    Some(older) => self.schemas(older, schema, &at, depth + 1),
                    None => self.tell(ChangeKind::FieldAdded, &at, None, Some(words(schema))),
                }
            }
            for (name, schema) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
                self.tell(
                    ChangeKind::FieldRemoved,
                    &format!("{}.{name}", join(path, keyword)),
                    Some(words(schema)),
                    None,
                );
            }
        }
    }

    /// Every other keyword, and those of [`Changes::inner`] that are in one alone.
    fn rest(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, path: &str) {
        const TOLD: [&str; 10] = [
            "$ref",
            "type",
            "properties",
            "required",
            "enum",
            "default",
            "title",
            "description",
            "$comment",
            "examples",
        ];
        let keywords: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for keyword in keywords {
            let (before, after) = (old.get(keyword), new.get(keyword));
            let nested = keyword == "items"
                || ONE.contains(&keyword.as_str())
                || MANY.contains(&keyword.as_str())
                || BY_NAME.contains(&keyword.as_str());
            if TOLD.contains(&keyword.as_str()) || (nested && before.is_some() && after.is_some()) {
                continue;
            }
            self.tell(
                ChangeKind::ConstraintChanged,
                &join(path, keyword),
                before.map(brief),
                after.map(brief),
            );
        }
    }
}

fn brief_of(object: &Map<String, Value>, name: &str) -> String {
    object
        .get(name)
        .map_or_else(|| "anything".to_owned(), brief)
}
