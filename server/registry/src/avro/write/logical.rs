//! Logical types: from the texts that people write, or from plain numbers.

use super::{Writer, Written, members, must, whole};
use crate::{
    avro::{
        Node,
        logical::{self, Form, NoDecimal, Unit},
    },
    error::EncodeError,
    text::At,
};
use penstock_domain::json::Kind;

impl Writer<'_> {
    pub(super) fn logical(&mut self, node: &Node, at: At<'_, '_>) -> Written {
        match node {
            Node::Decimal {
                form,
                scale,
                precision,
            } => {
                let (mut bytes, digits) = self.decimal(at, *scale)?;
                if digits > *precision as usize {
                    return Err(at.fail(format!("{} has {digits} digits; the schema has {precision}, {scale} of them behind the point.", at.brief()), None));
                }
                match form {
                    Form::Fixed(size) => {
                        let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
                            0xff
                        } else {
                            0
                        };
                        if bytes.len() > *size {
                            return Err(at.fail(
                                format!("{} does not fit into {size} bytes.", at.brief()),
                                None,
                            ));
                        }
                        bytes.splice(0..0, std::iter::repeat_n(sign, size - bytes.len()));
                        self.out.extend_from_slice(&bytes);
                    }
                    _ => self.bytes(&bytes),
                }
            }
            Node::BigDecimal => self.big_decimal(at)?,
            Node::Uuid(form) => {
                let text = at.string().ok_or_else(|| must(at, "a UUID"))?;
                let bytes = logical::uuid_of(&text)
                    .ok_or_else(|| must(at, "a UUID like 7d1f02ce-9a40-4b1b-8f0e-51c0a2f4d9b3"))?;
                match form {
                    Form::Fixed(_) => self.out.extend_from_slice(&bytes),
                    _ => self.bytes(text.as_bytes()),
                }
            }
            Node::Date => {
                let value = match at.string() {
                    Some(text) => logical::date_of(&text)
                        .ok_or_else(|| must(at, "a date like 2026-11-23"))?
                        .into(),
                    None => whole(at, i32::MIN.into(), i32::MAX.into(), "a date")?,
                };
                self.long(value);
            }
            Node::TimeOfDay(unit) => {
                let most = if *unit == Unit::Milli {
                    i32::MAX.into()
                } else {
                    i64::MAX
                };
                let value = match at.string() {
                    Some(text) => logical::time_of(&text, *unit)
                        .ok_or_else(|| must(at, "a time of day like 08:14:00.123"))?,
                    None => whole(at, -most - 1, most, "a time of day")?,
                };
                self.long(value);
            }
            Node::Timestamp { unit, zoned } => {
                let like = if *zoned {
                    "a time like 2026-11-23T08:14:00.000Z"
                } else {
                    "a time without a zone like 2026-11-23T08:14:00.000"
                };
                let value = match at.string() {
                    Some(text) => {
                        logical::timestamp_of(&text, *unit, *zoned).ok_or_else(|| must(at, like))?
                    }
                    None => whole(at, i64::MIN, i64::MAX, like)?,
                };
                self.long(value);
            }
            Node::Duration { .. } => {
                if self.defaults {
                    let bytes = self.binary(at)?;
                    self.out.extend_from_slice(&bytes);
                    return Ok(());
                }
                let members = members(at)?;
                let like = "an object like {\"months\": 0, \"days\": 0, \"millis\": 0}";
                for part in ["months", "days", "millis"] {
                    let value = members
                        .get(part)
                        .filter(|_| members.len() == 3)
                        .ok_or_else(|| must(at, like))?;
                    let number = whole(*value, 0, u32::MAX.into(), "a part of a duration")?;
                    self.out
                        .extend_from_slice(&u32::try_from(number).unwrap_or(0).to_le_bytes());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn decimal(&self, at: At<'_, '_>, scale: u32) -> Result<(Vec<u8>, usize), EncodeError> {
        if self.defaults {
            return Ok((self.binary(at)?, 0));
        }
        let text = decimal_text(at)?;
        logical::decimal_of(&text, scale).map_err(|why| match why {
            NoDecimal::Form => must(at, "a decimal like \"12.50\""),
            NoDecimal::Scale => at.fail(
                format!(
                    "{} has more digits behind the point than the schema’s {scale}.",
                    at.brief()
                ),
                None,
            ),
            NoDecimal::Size => at.fail("This number has too many digits.", None),
        })
    }

    fn big_decimal(&mut self, at: At<'_, '_>) -> Written {
        if self.defaults {
            let bytes = self.binary(at)?;
            self.bytes(&bytes);
            return Ok(());
        }
        let text = decimal_text(at)?;
        let scale = text.split_once('.').map_or(0, |(_, part)| part.len());
        let scale = u32::try_from(scale).unwrap_or(u32::MAX);
        let (number, _) = if scale > logical::MOST_SCALE {
            return Err(at.fail("This number has too many digits.", None));
        } else {
            self.decimal(at, scale)?
        };
        let outer = std::mem::take(&mut self.out);
        self.bytes(&number);
        self.long(scale.into());
        let inner = std::mem::replace(&mut self.out, outer);
        self.bytes(&inner);
        Ok(())
    }
}

fn decimal_text(at: At<'_, '_>) -> Result<String, EncodeError> {
    match at.kind() {
        Kind::Number => Ok(at.raw().to_owned()),
        _ => at
            .string()
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| must(at, "a decimal like \"12.50\"")),
    }
}
