//! One user: its head and its tabs as links.

use super::{list::authorizer_words, permissions, resource, row, setup};
use crate::{
    components::{
        age::MissingNotes,
        heading::PageHead,
        icon::{Icon, icon},
        problem::ProblemView,
        skeleton, state,
    },
    jump::recent::{self, Recent},
    live::use_live,
    load,
    paths::{Page, UserPageQuery, UserTab, users},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    acl::Principal, ids::ClusterRef, live::MarkKind, search::HitKind, units, user::UserDetail,
};

/// What the tabs of a user need to know of the address.
#[derive(Clone, Copy)]
pub struct Here {
    /// What the query asks for.
    pub query: Memo<UserPageQuery>,
    /// The user and its cluster.
    pub user: StoredValue<(ClusterRef, Principal)>,
    /// Wakes when something about users, or what their rules match, changed.
    pub trigger: Signal<u64>,
}

impl Here {
    /// The address of this user's page with another query.
    pub fn link(self, query: &UserPageQuery) -> String {
        self.user
            .with_value(|(cluster, user)| users::user_as(cluster, user, query))
    }

    /// The address of one of its tabs; the question stays.
    pub fn tab(self, tab: UserTab) -> String {
        self.link(&UserPageQuery {
            tab,
            ..self.query.get()
        })
    }
}

/// The page.
#[component]
pub fn User() -> impl IntoView {
    let identity = routes::use_user();
    let search = routes::use_search(|page| matches!(page, Page::User(..)));
    load::keyed(identity, move |(cluster, user)| {
        let here = Here {
            query: Memo::new(move |_| UserPageQuery::of(&search.get())),
            user: StoredValue::new((cluster.clone(), user.clone())),
            trigger: use_live(Some(cluster.clone()), &[MarkKind::Users, MarkKind::Topics]),
        };
        // The answer comes with the user, so that what is asked needs no request of its own.
        let asked = Memo::new(move |_| {
            let question = here.query.with(|query| query.question.clone());
            let question = question.is_asked().then_some(question);
            (cluster.clone(), user.clone(), question)
        });
        let loader = load::Loader::new(asked, here.trigger, |(cluster, user, question)| {
            penstock_api::users::user_get(cluster, user, question)
        });
        loader.view(
            || skeleton::page("User"),
            |error| view! { <ProblemView error/> }.into_any(),
            move |detail| body(here, detail),
        )
    })
}

fn body(here: Here, detail: Signal<UserDetail>) -> AnyView {
    here.user.with_value(|(cluster, user)| {
        recent::visited(Recent::new(HitKind::User, cluster, users::named(user)))
    });
    let name = detail.with_untracked(|detail| detail.row.name.clone());
    let state = Memo::new(move |_| detail.with(|detail| detail.row.state));
    let tab = Memo::new(move |_| here.query.with(|query| query.tab));
    view! {
        <PageHead
            title=name
            mono=true
            beside=move || state::badge(state::user(state.get()), None)
            facts=move || detail.with(|detail| facts(here, detail))
            actions=move || view! { <a class="btn not-narrow" href=here.tab(UserTab::SetUp) data-noscroll="">{icon(Icon::Terminal)}"Client set-up"</a> }
        />
        <nav class="tabs" aria-label="User">
            {move || {
                let current = tab.get();
                UserTab::ALL.into_iter().map(|tab| view! {
                    <a href=here.tab(tab) aria-current=(tab == current).then_some("page") data-noscroll="">
                        {tab.words()}
                        {(tab == UserTab::Permissions).then(|| view! { <small>{move || detail.with(rules_words)}</small> })}
                    </a>
                }).collect_view()
            }}
        </nav>
        <MissingNotes missing=Signal::derive(move || detail.with(|detail| detail.missing.clone()))/>
        {load::keyed(tab, move |tab| match tab {
            UserTab::Permissions => permissions::tab(here, detail),
            UserTab::SetUp => setup::tab(here, detail),
            UserTab::Resource => resource::tab(detail),
        })}
    }
    .into_any()
}

fn rules_words(detail: &UserDetail) -> String {
    let rules: usize = detail.rules.iter().map(|row| row.rules.len()).sum();
    units::count(rules, "rule", "rules")
}

fn facts(here: Here, detail: &UserDetail) -> AnyView {
    let row = &detail.row;
    let resource = row.resource.as_ref().map(|resource| {
        let words = format!("{} {}/{}", resource.kind, resource.namespace, resource.name);
        view! { <span>"declared by "<a class="link mono" href=here.tab(UserTab::Resource) data-noscroll="">{words}</a></span> }
    });
    view! {
        <span>"principal "<code>{row.principal.to_string()}</code></span>
        <span>{row::mechanisms(&row.mechanisms)}</span>
        {resource}
        {row.super_user.then(|| view! { <span>"super user: may do everything"</span> })}
        <span>{authorizer_words(&detail.authorizer)}</span>
    }
    .into_any()
}
