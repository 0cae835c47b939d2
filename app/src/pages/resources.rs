//! Resources beside a cluster: one list for all kinds and for each, and one page for any.

pub mod detail;
pub mod list;
