//! Rounds of reading: what is listed, what is read, how much at a time.

use super::{Catalogue, Subject};
use crate::{error::RegistryError, registry::Registry};
use futures::{StreamExt, stream};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::time::Instant;

/// How much is asked of a registry, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From the end of one round to the next.
    pub period: Duration,
    /// Subjects that are read at a time.
    pub parallel: usize,
    /// Known subjects that a round reads again.
    pub again: usize,
    /// How often pages see what a long round has read so far.
    pub publish: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(15),
            parallel: 4,
            again: 100,
            publish: Duration::from_secs(2),
        }
    }
}

/// Rounds after which the registry's ways are asked for again: it may have been replaced.
const FEATURES_EVERY: u64 = 40;
/// A subject that no registry has, to see what is said of its level.
const NO_SUBJECT: &str = "penstock-asks-how-levels-are-told";
/// What Confluent's registry answers of a subject that has no level of its own.
const NO_OWN_LEVEL: u32 = 40_408;

impl Registry {
    /// Keeps the catalogue, for ever; dropping the future ends it. One per registry.
    pub async fn follow(self, pace: Pace) {
        for round in 0_u64.. {
            if let Err(error) = self.round(pace, round.is_multiple_of(FEATURES_EVERY)).await {
                let known = self.catalogue().now().trouble.clone();
                if known.as_ref() != Some(&error) {
                    tracing::warn!(registry = self.name(), %error, "the catalogue of schemas is not refreshed");
                    self.catalogue()
                        .update(|catalogue| catalogue.trouble = Some(error));
                }
            }
            tokio::time::sleep(pace.period).await;
        }
    }

    /// Reads one subject again, now.
    pub async fn reread(&self, subject: &str) {
        let read = self.read_subject(Arc::from(subject)).await;
        self.catalogue().take(vec![read]);
    }

    /// Reads the global level again, now.
    pub async fn reread_level(&self) -> Result<(), RegistryError> {
        let level = self.global_level().await?;
        self.catalogue()
            .update(|catalogue| catalogue.global = level);
        Ok(())
    }

    /// One round.
    ///
    /// # Errors
    /// The subjects could not be listed, or the registry went away meanwhile; what was read until then is kept.
    pub async fn round(&self, pace: Pace, features: bool) -> Result<(), RegistryError> {
        if features {
            self.learn().await?;
        }
        let begun = Instant::now();
        let all = self.subject_names(true).await?;
        let took = begun.elapsed();
        let live = self.subject_names(false).await?;
        let global = self.global_level().await?;
        let mode = self.mode().await?;
        let names: HashSet<String> = all.into_iter().chain(live).collect();
        self.catalogue().update(|catalogue| {
            list(catalogue, &names, begun);
            catalogue.global = global;
            catalogue.features.has_mode = Some(mode.is_some());
            catalogue.mode = mode;
            catalogue.as_of = Some(SystemTime::now());
            catalogue.took = Some(took);
            catalogue.trouble = None;
        });
        self.read_some(pace).await
    }

    /// Reads those that are new and some of the others.
    async fn read_some(&self, pace: Pace) -> Result<(), RegistryError> {
        let due = due(&self.catalogue().now(), pace.again);
        let mut reading = stream::iter(due)
            .map(|name| self.read_subject(name))
            .buffer_unordered(pace.parallel.max(1));
        let mut read = Vec::new();
        let mut published = Instant::now();
        while let Some(subject) = reading.next().await {
            let away = subject.trouble.clone().filter(RegistryError::is_away);
            if let Some(error) = away {
                self.catalogue().take(read);
                return Err(error);
            }
            read.push(subject);
            if published.elapsed() >= pace.publish {
                self.catalogue().take(std::mem::take(&mut read));
                published = Instant::now();
            }
        }
        self.catalogue().take(read);
        Ok(())
    }

    /// Asks for the registry's ways.
    async fn learn(&self) -> Result<(), RegistryError> {
        let contexts = self.contexts().await?;
        let what = "how levels are told";
        let code = self
            .ask(self.client().refusal_code(&["config", NO_SUBJECT], what))
            .await?;
        self.catalogue().update(|catalogue| {
            catalogue.features.contexts = contexts;
            catalogue.features.tells_own_levels = Some(code == Some(NO_OWN_LEVEL));
        });
        Ok(())
    }
}

/// Takes in which subjects there are. One that was read after the list was asked for is newer than it.
fn list(catalogue: &mut Catalogue, names: &HashSet<String>, begun: Instant) {
    catalogue.subjects.retain(|name, subject| {
        names.contains(&**name) || subject.read.is_some_and(|read| read >= begun)
    });
    for name in names {
        if !catalogue.subjects.contains_key(name.as_str()) {
            let name: Arc<str> = Arc::from(name.as_str());
            catalogue
                .subjects
                .insert(name.clone(), Arc::new(Subject::listed(name)));
        }
    }
}

/// What is to be read: everything that is not known, then so many of the others, the longest unread first.
fn due(catalogue: &Catalogue, again: usize) -> Vec<Arc<str>> {
    let (mut known, new): (Vec<&Arc<Subject>>, Vec<&Arc<Subject>>) = catalogue
        .subjects
        .values()
        .partition(|subject| subject.is_read());
    known.sort_unstable_by_key(|subject| subject.read);
    new.into_iter()
        .chain(known.into_iter().take(again))
        .map(|subject| subject.name.clone())
        .collect()
}
