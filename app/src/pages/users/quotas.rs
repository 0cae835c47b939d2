//! Every quota in force: of users, client ids and addresses.

use super::tabs::{Tab, tabs};
use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        heading::PageHead,
        icon::{Icon, icon},
        lag, skeleton,
    },
    live::use_live,
    load, paths, routes,
};
use leptos::prelude::*;
use penstock_domain::{
    acl::Principal,
    ids::ClusterRef,
    live::MarkKind,
    user::{
        judge,
        quota::{Quota, QuotaEntity, QuotaList},
    },
};

/// The page.
#[component]
pub fn Quotas() -> impl IntoView {
    let cluster = routes::use_cluster();
    load::keyed(cluster, move |cluster| {
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Users]);
        let fetched = cluster.clone();
        load::load(
            Memo::new(|_| ()),
            trigger,
            move |()| penstock_api::users::quotas_list(fetched.clone()),
            || skeleton::page("Quotas"),
            move |list| body(cluster.clone(), list),
        )
    })
}

fn body(cluster: ClusterRef, list: Signal<QuotaList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let values = move || {
        list.with(|list| {
            list.items
                .iter()
                .map(|quota| quota.values.len() as u64)
                .sum::<u64>()
        })
    };
    let of = cluster.clone();
    view! {
        <PageHead
            title="Quotas".to_owned()
            facts=move || view! { <span>{format!("{} in force", lag::count(values()))}</span><span>"each holds on each broker; Kafka does not tell the use"</span> }.into_any()
        />
        {tabs(&cluster, Tab::Quotas, |_| None)}
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        <div class="tbl-wrap">
            <table class="tbl stack bleed">
                <thead><tr><th>"User"</th><th>"Client id"</th><th>"Address"</th><th>"What"</th><th class="num">"Limit"</th></tr></thead>
                <tbody>{move || list.with(|list| list.items.iter().map(|quota| rows(&of, quota)).collect_view())}</tbody>
            </table>
        </div>
        {move || list.with(|list| list.items.is_empty().then(|| empty(list.as_of.is_some())))}
        <div class="tbl-foot"><span>"quotas "{age}</span></div>
    }
    .into_any()
}

fn rows(cluster: &ClusterRef, quota: &Quota) -> AnyView {
    quota
        .values
        .iter()
        .map(|value| {
            let user = match &quota.user {
                Some(QuotaEntity::Named(name)) => {
                    let link = paths::user(cluster, &Principal::user(name));
                    view! { <a class="name" href=link>{name.clone()}</a> }.into_any()
                }
                other => view! { <span class="t2">{entity(other.as_ref())}</span> }.into_any(),
            };
            view! {
                <tr data-row="">
                    <td class="w-full">{user}</td>
                    <td data-l="Client id" class="t2">{entity(quota.client_id.as_ref())}</td>
                    <td data-l="Address" class="t2">{entity(quota.ip.as_ref())}</td>
                    <td data-l="What" class="mono f12">{value.key.clone()}</td>
                    <td data-l="Limit" class="num">{judge::limit(&value.key, value.value)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any()
}

fn entity(of: Option<&QuotaEntity>) -> String {
    match of {
        None => "–".to_owned(),
        Some(QuotaEntity::Default) => "everybody else".to_owned(),
        Some(QuotaEntity::Named(name)) => name.clone(),
    }
}

fn empty(known: bool) -> AnyView {
    let (title, words) = if known {
        (
            "No quota is in force",
            "Nobody is limited. spec.quotas of a KafkaUser would limit it on each broker.",
        )
    } else {
        (
            "Quotas are not known yet",
            "The brokers have not told which there are. They appear here by themselves.",
        )
    };
    view! {
        <div class="state">
            <h2>{icon(Icon::Gauge)}{title}</h2>
            <p>{words}</p>
        </div>
    }
    .into_any()
}
