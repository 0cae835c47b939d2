//! A problem as a page: which state it is, cause, remedy, the right to ask for, and the technical detail folded away.

use super::{
    copy::Code,
    heading::PageHead,
    icon::{Icon, icon_tiny, sized},
};
use crate::{layout::SessionResource, paths};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use penstock_api::AppError;
use penstock_domain::problem::{Problem, ProblemKind};

/// Shows why there is nothing else to show.
#[component]
pub fn ProblemView(
    /// The problem.
    error: AppError,
) -> impl IntoView {
    let (class, glyph) = look(error.problem().kind);
    let title = error.problem().title.clone();
    view! {
        <PageHead title beside=move || sized(glyph, class)/>
        {body(error, None)}
    }
}

/// The same within a page, in the place of what could not be had; the rest of the page stays.
#[component]
pub fn ProblemBox(
    /// The problem.
    error: AppError,
) -> impl IntoView {
    let (class, glyph) = look(error.problem().kind);
    let title = error.problem().title.clone();
    body(
        error,
        Some(view! { <h2>{sized(glyph, class)}{title}</h2> }.into_any()),
    )
}

/// Who asked, cause, remedy, the right to ask for, ways on, and the technical detail.
fn body(error: AppError, heading: Option<AnyView>) -> AnyView {
    let Problem {
        kind,
        title: _,
        detail,
        remedy,
        grant,
        kafka_error,
        field,
        request_id,
    } = error.into_problem();
    let class = if heading.is_some() {
        "state"
    } else {
        "state problem"
    };
    let technical: Vec<(&'static str, String)> = [
        kafka_error.map(|error| ("Kafka error", format!("{} ({})", error.name, error.code))),
        field.map(|field| ("Field", field)),
        request_id.map(|id| ("Request id", id)),
        Some(("Status", kind.status().to_string())),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <div class=class role=(kind != ProblemKind::Forbidden).then_some("alert")>
            {heading}
            {(kind == ProblemKind::Forbidden).then(|| view! { <WhoYouAre/> })}
            <p>{detail}</p>
            {remedy.map(|remedy| view! { <p>{remedy}</p> })}
            {grant.map(|grant| view! { <Code text=grant what="rule"/> })}
            <div class="act">{actions(kind)}</div>
            <details>
                <summary>{icon_tiny(Icon::ChevronRight)}"Technical detail"</summary>
                <dl class="kv left">
                    {technical.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd class="mono f12">{value}</dd> }).collect_view()}
                </dl>
            </details>
        </div>
    }
    .into_any()
}

const fn look(kind: ProblemKind) -> (&'static str, Icon) {
    match kind {
        ProblemKind::Unauthenticated => ("i c-warn", Icon::ClockAlert),
        ProblemKind::Forbidden => ("i t3", Icon::Lock),
        ProblemKind::NotFound => ("i t3", Icon::CircleHelp),
        ProblemKind::Conflict => ("i c-warn", Icon::GitCompareArrows),
        ProblemKind::Invalid | ProblemKind::TooMany => ("i c-warn", Icon::TriangleAlert),
        ProblemKind::Unavailable => ("i c-bad", Icon::ServerOff),
        ProblemKind::Internal => ("i c-bad", Icon::OctagonX),
    }
}

fn actions(kind: ProblemKind) -> AnyView {
    let location = use_location();
    let here = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    let here = if search.is_empty() {
        here
    } else {
        format!("{here}?{search}")
    };
    match kind {
        ProblemKind::Unauthenticated => view! {
            <a class="btn primary" rel="external" href=paths::sign_in(&here)>"Sign in"</a>
        }
        .into_any(),
        ProblemKind::Forbidden | ProblemKind::NotFound => view! {
            <a class="btn" href=paths::clusters()>"All clusters"</a>
        }
        .into_any(),
        ProblemKind::Conflict
        | ProblemKind::Invalid
        | ProblemKind::TooMany
        | ProblemKind::Unavailable
        | ProblemKind::Internal => view! {
            // A full load: the server is asked for the page itself.
            <a class="btn primary" rel="external" href=here>"Try again"</a>
            <a class="btn ghost" href=paths::clusters()>"All clusters"</a>
        }
        .into_any(),
    }
}

/// `Signed in as bob (team-dev).`
#[component]
fn WhoYouAre() -> impl IntoView {
    use_context::<SessionResource>().map(|SessionResource(session)| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    session.await.ok().map(|session| {
                        let groups = (!session.groups.is_empty()).then(|| format!(" ({})", session.groups.join(", ")));
                        view! { <p>"Signed in as "<b class="m">{session.user}</b>{groups}"."</p> }
                    })
                })}
            </Suspense>
        }
    })
}
