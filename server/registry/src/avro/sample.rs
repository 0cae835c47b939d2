//! A value that fits a schema, for somebody to begin from.

use super::{Avro, Field, Index, Node, logical::Unit};
use crate::{error::DecodeError, out::Out};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Bytes of a sample.
const MOST_TEXT: usize = 64 << 10;
/// Types that are looked at for one sample: some schemas have no finite value, or only huge ones.
const MOST_STEPS: usize = 20_000;
/// Levels down to which lists and maps get an element.
const MOST_LEVELS: usize = 8;

/// A value of the schema as JSON; `None` where there is no small one.
pub(crate) fn sample(avro: &Avro) -> Option<String> {
    of(avro, avro.root)
}

/// A value of one type in it.
pub(super) fn of(avro: &Avro, node: Index) -> Option<String> {
    let mut maker = Maker {
        avro,
        out: Out::new(MOST_TEXT),
        path: Vec::new(),
        steps: 0,
    };
    maker.value(node).ok()?;
    Some(maker.out.finish())
}

struct Maker<'a> {
    avro: &'a Avro,
    out: Out,
    /// Records that are being made: none is made within itself.
    path: Vec<Index>,
    steps: usize,
}

/// No sample on this way.
struct NoSample;

impl From<DecodeError> for NoSample {
    fn from(_: DecodeError) -> Self {
        NoSample
    }
}

impl Maker<'_> {
    fn value(&mut self, index: Index) -> Result<(), NoSample> {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.path.len() > crate::MOST_DEPTH {
            return Err(NoSample);
        }
        let avro = self.avro;
        match avro.node(index) {
            Node::Null | Node::Pending(_) => self.out.raw("null")?,
            Node::Boolean => self.out.raw("false")?,
            Node::Int | Node::Long => self.out.raw("0")?,
            Node::Float | Node::Double => self.out.raw("0.0")?,
            Node::Bytes => self.out.raw("\"\"")?,
            Node::String => self.out.raw("\"text\"")?,
            Node::Enum(symbols) => self.out.string(symbols.symbols.first().ok_or(NoSample)?)?,
            Node::Fixed { size, .. } => self.zeros(*size)?,
            Node::Decimal { scale, .. } => {
                let zeros = "0".repeat(*scale as usize);
                self.out.string(&if zeros.is_empty() {
                    "0".to_owned()
                } else {
                    format!("0.{zeros}")
                })?;
            }
            Node::BigDecimal => self.out.raw("\"0.00\"")?,
            Node::Uuid(_) => self.out.raw("\"00000000-0000-0000-0000-000000000000\"")?,
            Node::Date => self.out.raw("\"2026-01-01\"")?,
            Node::TimeOfDay(Unit::Milli) => self.out.raw("\"00:00:00.000\"")?,
            Node::TimeOfDay(_) => self.out.raw("\"00:00:00.000000\"")?,
            Node::Timestamp { unit, zoned } => {
                let text = super::logical::timestamp_text(0, *unit, *zoned).ok_or(NoSample)?;
                self.out.string(&text.replace("1970", "2026"))?;
            }
            Node::Duration { .. } => self.out.raw("{\"months\":0,\"days\":0,\"millis\":0}")?,
            Node::Array(items) => self.maybe("[", *items, "]")?,
            Node::Map(values) => self.maybe("{\"key\":", *values, "}")?,
            Node::Union(union) => {
                let null = |branch: &&Index| matches!(avro.node(**branch), Node::Null);
                let pairs = || union.branches.iter().zip(&union.names);
                let first = pairs()
                    .filter(|(branch, _)| !null(branch))
                    .chain(pairs().filter(|(branch, _)| null(branch)));
                self.first_of(first.map(|(branch, name)| {
                    (
                        *branch,
                        (union.tagged && !null(&branch)).then_some(name.as_str()),
                    )
                }))?;
            }
            Node::Record(record) => {
                if self.path.contains(&index) {
                    return Err(NoSample);
                }
                self.path.push(index);
                self.out.raw("{")?;
                for (at, field) in record.fields.iter().enumerate() {
                    if at > 0 {
                        self.out.raw(",")?;
                    }
                    self.out.string(&field.name)?;
                    self.out.raw(":")?;
                    self.field(field)?;
                }
                self.out.raw("}")?;
                self.path.pop();
            }
        }
        Ok(())
    }

    /// The default of a simple field, else a sample.
    fn field(&mut self, field: &Field) -> Result<(), NoSample> {
        let simple = matches!(
            self.avro.node(field.node),
            Node::Boolean | Node::Int | Node::Long | Node::String | Node::Enum(_)
        );
        match &field.default {
            Some(default)
                if simple && !default.is_object() && !default.is_array() && !default.is_null() =>
            {
                Ok(self.out.raw(&default.to_string())?)
            }
            _ => self.value(field.node),
        }
    }

    /// The first branch that has a sample.
    fn first_of<'n>(
        &mut self,
        branches: impl Iterator<Item = (Index, Option<&'n str>)>,
    ) -> Result<(), NoSample> {
        let (length, depth) = (self.out.len(), self.path.len());
        for (branch, name) in branches {
            if self.branch(branch, name).is_ok() {
                return Ok(());
            }
            self.out.truncate(length);
            self.path.truncate(depth);
        }
        Err(NoSample)
    }

    fn branch(&mut self, branch: Index, name: Option<&str>) -> Result<(), NoSample> {
        let Some(name) = name else {
            return self.value(branch);
        };
        self.out.raw("{")?;
        self.out.string(name)?;
        self.out.raw(":")?;
        self.value(branch)?;
        Ok(self.out.raw("}")?)
    }

    /// One element, or none where it has no sample.
    fn maybe(&mut self, open: &str, element: Index, close: &str) -> Result<(), NoSample> {
        let (length, depth) = (self.out.len(), self.path.len());
        let made =
            depth <= MOST_LEVELS && self.out.raw(open).is_ok() && self.value(element).is_ok();
        if made && self.out.raw(close).is_ok() {
            return Ok(());
        }
        self.out.truncate(length);
        self.path.truncate(depth);
        Ok(self.out.raw(if close == "]" { "[]" } else { "{}" })?)
    }

    fn zeros(&mut self, size: usize) -> Result<(), NoSample> {
        if size > MOST_TEXT / 2 {
            return Err(NoSample);
        }
        Ok(self.out.string(&BASE64_STANDARD.encode(vec![0; size]))?)
    }
}
