//! Client quotas (KIP-13, KIP-546): as the brokers have them, and as a KafkaUser declares them.

use serde::{Deserialize, Serialize};

/// Whom a quota is for, in one dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum QuotaEntity {
    /// Everybody without a quota of his own.
    Default,
    /// This one.
    Named(String),
}

/// One entity's quotas on the brokers. At least one of the dimensions is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// Of which user; the name, without `User:`.
    pub user: Option<QuotaEntity>,
    /// Of which client id.
    pub client_id: Option<QuotaEntity>,
    /// Of which address (KIP-612).
    pub ip: Option<QuotaEntity>,
    /// By key, sorted.
    pub values: Vec<QuotaValue>,
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaValue {
    /// `producer_byte_rate`, `consumer_byte_rate`, `request_percentage`, `controller_mutation_rate`, `connection_creation_rate`.
    pub key: String,
    /// Per broker: bytes a second, per cent of the time of one thread, changes a second, connections a second.
    pub value: f64,
}

/// A user's limit, declared and in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaRow {
    /// As the brokers call it.
    pub key: String,
    /// Only with this client id, where it is set for one.
    pub client_id: Option<QuotaEntity>,
    /// What the KafkaUser says.
    pub declared: Option<f64>,
    /// What the brokers enforce; `None`: no limit, or not known (`known`).
    pub in_force: Option<f64>,
    /// Whether the brokers have told.
    pub known: bool,
}

impl QuotaRow {
    /// Whether the brokers enforce something else than what is declared.
    #[allow(
        clippy::float_cmp,
        reason = "both come from decimal text and whole numbers, unchanged"
    )]
    pub fn drifted(&self) -> bool {
        self.known && self.client_id.is_none() && self.declared != self.in_force
    }
}

/// A page of quotas: all of them, there are few.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaList {
    /// By user, client id, address.
    pub items: Vec<Quota>,
    /// When they were read.
    pub as_of: Option<crate::time::Timestamp>,
    /// What could not be had.
    pub missing: Vec<crate::envelope::Missing>,
}

/// Keys of `spec.quotas` of a KafkaUser, and the brokers' names for them.
pub const DECLARED_KEYS: [(&str, &str); 4] = [
    ("producerByteRate", "producer_byte_rate"),
    ("consumerByteRate", "consumer_byte_rate"),
    ("requestPercentage", "request_percentage"),
    ("controllerMutationRate", "controller_mutation_rate"),
];

/// Joins what is declared with what is in force; `None` for the latter: the brokers have not told.
pub fn compare(
    declared: Option<&[QuotaValue]>,
    in_force: Option<&[(Option<QuotaEntity>, QuotaValue)]>,
) -> Vec<QuotaRow> {
    let mut rows: Vec<QuotaRow> = declared
        .unwrap_or_default()
        .iter()
        .map(|value| QuotaRow {
            key: value.key.clone(),
            client_id: None,
            declared: Some(value.value),
            in_force: None,
            known: in_force.is_some(),
        })
        .collect();
    for (client_id, value) in in_force.unwrap_or_default() {
        let same = rows
            .iter_mut()
            .find(|row| row.key == value.key && row.client_id == *client_id);
        match same {
            Some(row) => row.in_force = Some(value.value),
            None => rows.push(QuotaRow {
                key: value.key.clone(),
                client_id: client_id.clone(),
                declared: None,
                in_force: Some(value.value),
                known: true,
            }),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(key: &str, value: f64) -> QuotaValue {
        QuotaValue {
            key: key.to_owned(),
            value,
        }
    }

    #[test]
    fn what_differs_has_drifted_and_silence_has_not() {
        let declared = [value("producer_byte_rate", 1024.0)];
        let same = compare(
            Some(&declared),
            Some(&[(None, value("producer_byte_rate", 1024.0))]),
        );
        assert!(!same[0].drifted());
        let other = compare(
            Some(&declared),
            Some(&[(None, value("producer_byte_rate", 1.0))]),
        );
        assert!(other[0].drifted());
        let gone = compare(Some(&declared), Some(&[]));
        assert!(gone[0].drifted());
        assert!(
            !compare(Some(&declared), None)[0].drifted(),
            "not known is no drift"
        );
        let more = compare(
            Some(&declared),
            Some(&[(None, value("consumer_byte_rate", 9.0))]),
        );
        assert_eq!(more.len(), 2);
        assert!(more[1].drifted());
    }

    #[test]
    fn a_limit_for_a_client_id_stands_beside_the_declared_one() {
        let client = Some(QuotaEntity::Named("batch".to_owned()));
        let rows = compare(
            None,
            Some(&[(client.clone(), value("producer_byte_rate", 5.0))]),
        );
        assert_eq!(rows[0].client_id, client);
        assert!(!rows[0].drifted());
    }
}
