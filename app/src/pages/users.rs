//! Users of a cluster: principals with what is the matter, the rules in force, who may do what, quotas, and one user in full.

pub mod access;
mod answer;
mod aside;
mod ask;
pub mod detail;
pub mod list;
mod permissions;
pub mod quotas;
mod resource;
mod reveal;
mod row;
mod rule;
pub mod rules;
mod setup;
mod tabs;
