//! Looking up a path in raw bytes: one walk, nothing built, nothing copied.

use super::{Cursor, EventKind, JsonError, JsonFault, LONGEST_PATH, Step, tree::Kind};
use std::borrow::Cow;

/// A place in a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// What stands there.
    pub kind: Kind,
    /// Its text: of texts with the quotes, of containers from bracket to bracket.
    pub raw: &'a str,
    /// Whether a text contains escapes.
    pub escaped: bool,
}

impl<'a> Place<'a> {
    /// What a text says; `None` of anything else.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let inside = self.inside()?;
        Some(if self.escaped {
            super::unescape(inside)
        } else {
            Cow::Borrowed(inside)
        })
    }

    /// A text between its quotes, escapes as they are; `None` of anything else.
    pub fn inside(&self) -> Option<&'a str> {
        if self.kind != Kind::Text {
            return None;
        }
        self.raw.strip_prefix('"')?.strip_suffix('"')
    }
}

/// Visits every place that `path` leads to, in the order of the text: members of the same name each, `[*]` and `.*` all.
///
/// The whole text is walked: where it is no JSON ([`super::validate`]) that is the answer, and what was visited before must
/// not be used.
pub fn find<'a>(
    bytes: &'a [u8],
    path: &[Step],
    mut visit: impl FnMut(Place<'a>),
) -> Result<(), JsonError> {
    walk(bytes, path, &mut visit)
}

/// One function for every visitor, so that the cursor is built into it; few places are visited.
fn walk<'a>(
    bytes: &'a [u8],
    path: &[Step],
    visit: &mut dyn FnMut(Place<'a>),
) -> Result<(), JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError {
        at: error.valid_up_to(),
        fault: JsonFault::NotUtf8,
    })?;
    if path.len() > LONGEST_PATH {
        return Ok(());
    }
    let mut cursor = Cursor::new();
    // The place of the next element in each open list; `u32::MAX` in an object.
    let mut places = [u32::MAX; LONGEST_PATH + 1];
    // Whether the name just read is the one that the path wants.
    let mut named = false;
    // Containers that the path does not lead through are skipped at once, so every open one lies on it.
    while let Some(event) = cursor.next(bytes)? {
        let begins = matches!(event.kind, EventKind::ObjectBegin | EventKind::ArrayBegin);
        // Steps to what the event is about.
        let level = cursor.depth() - usize::from(begins);
        let wanted = match (
            event.kind,
            level.checked_sub(1).and_then(|last| path.get(last)),
        ) {
            (EventKind::ObjectEnd | EventKind::ArrayEnd, _) => continue,
            (EventKind::Name, step) => {
                named = match step {
                    Some(Step::Name(wanted)) => {
                        is_name(bytes, event.from, event.to, event.escaped, wanted)
                    }
                    Some(Step::AnyName) => true,
                    _ => false,
                };
                continue;
            }
            (_, None) => true,
            (_, Some(Step::Name(_) | Step::AnyName)) => std::mem::take(&mut named),
            (_, Some(step)) => match places.get_mut(level) {
                Some(place) if *place != u32::MAX => {
                    let now = *place;
                    *place += 1;
                    match step {
                        Step::Index(index) => *index == now,
                        _ => true,
                    }
                }
                _ => false,
            },
        };
        let kind = match event.kind {
            EventKind::ObjectBegin => Kind::Object,
            EventKind::ArrayBegin => Kind::Array,
            EventKind::Text => Kind::Text,
            EventKind::Number => Kind::Number,
            EventKind::True => Kind::True,
            EventKind::False => Kind::False,
            _ => Kind::Null,
        };
        if begins && wanted && level < path.len() {
            if let Some(place) = places.get_mut(level + 1) {
                *place = if kind == Kind::Array { 0 } else { u32::MAX };
            }
            continue;
        }
        let to = if begins {
            cursor.skip(bytes)?
        } else {
            event.to
        };
        if wanted && level == path.len() {
            visit(Place {
                kind,
                raw: text.get(event.from..to).unwrap_or_default(),
                escaped: event.escaped,
            });
        }
    }
    Ok(())
}

/// Whether the name between the quotes is `wanted`.
fn is_name(bytes: &[u8], from: usize, to: usize, escaped: bool, wanted: &str) -> bool {
    let inside = bytes
        .get(from + 1..to.saturating_sub(1))
        .unwrap_or_default();
    if escaped {
        super::equals(inside, wanted.as_bytes())
    } else {
        inside == wanted.as_bytes()
    }
}
