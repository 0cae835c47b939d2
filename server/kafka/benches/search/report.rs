//! What comes out: a table for people, with every figure the median of the repetitions, its range and its ratio to the loop
//! that counts; and a file with every single run.

use super::{
    data::{Dataset, Hits},
    run::{Contestant, Outcome},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write as _};

/// All runs of one contestant over one set.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// In the order they were made.
    pub runs: Vec<Outcome>,
}

/// All runs over one set, by contestant and what was looked for.
pub type Rows = BTreeMap<(Contestant, &'static str), Row>;

/// Median, least and greatest of a figure.
fn spread(runs: &[Outcome], figure: impl Fn(&Outcome) -> f64) -> (f64, f64, f64) {
    let mut figures: Vec<f64> = runs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let at = |index: usize| figures.get(index).copied().unwrap_or(f64::NAN);
    (
        at(figures.len() / 2),
        at(0),
        at(figures.len().saturating_sub(1)),
    )
}

/// Median of the ratios of runs that were made in the same round.
fn paired(own: &[Outcome], other: &[Outcome]) -> Option<f64> {
    let mut ratios: Vec<f64> = own
        .iter()
        .zip(other)
        .map(|(own, other)| other.seconds / own.seconds)
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn mib(bytes: f64) -> f64 {
    bytes / 1024.0 / 1024.0
}

/// The table of one set.
pub fn table(dataset: &Dataset, rows: &Rows, facts: &Outcome) -> String {
    #[allow(clippy::cast_precision_loss, reason = "for people to read")]
    let (records, batches, log, inflated) = (
        facts.records as f64,
        facts.batches as f64,
        facts.log_bytes as f64,
        facts.record_bytes as f64,
    );
    let mut text = format!(
        "{} records, {} partition(s), {}: {:.0} MiB in the log, {:.0} MiB of records ({:.0} bytes each); a batch holds {:.1} records, {:.1} KiB in the log\n",
        dataset.records,
        dataset.partitions,
        dataset.compression.name(),
        mib(log),
        mib(inflated),
        inflated / records,
        records / batches,
        log / batches / 1024.0,
    );
    let _ = writeln!(
        text,
        "  {:<16} {:<8} {:>22} {:>8} {:>8} {:>8} {:>8} {:>7} {:>9} {:>9} {:>7}",
        "",
        "hits",
        "M records/s (range)",
        "MiB/s",
        "×count",
        "×floor",
        "CPU s",
        "broker",
        "peak MiB",
        "1st hit",
        "others"
    );
    let runs_of = |contestant| {
        rows.iter()
            .find(|((who, _), _)| *who == contestant)
            .map(|(_, row)| row.runs.as_slice())
    };
    let ratio = |own: &[Outcome], other: Option<&[Outcome]>| {
        other
            .and_then(|other| paired(own, other))
            .map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
    };
    for ((contestant, hits), row) in rows {
        let runs = row.runs.as_slice();
        let rate = |outcome: &Outcome| records / outcome.seconds / 1e6;
        let (rate, least, most) = spread(runs, rate);
        let (seconds, ..) = spread(runs, |one| one.seconds);
        let (own, ..) = spread(runs, |one| one.spent.own);
        let (brokers, ..) = spread(runs, |one| one.spent.brokers);
        let (others, ..) = spread(runs, |one| one.spent.others / one.seconds);
        #[allow(clippy::cast_precision_loss, reason = "for people to read")]
        let (_, _, peak) = spread(runs, |one| one.peak_over_idle as f64);
        let first: Vec<Outcome> = runs
            .iter()
            .filter(|one| one.first_hit.is_some())
            .cloned()
            .collect();
        let first = match first.is_empty() {
            true => "–".to_owned(),
            false => format!(
                "{:.0} ms",
                spread(&first, |one| one.first_hit.unwrap_or(f64::NAN) * 1000.0).0
            ),
        };
        let _ = writeln!(
            text,
            "  {:<16} {:<8} {:>8.2} ({:>5.2}–{:>5.2}) {:>8.0} {:>8} {:>8} {:>8.2} {:>7.2} {:>9.1} {:>9} {:>7.2}",
            contestant.name(),
            if contestant.searches() { hits } else { &"" },
            rate,
            least,
            most,
            mib(inflated) / seconds,
            ratio(runs, runs_of(Contestant::RdkafkaCount)),
            ratio(runs, runs_of(Contestant::Floor)),
            own,
            brokers,
            mib(peak),
            first,
            others,
        );
    }
    text
}

/// The same for programs.
pub fn value(dataset: &Dataset, rows: &Rows, facts: &Outcome) -> Value {
    let runs: Vec<Value> = rows
        .iter()
        .map(|((contestant, hits), row)| {
            let hits = contestant.searches().then_some(hits);
            json!({ "contestant": contestant, "hits": hits, "runs": row.runs })
        })
        .collect();
    json!({
        "records": dataset.records,
        "partitions": dataset.partitions,
        "compression": dataset.compression.name(),
        "batches": facts.batches,
        "logBytes": facts.log_bytes,
        "recordBytes": facts.record_bytes,
        "filters": Hits::ALL.map(|hits| (hits.name(), hits.filter())).into_iter().collect::<BTreeMap<_, _>>(),
        "results": runs,
    })
}
