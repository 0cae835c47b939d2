//! From Avro's binary encoding to JSON text.

use super::{
    Avro, Index, Node, Record, Union,
    logical::{self, Form, Unit},
};
use crate::{MOST_DEPTH, error::DecodeError, out::Out};

/// Reads one value, which must fill the payload.
pub(crate) fn read(avro: &Avro, payload: &[u8], limit: usize) -> Result<String, DecodeError> {
    let mut reader = Reader {
        avro,
        payload,
        at: 0,
        out: Out::new(limit),
    };
    reader.value(avro.root, 0)?;
    match payload.len() - reader.at {
        0 => Ok(reader.out.finish()),
        left => Err(DecodeError::LeftOver { left }),
    }
}

struct Reader<'a> {
    avro: &'a Avro,
    payload: &'a [u8],
    at: usize,
    out: Out,
}

impl<'a> Reader<'a> {
    fn malformed(&self, what: impl Into<String>) -> DecodeError {
        DecodeError::Malformed {
            what: what.into(),
            at: self.at,
        }
    }

    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let rest = self.payload.get(self.at..).unwrap_or_default();
        let (taken, _) = rest
            .split_at_checked(length)
            .ok_or(DecodeError::End { what, at: self.at })?;
        self.at += length;
        Ok(taken)
    }

    /// A number in zigzag and seven bits a byte.
    fn long(&mut self, what: &'static str) -> Result<i64, DecodeError> {
        let rest = self.payload.get(self.at..).unwrap_or_default();
        let mut value = 0_u64;
        for (count, byte) in rest.iter().enumerate() {
            let bits = u64::from(byte & 0x7f);
            if count == 9 && bits > 1 {
                break;
            }
            value |= bits << (7 * count);
            if byte & 0x80 == 0 {
                self.at += count + 1;
                return Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
            }
            if count == 9 {
                break;
            }
        }
        if rest.len() < 10 && rest.iter().all(|byte| byte & 0x80 != 0) {
            return Err(DecodeError::End {
                what,
                at: self.payload.len(),
            });
        }
        Err(self.malformed(format!("a number of more than 64 bits in {what}")))
    }

    fn int(&mut self, what: &'static str) -> Result<i32, DecodeError> {
        let value = self.long(what)?;
        i32::try_from(value).map_err(|_| self.malformed(format!("{value} as an int")))
    }

    fn length(&mut self, what: &'static str) -> Result<usize, DecodeError> {
        let value = self.long(what)?;
        usize::try_from(value).map_err(|_| self.malformed(format!("a length of {value} in {what}")))
    }

    fn bytes(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.length(what)?;
        self.take(length, what)
    }

    fn text(&mut self, what: &'static str) -> Result<&'a str, DecodeError> {
        let at = self.at;
        let bytes = self.bytes(what)?;
        std::str::from_utf8(bytes).map_err(|_| DecodeError::Malformed {
            what: format!("{what} that is not UTF-8"),
            at,
        })
    }

    fn value(&mut self, index: Index, depth: usize) -> Result<(), DecodeError> {
        if depth > MOST_DEPTH {
            return Err(DecodeError::TooDeep { limit: MOST_DEPTH });
        }
        let avro = self.avro;
        match avro.node(index) {
            Node::Null | Node::Pending(_) => self.out.raw("null"),
            Node::Boolean => match self.take(1, "a boolean")? {
                [0] => self.out.raw("false"),
                [1] => self.out.raw("true"),
                _ => Err(self.malformed("a boolean that is neither 0 nor 1")),
            },
            Node::Int => {
                let value = self.int("an int")?;
                self.out.show(value)
            }
            Node::Long => {
                let value = self.long("a long")?;
                self.out.show(value)
            }
            Node::Float => {
                let bytes = self.take(4, "a float")?.try_into().unwrap_or_default();
                self.out.float(f32::from_le_bytes(bytes))
            }
            Node::Double => {
                let bytes = self.take(8, "a double")?.try_into().unwrap_or_default();
                self.out.double(f64::from_le_bytes(bytes))
            }
            Node::Bytes => {
                let bytes = self.bytes("bytes")?;
                self.out.bytes(bytes)
            }
            Node::String => {
                let text = self.text("a string")?;
                self.out.string(text)
            }
            Node::Fixed { size, .. } => {
                let bytes = self.take(*size, "a fixed")?;
                self.out.bytes(bytes)
            }
            Node::Enum(symbols) => {
                let position = self.int("an enum")?;
                match usize::try_from(position)
                    .ok()
                    .and_then(|at| symbols.symbols.get(at))
                {
                    Some(symbol) => self.out.string(symbol),
                    None => Err(self.malformed(format!(
                        "symbol {position} of {}, which has {}",
                        symbols.name,
                        symbols.symbols.len()
                    ))),
                }
            }
            Node::Array(items) => {
                self.out.raw("[")?;
                self.blocks("an array", |reader, first| {
                    reader.comma(first)?;
                    reader.value(*items, depth + 1)
                })?;
                self.out.raw("]")
            }
            Node::Map(values) => {
                self.out.raw("{")?;
                self.blocks("a map", |reader, first| {
                    reader.comma(first)?;
                    let key = reader.text("a key of a map")?;
                    reader.out.string(key)?;
                    reader.out.raw(":")?;
                    reader.value(*values, depth + 1)
                })?;
                self.out.raw("}")
            }
            Node::Record(record) => self.record(record, depth),
            Node::Union(union) => self.union(union, depth),
            logical => self.logical(logical),
        }
    }

    fn comma(&mut self, first: bool) -> Result<(), DecodeError> {
        if first { Ok(()) } else { self.out.raw(",") }
    }

    /// Blocks of items, up to an empty one. Every item writes at least one byte of text, so that a huge count of items without
    /// bytes of their own ends at the bound of the text.
    fn blocks(
        &mut self,
        what: &'static str,
        mut item: impl FnMut(&mut Self, bool) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mut first = true;
        loop {
            let mut count = self.long(what)?;
            if count < 0 {
                count = count
                    .checked_neg()
                    .ok_or_else(|| self.malformed(format!("an impossible count in {what}")))?;
                // The block's size in bytes, for those who skip it.
                self.length(what)?;
            }
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                item(self, first)?;
                first = false;
            }
        }
    }

    fn record(&mut self, record: &Record, depth: usize) -> Result<(), DecodeError> {
        self.out.raw("{")?;
        for (at, field) in record.fields.iter().enumerate() {
            self.comma(at == 0)?;
            self.out.string(&field.name)?;
            self.out.raw(":")?;
            self.value(field.node, depth + 1)?;
        }
        self.out.raw("}")
    }

    fn union(&mut self, union: &Union, depth: usize) -> Result<(), DecodeError> {
        let position = self.long("a union")?;
        let Some((at, branch)) = usize::try_from(position)
            .ok()
            .and_then(|at| Some((at, *union.branches.get(at)?)))
        else {
            return Err(self.malformed(format!(
                "branch {position} of a union that has {}",
                union.branches.len()
            )));
        };
        match union.names.get(at) {
            Some(name) if union.tagged && !matches!(self.avro.node(branch), Node::Null) => {
                self.out.raw("{")?;
                self.out.string(name)?;
                self.out.raw(":")?;
                self.value(branch, depth + 1)?;
                self.out.raw("}")
            }
            _ => self.value(branch, depth + 1),
        }
    }

    fn logical(&mut self, node: &Node) -> Result<(), DecodeError> {
        match node {
            Node::Decimal { form, scale, .. } => {
                let bytes = match form {
                    Form::Fixed(size) => self.take(*size, "a decimal")?,
                    _ => self.bytes("a decimal")?,
                };
                let text = logical::decimal_text(bytes, *scale)
                    .ok_or_else(|| self.malformed(format!("a decimal of {} bytes", bytes.len())))?;
                self.out.string(&text)
            }
            Node::BigDecimal => self.big_decimal(),
            Node::Uuid(Form::Fixed(size)) => {
                let bytes = self.take(*size, "a UUID")?;
                match logical::uuid_text(bytes) {
                    Some(text) => self.out.string(&text),
                    None => self.out.bytes(bytes),
                }
            }
            Node::Uuid(_) => {
                let text = self.text("a UUID")?;
                self.out.string(text)
            }
            Node::Date => {
                let days = self.int("a date")?;
                self.text_or_number(logical::date_text(days), days.into())
            }
            Node::TimeOfDay(unit) => {
                let value = match unit {
                    Unit::Milli => self.int("a time")?.into(),
                    _ => self.long("a time")?,
                };
                self.text_or_number(logical::time_text(value, *unit), value)
            }
            Node::Timestamp { unit, zoned } => {
                let value = self.long("a timestamp")?;
                self.text_or_number(logical::timestamp_text(value, *unit, *zoned), value)
            }
            Node::Duration { .. } => {
                let bytes = self.take(12, "a duration")?;
                let part = |at: usize| {
                    let bytes = bytes
                        .get(at..at + 4)
                        .and_then(|bytes| bytes.try_into().ok());
                    u32::from_le_bytes(bytes.unwrap_or_default())
                };
                self.out.show(format_args!(
                    "{{\"months\":{},\"days\":{}",
                    part(0),
                    part(4)
                ))?;
                self.out.show(format_args!(",\"millis\":{}}}", part(8)))
            }
            _ => self.out.raw("null"),
        }
    }

    fn text_or_number(&mut self, text: Option<String>, number: i64) -> Result<(), DecodeError> {
        match text {
            Some(text) => self.out.string(&text),
            None => self.out.show(number),
        }
    }

    /// Bytes that hold a number as bytes, and its scale (Avro 1.12).
    fn big_decimal(&mut self) -> Result<(), DecodeError> {
        let outer = self.bytes("a big-decimal")?;
        let mut inner = Reader {
            avro: self.avro,
            payload: outer,
            at: 0,
            out: Out::new(0),
        };
        let number = inner.bytes("a big-decimal")?;
        let scale = inner.int("a big-decimal")?;
        let text = u32::try_from(scale)
            .ok()
            .filter(|_| inner.at == outer.len())
            .and_then(|scale| logical::decimal_text(number, scale));
        match text {
            Some(text) => self.out.string(&text),
            None => Err(self.malformed(format!(
                "a big-decimal of {} bytes and scale {scale}",
                number.len()
            ))),
        }
    }
}
