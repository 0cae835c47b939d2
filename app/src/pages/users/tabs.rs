//! The tabs that lists of principals, rules, quotas and the question who may do what share. Each is a page of its own, so that forms
//! and rights work without JavaScript.

use crate::paths::{self, users};
use leptos::prelude::*;
use penstock_domain::{ids::ClusterRef, query::ListQuery, user::may::ResourceQuestion};

/// Which of them is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Principals,
    Rules,
    Access,
    Quotas,
}

/// The tabs; `counts` are principals, rules and quotas where they are known.
pub(super) fn tabs(
    cluster: &ClusterRef,
    current: Tab,
    counts: impl Fn(Tab) -> Option<String>,
) -> AnyView {
    let entries = [
        (
            Tab::Principals,
            "Principals",
            paths::users(cluster, &ListQuery::default()),
        ),
        (
            Tab::Rules,
            "Rules",
            users::rules(cluster, &ListQuery::default()),
        ),
        (
            Tab::Access,
            "Who may",
            users::access(cluster, &ResourceQuestion::default()),
        ),
        (Tab::Quotas, "Quotas", users::quotas(cluster)),
    ];
    view! {
        <nav class="tabs" aria-label="Users and ACLs">
            {entries.into_iter().map(|(tab, words, href)| view! {
                <a href=href aria-current=(tab == current).then_some("page")>
                    {words}
                    {counts(tab).map(|count| view! { <small>{count}</small> })}
                </a>
            }).collect_view()}
        </nav>
    }
    .into_any()
}
