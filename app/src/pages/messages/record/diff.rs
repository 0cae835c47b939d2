//! The difference of two records: of JSON by path, of text by line. Pure.

use super::doc::Doc;
use penstock_domain::json::{self, Kind};
use std::{cmp::Ordering, collections::HashMap};

/// Changes that are told apart.
pub const MOST_CHANGES: usize = 1_000;
/// Cells of the table of a line difference; beyond, the middle is told as replaced.
const MOST_CELLS: usize = 4_000_000;
/// Characters of a value in a row.
const LONGEST: usize = 160;

/// One difference of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, as the filter names it.
    pub field: String,
    /// What happened.
    pub kind: ChangeKind,
    /// How it was.
    pub before: String,
    /// How it is.
    pub after: String,
}

/// What happened to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the later has it.
    Added,
    /// Only the earlier has it.
    Removed,
    /// It has another value.
    Changed,
    /// The same number, written differently: `1` and `1.0`.
    Rewritten,
}

/// Where two JSON values differ, in the order of the later; at most [`MOST_CHANGES`].
pub fn changes(before: &Doc, after: &Doc) -> Vec<Change> {
    let mut out = Vec::new();
    let mut work = vec![(0_usize, 0_usize)];
    while let Some((old, new)) = work.pop() {
        if out.len() >= MOST_CHANGES {
            break;
        }
        let (Some(a), Some(b)) = (before.nodes().get(old), after.nodes().get(new)) else {
            continue;
        };
        let (raw_a, raw_b) = (raw(before, old), raw(after, new));
        if raw_a == raw_b {
            continue;
        }
        match (a.kind, b.kind) {
            (Kind::Object, Kind::Object) => members(before, after, old, new, &mut out, &mut work),
            (Kind::Array, Kind::Array) => elements(before, after, old, new, &mut out, &mut work),
            (Kind::Number, Kind::Number) if json::compare(raw_a, raw_b) == Ordering::Equal => {
                out.push(change(after, new, ChangeKind::Rewritten, raw_a, raw_b));
            }
            (Kind::Text, Kind::Text) if before.copied(small(old)) == after.copied(small(new)) => {}
            _ => out.push(change(after, new, ChangeKind::Changed, raw_a, raw_b)),
        }
    }
    out.truncate(MOST_CHANGES);
    out
}

fn raw(doc: &Doc, index: usize) -> &str {
    doc.tree().raw(doc.text(), index)
}

fn change(doc: &Doc, index: usize, kind: ChangeKind, before: &str, after: &str) -> Change {
    Change {
        field: doc.field(small(index)),
        kind,
        before: short(before),
        after: short(after),
    }
}

/// Members by name; of doubled names the first with the first.
fn members(
    before: &Doc,
    after: &Doc,
    old: usize,
    new: usize,
    out: &mut Vec<Change>,
    work: &mut Vec<(usize, usize)>,
) {
    let mut olds: HashMap<String, Vec<usize>> = HashMap::new();
    let mut order: Vec<usize> = before.tree().children(old).collect();
    for child in &order {
        olds.entry(name(before, *child)).or_default().push(*child);
    }
    let mut pairs = Vec::new();
    for child in after.tree().children(new) {
        let same = olds
            .get_mut(&name(after, child))
            .filter(|same| !same.is_empty())
            .map(|same| same.remove(0));
        match same {
            Some(earlier) => pairs.push((earlier, child)),
            None => out.push(change(
                after,
                child,
                ChangeKind::Added,
                "",
                raw(after, child),
            )),
        }
    }
    order.retain(|child| olds.values().any(|left| left.contains(child)));
    for child in order {
        out.push(change(
            before,
            child,
            ChangeKind::Removed,
            raw(before, child),
            "",
        ));
    }
    // The last on the pile is the next.
    work.extend(pairs.into_iter().rev());
}

/// Elements by place, after what is the same at both ends was set aside.
fn elements(
    before: &Doc,
    after: &Doc,
    old: usize,
    new: usize,
    out: &mut Vec<Change>,
    work: &mut Vec<(usize, usize)>,
) {
    let olds: Vec<usize> = before.tree().children(old).collect();
    let news: Vec<usize> = after.tree().children(new).collect();
    let same = |(a, b): &(&usize, &usize)| raw(before, **a) == raw(after, **b);
    let head = olds.iter().zip(&news).take_while(same).count();
    let rest = olds.len().min(news.len()) - head;
    let tail = olds
        .iter()
        .rev()
        .zip(news.iter().rev())
        .take(rest)
        .take_while(same)
        .count();
    let olds = olds.get(head..olds.len() - tail).unwrap_or_default();
    let news = news.get(head..news.len() - tail).unwrap_or_default();
    for child in news.iter().skip(olds.len()) {
        out.push(change(
            after,
            *child,
            ChangeKind::Added,
            "",
            raw(after, *child),
        ));
    }
    for child in olds.iter().skip(news.len()) {
        out.push(change(
            before,
            *child,
            ChangeKind::Removed,
            raw(before, *child),
            "",
        ));
    }
    work.extend(olds.iter().copied().zip(news.iter().copied()).rev());
}

fn name(doc: &Doc, index: usize) -> String {
    doc.tree()
        .name(doc.text(), index)
        .unwrap_or_default()
        .into_owned()
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

fn small(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// One line of a line difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// In which of the two it stands.
    pub side: LineSide,
    /// Its number in the earlier, from 1.
    pub old: Option<usize>,
    /// Its number in the later.
    pub new: Option<usize>,
    /// Its text.
    pub text: String,
}

/// In which text a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSide {
    /// In both.
    Both,
    /// Only in the earlier.
    Old,
    /// Only in the later.
    New,
}

