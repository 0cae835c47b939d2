//! A JSON text as a flat list of nodes, so that a page can show, fold and search ten megabytes by index arithmetic.
//!
//! ```text
//! {"a":[1,2]}   0 object  depth 0  children 1  end 4
//!               1 list    depth 1  children 2  end 4  parent 0  name "a"
//!               2 number  depth 2              end 3  parent 1
//!               3 number  depth 2              end 4  parent 1
//! ```
//! Rows of a folded tree: go through the nodes from 0; behind a folded node go on at its `end`.

use super::{Cursor, EventKind, JsonError, JsonFault, Path, Step};
use std::borrow::Cow;

/// Nodes of one tree, at most.
pub const MOST_NODES: usize = 4_000_000;
/// No node.
const NONE: u32 = u32::MAX;

/// What a node or a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An object.
    Object,
    /// A list.
    Array,
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
}

/// A value in the tree. Ranges are bytes of the text that the tree was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Containers around it.
    pub depth: u8,
    /// Its name with the quotes, where it is a member of an object; empty (0, 0) elsewhere.
    pub name: (u32, u32),
    /// The value itself: of texts with the quotes, of containers from bracket to bracket.
    pub value: (u32, u32),
    parent: u32,
    /// Members or elements directly in it.
    pub children: u32,
    /// The index behind the last node of it: its subtree is `index..end`.
    pub end: u32,
}

impl Node {
    /// The container that it is in; `None` of the root.
    pub fn parent(&self) -> Option<usize> {
        (self.parent != NONE).then_some(self.parent as usize)
    }

    /// Whether it can be folded.
    pub fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Object | Kind::Array)
    }
}

/// The nodes of a JSON text in its own order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
}

/// Makes a [`Tree`] piece by piece, so that a page stays alive meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    cursor: Cursor,
    nodes: Vec<Node>,
    open: Vec<u32>,
    name: (u32, u32),
    done: bool,
}

impl Builder {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in at most so many events of the text, always the same one; `true` when all of it is in.
    pub fn run(&mut self, text: &str, events: usize) -> Result<bool, JsonError> {
        if u32::try_from(text.len()).is_err() {
            return Err(JsonError {
                at: 0,
                fault: JsonFault::TooLarge,
            });
        }
        for _ in 0..events {
            if self.done {
                break;
            }
            match self.cursor.next(text.as_bytes())? {
                Some(event) => self.take(event)?,
                None => self.done = true,
            }
        }
        Ok(self.done)
    }

    /// How far it came, in bytes of the text.
    pub fn at(&self) -> usize {
        self.cursor.at()
    }

    /// The tree; of a text that was not read to its end, what there is.
    pub fn finish(self) -> Tree {
        Tree { nodes: self.nodes }
    }

    fn take(&mut self, event: super::Event) -> Result<(), JsonError> {
        let range = (small(event.from), small(event.to));
        let kind = match event.kind {
            EventKind::Name => {
                self.name = range;
                return Ok(());
            }
            EventKind::ObjectEnd | EventKind::ArrayEnd => {
                let end = small(self.nodes.len());
                if let Some(node) = self
                    .open
                    .pop()
                    .and_then(|index| self.nodes.get_mut(index as usize))
                {
                    node.end = end;
                    node.value.1 = range.1;
                }
                return Ok(());
            }
            EventKind::ObjectBegin => Kind::Object,
            EventKind::ArrayBegin => Kind::Array,
            EventKind::Text => Kind::Text,
            EventKind::Number => Kind::Number,
            EventKind::True => Kind::True,
            EventKind::False => Kind::False,
            EventKind::Null => Kind::Null,
        };
        if self.nodes.len() >= MOST_NODES {
            return Err(JsonError {
                at: event.from,
                fault: JsonFault::TooLarge,
            });
        }
        let index = small(self.nodes.len());
        let parent = self.open.last().copied().unwrap_or(NONE);
        if let Some(parent) = self.nodes.get_mut(parent as usize) {
            parent.children += 1;
        }
        self.nodes.push(Node {
            kind,
            depth: u8::try_from(self.open.len()).unwrap_or(u8::MAX),
            name: std::mem::take(&mut self.name),
            value: range,
            parent,
            children: 0,
            end: index + 1,
        });
        if matches!(kind, Kind::Object | Kind::Array) {
            self.open.push(index);
        }
        Ok(())
    }
}

