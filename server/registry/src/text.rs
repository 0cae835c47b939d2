//! Text that somebody typed, as JSON with places: every value knows where it stands, for errors that point there.

use crate::error::EncodeError;
use penstock_domain::json::{JsonError, Kind, Tree};
use std::borrow::Cow;

/// Characters of a value that an error repeats.
const MOST_QUOTED: usize = 60;

/// A text and its tree.
#[derive(Debug)]
pub(crate) struct Text<'t> {
    text: &'t str,
    tree: Tree,
}

/// A value in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'p, 't> {
    text: &'p Text<'t>,
    index: usize,
}

impl<'t> Text<'t> {
    /// Reads the text. An error says where it stops being JSON.
    pub(crate) fn parse(text: &'t str) -> Result<Self, EncodeError> {
        let tree = Tree::parse(text).map_err(|error: JsonError| {
            fail(text, error.at, capital(&error.fault_words()), None)
        })?;
        if tree.nodes().is_empty() {
            return Err(fail(text, 0, "There is nothing to write.".to_owned(), None));
        }
        Ok(Self { text, tree })
    }

    /// The whole value.
    pub(crate) fn root(&self) -> At<'_, 't> {
        At {
            text: self,
            index: 0,
        }
    }

    /// The value at a JSON pointer (RFC 6901); what is nearest above where there is none.
    pub(crate) fn pointer(&self, pointer: &str) -> At<'_, 't> {
        let mut at = self.root();
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match at.kind() {
                Kind::Object => at
                    .members()
                    .filter(|(name, _)| *name == step)
                    .last()
                    .map(|(_, value)| value),
                Kind::Array => step
                    .parse()
                    .ok()
                    .and_then(|place: usize| at.items().nth(place)),
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }
}

/// What [`JsonError`] says without the place.
trait Words {
    fn fault_words(&self) -> String;
}

impl Words for JsonError {
    fn fault_words(&self) -> String {
        let all = self.to_string();
        match all.split_once(": ") {
            Some((_, words)) => words.to_owned(),
            None => all,
        }
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("This is not JSON: {first}{}", letters.as_str()),
        None => "This is not JSON.".to_owned(),
    }
}

impl<'p, 't> At<'p, 't> {
    /// What it is.
    pub(crate) fn kind(self) -> Kind {
        self.text
            .tree
            .nodes()
            .get(self.index)
            .map_or(Kind::Null, |node| node.kind)
    }

    /// As it is written.
    pub(crate) fn raw(self) -> &'t str {
        self.text.tree.raw(self.text.text, self.index)
    }

    /// As it is written, for an error.
    pub(crate) fn brief(self) -> String {
        let raw = self.raw();
        let mut brief: String = raw
            .chars()
            .take(MOST_QUOTED)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if brief.len() < raw.len() {
            brief.push('…');
        }
        brief
    }

    /// What a text says; `None` of anything else.
    pub(crate) fn string(self) -> Option<Cow<'t, str>> {
        let inside = self.raw().strip_prefix('"')?.strip_suffix('"')?;
        (self.kind() == Kind::Text).then(|| penstock_domain::json::unescape(inside))
    }

    /// Members of an object in their order.
    pub(crate) fn members(self) -> impl Iterator<Item = (Cow<'t, str>, At<'p, 't>)> {
        let text = self.text;
        text.tree
            .children(self.index)
            .filter_map(move |index| Some((text.tree.name(text.text, index)?, At { text, index })))
    }

    /// Elements of a list, or values of an object.
    pub(crate) fn items(self) -> impl Iterator<Item = At<'p, 't>> {
        let text = self.text;
        text.tree
            .children(self.index)
            .map(move |index| At { text, index })
    }

    /// How many elements or members it has.
    pub(crate) fn count(self) -> usize {
        self.text
            .tree
            .nodes()
            .get(self.index)
            .map_or(0, |node| node.children as usize)
    }

    /// Its name for a sentence: the way to it, or `the value`.
    pub(crate) fn words(self) -> String {
        let path = self.text.tree.path(self.text.text, self.index).to_string();
        let path = path.trim_start_matches('.');
        if path.is_empty() {
            "the value".to_owned()
        } else {
            path.to_owned()
        }
    }

    /// An error at its beginning.
    pub(crate) fn fail(self, message: impl Into<String>, hint: Option<String>) -> EncodeError {
        let at = self
            .text
            .tree
            .nodes()
            .get(self.index)
            .map_or(0, |node| node.value.0 as usize);
        fail(self.text.text, at, message.into(), hint)
    }

    /// An error at the beginning of its name.
    pub(crate) fn fail_name(self, message: impl Into<String>, hint: Option<String>) -> EncodeError {
        let node = self.text.tree.nodes().get(self.index);
        let at = node.map_or(0, |node| if node.name.1 > 0 { node.name.0 } else { node.value.0 } as usize);
        fail(self.text.text, at, message.into(), hint)
    }
}

fn fail(text: &str, at: usize, message: String, hint: Option<String>) -> EncodeError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    EncodeError {
        message,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_people_do() {
        let source = "{\n  \"ä\": {\"b\": [1, \"é\\n\"]}\n}";
        let text = Text::parse(source).unwrap();
        let at = text.pointer("/ä/b/1");
        assert_eq!(
            (at.string().unwrap().as_ref(), at.words().as_str()),
            ("é\n", "ä.b[1]")
        );
        let error = at.fail("m", None);
        assert_eq!((error.line, error.column), (2, 18));
        assert_eq!(text.pointer("/ä/missing").raw(), "{\"b\": [1, \"é\\n\"]}");
    }

    #[test]
    fn text_that_is_no_json_is_pointed_at() {
        let error = Text::parse("{\n \"a\": 01 }").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.message.starts_with("This is not JSON"), "{error}");
        assert!(Text::parse("").is_err() && Text::parse("  ").is_err());
    }
}
