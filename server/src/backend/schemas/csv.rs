//! The list of subjects as a file.

use super::{list::sorted, table::Table};
use crate::backend::csv::{self, field, known, text};
use penstock_domain::{
    filter::FilterError,
    query::ListQuery,
    schema::{LevelOrigin, SubjectRow},
};

const HEAD: [&str; 13] = [
    "subject",
    "format",
    "name",
    "versions",
    "deletedVersions",
    "newestVersion",
    "newestId",
    "rule",
    "ruleOf",
    "topics",
    "references",
    "referencedBy",
    "finding",
];

/// The file.
///
/// # Errors
/// The filter can't be read.
pub(super) fn file(table: &Table, query: &ListQuery) -> Result<String, FilterError> {
    let rows = sorted(table, query)?;
    Ok(csv::file(HEAD, rows.into_iter().map(|(_, row)| row), line))
}

fn line(row: &SubjectRow) -> [String; 13] {
    let topics: Vec<&str> = row.topics.iter().map(|topic| topic.as_str()).collect();
    let rule_of = match row.level_origin {
        LevelOrigin::Subject => "subject",
        LevelOrigin::Global => "global",
        LevelOrigin::NotTold => "",
    };
    [
        field(row.subject.as_str()),
        known(row.schema_type.map(|schema_type| schema_type.name())),
        text(row.name.as_deref()),
        row.versions.to_string(),
        row.deleted_versions.to_string(),
        known(row.newest),
        known(row.newest_id),
        known(row.level.map(|level| level.name())),
        rule_of.to_owned(),
        field(&topics.join(" ")),
        row.references.to_string(),
        row.referenced_by.to_string(),
        text(row.finding.as_deref().or(row.why.as_deref())),
    ]
}
