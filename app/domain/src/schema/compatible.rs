//! Which version reads what which wrote. Shapes; the rules of a format are `penstock-registry`'s.

use serde::{Deserialize, Serialize};

/// Why a reader's version can't read what a writer's version wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// Where in the schema: `priority`; empty for the whole.
    pub path: String,
    /// What happens, for a sentence: `the writer may send “urgent”, which the reader’s enum Priority does not have; it has no default`.
    pub words: String,
}

/// One cell of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MatrixCell {
    /// Who reads.
    pub reader: i32,
    /// Who wrote.
    pub writer: i32,
    /// Why not; empty: it does. Bounded.
    pub obstacles: Vec<Obstacle>,
}

/// Who can read what, computed from the schemas. Rows read, columns wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CompatibilityMatrix {
    /// The versions, oldest first; of many the newest.
    pub versions: Vec<i32>,
    /// Row by row.
    pub cells: Vec<MatrixCell>,
    /// Versions that are left out because there are too many.
    pub left_out: usize,
    /// Why there is none: the format is not Avro, or a version can't be read.
    pub why: Option<String>,
}

impl CompatibilityMatrix {
    /// Why `reader` can't read what `writer` wrote; empty: it can, or it is not known.
    pub fn obstacles(&self, reader: i32, writer: i32) -> &[Obstacle] {
        self.cells
            .iter()
            .find(|cell| cell.reader == reader && cell.writer == writer)
            .map_or(&[], |cell| &cell.obstacles)
    }
}
