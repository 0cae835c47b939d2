//! What a schema refers to, fetched and put in an order in which each comes after those that it needs.

use crate::{
    catalogue::Source,
    error::RegistryError,
    settings::RegistryLimits,
    wire::{Reference, SchemaAnswer},
};
use std::{collections::HashSet, sync::Arc};

/// References within references.
const MOST_DEPTH: usize = 32;
/// References altogether.
const MOST_REFERENCES: usize = 256;

/// A schema that another refers to.
#[derive(Clone, Debug)]
pub struct Referred {
    /// As what it is referred to.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A reference with what it refers to itself, as far as that is not done.
struct Open {
    reference: Reference,
    text: String,
    rest: std::vec::IntoIter<Reference>,
}

/// Fetches them all. A ring, too many, too deep or too much text is an error.
pub(crate) async fn resolve(
    source: &Source<'_>,
    registry: &Arc<str>,
    limits: &RegistryLimits,
    answer: &SchemaAnswer,
    what: &str,
) -> Result<Vec<Referred>, RegistryError> {
    let wrong = |cause: String| RegistryError::Schema {
        registry: registry.clone(),
        what: what.to_owned(),
        cause,
    };
    let mut text = answer.schema.len();
    let mut done = Vec::new();
    let mut seen: HashSet<Reference> = HashSet::new();
    let mut path: Vec<Open> = Vec::new();
    let mut rest = answer.references.clone().unwrap_or_default().into_iter();
    loop {
        let list = path.last_mut().map_or(&mut rest, |open| &mut open.rest);
        let Some(next) = list.next() else {
            match path.pop() {
                Some(open) => done.push(Referred {
                    name: open.reference.name,
                    text: open.text,
                }),
                None => return Ok(done),
            }
            continue;
        };
        if path.iter().any(|open| {
            open.reference.subject == next.subject && open.reference.version == next.version
        }) {
            return Err(wrong(format!(
                "what it refers to refers to itself: {} version {}",
                next.subject, next.version
            )));
        }
        if !seen.insert(next.clone()) {
            continue;
        }
        if path.len() >= MOST_DEPTH {
            return Err(wrong(format!(
                "references lead deeper than {MOST_DEPTH} levels"
            )));
        }
        if seen.len() > MOST_REFERENCES {
            return Err(wrong(format!(
                "it refers to more than {MOST_REFERENCES} schemas"
            )));
        }
        let name = format!(
            "version {} of subject {}",
            next.version,
            crate::error::tame(&next.subject)
        );
        // A deleted version is still what records were written with.
        let found = source.version(&next.subject, next.version, &name).await?;
        text += found.schema.len();
        if text > limits.schema_text {
            return Err(RegistryError::TooLarge {
                registry: registry.clone(),
                what: format!("{what} with what it refers to"),
                limit: limits.schema_text,
            });
        }
        path.push(Open {
            reference: next,
            text: found.schema,
            rest: found.references.unwrap_or_default().into_iter(),
        });
    }
}
