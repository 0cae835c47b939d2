//! A JSON value as rows of a foldable tree: which rows there are, what stands in each, where a text is found. Pure.
//!
//! Numbers, texts and names keep the spelling of the record; nothing goes through a float.

use super::{address::Side, cut};
use penstock_domain::{
    json::{self, JsonError, Kind, Node, Path, Tree, is_number},
    units,
};
use std::{cmp::Ordering, collections::HashSet, sync::Arc};

/// Characters of a text that its row shows.
const LONGEST_TEXT: usize = 400;
/// Characters of a folded object's names.
const LONGEST_SUMMARY: usize = 72;
/// Integers beyond this lose digits in a double (2⁵³).
const EXACT: &str = "9007199254740992";
/// Digits that a double always keeps.
const DOUBLE_DIGITS: usize = 15;
/// Hits that a search tells apart.
pub const MOST_HITS: usize = 100_000;

/// A JSON value with its nodes.
#[derive(Clone, Debug)]
pub struct Doc {
    text: Arc<str>,
    tree: Arc<Tree>,
    side: Side,
    cut: bool,
    /// The node whose text was cut off.
    goes_on: Option<u32>,
}

/// One row of the tree: a node, or the end of an open container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The node.
    pub node: u32,
    /// Whether this is its closing bracket.
    pub close: bool,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Containers around it.
    pub depth: usize,
    /// Its name with the quotes, as it is written.
    pub name: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its text: a scalar as it is written, a container's brackets or what is folded away in it.
    pub value: String,
    /// Whether it can be folded: a container with something in it.
    pub foldable: bool,
    /// Whether it is folded.
    pub folded: bool,
    /// Whether a comma follows.
    pub comma: bool,
    /// What must be said beside it.
    pub note: Option<String>,
}

impl Doc {
    /// Takes a text with its tree.
    pub fn new(text: Arc<str>, tree: Tree, side: Side) -> Self {
        Self {
            text,
            tree: Arc::new(tree),
            side,
            cut: false,
            goes_on: None,
        }
    }

    /// Reads a text at once.
    pub fn parse(text: Arc<str>, side: Side) -> Result<Self, JsonError> {
        let tree = Tree::parse(&text)?;
        Ok(Self::new(text, tree, side))
    }

    /// Reads the beginning of a text that was cut off: what is in it, with its containers closed.
    pub fn parse_cut(text: &str, side: Side) -> Option<Self> {
        let closed = cut::closed(text)?;
        let mut doc = Self::parse(closed.text.into(), side).ok()?;
        let last = u32::try_from(doc.nodes().len()).ok()?.checked_sub(1);
        doc.goes_on = last.filter(|_| closed.within_text);
        doc.cut = true;
        Some(doc)
    }

