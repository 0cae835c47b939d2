//! How one side of a record is shown: as a tree, as text, as bytes, or as the nothing that it is.

use super::{
    address::Side,
    doc::Doc,
    lines::{ByteRows, TextRows, raw},
    work,
};
use penstock_domain::{
    json::Builder,
    record::{Bytes, DecodedPart, Encoding, Format, Record, SchemaRef},
};
use std::sync::Arc;

/// Text up to this size is taken apart at once; longer text piece by piece, between frames.
const AT_ONCE: usize = 256 << 10;
/// Events of JSON that are taken in between two frames: a few milliseconds.
const PIECE: usize = 30_000;

/// What there is to show of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Which side.
    pub side: Side,
    /// Its bytes or its text.
    pub body: Body,
    /// As what it was read; `None` where it is shown as it is.
    pub format: Option<Format>,
    /// The schema that it was written with.
    pub schema: Option<SchemaRef>,
    /// Why it could not be read; its bytes are then shown.
    pub problem: Option<String>,
    /// Bytes in Kafka.
    pub size: u64,
    /// Whether only the beginning is here.
    pub cut: bool,
}

/// The content itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Null: a tombstone, a record without a key.
    Null,
    /// Zero bytes, which is not null.
    Empty,
    /// JSON, or what claims to be.
    Json(Arc<str>),
    /// Other text.
    Text(Arc<str>),
    /// Bytes as a hex dump.
    Hex(Arc<[u8]>),
    /// Bytes as base64.
    Base64(Arc<[u8]>),
}

/// Content taken apart for showing.
#[derive(Clone, Debug)]
pub enum Built {
    /// Nothing to take apart.
    Null,
    /// Zero bytes.
    Empty,
    /// A tree.
    Tree(Doc),
    /// Text; the sentence says why it is no tree, where it claimed to be one.
    Text(TextRows, Option<String>),
    /// A hex dump.
    Hex(ByteRows),
    /// Base64.
    Base64(ByteRows),
}

impl Content {
    /// What to show of a side.
    pub fn of(record: &Record, side: Side) -> Self {
        let (bytes, part, text) = match side {
            Side::Key => (
                record.key.as_ref(),
                record.decoded.as_ref().and_then(|read| read.key.as_ref()),
                record.key_text(),
            ),
            Side::Value => (
                record.value.as_ref(),
                record.decoded.as_ref().and_then(|read| read.value.as_ref()),
                record.value_text(),
            ),
        };
        let cut =
            bytes.is_some_and(|bytes| bytes.truncated) || part.is_some_and(|part| part.truncated);
        Self {
            side,
            body: body(bytes, part, text),
            format: part.map(|part| part.format),
            schema: part.and_then(|part| part.schema.clone()),
            problem: part.and_then(|part| part.problem.clone()),
            size: bytes.map_or(0, |bytes| bytes.size),
            cut,
        }
    }

    /// Whether taking it apart at once would make the page wait.
    pub fn is_large(&self) -> bool {
        match &self.body {
            Body::Json(text) | Body::Text(text) => text.len() > AT_ONCE,
            _ => false,
        }
    }

    /// Takes it apart at once.
    pub fn build(&self) -> Built {
        match &self.body {
            Body::Json(text) => match Doc::parse(text.clone(), self.side) {
                Ok(doc) => Built::Tree(doc),
                Err(error) if self.cut => Doc::parse_cut(text, self.side).map_or_else(
                    || Built::Text(TextRows::new(text.clone()), Some(error.to_string())),
                    Built::Tree,
                ),
                Err(error) => Built::Text(TextRows::new(text.clone()), Some(error.to_string())),
            },
            other => plain(other),
        }
    }

