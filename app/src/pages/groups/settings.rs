//! Settings of a group at the broker: those of the new protocols have some, a classic group's are its members' own.

use super::detail::Here;
use crate::{
    components::{problem::ProblemBox, words},
    load,
};
use leptos::prelude::*;
use penstock_domain::{
    config::{ConfigEntry, ConfigSource},
    group::{GroupConfiguration, GroupKind},
};

/// The section; nothing for kinds that have no settings at the broker. Asked once with the page: settings change rarely.
pub fn section(here: Here, kind: Memo<GroupKind>) -> AnyView {
    let has_some = Memo::new(move |_| {
        matches!(
            kind.get(),
            GroupKind::Consumer | GroupKind::Share | GroupKind::Streams
        )
    });
    (move || has_some.get().then(|| loaded(here))).into_any()
}

fn loaded(here: Here) -> AnyView {
    let (cluster, group) = here.group.get_value();
    let loader = load::Loader::new(
        Memo::new(move |_| (cluster.clone(), group.clone())),
        Signal::stored(0),
        |(cluster, group)| penstock_api::groups::group_configuration_get(cluster, group),
    );
    let content = loader.view(
        || view! { <p class="f13 t3">"Loading…"</p> }.into_any(),
        |error| view! { <ProblemBox error/> }.into_any(),
        |configuration: Signal<GroupConfiguration>| {
            (move || configuration.with(|configuration| table(&configuration.entries))).into_any()
        },
    );
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Settings"</h2><span class="age">"at the broker"</span></div>
            {content}
        </section>
    }
    .into_any()
}

/// What is set on the group first.
fn table(entries: &[ConfigEntry]) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="f13 t2">"The broker tells none."</p> }.into_any();
    }
    let mut sorted: Vec<&ConfigEntry> = entries.iter().collect();
    sorted.sort_by_key(|entry| (entry.source != ConfigSource::Group, entry.name.clone()));
    let rows = sorted
        .into_iter()
        .map(|entry| {
            let value = entry
                .readable
                .clone()
                .or_else(|| entry.value.clone())
                .unwrap_or_else(|| words::NOTHING.to_owned());
            let why = entry.documentation.as_deref().map(words::without_markup);
            let set = entry.source == ConfigSource::Group;
            view! {
                <dt class="mono" title=why>{entry.name.clone()}</dt>
                <dd><span class:m=set>{value}</span>{(!set).then(|| view! { " "<span class="t3">{entry.source.words()}</span> })}</dd>
            }
        })
        .collect_view();
    view! { <dl class="kv settings">{rows}</dl> }.into_any()
}
