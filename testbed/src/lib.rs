//! The test bed: real components (Kubernetes API server, Kafka, Apicurio Registry) on loopback, without containers, and the
//! honest equipment around them (operator stand-in, demo workload, fault proxy).
//!
//! The binary `testbed` drives it; tests read [`State`] to find what runs. `testbed/README.md` says how it works.

pub mod admin;
pub mod commands;
pub mod daemon;
pub mod files;
pub mod forker;
pub mod kafka;
pub mod kubernetes;
pub mod layout;
pub mod load;
pub mod many;
pub mod matrix;
pub mod operator;
pub mod pki;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod state;
pub mod supervisor;
pub mod workload;

pub use state::State;
