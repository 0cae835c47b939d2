//! Every primitive in all its states, for the eye: the page that one looks at in light and dark, wide and narrow, before a
//! change of the look goes anywhere. The application mounts it in development builds only; its figures are made up.

mod controls;
mod frame;
mod look;
mod pictures;
mod states;
mod tables;

use crate::page::PageHead;
use leptos::prelude::*;

/// The gallery; stands in a `<main class="page">`.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <div class="gallery">
            <PageHead title="Components" facts=|| view! { <span>"every primitive in its states; colours come from "<code>"tokens.css"</code></span> }/>
            <div class="halves sec-line">
                <div>
                    <look::Look/>
                    <controls::Controls/>
                </div>
                <div>
                    <look::Badges/>
                    <tables::Rows/>
                    <pictures::Pictures/>
                    <tables::Lists/>
                    <tables::Virtual/>
                </div>
            </div>
            <states::States/>
            <states::Banners/>
            <pictures::Thousand/>
            <look::Icons/>
            <frame::FrameParts/>
        </div>
    }
    .into_any()
}
