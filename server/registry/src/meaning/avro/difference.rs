//! What changed between two Avro schemas, walked side by side.

use super::model::{Enum, Field, Index, Model, Node, Record};
use crate::{
    MOST_DEPTH,
    meaning::{MOST_ROWS, brief, join, shorten},
};
use penstock_domain::schema::difference::{ChangeKind, SchemaChange};
use std::collections::HashSet;

/// In the order of the newer one; at most [`MOST_ROWS`].
pub(crate) fn difference(old: &Model, new: &Model) -> Vec<SchemaChange> {
    let mut walk = Walk {
        old,
        new,
        seen: HashSet::new(),
        out: Vec::new(),
    };
    walk.types(old.root, new.root, "", 0);
    walk.out
}

struct Walk<'m> {
    old: &'m Model,
    new: &'m Model,
    seen: HashSet<(Index, Index)>,
    out: Vec<SchemaChange>,
}

impl Walk<'_> {
    fn tell(&mut self, kind: ChangeKind, path: &str, old: Option<String>, new: Option<String>) {
        if self.out.len() < MOST_ROWS {
            self.out.push(SchemaChange {
                kind,
                path: path.to_owned(),
                old,
                new,
            });
        }
    }

    fn unless_equal(
        &mut self,
        kind: ChangeKind,
        path: &str,
        old: Option<String>,
        new: Option<String>,
    ) {
        if old != new {
            self.tell(kind, path, old, new);
        }
    }

    fn types(&mut self, old: Index, new: Index, path: &str, depth: usize) {
        if depth > MOST_DEPTH || self.out.len() >= MOST_ROWS || !self.seen.insert((old, new)) {
            return;
        }
        let (older, newer) = (self.old, self.new);
        match (older.node(old), newer.node(new)) {
            (Node::Record(old), Node::Record(new)) => self.records(old, new, path, depth),
            (Node::Enum(old), Node::Enum(new)) => self.enums(old, new, path),
            (Node::Array(old), Node::Array(new)) => {
                self.types(*old, *new, &format!("{path}[]"), depth + 1);
            }
            (Node::Map(old), Node::Map(new)) => {
                self.types(*old, *new, &format!("{path}{{}}"), depth + 1);
            }
            (Node::Union(olds), Node::Union(news)) => {
                let words = (older.words(old), newer.words(new));
                if words.0 != words.1 {
                    self.tell(ChangeKind::TypeChanged, path, Some(words.0), Some(words.1));
                }
                self.branches(&olds.clone(), &news.clone(), path, depth);
            }
            // A type that may be left out now, or must be there: what is inside is compared too.
            (Node::Union(olds), _) => {
                let words = (older.words(old), newer.words(new));
                self.tell(ChangeKind::TypeChanged, path, Some(words.0), Some(words.1));
                self.branches(&olds.clone(), &[new], path, depth);
            }
            (_, Node::Union(news)) => {
                let words = (older.words(old), newer.words(new));
                self.tell(ChangeKind::TypeChanged, path, Some(words.0), Some(words.1));
                self.branches(&[old], &news.clone(), path, depth);
            }
            _ => {
                let words = (older.words(old), newer.words(new));
                self.unless_equal(ChangeKind::TypeChanged, path, Some(words.0), Some(words.1));
            }
        }
    }

    /// Branches that go by the same name are compared.
    fn branches(&mut self, old: &[Index], new: &[Index], path: &str, depth: usize) {
        for newer in new {
            let name = self.new.short(*newer);
            let older = old.iter().find(|older| self.old.short(**older) == name);
            if let Some(older) = older {
                self.types(*older, *newer, path, depth + 1);
            }
        }
    }

    fn records(&mut self, old: &Record, new: &Record, path: &str, depth: usize) {
        self.unless_equal(
            ChangeKind::NameChanged,
            path,
            Some(old.name.clone()),
            Some(new.name.clone()),
        );
        self.unless_equal(
            ChangeKind::AliasChanged,
            path,
            list(&old.aliases),
            list(&new.aliases),
        );
        self.unless_equal(
            ChangeKind::DocumentationChanged,
            path,
            doc(old.doc.as_ref()),
            doc(new.doc.as_ref()),
        );
        let mut kept = Vec::new();
        for field in &new.fields {
            let at = join(path, &field.name);
            let same = old.fields.iter().position(|other| other.name == field.name);
            let place = same.or_else(|| {
                let alias = |other: &Field| field.aliases.contains(&other.name);
                old.fields.iter().position(alias)
            });
            let Some(older) = place.and_then(|place| old.fields.get(place)) else {
                let words = self.field_words(self.new, field);
                self.tell(ChangeKind::FieldAdded, &at, None, Some(words));
                continue;
            };
            kept.extend(place);
            if older.name != field.name {
                self.tell(
                    ChangeKind::FieldRenamed,
                    &at,
                    Some(older.name.clone()),
                    Some(field.name.clone()),
                );
            }
            self.fields(older, field, &at, depth);
        }
        for (place, field) in old.fields.iter().enumerate() {
            if !kept.contains(&place) {
                let words = self.field_words(self.old, field);
                self.tell(
                    ChangeKind::FieldRemoved,
                    &join(path, &field.name),
                    Some(words),
                    None,
                );
            }
        }
        if !kept.is_sorted() {
            let names = |record: &Record, other: &Record| {
                let names = record.fields.iter().map(|field| field.name.as_str());
                let both = |name: &&str| other.fields.iter().any(|field| field.name == **name);
                shorten(&names.filter(both).collect::<Vec<_>>().join(", "))
            };
            self.tell(
                ChangeKind::OrderChanged,
                path,
                Some(names(old, new)),
                Some(names(new, old)),
            );
        }
    }

    fn fields(&mut self, old: &Field, new: &Field, path: &str, depth: usize) {
        self.types(old.node, new.node, path, depth + 1);
        let default = |field: &Field| field.default.as_ref().map(brief);
        self.unless_equal(ChangeKind::DefaultChanged, path, default(old), default(new));
        self.unless_equal(
            ChangeKind::OrderChanged,
            path,
            old.order.clone(),
            new.order.clone(),
        );
        self.unless_equal(
            ChangeKind::AliasChanged,
            path,
            list(&old.aliases),
            list(&new.aliases),
        );
        self.unless_equal(
            ChangeKind::DocumentationChanged,
            path,
            doc(old.doc.as_ref()),
            doc(new.doc.as_ref()),
        );
    }

    fn enums(&mut self, old: &Enum, new: &Enum, path: &str) {
        self.unless_equal(
            ChangeKind::NameChanged,
            path,
            Some(old.name.clone()),
            Some(new.name.clone()),
        );
        self.unless_equal(
            ChangeKind::AliasChanged,
            path,
            list(&old.aliases),
            list(&new.aliases),
        );
        self.unless_equal(
            ChangeKind::DocumentationChanged,
            path,
            doc(old.doc.as_ref()),
            doc(new.doc.as_ref()),
        );
        for symbol in new
            .symbols
            .iter()
            .filter(|symbol| !old.symbols.contains(symbol))
        {
            self.tell(ChangeKind::SymbolAdded, path, None, Some(shorten(symbol)));
        }
        for symbol in old
            .symbols
            .iter()
            .filter(|symbol| !new.symbols.contains(symbol))
        {
            self.tell(ChangeKind::SymbolRemoved, path, Some(shorten(symbol)), None);
        }
        let common = |one: &Enum, other: &Enum| -> Vec<String> {
            let both = |symbol: &&String| other.symbols.contains(symbol);
            one.symbols.iter().filter(both).cloned().collect()
        };
        let (before, after) = (common(old, new), common(new, old));
        if before != after {
            self.tell(ChangeKind::OrderChanged, path, list(&before), list(&after));
        }
        self.unless_equal(
            ChangeKind::DefaultChanged,
            path,
            old.default.clone(),
            new.default.clone(),
        );
    }

    fn field_words(&self, model: &Model, field: &Field) -> String {
        let words = model.words(field.node);
        match &field.default {
            Some(default) => format!("{words}, default {}", brief(default)),
            None => format!("{words}, no default"),
        }
    }
}

fn doc(doc: Option<&String>) -> Option<String> {
    doc.map(|doc| shorten(doc))
}

fn list(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| shorten(&names.join(", ")))
}
