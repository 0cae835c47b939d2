//! The stand-in told from the truth: what Strimzi's real topic and user operators 1.2.0 did is in `records/`, one scenario a
//! file, and is done again here with the stand-in on the running bed: a real API server, real brokers. Compared are each
//! state that an object went through (generation, finalizers, conditions, status), topics, ACLs, quotas and credentials in
//! Kafka, the layout of Secrets, and who wrote what; times and random values are not. `testbed/README.md` says what of the
//! records is not covered, and how a record is read.
//!
//! Each scenario has a stand-in, a namespace and a prefix of names of its own, so that they run side by side and none sees
//! the daemon's. `REPLAY=kt-conflict cargo test -p penstock-testbed --test replay` does those whose name contains that.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod allowed;
mod compare;
mod kafka;
mod names;
mod observe;
mod record;
mod scene;

use allowed::{ALLOWED, Allowance};
use compare::Difference;
use futures::StreamExt as _;
use penstock_testbed::State;
use record::Record;
use scene::{Scene, Truth};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

/// How many scenarios run side by side. They wait most of the time.
const AT_ONCE: usize = 24;

/// Scenarios that are played once more have numbers, and so names, from here on.
const AGAIN: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_does_what_was_recorded() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let state = State::load().expect("the test bed must run: `make up`");
    if state.kubernetes.strimzi.api_version != "v1" {
        eprintln!("the records are of `v1`: nothing of them can be done on this bed");
        return;
    }
    let truth = Truth::new(state).await;
    let wanted = std::env::var("REPLAY").unwrap_or_default();
    let records = Record::all();
    let began = Instant::now();
    let mut outcomes: Vec<(String, Vec<Difference>)> = futures::stream::iter(
        records
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| name.contains(&wanted)),
    )
    .map(|(number, (name, record))| {
        let truth = &truth;
        async move {
            let differences = Box::pin(Scene::play(truth, number, name, record)).await;
            (name.clone(), differences)
        }
    })
    .buffer_unordered(AT_ONCE)
    .collect()
    .await;
    outcomes.sort_by(|one, other| one.0.cmp(&other.0));
    let unsteady = once_more(&truth, &records, &mut outcomes).await;

    let mut report = String::new();
    let mut allowed = BTreeMap::<&str, usize>::new();
    for (scenario, differences) in &outcomes {
        for difference in differences {
            match allowed::reason(scenario, &difference.place) {
                Some(reason) => *allowed.entry(reason).or_default() += 1,
                None => writeln!(report, "{scenario}: {difference}").unwrap(),
            }
        }
    }
    for Allowance {
        scenario, places, ..
    } in ALLOWED
    {
        assert!(records.contains_key(*scenario), "no scenario {scenario}");
        let played = outcomes.iter().find(|(name, _)| name == scenario);
        for place in played.iter().flat_map(|_| places.iter()) {
            let found = played.iter().flat_map(|(_, differences)| differences);
            if found.clone().all(|difference| difference.place != **place) {
                writeln!(
                    report,
                    "{scenario}: {place} is allowed to differ, and does not"
                )
                .unwrap();
            }
        }
    }
    let mut summary = format!(
        "{} scenarios in {:.1} s\n",
        outcomes.len(),
        began.elapsed().as_secs_f64()
    );
    for (scenario, difference) in unsteady {
        writeln!(summary, "seen once and not again: {scenario}: {difference}").unwrap();
    }
    for (reason, count) in allowed {
        writeln!(summary, "{count} differences allowed: {reason}").unwrap();
    }
    assert!(report.is_empty(), "{summary}{report}");
    assert!(!outcomes.is_empty(), "no scenario is called {wanted}");
    eprint!("{summary}");
}

/// Plays what differs once more, alone: side by side with others the order of two writes may be another one than the recorded, and a
/// difference is one that comes again. Gives those that do not.
async fn once_more(
    truth: &Truth,
    records: &BTreeMap<String, Record>,
    outcomes: &mut [(String, Vec<Difference>)],
) -> Vec<(String, Difference)> {
    let mut unsteady = Vec::new();
    for (number, (name, differences)) in outcomes.iter_mut().enumerate() {
        let refused = |difference: &Difference| allowed::reason(name, &difference.place).is_none();
        if !differences.iter().any(refused) {
            continue;
        }
        let again = Box::pin(Scene::play(truth, AGAIN + number, name, &records[name])).await;
        let before = std::mem::replace(differences, again);
        let gone = before
            .into_iter()
            .filter(|one| refused(one) && differences.iter().all(|other| other.place != one.place));
        unsteady.extend(gone.map(|difference| (name.clone(), difference)));
    }
    unsteady
}

#[test]
fn everything_of_the_core_is_there() {
    let core = Record::all().values().filter(|record| record.core).count();
    assert_eq!(core, 34);
}
