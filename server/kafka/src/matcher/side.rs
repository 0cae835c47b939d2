//! Conditions on what a record carries: its key, its value, its headers.

use super::{
    check::{Check, is_null},
    guard::{Guard, has_escape},
};
use crate::lens::{Headers, View};
use memchr::memmem::Finder;
use penstock_domain::json::{self, Kind, Path};
use regex::bytes::Regex;
use std::ops::ControlFlow;

/// Which part of a record.
#[derive(Debug)]
pub(super) enum Side {
    Key(Path),
    Value(Path),
    /// Headers of this name; `None`: all.
    Header(Option<String>),
}

/// What is asked of it.
#[derive(Debug)]
pub(super) enum Ask {
    /// Some place satisfies one of these.
    Checks(Vec<Check>),
    /// No place, or one that is null.
    Null,
    /// No place.
    Missing,
}

/// A condition on content.
#[derive(Debug)]
pub(super) struct Content {
    side: Side,
    ask: Ask,
    guard: Guard,
}

/// What the places of a condition amount to.
#[derive(Default)]
struct Seen {
    any: bool,
    satisfied: bool,
    null: bool,
}

impl Content {
    pub(super) fn new(side: Side, ask: Ask) -> Self {
        let guard = match (&side, &ask) {
            (Side::Key(path) | Side::Value(path), Ask::Checks(checks)) => Guard::new(path, checks),
            (Side::Key(path) | Side::Value(path), _) => Guard::of_name(path),
            (Side::Header(_), _) => Guard::default(),
        };
        Self { side, ask, guard }
    }

    /// How dear it is to ask.
    pub(super) fn cost(&self) -> u8 {
        match (&self.side, &self.ask) {
            (Side::Key(_), Ask::Checks(_)) => 2,
            (Side::Header(_), _) => 3,
            (_, Ask::Checks(_)) => 4,
            (_, Ask::Null | Ask::Missing) => 5,
        }
    }

    fn checks(&self) -> &[Check] {
        match &self.ask {
            Ask::Checks(checks) => checks,
            Ask::Null | Ask::Missing => &[],
        }
    }

    fn bytes<'v>(&self, view: &'v View<'_>) -> Option<&'v [u8]> {
        match &self.side {
            Side::Key(_) => view.key.as_deref(),
            Side::Value(_) => view.value.as_deref(),
            Side::Header(_) => None,
        }
    }

    /// Whether a record may satisfy it, by bytes alone; `false` is certain.
    #[inline]
    pub(super) fn may(&self, view: &View<'_>) -> bool {
        match (&self.ask, &self.side) {
            (Ask::Checks(checks), Side::Key(_) | Side::Value(_)) => {
                self.bytes(view)
                    .is_some_and(|bytes| self.guard.may(bytes, checks))
                    || self.takes_null()
            }
            _ => true,
        }
    }

    /// Whether some record may satisfy it, by the bytes of many that lie one behind the other; `false` is certain.
    pub(super) fn may_in(&self, records: &[u8]) -> bool {
        match (&self.ask, &self.side) {
            (Ask::Checks(_), Side::Key(_) | Side::Value(_)) => {
                self.takes_null() || self.guard.may_in(records)
            }
            _ => true,
        }
    }

    fn takes_null(&self) -> bool {
        self.checks()
            .iter()
            .any(|check| matches!(check, Check::Null))
    }

    /// Whether a record satisfies it.
    #[inline]
    pub(super) fn test(&self, view: &View<'_>) -> bool {
        if let (Ask::Checks(_), Side::Key(_) | Side::Value(_)) = (&self.ask, &self.side) {
            return self.may(view) && self.test_precisely(view);
        }
        // What is not there at all is missing; no need to look for it precisely.
        if let Some(bytes) = self.bytes(view)
            && !self.guard.may(bytes, &[])
        {
            return true;
        }
        self.test_precisely(view)
    }

    /// The same without byte searches.
    pub(super) fn test_precisely(&self, view: &View<'_>) -> bool {
        let mut seen = Seen::default();
        match &self.side {
            Side::Key(path) | Side::Value(path) => {
                if let Some(bytes) = self.bytes(view) {
                    if path.is_root() {
                        self.whole(bytes, &mut seen);
                    } else {
                        seen = self.places(bytes, path);
                    }
                }
            }
            Side::Header(name) => {
                let _ = each_header(&view.headers, |found, value| {
                    if name.as_ref().is_none_or(|name| name.as_bytes() == found) {
                        match value {
                            Some(value) => self.whole(value, &mut seen),
                            None => {
                                seen.any = true;
                                seen.null = true;
                            }
                        }
                    }
                    ControlFlow::Continue(())
                });
            }
        }
        match &self.ask {
            Ask::Checks(_) => seen.satisfied || (self.takes_null() && (seen.null || !seen.any)),
            Ask::Null => seen.null || !seen.any,
            Ask::Missing => !seen.any,
        }
    }

    fn whole(&self, bytes: &[u8], seen: &mut Seen) {
        seen.any = true;
        seen.null |= is_null(bytes);
        seen.satisfied =
            seen.satisfied || self.checks().iter().any(|check| check.test_whole(bytes));
    }

    fn places(&self, bytes: &[u8], path: &Path) -> Seen {
        let mut seen = Seen::default();
        let walked = json::find(bytes, &path.0, |place| {
            seen.any = true;
            seen.null |= place.kind == Kind::Null;
            seen.satisfied =
                seen.satisfied || self.checks().iter().any(|check| check.test_place(&place));
        });
        // Bytes that are no JSON have no places.
        if walked.is_err() {
            return Seen::default();
        }
        seen
    }
}

/// A text that is looked for anywhere.
#[derive(Debug)]
pub(super) enum Anywhere {
    Exact(Box<Finder<'static>>),
    IgnoringCase(Regex),
}

impl Anywhere {
    /// Whether the key, the value, or a header's name or value has it, as it lies there or with JSON escapes resolved.
    #[inline]
    pub(super) fn test(&self, view: &View<'_>) -> bool {
        let sides = [&view.value, &view.key];
        if sides.into_iter().flatten().any(|bytes| self.is_in(bytes)) {
            return true;
        }
        each_header(&view.headers, |name, value| {
            if self.is_in(name) || value.is_some_and(|value| self.is_in(value)) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .is_break()
    }

    /// Whether some record may have it, by the bytes of many that lie one behind the other; `false` is certain.
    pub(super) fn may_in(&self, records: &[u8]) -> bool {
        self.finds(records) || has_escape(records)
    }

    #[inline]
    fn is_in(&self, bytes: &[u8]) -> bool {
        self.finds(bytes) || (has_escape(bytes) && self.finds(&json::resolve(bytes)))
    }

    #[inline]
    fn finds(&self, bytes: &[u8]) -> bool {
        match self {
            Anywhere::Exact(finder) => finder.find(bytes).is_some(),
            Anywhere::IgnoringCase(pattern) => pattern.is_match(bytes),
        }
    }
}

/// Visits headers in their order.
fn each_header(
    headers: &Headers<'_>,
    mut visit: impl FnMut(&[u8], Option<&[u8]>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match headers {
        Headers::Raw(raw) => raw.iter().try_for_each(|(name, value)| visit(name, value)),
        Headers::Own(own) => own
            .iter()
            .try_for_each(|(name, value)| visit(name, value.as_deref())),
    }
}
