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
        list::ListPage,
        list_filter::{ListBar, sendable},
        skeleton,
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
    let (csv_of, link_of) = (cluster.clone(), cluster.clone());
    let page = ListPage::new(query, move |query| users::rules(&link_of, query));
    let bar = ListBar {
        list: page.clone(),
        hint: rules::HINT,
        unfiltered: "All rules are shown.",
    };
    let (empty_of, tabs) = (page.clone(), tabs(&cluster, Tab::Rules, |_| None));
    view! {
        <PageHead
            title="Rules".to_owned()
            facts=move || list.with(|list| view! { <span>{authorizer_words(&list.authorizer)}</span> }.into_any())
            actions=move || csv::link(query.with(|query| users::rules_csv(&csv_of, &sendable::<RuleField>(query))))
        />
        {tabs}
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<RuleField>(())}
        <div class="tbl-wrap">
            <table class="tbl stack bleed acl">
                <thead><tr><th>"Principal"</th><th>"Effect"</th><th>"Operation"</th><th>"Resource"</th><th>"Pattern"</th><th>"Name"</th><th>"Host"</th></tr></thead>
                <tbody>
                    <For each=move || items.get() key=|rule| rule.clone() let(rule)>{row(&cluster, &rule)}</For>
                </tbody>
            </table>
        </div>
        {move || items.with(Vec::is_empty).then(|| empty(&empty_of, list.with(|list| list.as_of.is_some())))}
        {foot(&page, list)}
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

fn empty(page: &ListPage, known: bool) -> AnyView {
    if page.query.with(|query| !query.q.is_empty()) {
        return page.nothing("No rule matches", None);
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

fn foot(page: &ListPage, list: Signal<RuleList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let rules = move || list.with(|list| format!("{} rules", lag::count(list.page.total)));
    page.foot(
        rules.into_any(),
        view! { "in force "{age} }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
