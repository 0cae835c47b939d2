//! The page of an address that no page has.

use crate::components::problem::ProblemView;
use leptos::prelude::*;
use penstock_api::AppError;
use penstock_domain::problem::{Problem, ProblemKind};

/// Says so, with the true status.
#[component]
pub fn NotFound() -> impl IntoView {
    set_status(404);
    let error = AppError::from(
        Problem::new(
            ProblemKind::NotFound,
            "No such page",
            "This address leads to no page of the console.",
        )
        .with_remedy("Begin at the list of clusters."),
    );
    view! { <ProblemView error/> }
}

/// Sets the status of the page that is being rendered; nothing in the browser.
pub fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let Some(penstock_api::context::StatusSetter(set)) = use_context() {
        set(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
