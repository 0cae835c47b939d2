//! The gallery of primitives, where the server says that this is a development build.

use crate::{GalleryEnabled, pages::not_found::NotFound};
use leptos::prelude::*;
use leptos_meta::Title;

/// The gallery, or no page.
#[component]
pub fn GalleryPage() -> impl IntoView {
    let enabled = SharedValue::new(|| use_context::<GalleryEnabled>().is_some()).into_inner();
    if enabled {
        view! {
            <Title text="Gallery"/>
            <penstock_ui::gallery::Gallery/>
        }
        .into_any()
    } else {
        view! { <NotFound/> }.into_any()
    }
}