    /// Whether only the beginning is here.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Of which side it is, in a word: `value`.
    pub fn side_name(&self) -> &'static str {
        self.side.name()
    }

    /// The nodes.
    pub fn nodes(&self) -> &[Node] {
        self.tree.nodes()
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The rows that are seen when some containers are folded.
    pub fn rows(&self, folded: &HashSet<u32>) -> Vec<Row> {
        let nodes = self.nodes();
        let mut rows = Vec::new();
        let mut open: Vec<u32> = Vec::new();
        let mut index = 0_u32;
        loop {
            while let Some(last) = open.last().copied() {
                if nodes
                    .get(last as usize)
                    .is_some_and(|node| node.end > index)
                {
                    break;
                }
                open.pop();
                rows.push(Row {
                    node: last,
                    close: true,
                });
            }
            let Some(node) = nodes.get(index as usize) else {
                return rows;
            };
            rows.push(Row {
                node: index,
                close: false,
            });
            if node.is_container() && node.children > 0 {
                if folded.contains(&index) {
                    index = node.end;
                    continue;
                }
                open.push(index);
            }
            index += 1;
        }
    }

    /// What a row shows.
    pub fn shown(&self, row: Row, folded: &HashSet<u32>) -> Option<Shown> {
        let node = self.nodes().get(row.node as usize)?;
        let foldable = node.is_container() && node.children > 0;
        let is_folded = foldable && folded.contains(&row.node);
        let last = node
            .parent()
            .and_then(|parent| self.nodes().get(parent))
            .is_none_or(|parent| parent.end == node.end);
        let open = foldable && !is_folded;
        let name = (!row.close)
            .then(|| self.text.get(node.name.0 as usize..node.name.1 as usize))
            .flatten()
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        let (value, note) = match (node.kind, row.close) {
            (Kind::Object, true) => ("}".to_owned(), None),
            (Kind::Array, true) => ("]".to_owned(), None),
            (Kind::Object, false) if open => ("{".to_owned(), None),
            (Kind::Array, false) if open => ("[".to_owned(), None),
            (Kind::Object, false) if node.children == 0 => ("{}".to_owned(), None),
            (Kind::Array, false) if node.children == 0 => ("[]".to_owned(), None),
            (Kind::Object, false) => (self.names(row.node as usize), None),
            (Kind::Array, false) => (units::count(node.children as usize, "item", "items"), None),
            _ => {
                let raw = self.tree.raw(&self.text, row.node as usize);
                let (value, note) = scalar(node.kind, raw);
                match self.goes_on == Some(row.node) {
                    true => (value, Some("It goes on.".to_owned())),
                    false => (value, note),
                }
            }
        };
        Some(Shown {
            depth: usize::from(node.depth),
            name,
            kind: node.kind,
            value,
            foldable: foldable && !row.close,
            folded: is_folded,
            comma: !last && (row.close || !open),
            note,
        })
    }

    /// The first names of an object, for when it is folded.
    fn names(&self, index: usize) -> String {
        let mut out = String::new();
        let mut rest = self.tree.children(index);
        for child in rest.by_ref() {
            let name = self.tree.name(&self.text, child).unwrap_or_default();
            if out.chars().count() + name.chars().count() > LONGEST_SUMMARY {
                if out.is_empty() {
                    out = name.chars().take(LONGEST_SUMMARY).collect();
                }
                out.push_str(", …");
                return out;
            }
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(&name);
        }
        out
    }

    /// A node's field as the filter names it: `value.data.priority`.
    pub fn field(&self, node: u32) -> String {
        format!(
            "{}{}",
            self.side.name(),
            self.tree.path(&self.text, node as usize)
        )
    }

    /// What is copied of a node: the text that a scalar says, else its JSON.
    pub fn copied(&self, node: u32) -> String {
        let raw = self.tree.raw(&self.text, node as usize);
        match raw
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
        {
            Some(inside) => json::unescape(inside).into_owned(),
            None => raw.to_owned(),
        }
    }

    /// The nodes at some paths.
    pub fn at(&self, paths: &[Path]) -> HashSet<u32> {
        paths
            .iter()
            .flat_map(|path| self.tree.find(&self.text, path))
            .filter_map(|index| u32::try_from(index).ok())
            .collect()
    }

    /// Containers around a node, which must be open for it to be seen.
    pub fn around(&self, node: u32) -> Vec<u32> {
        let mut around = Vec::new();
        let mut at = node as usize;
        while let Some(parent) = self.nodes().get(at).and_then(Node::parent) {
            around.extend(u32::try_from(parent));
            at = parent;
        }
        around
    }

    /// Every container that has something in it, but for the root: what "fold all" folds.
    pub fn containers(&self) -> HashSet<u32> {
        (0_u32..)
            .zip(self.nodes())
            .skip(1)
            .filter(|(_, node)| node.is_container() && node.children > 0)
            .map(|(index, _)| index)
            .collect()
    }

    /// The nodes whose name or own text contains `needle`, letter case of ASCII aside; at most [`MOST_HITS`].
    pub fn find(&self, needle: &str) -> Vec<u32> {
        let mut hits: Vec<u32> = Vec::new();
        if needle.is_empty() {
            return hits;
        }
        let nodes = self.nodes();
        let bytes = self.text.as_bytes();
        let mut from = 0;
        while let Some(at) = find_ignoring_case(bytes, needle.as_bytes(), from) {
            from = at + 1;
            let behind = nodes.partition_point(|node| start(node) <= at);
            let Some(index) = behind.checked_sub(1) else {
                continue;
            };
            let Some(node) = nodes.get(index) else {
                continue;
            };
            let end = at + needle.len();
            let within = |range: (u32, u32)| range.0 as usize <= at && end <= range.1 as usize;
            if !within(node.name) && (node.is_container() || !within(node.value)) {
                continue;
            }
            let Ok(index) = u32::try_from(index) else {
                break;
            };
            if hits.last() != Some(&index) {
                hits.push(index);
                if hits.len() == MOST_HITS {
                    break;
                }
            }
        }
        hits
    }
}

