//! Reading one subject: its versions, its level, and what there is to know of it. And a version with all that it refers to, from
//! memory where it can be.

use super::{Keeper, MOST_VERSIONS, Subject, Version};
use crate::{
    calls::{RawVersion, found, of_version, schema_type},
    client::Client,
    error::RegistryError,
    meaning::{self, Text},
    references::{self, Referred},
    registry::Registry,
    wire::SchemaAnswer,
};
use std::sync::Arc;
use tokio::time::Instant;

/// Versions that the newest is held against for a finding.
const MOST_COMPARED: usize = 10;

/// Where versions come from: from memory, else from the registry.
pub(crate) struct Source<'a> {
    pub(crate) client: &'a Client,
    pub(crate) keeper: Option<&'a Keeper>,
}

impl Source<'_> {
    /// A version, also if it is soft-deleted.
    pub(crate) async fn version(
        &self,
        subject: &str,
        version: i32,
        what: &str,
    ) -> Result<SchemaAnswer, RegistryError> {
        if let Some(known) = self
            .keeper
            .and_then(|keeper| known(keeper, subject, version))
        {
            return Ok(known);
        }
        let number = version.to_string();
        let segments = ["subjects", subject, "versions", &number];
        self.client
            .get(&segments, &[("deleted", "true")], what)
            .await
    }
}

fn known(keeper: &Keeper, subject: &str, version: i32) -> Option<SchemaAnswer> {
    let catalogue = keeper.now();
    let found = catalogue.subjects.get(subject)?.version(version)?;
    answer_of(keeper, subject, found)
}

/// A version whose text is in memory, as the registry would answer it.
fn answer_of(keeper: &Keeper, subject: &str, found: &Version) -> Option<SchemaAnswer> {
    let text = keeper.text(subject, found.id)?;
    Some(SchemaAnswer {
        schema: text.to_string(),
        kind: Some(wire(found.schema_type).to_owned()),
        references: Some(found.references.to_vec()),
        id: Some(found.id),
        subject: Some(subject.to_owned()),
        version: Some(found.version),
    })
}

const fn wire(schema_type: penstock_domain::schema::SchemaType) -> &'static str {
    use penstock_domain::schema::SchemaType;
    match schema_type {
        SchemaType::Avro => "AVRO",
        SchemaType::Protobuf => "PROTOBUF",
        SchemaType::JsonSchema => "JSON",
        SchemaType::Other => "OTHER",
    }
}

impl Registry {
    /// A version's text with everything that it refers to; from memory alone where the catalogue has it.
    pub async fn text_of(&self, subject: &str, version: i32) -> Result<Text, RegistryError> {
        let what = of_version(subject, version);
        let source = Source {
            client: self.client(),
            keeper: Some(self.catalogue()),
        };
        let name = self.shared_name();
        let limits = self.limits();
        self.ask(async {
            let answer = source.version(subject, version, &what).await?;
            let referred = references::resolve(&source, &name, limits, &answer, &what).await?;
            if let Some(id) = answer.id {
                self.catalogue()
                    .keep_text(subject, id, &Arc::from(answer.schema.as_str()));
            }
            Ok(Text {
                schema_type: schema_type(answer.kind.as_deref()),
                text: answer.schema.into(),
                referred,
            })
        })
        .await
    }

    /// The same of a subject that has just been read and is not in the catalogue yet.
    async fn text_in(&self, subject: &Subject, version: &Version) -> Result<Text, RegistryError> {
        let Some(answer) = answer_of(self.catalogue(), &subject.name, version) else {
            return self.text_of(&subject.name, version.version).await;
        };
        let source = Source {
            client: self.client(),
            keeper: Some(self.catalogue()),
        };
        let what = of_version(&subject.name, version.version);
        let name = self.shared_name();
        let referred = if version.references.is_empty() {
            Vec::new()
        } else {
            let resolving = references::resolve(&source, &name, self.limits(), &answer, &what);
            self.ask(resolving).await?
        };
        Ok(Text {
            schema_type: version.schema_type,
            text: answer.schema.into(),
            referred,
        })
    }

    /// What a draft refers to, from memory where it can be.
    pub async fn text_of_draft(&self, draft: &crate::calls::Draft) -> Result<Text, RegistryError> {
        let what = "the new schema";
        let source = Source {
            client: self.client(),
            keeper: Some(self.catalogue()),
        };
        let answer = SchemaAnswer {
            schema: draft.text.clone(),
            kind: None,
            references: Some(draft.references.clone()),
            id: None,
            subject: None,
            version: None,
        };
        let name = self.shared_name();
        // Without references nobody need be asked.
        let referred: Vec<Referred> = if draft.references.is_empty() {
            Vec::new()
        } else {
            let resolving = references::resolve(&source, &name, self.limits(), &answer, what);
            self.ask(resolving).await?
        };
        Ok(Text {
            schema_type: draft.schema_type,
            text: draft.text.as_str().into(),
            referred,
        })
    }

