//! Small pictures of replicas, disks and partitions: SVG with widths as attributes, so that no inline style is needed, and
//! with their words beside or behind them.

use leptos::prelude::*;
use penstock_domain::{
    topic::{PartitionRow, PartitionState},
    units,
    verdict::PartitionCounts,
};

use super::words::{self, SizeUnit};

/// One part of a bar: its class and its weight.
type Part = (&'static str, f64);

/// A bar cut into parts by weight; parts of weight 0 are left out, small ones stay visible.
fn bar(class: &'static str, parts: Vec<Part>) -> AnyView {
    let total: f64 = parts.iter().map(|(_, weight)| *weight).sum();
    let mut x = 0.0;
    let rects = parts
        .into_iter()
        .filter(|(_, weight)| *weight > 0.0 && total > 0.0)
        .map(|(class, weight)| {
            let width = (weight / total * 1000.0).max(12.0);
            let rect = view! {
                <rect class=class x=format!("{x:.0}") y="0" width=format!("{width:.0}") height="10"></rect>
            };
            x += width;
            rect
        })
        .collect_view();
    view! {
        <svg class=class viewBox=format!("0 0 {:.0} 10", x.max(1.0)) preserveAspectRatio="none" aria-hidden="true">{rects}</svg>
    }
    .into_any()
}

/// Replicas in sync and missing, as narrow as a cell.
pub fn replicas(counts: &PartitionCounts) -> AnyView {
    let missing = f64::from(counts.replicas_missing);
    let there = f64::from(counts.replicas) - missing;
    let class = if counts.offline > 0 || counts.under_min_isr > 0 {
        "off"
    } else {
        "low"
    };
    bar("replbar", vec![("all", there), (class, missing)])
}

/// Partitions by state, over the page's width.
pub fn partitions(counts: &PartitionCounts) -> AnyView {
    bar(
        "replbar wide",
        vec![
            ("h4", f64::from(counts.in_sync)),
            ("h2", f64::from(counts.under_replicated)),
            ("low", f64::from(counts.under_min_isr)),
            ("off", f64::from(counts.offline)),
        ],
    )
}

/// A disk: logs, other data, free.
#[allow(clippy::cast_precision_loss, reason = "a bar has a thousand steps")]
pub fn disk(logs: Option<u64>, total: u64, usable: u64) -> AnyView {
    let used = total.saturating_sub(usable);
    let logs = logs.unwrap_or(0).min(used);
    let class = if usable.saturating_mul(100) < total.saturating_mul(15) {
        "disk warn"
    } else {
        "disk"
    };
    bar(
        class,
        vec![
            ("logs", logs as f64),
            ("other", (used - logs) as f64),
            ("free", usable as f64),
        ],
    )
}

/// By what a heat strip is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeatBy {
    /// Bytes.
    #[default]
    Size,
    /// Records per second.
    Rate,
    /// State alone.
    State,
}

impl HeatBy {
    /// Every choice in its order.
    pub const ALL: [HeatBy; 3] = [HeatBy::Size, HeatBy::Rate, HeatBy::State];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            HeatBy::Size => "",
            HeatBy::Rate => "in",
            HeatBy::State => "state",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            HeatBy::Size => "Size",
            HeatBy::Rate => "In",
            HeatBy::State => "State",
        }
    }

    /// By its name; anything else is the first.
    pub fn of(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|by| by.name() == name)
            .unwrap_or_default()
    }

    #[allow(clippy::cast_precision_loss, reason = "seven steps of colour")]
    fn value(self, row: &PartitionRow) -> Option<f64> {
        match self {
            HeatBy::Size => row.size_bytes.map(|bytes| bytes as f64),
            HeatBy::Rate => row.records_in_per_second,
            HeatBy::State => None,
        }
    }
}

const STEPS: [&str; 7] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"];

/// The step of `value` between `low` and `high`.
fn step(value: f64, low: f64, high: f64) -> &'static str {
    let share = if high > low {
        // The root keeps ordinary differences visible beside one that is far larger.
        ((value - low) / (high - low)).clamp(0.0, 1.0).sqrt()
    } else {
        0.0
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share between 0 and 1 times six"
    )]
    let index = (share * 6.0).round() as usize;
    STEPS.get(index).copied().unwrap_or("h0")
}

