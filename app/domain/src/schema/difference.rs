//! How two versions of a schema differ: in what they mean, and in their text. Shapes; what fills them knows the formats and is
//! `penstock-registry`'s.

use serde::{Deserialize, Serialize};

/// Two versions beside one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaDifference {
    /// What changed in what they mean, in the order of the newer one; bounded.
    pub changes: Vec<SchemaChange>,
    /// Why what they mean could not be compared; their text still is.
    pub why: Option<String>,
    /// Line by line; long equal stretches are one entry.
    pub lines: Vec<DifferenceLine>,
    /// Whether it was cut because it is too long.
    pub truncated: bool,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// A field, property or member is new.
    FieldAdded,
    /// One is gone.
    FieldRemoved,
    /// One has another name: by its alias, or by its number in Protobuf.
    FieldRenamed,
    /// Its type is another.
    TypeChanged,
    /// Its default is another, new or gone.
    DefaultChanged,
    /// Fields stand in another order, or sort otherwise.
    OrderChanged,
    /// Other names that it goes by.
    AliasChanged,
    /// A symbol of an enum is new.
    SymbolAdded,
    /// One is gone.
    SymbolRemoved,
    /// A property must be there now, or need not any more.
    RequiredChanged,
    /// Another keyword or option.
    ConstraintChanged,
    /// Documentation alone.
    DocumentationChanged,
    /// Another name of the whole.
    NameChanged,
}

impl ChangeKind {
    /// One of it and several, for sums: `1 field added`.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            ChangeKind::FieldAdded => ("field added", "fields added"),
            ChangeKind::FieldRemoved => ("field removed", "fields removed"),
            ChangeKind::FieldRenamed => ("field renamed", "fields renamed"),
            ChangeKind::TypeChanged => ("type changed", "types changed"),
            ChangeKind::DefaultChanged => ("default changed", "defaults changed"),
            ChangeKind::OrderChanged => ("order changed", "orders changed"),
            ChangeKind::AliasChanged => ("alias changed", "aliases changed"),
            ChangeKind::SymbolAdded => ("symbol added", "symbols added"),
            ChangeKind::SymbolRemoved => ("symbol removed", "symbols removed"),
            ChangeKind::RequiredChanged => ("requirement changed", "requirements changed"),
            ChangeKind::ConstraintChanged => ("constraint changed", "constraints changed"),
            ChangeKind::DocumentationChanged => ("doc changed", "docs changed"),
            ChangeKind::NameChanged => ("name changed", "names changed"),
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaChange {
    /// What.
    pub kind: ChangeKind,
    /// Where: `priority`, `metadata.source`; empty for the whole.
    pub path: String,
    /// As it was, in short; `None` where there was nothing.
    pub old: Option<String>,
    /// As it is, in short; `None` where there is nothing any more.
    pub new: Option<String>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LineKind {
    /// In both.
    Equal,
    /// In the older one alone.
    Removed,
    /// In the newer one alone.
    Added,
    /// So many equal lines that are left out.
    Skipped,
}

/// A line of the text difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DifferenceLine {
    /// What it is.
    pub kind: LineKind,
    /// Its number in the older text, from 1.
    pub old: Option<u32>,
    /// Its number in the newer text, from 1.
    pub new: Option<u32>,
    /// Its text in pieces; those that differ within the line are marked. Empty for lines that are left out.
    pub pieces: Vec<LinePiece>,
    /// How many lines are left out.
    pub skipped: u32,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinePiece {
    /// Its text.
    pub text: String,
    /// Whether it is what differs.
    pub changed: bool,
}

/// How many changes of each kind, in the order of [`ChangeKind`].
pub fn sums(changes: &[SchemaChange]) -> Vec<(ChangeKind, usize)> {
    let mut sums = std::collections::BTreeMap::new();
    for change in changes {
        *sums.entry(change.kind).or_insert(0) += 1;
    }
    sums.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_in_their_order() {
        let change = |kind| SchemaChange {
            kind,
            path: String::new(),
            old: None,
            new: None,
        };
        assert_eq!(
            sums(&[
                change(ChangeKind::SymbolAdded),
                change(ChangeKind::FieldAdded),
                change(ChangeKind::SymbolAdded)
            ]),
            [(ChangeKind::FieldAdded, 1), (ChangeKind::SymbolAdded, 2)]
        );
    }
}
