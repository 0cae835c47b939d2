//! The dialog that sets the compatibility level of a subject, or the global one.

use super::Answer;
use crate::pages::{
    groups::act::{failed, trouble},
    schemas::detail::Here,
};
use leptos::{prelude::*, task::spawn_local};
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    problem::Problem,
    schema::{
        CompatibilityLevel, LevelOrigin, SubjectDetail,
        act::{LevelOutcome, SetLevel},
    },
};
use penstock_ui::{
    button::{Button, ButtonKind},
    dialog::Dialog,
};

/// What is chosen for a subject that is to have none of its own.
const INHERIT: &str = "inherit";

#[derive(Clone, Copy)]
struct Desk {
    cluster: StoredValue<ClusterRef>,
    /// `None`: the global level.
    subject: StoredValue<Option<SubjectName>>,
    open: RwSignal<bool>,
    chosen: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: Answer<LevelOutcome>,
}

/// The button on a subject's page.
pub fn button(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let desk = Desk::new(here.cluster(), Some(here.name()));
    let now = Signal::derive(move || {
        detail.with(|detail| {
            let own = detail.row.level_origin != LevelOrigin::Global;
            detail.row.level.filter(|_| own)
        })
    });
    let lead = "What a new version of this subject must be able to do with the others.";
    view(desk, now, "Rule…", "Compatibility rule", lead)
}

/// The button over the list, for the global level.
pub fn global_button(cluster: ClusterRef, now: Signal<Option<CompatibilityLevel>>) -> AnyView {
    let desk = Desk::new(cluster, None);
    let lead = "It holds for every subject that has no rule of its own, in every cluster that uses this registry.";
    view(desk, now, "Global rule…", "Global compatibility rule", lead)
}

impl Desk {
    fn new(cluster: ClusterRef, subject: Option<SubjectName>) -> Self {
        Self {
            cluster: StoredValue::new(cluster),
            subject: StoredValue::new(subject),
            open: RwSignal::new(false),
            chosen: RwSignal::default(),
            writing: RwSignal::new(false),
            outcome: RwSignal::new(None),
        }
    }

    fn show(self, now: Option<CompatibilityLevel>) {
        let chosen = now.map_or(INHERIT, CompatibilityLevel::name);
        self.chosen.set(chosen.to_owned());
        self.outcome.set(None);
        self.open.set(true);
    }

    fn level(self) -> Option<CompatibilityLevel> {
        self.chosen.with(|chosen| {
            CompatibilityLevel::ALL
                .into_iter()
                .find(|level| level.name() == chosen)
        })
    }

    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("It is being set.".to_owned());
        }
        let global = self.subject.with_value(Option::is_none);
        (global && self.level().is_none()).then(|| "Choose a rule first.".to_owned())
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let (cluster, subject) = (self.cluster.get_value(), self.subject.get_value());
        let asked = SetLevel {
            level: untrack(move || self.level()),
        };
        self.writing.set(true);
        spawn_local(async move {
            let outcome = match subject {
                Some(subject) => {
                    penstock_api::schemas::subject_level_set(cluster, subject, asked).await
                }
                None => penstock_api::schemas::global_level_set(cluster, asked).await,
            };
            self.writing.try_set(false);
            let done = outcome.is_ok();
            self.outcome.try_set(Some(outcome));
            if done {
                self.open.try_set(false);
            }
        });
    }
}

fn view(
    desk: Desk,
    now: Signal<Option<CompatibilityLevel>>,
    button: &'static str,
    title: &'static str,
    lead: &'static str,
) -> AnyView {
    view! {
        <Button on_press=move |_| desk.show(now.get_untracked())>{button}</Button>
        <Dialog open=desk.open title=title lead=lead buttons=move || footer(desk)>
            <div class="act">{move || desk.open.get().then(|| form(desk))}</div>
        </Dialog>
    }
    .into_any()
}

fn form(desk: Desk) -> AnyView {
    let group = desk.subject.with_value(|subject| {
        if subject.is_some() {
            "level"
        } else {
            "global-level"
        }
    });
    let inherit = desk.subject.with_value(Option::is_some).then(|| {
        option(
            desk,
            group,
            INHERIT,
            "inherit",
            "It has none of its own: the global rule holds.",
        )
    });
    let levels = CompatibilityLevel::ALL
        .into_iter()
        .map(|level| option(desk, group, level.name(), level.words(), level.says()))
        .collect_view();
    view! {
        {move || desk.outcome.with(|outcome| match outcome {
            Some(Err(error)) => Some(failed(error.clone())),
            _ => None,
        })}
        <fieldset class="levels"><legend class="vh">"Rule"</legend>{inherit}{levels}</fieldset>
        {move || (desk.level() == Some(CompatibilityLevel::None)).then(|| {
            let detail = "A version that breaks every reader would be taken.";
            trouble(Problem::new(penstock_domain::problem::ProblemKind::Invalid, "Nothing is checked any more", detail))
        })}
    }
    .into_any()
}

fn option(
    desk: Desk,
    group: &'static str,
    name: &'static str,
    words: &'static str,
    says: &'static str,
) -> AnyView {
    view! {
        <label>
            <input type="radio" name=group value=name prop:checked=move || desk.chosen.with(|chosen| chosen == name) on:change=move |_| desk.chosen.set(name.to_owned())/>
            <span><b>{words}</b><small>{says}</small></span>
        </label>
    }
    .into_any()
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    view! {
        <Button on_press=move |_| desk.open.set(false)>"Cancel"</Button>
        <Button kind=ButtonKind::Primary disabled=why on_press=move |_| desk.apply()>"Set rule"</Button>
    }
    .into_any()
}
