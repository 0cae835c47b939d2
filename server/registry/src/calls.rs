//! What is asked of a registry beside schemas to read records with: versions, levels, modes, checks; and what changes it.
//!
//! Each call is one request under the client's deadline and bounds. Nothing is remembered here: the [`catalogue`](crate::catalogue)
//! does that. A change is sent once and never again by itself.

use crate::{
    client::Client,
    error::{RegistryError, tame, tame_long},
    registry::Registry,
    wire::{
        CompatibilityAnswer, LevelAnswer, ModeAnswer, Reference, RegisteredAnswer, SchemaAnswer,
    },
};
use penstock_domain::schema::{CompatibilityLevel, SchemaType};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// A version as the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawVersion {
    /// Its number.
    pub version: i32,
    /// Id of its schema.
    pub id: u32,
    /// Its format.
    pub schema_type: SchemaType,
    /// Its text.
    pub text: Arc<str>,
    /// What it refers to.
    pub references: Vec<Reference>,
}

/// A schema that may become a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its format.
    pub schema_type: SchemaType,
    /// Its text.
    pub text: String,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// Whether the registry is to normalise it.
    pub normalize: bool,
}

/// What the registry says to a draft against one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is compatible by the subject's level.
    pub compatible: bool,
    /// Why not, in the registry's words; some registries give no reasons.
    pub messages: Vec<String>,
}

/// What registering answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Id of the schema.
    pub id: u32,
    /// Its version, where the registry told.
    pub version: Option<i32>,
}

impl Draft {
    fn body(&self) -> Value {
        let mut body = json!({ "schema": self.text, "schemaType": wire_type(self.schema_type) });
        if !self.references.is_empty() {
            body["references"] = json!(self.references);
        }
        body
    }

    fn query(&self) -> Vec<(&'static str, &'static str)> {
        match self.normalize {
            true => vec![("normalize", "true")],
            false => Vec::new(),
        }
    }
}

/// From the registry's `schemaType`, which is missing for Avro.
pub(crate) fn schema_type(name: Option<&str>) -> SchemaType {
    match name {
        None | Some("AVRO") => SchemaType::Avro,
        Some("PROTOBUF") => SchemaType::Protobuf,
        Some("JSON") => SchemaType::JsonSchema,
        Some(_) => SchemaType::Other,
    }
}

const fn wire_type(schema_type: SchemaType) -> &'static str {
    match schema_type {
        SchemaType::Protobuf => "PROTOBUF",
        SchemaType::JsonSchema => "JSON",
        SchemaType::Avro | SchemaType::Other => "AVRO",
    }
}

/// What a call is about, for errors.
pub(crate) fn of_subject(subject: &str) -> String {
    format!("subject {}", tame(subject))
}

pub(crate) fn of_version(subject: &str, version: i32) -> String {
    format!("version {version} of subject {}", tame(subject))
}

