//! JSON Schema: payloads are JSON as they are; the schema matters for writing.
//!
//! References are looked up among the schema's own references by name, and nowhere else. Patterns run with a bound on their
//! size and on backtracking.

mod sample;

#[cfg(test)]
mod tests;

use crate::{
    error::{DecodeError, EncodeError, tame},
    nearest::{list, nearest},
    text::Text,
};
use jsonschema::{
    PatternOptions, Retrieve, Uri, ValidationError, Validator, error::ValidationErrorKind,
};
use serde_json::Value;
use std::collections::HashMap;

/// Steps back that a pattern may take.
const MOST_BACKTRACKING: usize = 20_000;
/// Bytes of a compiled pattern.
const MOST_PATTERN: usize = 1 << 20;
/// Errors that are looked at for the first place in the text.
const MOST_ERRORS: usize = 20;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct JsonSchema {
    schema: Value,
    references: HashMap<String, Value>,
    /// Reading needs none, so that a schema with an unknown reference is no obstacle to it.
    validator: Result<Validator, String>,
}

/// Compiles a schema; `references` by the names that it refers to them by.
pub(crate) fn compile<'t>(
    text: &str,
    references: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<JsonSchema, String> {
    let parse = |text: &str| {
        serde_json::from_str::<Value>(text).map_err(|error| format!("it is not JSON: {error}"))
    };
    let schema = parse(text)?;
    let references = references
        .into_iter()
        .map(|(name, text)| Ok((name.to_owned(), parse(text)?)))
        .collect::<Result<HashMap<_, _>, String>>()?;
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(MOST_BACKTRACKING)
        .size_limit(MOST_PATTERN)
        .dfa_size_limit(MOST_PATTERN);
    let validator = jsonschema::options()
        .with_retriever(Memory {
            references: references.clone(),
        })
        .with_pattern_options(patterns)
        .build(&schema)
        .map_err(|error| tame(&error.to_string()));
    Ok(JsonSchema {
        schema,
        references,
        validator,
    })
}

impl JsonSchema {
    /// Why nothing can be checked with it.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.validator.as_ref().err().map(String::as_str)
    }
}

/// References that lie in memory.
struct Memory {
    references: HashMap<String, Value>,
}

impl Retrieve for Memory {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        match lookup(&self.references, uri.as_str()) {
            Some(schema) => Ok(schema.clone()),
            None => Err(format!(
                "{} is not among the schema’s references",
                tame(uri.as_str())
            )
            .into()),
        }
    }
}

/// A reference by its whole name, or as the end of an address that was made of a relative one.
fn lookup<'r>(references: &'r HashMap<String, Value>, uri: &str) -> Option<&'r Value> {
    references.get(uri).or_else(|| {
        references
            .iter()
            .filter(|(name, _)| {
                uri.strip_suffix(name.trim_start_matches("./"))
                    .is_some_and(|rest| rest.ends_with('/'))
            })
            .max_by_key(|(name, _)| name.len())
            .map(|(_, schema)| schema)
    })
}

/// Checks that a payload is JSON; its text stays as it is.
pub(crate) fn read(payload: &[u8], limit: usize) -> Result<String, DecodeError> {
    if payload.len() > limit {
        return Err(DecodeError::TooLong { limit });
    }
    let text = std::str::from_utf8(payload).map_err(|error| DecodeError::Malformed {
        what: "text that is not UTF-8".to_owned(),
        at: error.valid_up_to(),
    })?;
    penstock_domain::json::validate(payload).map_err(|error| DecodeError::Malformed {
        what: "something that is not JSON".to_owned(),
        at: error.at,
    })?;
    Ok(text.to_owned())
}

impl JsonSchema {
    /// Its title.
    pub(crate) fn title(&self) -> Option<&str> {
        self.schema.get("title").and_then(Value::as_str)
    }

    /// Whether a text fits.
    pub(crate) fn check(&self, json: &str) -> Result<(), EncodeError> {
        let parsed = Text::parse(json)?;
        let validator = self.validator.as_ref().map_err(|cause| {
            parsed.root().fail(
                format!("The schema can't be used for checking: {cause}"),
                None,
            )
        })?;
        let value: Value = serde_json::from_str(json)
            .map_err(|error| parsed.root().fail(tame(&error.to_string()), None))?;
        // The first in the text, not the first that the schema asks for.
        let first = validator
            .iter_errors(&value)
            .take(MOST_ERRORS)
            .map(|error| explain(&parsed, &error))
            .min_by_key(|error| (error.line, error.column));
        first.map_or(Ok(()), Err)
    }

    /// A value that fits.
    pub(crate) fn sample(&self) -> Option<String> {
        let validator = self.validator.as_ref().ok()?;
        sample::candidates(&self.schema, &self.references)
            .into_iter()
            .find(|candidate| validator.is_valid(candidate))
            .map(|candidate| candidate.to_string())
    }
}

fn explain(text: &Text<'_>, error: &ValidationError<'_>) -> EncodeError {
    let at = text.pointer(error.instance_path().as_str());
    let words = at.words();
    let words = if words == "the value" {
        "The value"
    } else {
        &words
    };
    match error.kind() {
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options.as_array().map_or_else(Vec::new, |options| {
                options.iter().map(ToString::to_string).collect()
            });
            let names = || options.iter().map(|option| option.trim_matches('"'));
            let typed = at.string();
            let near = typed.as_deref().and_then(|typed| nearest(typed, names()));
            at.fail(
                format!(
                    "{} is not one of the values of {words}; the schema has {}.",
                    at.brief(),
                    list(names())
                ),
                near.map(|near| format!("Write \"{near}\"")),
            )
        }
        ValidationErrorKind::Required { property } => {
            let name = property
                .as_str()
                .map_or_else(|| property.to_string(), str::to_owned);
            at.fail(
                format!("Field \"{name}\" is missing; the schema requires it."),
                None,
            )
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let name = unexpected.first().map(String::as_str).unwrap_or_default();
            let message = format!("The schema knows no field \"{name}\" here.");
            match at.members().find(|(own, _)| own == name) {
                Some((_, member)) => member.fail_name(message, None),
                None => at.fail(message, None),
            }
        }
        ValidationErrorKind::Type { .. } => at.fail(
            format!(
                "{words} has the wrong type: {}",
                sentence(&error.to_string())
            ),
            None,
        ),
        ValidationErrorKind::Pattern { pattern } => at.fail(
            format!("{words} does not match the pattern {}.", tame(pattern)),
            None,
        ),
        ValidationErrorKind::Format { format } => at.fail(
            format!("{words} is not of the format {}.", tame(format)),
            None,
        ),
        _ => at.fail(
            format!("{words} does not fit: {}", sentence(&error.to_string())),
            None,
        ),
    }
}

fn sentence(text: &str) -> String {
    let mut text = tame(text);
    if !text.ends_with(['.', '…']) {
        text.push('.');
    }
    text
}
