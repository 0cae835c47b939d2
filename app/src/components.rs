//! Components that know the domain: how a state, an age, a problem or a resource looks on every page.

pub mod age;
pub mod bars;
pub mod copy;
pub mod credentials;
pub mod filter;
pub mod heading;
pub mod listeners;
pub mod problem;
pub mod quorum;
pub mod skeleton;
pub mod state;
pub mod verdict;
pub mod words;
pub mod yaml;

pub use penstock_ui::{flash, icon};
