//! One subject in full: its versions, two of them side by side, who reads what, references both ways. From memory; a text that the
//! catalogue let go of is fetched again.

use super::{
    list::{facts, missing},
    table::Table,
};
use crate::backend::problems;
use penstock_api::AppError;
use penstock_domain::{
    envelope::Missing,
    ids::SubjectName,
    problem::{Problem, ProblemKind},
    schema::{
        Compared, ReferenceRow, SchemaText, Sibling, SubjectDetail, VersionRow,
        compatible::CompatibilityMatrix, difference::SchemaDifference,
    },
};
use penstock_registry::{
    Catalogue, Registry,
    catalogue::{Subject, Version},
    meaning::{self, MOST_MATRIX, Text},
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// Bytes of a schema's text that a page shows.
const MOST_SHOWN: usize = 256 * 1024;
/// Subjects that are named beside one.
const MOST_SIBLINGS: usize = 200;
/// References of one direction that are told.
const MOST_REFERENCES: usize = 500;
/// How long comparing may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// No such subject, said to those who may see it.
pub(super) fn no_subject(registry: &Registry, catalogue: &Catalogue, subject: &str) -> AppError {
    if catalogue.as_of.is_none() {
        let why = catalogue.trouble.as_ref().map_or_else(
            || format!("Registry {} has not been read yet.", registry.name()),
            |error| problems::sentence(&error.to_string()),
        );
        return Problem::new(ProblemKind::Unavailable, "Subjects are not known", why)
            .with_remedy("The console asks again by itself.")
            .into();
    }
    Problem::new(
        ProblemKind::NotFound,
        "Subject not found",
        format!("Registry {} has no subject “{subject}”.", registry.name()),
    )
    .with_remedy("Check the spelling, or search in the list of schemas. Registering a first version makes it.")
    .into()
}

/// See the module.
pub(super) async fn of(
    registry: &Registry,
    table: &Table,
    name: &SubjectName,
    compared: Compared,
) -> Result<SubjectDetail, AppError> {
    let catalogue = &table.catalogue;
    let absent = || no_subject(registry, catalogue, name.as_str());
    let subject = catalogue.subjects.get(name.as_str()).ok_or_else(absent)?;
    let row = table.row(name).ok_or_else(absent)?.clone();
    let (from, to) = chosen(subject, compared)?;
    let mut missing = missing(registry, catalogue);
    let texts = Texts::fetch(registry, subject, from, to, &mut missing).await;
    let made = timeout(
        PATIENCE,
        tokio::task::spawn_blocking(move || texts.compare()),
    )
    .await;
    let made = match made {
        Ok(Ok(made)) => made,
        _ => {
            missing.push(Missing {
                what: "fields and differences".to_owned(),
                why: "comparing the versions takes too long".to_owned(),
            });
            Compare::default()
        }
    };
    let shown = to.and_then(|to| subject.version(to));
    Ok(SubjectDetail {
        versions: subject.versions.iter().map(version_row).collect(),
        from,
        to,
        schema: shown.and_then(|version| made.schema.map(|schema| schema.of_version(version))),
        difference: made.difference,
        matrix: made.matrix,
        references: shown.map_or_else(Vec::new, |version| references(catalogue, version)),
        referenced_by: referenced_by(catalogue, subject, None),
        siblings: siblings(table, name),
        siblings_total: table.rows.len() as u64,
        missing,
        registry: facts(registry, catalogue),
        row,
    })
}

/// One version's text, whole.
pub(super) async fn text(
    registry: &Registry,
    name: &SubjectName,
    version: i32,
) -> Result<SchemaText, AppError> {
    let catalogue = registry.catalogue().now();
    let subject = catalogue
        .subjects
        .get(name.as_str())
        .ok_or_else(|| no_subject(registry, &catalogue, name.as_str()))?;
    let known = subject
        .version(version)
        .ok_or_else(|| problems::no_schema_version(name.as_str(), version))?;
    let text = registry
        .text_of(name.as_str(), version)
        .await
        .map_err(|error| problems::registry(&error))?;
    let made = tokio::task::spawn_blocking(move || Made::of(&text, usize::MAX))
        .await
        .map_err(|_| AppError::internal())?;
    Ok(made.of_version(known))
}

/// The two versions that are looked at: the newer and, if there is one, the older.
fn chosen(subject: &Subject, compared: Compared) -> Result<(Option<i32>, Option<i32>), AppError> {
    for asked in [compared.from, compared.to].into_iter().flatten() {
        if subject.version(asked).is_none() {
            return Err(problems::no_schema_version(&subject.name, asked).into());
        }
    }
    let to = compared
        .to
        .or_else(|| subject.newest().map(|version| version.version));
    let before = |version: &&Version| Some(version.version) < to;
    let from = compared.from.filter(|from| Some(*from) != to).or_else(|| {
        let live = subject.live().rfind(before);
        live.or_else(|| subject.versions.iter().rfind(before))
            .map(|version| version.version)
    });
    Ok((from, to))
}

/// Texts of what is compared.
struct Texts {
    from: Option<Text>,
    to: Option<Text>,
    matrix: Vec<(i32, Text)>,
}

/// What became of it.
#[derive(Default)]
struct Compare {
    schema: Option<Made>,
    difference: Option<SchemaDifference>,
    matrix: CompatibilityMatrix,
}

impl Texts {
    async fn fetch(
        registry: &Registry,
        subject: &Arc<Subject>,
        from: Option<i32>,
        to: Option<i32>,
        missing: &mut Vec<Missing>,
    ) -> Self {
        let mut wanted: Vec<i32> = subject
            .live()
            .rev()
            .take(MOST_MATRIX)
            .map(|version| version.version)
            .collect();
        wanted.reverse();
        let in_matrix = wanted.clone();
        wanted.extend(from.into_iter().chain(to));
        wanted.sort_unstable();
        wanted.dedup();
        let mut texts = Vec::with_capacity(wanted.len());
        for version in wanted {
            match registry.text_of(&subject.name, version).await {
                Ok(text) => texts.push((version, text)),
                Err(error) => missing.push(Missing {
                    what: format!("version {version}"),
                    why: format!("{error}. {}", error.remedy()),
                }),
            }
        }
        let of = |wanted: Option<i32>| {
            texts
                .iter()
                .find(|(version, _)| Some(*version) == wanted)
                .map(|(_, text)| text.clone())
        };
        Self {
            from: of(from),
            to: of(to),
            matrix: texts
                .iter()
                .filter(|(version, _)| in_matrix.contains(version))
                .cloned()
                .collect(),
        }
    }

    fn compare(self) -> Compare {
        Compare {
            schema: self.to.as_ref().map(|text| Made::of(text, MOST_SHOWN)),
            difference: self
                .from
                .as_ref()
                .zip(self.to.as_ref())
                .map(|(from, to)| meaning::difference(from, to)),
            matrix: meaning::matrix(&self.matrix),
        }
    }
}

/// A text with its fields, before it is known which version it is.
struct Made {
    text: String,
    truncated: bool,
    outline: Result<meaning::Outline, String>,
}

impl Made {
    fn of(text: &Text, most: usize) -> Self {
        let end = text.text.floor_char_boundary(most.min(text.text.len()));
        Self {
            truncated: end < text.text.len(),
            text: text.text.get(..end).unwrap_or_default().to_owned(),
            outline: meaning::outline(text),
        }
    }

    fn of_version(self, version: &Version) -> SchemaText {
        let (outline, why) = match self.outline {
            Ok(outline) => (outline, None),
            Err(why) => (meaning::Outline::default(), Some(problems::sentence(&why))),
        };
        SchemaText {
            version: version.version,
            id: version.id,
            schema_type: version.schema_type,
            text: self.text,
            truncated: self.truncated,
            doc: outline.doc,
            fields: outline.fields,
            why,
        }
    }
}

fn version_row(version: &Version) -> VersionRow {
    VersionRow {
        version: version.version,
        id: version.id,
        schema_type: version.schema_type,
        deleted: version.deleted,
        name: version.name.as_deref().map(str::to_owned),
        size: version.size as u64,
    }
}

/// What a version refers to.
fn references(catalogue: &Catalogue, version: &Version) -> Vec<ReferenceRow> {
    version
        .references
        .iter()
        .take(MOST_REFERENCES)
        .map(|reference| ReferenceRow {
            name: reference.name.clone(),
            subject: SubjectName::new(&reference.subject),
            version: reference.version,
            newest: catalogue
                .subjects
                .get(reference.subject.as_str())
                .and_then(|subject| subject.newest())
                .map(|newest| newest.version == reference.version),
        })
        .collect()
}

/// What refers to a subject, or to some versions of it.
pub(super) fn referenced_by(
    catalogue: &Catalogue,
    subject: &Subject,
    versions: Option<&[i32]>,
) -> Vec<ReferenceRow> {
    let mut rows: Vec<ReferenceRow> = catalogue
        .referring
        .get(&subject.name)
        .into_iter()
        .flatten()
        .filter(|referring| versions.is_none_or(|versions| versions.contains(&referring.to)))
        .take(MOST_REFERENCES)
        .map(|referring| ReferenceRow {
            name: referring.name.clone(),
            subject: SubjectName::new(&referring.subject),
            version: referring.version,
            newest: catalogue
                .subjects
                .get(&referring.subject)
                .and_then(|subject| subject.newest())
                .map(|newest| newest.version == referring.version),
        })
        .collect();
    rows.sort();
    rows
}

/// Subjects beside one in their order; of many those around it.
fn siblings(table: &Table, name: &SubjectName) -> Vec<Sibling> {
    let place = table
        .rows
        .partition_point(|row| row.subject.as_str() < name.as_str());
    let first = place
        .saturating_sub(MOST_SIBLINGS / 2)
        .min(table.rows.len().saturating_sub(MOST_SIBLINGS));
    table
        .rows
        .iter()
        .skip(first)
        .take(MOST_SIBLINGS)
        .map(|row| Sibling {
            subject: row.subject.clone(),
            schema_type: row.schema_type,
            newest: row.newest,
            deleted: row.deleted,
        })
        .collect()
}
