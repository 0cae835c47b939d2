//! A problem as a page: which state it is, cause, remedy, the right to ask for, and the technical detail folded away.

use leptos::prelude::*;
use penstock_api::AppError;

/// Shows why there is nothing else to show.
#[component]
pub fn ProblemView(
    /// The problem.
    error: AppError,
) -> impl IntoView {
    let problem = error.0;
    view! {
        <div class="state">
            <h1>{problem.title}</h1>
            <p>{problem.detail}</p>
        </div>
    }
}
