//! Kubernetes and Strimzi as the console reads them: lenient resources, watches that survive, and a pure index with revisions.
//!
//! ```text
//! API server ─▶ discovery ─▶ watch (one task per kind and namespace) ─▶ resource (parse, keep) ─▶ index (pure) ─▶ View, Change
//!                                                                                                └▶ listeners (connection plan)
//! ```
//! Nothing here decides who may see what (`penstock-auth`, and the backend that calls both), speaks Kafka (`penstock-kafka`) or
//! knows pages. Called by `penstock-server`'s backend: it starts [`watch::Watches`], reads [`index::View`]s and forwards
//! [`index::Change`]s.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a failed unwrap is a failed test"
    )
)]

pub mod client;
pub mod credentials;
pub mod discovery;
pub mod index;
pub mod kind;
pub mod listeners;
mod readiness;
pub mod resource;
pub mod watch;
mod wire;
pub mod yaml;

#[cfg(test)]
mod fixtures;
