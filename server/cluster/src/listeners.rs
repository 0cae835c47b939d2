//! Listeners of a cluster: what is declared joined with what the status tells, and which of them the console can use.
//!
//! Pure. The plan says where and how to connect; `penstock-kafka` does it, the backend fetches the credential in between.

mod kafka_user;
mod plan;

pub use kafka_user::{Ceiling, kafka_user_yaml};
pub use plan::{ConnectionPlan, Plan, PlannedAuthentication, plan};

use crate::resource::Kafka;
use penstock_domain::cluster::Listener;

/// The declared listeners in their order, with the addresses of the status; then those that only the status knows.
pub fn listeners(kafka: &Kafka) -> Vec<Listener> {
    let declared = kafka.body.listeners.iter().map(|listener| {
        let status = kafka.status_of(&listener.name);
        Listener {
            name: listener.name.clone(),
            kind: listener.kind.clone(),
            port: listener.port,
            tls: listener.tls,
            authentication: listener.authentication.clone(),
            bootstrap: status.and_then(|status| status.bootstrap()),
            has_certificates: status.is_some_and(|status| status.trust().is_some()),
        }
    });
    let removed = kafka.body.status.listeners.iter().filter_map(|status| {
        let name = status.name()?;
        let gone = kafka
            .body
            .listeners
            .iter()
            .all(|listener| listener.name != name);
        gone.then(|| Listener {
            name: name.to_owned(),
            kind: None,
            port: None,
            tls: status.trust().is_some(),
            authentication: None,
            bootstrap: status.bootstrap(),
            has_certificates: status.trust().is_some(),
        })
    });
    declared.chain(removed).collect()
}

#[cfg(test)]
mod tests;
