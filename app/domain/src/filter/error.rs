//! A filter that can't be read: what is wrong, where, and what was probably meant.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a filter's text can't be read. Ranges are bytes of that text and lie between characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FilterError {
    /// What is wrong and what was expected, in a sentence.
    pub message: String,
    /// Where it begins. At the end of the text, `from` and `to` are its length.
    pub from: usize,
    /// Where it ends, exclusive.
    pub to: usize,
    /// The whole filter as it was probably meant, ready to take its place.
    pub hint: Option<String>,
}

impl FilterError {
    pub(super) fn new(message: impl Into<String>, from: usize, to: usize) -> Self {
        Self {
            message: message.into(),
            from,
            to,
            hint: None,
        }
    }

    /// With the text corrected: what stands at `from..to` replaced.
    pub(super) fn replace(mut self, text: &str, from: usize, to: usize, by: &str) -> Self {
        if let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) {
            self.hint = Some(format!("{before}{by}{after}"));
        }
        self
    }

    /// With the whole text as something to look for literally.
    pub(super) fn quoted(mut self, text: &str) -> Self {
        self.hint = Some(super::literal::quoted(text.trim()));
        self
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FilterError {}
