//! From bytes to JSON by a table.

use super::{
    InternalError,
    table::{Field, Message, Type},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use penstock_domain::json::quote;

/// Reads from the front and writes JSON.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    out: String,
}

type Done = Result<(), InternalError>;

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            out: String::new(),
        }
    }

    /// Opens the object with a member that is not in the table.
    pub(super) fn begin(&mut self, name: &str, json: &str) {
        self.out.push('{');
        self.out.push_str(&quote(name));
        self.out.push(':');
        self.out.push_str(json);
    }

    /// Opens the object.
    pub(super) fn open(&mut self) {
        self.out.push('{');
    }

    /// Closes the object; nothing may be left.
    pub(super) fn finish(mut self) -> Result<String, InternalError> {
        match self.rest.len() {
            0 => {
                self.out.push('}');
                Ok(self.out)
            }
            left => Err(InternalError::LeftOver { left }),
        }
    }

    fn take(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], InternalError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(InternalError::End { field })?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], InternalError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(InternalError::End { field })?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn int16(&mut self, field: &'static str) -> Result<i16, InternalError> {
        self.array(field).map(i16::from_be_bytes)
    }

    fn varint(&mut self, field: &'static str) -> Result<u32, InternalError> {
        let mut value = 0_u64;
        for shift in (0..35).step_by(7) {
            let [byte] = self.array(field)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| InternalError::Malformed {
                    field,
                    cause: "a number of more than 32 bits",
                });
            }
        }
        Err(InternalError::Malformed {
            field,
            cause: "a number of more than 32 bits",
        })
    }

    /// A length or count; `None` is null.
    fn length(
        &mut self,
        field: &Field,
        wide: bool,
        flexible: bool,
    ) -> Result<Option<usize>, InternalError> {
        let name = field.name;
        let length = if flexible {
            i64::from(self.varint(name)?) - 1
        } else if wide {
            i64::from(i32::from_be_bytes(self.array(name)?))
        } else {
            i64::from(self.int16(name)?)
        };
        match usize::try_from(length) {
            Ok(length) => Ok(Some(length)),
            Err(_) if length == -1 && field.nullable => Ok(None),
            Err(_) => Err(InternalError::Malformed {
                field: name,
                cause: "a length below zero",
            }),
        }
    }

    /// Members of an object that is open and has one already.
    pub(super) fn fields(
        &mut self,
        fields: &'static [Field],
        version: i16,
        flexible: bool,
    ) -> Done {
        for field in present(fields, version).filter(|field| field.tag.is_none()) {
            self.name(field);
            self.value(field, &field.of, version, flexible)?;
        }
        if flexible {
            self.tagged(fields, version)?;
        }
        Ok(())
    }

    fn name(&mut self, field: &Field) {
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        self.out.push_str(&quote(field.name));
        self.out.push(':');
    }

    /// Tagged fields (KIP-482): those that the table knows are read, the others passed over.
    fn tagged(&mut self, fields: &'static [Field], version: i16) -> Done {
        let count = self.varint("tagged fields")?;
        for _ in 0..count {
            let tag = self.varint("tagged fields")?;
            let size = self.varint("tagged fields")?;
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            let bytes = self.take(size, "tagged fields")?;
            if let Some(field) = present(fields, version).find(|field| field.tag == Some(tag)) {
                self.name(field);
                let after = std::mem::replace(&mut self.rest, bytes);
                self.value(field, &field.of, version, true)?;
                if !self.rest.is_empty() {
                    return Err(InternalError::LeftOver {
                        left: self.rest.len(),
                    });
                }
                self.rest = after;
            }
        }
        Ok(())
    }

    fn value(
        &mut self,
        field: &'static Field,
        of: &'static Type,
        version: i16,
        flexible: bool,
    ) -> Done {
        let name = field.name;
        match of {
            Type::Int16 => {
                let number = i16::from_be_bytes(self.array(name)?);
                self.print(number);
            }
            Type::Uint16 => {
                let number = u16::from_be_bytes(self.array(name)?);
                self.print(number);
            }
            Type::Int32 => {
                let number = i32::from_be_bytes(self.array(name)?);
                self.print(number);
            }
            Type::Int64 => {
                let number = i64::from_be_bytes(self.array(name)?);
                self.print(number);
            }
            Type::Named(names) => {
                let number = i8::from_be_bytes(self.array(name)?);
                match names.iter().find(|(known, _)| *known == number) {
                    Some((_, known)) => self.out.push_str(&quote(known)),
                    None => self.print(number),
                }
            }
            Type::Uuid => {
                // As Kafka writes topic ids: base64 for addresses, without padding.
                let bytes: [u8; 16] = self.array(name)?;
                let text = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes);
                self.out.push_str(&quote(&text));
            }
            Type::Text => match self.length(field, false, flexible)? {
                None => self.out.push_str("null"),
                Some(length) => {
                    let bytes = self.take(length, name)?;
                    let text =
                        std::str::from_utf8(bytes).map_err(|_| InternalError::Malformed {
                            field: name,
                            cause: "it is not UTF-8",
                        })?;
                    self.out.push_str(&quote(text));
                }
            },
            Type::Bytes => self.bytes(field, flexible, None)?,
            Type::Consumer(message) => self.bytes(field, flexible, Some(message))?,
            Type::List(items) => match self.length(field, true, flexible)? {
                None => self.out.push_str("null"),
                // Every item takes at least a byte.
                Some(count) if count > self.rest.len() => {
                    return Err(InternalError::End { field: name });
                }
                Some(count) => {
                    self.out.push('[');
                    for at in 0..count {
                        if at > 0 {
                            self.out.push(',');
                        }
                        self.value(field, items, version, flexible)?;
                    }
                    self.out.push(']');
                }
            },
            Type::Struct(fields) => {
                // Only a struct that can be null by itself says whether it is there; in a list the list is what can be null.
                if field.nullable && matches!(field.of, Type::Struct(_)) {
                    let [there] = self.array(name)?;
                    if there != 1 {
                        self.out.push_str("null");
                        return Ok(());
                    }
                }
                self.out.push('{');
                self.fields(fields, version, flexible)?;
                self.out.push('}');
            }
        }
        Ok(())
    }

    fn print(&mut self, number: impl std::fmt::Display) {
        self.out.push_str(&number.to_string());
    }

    /// Bytes in base64, or what they hold.
    fn bytes(
        &mut self,
        field: &'static Field,
        flexible: bool,
        holds: Option<&'static Message>,
    ) -> Done {
        let Some(length) = self.length(field, true, flexible)? else {
            self.out.push_str("null");
            return Ok(());
        };
        let bytes = self.take(length, field.name)?;
        match holds
            .filter(|_| !bytes.is_empty())
            .and_then(|message| inner(message, bytes))
        {
            Some(json) => self.out.push_str(&json),
            None => self.out.push_str(&quote(&BASE64_STANDARD.encode(bytes))),
        }
        Ok(())
    }
}

/// A message in bytes of a group's member; other protocols than the consumers' keep something else there.
fn inner(message: &'static Message, bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::new(bytes);
    let version = reader
        .int16("version")
        .ok()
        .filter(|version| *version >= 0)?;
    reader.begin("version", &version.to_string());
    // Newer versions add fields at the end, which older readers pass over.
    reader
        .fields(message.fields, version.min(message.newest), false)
        .ok()?;
    if version > message.newest {
        reader.rest = &[];
    }
    reader.finish().ok()
}

fn present(fields: &'static [Field], version: i16) -> impl Iterator<Item = &'static Field> {
    fields
        .iter()
        .filter(move |field| (field.since..=field.until).contains(&version))
}
