//! A schema as nodes that refer to each other by number, so that recursive schemas need no recursive memory. Names are resolved over
//! the whole schema and what it refers to; JSON is nested 128 levels at most (`serde_json`), so that reading it is bounded.

use crate::avro::full_name;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Number of a node.
pub(crate) type Index = usize;

/// A schema.
#[derive(Debug)]
pub(crate) struct Model {
    nodes: Vec<Node>,
    pub(super) root: Index,
}

/// A type.
#[derive(Debug)]
pub(super) enum Node {
    /// Named, and not defined.
    Unknown(String),
    Primitive {
        name: String,
        logical: Option<String>,
    },
    Array(Index),
    Map(Index),
    Union(Vec<Index>),
    Record(Record),
    Enum(Enum),
    Fixed {
        name: String,
        size: u64,
        logical: Option<String>,
    },
}

#[derive(Debug)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<String>,
    pub(super) fields: Vec<Field>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) node: Index,
    pub(super) default: Option<Value>,
    pub(super) doc: Option<String>,
    pub(super) order: Option<String>,
}

#[derive(Debug)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<String>,
    pub(super) symbols: Vec<String>,
    pub(super) default: Option<String>,
}

const PRIMITIVES: [&str; 8] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
];

impl Model {
    /// Reads a schema; `references` come in an order in which each comes after those that it needs.
    pub(crate) fn parse<'t>(
        text: &str,
        references: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, String> {
        let mut reader = Reader::default();
        for reference in references {
            reader.text(reference)?;
        }
        let root = reader.text(text)?;
        Ok(Self {
            nodes: reader.nodes,
            root,
        })
    }

    pub(super) fn node(&self, index: Index) -> &Node {
        static NOTHING: Node = Node::Unknown(String::new());
        self.nodes.get(index).unwrap_or(&NOTHING)
    }

    /// A type in short: `long timestamp-millis`, `null | Money`, `array of string`.
    pub(super) fn words(&self, index: Index) -> String {
        match self.node(index) {
            Node::Unknown(name) => name.clone(),
            Node::Primitive { name, logical } => with(name, logical.as_deref()),
            Node::Array(items) => format!("array of {}", self.short(*items)),
            Node::Map(values) => format!("map of {}", self.short(*values)),
            Node::Union(branches) => branches
                .iter()
                .map(|branch| self.short(*branch))
                .collect::<Vec<_>>()
                .join(" | "),
            Node::Record(record) => format!("record {}", last(&record.name)),
            Node::Enum(symbols) => format!("enum {}", last(&symbols.name)),
            Node::Fixed {
                name,
                size,
                logical,
            } => with(
                &format!("fixed {} of {size} bytes", last(name)),
                logical.as_deref(),
            ),
        }
    }

    /// The same within another type: named types by their name, others without what is inside.
    pub(super) fn short(&self, index: Index) -> String {
        match self.node(index) {
            Node::Unknown(name) => name.clone(),
            Node::Primitive { name, logical } => with(name, logical.as_deref()),
            Node::Array(_) => "array".to_owned(),
            Node::Map(_) => "map".to_owned(),
            Node::Union(_) => "union".to_owned(),
            Node::Record(Record { name, .. })
            | Node::Enum(Enum { name, .. })
            | Node::Fixed { name, .. } => last(name).to_owned(),
        }
    }
}

fn with(name: &str, logical: Option<&str>) -> String {
    match logical {
        Some(logical) => format!("{name} {logical}"),
        None => name.to_owned(),
    }
}

/// A name without its namespace.
pub(super) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    names: HashMap<String, Index>,
}

impl Reader {
    fn text(&mut self, text: &str) -> Result<Index, String> {
        let value = match serde_json::from_str(text) {
            Ok(value) => value,
            // A primitive may be registered as a bare word.
            Err(_) if PRIMITIVES.contains(&text.trim()) => Value::String(text.trim().to_owned()),
            Err(error) => return Err(format!("it is not JSON: {error}")),
        };
        self.schema(&value, "")
    }

