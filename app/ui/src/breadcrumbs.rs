//! Breadcrumbs: the way from the top to where one is.

use leptos::prelude::*;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Where it leads; the last one leads nowhere.
    pub href: Option<String>,
    /// Its words.
    pub words: String,
    /// Whether it is an identifier.
    pub mono: bool,
}

/// The steps; narrow, only the last two remain.
#[component]
pub fn Breadcrumbs(
    /// From the top to here.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    view! {
        <nav aria-label="Breadcrumbs">
            <ol class="crumbs">
                {move || crumbs.get().into_iter().map(|crumb| {
                    let class = if crumb.mono { "mono" } else { "text" };
                    let step = match crumb.href {
                        Some(href) => view! { <a class=class href=href>{crumb.words}</a> }.into_any(),
                        None => view! { <span class=class aria-current="page">{crumb.words}</span> }.into_any(),
                    };
                    view! { <li>{step}</li> }
                }).collect_view()}
            </ol>
        </nav>
    }
}
