//! Every rule in force, in the brokers' order; filtered and paged on the server.

use super::{
    list::authorizer_words,
    rule,
    tabs::{Tab, tabs},
};
use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        csv,
        heading::PageHead,
        icon::{Icon, icon},
        lag,
        list_filter::{ListBar, sendable},
        pager, skeleton,
    },
    live::use_live,
    load,
    paths::{self, Page, users},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    acl::Rule,
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    user::{
        RuleList,
        rules::{self, RuleField},
    },
};
use std::sync::Arc;

/// The page.
#[component]
pub fn Rules() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Rules(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        let sent = Memo::new(move |_| query.with(sendable::<RuleField>));
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Users]);
        let fetched = cluster.clone();
        load::load(
            sent,
            trigger,
            move |query| penstock_api::users::rules_list(fetched.clone(), query),
            || skeleton::page("Rules"),
            move |list| body(cluster.clone(), query, list),
        )
    })
}

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<RuleList>) -> AnyView {
    let items = Memo::new(move |_| list.with(|list| list.items.clone()));
    let (csv_of, row_of, bar_of) = (cluster.clone(), cluster.clone(), cluster.clone());
    let bar = ListBar {
        query,
        link: Arc::new(move |query| users::rules(&bar_of, query)),
        hint: rules::HINT,
        unfiltered: "All rules are shown.",
    };
    let empty_of = cluster.clone();
    view! {
        <PageHead
            title="Rules".to_owned()
            facts=move || list.with(|list| view! { <span>{authorizer_words(&list.authorizer)}</span> }.into_any())
            actions=move || csv::link(query.with(|query| users::rules_csv(&csv_of, &sendable::<RuleField>(query))))
        />
        {tabs(&cluster, Tab::Rules, |_| None)}
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<RuleField>(())}
        <div class="tbl-wrap">
            <table class="tbl stack bleed acl">
                <thead><tr><th>"Principal"</th><th>"Effect"</th><th>"Operation"</th><th>"Resource"</th><th>"Pattern"</th><th>"Name"</th><th>"Host"</th></tr></thead>
                <tbody>
                    <For each=move || items.get() key=|rule| rule.clone() let(rule)>{row(&row_of, &rule)}</For>
                </tbody>
            </table>
        </div>
        {move || items.with(Vec::is_empty).then(|| empty(&empty_of, &query.get(), list.with(|list| list.as_of.is_some())))}
        {foot(cluster, query, list)}
    }
    .into_any()
}

fn row(cluster: &ClusterRef, of: &Rule) -> AnyView {
    let link = paths::user(cluster, &of.principal);
    view! {
        <tr data-row="">
            <td class="w-full"><a class="name" href=link>{of.principal.to_string()}</a></td>
            <td class="half">{rule::effect(of.effect)}</td>
            <td class="half-end" data-l="Operation">{of.operation.label()}</td>
            <td data-l="Resource">{of.resource_type.label()}</td>
            <td data-l="Pattern" class="t2">{rule::pattern(of.pattern_type)}</td>
            <td class="w-full" data-l="Name">{rule::name(of)}</td>
            <td class="t2" data-l="Host">{rule::host(&of.host)}</td>
        </tr>
    }
    .into_any()
}

fn empty(cluster: &ClusterRef, query: &ListQuery, known: bool) -> AnyView {
    if !query.q.is_empty() {
        return view! {
            <div class="state">
                <h2><span>"No rule matches "<span class="token"><span class="v">{query.q.clone()}</span></span></span></h2>
                <div class="act"><a class="btn sm" href=users::rules(cluster, &ListQuery::default())>"Clear the filter"</a></div>
            </div>
        }
        .into_any();
    }
    let (title, words) = if known {
        (
            "No rule is in force",
            "The brokers have no rule for anybody. Rules of KafkaUsers appear here once the user operator has written them.",
        )
    } else {
        (
            "Rules are not known yet",
            "The brokers have not told which there are. They appear here by themselves.",
        )
    };
    view! {
        <div class="state">
            <h2>{icon(Icon::KeyRound)}{title}</h2>
            <p>{words}</p>
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<RuleList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let pages = move || {
        let query = query.get();
        let to = |after| {
            users::rules(
                &cluster,
                &ListQuery {
                    after,
                    ..query.clone()
                },
            )
        };
        list.with(|list| pager::pages(&list.page, to))
    };
    view! {
        <div class="tbl-foot">
            <span>{move || list.with(|list| format!("{} rules", lag::count(list.page.total)))}</span>
            <span>"in force "{age}</span>
            <span class="end">
                {pages}
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span>
                <span class="hk"><kbd>"↵"</kbd>" open"</span>
            </span>
        </div>
    }
    .into_any()
}
