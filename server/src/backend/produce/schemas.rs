//! The schemas that a request asks for, fetched before anything is encoded; and those that belong to a topic, for the drawer.

use super::content::Mistake;
use futures::future::join_all;
use penstock_domain::{
    ids::TopicName,
    produce::{Content, NewRecord, RecordPart, SubjectChoice},
    record::Format,
};
use penstock_registry::{Registry, RegistryError, Schema, Side};
use std::{collections::HashMap, sync::Arc};

/// Schemas that one request may ask for.
const MOST: usize = 32;
/// Subjects of a topic that the drawer offers.
const MOST_CHOICES: usize = 20;

/// A subject and, where one is chosen, its version.
type Key = (String, Option<i32>);

/// Schemas by subject and version, or why they can't be had.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    topic: String,
    /// Whether there is a registry.
    registry: bool,
    known: HashMap<Key, Result<Arc<Schema>, Mistake>>,
}

impl Schemas {
    /// Fetches what records ask for. A registry that is away costs those records that need it.
    pub async fn fetch(
        registry: Option<&Registry>,
        topic: &TopicName,
        records: &[NewRecord],
    ) -> Self {
        let mut schemas = Self {
            topic: topic.to_string(),
            registry: registry.is_some(),
            known: HashMap::new(),
        };
        let mut wanted: Vec<Key> = Vec::new();
        for record in records {
            for (content, part) in [
                (&record.key, RecordPart::Key),
                (&record.value, RecordPart::Value),
            ] {
                if let Some(key) = content
                    .as_ref()
                    .and_then(|content| schemas.key(content, part))
                    && !wanted.contains(&key)
                    && wanted.len() < MOST
                {
                    wanted.push(key);
                }
            }
        }
        let Some(registry) = registry else {
            return schemas;
        };
        let fetched = join_all(wanted.into_iter().map(|key| async {
            let schema = match key.1 {
                Some(version) => registry.version(&key.0, version).await,
                None => registry.latest(&key.0).await,
            };
            (key, schema.map_err(|error| unavailable(&error)))
        }))
        .await;
        schemas.known.extend(fetched);
        schemas
    }

    /// The schema of a content; `None` where its format has none.
    pub fn of(&self, content: &Content, part: RecordPart) -> Result<Option<&Schema>, Mistake> {
        let Some(key) = self.key(content, part) else {
            return Ok(None);
        };
        let schema = match self.known.get(&key) {
            Some(Ok(schema)) => schema,
            Some(Err(mistake)) => return Err(mistake.clone()),
            None if self.registry => {
                return Err(Mistake::whole(format!(
                    "the records name too many schemas; at most {MOST} are fetched for one send"
                )));
            }
            None => return Err(no_registry()),
        };
        if schema.kind().format() != content.format {
            return Err(Mistake {
                remedy: Some(format!("Choose {}.", schema.kind().format().words())),
                ..Mistake::whole(format!(
                    "the schema of {} is {}, not {}",
                    key.0,
                    schema.kind().format().words(),
                    content.format.words()
                ))
            });
        }
        Ok(Some(schema))
    }

    /// Which schema a content asks for: the one it names, else that of the topic by `TopicNameStrategy`.
    fn key(&self, content: &Content, part: RecordPart) -> Option<Key> {
        if !matches!(
            content.format,
            Format::Avro | Format::Protobuf | Format::JsonSchema
        ) {
            return None;
        }
        let side = match part {
            RecordPart::Key => Side::Key,
            _ => Side::Value,
        };
        let subject = content
            .subject
            .clone()
            .filter(|subject| !subject.is_empty())
            .unwrap_or_else(|| format!("{}{}", self.topic, side.suffix()));
        Some((subject, content.version))
    }
}

fn no_registry() -> Mistake {
    Mistake {
        remedy: Some(
            "Name the cluster’s registry in the console’s configuration, or choose a format without a schema."
                .to_owned(),
        ),
        ..Mistake::whole("no schema registry is configured for this cluster")
    }
}

fn unavailable(error: &RegistryError) -> Mistake {
    Mistake {
        remedy: Some(error.remedy().to_owned()),
        ..Mistake::whole(error.to_string())
    }
}

/// The subjects that belong to a topic by their names with their newest versions; `Err`: why the registry does not tell.
pub async fn choices(
    registry: &Registry,
    topic: &TopicName,
) -> Result<Vec<SubjectChoice>, RegistryError> {
    let mut subjects = registry.subjects_for(topic.as_str()).await?;
    subjects.truncate(MOST_CHOICES);
    let fetched = join_all(subjects.into_iter().map(|subject| async {
        let schema = registry.latest(&subject.subject).await?;
        Ok::<_, RegistryError>((subject, schema))
    }))
    .await;
    let mut choices = Vec::with_capacity(fetched.len());
    let mut last_error = None;
    for one in fetched {
        match one {
            Ok((subject, schema)) => choices.push(SubjectChoice {
                version: schema.reference().version.unwrap_or_default(),
                id: schema.id(),
                format: schema.kind().format(),
                sample: schema.sample(),
                schema: schema.text().to_owned(),
                for_key: subject.side == Side::Key,
                subject: subject.subject,
            }),
            Err(error) => last_error = Some(error),
        }
    }
    match last_error {
        // Some are better than none; a single broken schema is told when it is used.
        Some(error) if choices.is_empty() => Err(error),
        _ => Ok(choices),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_registry_only_formats_with_a_schema_are_refused() {
        let content = |format| Content {
            format,
            text: "{}".to_owned(),
            ..Content::default()
        };
        let records = [NewRecord {
            key: Some(content(Format::Text)),
            value: Some(content(Format::Avro)),
            ..NewRecord::default()
        }];
        let schemas = Schemas::fetch(None, &"orders".into(), &records).await;
        assert!(matches!(
            schemas.of(&content(Format::Text), RecordPart::Key),
            Ok(None)
        ));
        let mistake = schemas
            .of(&content(Format::Avro), RecordPart::Value)
            .unwrap_err();
        assert!(mistake.message.contains("registry"));
    }

    #[test]
    fn a_subject_that_is_not_named_is_the_topics_own() {
        let schemas = Schemas {
            topic: "orders".to_owned(),
            ..Schemas::default()
        };
        let content = |subject: Option<&str>| Content {
            format: Format::Avro,
            subject: subject.map(str::to_owned),
            version: Some(3),
            ..Content::default()
        };
        let key = |content: &Content, part| schemas.key(content, part).unwrap();
        assert_eq!(
            key(&content(None), RecordPart::Key),
            ("orders-key".to_owned(), Some(3))
        );
        assert_eq!(key(&content(Some("")), RecordPart::Value).0, "orders-value");
        assert_eq!(key(&content(Some("other")), RecordPart::Value).0, "other");
    }
}
