//! What the console hides of records: rules from the configuration, applied before anything is shown, filtered or exported.
//!
//! Pure: bytes in, bytes out. JSON is rewritten where a rule points, and is the same byte by byte elsewhere. What can't be
//! judged is hidden as a whole: rules that point into a value need it to be JSON, so under them a value that is none becomes
//! `•••`. Paths are read generously, because what they miss is shown: lists on the way are looked through, doubled members are
//! all hidden, escapes in names are seen through, nulls are hidden like any other content. Names count letter by letter.
//!
//! Not looked into: JSON inside a text, and the names of members. Bytes of a masked topic must reach no reader in another
//! way (hex, download) than through [`Masks::apply`].

mod json;
mod replace;
#[cfg(test)]
mod tests;

use penstock_domain::{filter::Field, ids::TopicName, json::Path};
use std::{borrow::Cow, sync::Arc};

/// Key or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// What stands in the place of what is hidden. Where several rules point at one place, the last of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// `••••` and the last four characters, of texts and numbers with at least eight; of others `•••`.
    Last4,
    /// A digest under a key of this process: equal values stay equal until it restarts. Who may write records can find out a
    /// value by guessing it.
    Hash,
    /// `•••`, whatever there was.
    Dots,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct MaskRule {
    /// In which topics; `*` stands for any text.
    pub topics: Vec<String>,
    /// Which fields: `value.customer.ssn`, `value.*.card`, `key`, `header.authorization`, `header` (all headers).
    pub fields: Vec<Field>,
    /// What stands in their place.
    pub with: Replacement,
}

/// Rules of a cluster.
#[derive(Clone, Debug, Default)]
pub struct MaskSet {
    rules: Arc<[MaskRule]>,
}

/// What is hidden in one topic. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Masks(Arc<Rules>);

#[derive(Debug, Default)]
struct Rules {
    key: SideRules,
    value: SideRules,
    headers: Vec<(Option<String>, Replacement)>,
    fields: Vec<String>,
}

/// What is hidden of a key or a value.
#[derive(Debug, Default)]
struct SideRules {
    whole: Option<Replacement>,
    paths: Vec<(Path, Replacement)>,
}

impl MaskRule {
    /// Why a field can't be hidden: facts of a record are no content. `None`: it can.
    pub fn refusal(field: &Field) -> Option<String> {
        match field {
            Field::Key(_) | Field::Value(_) | Field::Header(_) => None,
            Field::Topic | Field::Partition | Field::Offset | Field::Time | Field::Size => Some(
                format!("{field} can't be hidden: only key, value and header can."),
            ),
        }
    }
}

impl MaskSet {
    /// Takes rules. Fields that [can't be hidden](MaskRule::refusal) are left out.
    pub fn new(rules: Vec<MaskRule>) -> Self {
        Self {
            rules: rules.into(),
        }
    }

    /// What is hidden in a topic; `None`: nothing.
    pub fn for_topic(&self, topic: &TopicName) -> Option<Masks> {
        let mut masks = Rules::default();
        for rule in self.rules.iter() {
            if !rule
                .topics
                .iter()
                .any(|pattern| fits(pattern, topic.as_str()))
            {
                continue;
            }
            for field in &rule.fields {
                masks.add(field, rule.with);
            }
        }
        (!masks.fields.is_empty()).then(|| Masks(Arc::new(masks)))
    }
}

impl Rules {
    fn add(&mut self, field: &Field, with: Replacement) {
        match field {
            Field::Key(path) => self.key.add(path, with),
            Field::Value(path) => self.value.add(path, with),
            Field::Header(name) => self.headers.push((name.clone(), with)),
            Field::Topic | Field::Partition | Field::Offset | Field::Time | Field::Size => return,
        }
        let told = field.to_string();
        if !self.fields.contains(&told) {
            self.fields.push(told);
        }
    }
}

impl SideRules {
    fn add(&mut self, path: &Path, with: Replacement) {
        if path.is_root() {
            self.whole = self.whole.max(Some(with));
        } else {
            self.paths.push((path.clone(), with));
        }
    }
}

impl Masks {
    /// A key or value as it may be seen: JSON where it is decoded, else its bytes.
    pub fn apply<'a>(&self, side: Side, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let rules = match side {
            Side::Key => &self.0.key,
            Side::Value => &self.0.value,
        };
        if let Some(with) = rules.whole {
            return Cow::Owned(replace::bytes(bytes, with));
        }
        if rules.paths.is_empty() {
            return Cow::Borrowed(bytes);
        }
        json::rewrite(bytes, &rules.paths)
            .unwrap_or_else(|_| Cow::Owned(replace::bytes(bytes, Replacement::Dots)))
    }

    /// A header's value as it may be seen. Letter case of names is ignored.
    pub fn apply_header<'a>(&self, name: &[u8], value: &'a [u8]) -> Cow<'a, [u8]> {
        let with = self
            .0
            .headers
            .iter()
            .filter(|(wanted, _)| {
                wanted
                    .as_ref()
                    .is_none_or(|wanted| wanted.as_bytes().eq_ignore_ascii_case(name))
            })
            .map(|(_, with)| *with)
            .max();
        match with {
            Some(with) => Cow::Owned(replace::bytes(value, with)),
            None => Cow::Borrowed(value),
        }
    }

    /// Whether headers are hidden at all.
    pub fn hide_headers(&self) -> bool {
        !self.0.headers.is_empty()
    }

    /// The fields that rules of this topic name, as they are written.
    pub fn fields(&self) -> Vec<String> {
        self.0.fields.clone()
    }
}

/// Whether a name fits a pattern, in which `*` stands for any text. Linear: only the last `*` is ever tried anew.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    true
}
