//! JSON laid out for reading: two spaces, one member a line; numbers, names and texts keep their own spelling.

use super::{Cursor, EventKind, JsonError};

/// Lays a JSON text out anew. Empty containers stay on one line.
pub fn pretty(text: &str) -> Result<String, JsonError> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut cursor = Cursor::new();
    // What was written last decides what stands before the next.
    let mut last = None;
    loop {
        let depth = cursor.depth();
        let Some(event) = cursor.next(bytes)? else {
            return Ok(out);
        };
        use EventKind::{ArrayBegin, ArrayEnd, Name, ObjectBegin, ObjectEnd};
        match (event.kind, last) {
            (_, None) => {}
            (ObjectEnd | ArrayEnd, Some(ObjectBegin | ArrayBegin)) => {}
            (ObjectEnd | ArrayEnd, Some(_)) => line(&mut out, depth.saturating_sub(1)),
            (_, Some(Name)) => out.push_str(": "),
            (_, Some(ObjectBegin | ArrayBegin)) => line(&mut out, depth),
            (_, Some(_)) => {
                out.push(',');
                line(&mut out, depth);
            }
        }
        out.push_str(text.get(event.from..event.to).unwrap_or_default());
        last = Some(event.kind);
    }
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}
