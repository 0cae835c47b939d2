//! The names that there are, sorted, so that those of a prefix are counted without a walk through all.

use crate::acl::{PatternType, ResourceType, Rule};

/// The names that are there; `None` where they are not known, so that nothing is said of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'n> {
    /// Topics.
    pub topics: Option<&'n [&'n str]>,
    /// Groups of every kind.
    pub groups: Option<&'n [&'n str]>,
    /// Transactional ids.
    pub transactional_ids: Option<&'n [&'n str]>,
}

/// [`Names`], sorted.
pub(super) struct SortedNames<'n> {
    topics: Option<Vec<&'n str>>,
    groups: Option<Vec<&'n str>>,
    transactional_ids: Option<Vec<&'n str>>,
}

impl<'n> SortedNames<'n> {
    pub(super) fn of(names: Names<'n>) -> Self {
        let sorted = |names: Option<&[&'n str]>| {
            names.map(|names| {
                let mut names = names.to_vec();
                names.sort_unstable();
                names
            })
        };
        Self {
            topics: sorted(names.topics),
            groups: sorted(names.groups),
            transactional_ids: sorted(names.transactional_ids),
        }
    }

    /// How many names a rule is about; `None` where names of its type are not known, or are none of their own.
    pub(super) fn count(&self, rule: &Rule) -> Option<usize> {
        let names = match rule.resource_type {
            ResourceType::Topic => &self.topics,
            ResourceType::Group => &self.groups,
            ResourceType::TransactionalId => &self.transactional_ids,
            ResourceType::Cluster | ResourceType::DelegationToken | ResourceType::User => &None,
        }
        .as_deref()?;
        if rule.is_about_all() {
            return Some(names.len());
        }
        let name = rule.name.as_str();
        let from = names.partition_point(|other| *other < name);
        let after = names.get(from..).unwrap_or_default();
        Some(after.partition_point(|other| match rule.pattern_type {
            PatternType::Literal => *other == name,
            PatternType::Prefix => other.starts_with(name),
        }))
    }
}
