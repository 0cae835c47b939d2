//! From JSON text to Avro's binary encoding.

mod logical;

use super::{Avro, Index, Node, Record, Shape, Union};
use crate::{
    MOST_DEPTH, MOST_JSON,
    error::EncodeError,
    nearest::{list, nearest},
    text::{At, Text},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use penstock_domain::json::Kind;
use std::collections::HashMap;

/// Writes a value.
pub(crate) fn write(avro: &Avro, text: &str) -> Result<Vec<u8>, EncodeError> {
    let parsed = Text::parse(text)?;
    let mut writer = Writer {
        avro,
        out: Vec::new(),
        defaults: false,
    };
    writer.value(avro.root, parsed.root(), 0)?;
    Ok(writer.out)
}

struct Writer<'a> {
    avro: &'a Avro,
    out: Vec<u8>,
    /// Whether this is a default of the schema, where bytes are written as characters and unions without their branch.
    defaults: bool,
}

type Written = Result<(), EncodeError>;

impl<'a> Writer<'a> {
    fn long(&mut self, value: i64) {
        let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while rest >= 0x80 {
            self.out.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.out.push(rest as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.long(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.out.extend_from_slice(bytes);
    }

    fn value(&mut self, index: Index, at: At<'_, '_>, depth: usize) -> Written {
        if depth > MOST_DEPTH {
            return Err(at.fail(
                format!("This is nested deeper than {MOST_DEPTH} levels."),
                None,
            ));
        }
        if self.out.len() > MOST_JSON {
            return Err(at.fail(
                format!("The record becomes larger than {MOST_JSON} bytes."),
                None,
            ));
        }
        let avro = self.avro;
        match avro.node(index) {
            Node::Null | Node::Pending(_) if at.kind() == Kind::Null => {}
            Node::Null | Node::Pending(_) => return Err(must(at, "null")),
            Node::Boolean => match at.kind() {
                Kind::True => self.out.push(1),
                Kind::False => self.out.push(0),
                _ => return Err(must(at, "true or false")),
            },
            Node::Int => {
                let value = whole(at, i32::MIN.into(), i32::MAX.into(), "an int")?;
                self.long(value);
            }
            Node::Long => {
                let value = whole(at, i64::MIN, i64::MAX, "a long")?;
                self.long(value);
            }
            Node::Float => {
                let value = floating(at)?;
                let single = value as f32;
                if value.is_finite() && !single.is_finite() {
                    return Err(at.fail(format!("{} is too large for a float.", at.brief()), None));
                }
                self.out.extend_from_slice(&single.to_le_bytes());
            }
            Node::Double => {
                let value = floating(at)?;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Node::Bytes => {
                let bytes = self.binary(at)?;
                self.bytes(&bytes);
            }
            Node::String => {
                let text = at.string().ok_or_else(|| must(at, "text"))?;
                self.bytes(text.as_bytes());
            }
            Node::Fixed { size, .. } => {
                let bytes = self.binary(at)?;
                if bytes.len() != *size {
                    return Err(at.fail(
                        format!(
                            "{} has {} bytes; the schema has {size}.",
                            at.words(),
                            bytes.len()
                        ),
                        None,
                    ));
                }
                self.out.extend_from_slice(&bytes);
            }
            Node::Enum(symbols) => {
                let text = at.string().ok_or_else(|| must(at, "text"))?;
                let names = || symbols.symbols.iter().map(String::as_str);
                match names().position(|symbol| symbol == text) {
                    Some(position) => self.long(i64::try_from(position).unwrap_or(0)),
                    None => {
                        let short = symbols.name.rsplit('.').next().unwrap_or(&symbols.name);
                        let message = format!(
                            "{} is not a symbol of {short}; the schema has {}.",
                            at.brief(),
                            list(names())
                        );
                        return Err(at.fail(
                            message,
                            nearest(&text, names()).map(|symbol| format!("Write \"{symbol}\"")),
                        ));
                    }
                }
            }
            Node::Array(items) => {
                if at.kind() != Kind::Array {
                    return Err(must(at, "a list"));
                }
                self.block(at);
                for item in at.items() {
                    self.value(*items, item, depth + 1)?;
                }
                self.long(0);
            }
            Node::Map(values) => {
                if at.kind() != Kind::Object {
                    return Err(must(at, "an object"));
                }
                self.block(at);
                let members = members(at)?;
                for (name, _) in at.members() {
                    if let Some(value) = members.get(name.as_ref()) {
                        self.bytes(name.as_bytes());
                        self.value(*values, *value, depth + 1)?;
                    }
                }
                self.long(0);
            }
            Node::Record(record) => self.record(record, at, depth)?,
            Node::Union(union) => self.union(union, at, depth)?,
            node => self.logical(node, at)?,
        }
        Ok(())
    }

    fn block(&mut self, at: At<'_, '_>) {
        if at.count() > 0 {
            self.long(i64::try_from(at.count()).unwrap_or(i64::MAX));
        }
    }

    fn binary(&self, at: At<'_, '_>) -> Result<Vec<u8>, EncodeError> {
        let text = at
            .string()
            .ok_or_else(|| must(at, "bytes as text in base64"))?;
        if self.defaults {
            return text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).ok())
                .collect::<Option<_>>()
                .ok_or_else(|| must(at, "characters up to U+00FF"));
        }
        BASE64_STANDARD
            .decode(text.as_bytes())
            .map_err(|_| must(at, "bytes as text in base64"))
    }

    fn record(&mut self, record: &Record, at: At<'_, '_>, depth: usize) -> Written {
        if at.kind() != Kind::Object {
            return Err(must(at, "an object"));
        }
        let members = members(at)?;
        if !self.defaults {
            let names = || record.fields.iter().map(|field| field.name.as_str());
            for (name, value) in at.members() {
                if !record.by_name.contains_key(name.as_ref()) {
                    let message = format!(
                        "{} has no field \"{name}\"; it has {}.",
                        record.name,
                        list(names())
                    );
                    return Err(value.fail_name(
                        message,
                        nearest(&name, names()).map(|field| format!("Write \"{field}\"")),
                    ));
                }
            }
        }
        for field in &record.fields {
            match (members.get(field.name.as_str()), &field.default) {
                (Some(value), _) => self.value(field.node, *value, depth + 1)?,
                (None, Some(default)) => {
                    self.default(field.node, default, depth + 1)
                        .map_err(|error| {
                            at.fail(
                                format!(
                                    "Field \"{}\" is missing, and its default can't be used: {}",
                                    field.name, error.message
                                ),
                                None,
                            )
                        })?
                }
                (None, None) => {
                    let message = format!(
                        "Field \"{}\" is missing; the schema has no default for it.",
                        field.name
                    );
                    let hint = super::sample::of(self.avro, field.node)
                        .map(|sample| format!("Add \"{}\": {sample}", field.name));
                    return Err(at.fail(message, hint.filter(|hint| hint.len() <= 80)));
                }
            }
        }
        Ok(())
    }

    fn default(&mut self, node: Index, default: &serde_json::Value, depth: usize) -> Written {
        let text = default.to_string();
        let parsed = Text::parse(&text)?;
        let mut inner = Writer {
            avro: self.avro,
            out: std::mem::take(&mut self.out),
            defaults: true,
        };
        let written = inner.value(node, parsed.root(), depth);
        self.out = inner.out;
        written
    }

    fn union(&mut self, union: &Union, at: At<'_, '_>, depth: usize) -> Written {
        let (position, value) = self.branch(union, at)?;
        let branch = union.branches.get(position).copied().unwrap_or_default();
        self.long(i64::try_from(position).unwrap_or(0));
        self.value(branch, value, depth + 1)
    }

    /// Which branch a value belongs to, and the value itself where it names its branch.
    fn branch<'p, 't>(
        &self,
        union: &Union,
        at: At<'p, 't>,
    ) -> Result<(usize, At<'p, 't>), EncodeError> {
        let shape = match at.kind() {
            Kind::Null => Shape::Null,
            Kind::True | Kind::False => Shape::Boolean,
            Kind::Number => Shape::Number,
            Kind::Text => Shape::Text,
            Kind::Array => Shape::Array,
            Kind::Object => Shape::Object,
        };
        if shape == Shape::Object && !self.defaults && at.count() == 1 {
            let named = at.members().next().and_then(|(name, value)| {
                let position = union.names.iter().position(|known| *known == name)?;
                // A record whose only field is called like a branch is a record.
                let node = union
                    .shapes
                    .iter()
                    .position(|shape| *shape == Shape::Object)
                    .and_then(|at| union.branches.get(at));
                let taken = !union.tagged
                    && node.is_some_and(|node| match self.avro.node(*node) {
                        Node::Record(record) => record.by_name.contains_key(name.as_ref()),
                        Node::Map(_) => true,
                        _ => false,
                    });
                (!taken).then_some((position, value))
            });
            if let Some(named) = named {
                return Ok(named);
            }
        }
        let fitting: Vec<usize> = positions(union, shape).collect();
        let fitting = if shape == Shape::Number && fitting.len() > 1 {
            self.number_branch(union, at, &fitting)
        } else {
            fitting
        };
        match (fitting.as_slice(), shape) {
            ([first, ..], _) if self.defaults || fitting.len() == 1 => Ok((*first, at)),
            // A time may be written as its number.
            ([], Shape::Number) => {
                let times: Vec<usize> = positions(union, Shape::Text)
                    .filter(|position| self.is_time(union, *position))
                    .collect();
                match times.as_slice() {
                    [only] => Ok((*only, at)),
                    _ => Err(must(at, &either(union))),
                }
            }
            ([], _) => Err(must(at, &either(union))),
            _ => {
                let names = || {
                    fitting
                        .iter()
                        .filter_map(|position| union.names.get(*position))
                        .map(String::as_str)
                };
                let message = format!(
                    "{} can be several things here: {}. Say which, as {{\"{}\": …}}.",
                    at.words(),
                    list(names()),
                    names().next().unwrap_or_default()
                );
                Err(at.fail(message, None))
            }
        }
    }

    fn is_time(&self, union: &Union, position: usize) -> bool {
        union.branches.get(position).is_some_and(|node| {
            matches!(
                self.avro.node(*node),
                Node::Date | Node::TimeOfDay(_) | Node::Timestamp { .. }
            )
        })
    }

    /// Of several kinds of numbers the smallest that holds the value exactly.
    fn number_branch(&self, union: &Union, at: At<'_, '_>, fitting: &[usize]) -> Vec<usize> {
        let raw = at.raw();
        let rank = |position: &&usize| match union
            .branches
            .get(**position)
            .map(|node| self.avro.node(*node))
        {
            Some(Node::Int) if raw.parse::<i32>().is_ok() => Some(0),
            Some(Node::Long) if raw.parse::<i64>().is_ok() => Some(1),
            Some(Node::Double) => Some(2),
            Some(Node::Float) => Some(3),
            _ => None,
        };
        fitting
            .iter()
            .filter(|position| rank(position).is_some())
            .min_by_key(rank)
            .map_or_else(|| fitting.to_vec(), |position| vec![*position])
    }
}

fn positions(union: &Union, shape: Shape) -> impl Iterator<Item = usize> {
    union
        .shapes
        .iter()
        .enumerate()
        .filter(move |(_, own)| **own == shape)
        .map(|(at, _)| at)
}

fn either(union: &Union) -> String {
    format!("one of {}", list(union.names.iter().map(String::as_str)))
}

fn must(at: At<'_, '_>, what: &str) -> EncodeError {
    at.fail(
        format!(
            "{} must be {what}, not {}.",
            capital(&at.words()),
            at.brief()
        ),
        None,
    )
}

/// Only the sentence for the whole value begins with a word of its own.
fn capital(words: &str) -> String {
    if words == "the value" {
        "The value".to_owned()
    } else {
        words.to_owned()
    }
}

/// Members by name; a name that is there twice would be read in two ways.
fn members<'p, 't>(at: At<'p, 't>) -> Result<HashMap<String, At<'p, 't>>, EncodeError> {
    if at.kind() != Kind::Object {
        return Err(must(at, "an object"));
    }
    let mut members = HashMap::with_capacity(at.count());
    for (name, value) in at.members() {
        if members.insert(name.to_string(), value).is_some() {
            return Err(value.fail_name(format!("\"{name}\" is there twice."), None));
        }
    }
    Ok(members)
}

fn whole(at: At<'_, '_>, least: i64, most: i64, what: &str) -> Result<i64, EncodeError> {
    if at.kind() != Kind::Number {
        return Err(must(at, "a whole number"));
    }
    match at.raw().parse::<i128>() {
        Ok(value) => i64::try_from(value)
            .ok()
            .filter(|value| (least..=most).contains(value))
            .ok_or_else(|| {
                at.fail(
                    format!(
                        "{} does not fit into {what}, which goes from {least} to {most}.",
                        at.brief()
                    ),
                    None,
                )
            }),
        Err(_)
            if at
                .raw()
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-') =>
        {
            Err(at.fail(
                format!(
                    "{} does not fit into {what}, which goes from {least} to {most}.",
                    at.brief()
                ),
                None,
            ))
        }
        Err(_) => Err(must(at, "a whole number")),
    }
}

fn floating(at: At<'_, '_>) -> Result<f64, EncodeError> {
    match (at.kind(), at.string().as_deref()) {
        (Kind::Number, _) => match at.raw().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(at.fail(format!("{} is too large for a double.", at.brief()), None)),
        },
        (_, Some("NaN")) => Ok(f64::NAN),
        (_, Some("Infinity")) => Ok(f64::INFINITY),
        (_, Some("-Infinity")) => Ok(f64::NEG_INFINITY),
        _ => Err(must(at, "a number")),
    }
}
