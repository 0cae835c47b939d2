//! Byte searches that rule records out before anything is looked at precisely.
//!
//! Sound for bytes without an escape: there a JSON text, and a member's name, is spelled in one way only, so what satisfies
//! `value.city = "Bern"` contains `"Bern"`, and contains `"city"`, a colon, and `"Bern"` behind it. With an escape anything
//! goes, and the precise look decides. Numbers are never searched for by their digits: `1` is also `1.0` and `1e0`; they are
//! compared where they stand behind the name.

use super::check::{Check, Text};
use memchr::memmem::Finder;
use penstock_domain::json::{self, Path, Step};

/// Lists longer than this are not searched for one by one: one precise look is cheaper.
const MOST_NEEDLES: usize = 8;

/// What bytes must contain to satisfy a condition.
#[derive(Debug, Default)]
pub(super) struct Guard {
    /// One of these; empty: nothing can be said.
    needles: Vec<Finder<'static>>,
    /// Whether only escapes can spell what is wanted.
    only_escaped: bool,
    /// The last name of the path, with its quotes.
    name: Option<Finder<'static>>,
    /// Whether steps lead on behind that name.
    leads_on: bool,
}

/// What a literal says about the bytes that satisfy it.
enum Needle {
    Unknown,
    Bytes(Vec<u8>),
    OnlyEscaped,
}

impl Guard {
    /// For a path and the checks of which one must be satisfied. The empty path stands for the whole.
    pub(super) fn new(path: &Path, checks: &[Check]) -> Self {
        let mut guard = Self::of_name(path);
        // What is equal to null may also be missing.
        if checks.is_empty() || checks.iter().any(|check| matches!(check, Check::Null)) {
            return Self::default();
        }
        if checks.len() > MOST_NEEDLES {
            return guard;
        }
        let mut needles = Vec::new();
        let mut only_escaped = true;
        for check in checks {
            match needle(check, path.is_root()) {
                Needle::Unknown => return guard,
                Needle::Bytes(bytes) => {
                    only_escaped = false;
                    needles.push(Finder::new(&bytes).into_owned());
                }
                Needle::OnlyEscaped => {}
            }
        }
        guard.only_escaped = only_escaped;
        guard.needles = needles;
        guard
    }

    /// For the path alone: what must be there for it to lead anywhere.
    pub(super) fn of_name(path: &Path) -> Self {
        let mut guard = Self::default();
        let last = path
            .0
            .iter()
            .rposition(|step| matches!(step, Step::Name(_)));
        if let Some(index) = last
            && let Some(Step::Name(name)) = path.0.get(index)
            && is_plain(name)
        {
            guard.name = Some(Finder::new(&format!("\"{name}\"")).into_owned());
            guard.leads_on = index + 1 < path.0.len();
        }
        guard
    }

    /// Whether bytes may satisfy one of the checks; `false` is certain.
    #[inline]
    pub(super) fn may(&self, bytes: &[u8], checks: &[Check]) -> bool {
        (self.may_contain(bytes) && self.may_have(bytes, checks)) || has_escape(bytes)
    }

    /// Whether many records' bytes, lying one behind the other, may have one that satisfies a check; `false` is certain.
    pub(super) fn may_in(&self, records: &[u8]) -> bool {
        (self.may_contain(records)
            && self
                .name
                .as_ref()
                .is_none_or(|name| name.find(records).is_some()))
            || has_escape(records)
    }

    #[inline]
    fn may_contain(&self, bytes: &[u8]) -> bool {
        if self.needles.is_empty() {
            !self.only_escaped
        } else {
            self.needles
                .iter()
                .any(|needle| needle.find(bytes).is_some())
        }
    }

    /// Whether the name stands somewhere with what may satisfy a check behind it. With no checks, with anything.
    fn may_have(&self, bytes: &[u8], checks: &[Check]) -> bool {
        let Some(name) = &self.name else {
            return true;
        };
        let mut rest = bytes;
        // Finds that overlap count too: the quote that ends one text may begin what looks like the name.
        while let Some(at) = name.find(rest) {
            let behind = rest.get(at + name.needle().len()..).unwrap_or_default();
            if let Some(value) = space(behind).strip_prefix(b":")
                && self.may_be(space(value), checks)
            {
                return true;
            }
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        false
    }

    fn may_be(&self, value: &[u8], checks: &[Check]) -> bool {
        if self.leads_on {
            return value.starts_with(b"{") || value.starts_with(b"[");
        }
        checks.is_empty() || checks.iter().any(|check| may_be(value, check))
    }
}

/// Whether the value that begins here may satisfy a check.
fn may_be(value: &[u8], check: &Check) -> bool {
    match check {
        // Without a backslash the text ends at the next quote; with one the answer does not count.
        Check::Text(text) => value.strip_prefix(b"\"").is_some_and(|inside| match text {
            Text::Equal(wanted) => inside
                .strip_prefix(&**wanted)
                .is_some_and(|rest| rest.starts_with(b"\"")),
            text => memchr::memchr(b'"', inside)
                .and_then(|end| inside.get(..end))
                .is_some_and(|inside| text.test(inside)),
        }),
        Check::Number(operator, number) => {
            let end = value
                .iter()
                .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
                .unwrap_or(value.len());
            let text = std::str::from_utf8(value.get(..end).unwrap_or_default()).unwrap_or("");
            json::is_number(text) && operator.accepts(json::compare(text, number))
        }
        Check::Bool(true) => value.starts_with(b"true"),
        Check::Bool(false) => value.starts_with(b"false"),
        Check::Null => true,
    }
}

fn needle(check: &Check, whole: bool) -> Needle {
    let Check::Text(text) = check else {
        return match check {
            Check::Bool(value) => Needle::Bytes(value.to_string().into_bytes()),
            _ => Needle::Unknown,
        };
    };
    let (begin, wanted, end): (&[u8], &[u8], &[u8]) = match text {
        Text::Equal(wanted) => (b"\"", wanted, b"\""),
        Text::Begins(wanted) => (b"\"", wanted, b""),
        Text::Ends(wanted) => (b"", wanted, b"\""),
        Text::Contains(finder) => (b"", finder.needle(), b""),
        Text::Order(..) | Text::Pattern(_) => return Needle::Unknown,
    };
    if whole {
        // As a whole it may lie there without quotes, and what JSON would escape may lie there as it is.
        return if wanted.is_empty() {
            Needle::Unknown
        } else {
            Needle::Bytes(wanted.to_vec())
        };
    }
    if !std::str::from_utf8(wanted).is_ok_and(is_plain) {
        return Needle::OnlyEscaped;
    }
    let bytes = [begin, wanted, end].concat();
    if bytes.len() < 2 {
        // A single byte is almost everywhere.
        return Needle::Unknown;
    }
    Needle::Bytes(bytes)
}

/// Whether some backslash begins what [`json::resolve`] would replace. Others say what they are, and in the bytes of whole
/// records many are no backslashes: lengths and offsets look like them.
pub(super) fn has_escape(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', bytes).any(|at| {
        bytes.get(at + 1).is_some_and(|next| {
            matches!(
                next,
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u'
            )
        })
    })
}

/// Whether JSON can spell a text without escapes.
fn is_plain(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'))
}

fn space(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
        .unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}
