//! The top bar: where one is, how alive the page is, zone, theme, who one is.

use super::{SessionResource, palette::PaletteButton, rail};
use crate::{
    clock::use_clock,
    components::{
        icon::{Icon, icon, icon_small},
        words,
    },
    live::{Liveness, use_liveness},
    paths::{self, Page},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use penstock_domain::{
    ids::ClusterRef, query::ListQuery, resource::kind::ResourceKind, session::SessionInfo,
};

/// The top bar.
#[component]
pub(super) fn TopBar(
    /// Where one is.
    page: Memo<Page>,
) -> impl IntoView {
    let session = use_context::<SessionResource>();
    view! {
        <header class="topbar">
            <label class="btn ghost icon only-narrow" for=rail::TOGGLE role="button" aria-label="Navigation">{icon(Icon::Menu)}</label>
            <nav aria-label="Breadcrumbs"><ol class="crumbs">{move || page.with(crumbs)}</ol></nav>
            <div class="right">
                <PaletteButton page/>
                <LivePill/>
                <span class="tz" title="Times are shown in UTC">"UTC"</span>
                <ThemeToggle/>
                {session.map(|SessionResource(session)| view! {
                    <Suspense>
                        {Suspend::new(async move { session.await.ok().map(user) })}
                    </Suspense>
                })}
            </div>
        </header>
    }
}

fn crumbs(page: &Page) -> AnyView {
    let to_cluster = |cluster: &ClusterRef| {
        view! {
            <li><a href=paths::clusters()>{rail::place(cluster)}</a></li>
            <li><a class="mono" href=paths::cluster(cluster)>{cluster.name.to_string()}</a></li>
        }
    };
    match page {
        Page::Clusters => view! { <li>"Clusters"</li> }.into_any(),
        Page::Search => view! { <li>"Search"</li> }.into_any(),
        Page::SignIn | Page::Gallery | Page::Unknown => {
            view! { <li><a href=paths::clusters()>"Clusters"</a></li> }.into_any()
        }
        Page::Cluster(cluster) => view! {
            <li><a href=paths::clusters()>{rail::place(cluster)}</a></li>
            <li><span class="mono">{cluster.name.to_string()}</span></li>
        }
        .into_any(),
        Page::Nodes(cluster) => view! { {to_cluster(cluster)}<li>"Nodes"</li> }.into_any(),
        Page::Node(cluster, node) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::nodes(cluster)>"Nodes"</a></li>
            <li>{format!("Node {node}")}</li>
        }
        .into_any(),
        Page::Certificates(cluster) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::nodes(cluster)>"Nodes"</a></li>
            <li>"Certificates"</li>
        }
        .into_any(),
        Page::Topics(cluster) => view! { {to_cluster(cluster)}<li>"Topics"</li> }.into_any(),
        Page::Messages(cluster) => view! { {to_cluster(cluster)}<li>"Messages"</li> }.into_any(),
        Page::Groups(cluster) => {
            view! { {to_cluster(cluster)}<li>"Consumer groups"</li> }.into_any()
        }
        Page::Group(cluster, group) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::groups(cluster, &ListQuery::default())>"Consumer groups"</a></li>
            <li><span class="mono">{group.to_string()}</span></li>
        }
        .into_any(),
        Page::Users(cluster) => view! { {to_cluster(cluster)}<li>"Users & ACLs"</li> }.into_any(),
        Page::Rules(cluster) | Page::Access(cluster) | Page::Quotas(cluster) => {
            let here = match page {
                Page::Rules(_) => "Rules",
                Page::Quotas(_) => "Quotas",
                _ => "Who may",
            };
            view! {
                {to_cluster(cluster)}
                <li><a href=paths::users(cluster, &ListQuery::default())>"Users & ACLs"</a></li>
                <li>{here}</li>
            }
            .into_any()
        }
        Page::User(cluster, user) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::users(cluster, &ListQuery::default())>"Users & ACLs"</a></li>
            <li><span class="mono">{paths::users::named(user).to_owned()}</span></li>
        }
        .into_any(),
        Page::Schemas(cluster) => view! { {to_cluster(cluster)}<li>"Schemas"</li> }.into_any(),
        Page::Subject(cluster, subject) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::schemas(cluster, &ListQuery::default())>"Schemas"</a></li>
            <li><span class="mono">{subject.to_string()}</span></li>
        }
        .into_any(),
        Page::Activity(cluster) => view! { {to_cluster(cluster)}<li>"Activity"</li> }.into_any(),
        Page::Resources(cluster, plural) => {
            let kind = plural.as_deref().and_then(ResourceKind::of_plural);
            match kind {
                None => view! { {to_cluster(cluster)}<li>"Resources"</li> }.into_any(),
                Some(kind) => view! {
                    {to_cluster(cluster)}
                    <li><a href=paths::resources(cluster, None, &ListQuery::default())>"Resources"</a></li>
                    <li>{kind.words()}</li>
                }
                .into_any(),
            }
        }
        Page::Resource(cluster, plural, _, name) => {
            let kind = ResourceKind::of_plural(plural);
            let words = kind.map_or("Resources", ResourceKind::words);
            view! {
                {to_cluster(cluster)}
                <li><a href=paths::resources(cluster, kind, &ListQuery::default())>{words}</a></li>
                <li><span class="mono">{name.to_string()}</span></li>
            }
            .into_any()
        }
        Page::Topic(cluster, topic) => view! {
            {to_cluster(cluster)}
            <li><a href=paths::topics(cluster, &ListQuery::default())>"Topics"</a></li>
            <li><span class="mono">{topic.to_string()}</span></li>
        }
        .into_any(),
    }
}

