//! The list of resources as a file: every row that passes, in the order of the list. The columns of a kind are named in the cells, so
//! that one file can hold all kinds.

use crate::backend::csv::field;
use penstock_domain::resource::list::{Belonging, ResourceRow};
use std::fmt::Write as _;

const HEAD: &str = "kind,namespace,name,state,word,says,belongs,created,details";

/// The file.
pub fn file(rows: &[ResourceRow]) -> String {
    let mut out = String::from(HEAD);
    out.push_str("\r\n");
    for row in rows {
        line(&mut out, row);
    }
    out
}

fn line(out: &mut String, row: &ResourceRow) {
    let belongs = match &row.belonging {
        Belonging::Label => "label",
        Belonging::Bootstrap { .. } => "bootstrap",
        Belonging::Connect { .. } => "connect",
        Belonging::Unknown { .. } => "unknown",
    };
    let details: Vec<String> = row
        .kind
        .columns()
        .iter()
        .zip(&row.cells)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| format!("{column}: {cell}"))
        .collect();
    let fields = [
        row.kind.name().to_owned(),
        field(row.namespace.as_str()),
        field(row.name.as_str()),
        row.state.name().to_owned(),
        row.word.as_deref().map(field).unwrap_or_default(),
        row.says().map(field).unwrap_or_default(),
        belongs.to_owned(),
        row.created
            .map(|created| created.to_string())
            .unwrap_or_default(),
        field(&details.join("; ")),
    ];
    // Writing to a String can't fail.
    let _ = write!(out, "{}\r\n", fields.join(","));
}
