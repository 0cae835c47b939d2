//! The frame around every page but the sign-in page: rail, top bar, main.

use crate::load::Refreshing;
use leptos::prelude::*;

/// The frame.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    provide_context(Refreshing(busy));
    view! {
        <div class="shell">
            <main class="page" id="main" tabindex="-1" aria-busy=move || busy.get().then_some("true")>
                {children()}
            </main>
        </div>
    }
}
