//! All rules of a cluster with its authorizer: immutable, and indexed by principal and by resource.
//!
//! Rules are kept sorted, principal first, so that those of a principal are one slice. A second order, by resource, lets a
//! question look only at the patterns that match its name: one look-up for the literal name, one for each length that a
//! prefix has, one for `*`; and in each of them only at the rules of one principal.

use super::{ANY, Authorizer, PatternType, Principal, ResourceType, Rule};
use std::{collections::HashMap, ops::Range, sync::Arc};

/// The rules of a cluster, and who decides by them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RuleSet {
    authorizer: Authorizer,
    index: Arc<Index>,
}

/// The rules, sorted, and ways into them.
#[derive(Debug)]
struct Index {
    rules: Vec<Rule>,
    principals: Vec<(Principal, Range<usize>)>,
    everyone: Option<usize>,
    /// Rules by resource, then principal, then as in `rules`.
    by_resource: Vec<Place>,
    /// By [`ResourceType`], in its order.
    patterns: Vec<Patterns>,
}

/// A rule, and whose it is, both as places in the set's lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    principal: u32,
    rule: u32,
}

/// Where in `by_resource` the rules of each pattern of one type of resource are.
#[derive(Clone, Debug, Default)]
struct Patterns {
    literal: HashMap<Box<str>, Range<usize>>,
    prefix: HashMap<Box<str>, Range<usize>>,
    /// The lengths that prefixes have, longest first.
    lengths: Vec<usize>,
}

/// The rules that count for a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<'r> {
    /// Those for the principal itself.
    pub own: &'r [Rule],
    /// Those for everyone, `User:*`; none where the principal itself is that.
    pub everyone: &'r [Rule],
}

impl<'r> Held<'r> {
    /// All of them, its own first.
    pub fn iter(&self) -> impl Iterator<Item = &'r Rule> + use<'r> {
        self.own.iter().chain(self.everyone)
    }
}

impl RuleSet {
    /// Sorts and indexes. A rule that is given twice is one: so Kafka has it.
    pub fn new(mut rules: Vec<Rule>, authorizer: Authorizer) -> Self {
        rules.sort_unstable();
        rules.dedup();
        let principals = principals(&rules);
        let by_resource = by_resource(&rules, &principals);
        let patterns = patterns(&rules, &by_resource);
        let everyone = principals
            .binary_search_by(|(principal, _)| principal.as_str().cmp(Principal::EVERYONE))
            .ok();
        Self {
            authorizer,
            index: Arc::new(Index {
                rules,
                principals,
                everyone,
                by_resource,
                patterns,
            }),
        }
    }

    /// The same rules, by another authorizer.
    #[must_use]
    pub fn with_authorizer(&self, authorizer: Authorizer) -> Self {
        Self {
            authorizer,
            index: self.index.clone(),
        }
    }

    /// Who decides.
    pub fn authorizer(&self) -> &Authorizer {
        &self.authorizer
    }

    /// Every rule, sorted.
    pub fn rules(&self) -> &[Rule] {
        &self.index.rules
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.index.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.index.rules.is_empty()
    }

    /// Every principal that rules name, sorted; `User:*` among them.
    pub fn principals(&self) -> impl Iterator<Item = &Principal> {
        self.index.principals.iter().map(|(principal, _)| principal)
    }

