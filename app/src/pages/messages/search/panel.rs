//! The figures of a search while it runs and when it rests: how far, how fast, how long still, what was found, what can be done.

use super::{
    run::{Phase, Run},
    statement, strip,
};
use crate::{
    clock::use_clock,
    components::icon::{Icon, icon_small, icon_tiny, sized},
    pages::messages::{here::Here, masked},
    paths::{self, MessagesQuery},
};
use leptos::{ev, prelude::*};
use penstock_domain::{
    read::{Order, Reading},
    units,
};

/// Everything over the list.
pub fn panel(here: Here, run: Run) -> AnyView {
    let complete = Signal::derive(move || {
        run.phase
            .with(|phase| matches!(phase, Phase::Ended { complete: true, .. }))
    });
    view! {
        <section class="run" aria-label="Search">
            {strip::strip(run, complete)}
            {line(here, run)}
            {statement(run)}
            {progress(run, complete)}
        </section>
    }
    .into_any()
}

/// How many records are done: looked at while the search runs, behind its position while it rests.
fn done(run: Run) -> u64 {
    let scanned = run.figures.with(|figures| figures.scanned);
    let behind = run.phase.with(|phase| {
        matches!(
            phase,
            Phase::Paused
                | Phase::Cancelled
                | Phase::Broken(_)
                | Phase::Ended {
                    complete: false,
                    ..
                }
        )
    });
    let order = run
        .reading
        .with(|reading| reading.as_ref().map(|reading| reading.order));
    match (behind, order) {
        (true, Some(order)) => run.whole.with(|whole| {
            whole.as_ref().map_or(scanned, |whole| {
                let covered = statement::covered(&whole.positions, &run.positions(), order);
                statement::offsets(&covered)
            })
        }),
        _ => scanned,
    }
}

/// How much of all is done, in per mille; nothing where nothing is known.
fn share(run: Run) -> Option<u32> {
    let records = run
        .whole
        .with(|whole| whole.as_ref().map(|whole| whole.estimate.records))?;
    let share = done(run).saturating_mul(1_000) / records.max(1);
    Some(u32::try_from(share).unwrap_or(1_000).min(1_000))
}

fn progress(run: Run, complete: Signal<bool>) -> AnyView {
    let share = Memo::new(move |_| {
        if complete.get() {
            1_000
        } else {
            share(run).unwrap_or(0)
        }
    });
    view! {
        <svg class="progress thin" viewBox="0 0 1000 2" preserveAspectRatio="none" role="progressbar" aria-label="Looked at" aria-valuemin="0" aria-valuemax="1000" aria-valuenow=move || share.get().to_string()>
            <rect x="0" y="0" height="2" width=move || share.get().to_string()></rect>
        </svg>
    }
    .into_any()
}

