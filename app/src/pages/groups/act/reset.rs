//! The dialog that sets offsets: what is chosen, what the server says it would do, and the button that does it.

use super::{
    Stage, confirm, failed, keeping, preview,
    target::{Target, Typed},
    trouble,
};
use crate::{
    components::icon::{Icon, icon, icon_small},
    paths::{GroupAct, GroupPageQuery, GroupTab},
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use penstock_api::{AppError, groups};
use penstock_domain::{
    group::{
        GroupDetail,
        act::{ApplyOffsets, OffsetsOutcome, ResetPreview},
        reset::{ResetSpec, ResetTo},
    },
    units,
};
use penstock_ui::button::{Button, ButtonKind};
use std::time::Duration;

/// Nothing is typed for so long: then it is looked up.
const PAUSE: Duration = Duration::from_millis(350);

/// What the server said to a choice.
type Answer = (ResetSpec, Result<ResetPreview, AppError>);

/// Everything of the dialog. Cheap to copy.
#[derive(Clone, Copy)]
struct Desk {
    stage: Stage,
    /// The change whose replaced offsets are brought back; then nothing is typed.
    restores: Option<u64>,
    typed: RwSignal<Typed>,
    wanted: Memo<Result<Option<ResetSpec>, String>>,
    answer: RwSignal<Option<Answer>>,
    name: RwSignal<String>,
    writing: RwSignal<bool>,
    outcome: RwSignal<Option<Result<OffsetsOutcome, AppError>>>,
}

/// The dialog; `restores` is the change whose replaced offsets are brought back.
pub fn dialog(stage: Stage, detail: Option<Signal<GroupDetail>>, restores: Option<u64>) -> AnyView {
    let typed = RwSignal::new(Typed::default());
    let desk = Desk {
        stage,
        restores,
        typed,
        wanted: Memo::new(move |_| match restores {
            Some(change) => Ok(Some(ResetSpec {
                to: ResetTo::Kept { change },
                topics: Vec::new(),
            })),
            None => typed.with(Typed::spec),
        }),
        answer: RwSignal::new(None),
        name: RwSignal::new(String::new()),
        writing: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    desk.look_up();
    let title = if restores.is_some() {
        "Restore offsets of"
    } else {
        "Reset offsets of"
    };
    let body = view! {
        {move || {
            if desk.is_done() {
                desk.outcome.with(|outcome| match outcome {
                    Some(Ok(outcome)) => preview::outcome(outcome),
                    _ => ().into_any(),
                })
            } else {
                form(desk, detail)
            }
        }}
    }
    .into_any();
    stage.frame(title, move || desk.lead(), body, footer(desk))
}

impl Desk {
    /// Asks what the choice would do, once nothing more is typed for a moment.
    fn look_up(self) {
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |before: Option<()>| {
            if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            let Ok(Some(spec)) = self.wanted.get() else {
                self.answer.set(None);
                return;
            };
            let pause = if before.is_none() {
                Duration::ZERO
            } else {
                PAUSE
            };
            let handle = set_timeout_with_handle(move || self.ask(spec), pause);
            waiting.set_value(handle.ok());
        });
    }

    fn ask(self, spec: ResetSpec) {
        let (cluster, group) = self.stage.here.group.get_value();
        spawn_local(async move {
            let answer = groups::offsets_preview(cluster, group, spec.clone()).await;
            // An answer to an older choice is not shown.
            let newest = self
                .wanted
                .try_with_untracked(|wanted| matches!(wanted, Ok(Some(wanted)) if *wanted == spec));
            if newest == Some(true) {
                self.answer.try_set(Some((spec, answer)));
            }
        });
    }

    /// The preview of what is chosen now, read by `read`.
    fn preview<T>(self, read: impl FnOnce(&ResetPreview) -> T) -> Option<T> {
        self.wanted.with(|wanted| {
            self.answer.with(|answer| match (wanted, answer) {
                (Ok(Some(wanted)), Some((spec, Ok(preview)))) if spec == wanted => {
                    Some(read(preview))
                }
                _ => None,
            })
        })
    }

    fn is_done(self) -> bool {
        self.outcome.with(|outcome| matches!(outcome, Some(Ok(_))))
    }

    fn lead(self) -> String {
        if self.is_done() {
            return "It is written.".to_owned();
        }
        match self.preview(|preview| preview.refused.is_some()) {
            Some(true) => "This is what it would do. It can’t be done now.".to_owned(),
            Some(false) => {
                "The group is empty, so its offsets may be set. Nothing is written before you apply."
                    .to_owned()
            }
            None => "Nothing is written before you apply.".to_owned(),
        }
    }

    fn skipped(self) -> u64 {
        self.preview(|preview| preview.plan.skipped).unwrap_or(0)
    }

    /// Why it can't be applied now.
    fn obstacle(self) -> Option<String> {
        if self.writing.get() {
            return Some("It is being written.".to_owned());
        }
        if let Err(why) = self.wanted.get() {
            return Some(why);
        }
        let obstacle = self.preview(|preview| match &preview.refused {
            Some(problem) => Some(problem.detail.clone()),
            None if preview.plan.changes().next().is_none() => {
                Some("Nothing would change.".to_owned())
            }
            None => None,
        });
        match obstacle {
            None => Some("Choose where to, and look at what it would do.".to_owned()),
            Some(Some(why)) => Some(why),
            Some(None) if self.skipped() > 0 && self.name.get() != self.stage.group() => {
                Some("Type the group’s name first.".to_owned())
            }
            Some(None) => None,
        }
    }

    fn apply(self) {
        if untrack(move || self.obstacle().is_some()) {
            return;
        }
        let Some(mut asked) =
            untrack(move || self.preview(|preview| ApplyOffsets::of(&preview.plan)))
        else {
            return;
        };
        asked.undoes = self.restores;
        let (cluster, group) = self.stage.here.group.get_value();
        self.writing.set(true);
        self.outcome.set(None);
        spawn_local(async move {
            let outcome = groups::offsets_apply(cluster, group, asked).await;
            self.writing.try_set(false);
            if outcome.is_err() {
                // It may not be as shown any more: the next look tells.
                if let Some(Ok(Some(spec))) = self.wanted.try_get_untracked() {
                    self.ask(spec);
                }
            }
            self.outcome.try_set(Some(outcome));
        });
    }
}

fn form(desk: Desk, detail: Option<Signal<GroupDetail>>) -> AnyView {
    let names = move || {
        detail
            .map(|detail| {
                detail.with(|detail| detail.row.topics.iter().map(ToString::to_string).collect())
            })
            .unwrap_or_default()
    };
    let topics: Memo<Vec<String>> = Memo::new(move |_| names());
    view! {
        {desk.restores.is_none().then(|| view! {
            {targets(desk)}
            {move || chosen_topics(desk, topics.get())}
        })}
        {move || desk.wanted.get().err().map(|why| view! { <p class="help err">{icon_small(Icon::OctagonX)}" "{why}</p> })}
        {move || desk.outcome.with(|outcome| match outcome {
            Some(Err(error)) => Some(failed(error.clone())),
            _ => None,
        })}
        {move || shown(desk)}
        {move || (desk.skipped() > 0 && desk.preview(|preview| preview.refused.is_none()) == Some(true)).then(|| confirm(
            desk.stage.group(),
            move || format!("{} skipped", records(desk.skipped())),
            desk.name,
        ))}
    }
    .into_any()
}

fn records(number: u64) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    units::count(number, "record is", "records are")
}

