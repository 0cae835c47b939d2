//! The rows: what breaks, what the console has to say meanwhile. Adding one here is all that a new fault of a known kind needs.

use crate::daemon::control::Act;
use crate::proxy::Fault;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is broken, as the table says it.
    pub what: &'static str,
    /// How.
    pub breakage: Breakage,
    /// What has to be said meanwhile.
    pub told: Told,
    /// How long it stays broken.
    pub lasts: Lasts,
}

/// How something is broken. Mended by clearing every fault, unless it is said otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Breakage {
    /// Something happens to processes, one after the other.
    Processes(&'static [&'static str], Act),
    /// Something is wrong with the way to nodes.
    Ways(&'static [&'static str], Fault),
    /// The API server ends, etcd forgets what was, and the API server comes back: watches can't go on where they were.
    Compacted,
    /// Strimzi's definitions of clusters, pools and pod sets are deleted, and all of these with them; installed and applied again.
    DefinitionsRemoved,
    /// All of Strimzi's definitions stay, and none is served.
    DefinitionsUnserved,
    /// The brokers get a new certificate from the same authority, one restart after the other.
    Certificate,
    /// The password of the console's user is changed, and its connections to these nodes are cut.
    Password(&'static [&'static str]),
    /// The Secret of the console's user is gone; made again with another password.
    NoSecret,
    /// Nobody answers at the registry, while a schema is needed that was never seen.
    Registry,
    /// So many raw event streams, of ten users.
    Streams(usize),
    /// So many event streams and so many exports that nobody reads.
    SlowReaders {
        /// Event streams.
        streams: usize,
        /// Exports of the topic with the largest records.
        exports: usize,
    },
}

/// What has to be said meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing need be: whoever looks need not notice.
    Nothing,
    /// A sentence of the cluster's verdict has these words.
    Verdict(&'static str),
    /// That resources are old, and why.
    Stale,
    /// That there is no such cluster.
    Gone,
    /// A text in the answer that the row asks for besides has these words.
    Besides(&'static str),
}

/// How long it stays broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Until it is told, and a moment longer.
    UntilTold,
    /// As long as `--outage` says, and until it is told.
    Outage,
}

const ONE: &[&str] = &["kafka/task-events/1"];
const ALL: &[&str] = &[
    "kafka/task-events/0",
    "kafka/task-events/1",
    "kafka/task-events/2",
];
const API_SERVER: &[&str] = &["apiserver"];
const NO_FAULT: Fault = Fault {
    delay_ms: 0,
    bytes_per_second: 0,
    black_hole: false,
    reset: false,
};

/// The matrix, what is cheap first.
pub const ROWS: &[Row] = &[
    Row {
        name: "one-killed",
        what: "one of three brokers killed",
        breakage: Breakage::Processes(ONE, Act::Kill { down_ms: None }),
        told: Told::Verdict("Node 1 is down"),
        lasts: Lasts::Outage,
    },
    Row {
        name: "one-frozen",
        what: "one of three brokers hangs (stopped process)",
        breakage: Breakage::Processes(ONE, Act::Pause),
        told: Told::Verdict("Node 1"),
        lasts: Lasts::Outage,
    },
    Row {
        name: "one-silent",
        what: "the way to one broker swallows everything",
        breakage: Breakage::Ways(
            ONE,
            Fault {
                black_hole: true,
                ..NO_FAULT
            },
        ),
        told: Told::Verdict("Node 1"),
        lasts: Lasts::Outage,
    },
    Row {
        name: "one-slow",
        what: "one broker slow (1 s each way, 20 KiB/s)",
        breakage: Breakage::Ways(
            ONE,
            Fault {
                delay_ms: 1000,
                bytes_per_second: 20 * 1024,
                ..NO_FAULT
            },
        ),
        told: Told::Nothing,
        lasts: Lasts::Outage,
    },
    Row {
        name: "one-resetting",
        what: "connections to one broker are reset",
        breakage: Breakage::Ways(
            ONE,
            Fault {
                reset: true,
                ..NO_FAULT
            },
        ),
        told: Told::Verdict("Node 1"),
        lasts: Lasts::Outage,
    },
    Row {
        name: "all-down",
        what: "all brokers killed",
        breakage: Breakage::Processes(ALL, Act::Kill { down_ms: None }),
        told: Told::Verdict("No broker answers"),
        lasts: Lasts::Outage,
    },
    Row {
        name: "api-stopped",
        what: "API server stopped",
        breakage: Breakage::Processes(API_SERVER, Act::Stop),
        told: Told::Stale,
        lasts: Lasts::Outage,
    },
    Row {
        name: "api-restarted",
        what: "API server restarted",
        breakage: Breakage::Processes(API_SERVER, Act::Restart),
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "api-compacted",
        what: "API server restarted, the past compacted (410)",
        breakage: Breakage::Compacted,
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "api-silent",
        what: "API server silent (stopped process)",
        breakage: Breakage::Processes(API_SERVER, Act::Pause),
        told: Told::Stale,
        lasts: Lasts::Outage,
    },
    Row {
        name: "definitions-unserved",
        what: "Strimzi's definitions not served, then served again",
        breakage: Breakage::DefinitionsUnserved,
        told: Told::Gone,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "definitions-removed",
        what: "definitions of clusters, pools, pod sets removed, then installed",
        breakage: Breakage::DefinitionsRemoved,
        told: Told::Gone,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "certificate",
        what: "listener certificate renewed, brokers rolled",
        breakage: Breakage::Certificate,
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "password",
        what: "password of the console's user changed, all connections cut",
        breakage: Breakage::Password(ALL),
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "password-one",
        what: "the same, connections to one broker cut",
        breakage: Breakage::Password(ONE),
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "no-secret",
        what: "Secret of the console's user deleted, then made anew",
        breakage: Breakage::NoSecret,
        told: Told::Verdict("Secret"),
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "registry",
        what: "schema registry away",
        breakage: Breakage::Registry,
        told: Told::Besides("schema registry "),
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "streams",
        what: "200 raw event streams open",
        breakage: Breakage::Streams(200),
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
    Row {
        name: "slow-readers",
        what: "20 event streams and 20 exports that nobody reads",
        breakage: Breakage::SlowReaders {
            streams: 20,
            exports: 20,
        },
        told: Told::Nothing,
        lasts: Lasts::UntilTold,
    },
];

/// The rows of these names, in the order of the matrix; all for none.
///
/// # Errors
/// There is no such row; the message names those that there are.
pub fn named(names: &[String]) -> Result<Vec<&'static Row>, String> {
    for name in names {
        if !ROWS.iter().any(|row| row.name == name) {
            let all: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            return Err(format!(
                "there is no row {name}; there are {}",
                all.join(", ")
            ));
        }
    }
    Ok(ROWS
        .iter()
        .filter(|row| names.is_empty() || names.iter().any(|name| name == row.name))
        .collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_told_apart_and_found() {
        let names: BTreeSet<&str> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ROWS.len());
        assert_eq!(named(&[]).unwrap().len(), ROWS.len());
        let two = named(&["registry".to_owned(), "one-killed".to_owned()]).unwrap();
        assert_eq!((two[0].name, two.len()), ("one-killed", 2));
        assert!(
            named(&["one-kiled".to_owned()])
                .unwrap_err()
                .contains("one-killed")
        );
    }
}
