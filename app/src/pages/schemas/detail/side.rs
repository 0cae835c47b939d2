//! Beside the versions: who reads what, what carries the subject, references both ways.

use super::{Here, impact, matrix};
use crate::paths;
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    schema::{ReferenceRow, SubjectDetail},
};

/// See the module.
pub(super) fn view(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let to = Memo::new(move |_| detail.with(|detail| detail.references.clone()));
    let by = Memo::new(move |_| detail.with(|detail| detail.referenced_by.clone()));
    let cluster = here.cluster();
    let (to_of, by_of) = (cluster.clone(), cluster);
    view! {
        <aside class="side" aria-label="About this subject">
            {matrix::view(here, detail)}
            {impact::view(here, detail)}
            <section class="sec">
                <div class="sec-head"><h2>"References"</h2></div>
                {move || to.with(|list| references(&to_of, list, "It refers to no other subject."))}
            </section>
            <section class="sec">
                <div class="sec-head"><h2>"Referred to by"</h2></div>
                {move || by.with(|list| references(&by_of, list, "No subject refers to it."))}
            </section>
        </aside>
    }
    .into_any()
}

fn references(cluster: &ClusterRef, list: &[ReferenceRow], none: &'static str) -> AnyView {
    if list.is_empty() {
        return view! { <p class="f12 t3">{none}</p> }.into_any();
    }
    let rows = list
        .iter()
        .map(|row| {
            let beside = match row.newest {
                Some(true) => "newest",
                Some(false) => "",
                None => "not in the registry",
            };
            view! {
                <dt><a class="link mono f12" href=paths::subject(cluster, &row.subject) title=format!("as {}", row.name)>{row.subject.to_string()}</a></dt>
                <dd>{format!("v{} ", row.version)}<span class="unit">{beside}</span></dd>
            }
        })
        .collect_view();
    view! { <dl class="kv refs">{rows}</dl> }.into_any()
}
