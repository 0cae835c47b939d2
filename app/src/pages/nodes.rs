//! The nodes of a cluster.

pub mod list;
