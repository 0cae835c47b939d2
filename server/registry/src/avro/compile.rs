//! From a schema's JSON to nodes. Lenient where a reader can be: odd names, unknown attributes and logical types, types that
//! are defined further down, and types that several references bring along.

use super::{
    Avro, Field, Index, Node, Record, Shape, Symbols, Union,
    logical::{Form, MOST_SCALE, Unit},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Compiles a schema; `references` are the schemas that it refers to, in an order in which each comes after those that it
/// needs. JSON is nested 128 levels at most (`serde_json`), so that this recursion is bounded.
pub(crate) fn compile<'t>(
    text: &str,
    references: impl IntoIterator<Item = &'t str>,
) -> Result<Avro, String> {
    let mut compiler = Compiler::default();
    for reference in references {
        compiler.text(reference)?;
    }
    let root = compiler.text(text)?;
    compiler.finish(root)
}

#[derive(Default)]
struct Compiler {
    nodes: Vec<Node>,
    names: HashMap<String, Index>,
}

impl Compiler {
    fn text(&mut self, text: &str) -> Result<Index, String> {
        // A primitive may be registered as a bare word.
        let value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                Value::String(text.to_owned())
            }
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
            Value::String(name) => Ok(self.by_name(name, space)),
            Value::Array(branches) => self.union(branches, space),
            Value::Object(object) => self.complex(object, space),
            other => Err(format!("{} is no schema", brief(other))),
        }
    }

    fn by_name(&mut self, name: &str, space: &str) -> Index {
        let primitive = match name {
            "null" => Node::Null,
            "boolean" => Node::Boolean,
            "int" => Node::Int,
            "long" => Node::Long,
            "float" => Node::Float,
            "double" => Node::Double,
            "bytes" => Node::Bytes,
            "string" => Node::String,
            _ => return self.named(full_name(name, None, space)),
        };
        self.add(primitive)
    }

    /// The node of a name, which may be defined later.
    fn named(&mut self, full: String) -> Index {
        if let Some(index) = self.names.get(&full) {
            return *index;
        }
        let index = self.add(Node::Pending(full.clone()));
        self.names.insert(full, index);
        index
    }

    /// The place for a type that is being defined, and whether it was defined before: then the first definition stays.
    fn define(&mut self, full: &str) -> (Index, bool) {
        let index = self.named(full.to_owned());
        let known = !matches!(self.nodes.get(index), Some(Node::Pending(_)));
        (index, known)
    }

    fn set(&mut self, index: Index, node: Node) {
        if let Some(place) = self.nodes.get_mut(index) {
            *place = node;
        }
    }

    fn union(&mut self, branches: &[Value], space: &str) -> Result<Index, String> {
        let branches = branches
            .iter()
            .map(|branch| self.schema(branch, space))
            .collect::<Result<Vec<_>, _>>()?;
        // The rest follows in `finish`, when every name is defined.
        Ok(self.add(Node::Union(Union {
            branches,
            names: Vec::new(),
            shapes: Vec::new(),
            tagged: false,
        })))
    }

    fn complex(&mut self, object: &Map<String, Value>, space: &str) -> Result<Index, String> {
        let kind = object
            .get("type")
            .ok_or_else(|| format!("{} has no type", brief_object(object)))?;
        let Value::String(kind) = kind else {
            // {"type": {...}}: an annotation around a schema.
            return self.schema(kind, space);
        };
        let logical = object.get("logicalType").and_then(Value::as_str);
        match kind.as_str() {
            "array" => {
                let items = object.get("items").ok_or("an array has no items")?;
                let items = self.schema(items, space)?;
                Ok(self.add(Node::Array(items)))
            }
            "map" => {
                let values = object.get("values").ok_or("a map has no values")?;
                let values = self.schema(values, space)?;
                Ok(self.add(Node::Map(values)))
            }
            "record" | "error" => self.record(object, space),
            "enum" => self.symbols(object, space),
            "fixed" => self.fixed(object, logical, space),
            primitive => match logical.and_then(|logical| logical_node(primitive, logical, object))
            {
                Some(node) => Ok(self.add(node)),
                None => Ok(self.by_name(primitive, space)),
            },
        }
    }

    fn record(&mut self, object: &Map<String, Value>, space: &str) -> Result<Index, String> {
        let full = name_of(object, space)?;
        let (index, known) = self.define(&full);
        let inner = full
            .rsplit_once('.')
            .map_or("", |(space, _)| space)
            .to_owned();
        // Known or not, what is defined inside must be seen. The place is taken first: the record may contain itself.
        if !known {
            self.set(index, Node::Null);
        }
        let list = match object.get("fields") {
            Some(Value::Array(list)) => list.as_slice(),
            _ => return Err(format!("record {full} has no fields")),
        };
        let mut fields = Vec::with_capacity(list.len());
        let mut by_name = HashMap::with_capacity(list.len());
        for field in list {
            let name = field
                .get("name")
                .and_then(Value::as_str)
                .ok_or_else(|| format!("a field of {full} has no name"))?;
            let schema = field
                .get("type")
                .ok_or_else(|| format!("field {name} of {full} has no type"))?;
            // A `logicalType` beside the field's type instead of inside of it is ignored, as Avro does.
            let node = self.schema(schema, &inner)?;
            if by_name.insert(name.to_owned(), fields.len()).is_some() {
                return Err(format!("record {full} has two fields {name}"));
            }
            fields.push(Field {
                name: name.to_owned(),
                node,
                default: field.get("default").cloned(),
            });
        }
        if !known {
            self.set(
                index,
                Node::Record(Record {
                    name: full,
                    fields,
                    by_name,
                }),
            );
        }
        Ok(index)
    }

    fn symbols(&mut self, object: &Map<String, Value>, space: &str) -> Result<Index, String> {
        let full = name_of(object, space)?;
        let (index, known) = self.define(&full);
        if known {
            return Ok(index);
        }
        let symbols = match object.get("symbols") {
            Some(Value::Array(list)) => list
                .iter()
                .map(|symbol| symbol.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>(),
            _ => None,
        }
        .ok_or_else(|| format!("enum {full} has no list of symbols"))?;
        self.set(
            index,
            Node::Enum(Symbols {
                name: full,
                symbols,
            }),
        );
        Ok(index)
    }

    fn fixed(
        &mut self,
        object: &Map<String, Value>,
        logical: Option<&str>,
        space: &str,
    ) -> Result<Index, String> {
        let name = name_of(object, space)?;
        let (index, known) = self.define(&name);
        if known {
            return Ok(index);
        }
        let size = object
            .get("size")
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| format!("fixed {name} has no size"))?;
        let node = match logical {
            Some("decimal") => decimal(Form::Fixed(size), object),
            Some("uuid") if size == 16 => Some(Node::Uuid(Form::Fixed(size))),
            Some("duration") if size == 12 => Some(Node::Duration { name: name.clone() }),
            _ => None,
        };
        self.set(index, node.unwrap_or(Node::Fixed { name, size }));
        Ok(index)
    }

    fn finish(mut self, root: Index) -> Result<Avro, String> {
        for node in &self.nodes {
            if let Node::Pending(name) = node {
                return Err(format!(
                    "type {name} is not defined, neither in it nor in what it refers to"
                ));
            }
        }
        for index in 0..self.nodes.len() {
            let Some(Node::Union(union)) = self.nodes.get(index) else {
                continue;
            };
            let shapes: Vec<Shape> = union
                .branches
                .iter()
                .map(|branch| self.shape(*branch))
                .collect();
            let names = union
                .branches
                .iter()
                .map(|branch| self.branch_name(*branch))
                .collect();
            let doubled = |shape| shapes.iter().filter(|other| **other == shape).count() > 1;
            let tagged = doubled(Shape::Object) || doubled(Shape::Text) || doubled(Shape::Array);
            if let Some(Node::Union(union)) = self.nodes.get_mut(index) {
                (union.shapes, union.names, union.tagged) = (shapes, names, tagged);
            }
        }
        Ok(Avro {
            nodes: self.nodes,
            root,
        })
    }

    /// As what a branch shows itself in JSON.
    fn shape(&self, index: Index) -> Shape {
        match self.nodes.get(index) {
            Some(Node::Null | Node::Pending(_)) | None => Shape::Null,
            Some(Node::Boolean) => Shape::Boolean,
            Some(Node::Int | Node::Long | Node::Float | Node::Double) => Shape::Number,
            Some(Node::Array(_)) => Shape::Array,
            Some(Node::Map(_) | Node::Record(_) | Node::Duration { .. } | Node::Union(_)) => {
                Shape::Object
            }
            Some(
                Node::Bytes
                | Node::String
                | Node::Enum(_)
                | Node::Fixed { .. }
                | Node::Decimal { .. }
                | Node::BigDecimal
                | Node::Uuid(_)
                | Node::Date
                | Node::TimeOfDay(_)
                | Node::Timestamp { .. },
            ) => Shape::Text,
        }
    }

    /// The name of a branch in Avro's JSON encoding: full name or kind.
    fn branch_name(&self, index: Index) -> String {
        match self.nodes.get(index) {
            Some(Node::Null | Node::Pending(_) | Node::Union(_)) | None => "null",
            Some(Node::Boolean) => "boolean",
            Some(Node::Int | Node::Date | Node::TimeOfDay(Unit::Milli)) => "int",
            Some(Node::Long | Node::TimeOfDay(_) | Node::Timestamp { .. }) => "long",
            Some(Node::Float) => "float",
            Some(Node::Double) => "double",
            Some(Node::Bytes | Node::BigDecimal) => "bytes",
            Some(Node::String) => "string",
            Some(Node::Array(_)) => "array",
            Some(Node::Map(_)) => "map",
            Some(Node::Record(record)) => &record.name,
            Some(Node::Enum(symbols)) => &symbols.name,
            Some(Node::Fixed { name, .. } | Node::Duration { name }) => name,
            Some(Node::Decimal { form, .. } | Node::Uuid(form)) => match form {
                Form::Bytes => "bytes",
                Form::Text => "string",
                Form::Fixed(_) => self
                    .names
                    .iter()
                    .find(|(_, named)| **named == index)
                    .map_or("fixed", |(name, _)| name.as_str()),
            },
        }
        .to_owned()
    }
}

