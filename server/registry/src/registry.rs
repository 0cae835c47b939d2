//! One registry: schemas by id, by GUID and by subject, fetched once and kept.

#[cfg(test)]
mod tests;

use crate::{
    cache::{Cache, Slot},
    catalogue::{Keeper, Source},
    client::Client,
    error::RegistryError,
    framing::{SchemaKey, Side, guid_text},
    references,
    schema::{Registered, Schema, SchemaKind},
    settings::{RegistryLimits, RegistrySettings},
    wire::{ContextId, SchemaAnswer, SubjectVersion},
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::time::{Instant, timeout};

/// Subjects and versions kept of one schema.
const MOST_REGISTERED: usize = 64;

/// What is in memory of a schema.
#[derive(Clone, Debug)]
pub enum Cached {
    /// The schema.
    Have(Arc<Schema>),
    /// It could not be had, and is not asked for again for a while.
    Failed(Arc<RegistryError>),
    /// Nobody asked yet, or it was long ago.
    Unknown,
}

/// A subject that belongs to a topic by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSubject {
    /// Its name.
    pub subject: String,
    /// Whose schema it holds.
    pub side: Side,
}

type Loaded = Result<Arc<Schema>, RegistryError>;
type Flight = Shared<BoxFuture<'static, Loaded>>;

/// See the module. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: Arc<str>,
    limits: RegistryLimits,
    client: Client,
    cache: Cache,
    /// Schemas on their way. A flight lives as long as somebody waits for it.
    flights: Mutex<HashMap<SchemaKey, WeakShared<BoxFuture<'static, Loaded>>>>,
    /// What it has, for pages.
    catalogue: Keeper,
    /// Since when it does not answer, with what it last said.
    away: Mutex<Option<(Instant, RegistryError)>>,
}

