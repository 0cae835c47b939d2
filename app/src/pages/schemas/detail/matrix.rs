//! Who reads what: a grid with a word for each cell that is not a yes, or the same as a list.

use super::Here;
use crate::{
    components::icon::{Icon, icon_small, icon_tiny},
    paths::schemas::SubjectPageQuery,
};
use leptos::prelude::*;
use penstock_domain::schema::{
    SubjectDetail,
    compatible::{CompatibilityMatrix, MatrixCell},
};

/// See the module.
pub(super) fn view(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let matrix = Memo::new(move |_| detail.with(|detail| detail.matrix.clone()));
    let as_table = Memo::new(move |_| here.query.with(|query| query.as_table));
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>"Who can read what"</h2>
                <span class="end">{move || {
                    let query = here.query.get();
                    let label = if query.as_table { "Show as a grid" } else { "Show as a list" };
                    let link = here.link(SubjectPageQuery { as_table: !query.as_table, ..query });
                    view! { <a class="btn icon ghost sm" href=link aria-label=label title=label data-noscroll="">{icon_small(Icon::Table2)}</a> }
                }}</span>
            </div>
            {move || matrix.with(|matrix| match &matrix.why {
                Some(why) => view! { <p class="f12 t3">{why.clone()}</p> }.into_any(),
                None if as_table.get() => list(matrix),
                None => grid(matrix),
            })}
        </section>
    }
    .into_any()
}

fn grid(matrix: &CompatibilityMatrix) -> AnyView {
    let heads = matrix
        .versions
        .iter()
        .map(|version| view! { <th scope="col">{format!("v{version}")}</th> })
        .collect_view();
    let rows = matrix
        .versions
        .iter()
        .map(|reader| {
            let cells = matrix
                .cells
                .iter()
                .filter(|cell| cell.reader == *reader)
                .map(cell)
                .collect_view();
            view! { <tr><th scope="row">{format!("v{reader}")}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="matrix-wrap"><table class="matrix">
            <thead><tr><td></td>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {notes(matrix)}
    }
    .into_any()
}

fn cell(cell: &MatrixCell) -> AnyView {
    let (class, glyph, words) = match cell.obstacles.first() {
        None if cell.reader == cell.writer => ("y d", Icon::Check, "the same version".to_owned()),
        None => (
            "y",
            Icon::Check,
            format!("v{} reads what v{} wrote", cell.reader, cell.writer),
        ),
        Some(first) => (
            "x",
            Icon::X,
            format!(
                "v{} can’t read what v{} wrote: {} {}",
                cell.reader, cell.writer, first.path, first.words
            ),
        ),
    };
    let said = words.clone();
    view! { <td class=class title=words>{icon_tiny(glyph)}<span class="vh">{said}</span></td> }
        .into_any()
}

fn list(matrix: &CompatibilityMatrix) -> AnyView {
    let broken: Vec<&MatrixCell> = matrix
        .cells
        .iter()
        .filter(|cell| !cell.obstacles.is_empty())
        .collect();
    if broken.is_empty() {
        return view! { <p class="f13">"Every version reads what every other wrote."</p>{notes(matrix)} }
            .into_any();
    }
    let items = broken
        .into_iter()
        .map(|cell| {
            let reasons = cell
                .obstacles
                .iter()
                .map(|obstacle| {
                    view! { <li><b class="mono">{obstacle.path.clone()}</b>" "{obstacle.words.clone()}</li> }
                })
                .collect_view();
            view! {
                <li><span>{format!("v{} can’t read what v{} wrote", cell.reader, cell.writer)}</span><ul>{reasons}</ul></li>
            }
        })
        .collect_view();
    view! { <ul class="reads">{items}</ul>{notes(matrix)} }.into_any()
}

fn notes(matrix: &CompatibilityMatrix) -> AnyView {
    let left = matrix.left_out;
    view! {
        <p class="f12 t3 under">
            "Rows read, columns wrote. Computed here from the schemas, not asked of the registry."
            {(left > 0).then(|| format!(" {left} older versions are left out."))}
        </p>
    }
    .into_any()
}
