//! The frame around every page but the sign-in page: rail, top bar, main, and what follows a change of page.

mod keymap;
mod palette;
mod rail;
mod top_bar;

pub(crate) use self::{
    keymap::Keymap,
    palette::Palette,
    rail::{Mark, place},
    top_bar::ThemeToggle,
};

use crate::{
    keys,
    live::use_live,
    load::{Loader, Refreshing},
    routes,
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use penstock_api::AppError;
use penstock_domain::{cluster::ClusterList, live::MarkKind, session::SessionInfo};
use wasm_bindgen::JsCast;

/// The signed-in user, asked for once per page load.
#[derive(Clone, Copy)]
pub struct SessionResource(pub OnceResource<Result<SessionInfo, AppError>>);

/// Somebody went to another page: its heading takes the focus and is announced.
#[derive(Clone, Copy)]
pub struct Arrival {
    pending: RwSignal<bool>,
    announcement: RwSignal<String>,
}

impl Arrival {
    fn provide() -> Self {
        let arrival = Self {
            pending: RwSignal::new(false),
            announcement: RwSignal::new(String::new()),
        };
        provide_context(arrival);
        arrival
    }

    /// Called by the heading of a page once it stands; does nothing on the first page.
    pub fn announce(self, heading: &web_sys::HtmlHeadingElement) {
        if !self.pending.get_untracked() {
            return;
        }
        self.pending.set(false);
        self.announcement
            .set(heading.text_content().unwrap_or_default());
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // A heading with a tabindex takes the focus.
        let _ = heading.focus_with_options(&options);
    }
}

/// The frame.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    provide_context(Refreshing(busy));
    let session = SessionResource(OnceResource::new(penstock_api::session::session_get()));
    provide_context(session);
    let changed = use_live(None, &[MarkKind::Cluster, MarkKind::Watches]);
    // The rail counts groups that wait for a person. Their figures move all the time: every few of those marks are soon enough.
    let groups = use_live(None, &[MarkKind::Groups]);
    let trigger = Memo::new(move |_| changed.get() + groups.get() / 6);
    let clusters: Loader<ClusterList> = Loader::new(Memo::new(|_| ()), trigger.into(), |()| {
        penstock_api::clusters::clusters_list()
    });
    let page = routes::use_page();
    let arrival = Arrival::provide();
    let main = NodeRef::<html::Main>::new();
    follow_arrivals(arrival, main);
    Palette::provide();
    Keymap::provide();
    keys::listen(page);
    view! {
        <a class="skip" href="#main">"Skip to the page"</a>
        <rail::Rail clusters=clusters.clone() page/>
        <div class="shell">
            <top_bar::TopBar page/>
            <main class="page" id="main" tabindex="-1" node_ref=main aria-busy=move || busy.get().then_some("true")>
                {children()}
            </main>
        </div>
        <div class="vh" role="status" aria-live="polite">{arrival.announcement}</div>
        <palette::PaletteDialog page/>
        <keymap::KeymapDialog/>
    }
}

/// After a change of page: back to its top, drawer and menus closed, focus to the heading as soon as it stands.
fn follow_arrivals(arrival: Arrival, main: NodeRef<html::Main>) {
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path) {
            arrival.pending.set(true);
            if let Some(main) = main.get_untracked() {
                main.set_scroll_top(0);
            }
            close_floating();
        }
        path
    });
}

fn close_floating() {
    let document = document();
    if let Some(toggle) = document
        .get_element_by_id(rail::TOGGLE)
        .and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        toggle.set_checked(false);
    }
    if let Ok(open) = document.query_selector_all("details.floating[open]") {
        for index in 0..open.length() {
            if let Some(element) = open
                .item(index)
                .and_then(|node| node.dyn_into::<web_sys::Element>().ok())
            {
                // Removing an attribute that is there can't fail.
                let _ = element.remove_attribute("open");
            }
        }
    }
}
