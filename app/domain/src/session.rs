//! Who is signed in, as pages show it. Never the credential.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The signed-in user and what every page's frame needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// The user's name as the API server knows it.
    pub user: String,
    /// The user's groups.
    pub groups: Vec<String>,
    /// When the session ends, where it does.
    pub expires: Option<Timestamp>,
    /// Version of the console.
    pub version: String,
    /// Whether the console refuses every change.
    pub read_only: bool,
    /// When the API server was last heard; `None` when none is configured.
    pub watches_as_of: Option<Timestamp>,
    /// Why it is silent, if it is.
    pub watches_stale: Option<String>,
}

/// The look that the user chose; kept in a cookie so that the server can render it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Name in the cookie and in `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// By its name; anything else is the system's.
    pub fn of_name(name: &str) -> Self {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}
