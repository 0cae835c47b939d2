//! Whether a reader's schema reads what a writer's wrote: Avro's rules of schema resolution
//! (<https://avro.apache.org/docs/1.12.0/specification/#schema-resolution>), with every place where they fail. Logical types do not
//! matter for it, as in Avro's own check.

use super::model::{Enum, Index, Model, Node, Record, last};
use crate::{MOST_DEPTH, meaning::join, nearest};
use penstock_domain::schema::compatible::Obstacle;
use std::collections::{HashMap, HashSet};

/// Obstacles that are told.
const MOST_OBSTACLES: usize = 20;

/// Why not, in the order of the reader's fields; empty: it does.
pub(crate) fn obstacles(reader: &Model, writer: &Model) -> Vec<Obstacle> {
    let mut check = Check {
        reader,
        writer,
        known: HashMap::new(),
        told: HashSet::new(),
        out: Vec::new(),
    };
    check.tell(reader.root, writer.root, "", 0);
    check.out
}

struct Check<'m> {
    reader: &'m Model,
    writer: &'m Model,
    /// Whether pairs read; one that is being looked at counts as readable, or recursive types would have no end.
    known: HashMap<(Index, Index), bool>,
    /// Pairs whose obstacles are told already.
    told: HashSet<(Index, Index)>,
    out: Vec<Obstacle>,
}

impl Check<'_> {
    fn fail(&mut self, path: &str, words: String) {
        if self.out.len() < MOST_OBSTACLES {
            self.out.push(Obstacle {
                path: path.to_owned(),
                words,
            });
        }
    }

    /// Whether a pair reads, without telling why not.
    fn reads(&mut self, reader: Index, writer: Index, depth: usize) -> bool {
        if let Some(known) = self.known.get(&(reader, writer)) {
            return *known;
        }
        self.known.insert((reader, writer), true);
        let mut inner = Check {
            reader: self.reader,
            writer: self.writer,
            known: std::mem::take(&mut self.known),
            told: HashSet::new(),
            out: Vec::new(),
        };
        inner.tell(reader, writer, "", depth);
        let reads = inner.out.is_empty();
        self.known = inner.known;
        self.known.insert((reader, writer), reads);
        reads
    }

    fn tell(&mut self, reader: Index, writer: Index, path: &str, depth: usize) {
        if self.out.len() >= MOST_OBSTACLES || !self.told.insert((reader, writer)) {
            return;
        }
        if depth > MOST_DEPTH {
            self.fail(
                path,
                format!("it is nested deeper than {MOST_DEPTH} levels, and not looked at further"),
            );
            return;
        }
        let (read, written) = (self.reader, self.writer);
        match (read.node(reader), written.node(writer)) {
            (_, Node::Union(branches)) => {
                for branch in branches {
                    self.branch(reader, *branch, path, depth);
                }
            }
            (Node::Union(branches), _) => self.with_union(branches, reader, writer, path, depth),
            (Node::Record(reader), Node::Record(writer))
                if same(&reader.name, &reader.aliases, &writer.name) =>
            {
                self.record(reader, writer, path, depth);
            }
            (Node::Enum(reader), Node::Enum(writer))
                if same(&reader.name, &reader.aliases, &writer.name) =>
            {
                self.symbols(reader, writer, path);
            }
            (
                Node::Fixed { name, size, .. },
                Node::Fixed {
                    name: other,
                    size: written,
                    ..
                },
            ) if last(name) == last(other) && size == written => {}
            (Node::Array(reader), Node::Array(writer)) => {
                self.tell(*reader, *writer, &format!("{path}[]"), depth + 1);
            }
            (Node::Map(reader), Node::Map(writer)) => {
                self.tell(*reader, *writer, &format!("{path}{{}}"), depth + 1);
            }
            (Node::Primitive { name: reader, .. }, Node::Primitive { name: writer, .. })
                if promotes(writer, reader) => {}
            _ => {
                let words = format!(
                    "the writer sends {}, and the reader expects {}",
                    written.words(writer),
                    read.words(reader)
                );
                self.fail(path, words);
            }
        }
    }

    /// One branch of the writer's union.
    fn branch(&mut self, reader: Index, branch: Index, path: &str, depth: usize) {
        if let Node::Union(branches) = self.reader.node(reader) {
            let branches = branches.clone();
            self.with_union(&branches, reader, branch, path, depth + 1);
        } else {
            self.tell(reader, branch, path, depth + 1);
        }
    }

    /// Into a union of the reader: some branch must do. Where none does, the one that is meant says why.
    fn with_union(
        &mut self,
        branches: &[Index],
        union: Index,
        writer: Index,
        path: &str,
        depth: usize,
    ) {
        if branches
            .iter()
            .any(|branch| self.reads(*branch, writer, depth + 1))
        {
            return;
        }
        let meant = branches
            .iter()
            .copied()
            .find(|branch| self.alike(*branch, writer));
        match meant {
            Some(branch) => {
                self.told.remove(&(branch, writer));
                self.tell(branch, writer, path, depth + 1);
            }
            None => {
                let words = format!(
                    "the writer may send {}, and the reader takes {} only",
                    self.writer.words(writer),
                    self.reader.words(union)
                );
                self.fail(path, words);
            }
        }
    }

    /// Whether both are of one kind, and of one name where they have one.
    fn alike(&self, reader: Index, writer: Index) -> bool {
        match (self.reader.node(reader), self.writer.node(writer)) {
            (Node::Record(reader), Node::Record(writer)) => {
                same(&reader.name, &reader.aliases, &writer.name)
            }
            (Node::Enum(reader), Node::Enum(writer)) => {
                same(&reader.name, &reader.aliases, &writer.name)
            }
            (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => true,
            _ => false,
        }
    }

    fn record(&mut self, reader: &Record, writer: &Record, path: &str, depth: usize) {
        for field in &reader.fields {
            let path = join(path, &field.name);
            // A reader's aliases are other names of the writer's field.
            let written = std::iter::once(&field.name)
                .chain(&field.aliases)
                .find_map(|name| writer.fields.iter().find(|other| other.name == *name));
            match written {
                Some(written) => self.tell(field.node, written.node, &path, depth + 1),
                None if field.default.is_some() => {}
                None => self.fail(
                    &path,
                    "the writer does not send it, and the reader has no default for it".to_owned(),
                ),
            }
        }
    }

    fn symbols(&mut self, reader: &Enum, writer: &Enum, path: &str) {
        let default = reader.default.is_some();
        let missing: Vec<&str> = writer
            .symbols
            .iter()
            .filter(|symbol| !reader.symbols.contains(symbol))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() && !default {
            let words = format!(
                "the writer may send {}, which the reader’s enum {} does not have; it has no default",
                nearest::list(missing),
                last(&reader.name)
            );
            self.fail(path, words);
        }
    }
}

/// Names match without their namespaces, or by an alias of the reader.
fn same(reader: &str, aliases: &[String], writer: &str) -> bool {
    last(reader) == last(writer) || aliases.iter().any(|alias| alias == writer)
}

/// Whether a written primitive is read as another.
fn promotes(writer: &str, reader: &str) -> bool {
    writer == reader
        || matches!(
            (writer, reader),
            ("int", "long" | "float" | "double")
                | ("long", "float" | "double")
                | ("float", "double")
                | ("string", "bytes")
                | ("bytes", "string")
        )
}
