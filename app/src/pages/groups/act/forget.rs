//! The dialog that deletes the offsets of one topic: the group then begins there as if it had never read it.

use super::{Stage, confirm, failed, keeping, preview};
use crate::components::{lag, words};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::{AppError, groups};
use penstock_domain::{
    group::{
        GroupDetail, LagRow,
        act::{ApplyOffsets, OffsetChange, OffsetsOutcome},
    },
    units,
};
use penstock_ui::button::{Button, ButtonKind};

/// Rows that are shown; more are counted.
const ROWS: usize = 200;

#[derive(Clone, Copy)]
struct Desk {
    stage: Stage,
    /// Partitions of the chosen topic that have an offset, as they were when the dialog opened.
    rows: StoredValue<Vec<LagRow>>,
    durable: RwSignal<Option<bool>>,
    name: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: RwSignal<Option<Result<OffsetsOutcome, AppError>>>,
}

/// The dialog.
pub fn dialog(stage: Stage, detail: Signal<GroupDetail>) -> AnyView {
    let topic = stage.here.query.with_untracked(|query| query.topic.clone());
    let rows = detail.with_untracked(|detail| {
        let one = |row: &&LagRow| {
            row.committed.is_some()
                && topic
                    .as_deref()
                    .is_none_or(|topic| row.topic.as_str() == topic)
        };
        detail.partitions.iter().filter(one).cloned().collect()
    });
    let desk = Desk {
        stage,
        rows: StoredValue::new(rows),
        durable: RwSignal::new(None),
        name: RwSignal::new(String::new()),
        writing: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    desk.ask_whether_durable();
    let lead = move || match topic.as_deref() {
        Some(topic) => {
            format!("Of {topic}. The group then begins there as its auto.offset.reset says.")
        }
        None => {
            "Of all its topics. The group then begins as its auto.offset.reset says.".to_owned()
        }
    };
    let body = view! {
        {move || desk.outcome.with(|outcome| match outcome {
            Some(Ok(outcome)) => preview::outcome(outcome),
            Some(Err(error)) => view! { {failed(error.clone())}{form(desk)} }.into_any(),
            None => form(desk),
        })}
    }
    .into_any();
    stage.frame("Delete offsets of", lead, body, footer(desk))
}

impl Desk {
    fn ask_whether_durable(self) {
        let (cluster, group) = self.stage.here.group.get_value();
        spawn_local(async move {
            if let Ok(changes) = groups::group_changes_get(cluster, group).await {
                self.durable.try_set(Some(changes.durable));
            }
        });
    }

    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("They are being deleted.".to_owned());
        }
        if self.rows.with_value(Vec::is_empty) {
            return Some("Nothing is committed there.".to_owned());
        }
        (self.name.get() != self.stage.group()).then(|| "Type the group’s name first.".to_owned())
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let changes = self.rows.with_value(|rows| {
            rows.iter()
                .map(|row| OffsetChange {
                    topic: row.topic.clone(),
                    partition: row.partition,
                    old: row.committed,
                    new: None,
                })
                .collect()
        });
        let (cluster, group) = self.stage.here.group.get_value();
        self.writing.set(true);
        spawn_local(async move {
            let asked = ApplyOffsets {
                changes,
                undoes: None,
            };
            let outcome = groups::offsets_apply(cluster, group, asked).await;
            self.writing.try_set(false);
            self.outcome.try_set(Some(outcome));
        });
    }
}

fn form(desk: Desk) -> AnyView {
    let count = desk.rows.with_value(Vec::len);
    if count == 0 {
        return view! { <p class="f13 t2">"It has committed nothing there."</p> }.into_any();
    }
    let unread: u64 = desk
        .rows
        .with_value(|rows| rows.iter().filter_map(|row| row.lag).sum());
    let rows = desk.rows.with_value(|rows| {
        rows.iter()
            .take(ROWS)
            .map(|row| view! {
                <tr>
                    <td class="mono w-full">{row.topic.to_string()}</td>
                    <td class="mono" data-l="Partition">{row.partition.to_string()}</td>
                    <td class="num mono" data-l="Committed">{words::number(row.committed)}</td>
                    <td class="num" data-l="Lag">{row.lag.map_or_else(|| words::NOTHING.to_owned(), lag::count)}</td>
                </tr>
            })
            .collect_view()
    });
    let more = count.saturating_sub(ROWS);
    view! {
        <dl class="blast">
            <div><dt>"Offsets deleted"</dt><dd class="c-bad">{units::thousands(i64::try_from(count).unwrap_or(i64::MAX))}</dd></div>
            <div><dt>"Unread now"</dt><dd>{lag::count(unread)}</dd></div>
        </dl>
        <div class="pv"><table class="tbl compact stack last-open">
            <thead><tr><th>"Topic"</th><th>"Partition"</th><th class="num">"Committed"</th><th class="num">"Lag"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {(more > 0).then(|| view! { <p class="f12 t3">{format!("And {} more.", units::count(more, "partition", "partitions"))}</p> })}
        {confirm(desk.stage.group(), move || units::count(count, "offset is deleted", "offsets are deleted"), desk.name)}
    }
    .into_any()
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    view! {
        {move || {
            if desk.outcome.with(|outcome| matches!(outcome, Some(Ok(_)))) {
                view! { <span class="end"><Button kind=ButtonKind::Primary on_press=move |_| desk.stage.close()>"Close"</Button></span> }.into_any()
            } else {
                view! {
                    {move || desk.durable.get().map(keeping)}
                    <span class="end">
                        <Button on_press=move |_| desk.stage.close()>"Cancel"</Button>
                        <Button kind=ButtonKind::Destroy disabled=why on_press=move |_| desk.apply()>"Delete offsets"</Button>
                    </span>
                }.into_any()
            }
        }}
    }
    .into_any()
}
