//! What the log says about a record: its time, its transaction, its producer, its batch.

use crate::components::{
    age::Ago,
    icon::{Icon, icon_small},
};
use leptos::prelude::*;
use penstock_domain::{
    record::{Control, Record, TimestampType},
    time::Timestamp,
    units,
};

/// The facts, two beside each other.
pub fn list(record: &Record) -> AnyView {
    view! {
        <dl class="kv2">
            <div><dt>"Timestamp"</dt><dd>{time(record)}</dd></div>
            <div><dt>"Transaction"</dt><dd>{transaction(record)}</dd></div>
            <div><dt>"Producer"</dt><dd>{producer(record)}</dd></div>
            <div><dt>"Batch"</dt><dd>{batch(record)}</dd></div>
        </dl>
    }
    .into_any()
}

/// `2026-11-23 08:11:04.130 UTC`
pub fn exact(time: Timestamp) -> String {
    format!(
        "{} {}.{:03} UTC",
        time.date(),
        time.clock(),
        time.0.rem_euclid(1000)
    )
}

fn time(record: &Record) -> AnyView {
    let Some(time) = record.timestamp else {
        return view! { "none "<span class="unit">"written without one"</span> }.into_any();
    };
    let by = match record.timestamp_type {
        TimestampType::CreateTime => "by the producer",
        TimestampType::LogAppendTime => "by the broker",
    };
    view! { <span class="tnum">{exact(time)}</span>" "<span class="unit">{by}", "<Ago time/>" ago"</span> }
        .into_any()
}

fn transaction(record: &Record) -> AnyView {
    match (record.control, record.aborted, record.transactional) {
        (Some(control), _, _) => {
            let words = match control {
                Control::Abort => "end of an aborted transaction",
                Control::Commit => "end of a committed transaction",
                Control::Other => "a marker of the brokers",
            };
            view! { {icon_small(Icon::Flag)}" "{words} }.into_any()
        }
        (None, true, _) => view! {
            <span class="c-bad">{icon_small(Icon::OctagonX)}" aborted"</span>
            " "<span class="unit">"readers of committed records never see it"</span>
        }
        .into_any(),
        (None, false, true) => view! {
            <span class="c-ok">{icon_small(Icon::Check)}" not aborted"</span>" "<span class="unit">"written in a transaction"</span>
        }
        .into_any(),
        (None, false, false) => view! { <span class="t2">"none"</span> }.into_any(),
    }
}

fn producer(record: &Record) -> AnyView {
    match record.producer {
        Some(producer) => {
            let sequence = if producer.sequence < 0 {
                "no sequence".to_owned()
            } else {
                format!(
                    "sequence {}",
                    units::thousands(i64::from(producer.sequence))
                )
            };
            view! {
                <code>{producer.id.to_string()}</code>
                " "<span class="unit">{format!("epoch {}, {sequence}", producer.epoch)}</span>
            }
            .into_any()
        }
        None => view! { <span class="t2">"not idempotent"</span> }.into_any(),
    }
}

fn batch(record: &Record) -> AnyView {
    let batch = &record.batch;
    let records = usize::try_from(batch.records).unwrap_or_default();
    let mut rest = format!(
        "{}, {}, leader epoch {}",
        batch.codec.name(),
        units::bytes(u64::from(batch.bytes)),
        batch.leader_epoch
    );
    if batch.leader_epoch < 0 {
        rest.truncate(rest.rfind(',').unwrap_or(rest.len()));
    }
    let title = format!("from offset {}", units::thousands(batch.base_offset));
    view! { <span title=title>{units::count(records, "record", "records")}</span>" "<span class="unit">{rest}</span> }
        .into_any()
}
