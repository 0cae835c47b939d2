//! The Kafka side of the bed: which clusters there are ([`plan`]), their brokers' configuration ([`properties`]), formatted
//! data directories ([`format`]), whether a broker answers ([`probe`]), and starting them ([`cluster`]).

pub mod cluster;
pub mod format;
pub mod plan;
pub mod probe;
pub mod properties;