/// Partitions as cells in a strip: trouble overrides the scale, names stand behind each cell, a legend beneath.
pub fn heat(rows: &[PartitionRow], by: HeatBy) -> AnyView {
    let values: Vec<f64> = rows.iter().filter_map(|row| by.value(row)).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let class = match rows.len() {
        0..=12 => "heat n12",
        13..=24 => "heat n12 n24",
        25..=60 => "heat n50",
        _ => "heat n1000",
    };
    let named = rows.len() <= 24;
    let unit = SizeUnit::of(
        rows.iter()
            .filter_map(|row| row.size_bytes)
            .max()
            .unwrap_or(0),
    );
    let cells = rows
        .iter()
        .map(|row| {
            let class = match row.state {
                PartitionState::Offline => "off",
                PartitionState::UnderMinIsr | PartitionState::UnderReplicated => "low",
                PartitionState::InSync => match by.value(row) {
                    Some(value) => step(value, low, high),
                    None if by == HeatBy::State => "h2",
                    None => "none",
                },
            };
            let text = named.then(|| row.partition.to_string());
            view! { <i class=class title=cell_words(row)>{text}</i> }
        })
        .collect_view();
    let legend = match by {
        HeatBy::Size if !values.is_empty() => Some(scale(
            unit.print(Some(as_bytes(low))),
            format!("{} {}", unit.print(Some(as_bytes(high))), unit.name()),
        )),
        HeatBy::Rate if !values.is_empty() => Some(scale(
            words::rate(Some(low)),
            format!("{} records/s", words::rate(Some(high))),
        )),
        HeatBy::Size | HeatBy::Rate | HeatBy::State => None,
    };
    view! {
        <div class=class role="img" aria-label=strip_words(rows, by)>{cells}</div>
        <div class="heat-key">{legend}<span class="grow"></span>{trouble(rows)}</div>
    }
    .into_any()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a number of bytes before"
)]
fn as_bytes(value: f64) -> u64 {
    value as u64
}

fn scale(low: String, high: String) -> impl IntoView {
    view! {
        <span>{low}</span>
        <span class="steps">{STEPS.into_iter().map(|step| view! { <i class=step></i> }).collect_view()}</span>
        <span>{high}</span>
    }
}

/// The partitions in trouble by number, worst kind first; the strip's colours in words.
fn trouble(rows: &[PartitionRow]) -> AnyView {
    let list = |state: PartitionState| {
        let numbers: Vec<String> = rows
            .iter()
            .filter(|row| row.state == state)
            .map(|row| row.partition.to_string())
            .collect();
        let more = numbers.len().saturating_sub(12);
        let shown = numbers.into_iter().take(12).collect::<Vec<_>>().join(", ");
        match (shown.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(shown),
            (false, more) => Some(format!("{shown} and {more} more")),
        }
    };
    [
        ("c-bad", "offline", PartitionState::Offline),
        ("c-warn", "refuse acks=all", PartitionState::UnderMinIsr),
        (
            "c-warn",
            "short of a replica",
            PartitionState::UnderReplicated,
        ),
    ]
    .into_iter()
    .filter_map(|(class, what, state)| Some((class, format!("{what}: {}", list(state)?))))
    .map(|(class, words)| view! { <span class=class>{words}</span> })
    .collect_view()
    .into_any()
}

fn cell_words(row: &PartitionRow) -> String {
    let mut words = format!("Partition {}", row.partition);
    if let Some(size) = row.size_bytes {
        words.push_str(&format!(": {}", units::bytes(size)));
    }
    if let Some(rate) = row.records_in_per_second {
        words.push_str(&format!(", {} records/s", words::rate(Some(rate))));
    }
    if row.state != PartitionState::InSync {
        words.push_str(&format!(", {}", super::state::partition(row.state).word));
    }
    words
}

fn strip_words(rows: &[PartitionRow], by: HeatBy) -> String {
    let troubled = rows
        .iter()
        .filter(|row| row.state != PartitionState::InSync)
        .count();
    format!(
        "{} by {}; {}",
        units::count(rows.len(), "partition", "partitions"),
        by.words().to_lowercase(),
        if troubled == 0 {
            "all in sync".to_owned()
        } else {
            format!("{troubled} not in sync")
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_span_the_scale() {
        assert_eq!(step(0.0, 0.0, 10.0), "h0");
        assert_eq!(step(10.0, 0.0, 10.0), "h6");
        assert_eq!(step(5.0, 5.0, 5.0), "h0", "equal sizes are all light");
    }
}
