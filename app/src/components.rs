//! Components that know the domain: how a state, an age, a problem or a resource looks on every page.

pub mod advice;
pub mod age;
pub mod bars;
pub mod columns;
pub mod completion;
pub mod copy;
pub mod credentials;
pub mod csv;
pub mod filter;
pub mod heading;
pub mod lag;
pub mod list;
pub mod list_filter;
pub mod listeners;
pub mod marked;
pub mod pager;
pub mod problem;
pub mod query_field;
pub mod quorum;
pub mod replicas;
pub mod resource;
pub mod setting;
pub mod skeleton;
pub mod state;
pub mod verdict;
pub mod words;
pub mod yaml;

pub use penstock_ui::{flash, icon};
