//! The slips that people make with names in rules, and the rules as they were meant.

use super::{ANY, CLUSTER, PatternType, Principal, ResourceType, Rule};

/// Letters at which names are usually put together, so that a name that ends in one is the beginning of names.
const JOINTS: [char; 5] = ['-', '_', '.', ':', '/'];

/// Whether the name has a star that is nothing but a character.
pub(super) fn has_idle_star(rule: &Rule) -> bool {
    rule.name.contains('*') && !(rule.pattern_type == PatternType::Literal && rule.name == ANY)
}

/// Whether the rule would be about `name` if its stars stood for anything.
pub(super) fn star_was_meant_for(rule: &Rule, name: &str) -> bool {
    if !has_idle_star(rule) {
        return false;
    }
    match rule.pattern_type {
        PatternType::Literal => stars_match(&rule.name, name),
        PatternType::Prefix => stars_match(&format!("{}*", rule.name), name),
    }
}

/// Whether `name` is what `pattern` says, where each star stands for any text.
fn stars_match(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(last) = parts.next_back() else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(mut rest) = rest.strip_suffix(last) else {
        return false;
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    true
}

/// As it was meant where the stars are at the end: a prefix; a literal `*` if nothing else is left. Kafka has nothing for a
/// star elsewhere.
pub(super) fn without_star(rule: &Rule) -> Option<Rule> {
    let name = rule.name.trim_end_matches('*');
    if !has_idle_star(rule) || name.contains('*') {
        return None;
    }
    let (pattern_type, name) = if name.is_empty() {
        (PatternType::Literal, ANY)
    } else {
        (PatternType::Prefix, name)
    };
    Some(Rule {
        pattern_type,
        name: name.to_owned(),
        ..rule.clone()
    })
}

/// Without white space around the name; `None` where there is none, or nothing else.
pub(super) fn trimmed(rule: &Rule) -> Option<Rule> {
    let name = rule.name.trim();
    (name != rule.name && !name.is_empty()).then(|| Rule {
        name: name.to_owned(),
        ..rule.clone()
    })
}

/// With the letters of `name`, if but for their case the rule is about it.
pub(super) fn in_case_of(rule: &Rule, name: &str) -> Option<Rule> {
    let length = rule.name.chars().count();
    let beginning: String = name.chars().take(length).collect();
    let is_whole = beginning.len() == name.len();
    if rule.pattern_type == PatternType::Literal && !is_whole {
        return None;
    }
    let alike = beginning.to_lowercase() == rule.name.to_lowercase();
    (alike && beginning != rule.name).then(|| Rule {
        name: beginning,
        ..rule.clone()
    })
}

/// As a prefix, if it is literal and ends as beginnings of names do.
pub(super) fn as_prefix(rule: &Rule) -> Option<Rule> {
    (rule.pattern_type == PatternType::Literal && rule.name.ends_with(JOINTS)).then(|| Rule {
        pattern_type: PatternType::Prefix,
        ..rule.clone()
    })
}

/// A cluster rule for the one cluster that there is.
pub(super) fn the_cluster(rule: &Rule) -> Rule {
    Rule {
        pattern_type: PatternType::Literal,
        name: CLUSTER.to_owned(),
        ..rule.clone()
    }
}

/// Whether a rule is about the cluster, but not about its name.
pub(super) fn is_not_the_cluster(rule: &Rule) -> bool {
    rule.resource_type == ResourceType::Cluster && !rule.is_about(CLUSTER)
}

/// Whether two principals are probably the same: but for case, white space, `User:`, `CN=` and what follows it in a
/// distinguished name. Everyone is like nobody.
pub(super) fn principals_alike(left: &Principal, right: &Principal) -> bool {
    left != right
        && !left.is_everyone()
        && !right.is_everyone()
        && common_name(left) == common_name(right)
}

fn common_name(principal: &Principal) -> String {
    let lower = principal.as_str().trim().to_lowercase();
    let name = lower.strip_prefix("user:").unwrap_or(&lower).trim();
    match name.strip_prefix("cn=") {
        Some(rest) => rest.split(',').next().unwrap_or(rest).trim().to_owned(),
        None => name.to_owned(),
    }
}
