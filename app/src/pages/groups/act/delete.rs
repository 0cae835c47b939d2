//! The dialog that deletes a group: what goes with it, and the button that does it. Then the page says that there is no such group,
//! and offers the way back.

use super::{Stage, confirm, failed, keeping, own_tool, trouble};
use crate::components::lag;
use leptos::{prelude::*, task::spawn_local};
use penstock_api::{AppError, groups};
use penstock_domain::group::act::{DeleteGroups, DeleteOutcome, DeletePreview};
use penstock_ui::button::{Button, ButtonKind};

#[derive(Clone, Copy)]
struct Desk {
    stage: Stage,
    preview: RwSignal<Option<Result<DeletePreview, AppError>>>,
    name: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: RwSignal<Option<Result<DeleteOutcome, AppError>>>,
}

/// The dialog.
pub fn dialog(stage: Stage) -> AnyView {
    let desk = Desk {
        stage,
        preview: RwSignal::new(None),
        name: RwSignal::new(String::new()),
        writing: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    desk.look_up();
    let body = view! {
        {move || desk.problem().map(trouble)}
        {move || desk.preview.with(|preview| match preview {
            None => view! { <p class="say-line t3" aria-busy="true">"Looking up what goes with it…"</p> }.into_any(),
            Some(Err(error)) => failed(error.clone()),
            Some(Ok(preview)) => form(desk, preview),
        })}
    }
    .into_any();
    let lead = || "Kafka forgets where it stands, in all its topics.".to_owned();
    stage.frame("Delete group", lead, body, footer(desk))
}

impl Desk {
    fn asked(self) -> DeleteGroups {
        DeleteGroups {
            groups: vec![self.stage.here.group.with_value(|(_, group)| group.clone())],
        }
    }

    fn look_up(self) {
        let cluster = self.stage.here.cluster();
        let asked = self.asked();
        spawn_local(async move {
            let preview = groups::groups_delete_preview(cluster, asked).await;
            self.preview.try_set(Some(preview));
        });
    }

    /// Why it was not deleted.
    fn problem(self) -> Option<penstock_domain::problem::Problem> {
        self.outcome.with(|outcome| match outcome {
            Some(Err(error)) => Some(error.problem().clone()),
            Some(Ok(outcome)) => outcome.groups.iter().find_map(|one| one.problem.clone()),
            None => None,
        })
    }

    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("It is being deleted.".to_owned());
        }
        let refused = self.preview.with(|preview| match preview {
            Some(Ok(preview)) => Some(
                preview
                    .groups
                    .iter()
                    .find_map(|one| one.refused.as_ref())
                    .map(|problem| problem.detail.clone()),
            ),
            _ => None,
        });
        match refused {
            None => Some("What goes with it is not known yet.".to_owned()),
            Some(Some(why)) => Some(why),
            Some(None) => (self.name.get() != self.stage.group())
                .then(|| "Type the group’s name first.".to_owned()),
        }
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let cluster = self.stage.here.cluster();
        let asked = self.asked();
        self.writing.set(true);
        spawn_local(async move {
            let outcome = groups::groups_delete(cluster, asked).await;
            self.writing.try_set(false);
            let gone = matches!(&outcome, Ok(outcome) if outcome.groups.iter().all(|one| one.problem.is_none()));
            self.outcome.try_set(Some(outcome));
            if gone {
                self.stage.close();
            }
        });
    }
}

fn form(desk: Desk, preview: &DeletePreview) -> AnyView {
    let Some(loss) = preview.groups.first() else {
        return ().into_any();
    };
    let possible = loss.refused.is_none();
    let lossy = loss.offsets > 0;
    view! {
        {loss.refused.clone().map(trouble)}
        <dl class="blast">
            <div><dt>"Offsets deleted"</dt><dd class:c-bad=lossy>{lag::count(loss.offsets)}</dd></div>
            <div><dt>"Topics"</dt><dd>{loss.topics.len()}</dd></div>
            <div><dt>"Unread now"</dt><dd>{lag::count(loss.unread)}</dd></div>
        </dl>
        {(!loss.topics.is_empty()).then(|| {
            let names: Vec<String> = loss.topics.iter().map(ToString::to_string).collect();
            view! { <p class="f13 t2 say">"It has read "<span class="mono">{names.join(", ")}</span>"."</p> }
        })}
        {preview.command.clone().map(|command| own_tool(command, None))}
        {possible.then(|| confirm(desk.stage.group(), || "the group is deleted".to_owned(), desk.name))}
    }
    .into_any()
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    let durable = move || {
        desk.preview.with(|preview| match preview {
            Some(Ok(preview)) => Some(preview.durable),
            _ => None,
        })
    };
    view! {
        {move || durable().map(keeping)}
        <span class="end">
            <Button on_press=move |_| desk.stage.close()>"Cancel"</Button>
            <Button kind=ButtonKind::Destroy disabled=why on_press=move |_| desk.apply()>"Delete group"</Button>
        </span>
    }
    .into_any()
}
