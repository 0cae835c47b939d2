//! Which page an address shows. Every route renders whole on the server (`SsrMode::Async`, decision 10): reads come from
//! memory, pages are readable without JavaScript, and status codes are true.

use crate::{
    clock::Clock,
    layout::Frame,
    live::Live,
    pages::{
        clusters::{detail::Cluster, list::Clusters},
        gallery::GalleryPage,
        nodes::list::Nodes,
        not_found::NotFound,
        sign_in::SignIn,
        topics::{detail::Topic, list::Topics},
    },
    paths::Page,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};
use penstock_domain::ids::{ClusterRef, TopicName};

/// Whether somebody is signed in, as the server saw it when it rendered.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub bool);

/// The application: what the server renders into the document and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let signed_in = SharedValue::new(credential_present).into_inner();
    provide_context(SignedIn(signed_in));
    let clock = Clock::provide();
    Live::provide(clock, signed_in);
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Penstock".to_owned() } else { format!("{text} · Penstock") }/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=|| view! { <Framed><Outlet/></Framed> } ssr=SsrMode::Async>
                    <Route path=path!("/") view=Clusters ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name") view=Cluster ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/nodes") view=Nodes ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topics") view=Topics ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topics/:topic") view=Topic ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topic") view=Topic ssr=SsrMode::Async/>
                    <Route path=path!("/_gallery") view=GalleryPage ssr=SsrMode::Async/>
                    // Every other address, inside the same frame: the frame stays when one comes from there or goes there.
                    <Route path=path!("/*any") view=NotFound ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The frame with its page, or the sign-in page in its place (with status 401) when nobody is signed in.
#[component]
fn Framed(children: Children) -> impl IntoView {
    let SignedIn(signed_in) = use_context().unwrap_or(SignedIn(true));
    if signed_in {
        view! { <Frame>{children()}</Frame> }.into_any()
    } else {
        crate::pages::not_found::set_status(401);
        view! { <SignIn/> }.into_any()
    }
}

/// On the server: whether the request came with a credential. What it is worth is for the backend to say.
fn credential_present() -> bool {
    #[cfg(feature = "ssr")]
    {
        use_context::<penstock_api::context::RequestContext>()
            .is_none_or(|cx| cx.credential.is_some())
    }
    #[cfg(not(feature = "ssr"))]
    {
        true
    }
}

/// The page that the address names.
pub fn use_page() -> Memo<Page> {
    let location = use_location();
    Memo::new(move |_| Page::of(&location.pathname.get(), &location.search.get()))
}

/// The cluster of the address; while the address already names a page without one, the last that it named.
pub fn use_cluster() -> Memo<ClusterRef> {
    let page = use_page();
    Memo::new(move |last: Option<&ClusterRef>| {
        page.with(|page| page.cluster().cloned())
            .or_else(|| last.cloned())
            .unwrap_or_else(|| ClusterRef::new("", ""))
    })
}

/// The cluster and topic of the address, kept as [`use_cluster`] keeps them.
pub fn use_topic() -> Memo<(ClusterRef, TopicName)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, TopicName)>| {
        match page.get() {
            Page::Topic(cluster, topic) => Some((cluster, topic)),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), TopicName::new("")))
    })
}

/// The raw query string while the address names a page that `mine` accepts; kept when a reader leaves for another page.
pub fn use_search(mine: fn(&Page) -> bool) -> Memo<String> {
    let location = use_location();
    Memo::new(move |last: Option<&String>| {
        let (path, search) = (location.pathname.get(), location.search.get());
        if mine(&Page::of(&path, &search)) {
            search
        } else {
            last.cloned().unwrap_or_default()
        }
    })
}
