//! The list of nodes as a file, by pool.

use crate::backend::csv::{self, field, known, text};
use penstock_domain::node::{NodeRow, NodeState, Nodes};

const HEAD: [&str; 20] = [
    "node",
    "pool",
    "roles",
    "pod",
    "state",
    "why",
    "since",
    "rack",
    "address",
    "leadsQuorum",
    "voter",
    "quorumLag",
    "leaders",
    "replicas",
    "replicasOutOfSync",
    "logBytes",
    "diskTotalBytes",
    "diskUsableBytes",
    "restarts",
    "started",
];

/// The file.
pub fn file(nodes: &Nodes) -> String {
    let rows: Vec<(Option<&str>, &NodeRow)> = nodes
        .pools
        .iter()
        .flat_map(|pool| pool.nodes.iter().map(|row| (pool.name.as_deref(), row)))
        .collect();
    csv::file(HEAD, &rows, |(pool, row)| line(*pool, row))
}

fn line(pool: Option<&str>, row: &NodeRow) -> [String; 20] {
    [
        row.node.to_string(),
        text(pool),
        field(&row.roles.join(" ")),
        text(row.pod.as_deref()),
        state(row.state).to_owned(),
        text(row.why.as_deref()),
        known(row.since),
        text(row.rack.as_deref()),
        text(row.address.as_deref()),
        row.leads_quorum.to_string(),
        row.voter.to_string(),
        known(row.quorum_lag),
        known(row.leaders),
        known(row.replicas),
        known(row.replicas_out_of_sync),
        known(row.log_bytes),
        known(row.disk_total),
        known(row.disk_usable),
        known(row.restarts),
        known(row.started),
    ]
}

/// As the API writes it.
const fn state(state: NodeState) -> &'static str {
    match state {
        NodeState::Running => "running",
        NodeState::Starting => "starting",
        NodeState::Silent => "silent",
        NodeState::Down => "down",
        NodeState::Unknown => "unknown",
    }
}
