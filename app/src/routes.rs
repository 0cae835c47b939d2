//! Which page an address shows. Every route renders whole on the server (`SsrMode::Async`, decision 10): reads come from
//! memory, pages are readable without JavaScript, and status codes are true.

use crate::{
    clock::Clock,
    components::columns::LooksSignal,
    layout::Frame,
    live::Live,
    pages::{
        activity::list::Activity,
        clusters::{detail::Cluster, list::Clusters},
        gallery::GalleryPage,
        groups::{detail::Group, list::Groups},
        messages::page::Messages,
        nodes::{certificates::CertificatesPage, detail::Node, list::Nodes},
        not_found::NotFound,
        resources::{detail::Resource, list::Resources},
        schemas::{detail::Subject, list::Schemas},
        search::Search,
        sign_in::SignIn,
        topics::{detail::Topic, list::Topics},
        users::{access::Access, detail::User, list::Users, quotas::Quotas, rules::Rules},
    },
    paths::Page,
};
use leptos::{lazy, leptos_dom::helpers::request_idle_callback, prelude::*, task::spawn_local};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, LazyRoute, SsrMode,
    components::{Outlet, ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};
use penstock_domain::ids::{
    ClusterRef, GroupName, Namespace, NodeId, Principal, ResourceName, SubjectName, TopicName,
};

/// Whether somebody is signed in, as the server saw it when it rendered.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub bool);

/// Pages whose code the browser loads when one of them is first shown; only the frame, signing in and what all share come at once.
/// Each group is a module of its own, and so is what several of them share: more groups would be many small requests. Every page of
/// [`Page`] but signing in stands here with the addresses that it is shown at.
macro_rules! loaded_when_shown {
    ($($(#[$about:meta])* $load:ident or $preload:ident of $group:ident { $($route:ident shows $page:ident at $address:pat),+ $(,)? })+) => {
        /// Loads all of them, one after the other, so that going to a page asks no server for code; what is loaded already costs nothing.
        async fn load_all_pages() {
            $(#[cfg(target_arch = "wasm32")] $preload().await;)+
        }

        /// Loads the code of the page that an address shows. In the browser, before hydrating: while that waits for code, what happens
        /// meanwhile would be lost on the document, which is only read then.
        #[cfg(target_arch = "wasm32")]
        pub async fn load_code_of(path: &str, query: &str) {
            match Page::of(path, query.trim_start_matches('?')) {
                $($($address => $preload().await,)+)+
                Page::SignIn => {}
                // Whatever the router takes it for.
                Page::Unknown => load_all_pages().await,
            }
        }

        $(
            enum $group { $($page),+ }

            $(#[$about])*
            #[lazy]
            fn $load(page: $group) -> AnyView {
                match page { $($group::$page => view! { <$page/> }.into_any()),+ }
            }

            $(
                struct $route;

                impl LazyRoute for $route {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_this: Self) -> AnyView {
                        $load($group::$page).await
                    }

                    async fn preload() {
                        #[cfg(target_arch = "wasm32")]
                        $preload().await;
                    }
                }
            )+
        )+
    };
}

loaded_when_shown! {
    /// What people see first.
    cluster_pages or __preload_cluster_pages of ClusterPages {
        ClustersRoute shows Clusters at Page::Clusters,
        SearchRoute shows Search at Page::Search,
        ClusterRoute shows Cluster at Page::Cluster(_),
        NodesRoute shows Nodes at Page::Nodes(_),
        NodeRoute shows Node at Page::Node(..),
        CertificatesRoute shows CertificatesPage at Page::Certificates(_),
    }
    /// Topics, without their records; resources beside a cluster, and what happened in it.
    topic_pages or __preload_topic_pages of TopicPages {
        TopicsRoute shows Topics at Page::Topics(_),
        TopicRoute shows Topic at Page::Topic(..),
        ResourcesRoute shows Resources at Page::Resources(..),
        ResourceRoute shows Resource at Page::Resource(..),
        ActivityRoute shows Activity at Page::Activity(_),
    }
    /// Consumer groups, with what changes them.
    group_pages or __preload_group_pages of GroupPages {
        GroupsRoute shows Groups at Page::Groups(_),
        GroupRoute shows Group at Page::Group(..),
    }
    /// Users and what they may.
    user_pages or __preload_user_pages of UserPages {
        UsersRoute shows Users at Page::Users(_),
        RulesRoute shows Rules at Page::Rules(_),
        AccessRoute shows Access at Page::Access(_),
        QuotasRoute shows Quotas at Page::Quotas(_),
        UserRoute shows User at Page::User(..),
    }
    /// Subjects of a schema registry, with what changes them.
    schema_pages or __preload_schema_pages of SchemaPages {
        SchemasRoute shows Schemas at Page::Schemas(_),
        SubjectRoute shows Subject at Page::Subject(..),
    }
    /// Records: as much code as everything else. The gallery, which few people ever open, rides along.
    message_pages or __preload_message_pages of MessagePages {
        MessagesRoute shows Messages at Page::Messages(_),
        GalleryRoute shows GalleryPage at Page::Gallery,
    }
}

/// The application: what the server renders into the document and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let signed_in = SharedValue::new(credential_present).into_inner();
    provide_context(SignedIn(signed_in));
    LooksSignal::provide();
    let clock = Clock::provide();
    Live::provide(clock, signed_in);
    Effect::new(|_| request_idle_callback(|| spawn_local(load_all_pages())));
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Penstock".to_owned() } else { format!("{text} · Penstock") }/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=|| view! { <Framed><Outlet/></Framed> } ssr=SsrMode::Async>
                    <Route path=path!("/") view={Lazy::<ClustersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/search") view={Lazy::<SearchRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name") view={Lazy::<ClusterRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/nodes") view={Lazy::<NodesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/nodes/:node") view={Lazy::<NodeRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/certificates") view={Lazy::<CertificatesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topics") view={Lazy::<TopicsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topics/:topic") view={Lazy::<TopicRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/topic") view={Lazy::<TopicRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/groups") view={Lazy::<GroupsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/groups/:group") view={Lazy::<GroupRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/group") view={Lazy::<GroupRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/messages") view={Lazy::<MessagesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/users") view={Lazy::<UsersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/users/:user") view={Lazy::<UserRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/user") view={Lazy::<UserRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/acls") view={Lazy::<RulesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/access") view={Lazy::<AccessRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/quotas") view={Lazy::<QuotasRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/schemas") view={Lazy::<SchemasRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/schemas/:subject") view={Lazy::<SubjectRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/schema") view={Lazy::<SubjectRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/resources") view={Lazy::<ResourcesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/resources/:plural") view={Lazy::<ResourcesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/resources/:plural/:of/:resource") view={Lazy::<ResourceRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/clusters/:namespace/:name/activity") view={Lazy::<ActivityRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/_gallery") view={Lazy::<GalleryRoute>::new()} ssr=SsrMode::Async/>
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

/// The cluster and node of the address, kept as [`use_cluster`] keeps them; `None` for an id that is none.
pub fn use_node() -> Memo<(ClusterRef, Option<NodeId>)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, Option<NodeId>)>| {
        match page.get() {
            Page::Node(cluster, node) => Some((cluster, Some(node))),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), None))
    })
}

