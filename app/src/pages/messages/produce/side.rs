//! Beside the fields: the records of the send with what the server thinks of each, how they are sent, and the last send.

use super::{
    desk::{Desk, Sent},
    draft::RecordDraft,
};
use crate::components::icon::{Icon, icon, icon_small};
use leptos::prelude::*;
use penstock_domain::{
    produce::{Acks, ProduceOutcome, TransactionEnd},
    record::{Codec, RecordAddress},
    units,
};
use penstock_ui::button::{Button, ButtonKind, ButtonSize};

/// Everything beside the fields.
pub fn view(desk: Desk) -> AnyView {
    view! {
        <section>
            <div class="sec-head">
                <h2>"This send"</h2>
                <span class="age">{move || size(desk)}</span>
                <span class="end"><Button kind=ButtonKind::Ghost size=ButtonSize::Small icon=Icon::Plus on_press=move |_| desk.add_new()>"Add"</Button></span>
            </div>
            {records(desk)}
            {move || warning(desk).map(|warning| view! { <p class="help warn">{warning}</p> })}
        </section>
        <section>
            <div class="sec-head"><h2>"How"</h2></div>
            {how(desk)}
        </section>
        {move || desk.sent.get().map(|sent| last(desk, &sent))}
    }
    .into_any()
}

/// `3 records, 1.2 KiB`
fn size(desk: Desk) -> String {
    let number = desk.records.with(Vec::len);
    let words = units::count(number, "record", "records");
    let bytes = desk.checked.with(|checked| {
        let outcome = checked.as_ref()?.result.as_ref().ok()?;
        (outcome.records.len() == number).then(|| {
            outcome
                .records
                .iter()
                .map(|record| u64::from(record.sizes.0) + u64::from(record.sizes.1))
                .sum::<u64>()
        })
    });
    match bytes {
        Some(bytes) => format!("{words}, {}", units::bytes(bytes)),
        None => words,
    }
}

/// The first warning of the record in the fields is said beneath its value; that of any other is said here.
fn warning(desk: Desk) -> Option<String> {
    let current = desk.current.get();
    let ids = desk
        .records
        .with(|records| records.iter().map(|record| record.id).collect::<Vec<_>>());
    ids.into_iter()
        .filter(|id| *id != current)
        .find_map(|id| desk.opinion(id)?.warnings.into_iter().next())
}

fn records(desk: Desk) -> AnyView {
    let ids = Memo::new(move |_| {
        desk.records
            .with(|records| records.iter().map(|record| record.id).collect::<Vec<u32>>())
    });
    view! {
        <ol class="recs">
            <For each=move || ids.get() key=|id| *id children=move |id| record(desk, ids, id)/>
        </ol>
    }
    .into_any()
}

fn record(desk: Desk, ids: Memo<Vec<u32>>, id: u32) -> AnyView {
    let number = move || {
        ids.with(|ids| ids.iter().position(|one| *one == id))
            .unwrap_or_default()
            + 1
    };
    let title = move || desk.read(id, RecordDraft::title);
    let words = move || {
        let opinion = desk.opinion(id);
        let size = opinion
            .as_ref()
            .filter(|opinion| opinion.problem.is_none())
            .map(|opinion| opinion.sizes.1);
        let kind = desk.read(id, |record| record.kind(size));
        match opinion.and_then(|opinion| opinion.goes_to) {
            Some(partition) => format!("{kind}, partition {partition}"),
            None => kind,
        }
    };
    view! {
        <li aria-current=move || (desk.current.get() == id).then_some("true")>
            <button type="button" on:click=move |_| desk.current.set(id)>
                <span class="no">{number}</span>
                <span class="rk"><b class="mono ell">{title}</b><small>{words}</small></span>
                {move || state(desk, id)}
            </button>
        </li>
    }
    .into_any()
}

fn state(desk: Desk, id: u32) -> AnyView {
    let typed = desk.read(id, |record| record.fault()).is_some();
    let opinion = desk.opinion(id);
    let badge = |class: &'static str, glyph: Icon, words: &'static str| {
        view! { <span class=class>{icon(glyph)}{words}</span> }.into_any()
    };
    match opinion {
        _ if typed => badge("badge bad", Icon::OctagonX, "1 error"),
        None => view! { <span class="badge mute">"…"</span> }.into_any(),
        Some(opinion) if opinion.problem.is_some() => badge("badge bad", Icon::OctagonX, "1 error"),
        Some(opinion) if !opinion.warnings.is_empty() => {
            badge("badge warn bare", Icon::TriangleAlert, "Look")
        }
        Some(_) => badge("badge ok", Icon::CircleCheck, "Valid"),
    }
}