/// The shortest line difference; where the two are very long and have little in common, what lies between their common ends is
/// told as replaced.
pub fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let middle_old = old.get(head..old.len() - tail).unwrap_or_default();
    let middle_new = new.get(head..new.len() - tail).unwrap_or_default();
    let kept = common(middle_old, middle_new);
    let mut out = Vec::with_capacity(old.len().max(new.len()));
    let (mut at_old, mut at_new) = (0, 0);
    let mut step = |old_to: usize, new_to: usize, out: &mut Vec<DiffLine>| {
        while at_old < old_to {
            out.push(line(LineSide::Old, Some(at_old), None, old.get(at_old)));
            at_old += 1;
        }
        while at_new < new_to {
            out.push(line(LineSide::New, None, Some(at_new), new.get(at_new)));
            at_new += 1;
        }
        if at_old < old.len() && at_new < new.len() {
            out.push(line(
                LineSide::Both,
                Some(at_old),
                Some(at_new),
                old.get(at_old),
            ));
        }
        at_old += 1;
        at_new += 1;
    };
    for place in 0..head {
        step(place, place, &mut out);
    }
    for (in_old, in_new) in kept {
        step(head + in_old, head + in_new, &mut out);
    }
    for place in (1..=tail).rev() {
        step(old.len() - place, new.len() - place, &mut out);
    }
    step(old.len(), new.len(), &mut out);
    out
}

fn line(side: LineSide, old: Option<usize>, new: Option<usize>, text: Option<&&str>) -> DiffLine {
    DiffLine {
        side,
        old: old.map(|place| place + 1),
        new: new.map(|place| place + 1),
        text: text.copied().map(short_line).unwrap_or_default(),
    }
}

fn short_line(text: &str) -> String {
    let mut out: String = text.chars().take(LONGEST * 2).collect();
    if text.chars().nth(LONGEST * 2).is_some() {
        out.push('…');
    }
    out
}

/// The places of a longest common subsequence; none where the table would be too large.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let cells = (old.len() + 1).saturating_mul(width);
    if cells > MOST_CELLS || old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let mut table = vec![0_u32; cells];
    let cell = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                cell(&table, i + 1, j + 1) + 1
            } else {
                cell(&table, i + 1, j).max(cell(&table, i, j + 1))
            };
            if let Some(slot) = table.get_mut(i * width + j) {
                *slot = best;
            }
        }
    }
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        if a == b {
            out.push((i, j));
            i += 1;
            j += 1;
        } else if cell(&table, i + 1, j) >= cell(&table, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::messages::record::address::Side;
    use proptest::prelude::*;

    fn told(before: &str, after: &str) -> Vec<(String, ChangeKind)> {
        let doc = |text: &str| Doc::parse(text.into(), Side::Value).unwrap();
        changes(&doc(before), &doc(after))
            .into_iter()
            .map(|change| (change.field, change.kind))
            .collect()
    }

    fn pair(field: &str, kind: ChangeKind) -> (String, ChangeKind) {
        (field.to_owned(), kind)
    }

    #[test]
    fn json_differs_by_path() {
        use ChangeKind::{Added, Changed, Removed, Rewritten};
        assert_eq!(
            told(
                r#"{"a":1,"b":{"c":"x","d":12345678901234567890},"gone":true,"n":1.0}"#,
                r#"{"b":{"d":12345678901234567891,"c":"x"},"a":1,"new":null,"n":1}"#
            ),
            [
                pair("value.new", Added),
                pair("value.gone", Removed),
                pair("value.b.d", Changed),
                pair("value.n", Rewritten),
            ],
            "the order of members is no difference, the last digit is"
        );
        assert!(told(r#"{"a":"\u0041"}"#, r#"{ "a": "A" }"#).is_empty());
        assert_eq!(told("[1,2,3]", "[1,9,2,3]"), [pair("value[1]", Added)]);
        assert_eq!(told("[1,2,3]", "[1,5,3]"), [pair("value[1]", Changed)]);
        assert_eq!(told("{}", "[]"), [pair("value", Changed)]);
        assert_eq!(
            told(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#),
            [pair("value.a", Changed)],
            "doubled names are compared in their order"
        );
    }

    #[test]
    fn changes_are_bounded() {
        let long = |value: u8| format!("[{}]", vec![value.to_string(); 5_000].join(","));
        assert_eq!(told(&long(1), &long(2)).len(), MOST_CHANGES);
    }

    #[test]
    fn lines_keep_their_numbers() {
        let told = lines("a\nb\nc\n", "a\nx\nc\nd");
        let signs: String = told
            .iter()
            .map(|line| match line.side {
                LineSide::Both => ' ',
                LineSide::Old => '-',
                LineSide::New => '+',
            })
            .collect();
        assert_eq!(signs, " -+ +");
        assert_eq!(
            told.last().map(|line| (line.old, line.new)),
            Some((None, Some(4)))
        );
        assert!(lines("", "").is_empty());
    }

    proptest! {
        #[test]
        fn both_texts_are_in_the_difference(a in "([abc]\n){0,20}", b in "([abc]\n){0,20}") {
            let told = lines(&a, &b);
            let side = |not: LineSide| -> Vec<&str> {
                told.iter().filter(|line| line.side != not).map(|line| line.text.as_str()).collect()
            };
            prop_assert_eq!(side(LineSide::New), a.lines().collect::<Vec<_>>());
            prop_assert_eq!(side(LineSide::Old), b.lines().collect::<Vec<_>>());
            for line in &told {
                prop_assert_eq!(line.old.is_some(), line.side != LineSide::New);
                prop_assert_eq!(line.new.is_some(), line.side != LineSide::Old);
            }
        }
    }
}