/// Where a node begins: at its name, where it has one.
fn start(node: &Node) -> usize {
    if node.name.1 > 0 {
        node.name.0 as usize
    } else {
        node.value.0 as usize
    }
}

/// A scalar as its row shows it.
fn scalar(kind: Kind, raw: &str) -> (String, Option<String>) {
    match kind {
        Kind::Text => match raw.char_indices().nth(LONGEST_TEXT) {
            Some((cut, _)) => (
                format!("{}…", raw.get(..cut).unwrap_or_default()),
                Some(format!(
                    "{} in all",
                    units::count(
                        raw.chars().count().saturating_sub(2),
                        "character",
                        "characters"
                    )
                )),
            ),
            None => (raw.to_owned(), None),
        },
        Kind::Number => (raw.to_owned(), exactness(raw)),
        _ => (raw.to_owned(), None),
    }
}

/// What to say of a number that other programs may show wrongly.
fn exactness(raw: &str) -> Option<String> {
    if !is_number(raw) {
        return None;
    }
    let magnitude = raw.strip_prefix('-').unwrap_or(raw);
    let is_integer = magnitude.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer {
        return (json::compare(magnitude, EXACT) == Ordering::Greater)
            .then(|| "above 2⁵³, shown exactly".to_owned());
    }
    let mantissa = magnitude.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits.trim_matches('0').len() > DOUBLE_DIGITS + 2)
        .then(|| "more digits than a double keeps, shown exactly".to_owned())
}

