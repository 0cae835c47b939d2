//! The pages of Penstock: routes, paths, the live store, the frame, components that know the domain, and pages by noun.
//!
//! Isomorphic: the server renders [`shell`] around [`App`], the browser hydrates [`App`]. Data comes from `penstock-api`'s
//! server functions only; primitives that could be anyone's are in `penstock-ui`; rules are in `penstock-domain`.

pub mod clock;
pub mod components;
pub mod jump;
pub mod keys;
pub mod layout;
pub mod live;
pub mod load;
pub mod pages;
pub mod paths;
pub mod routes;
pub mod stream;

pub use routes::App;

use leptos::{config::LeptosOptions, hydration::HydrationScripts, prelude::*};
use leptos_meta::MetaTags;
use penstock_domain::session::Theme;

/// Provided by the server in development builds: the gallery of primitives exists.
#[derive(Clone, Copy, Debug)]
pub struct GalleryEnabled;

/// The whole document around [`App`]; rendered by the server only.
///
/// Takes the theme from the context (`penstock_domain::session::Theme`, from its cookie); without one the operating system
/// decides. Scripts carry the request's nonce by themselves.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default();
    let chosen = (theme != Theme::System).then(|| theme.name());
    let package = options.site_pkg_dir_route_base();
    let stylesheet = format!("{package}{}.css", options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" id="leptos" href=stylesheet/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
