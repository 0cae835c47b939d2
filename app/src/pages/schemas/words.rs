//! Levels, formats and the registry in words.

use penstock_domain::schema::{CompatibilityLevel, LevelOrigin, RegistryFacts};

/// `backward`, `backward, global`, `not known`.
pub(super) fn level(
    level: Option<CompatibilityLevel>,
    origin: LevelOrigin,
) -> (String, &'static str) {
    let words = level.map_or_else(|| "not known".to_owned(), |level| level.words().to_owned());
    let beside = match (level, origin) {
        (None, _) | (_, LevelOrigin::Subject) => "",
        (_, LevelOrigin::Global) => "global",
        (_, LevelOrigin::NotTold) => "as global",
    };
    (words, beside)
}

/// `registry.example:8081, answered in 9 ms`.
pub(super) fn registry(facts: &RegistryFacts) -> String {
    match facts.answered_millis {
        Some(millis) => format!("{}, answered in {millis} ms", facts.name),
        None => format!("{}, not read yet", facts.name),
    }
}

/// A count of something.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    penstock_domain::units::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}