/// The cluster and group of the address, kept as [`use_cluster`] keeps them.
pub fn use_group() -> Memo<(ClusterRef, GroupName)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, GroupName)>| {
        match page.get() {
            Page::Group(cluster, group) => Some((cluster, group)),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), GroupName::new("")))
    })
}

/// The cluster and user of the address, kept as [`use_cluster`] keeps them.
pub fn use_user() -> Memo<(ClusterRef, Principal)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, Principal)>| {
        match page.get() {
            Page::User(cluster, user) => Some((cluster, user)),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), Principal::new("")))
    })
}

/// The cluster and subject of the address, kept as [`use_cluster`] keeps them.
pub fn use_subject() -> Memo<(ClusterRef, SubjectName)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, SubjectName)>| {
        match page.get() {
            Page::Subject(cluster, subject) => Some((cluster, subject)),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), SubjectName::new("")))
    })
}

/// The cluster and the kind (by its plural) of the address of a list of resources, kept as [`use_cluster`] keeps them.
pub fn use_resources() -> Memo<(ClusterRef, Option<String>)> {
    let page = use_page();
    Memo::new(move |last: Option<&(ClusterRef, Option<String>)>| {
        match page.get() {
            Page::Resources(cluster, plural) => Some((cluster, plural)),
            _ => last.cloned(),
        }
        .unwrap_or_else(|| (ClusterRef::new("", ""), None))
    })
}

/// A resource's address: the cluster, the plural of its kind, its namespace and its name.
pub type ResourceAddress = (ClusterRef, String, Namespace, ResourceName);

/// The resource of the address, kept as [`use_cluster`] keeps the cluster.
pub fn use_resource() -> Memo<ResourceAddress> {
    let page = use_page();
    Memo::new(move |last: Option<&ResourceAddress>| {
        match page.get() {
            Page::Resource(cluster, plural, namespace, name) => {
                Some((cluster, plural, namespace, name))
            }
            _ => last.cloned(),
        }
        .unwrap_or_else(|| {
            let nothing = ClusterRef::new("", "");
            (
                nothing,
                String::new(),
                Namespace::new(""),
                ResourceName::new(""),
            )
        })
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
