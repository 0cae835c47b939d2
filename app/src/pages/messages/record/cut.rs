//! The beginning of a JSON text that was cut off, made whole: what is in it stays, and what was open is closed. Pure.

use penstock_domain::json::{Builder, JsonFault, Kind, Node, validate};

/// The longest escape, twice: half of a pair of surrogates says nothing.
const LONGEST_ESCAPE: usize = 12;

/// A beginning with its containers closed.
pub struct Closed {
    /// The text.
    pub text: String,
    /// Whether its last value is a text that goes on where it was cut off.
    pub within_text: bool,
}

/// Closes what is open. `None`: it is no JSON, or there is nothing of it.
pub fn closed(text: &str) -> Option<Closed> {
    let mut builder = Builder::new();
    loop {
        match builder.run(text, usize::MAX) {
            Ok(false) => {}
            Ok(true) => break,
            Err(error) if error.fault == JsonFault::End => break,
            Err(_) => return None,
        }
    }
    let tree = builder.finish();
    let (end, open) = whole(text, tree.nodes());
    let brackets: String = open.iter().rev().collect();
    if let Some(text) = with_text(text, end, &brackets) {
        return Some(Closed {
            text,
            within_text: true,
        });
    }
    let text = format!("{}{brackets}", text.get(..end)?);
    Some(Closed {
        text,
        within_text: false,
    })
}

/// The same with the text in which it was cut off, if it was in one: a large value may be nothing else.
fn with_text(text: &str, end: usize, brackets: &str) -> Option<String> {
    let rest = text.get(end..).filter(|rest| rest.contains('"'))?;
    // An escape that was cut through is left out.
    let near_end = rest.len().saturating_sub(LONGEST_ESCAPE);
    let escapes = rest
        .char_indices()
        .filter(|(at, c)| *c == '\\' && *at >= near_end)
        .map(|(at, _)| at);
    let ends = escapes.chain([rest.len()]);
    let candidates: Vec<String> = ends
        .filter_map(|at| {
            Some(format!(
                "{}{}\"{brackets}",
                text.get(..end)?,
                rest.get(..at)?
            ))
        })
        .collect();
    // The longest first.
    candidates
        .into_iter()
        .rev()
        .find(|candidate| validate(candidate.as_bytes()).is_ok())
}

/// The end of what is whole in a text that was cut off, and the brackets that are missing then, outermost first.
fn whole(text: &str, nodes: &[Node]) -> (usize, Vec<char>) {
    let mut end = 0;
    let mut open = Vec::new();
    for node in nodes {
        // A number at the very end may have lost digits.
        if node.kind == Kind::Number && node.value.1 as usize == text.len() {
            continue;
        }
        end = end.max(node.value.1 as usize);
        // A container that was never closed still ends behind its opening bracket.
        let unclosed = node.is_container() && node.value.1 == node.value.0 + 1;
        if unclosed {
            open.push(if node.kind == Kind::Object { '}' } else { ']' });
        }
    }
    (end.min(text.len()), open)
}
