//! Regular expressions, bounded: linear in time, a share of one megabyte each, errors that point into the filter.

use penstock_domain::filter::{Filter, FilterError};
use regex::bytes::{Regex, RegexBuilder};

/// Bytes that the programs of all patterns of a filter may take together, and their caches again.
const BUDGET: usize = 4 << 20;
/// Bytes of one, at most.
const MOST: usize = 1 << 20;
/// Bytes of one, at least, however many there are.
const LEAST: usize = 64 << 10;

/// Compiles patterns; `count` of them share the budget.
pub(super) fn compile(
    pattern: &str,
    ignore_case: bool,
    count: usize,
) -> Result<Regex, regex::Error> {
    let share = (BUDGET / count.max(1)).clamp(LEAST, MOST);
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(share)
        .dfa_size_limit(share)
        .build()
}

/// What is wrong with the pattern that stands `index`-th in the filter.
pub(super) fn refused(
    filter: &Filter,
    index: usize,
    pattern: &str,
    error: &regex::Error,
) -> FilterError {
    let (from, to) = filter.pattern_at(index).unwrap_or_default();
    let (message, at) = match error {
        regex::Error::CompiledTooBig(_) => (
            "This pattern is too large. Smaller repetitions, or fewer letters beyond ASCII, make it smaller.".to_owned(),
            None,
        ),
        error => read(&error.to_string(), pattern),
    };
    // The pattern's own bytes begin behind the quote. They are those of the text where nothing was unescaped in it.
    let as_typed = to.saturating_sub(from) == pattern.len() + 2;
    let (from, to) = match at.filter(|_| as_typed) {
        Some((begin, end)) => (from + 1 + begin, from + 1 + end),
        None => (from, to),
    };
    FilterError {
        message,
        from,
        to,
        hint: None,
    }
}

/// The sentence and the place out of the library's drawing:
///
/// ```text
/// regex parse error:
///     (abc
///     ^
/// error: unclosed group
/// ```
fn read(drawing: &str, pattern: &str) -> (String, Option<(usize, usize)>) {
    let reason = drawing
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("error: "))
        .unwrap_or("it can't be read");
    let marks = drawing.lines().rev().find(|line| {
        line.trim_start().starts_with('^') && line.trim_start().trim_matches('^').is_empty()
    });
    let place = marks.and_then(|marks| {
        let indent = marks.len() - marks.trim_start().len();
        let length = marks.trim().len();
        let byte = |char: usize| {
            pattern
                .char_indices()
                .map(|(at, _)| at)
                .chain([pattern.len()])
                .nth(char)
        };
        let begin = indent.checked_sub(4)?;
        Some((byte(begin)?, byte(begin + length).unwrap_or(pattern.len())))
    });
    (
        format!("This is no pattern: {reason}."),
        place.filter(|_| !pattern.contains('\n')),
    )
}