impl Registry {
    /// Reads the settings; connects to nothing.
    pub fn new(settings: RegistrySettings) -> Result<Self, RegistryError> {
        Ok(Self(Arc::new(Inner {
            client: Client::new(&settings)?,
            cache: Cache::new(&settings.limits),
            name: settings.name,
            catalogue: Keeper::new(&settings.limits),
            limits: settings.limits,
            flights: Mutex::default(),
            away: Mutex::default(),
        })))
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn shared_name(&self) -> Arc<str> {
        self.0.name.clone()
    }

    pub(crate) fn limits(&self) -> &RegistryLimits {
        &self.0.limits
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Waits for a call, unless the registry has just been found away.
    pub(crate) async fn ask<T>(
        &self,
        call: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<T, RegistryError> {
        self.0.asking(call).await
    }

    /// Whether both are the same one, and not only of the same address.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its catalogue of subjects.
    pub fn catalogue(&self) -> &Keeper {
        &self.0.catalogue
    }

    /// Its address, without anything secret.
    pub fn address(&self) -> &str {
        self.0.client.address()
    }

    /// What is in memory; never waits.
    pub fn cached(&self, key: SchemaKey) -> Cached {
        match self.0.cache.get(key) {
            Some(Slot::Have(schema)) => Cached::Have(schema),
            Some(Slot::Failed(error, _)) => Cached::Failed(error),
            None => Cached::Unknown,
        }
    }

    /// A schema, from memory or from the registry. Many may ask at once: the registry is asked once. The answer comes within
    /// [`RegistryLimits::schema`] and what compiling takes.
    pub async fn schema(&self, key: SchemaKey) -> Result<Arc<Schema>, RegistryError> {
        match self.0.cache.get(key) {
            Some(Slot::Have(schema)) => return Ok(schema),
            Some(Slot::Failed(error, _)) => return Err(RegistryError::clone(&error)),
            None => {}
        }
        self.flight(key).await
    }

    fn flight(&self, key: SchemaKey) -> Flight {
        let mut flights = self
            .0
            .flights
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&key).and_then(WeakShared::upgrade) {
            return flight;
        }
        // Flights that nobody waited for to their end.
        flights.retain(|_, flight| flight.upgrade().is_some());
        let inner = self.0.clone();
        let flight = async move {
            let loaded = inner.clone().load(key).await;
            match &loaded {
                Ok(schema) => inner.cache.put(key, schema.clone()),
                Err(error) if error.is_away() => {
                    inner.cache.fail(key, error.clone(), inner.limits.away_kept)
                }
                Err(error) => inner
                    .cache
                    .fail(key, error.clone(), inner.limits.failure_kept),
            }
            inner
                .flights
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&key);
            loaded
        }
        .boxed()
        .shared();
        if let Some(weak) = flight.downgrade() {
            flights.insert(key, weak);
        }
        flight
    }

    /// The newest version of a subject.
    pub async fn latest(&self, subject: &str) -> Result<Arc<Schema>, RegistryError> {
        self.0.clone().versioned(subject, "latest").await
    }

    /// A version of a subject.
    pub async fn version(&self, subject: &str, version: i32) -> Result<Arc<Schema>, RegistryError> {
        self.0
            .clone()
            .versioned(subject, &version.to_string())
            .await
    }

    /// Subjects that belong to a topic by their names: `topic-key` and `topic-value` (`TopicNameStrategy`), and `topic-` with
    /// the full name of a record behind it (`TopicRecordNameStrategy`), which is taken for a value's. Those named after a
    /// record alone (`RecordNameStrategy`) can't be told from their names.
    pub async fn subjects_for(&self, topic: &str) -> Result<Vec<TopicSubject>, RegistryError> {
        let mut found: Vec<TopicSubject> = self
            .subject_names(false)
            .await?
            .into_iter()
            .filter_map(|subject| {
                side_for(topic, &subject).map(|side| TopicSubject { subject, side })
            })
            .collect();
        let exact = |found: &TopicSubject| {
            !matches!(found.subject.strip_prefix(topic), Some("-value" | "-key"))
        };
        found.sort_by_key(|found| (exact(found), found.side, found.subject.clone()));
        Ok(found)
    }
}

/// Whose schema a subject holds for a topic; `None`: the topic's it is not.
fn side_for(topic: &str, subject: &str) -> Option<Side> {
    match subject.strip_prefix(topic)? {
        "-value" => Some(Side::Value),
        "-key" => Some(Side::Key),
        // The topic `orders` does not own `orders-eu-value`: a record's name has a point and no hyphen.
        rest => {
            let record = rest.strip_prefix('-')?;
            (record.contains('.') && !record.contains('-')).then_some(Side::Value)
        }
    }
}

impl Inner {
    /// Asks, unless the registry has just been found away; remembers how it went.
    async fn asking<T>(
        &self,
        call: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<T, RegistryError> {
        if let Some((since, error)) = &*self.away.lock().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() < self.limits.away_kept
        {
            return Err(error.clone());
        }
        let outcome = match timeout(self.limits.schema, call).await {
            Ok(outcome) => outcome,
            Err(_) => Err(RegistryError::Timeout {
                registry: self.name.clone(),
                waited: self.limits.schema,
            }),
        };
        let away = outcome.as_ref().err().filter(|error| error.is_away());
        let away = away.map(|error| (Instant::now(), error.clone()));
        if let Some((_, error)) = &away {
            tracing::warn!(registry = %self.name, %error, "schema registry does not answer");
        }
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = away;
        outcome
    }

    async fn load(self: Arc<Self>, key: SchemaKey) -> Loaded {
        let what = key.to_string();
        let (id, answer, registered, references) = self.asking(self.fetch(key, &what)).await?;
        self.compile(id, answer, registered, references, &what)
            .await
    }

    /// Everything that is needed of a schema: itself, where it is registered, and what it refers to.
    async fn fetch(
        &self,
        key: SchemaKey,
        what: &str,
    ) -> Result<
        (
            u32,
            SchemaAnswer,
            Vec<Registered>,
            Vec<references::Referred>,
        ),
        RegistryError,
    > {
        let id = match key {
            SchemaKey::Id(id) => id,
            SchemaKey::Guid(guid) => self.id_of(guid, what).await?,
        };
        let number = id.to_string();
        let versions = async {
            let list = self
                .client
                .get::<Vec<SubjectVersion>>(&["schemas", "ids", &number, "versions"], &[], what)
                .await;
            // Only a name on a page: whatever is wrong with it, the schema is usable.
            list.unwrap_or_default()
        };
        let schema = async {
            let answer: SchemaAnswer = self
                .client
                .get(&["schemas", "ids", &number], &[], what)
                .await?;
            let references = self.references(&answer, what).await?;
            Ok::<_, RegistryError>((answer, references))
        };
        let (versions, schema) = futures::join!(versions, schema);
        let (answer, references) = schema?;
        let registered = versions
            .into_iter()
            .take(MOST_REGISTERED)
            .map(|entry| Registered {
                subject: entry.subject,
                version: entry.version,
            })
            .collect();
        Ok((id, answer, registered, references))
    }

    /// The number behind a GUID; of several contexts the default one counts.
    async fn id_of(&self, guid: u128, what: &str) -> Result<u32, RegistryError> {
        let guid = guid_text(guid);
        let list: Vec<ContextId> = self
            .client
            .get(&["schemas", "guids", &guid, "ids"], &[], what)
            .await?;
        list.iter()
            .find(|entry| matches!(entry.context.as_deref(), None | Some("" | ".")))
            .or(list.first())
            .map(|entry| entry.id)
            .ok_or_else(|| RegistryError::NotFound {
                registry: self.name.clone(),
                what: what.to_owned(),
            })
    }

    async fn references(
        &self,
        answer: &SchemaAnswer,
        what: &str,
    ) -> Result<Vec<references::Referred>, RegistryError> {
        if answer.schema.len() > self.limits.schema_text {
            return Err(RegistryError::TooLarge {
                registry: self.name.clone(),
                what: what.to_owned(),
                limit: self.limits.schema_text,
            });
        }
        let source = Source {
            client: &self.client,
            keeper: None,
        };
        references::resolve(&source, &self.name, &self.limits, answer, what).await
    }

    async fn versioned(self: Arc<Self>, subject: &str, version: &str) -> Loaded {
        let name = crate::error::tame(subject);
        let what = match version {
            "latest" => format!("subject {name}"),
            version => format!("version {version} of subject {name}"),
        };
        let fetch = async {
            let answer: SchemaAnswer = self
                .client
                .get(&["subjects", subject, "versions", version], &[], &what)
                .await?;
            let known = answer.id.and_then(|id| self.cache.get(SchemaKey::Id(id)));
            let references = match known {
                Some(Slot::Have(_)) => Vec::new(),
                _ => self.references(&answer, &what).await?,
            };
            Ok((answer, references))
        };
        let (answer, references) = self.asking(fetch).await?;
        let id = answer.id.ok_or_else(|| RegistryError::Rubbish {
            registry: self.name.clone(),
            what: what.clone(),
            cause: "there is no id".to_owned(),
        })?;
        let registered = Registered {
            subject: answer.subject.clone().unwrap_or_else(|| subject.to_owned()),
            version: answer
                .version
                .or_else(|| version.parse().ok())
                .unwrap_or_default(),
        };
        if let Some(Slot::Have(schema)) = self.cache.get(SchemaKey::Id(id)) {
            return Ok(Arc::new(schema.as_version(registered)));
        }
        self.compile(id, answer, vec![registered], references, &what)
            .await
    }

    /// Compiles on a thread for such work.
    async fn compile(
        &self,
        id: u32,
        answer: SchemaAnswer,
        registered: Vec<Registered>,
        references: Vec<references::Referred>,
        what: &str,
    ) -> Loaded {
        let wrong = |cause: String| RegistryError::Schema {
            registry: self.name.clone(),
            what: what.to_owned(),
            cause: crate::error::tame(&cause),
        };
        let kind = SchemaKind::of(answer.kind.as_deref()).map_err(wrong)?;
        let work = tokio::task::spawn_blocking(move || {
            Schema::compile(id, kind, &answer.schema, &references, registered)
        });
        match timeout(self.limits.schema, work).await {
            Ok(Ok(compiled)) => compiled.map(Arc::new).map_err(wrong),
            Ok(Err(_)) => Err(wrong("the compiler gave up on it".to_owned())),
            Err(_) => Err(wrong("compiling it takes too long".to_owned())),
        }
    }
}