    /// The rules that count for this principal.
    pub fn of(&self, principal: &Principal) -> Held<'_> {
        let everyone = match self.index.everyone {
            Some(place) if !principal.is_everyone() => self.of_place(place),
            _ => &[],
        };
        Held {
            own: self
                .place_of(principal)
                .map_or(&[], |place| self.of_place(place)),
            everyone,
        }
    }

    /// The rules about this resource, for whomever: literal name first, then prefixes, longest first, then `*`.
    pub fn about<'s>(
        &'s self,
        resource_type: ResourceType,
        name: &'s str,
    ) -> impl Iterator<Item = &'s Rule> {
        self.buckets(resource_type, name)
            .flatten()
            .filter_map(|place| self.rule(*place))
    }

    /// Where this principal is in the list of principals.
    pub(super) fn place_of(&self, principal: &Principal) -> Option<usize> {
        self.index
            .principals
            .binary_search_by(|(other, _)| other.cmp(principal))
            .ok()
    }

    /// Where `User:*` is in the list of principals.
    pub(super) fn everyone(&self) -> Option<usize> {
        self.index.everyone
    }

    /// The rules about this resource, one slice for each pattern, the most particular first.
    pub(super) fn buckets<'s>(
        &'s self,
        resource_type: ResourceType,
        name: &'s str,
    ) -> impl Iterator<Item = &'s [Place]> {
        let patterns = self.index.patterns.get(resource_type as usize);
        let literal = patterns.and_then(|patterns| patterns.literal.get(name));
        let prefixes = patterns.into_iter().flat_map(move |patterns| {
            patterns
                .lengths
                .iter()
                .filter_map(move |length| patterns.prefix.get(name.get(..*length)?))
        });
        let any = patterns
            .filter(|_| name != ANY)
            .and_then(|patterns| patterns.literal.get(ANY));
        literal
            .into_iter()
            .chain(prefixes)
            .chain(any)
            .filter_map(|range| self.index.by_resource.get(range.clone()))
    }

    /// Those rules of a bucket that are for one principal.
    pub(super) fn of_bucket<'s>(
        &'s self,
        bucket: &'s [Place],
        principal: usize,
    ) -> impl Iterator<Item = &'s Rule> {
        let from = bucket.partition_point(|place| (place.principal as usize) < principal);
        bucket
            .iter()
            .skip(from)
            .take_while(move |place| place.principal as usize == principal)
            .filter_map(|place| self.rule(*place))
    }

    fn of_place(&self, place: usize) -> &[Rule] {
        self.index
            .principals
            .get(place)
            .and_then(|(_, range)| self.index.rules.get(range.clone()))
            .unwrap_or_default()
    }

    fn rule(&self, place: Place) -> Option<&Rule> {
        self.index.rules.get(place.rule as usize)
    }
}

/// Each principal and where its rules are; `rules` are sorted.
fn principals(rules: &[Rule]) -> Vec<(Principal, Range<usize>)> {
    let mut end = 0;
    rules
        .chunk_by(|left, right| left.principal == right.principal)
        .filter_map(|chunk| {
            let from = end;
            end += chunk.len();
            chunk
                .first()
                .map(|rule| (rule.principal.clone(), from..end))
        })
        .collect()
}

/// What two rules have in common that are about the same names.
fn pattern(rule: &Rule) -> (ResourceType, PatternType, &str) {
    (rule.resource_type, rule.pattern_type, &rule.name)
}

fn by_resource(rules: &[Rule], principals: &[(Principal, Range<usize>)]) -> Vec<Place> {
    let mut places: Vec<(usize, usize)> = principals
        .iter()
        .enumerate()
        .flat_map(|(principal, (_, range))| range.clone().map(move |rule| (principal, rule)))
        .collect();
    // Stable, so that rules of one pattern stay sorted by principal.
    places.sort_by(|(_, left), (_, right)| {
        rules
            .get(*left)
            .map(pattern)
            .cmp(&rules.get(*right).map(pattern))
    });
    // Four thousand million rules would not be in memory.
    let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    places
        .into_iter()
        .map(|(principal, rule)| Place {
            principal: narrow(principal),
            rule: narrow(rule),
        })
        .collect()
}

fn patterns(rules: &[Rule], by_resource: &[Place]) -> Vec<Patterns> {
    let mut patterns = vec![Patterns::default(); ResourceType::all().len()];
    let pattern_of = |place: &Place| rules.get(place.rule as usize).map(pattern);
    let mut end = 0;
    for chunk in by_resource.chunk_by(|left, right| pattern_of(left) == pattern_of(right)) {
        let from = end;
        end += chunk.len();
        let Some((resource_type, pattern_type, name)) = chunk.first().and_then(pattern_of) else {
            continue;
        };
        if let Some(patterns) = patterns.get_mut(resource_type as usize) {
            patterns.add(pattern_type, name, from..end);
        }
    }
    for patterns in &mut patterns {
        patterns.lengths.sort_unstable_by(|a, b| b.cmp(a));
        patterns.lengths.dedup();
    }
    patterns
}

impl Patterns {
    fn add(&mut self, pattern_type: PatternType, name: &str, places: Range<usize>) {
        match pattern_type {
            PatternType::Literal => {
                self.literal.insert(Box::from(name), places);
            }
            PatternType::Prefix => {
                self.prefix.insert(Box::from(name), places);
                self.lengths.push(name.len());
            }
        }
    }
}
