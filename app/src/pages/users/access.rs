//! “May P do O on R?”: of one principal with every reason, and of everybody: who may.

use super::{
    answer, ask,
    list::authorizer_words,
    tabs::{Tab, tabs},
};
use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        heading::PageHead,
        icon::{Icon, icon},
        lag,
        problem::ProblemBox,
        skeleton,
    },
    live::use_live,
    load,
    paths::{Page, UserPageQuery, UserTab, users},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    acl::{Because, Holder, Operation, ResourceType},
    ids::ClusterRef,
    live::MarkKind,
    user::{
        may::{Holders, ResourceQuestion},
        words,
    },
};
use std::sync::Arc;

/// The page.
#[component]
pub fn Access() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Access(_)));
    load::keyed(cluster, move |cluster| {
        let question = Memo::new(move |_| ResourceQuestion::parse(&search.get()));
        let link_of = cluster.clone();
        let form = ask::form(
            question,
            ask::Who::Anybody,
            Arc::new(move |question| users::access(&link_of, question)),
        );
        let asked = Memo::new(move |_| question.with(ResourceQuestion::is_asked));
        let of = cluster.clone();
        view! {
            <PageHead title="Who may".to_owned() facts=|| view! { <span>"worked out from the rules in force, as Kafka’s own authorizer does"</span> }.into_any()/>
            {tabs(&cluster, Tab::Access, |_| None)}
            <section class="sec">
                {form}
                {load::keyed(asked, move |asked| if asked { answers(of.clone(), question) } else { hint() })}
            </section>
        }
        .into_any()
    })
}

fn answers(cluster: ClusterRef, question: Memo<ResourceQuestion>) -> AnyView {
    let fetched = cluster.clone();
    let holders = load::Loader::new(
        question,
        use_live(Some(cluster.clone()), &[MarkKind::Users]),
        move |question| penstock_api::users::holders_get(fetched.clone(), question),
    );
    holders.view(
        skeleton::rows,
        |error| view! { <ProblemBox error/> }.into_any(),
        move |holders| list(cluster.clone(), question, holders),
    )
}

fn hint() -> AnyView {
    view! { <p class="f13 t2">"Name a topic, a group or a transactional id to see who may do what with it. With a user the answer comes with its reason, and with the rule that was probably meant where it is no."</p> }
        .into_any()
}

fn other(cluster: &ClusterRef, question: Memo<ResourceQuestion>, operation: Operation) -> String {
    users::access(
        cluster,
        &ResourceQuestion {
            operation,
            ..question.get()
        },
    )
}

/// Everybody that rules or settings name, those that may first.
fn list(
    cluster: ClusterRef,
    question: Memo<ResourceQuestion>,
    holders: Signal<Holders>,
) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || holders.with(|holders| holders.as_of)),
        use_clock(),
    );
    let title = move || {
        question.with(|question| {
            let operation = question.operation.label();
            match question.resource_type {
                ResourceType::Cluster => format!("Who may {operation} the cluster"),
                of => format!("Who may {operation} {} {}", words::noun(of), question.name),
            }
        })
    };
    let may = move || {
        holders.with(|holders| {
            let may = holders
                .items
                .iter()
                .filter(|holder| holder.answer.allowed == Some(true));
            lag::count(may.count() as u64)
        })
    };
    let one = Memo::new(move |_| holders.with(|holders| holders.one.clone()));
    let of_one = cluster.clone();
    view! {
        {move || one.with(|one| one.as_ref().map(|one| answer::view(one, |operation| other(&of_one, question, operation))))}
        <div class="sec-head mt"><h2>{title}</h2><span class="age">{may}" may; rules "{age}</span></div>
        <MissingNotes missing=Signal::derive(move || holders.with(|holders| holders.missing.clone()))/>
        <p class="f12 t3">{move || holders.with(|holders| authorizer_words(&holders.authorizer))}</p>
        <div class="bleed tbl-wrap">
            <table class="tbl stack last-open acl">
                <thead><tr><th>"Principal"</th><th>"May"</th><th>"Because"</th></tr></thead>
                <tbody>
                    {move || {
                        let question = question.get();
                        holders.with(|holders| holders.items.iter().map(|holder| row(&cluster, &question, holder)).collect_view())
                    }}
                </tbody>
            </table>
        </div>
        {move || holders.with(|holders| (holders.more > 0).then(|| view! { <p class="f12 t3">{format!("{} more are not listed; ask about one by its name.", lag::count(holders.more))}</p> }))}
    }
    .into_any()
}

fn row(cluster: &ClusterRef, question: &ResourceQuestion, holder: &Holder) -> AnyView {
    let everyone = holder.principal.is_everyone();
    let page = UserPageQuery {
        tab: UserTab::Permissions,
        question: ResourceQuestion {
            principal: None,
            ..question.clone()
        },
    };
    let who = if everyone {
        view! { <span class="t2">"Everybody else"</span> }.into_any()
    } else {
        let link = users::user_as(cluster, &holder.principal, &page);
        view! { <a class="name" href=link>{holder.principal.to_string()}</a> }.into_any()
    };
    let (class, glyph, word) = match holder.answer.allowed {
        Some(true) => ("badge ok", Icon::CircleCheck, "Yes"),
        Some(false) => ("badge mute", Icon::X, "No"),
        None => ("badge mute", Icon::CircleHelp, "Not known"),
    };
    view! {
        <tr data-row="">
            <td class="w-full">{who}</td>
            <td class="half"><span class=class>{icon(glyph)}{word}</span>{holder.answer.hosts.then(|| view! { " "<span class="f12 t3">"from some hosts otherwise"</span> })}</td>
            <td class="w-full t2" data-l="Because">{why(&holder.answer.because)}</td>
        </tr>
    }
    .into_any()
}

fn why(because: &Because) -> String {
    match because {
        Because::NoAuthorizer => "no authorizer".to_owned(),
        Because::SuperUser => "super user".to_owned(),
        Because::Allowed { rule } | Because::Denied { rule } => format!(
            "{} {} on {}{}",
            rule.effect.label(),
            rule.operation.label(),
            words::pattern(rule),
            if rule.principal.is_everyone() {
                ", for everybody"
            } else {
                ""
            }
        ),
        Because::NoRule => "no rule allows it".to_owned(),
        Because::NoRuleAtAll => "no rule for it at all".to_owned(),
        Because::Unknown { why } => why.clone(),
    }
}
