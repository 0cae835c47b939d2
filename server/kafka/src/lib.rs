//! The Kafka wire path: an asynchronous client for everything that is asked, an inventory that keeps what is known of a
//! cluster fresh, and one produce path over librdkafka.
//!
//! Knows brokers only: no Kubernetes resources, no rights of users, no pages. The server fills a [`config::ClusterConnection`]
//! and starts an [`inventory::Inventory`] per cluster; pages are rendered from its snapshots. Every outward call has a
//! deadline, every answer a size limit, and a silent broker costs its own part only.

pub mod api;
pub mod batch;
mod call;
pub mod client;
pub mod config;
mod connection;
pub mod error;
pub mod fetch;
mod frame;
pub mod groups;
pub mod handshake;
pub mod internal;
pub mod inventory;
pub mod lens;
pub mod matcher;
pub mod produce;
mod reader;
pub mod scan;
mod scram;
pub mod tail;
mod tls;
pub mod versions;

pub use client::{Client, ConnectionClass, CoordinatorKind, NodeAddress, Route};
pub use config::{
    ClientCertificate, ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy,
    TlsSettings,
};
pub use error::KafkaError;
pub use inventory::{Inventory, Kind, Periods, Snapshot};
