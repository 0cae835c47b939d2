//! Declared against live: which fields of a KafkaTopic the brokers see otherwise.
//!
//! Pure. Rules from the recorded topic operator: keys of `spec.config` that are absent live count as default; keys set live on
//! the topic but absent from the specification are drift as well, because the operator removes them; `partitions` and
//! `replicas` that the specification leaves out tolerate any number.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One field compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldDifference {
    /// `partitions`, `replicas` or a configuration key.
    pub field: String,
    /// The declared value; `None`: not declared, so the default is meant.
    pub declared: Option<String>,
    /// The live value; `None`: not known.
    pub live: Option<String>,
    /// What holds when neither is set.
    pub default: Option<String>,
    /// Whether the two differ.
    pub differs: bool,
}

/// The shape of a topic, declared or live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicShape {
    /// Number of partitions; `None`: the broker's default was taken, any number is right.
    pub partitions: Option<i32>,
    /// Replication factor; `None` as above.
    pub replicas: Option<i32>,
    /// Configuration set on the topic, values as Kafka writes them.
    pub config: BTreeMap<String, String>,
}

/// Compares. `defaults` are the values that hold where the topic sets none; keys missing there have no known default.
/// `None` for `live_config` (the brokers were not asked yet) compares the numbers only.
pub fn compare(
    declared: &TopicShape,
    live: &TopicShape,
    live_config_known: bool,
    defaults: &BTreeMap<String, String>,
) -> Vec<FieldDifference> {
    let mut fields = vec![
        number("partitions", declared.partitions, live.partitions),
        number("replicas", declared.replicas, live.replicas),
    ];
    let keys: std::collections::BTreeSet<&String> = if live_config_known {
        declared.config.keys().chain(live.config.keys()).collect()
    } else {
        declared.config.keys().collect()
    };
    for key in keys {
        let declared_value = declared.config.get(key);
        let default = defaults.get(key);
        let live_value = if live_config_known {
            live.config.get(key).or(default)
        } else {
            None
        };
        let meant = declared_value.or(default);
        let differs = match (meant, live_value) {
            _ if !live_config_known => false,
            (Some(meant), Some(live)) => !equal_values(meant, live),
            (Some(_), None) => declared_value.is_some(),
            (None, Some(_)) => true,
            (None, None) => false,
        };
        fields.push(FieldDifference {
            field: key.clone(),
            declared: declared_value.cloned(),
            live: live_value.cloned(),
            default: default.cloned(),
            differs,
        });
    }
    fields
}

fn number(field: &str, declared: Option<i32>, live: Option<i32>) -> FieldDifference {
    FieldDifference {
        field: field.to_owned(),
        declared: declared.map(|n| n.to_string()),
        live: live.map(|n| n.to_string()),
        default: None,
        differs: matches!((declared, live), (Some(declared), Some(live)) if declared != live),
    }
}

/// Lists are the same in any spacing (`compact, delete`), numbers in any writing (`1.0` and `1`, as YAML tells them).
fn equal_values(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    if let (Ok(left), Ok(right)) = (left.parse::<f64>(), right.parse::<f64>()) {
        return left == right;
    }
    let parts = |text: &str| {
        text.split(',')
            .map(|part| part.trim().to_owned())
            .collect::<Vec<_>>()
    };
    parts(left) == parts(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn shape(partitions: i32, pairs: &[(&str, &str)]) -> TopicShape {
        TopicShape {
            partitions: Some(partitions),
            replicas: Some(3),
            config: config(pairs),
        }
    }

    fn differing(declared: &TopicShape, live: &TopicShape) -> Vec<String> {
        let defaults = config(&[("retention.ms", "604800000"), ("cleanup.policy", "delete")]);
        compare(declared, live, true, &defaults)
            .into_iter()
            .filter(|f| f.differs)
            .map(|f| f.field)
            .collect()
    }

    #[test]
    fn equal_shapes_do_not_differ() {
        let declared = shape(
            3,
            &[
                ("retention.ms", "604800000"),
                ("cleanup.policy", "compact,delete"),
            ],
        );
        let live = shape(
            3,
            &[
                ("retention.ms", "604800000"),
                ("cleanup.policy", "compact, delete"),
            ],
        );
        assert!(differing(&declared, &live).is_empty());
    }

    #[test]
    fn a_live_change_and_a_live_addition_are_drift() {
        let declared = shape(3, &[("retention.ms", "604800000")]);
        let live = shape(4, &[("retention.ms", "259200000"), ("segment.ms", "1000")]);
        assert_eq!(
            differing(&declared, &live),
            ["partitions", "retention.ms", "segment.ms"]
        );
    }

    #[test]
    fn a_removed_live_key_falls_back_to_the_default() {
        assert!(differing(&shape(3, &[("retention.ms", "604800000")]), &shape(3, &[])).is_empty());
        assert_eq!(
            differing(&shape(3, &[("retention.ms", "1")]), &shape(3, &[])),
            ["retention.ms"]
        );
    }

    #[test]
    fn undeclared_numbers_tolerate_any() {
        let declared = TopicShape::default();
        assert!(differing(&declared, &shape(7, &[])).is_empty());
    }

    #[test]
    fn nothing_is_claimed_before_the_brokers_were_asked() {
        let fields = compare(
            &shape(3, &[("retention.ms", "1")]),
            &shape(3, &[]),
            false,
            &BTreeMap::new(),
        );
        assert!(fields.iter().all(|f| !f.differs));
    }
}