/// Lengths were checked to fit.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Tree {
    /// The whole tree of a text at once.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        let mut builder = Builder::new();
        while !builder.run(text, usize::MAX)? {}
        Ok(builder.finish())
    }

    /// All nodes; the root is the first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes that are seen when some are folded: indexes in order.
    pub fn rows(&self, mut folded: impl FnMut(usize) -> bool) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut index = 0;
        while let Some(node) = self.nodes.get(index) {
            rows.push(small(index));
            index = if node.is_container() && folded(index) {
                node.end as usize
            } else {
                index + 1
            };
        }
        rows
    }

    /// What a node is called in its object; `None` of elements and of the root.
    pub fn name<'t>(&self, text: &'t str, index: usize) -> Option<Cow<'t, str>> {
        let node = self.nodes.get(index)?;
        let quoted = text.get(node.name.0 as usize..node.name.1 as usize)?;
        Some(super::unescape(
            quoted.strip_prefix('"')?.strip_suffix('"')?,
        ))
    }

    /// A node's own text, as it is written.
    pub fn raw<'t>(&self, text: &'t str, index: usize) -> &'t str {
        self.nodes
            .get(index)
            .and_then(|node| text.get(node.value.0 as usize..node.value.1 as usize))
            .unwrap_or_default()
    }

    /// The way to a node; `value` and this behind it is the field of a filter.
    pub fn path(&self, text: &str, index: usize) -> Path {
        let mut steps = Vec::new();
        let mut index = index;
        while let Some(parent) = self.nodes.get(index).and_then(Node::parent) {
            steps.push(match self.name(text, index) {
                Some(name) => Step::Name(name.into_owned()),
                None => Step::Index(self.place(parent, index)),
            });
            index = parent;
        }
        steps.reverse();
        Path(steps)
    }

    /// Which element of its list a node is.
    fn place(&self, parent: usize, index: usize) -> u32 {
        let mut place = 0;
        let mut at = parent + 1;
        while at < index
            && let Some(node) = self.nodes.get(at)
        {
            place += 1;
            at = node.end as usize;
        }
        place
    }

    /// The nodes that a path leads to, in order.
    pub fn find(&self, text: &str, path: &Path) -> Vec<usize> {
        let mut found = vec![0];
        if self.nodes.is_empty() {
            return Vec::new();
        }
        for step in &path.0 {
            found = found
                .into_iter()
                .flat_map(|index| self.step(text, index, step))
                .collect();
        }
        found
    }

    fn step(&self, text: &str, index: usize, step: &Step) -> Vec<usize> {
        let kind = self.nodes.get(index).map(|node| node.kind);
        let children = self.children(index).enumerate();
        children
            .filter(|(place, child)| match (kind, step) {
                (Some(Kind::Object), Step::Name(wanted)) => {
                    self.name(text, *child).as_deref() == Some(wanted)
                }
                (Some(Kind::Object), Step::AnyName) | (Some(Kind::Array), Step::AnyIndex) => true,
                (Some(Kind::Array), Step::Index(wanted)) => *place == *wanted as usize,
                _ => false,
            })
            .map(|(_, child)| child)
            .collect()
    }

    /// What lies directly in a container.
    pub fn children(&self, index: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes.get(index).map_or(0, |node| node.end as usize);
        let mut next = index + 1;
        std::iter::from_fn(move || {
            let now = next;
            next = self.nodes.get(now).filter(|_| now < end)?.end as usize;
            Some(now)
        })
    }
}
