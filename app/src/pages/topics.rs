//! The list of topics, and one topic.

pub mod list;
