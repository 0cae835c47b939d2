//! The fields of an Avro schema, by their paths.

use super::model::{Field, Index, Model, Node};
use crate::{
    MOST_DEPTH,
    meaning::{MOST_ROWS, Outline, brief, join, shorten},
};
use penstock_domain::schema::FieldRow;

/// Depth first, in the order of the schema. A type within itself is named and not followed.
pub(crate) fn outline(model: &Model) -> Outline {
    let mut walk = Walk {
        model,
        above: Vec::new(),
        rows: Vec::new(),
    };
    walk.inside(model.root, "", 0);
    let doc = match model.node(model.root) {
        Node::Record(record) => record.doc.clone(),
        Node::Enum(symbols) => symbols.doc.clone(),
        _ => None,
    };
    let mut fields = walk.rows;
    // A schema without fields of its own is one itself.
    if fields.is_empty() {
        let mut row = row(model, model.root);
        row.path = "the value".to_owned();
        fields.push(row);
    }
    Outline { doc, fields }
}

struct Walk<'m> {
    model: &'m Model,
    above: Vec<Index>,
    rows: Vec<FieldRow>,
}

impl Walk<'_> {
    fn inside(&mut self, index: Index, path: &str, depth: usize) {
        if self.rows.len() >= MOST_ROWS || depth > MOST_DEPTH || self.above.contains(&index) {
            return;
        }
        self.above.push(index);
        match self.model.node(index) {
            Node::Record(record) => {
                for field in &record.fields {
                    self.field(field, path, depth);
                }
            }
            Node::Array(items) => self.inside(*items, &format!("{path}[]"), depth),
            Node::Map(values) => self.inside(*values, &format!("{path}{{}}"), depth),
            Node::Union(branches) => {
                for branch in branches {
                    self.inside(*branch, path, depth);
                }
            }
            Node::Unknown(_) | Node::Primitive { .. } | Node::Enum(_) | Node::Fixed { .. } => {}
        }
        self.above.pop();
    }

    fn field(&mut self, field: &Field, path: &str, depth: usize) {
        if self.rows.len() >= MOST_ROWS {
            return;
        }
        let path = join(path, &field.name);
        let mut row = row(self.model, field.node);
        row.path.clone_from(&path);
        row.depth = u32::try_from(depth).unwrap_or(u32::MAX);
        row.default = field.default.as_ref().map(brief);
        row.doc = field.doc.as_deref().map(shorten).or(row.doc);
        if !field.aliases.is_empty() {
            row.notes
                .push(format!("also {}", shorten(&field.aliases.join(", "))));
        }
        if let Some(order) = &field.order {
            row.notes.push(format!("sorts {}", shorten(order)));
        }
        self.rows.push(row);
        self.inside(field.node, &path, depth + 1);
    }
}

/// What there is to say of a type.
fn row(model: &Model, index: Index) -> FieldRow {
    let mut row = FieldRow {
        path: String::new(),
        depth: 0,
        field_type: model.words(index),
        default: None,
        doc: None,
        notes: Vec::new(),
    };
    let enums = match model.node(index) {
        Node::Union(branches) => branches.clone(),
        _ => vec![index],
    };
    for index in enums {
        if let Node::Enum(symbols) = model.node(index) {
            row.notes.push(shorten(&symbols.symbols.join(", ")));
            if let Some(default) = &symbols.default {
                row.notes.push(format!("unknown symbols read as {default}"));
            }
        }
    }
    row
}