fn how(desk: Desk) -> AnyView {
    let how = move || desk.how.get();
    let acks_help = move || {
        let needed = desk.facts.with(|facts| match facts {
            Some(Ok(facts)) => facts.min_in_sync.zip(facts.replication_factor),
            _ => None,
        });
        match (how().acks, needed) {
            (Acks::All, Some((least, all))) => {
                format!("Answered when all replicas in sync have it, at least {least} of {all}.")
            }
            (Acks::All, None) => "Answered when all replicas in sync have it.".to_owned(),
            (Acks::Leader, _) => {
                "Answered when the leader has it; lost if that stops before a replica has fetched it."
                    .to_owned()
            }
            (Acks::None, _) => {
                "Nobody answers: where records came to lie, and whether, stays unknown.".to_owned()
            }
        }
    };
    let transaction_help = move || match how().transaction {
        None => "",
        Some(TransactionEnd::Commit) => "All records become readable together, or none.",
        Some(TransactionEnd::Abort) => {
            "The records are written and never read by readers of committed records."
        }
    };
    let acks = [(Acks::All, "all"), (Acks::Leader, "1"), (Acks::None, "0")];
    let ends = [
        (None, "None"),
        (Some(TransactionEnd::Commit), "Commit"),
        (Some(TransactionEnd::Abort), "Abort"),
    ];
    view! {
        <div class="frow">
            <div class="k">"Compression"</div>
            <div class="v">{compression(desk)}</div>
        </div>
        <div class="frow">
            <div class="k">"acks"</div>
            <div class="v">
                <span class="seg" role="group" aria-label="Acknowledgements">
                    {acks.into_iter().map(|(acks, words)| view! {
                        <button
                            type="button"
                            aria-pressed=move || (how().acks == acks).to_string()
                            on:click=move |_| desk.how.update(|how| {
                                how.acks = acks;
                                // Kafka takes transactions with all acknowledgements only.
                                if acks != Acks::All {
                                    how.transaction = None;
                                }
                            })
                        >{words}</button>
                    }).collect_view()}
                </span>
            </div>
            <div class="help">{acks_help}</div>
        </div>
        <div class="frow">
            <div class="k">"Transaction"</div>
            <div class="v">
                <span class="seg" role="group" aria-label="Transaction">
                    {ends.into_iter().map(|(end, words)| view! {
                        <button
                            type="button"
                            aria-pressed=move || (how().transaction == end).to_string()
                            on:click=move |_| desk.how.update(|how| {
                                how.transaction = end;
                                if end.is_some() {
                                    how.acks = Acks::All;
                                }
                            })
                        >{words}</button>
                    }).collect_view()}
                </span>
            </div>
            <div class="help">{transaction_help}</div>
        </div>
    }
    .into_any()
}

/// The choice of a compression, for records and for lines.
pub fn compression(desk: Desk) -> AnyView {
    const CODECS: [Codec; 5] = [
        Codec::None,
        Codec::Gzip,
        Codec::Snappy,
        Codec::Lz4,
        Codec::Zstd,
    ];
    view! {
        <span class="select">
            <select
                aria-label="Compression"
                prop:value=move || desk.how.get().compression.name()
                on:change=move |event| {
                    let name = event_target_value(&event);
                    if let Some(codec) = CODECS.into_iter().find(|codec| codec.name() == name) {
                        desk.how.update(|how| how.compression = codec);
                    }
                }
            >
                {CODECS.into_iter().map(|codec| view! {
                    <option value=codec.name() selected=move || desk.how.get().compression == codec>{codec.name()}</option>
                }).collect_view()}
            </select>
            {icon_small(Icon::ChevronDown)}
        </span>
    }
    .into_any()
}

/// The last send: where its records lie.
fn last(desk: Desk, sent: &Sent) -> AnyView {
    let Ok(outcome) = &sent.result else {
        return ().into_any();
    };
    let head = format!(
        "{}, {} in {}",
        outcome.at.clock(),
        ended(outcome),
        units::duration_millis(outcome.millis)
    );
    let rows: Vec<AnyView> = outcome
        .records
        .iter()
        .filter_map(|record| record.written)
        .map(|written| {
            let open = written.offset.map(|offset| {
                desk.record_link(RecordAddress {
                    topic: outcome.topic.clone(),
                    topic_id: None,
                    partition: written.partition,
                    offset,
                })
            });
            view! {
                <tr>
                    <td class="mono">{written.partition.to_string()}</td>
                    <td class="num mono">{written.offset.map_or_else(|| "unknown".to_owned(), units::thousands)}</td>
                    <td class="num">{written.timestamp.map(|time| time.clock()).unwrap_or_default()}</td>
                    <td class="r">{open.map(|href| view! { <a class="link f12" href=href>"Open"</a> })}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let marker = outcome
        .transaction
        .is_some()
        .then_some("The next offset of each partition is the transaction’s marker.");
    view! {
        <section aria-live="polite">
            <div class="sec-head"><h2>"Last send"</h2><span class="age">{head}</span></div>
            {(!rows.is_empty()).then(|| view! {
                <div class="last">
                    <table class="tbl compact mini last-open">
                        <thead><tr><th>"Partition"</th><th class="num">"Offset"</th><th class="num">"Time (UTC)"</th><th></th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
            {marker.map(|words| view! { <p class="help">{words}</p> })}
        </section>
    }
    .into_any()
}

/// `committed`, `2 written`
fn ended(outcome: &ProduceOutcome) -> String {
    let written = outcome
        .records
        .iter()
        .filter(|record| record.written.is_some())
        .count();
    match outcome
        .transaction
        .as_ref()
        .map(|transaction| transaction.ended)
    {
        Some(Some(TransactionEnd::Commit)) => "committed".to_owned(),
        Some(Some(TransactionEnd::Abort)) => "aborted".to_owned(),
        Some(None) => "its end is not known".to_owned(),
        None => format!("{written} written"),
    }
}