/// `None` where the registry says that there is none.
pub(crate) fn found<T>(answer: Result<T, RegistryError>) -> Result<Option<T>, RegistryError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(RegistryError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Registry {
    /// Names of subjects; with `deleted` those that are soft-deleted too.
    pub async fn subject_names(&self, deleted: bool) -> Result<Vec<String>, RegistryError> {
        let query: &[(&str, &str)] = if deleted { &[("deleted", "true")] } else { &[] };
        let names: Vec<String> = self
            .ask(
                self.client()
                    .get(&["subjects"], query, "its list of subjects"),
            )
            .await?;
        if names.len() > self.limits().subjects {
            return Err(RegistryError::TooLarge {
                registry: self.shared_name(),
                what: "the list of subjects".to_owned(),
                limit: self.limits().body,
            });
        }
        Ok(names)
    }

    /// Versions of a subject; with `deleted` those that are soft-deleted too. Empty where there is no such subject.
    pub async fn version_numbers(
        &self,
        subject: &str,
        deleted: bool,
    ) -> Result<Vec<i32>, RegistryError> {
        let query: &[(&str, &str)] = if deleted { &[("deleted", "true")] } else { &[] };
        let what = of_subject(subject);
        let segments = ["subjects", subject, "versions"];
        let call = self.client().get(&segments, query, &what);
        Ok(found(self.ask(call).await)?.unwrap_or_default())
    }

    /// One version as it was registered, also if it is soft-deleted.
    pub async fn raw_version(
        &self,
        subject: &str,
        version: i32,
    ) -> Result<RawVersion, RegistryError> {
        let what = of_version(subject, version);
        let number = version.to_string();
        let segments = ["subjects", subject, "versions", &number];
        let call = self
            .client()
            .get::<SchemaAnswer>(&segments, &[("deleted", "true")], &what);
        raw(self, self.ask(call).await?, version, &what)
    }

    /// The global level.
    pub async fn global_level(&self) -> Result<Option<CompatibilityLevel>, RegistryError> {
        let what = "its compatibility level";
        let call = self.client().get::<LevelAnswer>(&["config"], &[], what);
        Ok(level(self.ask(call).await?))
    }

    /// The level that a subject's configuration names; `None`: it has none of its own. Some registries answer the global one then.
    pub async fn subject_level(
        &self,
        subject: &str,
    ) -> Result<Option<CompatibilityLevel>, RegistryError> {
        let what = format!("the compatibility level of {}", of_subject(subject));
        let segments = ["config", subject];
        let call = self.client().get::<LevelAnswer>(&segments, &[], &what);
        Ok(found(self.ask(call).await)?.and_then(level))
    }

    /// Sets a level, of a subject or the global one.
    pub async fn set_level(
        &self,
        subject: Option<&str>,
        wanted: CompatibilityLevel,
    ) -> Result<(), RegistryError> {
        let segments: Vec<&str> = std::iter::once("config").chain(subject).collect();
        let body = json!({ "compatibility": wanted.wire() });
        let what = "to set the compatibility level";
        let call =
            self.client()
                .send::<LevelAnswer>(Method::PUT, &segments, &[], Some(&body), what);
        self.ask(call).await.map(drop)
    }

    /// Takes a subject's own level away.
    pub async fn unset_level(&self, subject: &str) -> Result<(), RegistryError> {
        let what = format!("the own compatibility level of {}", of_subject(subject));
        let segments = ["config", subject];
        let call = self
            .client()
            .send::<LevelAnswer>(Method::DELETE, &segments, &[], None, &what);
        self.ask(call).await.map(drop)
    }

    /// Its mode, in its words.
    pub async fn mode(&self) -> Result<Option<String>, RegistryError> {
        let call = self.client().get::<ModeAnswer>(&["mode"], &[], "its mode");
        Ok(found(self.ask(call).await)?
            .and_then(|answer| answer.mode)
            .map(|mode| tame(&mode)))
    }

    /// Its contexts; `None`: it does not know the question.
    pub async fn contexts(&self) -> Result<Option<Vec<String>>, RegistryError> {
        let call = self.client().get(&["contexts"], &[], "its contexts");
        found(self.ask(call).await)
    }

    /// What the registry says to a draft against one version, by the subject's level.
    pub async fn check(
        &self,
        subject: &str,
        version: i32,
        draft: &Draft,
    ) -> Result<Verdict, RegistryError> {
        let what = format!("the check against {}", of_version(subject, version));
        let number = version.to_string();
        let segments = ["compatibility", "subjects", subject, "versions", &number];
        self.checked(&segments, draft, &what).await
    }

    /// What it says against all versions that the subject's level looks at; `None`: the subject does not exist yet.
    pub async fn check_all(
        &self,
        subject: &str,
        draft: &Draft,
    ) -> Result<Option<Verdict>, RegistryError> {
        let what = format!("the check against {}", of_subject(subject));
        let segments = ["compatibility", "subjects", subject, "versions"];
        found(self.checked(&segments, draft, &what).await)
    }

    async fn checked(
        &self,
        segments: &[&str],
        draft: &Draft,
        what: &str,
    ) -> Result<Verdict, RegistryError> {
        let mut query = draft.query();
        query.push(("verbose", "true"));
        let body = draft.body();
        let call = self.client().send::<CompatibilityAnswer>(
            Method::POST,
            segments,
            &query,
            Some(&body),
            what,
        );
        let answer = self.ask(call).await?;
        Ok(Verdict {
            compatible: answer.compatible,
            messages: answer
                .messages
                .unwrap_or_default()
                .iter()
                .map(|message| tame_long(message))
                .collect(),
        })
    }

    /// The version of a subject that has exactly this schema.
    pub async fn lookup(
        &self,
        subject: &str,
        draft: &Draft,
    ) -> Result<Option<RawVersion>, RegistryError> {
        let what = of_subject(subject);
        let (body, query) = (draft.body(), draft.query());
        let segments = ["subjects", subject];
        let call =
            self.client()
                .send::<SchemaAnswer>(Method::POST, &segments, &query, Some(&body), &what);
        match found(self.ask(call).await)? {
            Some(answer) => {
                let version = answer.version.unwrap_or_default();
                raw(self, answer, version, &what).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Registers a version, or finds the one that it is already.
    pub async fn register(&self, subject: &str, draft: &Draft) -> Result<Placed, RegistryError> {
        let what = format!("to register a version of {}", of_subject(subject));
        let (body, query) = (draft.body(), draft.query());
        let segments = ["subjects", subject, "versions"];
        let call = self.client().send::<RegisteredAnswer>(
            Method::POST,
            &segments,
            &query,
            Some(&body),
            &what,
        );
        let answer = self.ask(call).await?;
        Ok(Placed {
            id: answer.id,
            version: answer.version,
        })
    }

    /// Deletes a version, or a whole subject; for good only what is soft-deleted. Answers the versions that went.
    pub async fn delete(
        &self,
        subject: &str,
        version: Option<i32>,
        permanent: bool,
    ) -> Result<Vec<i32>, RegistryError> {
        let query: &[(&str, &str)] = if permanent {
            &[("permanent", "true")]
        } else {
            &[]
        };
        let Some(version) = version else {
            let what = of_subject(subject);
            let segments = ["subjects", subject];
            return self
                .ask(delete(self.client(), &segments, query, &what))
                .await;
        };
        let what = of_version(subject, version);
        let number = version.to_string();
        let segments = ["subjects", subject, "versions", &number];
        let gone: i32 = self
            .ask(delete(self.client(), &segments, query, &what))
            .await?;
        Ok(vec![gone])
    }
}

async fn delete<T: serde::de::DeserializeOwned>(
    client: &Client,
    segments: &[&str],
    query: &[(&str, &str)],
    what: &str,
) -> Result<T, RegistryError> {
    client
        .send(Method::DELETE, segments, query, None, what)
        .await
}

fn level(answer: LevelAnswer) -> Option<CompatibilityLevel> {
    CompatibilityLevel::of_wire(answer.level.as_deref()?)
}

fn raw(
    registry: &Registry,
    answer: SchemaAnswer,
    version: i32,
    what: &str,
) -> Result<RawVersion, RegistryError> {
    let id = answer.id.ok_or_else(|| RegistryError::Rubbish {
        registry: registry.shared_name(),
        what: what.to_owned(),
        cause: "there is no id".to_owned(),
    })?;
    Ok(RawVersion {
        version: answer.version.unwrap_or(version),
        id,
        schema_type: schema_type(answer.kind.as_deref()),
        text: answer.schema.into(),
        references: answer.references.unwrap_or_default(),
    })
}
