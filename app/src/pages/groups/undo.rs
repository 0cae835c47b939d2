//! What was done to a group through the console: who set which offsets when, and the way back.

use super::{act, detail::Here};
use crate::{
    components::{
        icon::{Icon, icon_small},
        words,
    },
    load,
    paths::{GroupAct, GroupPageQuery, GroupTab},
};
use leptos::prelude::*;
use penstock_domain::{
    group::act::{KEPT_DAYS, KeptChange, KeptChanges},
    units,
};

/// The tab.
pub fn tab(here: Here, trigger: Signal<u64>) -> AnyView {
    let (cluster, group) = here.group.get_value();
    load::load(
        Memo::new(move |_| (cluster.clone(), group.clone())),
        trigger,
        |(cluster, group)| penstock_api::groups::group_changes_get(cluster, group),
        || view! { <section class="sec"><p class="f13 t3">"Loading…"</p></section> }.into_any(),
        move |changes| list(here, changes),
    )
}

/// For a group that is not there: what was deleted of it, if anything was.
pub fn of_absent(here: Here, trigger: Signal<u64>) -> AnyView {
    let (cluster, group) = here.group.get_value();
    let loader = load::Loader::new(
        Memo::new(move |_| (cluster.clone(), group.clone())),
        trigger,
        |(cluster, group)| penstock_api::groups::group_changes_get(cluster, group),
    );
    loader.view(
        || ().into_any(),
        |_| ().into_any(),
        move |changes| {
            let any = Memo::new(move |_| changes.with(|changes| !changes.items.is_empty()));
            view! {
                {move || any.get().then(|| list(here, changes))}
                {act::dialogs(here, None)}
            }
            .into_any()
        },
    )
}

fn list(here: Here, changes: Signal<KeptChanges>) -> AnyView {
    let age = move || {
        if changes.with(|changes| changes.durable) {
            format!("replaced offsets are kept for {KEPT_DAYS} days")
        } else {
            "replaced offsets are kept until the console restarts".to_owned()
        }
    };
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Undo"</h2><span class="age">{age}</span></div>
            {move || changes.with(|changes| table(here, changes))}
        </section>
    }
    .into_any()
}

/// The changes themselves, newest first.
fn table(here: Here, changes: &KeptChanges) -> AnyView {
    if changes.items.is_empty() {
        return view! { <p class="f13 t2">"Nobody has changed its offsets through this console."</p> }
            .into_any();
    }
    let rows = changes
        .items
        .iter()
        .map(|change| row(here, change))
        .collect_view();
    view! {
        <div class="bleed"><table class="tbl stack last-open">
            <thead><tr><th>"When"</th><th>"What"</th><th>"Who"</th><th>"Where"</th><th><span class="vh">"Way back"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

fn row(here: Here, change: &KeptChange) -> AnyView {
    let link = here.link(&GroupPageQuery {
        tab: GroupTab::Undo,
        act: Some(GroupAct::Restore(change.change)),
        ..GroupPageQuery::default()
    });
    let restorable = change.changes.iter().any(|one| one.old.is_some());
    view! {
        <tr>
            <td class="tnum" data-l="When"><time datetime=change.at.to_string()>{words::absolute(change.at)}</time></td>
            <td data-l="What">{change.what.words()}</td>
            <td data-l="Who">{change.who.clone()}</td>
            <td class="w-full" data-l="Where">{places(change)}</td>
            <td class="r">{restorable.then(|| view! { <a class="btn sm" href=link data-noscroll="">{icon_small(Icon::RotateCcw)}"Restore…"</a> })}</td>
        </tr>
    }
    .into_any()
}

/// `6 partitions of billing-invoices, 169 724 → 319 061` for one, else counted.
fn places(change: &KeptChange) -> AnyView {
    let mut topics: Vec<&str> = change
        .changes
        .iter()
        .map(|one| one.topic.as_str())
        .collect();
    topics.sort_unstable();
    topics.dedup();
    let count = units::count(change.changes.len(), "partition", "partitions");
    let of = match topics.as_slice() {
        [only] => (*only).to_owned(),
        several => units::count(several.len(), "topic", "topics"),
    };
    let moved = match change.changes.as_slice() {
        [one] => Some(format!(
            ", {} → {}",
            words::number(one.old),
            words::number(one.new)
        )),
        _ => None,
    };
    view! { {count}" of "<span class="mono">{of}</span>{moved} }.into_any()
}
