//! Rules as entries of a KafkaUser's `spec.authorization.acls`.

use super::{Effect, Operation, PatternType, ResourceType, Rule, declared};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// What rules have in common that are one entry.
type Entry<'r> = (ResourceType, PatternType, &'r str, Effect, &'r str);

/// Words that YAML reads as something else than text.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];

/// The entries of a list, one for each resource, effect and host, with its operations in Kafka's order. Principals are left
/// out: an entry has that of its KafkaUser. What a KafkaUser can't declare (`User`, `DelegationToken`, their operations and
/// two-phase commit) is a comment.
pub fn yaml(rules: &[Rule]) -> String {
    let mut entries: BTreeMap<Entry<'_>, BTreeSet<Operation>> = BTreeMap::new();
    for rule in rules {
        entries
            .entry((
                rule.resource_type,
                rule.pattern_type,
                &rule.name,
                rule.effect,
                &rule.host,
            ))
            .or_default()
            .insert(rule.operation);
    }
    let mut text = String::new();
    for (entry, operations) in &entries {
        let (declarable, other): (Vec<Operation>, Vec<Operation>) = operations
            .iter()
            .partition(|operation| is_declarable(entry.0, **operation));
        if !declarable.is_empty() {
            text.push_str(&entry_yaml(*entry, &declarable));
        }
        if !other.is_empty() {
            text.push_str(&comment(*entry, &other));
        }
    }
    text
}

fn is_declarable(resource_type: ResourceType, operation: Operation) -> bool {
    declared::type_word(resource_type).is_some() && declared::is_declarable(operation)
}

fn entry_yaml(
    (resource_type, pattern_type, name, effect, host): Entry<'_>,
    operations: &[Operation],
) -> String {
    let mut lines = vec!["- resource:".to_owned()];
    if let Some(word) = declared::type_word(resource_type) {
        lines.push(format!("    type: {word}"));
    }
    // The cluster has one name, which the operator knows; written, it is a field that Strimzi's model does not have.
    if resource_type != ResourceType::Cluster {
        lines.push(format!("    name: {}", scalar(name)));
        lines.push(format!(
            "    patternType: {}",
            declared::pattern_word(pattern_type)
        ));
    }
    if effect == Effect::Deny {
        lines.push("  type: deny".to_owned());
    }
    if host != super::ANY {
        lines.push(format!("  host: {}", scalar(host)));
    }
    lines.push(format!("  operations: [{}]", labels(operations)));
    lines.push(String::new());
    lines.join("\n")
}

fn comment((resource_type, _, name, effect, host): Entry<'_>, operations: &[Operation]) -> String {
    format!(
        "# A KafkaUser can't declare: {} {} on {} {} from host {}\n",
        effect.label(),
        labels(operations),
        resource_type.label(),
        quoted(name),
        quoted(host),
    )
}

fn labels(operations: &[Operation]) -> String {
    let labels: Vec<&str> = operations
        .iter()
        .map(|operation| operation.label())
        .collect();
    labels.join(", ")
}

/// As it is where that is text in any reader of YAML, in double quotes elsewhere.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A double-quoted scalar, on one line whatever is in it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            // Controls, and what some readers take for the end of a line or for the mark of an encoding.
            letter
                if letter.is_control()
                    || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}') =>
            {
                // Writing to a string can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
