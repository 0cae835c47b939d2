//! Pages by noun.

pub mod activity;
pub mod clusters;
pub mod gallery;
pub mod groups;
pub mod messages;
pub mod nodes;
pub mod not_found;
pub mod resources;
pub mod schemas;
pub mod search;
pub mod sign_in;
pub mod topics;
pub mod users;
