//! What surrounds every answer: how old it is, what is missing in it, and which page of how many.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A list as the API answers it: what could not be had is listed, never silently absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Listing<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Where this page stands.
    pub page: Page,
    /// Age of the oldest data that went into it.
    pub as_of: Timestamp,
    /// What could not be had, and why.
    pub missing: Vec<Missing>,
}

/// Position within a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Rows over all pages, after filtering.
    pub total: u64,
    /// Opaque cursor of the next page; absent on the last.
    pub next: Option<String>,
    /// Opaque cursor of the previous page, `""` for the first; absent on the first.
    pub previous: Option<String>,
}

/// One thing that an answer should hold and does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// What: `sizes of node 2`.
    pub what: String,
    /// Why: `no answer from 127.0.0.1:19292 since 08:11:02`.
    pub why: String,
}

/// How old one panel's data is, and how complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// When the data was true; `None` when it was never had.
    pub as_of: Option<Timestamp>,
    /// How many sources answered (brokers, watches).
    pub answered: u32,
    /// How many should have.
    pub expected: u32,
    /// Who did not, and why.
    pub missing: Vec<Missing>,
}

impl Freshness {
    /// Whether every source answered.
    pub fn complete(&self) -> bool {
        self.missing.is_empty() && self.answered >= self.expected
    }
}