    /// Takes it apart piece by piece; `progress` hears how far it came, in percent, and stops it by answering `false`.
    pub async fn build_slowly(&self, progress: impl Fn(u8) -> bool) -> Option<Built> {
        let Body::Json(text) = &self.body else {
            return Some(plain(&self.body));
        };
        let mut builder = Builder::new();
        loop {
            match builder.run(text, PIECE) {
                Ok(true) => {
                    return Some(Built::Tree(Doc::new(
                        text.clone(),
                        builder.finish(),
                        self.side,
                    )));
                }
                Ok(false) => {
                    let percent = builder.at() * 100 / text.len().max(1);
                    if !progress(u8::try_from(percent).unwrap_or(100)) {
                        return None;
                    }
                    work::next_frame().await;
                }
                Err(error) => {
                    return Some(Built::Text(
                        TextRows::new(text.clone()),
                        Some(error.to_string()),
                    ));
                }
            }
        }
    }
}

fn body(bytes: Option<&Bytes>, part: Option<&DecodedPart>, text: Option<&str>) -> Body {
    let Some(bytes) = bytes else {
        return Body::Null;
    };
    if bytes.size == 0 {
        return Body::Empty;
    }
    let read = part.filter(|part| part.problem.is_none());
    match (read, text) {
        (Some(part), _) if part.format == Format::Hex => Body::Hex(raw(bytes).into()),
        (Some(part), _) if part.format == Format::Base64 => Body::Base64(raw(bytes).into()),
        (Some(part), Some(text)) if part.json => Body::Json(text.into()),
        (Some(_), Some(text)) => Body::Text(text.into()),
        (None, Some(text)) if part.is_none() && looks_like_json(text) => Body::Json(text.into()),
        (None, Some(text)) if bytes.encoding == Encoding::Utf8 => Body::Text(text.into()),
        _ => Body::Hex(raw(bytes).into()),
    }
}

/// Whether a text that nobody has read yet may be an object or a list.
fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn plain(body: &Body) -> Built {
    match body {
        Body::Null => Built::Null,
        Body::Empty => Built::Empty,
        Body::Json(text) | Body::Text(text) => Built::Text(TextRows::new(text.clone()), None),
        Body::Hex(bytes) => Built::Hex(ByteRows::new(bytes.clone())),
        Body::Base64(bytes) => Built::Base64(ByteRows::new(bytes.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::messages::record::testing::record;
    use penstock_domain::record::Decoded;

    #[test]
    fn nothing_and_empty_are_not_the_same() {
        let mut null = record("x");
        null.value = None;
        assert_eq!(Content::of(&null, Side::Value).body, Body::Null);
        assert_eq!(Content::of(&record(""), Side::Value).body, Body::Empty);
    }

    #[test]
    fn text_that_looks_like_json_is_tried() {
        let content = Content::of(&record(" {\"a\":1}"), Side::Value);
        assert!(matches!(content.build(), Built::Tree(_)));
        let broken = Content::of(&record("{\"a\":"), Side::Value);
        assert!(
            matches!(broken.build(), Built::Text(_, Some(why)) if why.contains("ends too early"))
        );
        let key = Content::of(&record("x"), Side::Key);
        assert!(matches!(key.build(), Built::Text(_, None)));
    }

    #[test]
    fn what_was_cut_off_is_a_tree_as_far_as_it_goes() {
        let mut cut = record("{\"a\":{\"b\":[1,2");
        if let Some(value) = &mut cut.value {
            value.truncated = true;
            value.size = 10_000_000;
        }
        let content = Content::of(&cut, Side::Value);
        assert!(content.cut && content.size == 10_000_000);
        assert!(matches!(content.build(), Built::Tree(doc) if doc.is_cut()));
    }

    #[test]
    fn a_problem_leaves_the_bytes() {
        let mut record = record("");
        record.value = Some(Bytes {
            encoding: Encoding::Base64,
            data: "AAAAACoK".into(),
            size: 6,
            truncated: false,
        });
        record.decoded = Some(Decoded {
            key: None,
            value: Some(DecodedPart {
                format: Format::Avro,
                text: String::new(),
                json: false,
                truncated: false,
                schema: None,
                problem: Some("Schema 42 is not in the registry.".into()),
            }),
        });
        let content = Content::of(&record, Side::Value);
        assert!(matches!(&content.body, Body::Hex(bytes) if bytes.len() == 6));
        assert!(content.problem.is_some());
    }
}
