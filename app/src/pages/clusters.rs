//! The list of clusters, and one cluster's overview.

pub mod list;
