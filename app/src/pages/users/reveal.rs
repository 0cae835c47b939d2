//! A user's Secret, on a click: the API server is asked with the right of whoever clicks. What is revealed stays in this page's memory
//! until it is hidden or left; it is in no document, no address and no history. Needs JavaScript: nothing of it renders on the server.

use super::detail::Here;
use crate::components::{
    copy::Code,
    icon::{Icon, icon_small},
    problem::ProblemBox,
};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::AppError;
use penstock_domain::user::{
    UserDetail,
    credential::{Mechanism, RevealForm, Revealed, SecretFacts},
};

/// What was asked for and came.
#[derive(Clone)]
enum Shown {
    Nothing,
    Waiting,
    Facts(SecretFacts),
    Text(Revealed),
    Failed(AppError),
}

/// Buttons, and what came of them.
pub(super) fn section(here: Here, detail: Signal<UserDetail>) -> AnyView {
    let mechanism = Memo::new(move |_| {
        detail.with(|detail| {
            detail.row.resource.as_ref()?;
            detail.row.mechanisms.first().copied()
        })
    });
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    view! {
        {move || (alive.get()).then(|| mechanism.get().and_then(|mechanism| buttons(here, mechanism)))}
        <noscript><p class="f12 t3">"What the Secret holds is shown with JavaScript alone."</p></noscript>
    }
    .into_any()
}

fn buttons(here: Here, mechanism: Mechanism) -> Option<AnyView> {
    let forms: &[(RevealForm, &str)] = match mechanism {
        Mechanism::ScramSha512 => &[
            (RevealForm::Password, "Reveal password…"),
            (RevealForm::Properties, "Client properties…"),
        ],
        Mechanism::Tls => &[
            (RevealForm::Pem, "Certificate and key…"),
            (RevealForm::Properties, "Client properties…"),
        ],
        Mechanism::ScramSha256 | Mechanism::TlsExternal => return None,
    };
    let shown = RwSignal::new(Shown::Nothing);
    let look = move |_| {
        shown.set(Shown::Waiting);
        spawn_local(async move {
            let (cluster, user) = here.user.get_value();
            let facts = penstock_api::users::user_secret_get(cluster, user).await;
            shown.try_set(facts.map_or_else(Shown::Failed, Shown::Facts));
        });
    };
    let reveal = move |form: RevealForm| {
        shown.set(Shown::Waiting);
        spawn_local(async move {
            let (cluster, user) = here.user.get_value();
            let text = penstock_api::users::user_reveal(cluster, user, form).await;
            shown.try_set(text.map_or_else(Shown::Failed, Shown::Text));
        });
    };
    let each = forms.iter().map(|(form, words)| {
        let form = *form;
        view! { <button type="button" class="btn sm" on:click=move |_| reveal(form)>{icon_small(Icon::Eye)}{*words}</button> }
    });
    Some(
        view! {
            <div class="row wrap mt">
                <button type="button" class="btn sm ghost" on:click=look>"What the Secret has"</button>
                {each.collect_view()}
            </div>
            <div aria-live="polite">{move || outcome(shown)}</div>
        }
        .into_any(),
    )
}

fn outcome(shown: RwSignal<Shown>) -> AnyView {
    match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Waiting => view! { <p class="f12 t3 mt">"Asking the API server with your right…"</p> }.into_any(),
        Shown::Failed(error) => view! { <ProblemBox error/> }.into_any(),
        Shown::Facts(facts) => self::facts(facts),
        Shown::Text(Revealed { text }) => view! {
            <div class="mt">
                <Code text what="credentials"/>
                <p class="f12 t3">"Read with your right on the Secret, and noted in the log of who did what. "<button type="button" class="link" on:click=move |_| shown.set(Shown::Nothing)>"Hide"</button></p>
            </div>
        }
        .into_any(),
    }
}

fn facts(facts: SecretFacts) -> AnyView {
    let time = |time: Option<penstock_domain::time::Timestamp>| {
        time.map(|time| time.date())
            .unwrap_or_else(|| "not told".to_owned())
    };
    view! {
        <dl class="kv mt">
            <dt>"Secret"</dt><dd class="mono f12">{facts.name}</dd>
            <dt>"Made"</dt><dd>{time(facts.created)}</dd>
            <dt>"Last written"</dt><dd>{time(facts.written)}</dd>
            {facts.certificate_ends.map(|ends| view! { <dt>"Certificate ends"</dt><dd>{ends.date()}</dd> })}
            <dt>"Keys"</dt><dd class="mono f12">{facts.keys.join(", ")}</dd>
        </dl>
    }
    .into_any()
}
