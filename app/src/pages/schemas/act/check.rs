//! What a check found, in words: a mistake and its place, what the registry says, who could no longer read what.

use crate::{
    components::icon::{Icon, icon},
    pages::{groups::act::trouble, schemas::detail::change},
};
use leptos::prelude::*;
use penstock_domain::schema::{
    act::{CheckOutcome, SchemaMistake, VersionCheck},
    compatible::Obstacle,
};

/// Changes that are shown.
const MOST_CHANGES: usize = 30;

/// See the module.
pub(super) fn view(outcome: &CheckOutcome) -> AnyView {
    if let Some(mistake) = &outcome.mistake {
        return wrong(mistake);
    }
    let changes = outcome
        .changes
        .iter()
        .take(MOST_CHANGES)
        .cloned()
        .map(change)
        .collect_view();
    let versions = outcome
        .versions
        .iter()
        .filter(|check| outcome.known.is_none() && worth_saying(check))
        .map(version)
        .collect_view();
    let silent = outcome
        .versions
        .iter()
        .any(|check| check.compatible == Some(false) && check.messages.is_empty());
    view! {
        {outcome.refused.clone().map(trouble)}
        {verdict(outcome)}
        {(!outcome.changes.is_empty()).then(|| view! { <h3 class="f13">"Against the newest version"</h3><ul class="changes">{changes}</ul> })}
        <ul class="checks">{versions}</ul>
        {silent.then(|| view! { <p class="f12 t3">"The registry gives no reasons; those shown are computed here from the schemas."</p> })}
        {readers(outcome)}
    }
    .into_any()
}

fn wrong(mistake: &SchemaMistake) -> AnyView {
    let place = match (mistake.line, mistake.column) {
        (Some(line), Some(column)) => format!("Line {line}, column {column}: "),
        _ => String::new(),
    };
    view! {
        <div class="say-line bad" role="alert">{icon(Icon::OctagonX)}<span><b class="m">"This is no schema. "</b>{place}{mistake.message.clone()}</span></div>
    }
    .into_any()
}

fn verdict(outcome: &CheckOutcome) -> AnyView {
    let rule = outcome.level.map_or_else(
        || "a rule that is not known".to_owned(),
        |level| format!("rule {}", level.words()),
    );
    let next = outcome
        .next_version
        .map(|version| format!(" It would most likely become version {version}."))
        .unwrap_or_default();
    let (class, glyph, words) = match (&outcome.known, outcome.accepted) {
        (Some(known), _) => (
            "note info",
            Icon::Info,
            format!(
                "The subject has exactly this schema: version {}, id {}.",
                known.version, known.id
            ),
        ),
        (None, Some(true)) => (
            "note ok",
            Icon::CircleCheck,
            format!("The registry would take it by {rule}.{next}"),
        ),
        (None, Some(false)) => (
            "note bad",
            Icon::OctagonX,
            format!("The registry would refuse it by {rule}."),
        ),
        (None, None) => (
            "note warn",
            Icon::CircleHelp,
            format!("The registry did not say whether it takes it by {rule}."),
        ),
    };
    view! { <p class=class role="status">{icon(glyph)}<span>{words}</span></p> }.into_any()
}

fn worth_saying(check: &VersionCheck) -> bool {
    check.compatible != Some(true)
        || !check.messages.is_empty()
        || !check.breaks_readers.is_empty()
        || !check.cannot_read.is_empty()
}

fn version(check: &VersionCheck) -> AnyView {
    let says = match check.compatible {
        Some(true) => "compatible by the rule",
        Some(false) => "not compatible by the rule",
        None => "not checked",
    };
    let messages = check
        .messages
        .iter()
        .map(|message| view! { <li>{message.clone()}</li> })
        .collect_view();
    view! {
        <li>
            <b class="mono">{format!("v{}", check.version)}</b>" "{says}
            <ul>
                {messages}
                {reasons("Readers with it can’t read the new one", &check.breaks_readers)}
                {reasons("The new one can’t read what it wrote", &check.cannot_read)}
            </ul>
        </li>
    }
    .into_any()
}

fn reasons(words: &'static str, obstacles: &[Obstacle]) -> AnyView {
    obstacles
        .iter()
        .map(|obstacle| {
            view! { <li>{words}": "<b class="mono">{obstacle.path.clone()}</b>" "{obstacle.words.clone()}</li> }
        })
        .collect_view()
        .into_any()
}

/// Whom it concerns.
fn readers(outcome: &CheckOutcome) -> AnyView {
    let breaks = outcome
        .versions
        .iter()
        .any(|check| outcome.known.is_none() && !check.breaks_readers.is_empty());
    let names = |list: Vec<String>| list.join(", ");
    let topics = names(outcome.topics.iter().map(ToString::to_string).collect());
    let groups = names(outcome.groups.iter().map(ToString::to_string).collect());
    if topics.is_empty() {
        return ().into_any();
    }
    let what = if breaks {
        "Readers that still have an older version would fail on new records"
    } else {
        "Who reads it"
    };
    view! {
        <p class="f13 t2 say">
            {what}": topic "<span class="mono">{topics}</span>
            {if groups.is_empty() { ", read by no group that is known".into_any() } else { view! { ", read by "<span class="mono">{groups}</span> }.into_any() }}"."
        </p>
    }
    .into_any()
}