/// What the server says to the choice.
fn shown(desk: Desk) -> AnyView {
    let wanted = desk.wanted.get();
    desk.answer.with(|answer| match (wanted, answer) {
        (Ok(Some(wanted)), Some((spec, answer))) if *spec == wanted => match answer {
            Ok(preview) => view! {
                {preview.refused.clone().map(trouble)}
                {preview::view(preview)}
            }
            .into_any(),
            Err(error) => failed(error.clone()),
        },
        (Ok(Some(_)), _) => {
            view! { <p class="say-line t3" aria-busy="true">"Looking up what it would do…"</p> }
                .into_any()
        }
        _ => ().into_any(),
    })
}

fn targets(desk: Desk) -> AnyView {
    let current = Memo::new(move |_| desk.typed.with(|typed| typed.target));
    let choose = move |target: Target| {
        desk.typed.update(|typed| {
            typed.target = target;
            typed.value = String::new();
        });
    };
    view! {
        <div class="to">
            <span class="t3 f12">"To"</span>
            <span class="seg" role="group" aria-label="Where to">
                {Target::ALL.into_iter().map(|target| view! {
                    <button type="button" aria-pressed=move || (current.get() == target).to_string() on:click=move |_| choose(target)>{target.words()}</button>
                }).collect_view()}
            </span>
            {move || current.get().field().map(|(label, example)| field(desk, current.get(), label, example))}
        </div>
    }
    .into_any()
}

