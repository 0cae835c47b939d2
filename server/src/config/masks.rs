//! What the console hides of records: the rules as they are written in the file.

/// One `[[masks]]`.
#[derive(Clone, Debug, Default)]
pub struct MaskSettings {
    /// In which clusters, `namespace/name`; empty: in all.
    pub clusters: Vec<String>,
    /// In which topics, with `*` for any text.
    pub topics: Vec<String>,
    /// Which fields: `value.customer.card`, `value.*.iban`, `key`, `header.authorization`.
    pub fields: Vec<String>,
    /// What stands in their place.
    pub with: MaskWith,
}

/// What stands in the place of what is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaskWith {
    /// Dots.
    #[default]
    Dots,
    /// A digest, so that equal values stay equal.
    Hash,
    /// Dots and the last four characters.
    Last4,
}

impl MaskSettings {
    /// What is missing, in sentences.
    pub(super) fn contradictions(&self) -> Vec<String> {
        [
            (
                self.topics.is_empty(),
                "topics is missing: [\"*\"] means all",
            ),
            (self.fields.is_empty(), "fields is missing"),
        ]
        .into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, sentence)| sentence.to_owned())
        .collect()
    }
}
