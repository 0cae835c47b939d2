//! The filter over the list of subjects: `orders format:avro rule:none topic:orders id:118`.
//!
//! The words of this list; how they are read and joined is `crate::list_filter`. Pure.

use super::{CompatibilityLevel, SchemaType, SubjectRow};
use crate::list_filter::{Check, Holds, ListField, ListFilter, Row};

/// What may be written, for the field's hint.
pub const HINT: &str = "Filter: name, format:, rule:, topic:, record:, id:, versions>";

/// A filter over subjects.
pub type SubjectFilter = ListFilter<SubjectField>;

/// What a subject can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectField {
    /// Its name.
    Name,
    /// Format of its newest version.
    Format,
    /// The level that holds.
    Rule,
    /// A topic that it belongs to.
    Topic,
    /// Full name of what it describes.
    Record,
    /// Id of its newest schema.
    Id,
    /// How many live versions.
    Versions,
}

impl ListField for SubjectField {
    const ALL: &'static [Self] = &[
        SubjectField::Name,
        SubjectField::Format,
        SubjectField::Rule,
        SubjectField::Topic,
        SubjectField::Record,
        SubjectField::Id,
        SubjectField::Versions,
    ];
    const NAME: Self = SubjectField::Name;

    fn name(self) -> &'static str {
        match self {
            SubjectField::Name => "name",
            SubjectField::Format => "format",
            SubjectField::Rule => "rule",
            SubjectField::Topic => "topic",
            SubjectField::Record => "record",
            SubjectField::Id => "id",
            SubjectField::Versions => "versions",
        }
    }

    fn holds(self) -> Holds {
        match self {
            SubjectField::Name | SubjectField::Topic | SubjectField::Record => Holds::Text,
            SubjectField::Format => Holds::Choice {
                what: "format of schemas",
                names: || SchemaType::ALL.iter().map(|kind| kind.name()).collect(),
            },
            SubjectField::Rule => Holds::Choice {
                what: "compatibility level",
                names: || {
                    CompatibilityLevel::ALL
                        .iter()
                        .map(|level| level.name())
                        .collect()
                },
            },
            SubjectField::Id => Holds::Count {
                what: "id of a schema",
            },
            SubjectField::Versions => Holds::Count {
                what: "number of versions",
            },
        }
    }

    fn says(self) -> &'static str {
        match self {
            SubjectField::Name => "name of the subject",
            SubjectField::Format => "avro, protobuf, jsonSchema",
            SubjectField::Rule => "the level that holds for it",
            SubjectField::Topic => "a topic that it belongs to by its name",
            SubjectField::Record => "full name of what it describes",
            SubjectField::Id => "id of its newest schema",
            SubjectField::Versions => "how many live versions",
        }
    }

    fn example(self) -> &'static str {
        match self {
            SubjectField::Name => "name:orders-*",
            SubjectField::Format => "format:avro",
            SubjectField::Rule => "rule:none",
            SubjectField::Topic => "topic:orders",
            SubjectField::Record => "record:shop.Order",
            SubjectField::Id => "id:118",
            SubjectField::Versions => "versions>5",
        }
    }
}

impl Row<SubjectField> for SubjectRow {
    fn answer(&self, field: SubjectField, check: &Check) -> Option<bool> {
        match field {
            SubjectField::Name => Some(check.text(self.subject.as_str())),
            SubjectField::Format => Some(check.choice(|name| {
                self.schema_type
                    .is_some_and(|schema_type| schema_type.name() == name)
            })),
            SubjectField::Rule => {
                Some(check.choice(|name| self.level.is_some_and(|level| level.name() == name)))
            }
            SubjectField::Topic => Some(self.topics.iter().any(|topic| check.text(topic.as_str()))),
            SubjectField::Record => Some(self.name.as_deref().is_some_and(|name| check.text(name))),
            SubjectField::Id => check.figure(self.newest_id.map(f64::from)),
            SubjectField::Versions => check.figure(Some(f64::from(self.versions))),
        }
    }
}
