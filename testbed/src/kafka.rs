//! The Kafka side of the bed: which clusters there are ([`plan`]), their brokers' configuration ([`properties`]), formatted
//! data directories ([`format`]), whether a broker answers ([`probe`]), starting them
//! ([`cluster`]), and starting them faster ([`archive`]). Besides, brokers for measurements ([`bare`]).

pub mod archive;
pub mod bare;
pub mod cluster;
pub mod format;
pub mod plan;
pub mod probe;
pub mod properties;
