//! The list of topics, and one topic with its tabs.

pub mod configuration;
pub mod detail;
pub mod list;
pub mod overview;
pub mod partitions;
pub mod readers;
pub mod resource;
