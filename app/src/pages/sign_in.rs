//! Signing in with a Kubernetes token: a form that works without JavaScript, and how to get a token.

use crate::{
    components::{
        copy::Copy,
        icon::{Icon, icon, icon_small, icon_tiny},
    },
    layout::{Mark, ThemeToggle},
    paths::{self, Page},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use penstock_domain::query::value_of;

/// The command that makes a token.
const COMMAND: &str = "kubectl create token <name> -n <namespace>";

/// The sign-in page; also stands in the place of every other page while nobody is signed in.
#[component]
pub fn SignIn() -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    let at_sign_in = Page::of(&path, &search) == Page::SignIn;
    let next = if at_sign_in {
        value_of(&search, "next").unwrap_or_else(paths::clusters)
    } else if search.is_empty() {
        path
    } else {
        format!("{path}?{search}")
    };
    let error = at_sign_in
        .then(|| value_of(&search, "error"))
        .flatten()
        .map(|code| refusal(&code));
    let ended = at_sign_in && value_of(&search, "reason").as_deref() == Some("ended");
    let returns = (next != "/").then(|| next.clone());
    let invalid = error.is_some().then_some("true");
    view! {
        <Title text="Sign in"/>
        <main class="login" id="main">
            <header><Mark/><b>"Penstock"</b><ThemeToggle/></header>
            <div class="box">
                <h1>"Sign in"</h1>
                <p class="lead">"You see and do here what Kubernetes allows you, no more and no less."</p>
                {ended.then(|| view! {
                    <div class="note warn">
                        {icon(Icon::ClockAlert)}
                        <span>
                            <b class="m">"Your session has ended."</b>
                            {returns.map(|next| view! { " You will return to "<code>{next}</code>"." })}
                        </span>
                    </div>
                })}
                <form method="post" action=paths::POST_SIGN_IN>
                    <input type="hidden" name="next" value=next/>
                    <label class="lab">
                        <span>"Token"</span>
                        <textarea class=if error.is_some() { "area mono err" } else { "area mono" } name="token" rows="3" required autofocus autocomplete="off" autocapitalize="off" spellcheck="false" aria-invalid=invalid aria-describedby="sign-in-error"></textarea>
                    </label>
                    <p class="c-bad f12 terr" id="sign-in-error" role=error.is_some().then_some("alert")>
                        {error.map(|error| view! { {icon_small(Icon::OctagonX)}" "{error} })}
                    </p>
                    <button class="btn primary big" type="submit">{icon(Icon::LogIn)}"Sign in with the token"</button>
                </form>
                <details open>
                    <summary>{icon_tiny(Icon::ChevronRight)}"How to get a token"</summary>
                    <div class="code" tabindex="0">{COMMAND}<Copy text=COMMAND.to_owned() what="command"/></div>
                </details>
            </div>
            <footer>
                <dl>
                    <dt>"Checked"</dt><dd>"by the API server, now and again while you work"</dd>
                    <dt>"Kept"</dt><dd>"in a sealed cookie in this browser; never logged, never in a page"</dd>
                </dl>
            </footer>
        </main>
    }
}

/// What the server's error code means. Codes it may add later read as a refusal.
fn refusal(code: &str) -> &'static str {
    match code {
        "empty" | "missing" => "Paste a token first.",
        "expired" => "The API server refused this token: it has expired.",
        "unavailable" => {
            "The API server can't be reached, so no token can be checked now. Try again in a moment."
        }
        "code" | "spent" | "link" => {
            "This sign-in link was used already or is not known. Paste a token instead."
        }
        "anonymous" => "The API server takes this token for nobody.",
        "too-many" => "Too many attempts. Try again in a minute.",
        _ => "The API server refused this token.",
    }
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn unknown_codes_are_never_echoed() {
        assert_eq!(
            refusal("<script>alert(1)</script>"),
            "The API server refused this token."
        );
    }
}