    fn add(&mut self, node: Node) -> Index {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn schema(&mut self, value: &Value, space: &str) -> Result<Index, String> {
        match value {
            Value::String(name) => Ok(self.by_name(name, space, None)),
            Value::Array(branches) => {
                let branches = branches
                    .iter()
                    .map(|branch| self.schema(branch, space))
                    .collect::<Result<_, _>>()?;
                Ok(self.add(Node::Union(branches)))
            }
            Value::Object(object) => self.complex(object, space),
            other => Err(format!("{} is no schema", super::super::brief(other))),
        }
    }

    fn by_name(&mut self, name: &str, space: &str, logical: Option<String>) -> Index {
        if PRIMITIVES.contains(&name) {
            return self.add(Node::Primitive {
                name: name.to_owned(),
                logical,
            });
        }
        self.place(full_name(name, None, space))
    }

    /// The node of a name, which may be defined later.
    fn place(&mut self, full: String) -> Index {
        if let Some(index) = self.names.get(&full) {
            return *index;
        }
        let index = self.add(Node::Unknown(full.clone()));
        self.names.insert(full, index);
        index
    }

    fn complex(&mut self, object: &Map<String, Value>, space: &str) -> Result<Index, String> {
        let kind = object.get("type").ok_or("a schema has no type")?;
        let Value::String(kind) = kind else {
            return self.schema(kind, space);
        };
        let logical = text(object, "logicalType");
        let inside = |name: &str| {
            object
                .get(name)
                .ok_or_else(|| format!("{} {kind} has no {name}", article(kind)))
        };
        match kind.as_str() {
            "array" => {
                let items = self.schema(inside("items")?, space)?;
                Ok(self.add(Node::Array(items)))
            }
            "map" => {
                let values = self.schema(inside("values")?, space)?;
                Ok(self.add(Node::Map(values)))
            }
            "record" | "error" | "enum" | "fixed" => self.named(kind, object, logical, space),
            primitive => Ok(self.by_name(primitive, space, logical)),
        }
    }

    fn named(
        &mut self,
        kind: &str,
        object: &Map<String, Value>,
        logical: Option<String>,
        space: &str,
    ) -> Result<Index, String> {
        let own =
            text(object, "name").ok_or_else(|| format!("{} {kind} has no name", article(kind)))?;
        let name = full_name(&own, text(object, "namespace").as_deref(), space);
        let inner = name.rsplit_once('.').map_or("", |(space, _)| space);
        let index = self.place(name.clone());
        let aliases = texts(object, "aliases")
            .iter()
            .map(|alias| full_name(alias, None, inner))
            .collect();
        let doc = text(object, "doc");
        let node = match kind {
            "enum" => Node::Enum(Enum {
                symbols: texts(object, "symbols"),
                default: text(object, "default"),
                name,
                aliases,
                doc,
            }),
            "fixed" => Node::Fixed {
                size: object.get("size").and_then(Value::as_u64).unwrap_or(0),
                name,
                logical,
            },
            _ => {
                let fields = self.fields(object, inner)?;
                Node::Record(Record {
                    name,
                    aliases,
                    doc,
                    fields,
                })
            }
        };
        // Of several definitions the first stays.
        if let Some(place) = self.nodes.get_mut(index)
            && matches!(place, Node::Unknown(_))
        {
            *place = node;
        }
        Ok(index)
    }

    fn fields(&mut self, object: &Map<String, Value>, space: &str) -> Result<Vec<Field>, String> {
        let Some(Value::Array(list)) = object.get("fields") else {
            return Err("a record has no fields".to_owned());
        };
        let mut fields = Vec::with_capacity(list.len());
        for field in list {
            let Value::Object(field) = field else {
                return Err("a field is no object".to_owned());
            };
            let name = text(field, "name").ok_or("a field has no name")?;
            let schema = field
                .get("type")
                .ok_or_else(|| format!("field {name} has no type"))?;
            fields.push(Field {
                node: self.schema(schema, space)?,
                aliases: texts(field, "aliases"),
                default: field.get("default").cloned(),
                doc: text(field, "doc"),
                order: text(field, "order"),
                name,
            });
        }
        Ok(fields)
    }
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['a', 'e']) {
        "an"
    } else {
        "a"
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn texts(object: &Map<String, Value>, name: &str) -> Vec<String> {
    match object.get(name) {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
