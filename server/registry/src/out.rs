//! Writing JSON text with a bound on its length. Numbers keep every digit; what JSON has no number for becomes text.

use crate::error::DecodeError;
use base64::{Engine, prelude::BASE64_STANDARD};
use std::fmt::{self, Write};

/// JSON text under construction.
#[derive(Debug)]
pub(crate) struct Out {
    text: String,
    limit: usize,
}

impl Out {
    /// Empty, to grow to `limit` bytes at most.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
        }
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Takes back what was written behind `length`.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.text.truncate(length);
    }

    fn room(&self, more: usize) -> Result<(), DecodeError> {
        if more > self.limit.saturating_sub(self.text.len()) {
            return Err(DecodeError::TooLong { limit: self.limit });
        }
        Ok(())
    }

    /// Text that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) -> Result<(), DecodeError> {
        self.room(json.len())?;
        self.text.push_str(json);
        Ok(())
    }

    /// What prints as JSON: whole numbers, `true` and `false`. Short.
    pub(crate) fn show(&mut self, value: impl fmt::Display) -> Result<(), DecodeError> {
        self.room(48)?;
        // Writing into a String can't fail.
        let _ = write!(self.text, "{value}");
        Ok(())
    }

    /// A string.
    pub(crate) fn string(&mut self, text: &str) -> Result<(), DecodeError> {
        self.room(text.len() + 2)?;
        self.raw("\"")?;
        self.inside(text)?;
        self.raw("\"")
    }

    /// A part of a string, for texts that come in parts; whoever calls writes the quotes.
    pub(crate) fn inside(&mut self, text: &str) -> Result<(), DecodeError> {
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..=0x1f => "",
                _ => continue,
            };
            // Only ASCII is escaped: `from` and `at` are borders of characters.
            let plain = text.get(from..at).unwrap_or_default();
            self.room(plain.len() + 6)?;
            self.text.push_str(plain);
            if escape.is_empty() {
                let _ = write!(self.text, "\\u{byte:04x}");
            } else {
                self.text.push_str(escape);
            }
            from = at + 1;
        }
        let rest = text.get(from..).unwrap_or_default();
        self.raw(rest)
    }

    /// Makes a string of the JSON behind `length`, so that it can be a member's name. What is a string stays as it is.
    pub(crate) fn quote(&mut self, length: usize) -> Result<(), DecodeError> {
        let json = self.text.get(length..).unwrap_or_default();
        if json.starts_with('"') {
            return Ok(());
        }
        let json = json.to_owned();
        self.text.truncate(length);
        self.string(&json)
    }

    /// Bytes as base64 (RFC 4648 §4, with padding).
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.room(bytes.len().div_ceil(3) * 4 + 2)?;
        self.text.push('"');
        BASE64_STANDARD.encode_string(bytes, &mut self.text);
        self.text.push('"');
        Ok(())
    }

    /// A floating point number as its shortest text that reads back as the same, always with a point or an exponent;
    /// `"NaN"`, `"Infinity"` and `"-Infinity"` as text, as Protobuf's JSON has them.
    pub(crate) fn double(&mut self, value: f64) -> Result<(), DecodeError> {
        if value.is_finite() {
            self.show(format_args!("{value:?}"))
        } else {
            self.raw(unbounded(value.is_nan(), value > 0.0))
        }
    }

    /// [`Out::double`] for single precision: its own shortest text.
    pub(crate) fn float(&mut self, value: f32) -> Result<(), DecodeError> {
        if value.is_finite() {
            self.show(format_args!("{value:?}"))
        } else {
            self.raw(unbounded(value.is_nan(), value > 0.0))
        }
    }
}

fn unbounded(nan: bool, above: bool) -> &'static str {
    match (nan, above) {
        (true, _) => "\"NaN\"",
        (false, true) => "\"Infinity\"",
        (false, false) => "\"-Infinity\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_read_back(text in "\\PC*|[\\x00-\\x7f]{0,40}") {
            let mut out = Out::new(1 << 20);
            out.string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&out.finish()).unwrap(), text);
        }

        #[test]
        fn numbers_read_back(bits: u64, small: u32) {
            let (double, float) = (f64::from_bits(bits), f32::from_bits(small));
            let mut out = Out::new(1 << 20);
            out.double(double).unwrap();
            if double.is_finite() {
                prop_assert_eq!(out.finish().parse::<f64>().unwrap().to_bits(), bits);
            }
            let mut out = Out::new(1 << 20);
            out.float(float).unwrap();
            let text = out.finish();
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            if float.is_finite() {
                prop_assert_eq!(text.parse::<f32>().unwrap().to_bits(), small);
            }
        }

        #[test]
        fn the_bound_holds(text: String, limit in 0_usize..40) {
            let mut out = Out::new(limit);
            let _ = out.string(&text);
            let _ = out.quote(0);
            let _ = out.bytes(text.as_bytes());
            prop_assert!(out.len() <= limit);
        }

        #[test]
        fn names_are_strings_of_json(number: i64, text in "\\PC*") {
            let mut out = Out::new(1 << 20);
            out.string(&text).unwrap();
            let length = out.len();
            out.show(number).unwrap();
            out.quote(length).unwrap();
            let name = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(out.finish(), format!("{name}\"{number}\""));
        }
    }
}