fn logical_node(primitive: &str, logical: &str, object: &Map<String, Value>) -> Option<Node> {
    let timestamp = |unit, zoned| Some(Node::Timestamp { unit, zoned });
    match (primitive, logical) {
        ("bytes", "decimal") => decimal(Form::Bytes, object),
        ("bytes", "big-decimal") => Some(Node::BigDecimal),
        ("string", "uuid") => Some(Node::Uuid(Form::Text)),
        ("int", "date") => Some(Node::Date),
        ("int", "time-millis") => Some(Node::TimeOfDay(Unit::Milli)),
        ("long", "time-micros") => Some(Node::TimeOfDay(Unit::Micro)),
        ("long", "timestamp-millis") => timestamp(Unit::Milli, true),
        ("long", "timestamp-micros") => timestamp(Unit::Micro, true),
        ("long", "timestamp-nanos") => timestamp(Unit::Nano, true),
        ("long", "local-timestamp-millis") => timestamp(Unit::Milli, false),
        ("long", "local-timestamp-micros") => timestamp(Unit::Micro, false),
        ("long", "local-timestamp-nanos") => timestamp(Unit::Nano, false),
        _ => None,
    }
}

/// A decimal whose scale makes sense; else Avro says that the logical type is ignored.
fn decimal(form: Form, object: &Map<String, Value>) -> Option<Node> {
    let number = |key: &str| match object.get(key) {
        None => Some(0),
        Some(value) => value.as_u64().and_then(|value| u32::try_from(value).ok()),
    };
    let (scale, precision) = (number("scale")?, number("precision")?);
    (scale <= MOST_SCALE && precision > 0 && scale <= precision).then_some(Node::Decimal {
        form,
        scale,
        precision,
    })
}

fn name_of(object: &Map<String, Value>, space: &str) -> Result<String, String> {
    let name = object
        .get("name")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| format!("{} has no name", brief_object(object)))?;
    Ok(full_name(
        name,
        object.get("namespace").and_then(Value::as_str),
        space,
    ))
}

/// A name with its namespace (Avro 1.12, "Names"): a dotted name is whole already.
pub(crate) fn full_name(name: &str, own: Option<&str>, around: &str) -> String {
    let space = own.unwrap_or(around);
    match name.strip_prefix('.') {
        Some(bare) => bare.to_owned(),
        None if name.contains('.') || space.is_empty() => name.to_owned(),
        None => format!("{space}.{name}"),
    }
}

fn brief(value: &Value) -> String {
    let mut text: String = value.to_string().chars().take(60).collect();
    if text.len() < value.to_string().len() {
        text.push('…');
    }
    text
}

fn brief_object(object: &Map<String, Value>) -> String {
    brief(&Value::Object(object.clone()))
}
