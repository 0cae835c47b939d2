//! What goes wrong with a registry, a payload or a text to write, each with what a person can do about it.

use std::{sync::Arc, time::Duration};

/// Longest text of a registry's own that is repeated in an error, in characters.
const MOST_QUOTED: usize = 300;
/// The same of the reason for which a change is refused: it names every place.
const MOST_QUOTED_LONG: usize = 4_000;

/// Why a registry did not give what was asked for. Cheap to clone: failures are kept and shared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// A setting can't be used.
    #[error("the setting {field} of schema registry {registry} can't be used: {cause}")]
    Configuration {
        /// Which registry.
        registry: Arc<str>,
        /// Which setting.
        field: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// Nobody answers at its address.
    #[error("schema registry {registry} can't be reached: {cause}")]
    Unreachable {
        /// Which registry.
        registry: Arc<str>,
        /// What the network said.
        cause: String,
    },
    /// It did not answer in time.
    #[error("schema registry {registry} did not answer within {} s", waited.as_secs_f32())]
    Timeout {
        /// Which registry.
        registry: Arc<str>,
        /// The deadline.
        waited: Duration,
    },
    /// It refuses the console's identity (401) or what it asks for (403).
    #[error("schema registry {registry} refuses the console: {}", if *.forbidden { "it may not read this (403)" } else { "user or token is not accepted (401)" })]
    Unauthorised {
        /// Which registry.
        registry: Arc<str>,
        /// Known, and not allowed.
        forbidden: bool,
    },
    /// It does not have it.
    #[error("schema registry {registry} has no {what}")]
    NotFound {
        /// Which registry.
        registry: Arc<str>,
        /// What it was asked for: `schema 42`.
        what: String,
    },
    /// More than is taken in.
    #[error("{what} of schema registry {registry} is larger than {limit} bytes")]
    TooLarge {
        /// Which registry.
        registry: Arc<str>,
        /// What is.
        what: String,
        /// The bound.
        limit: usize,
    },
    /// Not what a registry answers.
    #[error(
        "schema registry {registry} answered {what} with something else than a registry does: {cause}"
    )]
    Rubbish {
        /// Which registry.
        registry: Arc<str>,
        /// What it was asked for.
        what: String,
        /// What is wrong with it.
        cause: String,
    },
    /// An error of its own.
    #[error("schema registry {registry} failed at {what}: {cause} ({status})")]
    Failed {
        /// Which registry.
        registry: Arc<str>,
        /// What it was asked for.
        what: String,
        /// HTTP status.
        status: u16,
        /// Its own words.
        cause: String,
    },
    /// It understood and does not do it.
    #[error("schema registry {registry} refuses {what}: {cause}")]
    Refused {
        /// Which registry.
        registry: Arc<str>,
        /// What it was asked for.
        what: String,
        /// HTTP status: 409 for an incompatible schema, 422 for one that it can't read.
        status: u16,
        /// Confluent's number of the reason, where it gave one.
        code: Option<u32>,
        /// Its own words.
        cause: String,
    },
    /// The schema is there and can't be used.
    #[error("{what} of schema registry {registry} can't be used: {cause}")]
    Schema {
        /// Which registry.
        registry: Arc<str>,
        /// Which schema.
        what: String,
        /// Why.
        cause: String,
    },
}

impl RegistryError {
    /// What a person can do.
    pub fn remedy(&self) -> &'static str {
        match self {
            RegistryError::Configuration { .. } => {
                "Correct the setting and start the console again."
            }
            RegistryError::Unreachable { .. } => {
                "Check that the registry runs, and that its address and certificate authority in the console’s configuration are right. Records stay readable as bytes."
            }
            RegistryError::Timeout { .. } => {
                "The registry is slow or behind something that swallows requests. Records stay readable as bytes; the console asks again by itself."
            }
            RegistryError::Unauthorised { .. } => {
                "Give the console a user or token that may read schemas."
            }
            RegistryError::NotFound { .. } => {
                "The record may have been written with another registry, or the schema was deleted for good. Check which registry belongs to this cluster."
            }
            RegistryError::TooLarge { .. } => "Split the schema, or read these records as bytes.",
            RegistryError::Rubbish { .. } => {
                "Check that the address leads to the registry’s Confluent-compatible API; for Apicurio it ends in /apis/ccompat/v7."
            }
            RegistryError::Failed { .. } => "Look at the registry’s own log.",
            RegistryError::Refused { status, code, .. } => match (status, code) {
                (409, Some(40_405)) => {
                    "Delete it softly first; what is softly deleted can then be deleted for good."
                }
                (409, _) => {
                    "Change the schema so that it keeps to the subject’s compatibility level, or change the level first."
                }
                (_, Some(42_206)) => "Delete what refers to it first.",
                (_, Some(42_205)) => {
                    "The registry is in a mode that takes no changes; whoever runs it can set it to READWRITE."
                }
                (_, Some(42_203)) => {
                    "Choose one of the compatibility levels that this registry has."
                }
                (_, Some(42_201)) => {
                    "Correct the schema, and check that everything that it refers to is registered."
                }
                _ => "Look at the registry’s own words.",
            },
            RegistryError::Schema { .. } => {
                "Correct the schema by registering a new version; records written with this one stay readable as bytes."
            }
        }
    }

    /// Whether the registry as a whole did not answer, so that asking it for something else would be in vain for the moment.
    pub fn is_away(&self) -> bool {
        matches!(
            self,
            RegistryError::Unreachable { .. } | RegistryError::Timeout { .. }
        )
    }
}

/// Why bytes can't be read with their schema, or as the format that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They end too early.
    #[error("the data ends in the middle of {what}, {at} bytes in")]
    End {
        /// In what.
        what: &'static str,
        /// Where, from the beginning of the payload.
        at: usize,
    },
    /// They can't be what the schema or the format says.
    #[error("{what}, {at} bytes in")]
    Malformed {
        /// What is wrong.
        what: String,
        /// Where, from the beginning of the payload.
        at: usize,
    },
    /// A value was read to its end, and there is more.
    #[error(
        "{left} bytes are left over behind the value: it was probably written with another schema or in another format"
    )]
    LeftOver {
        /// How many.
        left: usize,
    },
    /// Nested deeper than is followed.
    #[error("the value is nested deeper than {limit} levels")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
    /// Longer as JSON than is kept.
    #[error("the value has more than {limit} bytes as JSON")]
    TooLong {
        /// The bound.
        limit: usize,
    },
}

/// Why a text can't be written with a schema. Positions count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct EncodeError {
    /// What is wrong, for the person who typed it: `"urgnt" is not a symbol of Priority; the schema has low, normal, high`.
    pub message: String,
    /// Line of the text.
    pub line: u32,
    /// Column in it.
    pub column: u32,
    /// What was probably meant.
    pub hint: Option<String>,
}

/// Foreign text that may be shown: control characters replaced, length bounded.
pub(crate) fn tame(text: &str) -> String {
    tame_to(text, MOST_QUOTED)
}

/// The same with room for a reason that names places.
pub(crate) fn tame_long(text: &str) -> String {
    tame_to(text, MOST_QUOTED_LONG)
}

fn tame_to(text: &str, most: usize) -> String {
    let mut out: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out.trim().to_owned()
}
