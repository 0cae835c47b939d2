//! Signing in with a Kubernetes token.

use crate::paths;
use leptos::prelude::*;

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    view! {
        <main class="login" id="main">
            <h1>"Sign in"</h1>
            <form method="post" action=paths::POST_SIGN_IN>
                <label class="lab"><span>"Token"</span><textarea name="token"></textarea></label>
                <button class="btn big" type="submit">"Sign in with the token"</button>
            </form>
        </main>
    }
}