fn field(desk: Desk, target: Target, label: &'static str, example: &'static str) -> AnyView {
    let value = move || desk.typed.with(|typed| typed.value.clone());
    let change = move |event| {
        let text = event_target_value(&event);
        desk.typed.update(|typed| typed.value = text);
    };
    if target == Target::Csv {
        return view! {
            <label class="csv"><span class="t3 f12">{label}</span>
                <textarea class="mono" rows="5" placeholder=example spellcheck="false" prop:value=value on:input=change></textarea>
            </label>
        }
        .into_any();
    }
    view! {
        <span class="input"><input type="text" aria-label=label placeholder=example autocomplete="off" spellcheck="false" prop:value=value on:input=change/></span>
        {(target == Target::Time).then(|| view! { <span class="t3 f12">"UTC"</span> })}
    }
    .into_any()
}

/// Which topics, where there are several, and which partitions of one.
fn chosen_topics(desk: Desk, topics: Vec<String>) -> Option<AnyView> {
    let typed = desk.typed;
    if topics.is_empty() || typed.with(|typed| typed.target == Target::Csv) {
        return None;
    }
    let only = topics.len() == 1;
    let toggle = move |topic: String| {
        typed.update(|typed| {
            match typed.topics.iter().position(|one| *one == topic) {
                Some(at) => {
                    typed.topics.remove(at);
                }
                None => typed.topics.push(topic),
            }
            if typed.topics.len() != 1 {
                typed.partitions.clear();
            }
        });
    };
    let all = move |_| {
        typed.update(|typed| {
            typed.topics.clear();
            typed.partitions.clear();
        });
    };
    let each = topics
        .into_iter()
        .map(|topic| {
            let name = topic.clone();
            let pressed = move || typed.with(|typed| typed.topics.contains(&name)).to_string();
            let words = topic.clone();
            view! { <button type="button" class="mono" aria-pressed=pressed on:click=move |_| toggle(topic.clone())>{words}</button> }
        })
        .collect_view();
    let partitions = move || {
        typed.with(|typed| typed.topics.len() == 1).then(|| view! {
            <span class="input"><input type="text" aria-label="Partitions" placeholder="All partitions, or 0, 4-7" autocomplete="off"
                prop:value=move || typed.with(|typed| typed.partitions.clone())
                on:input=move |event| { let text = event_target_value(&event); typed.update(|typed| typed.partitions = text); }/></span>
        })
    };
    let words = if only { "Whole topic" } else { "All topics" };
    Some(view! {
        <div class="to">
            <span class="t3 f12">"In"</span>
            <span class="seg" role="group" aria-label="Topics">
                <button type="button" aria-pressed=move || typed.with(|typed| typed.topics.is_empty()).to_string() on:click=all>{words}</button>
                {each}
            </span>
            {partitions}
        </div>
    }
    .into_any())
}

fn footer(desk: Desk) -> AnyView {
    let why = Signal::derive(move || desk.obstacle());
    let label = move || match (desk.writing.get(), desk.restores) {
        (true, _) => "Writing…",
        (false, Some(_)) => "Restore offsets",
        (false, None) => "Reset offsets",
    };
    let kept = move || {
        desk.outcome.with(|outcome| match outcome {
            Some(Ok(outcome)) => outcome.kept,
            _ => None,
        })
    };
    let undo = move |change: u64| {
        desk.stage.here.link(&GroupPageQuery {
            tab: GroupTab::Undo,
            act: Some(GroupAct::Restore(change)),
            ..GroupPageQuery::default()
        })
    };
    view! {
        {move || {
            if desk.is_done() {
                view! {
                    <span class="end">
                        {kept().map(|change| view! { <a class="btn" href=undo(change)>{icon(Icon::RotateCcw)}"Undo…"</a> })}
                        <Button kind=ButtonKind::Primary on_press=move |_| desk.stage.close()>"Close"</Button>
                    </span>
                }.into_any()
            } else {
                view! {
                    {move || desk.preview(|preview| preview.durable).map(keeping)}
                    <span class="end">
                        <Button on_press=move |_| desk.stage.close()>"Cancel"</Button>
                        <Button kind=ButtonKind::Destroy disabled=why on_press=move |_| desk.apply()>{label}</Button>
                    </span>
                }.into_any()
            }
        }}
    }
    .into_any()
}
