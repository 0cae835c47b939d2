//! Deleting several groups at once: the empty ones of what the list shows, each with what is lost with it. What is deleted can be
//! restored from the address of each.

use crate::{
    components::{icon::Icon, lag},
    pages::groups::act::{confirm, failed, keeping, trouble},
    paths,
};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::{AppError, groups};
use penstock_domain::{
    group::{
        GroupList, GroupState,
        act::{DeleteGroups, DeleteOutcome, DeletePreview, DeletedGroup, GroupLoss},
    },
    ids::{ClusterRef, GroupName},
    units,
};
use penstock_ui::{
    button::{Button, ButtonKind},
    dialog::Dialog,
};
use std::collections::BTreeSet;

#[derive(Clone, Copy)]
struct Desk {
    cluster: StoredValue<ClusterRef>,
    open: RwSignal<bool>,
    preview: RwSignal<Option<Result<DeletePreview, AppError>>>,
    chosen: RwSignal<BTreeSet<GroupName>>,
    typed: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: RwSignal<Option<Result<DeleteOutcome, AppError>>>,
}

/// The button over the list with its dialog; nothing where no group that is shown is empty.
pub(super) fn button(cluster: ClusterRef, list: Signal<GroupList>) -> AnyView {
    let desk = Desk {
        cluster: StoredValue::new(cluster),
        open: RwSignal::new(false),
        preview: RwSignal::new(None),
        chosen: RwSignal::default(),
        typed: RwSignal::default(),
        writing: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    let any = Memo::new(move |_| list.with(|list| !empty_ones(list).is_empty()));
    let show = move |_| desk.show(list.with_untracked(empty_ones));
    view! {
        {move || any.get().then(|| view! { <Button kind=ButtonKind::Danger icon=Icon::Trash2 on_press=show>"Delete empty groups…"</Button> })}
        <Dialog open=desk.open title="Delete groups" wide=true
            lead="Kafka forgets where they stand, in all their topics. Only groups without members are offered."
            buttons=move || footer(desk)>
            <div class="act">{move || content(desk)}</div>
        </Dialog>
    }
    .into_any()
}

fn empty_ones(list: &GroupList) -> Vec<GroupName> {
    list.items
        .iter()
        .filter(|row| matches!(row.state, GroupState::Empty | GroupState::Dead))
        .map(|row| row.group.clone())
        .collect()
}

impl Desk {
    fn show(self, groups: Vec<GroupName>) {
        self.preview.set(None);
        self.chosen.set(BTreeSet::new());
        self.typed.set(String::new());
        self.outcome.set(None);
        self.open.set(true);
        let cluster = self.cluster.get_value();
        spawn_local(async move {
            let preview = groups::groups_delete_preview(cluster, DeleteGroups { groups }).await;
            self.preview.try_set(Some(preview));
        });
    }

    /// What has to be typed.
    fn phrase(self) -> String {
        let number = self.chosen.with(BTreeSet::len);
        format!("delete {}", units::count(number, "group", "groups"))
    }

    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("They are being deleted.".to_owned());
        }
        if self.chosen.with(BTreeSet::is_empty) {
            return Some("Choose at least one group.".to_owned());
        }
        (self.typed.get().trim() != self.phrase()).then(|| "Type the words first.".to_owned())
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let asked = DeleteGroups {
            groups: self.chosen.get_untracked().into_iter().collect(),
        };
        let cluster = self.cluster.get_value();
        self.writing.set(true);
        spawn_local(async move {
            let outcome = groups::groups_delete(cluster, asked).await;
            self.writing.try_set(false);
            self.outcome.try_set(Some(outcome));
        });
    }

    fn is_done(self) -> bool {
        self.outcome.with(|outcome| matches!(outcome, Some(Ok(_))))
    }
}

fn content(desk: Desk) -> AnyView {
    if let Some(Ok(outcome)) = desk.outcome.get() {
        return done(desk, &outcome);
    }
    let said = desk.outcome.with(|outcome| match outcome {
        Some(Err(error)) => Some(failed(error.clone())),
        _ => None,
    });
    let groups = desk.preview.with(|preview| match preview {
        None => {
            view! { <p class="say-line t3" aria-busy="true">"Looking up what goes with them…"</p> }
                .into_any()
        }
        Some(Err(error)) => failed(error.clone()),
        Some(Ok(preview)) => table(desk, &preview.groups),
    });
    view! { {said}{groups} }.into_any()
}

