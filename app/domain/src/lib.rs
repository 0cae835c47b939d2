//! The words and rules of Penstock: identifiers, the shapes that the API and the pages share, and pure rules over them
//! (readiness, verdicts, drift, units, access verbs).
//!
//! No I/O, no runtime, no framework: serde only, so that the same types compile for the server and the browser.
//! Everything else in the workspace may depend on this crate; it depends on none of them.

pub mod access;
pub mod acl;
pub mod activity;
pub mod advice;
pub mod certificate;
pub mod cluster;
pub mod condition;
pub mod config;
pub mod drift;
pub mod envelope;
pub mod filter;
pub mod group;
pub mod ids;
pub mod json;
pub mod list_filter;
pub mod live;
pub mod looks;
pub mod node;
pub mod point;
pub mod problem;
pub mod produce;
pub mod query;
pub mod read;
pub mod record;
pub mod resource;
pub mod schema;
pub mod search;
pub mod secret;
pub mod session;
pub mod time;
pub mod topic;
pub mod units;
pub mod user;
pub mod verdict;
