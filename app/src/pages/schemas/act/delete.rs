//! The dialog that deletes a version or the whole subject: what depends on it, and the button that does it.

use super::Answer;
use crate::{
    components::icon::Icon,
    pages::{
        groups::act::{confirm, failed, trouble},
        schemas::detail::Here,
    },
};
use leptos::{prelude::*, task::spawn_local};
use penstock_domain::schema::{
    SubjectDetail, VersionRow,
    act::{DeleteSubject, SubjectDeleteOutcome, SubjectLoss},
};
use penstock_ui::{
    button::{Button, ButtonKind},
    dialog::Dialog,
};

#[derive(Clone, Copy)]
struct Desk {
    here: Here,
    detail: Signal<SubjectDetail>,
    open: RwSignal<bool>,
    asked: RwSignal<DeleteSubject>,
    preview: Answer<SubjectLoss>,
    typed: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: Answer<SubjectDeleteOutcome>,
}

/// The button on a subject's page.
pub fn button(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let desk = Desk {
        here,
        detail,
        open: RwSignal::new(false),
        asked: RwSignal::default(),
        preview: RwSignal::new(None),
        typed: RwSignal::default(),
        writing: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    view! {
        <Button kind=ButtonKind::Danger icon=Icon::Trash2 on_press=move |_| desk.show()>"Delete…"</Button>
        <Dialog open=desk.open title="Delete schemas" wide=true
            lead="Soft-deleted versions leave every list and still explain records that were written with them. Deleted for good, those records can’t be read any more."
            buttons=move || footer(desk)>
            <div class="act">{move || desk.open.get().then(|| content(desk))}</div>
        </Dialog>
    }
    .into_any()
}

impl Desk {
    fn show(self) {
        let permanent = self.detail.with_untracked(|detail| detail.row.deleted);
        self.outcome.set(None);
        self.open.set(true);
        self.choose(DeleteSubject {
            version: None,
            permanent,
        });
    }

    /// Another choice: what depends on it is looked up anew.
    fn choose(self, asked: DeleteSubject) {
        self.asked.set(asked);
        self.preview.set(None);
        self.typed.set(String::new());
        let (cluster, subject) = (self.here.cluster(), self.here.name());
        spawn_local(async move {
            let preview =
                penstock_api::schemas::subject_delete_preview(cluster, subject, asked).await;
            if self.asked.try_get_untracked() == Some(asked) {
                self.preview.try_set(Some(preview));
            }
        });
    }

    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("It is being deleted.".to_owned());
        }
        let refused = self.preview.with(|preview| match preview {
            Some(Ok(preview)) => Some(
                preview
                    .refused
                    .as_ref()
                    .map(|problem| problem.detail.clone()),
            ),
            Some(Err(error)) => Some(Some(error.problem().detail.clone())),
            None => None,
        });
        match refused {
            None => Some("What depends on it is not known yet.".to_owned()),
            Some(Some(why)) => Some(why),
            Some(None) => (self.typed.get() != self.here.name().as_str())
                .then(|| "Type the subject’s name first.".to_owned()),
        }
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let (cluster, subject) = (self.here.cluster(), self.here.name());
        let asked = self.asked.get_untracked();
        self.writing.set(true);
        spawn_local(async move {
            let outcome = penstock_api::schemas::subject_delete(cluster, subject, asked).await;
            self.writing.try_set(false);
            let done = outcome.is_ok();
            self.outcome.try_set(Some(outcome));
            if done {
                self.open.try_set(false);
            }
        });
    }
}

fn content(desk: Desk) -> AnyView {
    let versions = desk.detail.with_untracked(|detail| detail.versions.clone());
    view! {
        {move || desk.outcome.with(|outcome| match outcome {
            Some(Err(error)) => Some(failed(error.clone())),
            _ => None,
        })}
        {choice(desk, versions)}
        {move || desk.preview.with(|preview| match preview {
            None => view! { <p class="say-line t3" aria-busy="true">"Looking up what depends on it…"</p> }.into_any(),
            Some(Err(error)) => failed(error.clone()),
            Some(Ok(preview)) => loss(desk, preview),
        })}
    }
    .into_any()
}

fn choice(desk: Desk, versions: Vec<VersionRow>) -> AnyView {
    let options = versions
        .into_iter()
        .rev()
        .map(|version| {
            let number = version.version;
            let beside = if version.deleted { " (soft-deleted)" } else { "" };
            view! { <option value=number.to_string()>{format!("version {number}{beside}")}</option> }
        })
        .collect_view();
    let version = move |event| {
        let version = event_target_value(&event).parse().ok();
        let asked = desk.asked.get_untracked();
        desk.choose(DeleteSubject { version, ..asked });
    };
    let permanent = move |event| {
        let permanent = event_target_checked(&event);
        let asked = desk.asked.get_untracked();
        desk.choose(DeleteSubject { permanent, ..asked });
    };
    view! {
        <div class="to">
            <span class="input"><select aria-label="What to delete" on:change=version>
                <option value="" selected=true>"the whole subject"</option>
                {options}
            </select></span>
            <label class="row"><input type="checkbox" prop:checked=move || desk.asked.with(|asked| asked.permanent) on:change=permanent/>" for good"</label>
        </div>
    }
    .into_any()
}

fn loss(desk: Desk, loss: &SubjectLoss) -> AnyView {
    let possible = loss.refused.is_none();
    let permanent = desk.asked.get_untracked().permanent;
    let referring: Vec<String> = loss
        .referenced_by
        .iter()
        .map(|row| format!("{} v{}", row.subject, row.version))
        .collect();
    let names = |list: Vec<String>| list.join(", ");
    let topics = names(loss.topics.iter().map(ToString::to_string).collect());
    let groups = names(loss.groups.iter().map(ToString::to_string).collect());
    let why = move || {
        if permanent {
            "it is deleted for good".to_owned()
        } else {
            "it is soft-deleted".to_owned()
        }
    };
    view! {
        {loss.refused.clone().map(trouble)}
        <dl class="blast">
            <div><dt>"Versions"</dt><dd class:c-bad=permanent>{loss.versions.len()}</dd></div>
            <div><dt>"Referred to by"</dt><dd class:c-bad=!referring.is_empty()>{referring.len()}</dd></div>
            <div><dt>"Topics"</dt><dd>{loss.topics.len()}</dd></div>
            <div><dt>"Groups"</dt><dd>{loss.groups.len()}</dd></div>
        </dl>
        {(!referring.is_empty()).then(|| view! { <p class="f13 t2 say">"The registry deletes nothing that is referred to; these refer to it: "<span class="mono">{names(referring)}</span>"."</p> })}
        {(!topics.is_empty()).then(|| view! { <p class="f13 t2 say">"It belongs to topic "<span class="mono">{topics}</span>{(!groups.is_empty()).then(|| view! { ", read by "<span class="mono">{groups}</span> })}"."</p> })}
        {possible.then(|| confirm(desk.here.name().to_string(), why, desk.typed))}
    }
    .into_any()
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    let label = move || {
        let asked = desk.asked.get();
        let what = asked.version.map_or_else(
            || "subject".to_owned(),
            |version| format!("version {version}"),
        );
        if asked.permanent {
            format!("Delete {what} for good")
        } else {
            format!("Soft-delete {what}")
        }
    };
    view! {
        <Button on_press=move |_| desk.open.set(false)>"Cancel"</Button>
        <Button kind=ButtonKind::Destroy disabled=why on_press=move |_| desk.apply()>{label}</Button>
    }
    .into_any()
}
