//! The border between pages and server: server functions by noun, the error they share, and the port that the server fills.
//!
//! Isomorphic. In the browser a server function is a POST to `/_fn/…`; on the server it takes [`RequestContext`] and the
//! [`port::Backend`] from Leptos' context and calls one method. No rule lives here: `penstock-domain` has the rules, the
//! server's backend authorises and joins.

pub mod activity;
pub mod clusters;
pub mod error;
pub mod groups;
pub mod nodes;
pub mod records;
pub mod resources;
pub mod schemas;
pub mod search;
pub mod session;
pub mod topics;
pub mod users;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod port;

pub use error::AppError;