fn table(desk: Desk, losses: &[GroupLoss]) -> AnyView {
    let possible: BTreeSet<GroupName> = losses
        .iter()
        .filter(|loss| loss.refused.is_none())
        .map(|loss| loss.group.clone())
        .collect();
    let (all, number) = (possible.clone(), possible.len());
    let every = move |_| {
        let all = all.clone();
        desk.chosen.update(|chosen| {
            *chosen = if chosen.len() == all.len() {
                BTreeSet::new()
            } else {
                all
            };
        });
    };
    let rows = losses.iter().map(|loss| row(desk, loss)).collect_view();
    view! {
        <div class="pv"><table class="tbl compact stack last-open">
            <thead><tr>
                <th class="chk"><input type="checkbox" aria-label="All of them" prop:checked=move || desk.chosen.with(BTreeSet::len) == number on:change=every/></th>
                <th>"Group"</th><th class="num">"Offsets"</th><th class="num">"Topics"</th><th class="num">"Unread"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {move || (!desk.chosen.with(BTreeSet::is_empty)).then(|| confirm(desk.phrase(), || "they are deleted".to_owned(), desk.typed))}
    }
    .into_any()
}

fn row(desk: Desk, loss: &GroupLoss) -> AnyView {
    let (name, key) = (loss.group.clone(), loss.group.clone());
    let label = format!("Delete {name}");
    let checked = move || desk.chosen.with(|chosen| chosen.contains(&key));
    let toggle = move |_| {
        desk.chosen.update(|chosen| {
            if !chosen.remove(&name) {
                chosen.insert(name.clone());
            }
        });
    };
    let why = loss.refused.as_ref().map(|problem| problem.detail.clone());
    view! {
        <tr>
            <td class="chk"><input type="checkbox" aria-label=label disabled=why.is_some() prop:checked=checked on:change=toggle/></td>
            <td class="mono w-full">{loss.group.to_string()}{why.map(|why| view! { <span class="two c-warn">{why}</span> })}</td>
            <td class="num" data-l="Offsets">{lag::count(loss.offsets)}</td>
            <td class="num" data-l="Topics">{loss.topics.len()}</td>
            <td class="num" data-l="Unread">{lag::count(loss.unread)}</td>
        </tr>
    }
    .into_any()
}

/// What became of each; those that are gone lead to where they can be restored.
fn done(desk: Desk, outcome: &DeleteOutcome) -> AnyView {
    let lines = outcome
        .groups
        .iter()
        .map(|one| line(desk, one))
        .collect_view();
    view! { <ul class="outcomes" role="status">{lines}</ul> }.into_any()
}

fn line(desk: Desk, one: &DeletedGroup) -> AnyView {
    let name = one.group.to_string();
    match &one.problem {
        Some(problem) => {
            view! { <li><code>{name}</code>{trouble(problem.clone())}</li> }.into_any()
        }
        None => {
            let link = desk
                .cluster
                .with_value(|cluster| paths::group(cluster, &one.group));
            view! { <li><code>{name}</code>" is deleted. "<a class="link" href=link>"Restore…"</a></li> }
                .into_any()
        }
    }
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    let label = move || {
        let number = desk.chosen.with(BTreeSet::len);
        format!("Delete {}", units::count(number, "group", "groups"))
    };
    view! {
        {move || {
            if desk.is_done() {
                view! { <Button kind=ButtonKind::Primary on_press=move |_| desk.open.set(false)>"Close"</Button> }.into_any()
            } else {
                let durable = desk.preview.with(|preview| match preview {
                    Some(Ok(preview)) => Some(preview.durable),
                    _ => None,
                });
                view! {
                    {durable.map(keeping)}
                    <Button on_press=move |_| desk.open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Destroy disabled=why on_press=move |_| desk.apply()>{label}</Button>
                }.into_any()
            }
        }}
    }
    .into_any()
}
