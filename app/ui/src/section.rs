//! Sections: separated by hairlines, never boxed. Each says its age beside its title.

use leptos::prelude::*;

/// A section of a page.
#[component]
pub fn Section(
    /// Its title; absent where the page's own is enough.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    /// How old it is or what it is about: `as of 2 s`.
    #[prop(optional, into)]
    age: MaybeProp<String>,
    /// What stands between title and age: a badge.
    #[prop(optional, into)]
    badge: ViewFn,
    /// What stands at the right end of its head.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// Its content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="sec">
            {move || title.get().map(|title| view! {
                <div class="sec-head">
                    <h2>{title}</h2>
                    {badge.run()}
                    {move || age.get().map(|age| view! { <span class="age">{age}</span> })}
                    {end.clone().map(|end| view! { <span class="end">{end.run()}</span> })}
                </div>
            })}
            {children()}
        </section>
    }
}

/// A wide column with a narrow one beside it; narrow, the second follows the first.
#[component]
pub fn Columns(
    /// The narrow column.
    #[prop(into)]
    aside: ViewFn,
    /// The wide one.
    children: Children,
) -> impl IntoView {
    view! { <div class="cols"><div>{children()}</div><aside>{aside.run()}</aside></div> }
}
