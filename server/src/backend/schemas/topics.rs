//! Which topics a subject belongs to by its name: the strategies that Confluent's serializers know.

use penstock_domain::ids::TopicName;

/// The topic that a subject belongs to, of those that `exists` knows, and whether it is for keys.
///
/// `TopicNameStrategy`: `<topic>-value` and `<topic>-key`. `TopicRecordNameStrategy`: `<topic>-<full name of a record>`, taken for a
/// value's. Those named after a record alone (`RecordNameStrategy`) can't be told from their names.
pub(super) fn of(subject: &str, exists: impl Fn(&str) -> bool) -> Option<(TopicName, bool)> {
    // A context stands in front of the name: `:.context:name`.
    let subject = subject
        .strip_prefix(":.")
        .and_then(|rest| rest.split_once(':'))
        .map_or(subject, |(_, name)| name);
    for (suffix, keys) in [("-value", false), ("-key", true)] {
        if let Some(topic) = subject.strip_suffix(suffix).filter(|topic| exists(topic)) {
            return Some((TopicName::new(topic), keys));
        }
    }
    let (topic, record) = subject.rsplit_once('-')?;
    (record.contains('.') && exists(topic)).then(|| (TopicName::new(topic), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_topics_that_exist() {
        let known = ["orders", "orders-eu", "a-key"];
        let of = |subject: &str| {
            of(subject, |topic| known.contains(&topic))
                .map(|(topic, keys)| (topic.to_string(), keys))
        };
        let found = |topic: &str, keys| Some((topic.to_owned(), keys));
        assert_eq!(of("orders-value"), found("orders", false));
        assert_eq!(of("orders-eu-key"), found("orders-eu", true));
        assert_eq!(of("a-key-key"), found("a-key", true));
        assert_eq!(of("orders-shop.Order"), found("orders", false));
        assert_eq!(of(":.eu:orders-value"), found("orders", false));
        for none in ["orders", "unknown-value", "shop.Order", "orders-Order", ""] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