fn line(here: Here, run: Run) -> AnyView {
    let clock = use_clock();
    let phase = move || {
        let order = run.reading.with(|reading| {
            reading
                .as_ref()
                .map_or(Order::Newest, |reading| reading.order)
        });
        let order = match order {
            Order::Newest => "newest first",
            Order::Oldest => "oldest first",
        };
        run.phase.with(|phase| match phase {
            Phase::Idle => ("", Icon::Search, String::new()),
            Phase::Opening => ("i s14 spin", Icon::Loader, "Asking the brokers".to_owned()),
            Phase::Running => ("i s14 spin", Icon::Loader, format!("Searching, {order}")),
            Phase::Paused => ("i s14 c-warn", Icon::CirclePause, "Paused".to_owned()),
            Phase::Cancelled => ("i s14 t3", Icon::CircleStop, "Cancelled".to_owned()),
            Phase::Ended { complete: true, .. } => (
                "i s14 c-ok",
                Icon::CircleCheck,
                "Searched to the end".to_owned(),
            ),
            Phase::Ended { .. } => (
                "i s14 c-info",
                Icon::Info,
                "Stopped before the end".to_owned(),
            ),
            Phase::Refused(_) => ("i s14 c-bad", Icon::OctagonX, "Refused".to_owned()),
            Phase::Broken(_) => ("i s14 c-bad", Icon::OctagonX, "Interrupted".to_owned()),
        })
    };
    let scanned = move || {
        let scanned = units::thousands(i64::try_from(done(run)).unwrap_or(i64::MAX));
        let all = run
            .whole
            .with(|whole| whole.as_ref().map(|whole| whole.estimate.records));
        match all {
            Some(all) => format!(
                "{scanned} of {} records",
                units::thousands(i64::try_from(all).unwrap_or(i64::MAX))
            ),
            None => String::new(),
        }
    };
    let percent = move || {
        share(run)
            .filter(|_| {
                run.phase
                    .with(|phase| !matches!(phase, Phase::Ended { complete: true, .. }))
            })
            .map(|share| view! { " "<span class="t3">{format!("{} %", share / 10)}</span> })
    };
    let bytes = move || {
        let bytes = run.figures.with(|figures| figures.bytes);
        let of = run
            .whole
            .with(|whole| whole.as_ref().and_then(|whole| whole.estimate.bytes));
        match (bytes, of) {
            // What it amounts to, before anything is known of how far it is.
            (0, Some(of)) => format!("about {}", units::bytes(of)),
            (0, None) => String::new(),
            (bytes, _) => units::bytes(bytes),
        }
    };
    let rate = move || {
        let rate = run.figures.with(|figures| figures.per_second);
        (rate > 0 && run.phase.with(Phase::is_running)).then(|| {
            format!(
                "{} records/s",
                units::thousands(i64::try_from(rate).unwrap_or(i64::MAX))
            )
        })
    };
    let left = move || {
        if !run.phase.with(Phase::is_running) {
            return None;
        }
        let known = run.figures.with(|figures| figures.seconds_left);
        let guessed = run
            .whole
            .with(|whole| whole.as_ref().and_then(|whole| whole.estimate.seconds));
        match (known, guessed) {
            (Some(seconds), _) => Some(format!("{} left", seconds_text(seconds))),
            (None, Some(seconds)) => Some(format!("about {}", seconds_text(seconds))),
            (None, None) => None,
        }
    };
    let matches = move || {
        let matches = run.figures.with(|figures| figures.matches);
        let shown = run.found.count().get();
        // A hit is shown before the progress that counts it.
        let matches = usize::try_from(matches).unwrap_or(usize::MAX).max(shown);
        units::count(matches, "match", "matches")
    };
    let act = move || {
        let resting = run.phase.with(|phase| match phase {
            Phase::Opening | Phase::Running => Some(false),
            Phase::Paused | Phase::Cancelled | Phase::Broken(_) => Some(true),
            Phase::Ended { complete, .. } => (!complete).then_some(true),
            Phase::Idle | Phase::Refused(_) => None,
        });
        match resting {
            Some(false) => view! { <button type="button" class="link" on:click=move |_: ev::MouseEvent| run.stop(Phase::Paused)>"Pause"</button> }.into_any(),
            Some(true) => {
                let words = if run.phase.with(|phase| *phase == Phase::Paused) {
                    "Resume"
                } else {
                    "Go on from here"
                };
                view! { <button type="button" class="link" on:click=move |_: ev::MouseEvent| run.go_on(clock.now_untracked())>{words}</button> }.into_any()
            }
            None => ().into_any(),
        }
    };
    view! {
        <div class="run-line">
            <b class="m" role="status">{move || { let (class, glyph, words) = phase(); view! { {sized(glyph, class)}{words} } }}</b>
            <span>{scanned}{percent}</span>
            <span class="n-hide">{bytes}</span>
            <span class="n-hide">{rate}</span>
            <span><b>{matches}</b></span>
            <span>{left}</span>
            <span class="grow"></span>
            {act}
            {download(here, run)}
        </div>
    }
    .into_any()
}

fn seconds_text(seconds: f64) -> String {
    if seconds < 1.0 {
        return "less than 1 s".to_owned();
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a span of seconds is positive and far below 2^53 milliseconds"
    )]
    units::duration_millis((seconds * 1_000.0) as u64)
}

/// Every match of the whole range as a file, read anew on the server: a plain form, so the browser saves the stream.
fn download(here: Here, run: Run) -> AnyView {
    let action = paths::messages::exports(&here.cluster());
    let reading = move || {
        run.reading.with(|reading| {
            let whole = reading.as_ref().map(|reading| Reading {
                limit: None,
                positions: None,
                ..Reading::clone(reading)
            });
            // A reading is names, numbers and texts: it always serialises.
            whole
                .and_then(|reading| serde_json::to_string(&reading).ok())
                .unwrap_or_default()
        })
    };
    view! {
        <details class="floating n-hide">
            <summary class="link">"Download matches"</summary>
            <form class="menu" method="post" action=action>
                <input type="hidden" name="reading" value=reading prop:value=reading/>
                <button type="submit" name="format" value="jsonl">{icon_small(Icon::Download)}"JSON Lines"</button>
                <button type="submit" name="format" value="csv">{icon_small(Icon::Download)}"CSV"</button>
            </form>
        </details>
    }
    .into_any()
}

