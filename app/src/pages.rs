//! Pages by noun.

pub mod clusters;
pub mod gallery;
pub mod nodes;
pub mod not_found;
pub mod sign_in;
pub mod topics;