/// Live, Reconnecting…, Stale 40 s: always the truth about this tab.
#[component]
fn LivePill() -> impl IntoView {
    let liveness = use_liveness();
    let clock = use_clock();
    let class = move || match liveness.get() {
        Liveness::Off => "live off",
        Liveness::Live => "live",
        Liveness::Reconnecting => "live re",
        Liveness::Stale { .. } => "live stale",
    };
    view! {
        <span class=class role="status" title=move || liveness.with(Liveness::explanation)>
            {move || liveness.with(|liveness| liveness.label(clock.now()))}
        </span>
    }
}

/// One button that goes to the next look: system, light, dark. A form, so that it works without JavaScript.
#[component]
pub(crate) fn ThemeToggle() -> impl IntoView {
    let location = use_location();
    let next = move || {
        let search = location.search.get();
        let path = location.pathname.get();
        if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        }
    };
    view! {
        <details class="floating theme">
            <summary class="btn ghost sm icon" aria-label="Theme" title="Theme">{icon(Icon::SunMoon)}</summary>
            <form class="menu" method="post" action=paths::POST_THEME>
                <input type="hidden" name="next" value=next/>
                <button type="submit" name="theme" value="light">"Light"</button>
                <button type="submit" name="theme" value="dark">"Dark"</button>
                <button type="submit" name="theme" value="system">"As the system"</button>
            </form>
        </details>
    }
}

fn user(session: SessionInfo) -> AnyView {
    let initial = session
        .user
        .rsplit([':', '/'])
        .next()
        .and_then(|name| name.chars().next())
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    let groups = if session.groups.is_empty() {
        "no groups".to_owned()
    } else {
        session.groups.join(", ")
    };
    view! {
        <details class="floating user">
            <summary class="avatar" aria-label=format!("Signed in as {}", session.user)><i>{initial}</i><span>{session.user.clone()}</span></summary>
            <div class="menu">
                <dl class="kv left">
                    <dt>"User"</dt><dd>{session.user}</dd>
                    <dt>"Groups"</dt><dd>{groups}</dd>
                    {session.expires.map(|time| view! { <dt>"Until"</dt><dd class="tnum">{words::absolute(time)}</dd> })}
                    {session.read_only.then(|| view! { <dt>"Mode"</dt><dd>"read-only"</dd> })}
                </dl>
                <form method="post" action=paths::POST_SIGN_OUT>
                    <button type="submit" class="btn sm">{icon_small(Icon::LogOut)}"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
