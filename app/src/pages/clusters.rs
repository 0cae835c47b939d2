//! The list of clusters, and one cluster's overview.

pub mod detail;
pub mod list;
mod stats;