/// Exactly what was looked at, once the search rests.
fn statement(run: Run) -> AnyView {
    let resting = Memo::new(move |_| !run.phase.with(Phase::is_running));
    view! {
        {move || resting.get().then(|| {
            let phase = run.phase.get();
            let (reading, whole) = (run.reading.get()?, run.whole.get()?);
            let covered = statement::covered(&whole.positions, &run.positions(), reading.order);
            let sentence = statement::sentence(&phase, &reading, &whole, &run.figures.get(), &covered);
            let why = match &phase {
                Phase::Ended { reason, .. } => reason.clone(),
                Phase::Broken(why) => Some(format!("The connection broke: {why}. The position is kept.")),
                _ => None,
            };
            let looked_for = statement::looked_for(&reading.q);
            let several = reading.topics.len() > 1;
            let rows = covered.into_iter().map(|part| view! {
                <tr>
                    {several.then(|| view! { <td class="mono">{part.topic.to_string()}</td> })}
                    <td class="num">{part.partition.to_string()}</td>
                    <td class="num">{units::thousands(part.from)}</td>
                    <td class="num">{units::thousands(part.to)}</td>
                    <td class="num" class:zero=part.to == part.from>{units::thousands(part.to - part.from)}</td>
                </tr>
            }).collect_view();
            Some(view! {
                <div class="run-said">
                    <p>{sentence}{why.map(|why| format!(" {why}"))}</p>
                    <details>
                        <summary>{icon_tiny(Icon::ChevronRight)}"Looked for what, in which offsets"</summary>
                        <div class="bounds" tabindex="0" role="region" aria-label="Offsets that were looked at">
                            {looked_for.map(|words| view! { <p class="help">{format!("Looked for {words}.")}</p> })}
                            <table class="tbl compact mini">
                                <thead><tr>
                                    {several.then(|| view! { <th scope="col">"Topic"</th> })}
                                    <th scope="col" class="num" title="Partition">"P"</th><th scope="col" class="num">"From"</th><th scope="col" class="num">"Up to, exclusive"</th><th scope="col" class="num">"Offsets"</th>
                                </tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    </details>
                </div>
            })
        }).flatten()}
    }
    .into_any()
}

/// What stands in the place of rows while there is none.
pub fn nothing(here: Here, run: Run) -> AnyView {
    let none = Memo::new(move |_| run.found.count().get() == 0);
    view! {
        {move || none.get().then(|| run.phase.with(|phase| match phase {
            Phase::Opening | Phase::Running => view! {
                <p class="waiting-hits">"No match so far."</p>
            }.into_any(),
            Phase::Ended { complete: true, .. } => {
                let wide = here.query.with(|query| !query.from.is_empty() || !query.to.is_empty() || !query.partitions.is_empty());
                view! {
                    <div class="state">
                        <h2>"Nothing matches"</h2>
                        <p>"Every record of the range was looked at; none passes the filter."</p>
                        {wide.then(|| view! {
                            <div class="act"><a class="btn sm" href=here.link_with(|query| MessagesQuery { from: String::new(), to: String::new(), partitions: String::new(), ..query.anew() })>"Search the whole topic"</a></div>
                        })}
                    </div>
                }.into_any()
            }
            _ => view! { <p class="waiting-hits">"No match in what was looked at."</p> }.into_any(),
        }))}
    }
    .into_any()
}

/// The foot of the list.
pub fn foot(here: Here, run: Run) -> AnyView {
    let words = move || {
        let shown = run.found.count().get();
        let (order, several) = here
            .query
            .with(|query| (query.order, query.topics.len() > 1));
        let order = match order {
            Order::Newest => "newest first",
            Order::Oldest => "oldest first",
        };
        let partitions = run
            .whole
            .with(|whole| whole.as_ref().map_or(0, |whole| whole.partitions.len()));
        let merged = if several || partitions > 1 {
            ", merged by time"
        } else {
            ""
        };
        format!(
            "{}, {order}{merged}",
            units::count(shown, "match shown", "matches shown")
        )
    };
    view! {
        <div class="tbl-foot">
            <span>{words}</span>
            {masked::note(here, Signal::derive(move || run.masked.get()))}
            <span class="end">
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" record"</span>
                <span class="hk"><kbd>"↵"</kbd>" open"</span>
                <span class="hk"><kbd>"/"</kbd>" filter"</span>
                <span class="hk"><kbd>"Esc"</kbd>" cancel"</span>
            </span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::seconds_text;

    #[test]
    fn seconds_are_short() {
        assert_eq!(seconds_text(0.2), "less than 1 s");
        assert_eq!(seconds_text(7.4), "7 s");
        assert_eq!(seconds_text(80.0), "1 min 20 s");
    }
}
