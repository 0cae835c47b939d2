//! The console over the real test bed: one binary, one running bed (`testbed up`), consoles of its own.
//!
//! Each test names what it makes `it-<name>-…` and takes it away again; none touches what the bed declares. Nothing here
//! sleeps for an outcome: [`bed::eventually`] asks until it is there, with a deadline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod activity;
mod bed;
mod config;
mod group_acts;
mod group_changes;
mod groups;
mod hostile;
mod nodes;
mod oidc;
mod old_strimzi;
mod permissions;
mod produce;
mod reach;
mod reader;
mod records;
mod resources;
mod rights;
mod schema_subjects;
mod schemas;
mod search;
mod share_groups;
mod tail;
mod topics;
mod users;
mod view;
mod writer;
