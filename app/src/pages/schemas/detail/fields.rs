//! The fields of a version as a table, with what their author wrote about them.

use leptos::prelude::*;
use penstock_domain::schema::{FieldRow, SchemaText, SubjectDetail};

/// Fields that are shown.
const MOST_SHOWN: usize = 500;

/// See the module.
pub(super) fn view(detail: Signal<SubjectDetail>) -> AnyView {
    let schema = Memo::new(move |_| detail.with(|detail| detail.schema.clone()));
    view! {
        {move || match schema.get() {
            None => view! { <p class="t3 vsay">"The schema’s text could not be had."</p> }.into_any(),
            Some(schema) => table(schema),
        }}
    }
    .into_any()
}

fn table(schema: SchemaText) -> AnyView {
    let more = schema.fields.len().saturating_sub(MOST_SHOWN);
    let rows = schema
        .fields
        .into_iter()
        .take(MOST_SHOWN)
        .map(row)
        .collect_view();
    view! {
        {schema.why.map(|why| view! { <p class="t3 vsay">"Its fields can’t be told: "{why}</p> })}
        {schema.doc.map(|doc| view! { <p class="vsay doc">{doc}</p> })}
        <div class="tbl-wrap" tabindex="0">
            <table class="tbl stack bleed fields">
                <thead><tr><th>"Field"</th><th>"Type"</th><th>"Default"</th><th>"Notes"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="t3 vsay">{format!("and {more} more fields")}</p> })}
    }
    .into_any()
}

fn row(field: FieldRow) -> AnyView {
    let depth = format!("d{}", field.depth.min(6));
    let notes = field.notes.join("; ");
    view! {
        <tr>
            <td class="w-full"><span class=format!("mono {depth}")>{field.path}</span>{field.doc.map(|doc| view! { <span class="two">{doc}</span> })}</td>
            <td data-l="Type" class="mono f12">{field.field_type}</td>
            <td data-l="Default" class="mono f12 t2">{field.default.unwrap_or_else(|| "–".to_owned())}</td>
            <td data-l="Notes" class="t2 f12 wrapcell">{notes}</td>
        </tr>
    }
    .into_any()
}
