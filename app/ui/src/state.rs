//! States in the place of content: empty, failed, forbidden, not installed, stale, partial. The sentence first, then the cause,
//! the remedy as the button, the technical detail folded away. Loading is in [`crate::skeleton`].

use crate::{
    badge::Badge,
    banner::Note,
    code::Code,
    disclosure::Disclosure,
    icon::{Icon, sized},
    tone::Tone,
};
use leptos::prelude::*;

/// The frame of every state.
#[component]
pub fn StateBlock(
    /// How it feels.
    #[prop(optional)]
    tone: Tone,
    /// Its icon; empty states may do without.
    #[prop(optional)]
    icon: Option<Icon>,
    /// What is the case, as a sentence without a full stop.
    #[prop(into)]
    title: String,
    /// Buttons: the remedy first.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Why, as a `<p>`, and whatever explains more.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="state">
            <h2>{icon.map(|icon| sized(icon, tone.icon_class()))}<span>{title}</span></h2>
            {children()}
            {actions.map(|actions| view! { <div class="act">{actions.run()}</div> })}
        </div>
    }
}

/// Nothing to show, why, and the next step.
#[component]
pub fn Empty(
    /// `No topic matches`
    #[prop(into)]
    title: String,
    /// An icon.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Why, and what is nearest.
    #[prop(into)]
    why: String,
    /// The next step.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <div class="state">
            <h2>{icon.map(|icon| sized(icon, "i t3"))}<span>{title}</span></h2>
            <p>{why}</p>
            <div class="act">{actions.run()}</div>
        </div>
    }
}

/// Asking failed: the sentence, the cause, the remedy, a way to try again, the technical detail folded.
#[component]
pub fn Failure(
    /// `No broker could be reached`
    #[prop(into)]
    title: String,
    /// Why, as far as is known.
    #[prop(into)]
    cause: String,
    /// What helps, in words.
    #[prop(optional, into)]
    remedy: Option<String>,
    /// Where the same page is asked for once more.
    #[prop(into)]
    retry: String,
    /// Names and values for whoever must dig: error code, request id.
    #[prop(optional)]
    detail: Vec<(&'static str, String)>,
    /// Further buttons.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <div class="state" role="alert">
            <h2>{sized(Icon::OctagonX, "i c-bad")}<span>{title}</span></h2>
            <p>{cause}</p>
            {remedy.map(|remedy| view! { <p>{remedy}</p> })}
            <div class="act">
                // A full load: the server is asked for the page itself.
                <a class="btn sm primary" rel="external" href=retry>"Try again"</a>
                {actions.run()}
            </div>
            {(!detail.is_empty()).then(|| view! {
                <Disclosure summary="Technical detail">
                    <dl class="kv left">
                        {detail.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd class="mono f12">{value}</dd> }).collect_view()}
                    </dl>
                </Disclosure>
            })}
        </div>
    }
}

/// A right is missing: who you are, which right, and the rule to ask for, ready to copy.
#[component]
pub fn Forbidden(
    /// `You may not list topics here`
    #[prop(into)]
    title: String,
    /// Who is signed in; absent while that is not known.
    #[prop(optional, into)]
    user: Option<String>,
    /// The user's groups.
    #[prop(optional, into)]
    groups: Vec<String>,
    /// The right: `list on kafkatopics in namespace kafka`.
    #[prop(into)]
    missing: String,
    /// The RBAC rule, as YAML.
    #[prop(into)]
    rule: String,
    /// Where else one may go.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
) -> impl IntoView {
    let groups = (!groups.is_empty()).then(|| format!(" ({})", groups.join(", ")));
    view! {
        <div class="state">
            <h2>{sized(Icon::Lock, "i t3")}<span>{title}</span></h2>
            <p>
                {user.map(|user| view! { "Signed in as "<b class="m">{user}</b>{groups}". " })}
                {format!("Missing: {missing}. Ask an administrator for this rule:")}
            </p>
            <Code text=rule what="rule"/>
            {actions.map(|actions| view! { <div class="act">{actions.run()}</div> })}
        </div>
    }
}

/// What the page is about is not there at all; everything else works.
#[component]
pub fn NotInstalled(
    /// `Kafka Connect is not installed`
    #[prop(into)]
    title: String,
    /// What is absent, and that the rest works.
    #[prop(into)]
    why: String,
    /// How to get it.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <div class="state">
            <h2>{sized(Icon::CircleOff, "i t3")}<span>{title}</span></h2>
            <p>{why}</p>
            <div class="act">{actions.run()}</div>
        </div>
    }
}

/// What is shown is old: since when, of which time, and a way to ask now. Stands over the dimmed values.
#[component]
pub fn Stale(
    /// Why: `No news from the API server for 40 s.`
    #[prop(into)]
    why: Signal<String>,
    /// The time that is shown: `08:13:52`.
    #[prop(into)]
    shown: Signal<String>,
    /// Where the same page is asked for once more.
    #[prop(into)]
    retry: String,
) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn icon=Icon::ClockAlert>
            {why}" Shown is the state of "<b class="m tnum">{shown}</b>". "
            <a class="link" rel="external" href=retry>"Ask now"</a>
        </Note>
    }
}

/// Beside a section's title: not everybody has answered.
#[component]
pub fn Partial(
    /// `2 of 3 brokers answered`
    #[prop(into)]
    words: Signal<String>,
    /// Who has not and why.
    #[prop(into)]
    why: Signal<String>,
) -> impl IntoView {
    view! { <Badge tone=Tone::Warn icon=Icon::CircleDashed word=words title=why/> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::testing::html;

    #[test]
    fn a_failure_has_cause_remedy_and_retry() {
        let html = html(|| {
            view! {
                <Failure
                    title="No broker could be reached"
                    cause="All 3 addresses refused the connection."
                    remedy="Check the listener."
                    retry="/clusters/kafka/a?tab=x&y=\"z\""
                    detail=vec![("Error", "CONNECTION_REFUSED".to_owned())]
                />
            }
        });
        assert!(html.contains("role=\"alert\""), "{html}");
        assert!(
            html.contains("All 3 addresses") && html.contains("Check the listener."),
            "{html}"
        );
        assert!(html.contains("<details"), "{html}");
        assert!(
            !html.contains("\"z\""),
            "an address stays in its attribute: {html}"
        );
    }

    #[test]
    fn forbidden_names_the_right_and_nobody_unknown() {
        let known = html(
            || view! { <Forbidden title="No" user="bob" groups=vec!["team-dev".to_owned()] missing="list on kafkatopics" rule="verbs: [list]"/> },
        );
        assert!(
            known.contains("bob") && known.contains("(team-dev)"),
            "{known}"
        );
        assert!(known.contains("verbs: [list]"), "{known}");
        let unknown = html(|| view! { <Forbidden title="No" missing="list" rule="r"/> });
        assert!(!unknown.contains("Signed in"), "{unknown}");
    }
}
