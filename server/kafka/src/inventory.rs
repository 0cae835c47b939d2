//! Everything known of one cluster, kept fresh in the background: polls per kind of data, one snapshot for all readers.
//!
//! A page never asks a broker: it reads [`Inventory::snapshot`]. Requests per refresh grow with brokers, not with topics or
//! readers. A silent broker costs its own cells only, and its own deadline.

pub mod configs;
pub mod kinds;
pub mod log_dirs;
pub mod offsets;
pub mod snapshot;
pub mod topics;

pub use self::{
    kinds::{Changes, Kind},
    snapshot::{Broker, Brokers, ClusterReach, DataSet, Feature, LastError, Reach, Snapshot},
};
