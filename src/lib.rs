//! The browser entry: hydrates the application, nothing else.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let location = leptos::prelude::window().location();
        let (path, query) = (location.pathname(), location.search());
        penstock_app::routes::load_code_of(&path.unwrap_or_default(), &query.unwrap_or_default())
            .await;
        leptos::mount::hydrate_body(penstock_app::App);
    });
}
