//! What a registry has, in memory: subjects, their versions, levels and references both ways. Pages read it and ask nobody.
//!
//! A [`Catalogue`] is an immutable snapshot that readers share. One task per registry keeps it ([`Registry::follow`], which the
//! console owns): each round lists the subjects, reads those that are new and, of the others, as many as a round may, the longest
//! unread first. What somebody changes through the console is read at once ([`Registry::reread`]). A version never changes, so that
//! each is fetched once; a subject that was deleted for good and made anew is noticed by its newest version, which is always read.
//! Where the registry does not answer, what is known stays, with its age and the reason.

mod keeper;
mod read;
mod refresh;
mod texts;

#[cfg(test)]
mod tests;

pub use keeper::Keeper;
pub use refresh::Pace;

pub(crate) use read::Source;

use crate::{error::RegistryError, wire::Reference};
use penstock_domain::schema::{CompatibilityLevel, LevelOrigin, SchemaType};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::time::Instant;

/// Versions of a subject that are read; of more the newest.
pub const MOST_VERSIONS: usize = 500;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Subjects by name, soft-deleted ones too.
    pub subjects: BTreeMap<Arc<str>, Arc<Subject>>,
    /// Where a schema is registered, by its id; of the default context alone, because ids are counted by context.
    pub by_id: HashMap<u32, Vec<(Arc<str>, i32)>>,
    /// What refers to a subject, by its name.
    pub referring: HashMap<Arc<str>, Vec<Referring>>,
    /// The global level.
    pub global: Option<CompatibilityLevel>,
    /// Mode, in the registry's words.
    pub mode: Option<String>,
    /// Its ways.
    pub features: Features,
    /// When the list of subjects was last read.
    pub as_of: Option<SystemTime>,
    /// How long that took.
    pub took: Option<Duration>,
    /// Why the last round failed.
    pub trouble: Option<RegistryError>,
    /// Grows with every change.
    pub revision: u64,
}

/// A subject.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub name: Arc<str>,
    /// Its versions, oldest first; at most [`MOST_VERSIONS`] of the newest.
    pub versions: Vec<Version>,
    /// How many older ones there are besides.
    pub older: usize,
    /// Soft-deleted versions of which the registry tells the number alone: Apicurio does so once the whole subject is soft-deleted.
    pub hidden: Vec<i32>,
    /// The level that its configuration names.
    pub level: Option<CompatibilityLevel>,
    /// What a person should know of it.
    pub finding: Option<String>,
    /// Why it could not be read.
    pub trouble: Option<RegistryError>,
    /// When reading it began; `None`: it is listed only.
    pub(crate) read: Option<Instant>,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub version: i32,
    /// Id of its schema.
    pub id: u32,
    /// Its format.
    pub schema_type: SchemaType,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// What it refers to.
    pub references: Arc<[Reference]>,
    /// Full name of what it describes.
    pub name: Option<Arc<str>>,
    /// Bytes of its text.
    pub size: usize,
}

/// A version that refers to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referring {
    /// Whose.
    pub subject: Arc<str>,
    /// Which.
    pub version: i32,
    /// As what it refers.
    pub name: String,
    /// To which version.
    pub to: i32,
}

/// In what a registry is not as Confluent's; found by asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Its contexts; `None`: it has none, or was not asked yet.
    pub contexts: Option<Vec<String>>,
    /// Whether it tells a subject's own level from the global one; `None`: not known.
    pub tells_own_levels: Option<bool>,
    /// Whether it has a mode; `None`: not known.
    pub has_mode: Option<bool>,
}

impl Features {
    /// What there is to say of them, sentence by sentence.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.tells_own_levels == Some(false) {
            notes.push(
                "It does not tell a level that was set on a subject from the global one where both are the same."
                    .to_owned(),
            );
        }
        if self.has_mode == Some(false) {
            notes.push("It has no mode.".to_owned());
        }
        if let Some(contexts) = &self.contexts
            && contexts.len() > 1
        {
            notes.push(format!(
                "It has {} contexts; subjects of others than the default one have theirs in front of the name.",
                contexts.len()
            ));
        }
        notes
    }
}

impl Subject {
    pub(crate) fn listed(name: Arc<str>) -> Self {
        Self {
            name,
            versions: Vec::new(),
            older: 0,
            hidden: Vec::new(),
            level: None,
            finding: None,
            trouble: None,
            read: None,
        }
    }

    /// Whether it has been read.
    pub fn is_read(&self) -> bool {
        self.read.is_some()
    }

    /// Versions that are not soft-deleted, oldest first.
    pub fn live(&self) -> impl DoubleEndedIterator<Item = &Version> {
        self.versions.iter().filter(|version| !version.deleted)
    }

    /// Whether it is soft-deleted as a whole; `false` of one that has not been read.
    pub fn is_deleted(&self) -> bool {
        !self.is_gone() && self.live().next().is_none()
    }

    /// Whether there is nothing of it, not even softly deleted.
    pub(crate) fn is_gone(&self) -> bool {
        self.versions.is_empty() && self.hidden.is_empty()
    }

    /// The newest live version; of a deleted subject the newest.
    pub fn newest(&self) -> Option<&Version> {
        self.live().next_back().or(self.versions.last())
    }

    /// A version by its number.
    pub fn version(&self, number: i32) -> Option<&Version> {
        self.versions
            .binary_search_by_key(&number, |version| version.version)
            .ok()
            .and_then(|at| self.versions.get(at))
    }
}

impl Catalogue {
    /// Subjects that are listed and not read yet.
    pub fn pending(&self) -> usize {
        self.subjects
            .values()
            .filter(|subject| !subject.is_read())
            .count()
    }

    /// The level that holds for a subject, and whose it is.
    pub fn level_of(&self, subject: &Subject) -> (Option<CompatibilityLevel>, LevelOrigin) {
        match (subject.level, self.features.tells_own_levels) {
            (None, _) => (self.global, LevelOrigin::Global),
            (Some(own), Some(true)) => (Some(own), LevelOrigin::Subject),
            (Some(own), _) if Some(own) != self.global => (Some(own), LevelOrigin::Subject),
            (Some(own), _) => (Some(own), LevelOrigin::NotTold),
        }
    }

    /// What is derived from the subjects.
    fn index(&mut self) {
        self.by_id.clear();
        self.referring.clear();
        for subject in self.subjects.values() {
            let default_context = context(&subject.name).is_empty();
            for version in &subject.versions {
                if default_context {
                    let places = self.by_id.entry(version.id).or_default();
                    places.push((subject.name.clone(), version.version));
                }
                for reference in version.references.iter() {
                    let referring = Referring {
                        subject: subject.name.clone(),
                        version: version.version,
                        name: reference.name.clone(),
                        to: reference.version,
                    };
                    self.referring
                        .entry(Arc::from(reference.subject.as_str()))
                        .or_default()
                        .push(referring);
                }
            }
        }
    }
}

/// The context in front of a subject's name, `:.name:`; empty for the default one.
pub(crate) fn context(subject: &str) -> &str {
    let inside = subject
        .strip_prefix(":.")
        .and_then(|rest| rest.split_once(':'));
    inside.map_or("", |(context, _)| context)
}