    /// Reads a subject; of versions that are known only the newest.
    pub(super) async fn read_subject(&self, name: Arc<str>) -> Subject {
        let begun = Instant::now();
        let known = self.catalogue().now().subjects.get(&name).cloned();
        match self.subject(&name, known.as_deref(), begun).await {
            Ok(subject) => subject,
            Err(error) => Subject {
                trouble: Some(error),
                read: Some(begun),
                ..known.map_or_else(|| Subject::listed(name), |known| Subject::clone(&known))
            },
        }
    }

    async fn subject(
        &self,
        name: &Arc<str>,
        known: Option<&Subject>,
        begun: Instant,
    ) -> Result<Subject, RegistryError> {
        let (all, live, level) = futures::try_join!(
            self.version_numbers(name, true),
            self.version_numbers(name, false),
            self.subject_level(name),
        )?;
        let mut numbers = all;
        numbers.extend(&live);
        numbers.sort_unstable();
        numbers.dedup();
        let older = numbers.len().saturating_sub(MOST_VERSIONS);
        numbers.drain(..older);
        let mut subject = Subject {
            older,
            level,
            read: Some(begun),
            ..Subject::listed(name.clone())
        };
        let Some(newest) = numbers.last().copied() else {
            return Ok(subject);
        };
        let newest = match found(self.raw_version(name, newest).await)? {
            Some(newest) => newest,
            None if live.is_empty() => return Ok(hidden(subject, &numbers, known)),
            None => {
                return Err(RegistryError::NotFound {
                    registry: self.shared_name(),
                    what: of_version(name, newest),
                });
            }
        };
        let same = |known: &&Subject| {
            known
                .version(newest.version)
                .is_none_or(|version| version.id == newest.id)
        };
        let known = known.filter(same);
        let mut fresh = false;
        for number in numbers {
            let deleted = !live.contains(&number);
            if let Some(version) = known.and_then(|known| known.version(number)) {
                subject.versions.push(Version {
                    deleted,
                    ..version.clone()
                });
                continue;
            }
            fresh = true;
            let raw = if number == newest.version {
                newest.clone()
            } else {
                self.raw_version(name, number).await?
            };
            self.catalogue().keep_text(name, raw.id, &raw.text);
            subject.versions.push(version(raw, deleted));
        }
        let unchanged = known.filter(|known| {
            let live = |subject: &Subject| subject.live().map(|one| one.id).collect::<Vec<_>>();
            !fresh && live(known) == live(&subject)
        });
        subject.finding = match unchanged {
            Some(known) => known.finding.clone(),
            None => self.finding(&subject).await,
        };
        Ok(subject)
    }

    /// What a person should know of a subject: whether its newest version and the others read each other.
    async fn finding(&self, subject: &Subject) -> Option<String> {
        if subject.live().count() < 2 {
            return None;
        }
        let mut texts = Vec::new();
        for version in subject.live().rev().take(MOST_COMPARED + 1) {
            // One that can't be had is left out: its own page says why.
            if let Ok(text) = self.text_in(subject, version).await {
                texts.push((version.version, text));
            }
        }
        texts.reverse();
        let work = tokio::task::spawn_blocking(move || meaning::finding(&texts));
        tokio::time::timeout(self.limits().schema, work)
            .await
            .ok()?
            .ok()?
    }
}

/// A subject that is soft-deleted as a whole, of which the registry tells the numbers alone: what was known before stays.
fn hidden(subject: Subject, numbers: &[i32], known: Option<&Subject>) -> Subject {
    let version = |number: i32| known.and_then(|known| known.version(number));
    let deleted = |version: &Version| Version {
        deleted: true,
        ..version.clone()
    };
    let (told, hidden): (Vec<i32>, Vec<i32>) = numbers
        .iter()
        .partition(|number| version(**number).is_some());
    Subject {
        versions: told.into_iter().filter_map(version).map(deleted).collect(),
        hidden,
        ..subject
    }
}

fn version(raw: RawVersion, deleted: bool) -> Version {
    Version {
        version: raw.version,
        id: raw.id,
        schema_type: raw.schema_type,
        deleted,
        name: meaning::name(raw.schema_type, &raw.text).map(Arc::from),
        size: raw.text.len(),
        references: raw.references.into(),
    }
}
