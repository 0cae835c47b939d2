//! Pages of nodes: the list with what would happen if some stopped, one node, certificates.

mod aside;
pub mod certificates;
mod configuration;
pub mod detail;
mod directories;
pub mod list;
mod overview;
mod partitions;
mod simulation;
mod tabs;
