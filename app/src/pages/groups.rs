//! The list of consumer groups, and one group with its tabs.

pub mod act;
pub mod chart;
pub mod detail;
pub mod events;
pub mod list;
pub mod measure;
pub mod members;
pub mod overview;
pub mod partitions;
pub mod settings;
pub mod undo;
