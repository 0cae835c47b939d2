//! Filters, compiled to be asked millions of times a second.
//!
//! A [`Filter`] becomes a tree whose cheapest questions come first: the facts of a record (partition, offset, time, topic), then
//! byte searches that rule most records out, then precise looks into JSON by [`penstock_domain::json::find`], without building
//! anything. A byte search never decides for a record, only against it, and never against one whose bytes have an escape:
//! JSON escapes spell the same text in other ways. What each condition means stands in `docs/FILTERS.md`.
//!
//! Looks at records through the reader's [`View`] only, so that what is masked can't be found out by filtering.

mod bounds;
mod check;
mod guard;
mod node;
mod pattern;
mod side;

#[cfg(test)]
mod tests;

pub use bounds::Bounds;

use crate::lens::View;
use node::Node;
use penstock_domain::{
    filter::{Filter, FilterError},
    time::Timestamp,
};

/// A filter ready to be asked. Shared by the workers of a reading.
#[derive(Debug)]
pub struct Matcher {
    root: Option<Node>,
    bounds: Bounds,
}

/// What a filter may ask about a record beside its content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// In which topic.
    pub topic: &'a str,
    /// In which partition.
    pub partition: i32,
    /// At which offset.
    pub offset: i64,
    /// Its time in milliseconds; -1: none.
    pub timestamp: i64,
    /// Whether its transaction was aborted.
    pub aborted: bool,
    /// Whether it is a control record.
    pub control: bool,
}

impl Matcher {
    /// Compiles a filter now: `15m ago` counts from this moment, and stays there.
    pub fn compile(filter: &Filter) -> Result<Self, FilterError> {
        Self::compile_at(filter, Timestamp::from_system(std::time::SystemTime::now()))
    }

    /// Compiles a filter with another now. Fails where a pattern is no regular expression, or too large a one.
    pub fn compile_at(filter: &Filter, now: Timestamp) -> Result<Self, FilterError> {
        let Some(expression) = filter.expression() else {
            return Ok(Self {
                root: None,
                bounds: Bounds::default(),
            });
        };
        Ok(Self {
            root: Some(node::Compiler::new(filter, now).node(expression)?),
            bounds: Bounds::of(expression, now),
        })
    }

    /// What the filter rules out by itself, for planning.
    pub fn bounds(&self) -> Bounds {
        self.bounds.clone()
    }

    /// Whether it lets everything through.
    pub fn passes_all(&self) -> bool {
        self.root.is_none()
    }

    /// Whether a record passes.
    #[inline]
    pub fn test(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        self.root.as_ref().is_none_or(|root| root.test(facts, view))
    }

    /// Whether any of many records may pass, whose keys, values and headers lie as they are somewhere in these bytes, such as a
    /// whole batch; `false` is certain. Far cheaper than asking each: one search over all of them.
    pub fn may_in(&self, records: &[u8]) -> bool {
        self.root.as_ref().is_none_or(|root| root.may_in(records))
    }

    /// [`Matcher::test`] without the byte searches: the same answer, slowly.
    #[cfg(test)]
    pub(crate) fn test_precisely(&self, facts: &Facts<'_>, view: &View<'_>) -> bool {
        self.root
            .as_ref()
            .is_none_or(|root| root.test_precisely(facts, view))
    }
}
