//! Two texts line by line, with what differs within lines that correspond.

use penstock_domain::schema::difference::{DifferenceLine, LineKind, LinePiece};
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// Lines that are told.
const MOST_LINES: usize = 5_000;
/// Equal lines that are left around what differs.
const CONTEXT: usize = 3;
/// Characters of a line that are told.
const MOST_CHARACTERS: usize = 2_000;
/// How long the shortest difference is looked for; then a longer one does.
const PATIENCE: Duration = Duration::from_millis(300);

/// The lines, and whether there were too many.
pub(super) fn difference(old: &str, new: &str) -> (Vec<DifferenceLine>, bool) {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut out = Lines::default();
    let mut after = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let begins = group.first().map_or(after, |op| op.old_range().start);
        out.skip(begins - after);
        for op in &group {
            for change in diff.iter_inline_changes(op) {
                let kind = match change.tag() {
                    ChangeTag::Equal => LineKind::Equal,
                    ChangeTag::Delete => LineKind::Removed,
                    ChangeTag::Insert => LineKind::Added,
                };
                let pieces = change
                    .iter_strings_lossy()
                    .map(|(changed, text)| (changed, text.into_owned()));
                out.push(DifferenceLine {
                    kind,
                    old: number(change.old_index()),
                    new: number(change.new_index()),
                    pieces: cut(pieces),
                    skipped: 0,
                });
            }
            after = op.old_range().end;
        }
    }
    let all = old.lines().count();
    if !out.lines.is_empty() {
        out.skip(all.saturating_sub(after));
    }
    (out.lines, out.cut)
}

#[derive(Default)]
struct Lines {
    lines: Vec<DifferenceLine>,
    cut: bool,
}

impl Lines {
    fn push(&mut self, line: DifferenceLine) {
        if self.lines.len() < MOST_LINES {
            self.lines.push(line);
        } else {
            self.cut = true;
        }
    }

    fn skip(&mut self, count: usize) {
        if count > 0 {
            self.push(DifferenceLine {
                kind: LineKind::Skipped,
                old: None,
                new: None,
                pieces: Vec::new(),
                skipped: u32::try_from(count).unwrap_or(u32::MAX),
            });
        }
    }
}

fn number(index: Option<usize>) -> Option<u32> {
    u32::try_from(index? + 1).ok()
}

fn cut(pieces: impl Iterator<Item = (bool, String)>) -> Vec<LinePiece> {
    let mut left = MOST_CHARACTERS;
    let mut out = Vec::new();
    for (changed, text) in pieces {
        let text: String = text
            .trim_end_matches(['\n', '\r'])
            .chars()
            .take(left)
            .collect();
        left -= text.chars().count();
        if !text.is_empty() {
            out.push(LinePiece { text, changed });
        }
    }
    out
}
