//! The test bed: real components (Kubernetes API server, Kafka, Apicurio Registry) on loopback, without containers, and the
//! honest equipment around them (operator stand-in, demo workload, fault proxy).
//!
//! The binary `testbed` drives it; tests read [`State`] to find what runs. `testbed/README.md` says how it works.

pub mod files;
pub mod state;
pub mod supervisor;

pub use state::State;
