//! Which fields the newest records of some topics have: for completing a filter and choosing columns.

use super::shape::Shaper;
use penstock_domain::{
    filter::Field,
    json::{Kind, Path, Step, Tree, quote},
    read::FieldSample,
    record::Record,
};
use std::collections::BTreeMap;

/// Records of each reading that are looked at.
pub const SAMPLE: usize = 60;
/// Bytes of a value that are looked at.
pub const LOOKED_AT: usize = 64 * 1024;
/// Fields that are told.
const MOST_FIELDS: usize = 300;
/// Values of one field that are told.
const MOST_VALUES: usize = 8;
/// Longest value that is told.
const LONGEST_VALUE: usize = 60;
/// How deep fields are followed.
const DEEPEST: u8 = 8;

/// A field under way.
#[derive(Default)]
struct Seen {
    kind: Option<&'static str>,
    values: BTreeMap<String, usize>,
    records: usize,
}

/// A shaper whose records are good for sampling.
pub fn sampler(shaper: &Shaper) -> Shaper {
    Shaper {
        columns: Vec::new(),
        shown: LOOKED_AT,
        ..shaper.clone()
    }
}

/// The fields of some records, most frequent first. Built of what their reader may see: masked values are dots here too.
pub fn of(records: &[Record]) -> Vec<FieldSample> {
    let mut fields: BTreeMap<String, Seen> = BTreeMap::new();
    for record in records {
        for (root, text) in [("key", record.key_text()), ("value", record.value_text())] {
            if let Some(text) = text {
                collect(&mut fields, root, text);
            }
        }
        for header in &record.headers {
            let seen = fields
                .entry(Field::Header(Some(header.key.clone())).to_string())
                .or_default();
            seen.records += 1;
            seen.kind.get_or_insert("text");
            if let Some(value) = &header.value {
                note(seen, quote(&value.data));
            }
        }
    }
    let mut all: Vec<(String, Seen)> = fields.into_iter().collect();
    all.sort_by(|a, b| b.1.records.cmp(&a.1.records).then_with(|| a.0.cmp(&b.0)));
    all.truncate(MOST_FIELDS);
    all.into_iter()
        .map(|(path, seen)| sample(path, seen))
        .collect()
}

fn collect(fields: &mut BTreeMap<String, Seen>, root: &str, text: &str) {
    let Ok(tree) = Tree::parse(text) else {
        let seen = fields.entry(root.to_owned()).or_default();
        seen.records += 1;
        seen.kind.get_or_insert("text");
        note(seen, quote(text));
        return;
    };
    for (index, node) in tree.nodes().iter().enumerate() {
        if node.depth > DEEPEST || fields.len() >= 4 * MOST_FIELDS {
            continue;
        }
        // Elements of a list are one field, whatever their places.
        let steps = tree.path(text, index).0.into_iter().map(|step| match step {
            Step::Index(_) => Step::AnyIndex,
            other => other,
        });
        let path = format!("{root}{}", Path(steps.collect()));
        let seen = fields.entry(path).or_default();
        seen.records += 1;
        seen.kind.get_or_insert(match node.kind {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::True | Kind::False => "boolean",
            Kind::Null => "null",
            Kind::Array => "list",
            Kind::Object => "object",
        });
        match node.kind {
            // As it is written: its escapes are those of the filter's texts.
            Kind::Text | Kind::Number | Kind::True | Kind::False => {
                note(seen, tree.raw(text, index).to_owned());
            }
            Kind::Null | Kind::Array | Kind::Object => {}
        }
    }
}

fn note(seen: &mut Seen, value: String) {
    if value.chars().count() <= LONGEST_VALUE
        && (seen.values.len() < 64 || seen.values.contains_key(&value))
    {
        *seen.values.entry(value).or_default() += 1;
    }
}

fn sample(path: String, seen: Seen) -> FieldSample {
    let mut values: Vec<(String, usize)> = seen.values.into_iter().collect();
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    FieldSample {
        path,
        kind: seen.kind.unwrap_or("null").to_owned(),
        values: values
            .into_iter()
            .take(MOST_VALUES)
            .map(|(value, _)| value)
            .collect(),
    }
}