/// Where `needle` is next found from `from` on, letter case of ASCII aside.
fn find_ignoring_case(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += rest
            .iter()
            .position(|byte| *byte == lower || *byte == upper)?;
        let here = bytes.get(at..at + needle.len())?;
        if here.eq_ignore_ascii_case(needle) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = r#"{"event_id":"0b9c","data":{"title":"Reconcile \"88\"","amount_minor":12345678901234567890,"labels":["a","b"],"none":{},"rate":1.50},"metadata":{"correlation_id":"x"}}"#;

    fn doc(text: &str) -> Doc {
        Doc::parse(text.into(), Side::Value).unwrap()
    }

    fn printed(doc: &Doc, folded: &HashSet<u32>) -> String {
        let mut out = String::new();
        for row in doc.rows(folded) {
            let shown = doc.shown(row, folded).unwrap();
            out.push_str(&"  ".repeat(shown.depth));
            if let Some(name) = &shown.name {
                out.push_str(name);
                out.push_str(": ");
            }
            out.push_str(&shown.value);
            if shown.comma {
                out.push(',');
            }
            out.push('\n');
        }
        out
    }

    #[test]
    fn rows_are_the_text_laid_out() {
        let doc = doc(EXAMPLE);
        assert_eq!(
            printed(&doc, &HashSet::new()).trim_end(),
            json::pretty(EXAMPLE).unwrap()
        );
    }

    #[test]
    fn what_is_folded_is_one_row() {
        let doc = doc(EXAMPLE);
        let folded = doc.containers();
        assert_eq!(
            printed(&doc, &folded),
            "{\n  \"event_id\": \"0b9c\",\n  \"data\": title, amount_minor, labels, none, rate,\n  \"metadata\": correlation_id\n}\n"
        );
        let labels = doc.at(&[doc.tree().path(doc.text(), 5)]);
        let row = doc
            .rows(&labels)
            .into_iter()
            .find(|row| labels.contains(&row.node))
            .unwrap();
        assert_eq!(doc.shown(row, &labels).unwrap().value, "2 items");
    }

    #[test]
    fn large_numbers_are_exact() {
        let notes = |text: &str| exactness(text);
        assert_eq!(
            notes("12345678901234567890").as_deref(),
            Some("above 2⁵³, shown exactly")
        );
        assert_eq!(notes("9007199254740992"), None);
        assert!(notes("-9007199254740993").is_some());
        assert!(notes("0.1234567890123456789").is_some());
        assert_eq!(notes("1.50"), None);
        assert_eq!(notes("1e300"), None);
    }

    #[test]
    fn fields_are_named_as_the_filter_does() {
        let doc = doc(r#"{"data":{"a b":[{"x":1}]}}"#);
        let last = u32::try_from(doc.nodes().len() - 1).unwrap();
        assert_eq!(doc.field(last), r#"value.data."a b"[0].x"#);
        assert_eq!(doc.around(last), [3, 2, 1, 0]);
    }

    #[test]
    fn copies_say_what_a_text_says() {
        let doc = doc(EXAMPLE);
        let title = doc.find("reconcile");
        assert_eq!(title.len(), 1);
        assert_eq!(doc.copied(title[0]), "Reconcile \"88\"");
    }

    #[test]
    fn search_finds_names_and_values() {
        let doc = doc(EXAMPLE);
        assert_eq!(doc.find("ID").len(), 2);
        assert_eq!(doc.find("},\"").len(), 0, "punctuation is no content");
        assert_eq!(doc.find("").len(), 0);
        assert_eq!(doc.find("correlation_id").len(), 1);
    }

    #[test]
    fn the_beginning_of_a_value_is_a_tree() {
        for cut in 1..EXAMPLE.len() {
            let doc = Doc::parse_cut(&EXAMPLE[..cut], Side::Value);
            let doc = doc.unwrap_or_else(|| panic!("cut at {cut}"));
            assert!(doc.is_cut());
            assert!(!doc.nodes().is_empty());
        }
        let text = Doc::parse_cut(r#"{"a":1,"b":"xy\"#, Side::Value).unwrap();
        assert_eq!(
            &**text.text(),
            r#"{"a":1,"b":"xy"}"#,
            "what there is of a text is shown"
        );
        let row = Row {
            node: 2,
            close: false,
        };
        let shown = text.shown(row, &HashSet::new()).unwrap();
        assert_eq!(shown.note.as_deref(), Some("It goes on."));
        let name = Doc::parse_cut(r#"{"a":1,"b"#, Side::Value).unwrap();
        assert_eq!(&**name.text(), r#"{"a":1}"#, "half a name is none");
        let number = Doc::parse_cut("[1,23", Side::Value).unwrap();
        assert_eq!(&**number.text(), "[1]", "half a number is none");
        assert!(Doc::parse_cut("not json", Side::Value).is_none());
        assert!(Doc::parse_cut("", Side::Value).is_none());
    }

    proptest! {
        #[test]
        fn any_cut_text_is_shown_or_refused(text in "[\\[\\]{}\":,0-9a-e\\\\ ]{0,60}") {
            if let Some(doc) = Doc::parse_cut(&text, Side::Key) {
                let folded = HashSet::new();
                for row in doc.rows(&folded) {
                    prop_assert!(doc.shown(row, &folded).is_some());
                }
            }
        }

        #[test]
        fn case_is_ignored(text in "[a-cA-C]{0,40}", needle in "[a-cA-C]{1,3}") {
            prop_assert_eq!(
                find_ignoring_case(text.as_bytes(), needle.as_bytes(), 0),
                text.to_ascii_lowercase().find(&needle.to_ascii_lowercase())
            );
        }
    }
}
