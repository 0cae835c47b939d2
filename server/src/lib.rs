//! The server behind the binary `penstock`: configuration, HTTP, backend.
//!
//! [`serve::run`] puts the parts together: watches of the API server and inventories of brokers fill memory ([`backend::fleet`]),
//! [`backend::Console`] answers from it after asking what the user may, and [`http`] carries the answers to browsers and
//! scripts. Everything here is server only.

pub mod audit;
pub mod backend;
pub mod command;
pub mod config;
pub mod http;
pub mod hub;
pub mod local;
pub mod serve;
pub mod store;
pub mod telemetry;
