//! JSON with some of its values replaced, and every other byte as it was.

use super::{Replacement, replace};
use penstock_domain::json::{
    Cursor, EventKind, JsonError, JsonFault, LONGEST_PATH, Path, Step, equals,
};
use std::borrow::Cow;

/// How far each rule came at one place: bit `n` says that `n` of its steps lead there. One number for each rule.
type Reached = Vec<u128>;

/// An open container.
struct Open {
    reached: Reached,
    /// In a list: the place of the next element. In an object: nothing.
    next: Option<u32>,
}

/// A value that is hidden and has not ended yet.
struct Hidden {
    from: usize,
    depth: usize,
    with: Replacement,
}

/// Replaces what paths lead to. Bytes that are no JSON are an error.
pub(super) fn rewrite<'a>(
    bytes: &'a [u8],
    paths: &[(Path, Replacement)],
) -> Result<Cow<'a, [u8]>, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError {
        at: error.valid_up_to(),
        fault: JsonFault::NotUtf8,
    })?;
    if paths.iter().any(|(path, _)| path.0.len() > LONGEST_PATH) {
        return Err(JsonError {
            at: 0,
            fault: JsonFault::TooDeep,
        });
    }
    let mut out = Output {
        text,
        done: 0,
        new: String::new(),
    };
    let mut cursor = Cursor::new();
    let mut open: Vec<Open> = Vec::new();
    let mut name: Option<&[u8]> = None;
    let mut hidden: Option<Hidden> = None;
    while let Some(event) = cursor.next(bytes)? {
        let begins = matches!(event.kind, EventKind::ObjectBegin | EventKind::ArrayBegin);
        let ends = matches!(event.kind, EventKind::ObjectEnd | EventKind::ArrayEnd);
        if let Some(one) = &hidden {
            // Only its own end matters.
            if ends && cursor.depth() == one.depth {
                out.put(one.from, event.to, one.with);
                hidden = None;
            }
            continue;
        }
        if event.kind == EventKind::Name {
            name = bytes.get(event.from + 1..event.to.saturating_sub(1));
            continue;
        }
        if ends {
            open.pop();
            continue;
        }
        let reached = match open.last_mut() {
            None => vec![1; paths.len()],
            Some(parent) => step(parent, name.take(), paths),
        };
        let with = paths
            .iter()
            .zip(&reached)
            .filter(|((path, _), reached)| *reached >> path.0.len() & 1 == 1)
            .map(|((_, with), _)| *with)
            .max();
        match with {
            Some(with) if begins => {
                hidden = Some(Hidden {
                    from: event.from,
                    depth: cursor.depth().saturating_sub(1),
                    with,
                });
            }
            Some(with) => out.put(event.from, event.to, with),
            None if begins => open.push(Open {
                reached,
                next: (event.kind == EventKind::ArrayBegin).then_some(0),
            }),
            None => {}
        }
    }
    Ok(out.finish())
}

/// How far the rules come at the next child of a container.
fn step(parent: &mut Open, name: Option<&[u8]>, paths: &[(Path, Replacement)]) -> Reached {
    let place = parent.next;
    if let Some(next) = &mut parent.next {
        *next = next.saturating_add(1);
    }
    paths
        .iter()
        .zip(&parent.reached)
        .map(|((path, _), reached)| {
            let mut child = 0;
            for (index, step) in path.0.iter().enumerate() {
                if reached >> index & 1 == 0 {
                    continue;
                }
                let (leads, through) = match (step, place) {
                    (Step::Name(wanted), None) => (
                        name.is_some_and(|name| equals(name, wanted.as_bytes())),
                        false,
                    ),
                    // A list on the way is looked through.
                    (Step::Name(_), Some(_)) => (false, true),
                    (Step::AnyName, None) => (true, false),
                    (Step::AnyName, Some(_)) => (true, true),
                    (Step::Index(wanted), Some(place)) => (*wanted == place, false),
                    (Step::AnyIndex, Some(_)) => (true, false),
                    (Step::Index(_) | Step::AnyIndex, None) => (false, false),
                };
                child |= u128::from(leads) << (index + 1) | u128::from(through) << index;
            }
            child
        })
        .collect()
}

/// The new text while it is made; nothing is copied before the first replacement.
struct Output<'a> {
    text: &'a str,
    /// Up to here the old text is in the new.
    done: usize,
    new: String,
}

impl<'a> Output<'a> {
    fn put(&mut self, from: usize, to: usize, with: Replacement) {
        let secret = self.text.get(from..to).unwrap_or_default();
        self.new
            .push_str(self.text.get(self.done..from).unwrap_or_default());
        self.new.push_str(&replace::value(secret, with));
        self.done = to;
    }

    fn finish(mut self) -> Cow<'a, [u8]> {
        if self.done == 0 {
            return Cow::Borrowed(self.text.as_bytes());
        }
        self.new
            .push_str(self.text.get(self.done..).unwrap_or_default());
        Cow::Owned(self.new.into_bytes())
    }
}
