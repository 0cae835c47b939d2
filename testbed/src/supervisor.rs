//! The processes of the bed: who starts, watches, restarts and ends them.
//!
//! [`unit`] looks after one process, [`board`] shows all of them, [`facts`] is what the operator stand-in sees of the Kafka
//! nodes. This module keeps the units by name and translates between board and facts.

pub mod board;
pub mod facts;
pub mod unit;

use crate::process::Ledger;
use anyhow::Result;
use board::{Board, UnitStatus};
use facts::{NodeRef, NodeRequest, NodeStatus};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use unit::{Action, Spec, Unit};

/// How many requests of the operator stand-in may wait.
const REQUESTS: usize = 16;
/// A clean end, a start, and room.
const RESTART: Duration = Duration::from_secs(120);

/// Every supervised process of the bed.
#[derive(Clone, Debug)]
pub struct Supervisor {
    board: Board,
    ledger: Arc<Ledger>,
    units: Arc<Mutex<BTreeMap<String, (Unit, CancellationToken)>>>,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

impl Supervisor {
    /// One that ends everything when `cancel` does; its tasks are counted in `tasks`.
    pub fn new(ledger: Arc<Ledger>, tasks: TaskTracker, cancel: CancellationToken) -> Self {
        Self {
            board: Board::new(),
            ledger,
            units: Arc::default(),
            tasks,
            cancel,
        }
    }

    /// Starts a process; an earlier one of the same name must have been ended.
    pub fn start(&self, spec: Spec) -> Unit {
        let name = spec.name.clone();
        let cancel = self.cancel.child_token();
        let (unit, task) = Unit::new(spec, &self.board, Arc::clone(&self.ledger), cancel.clone());
        self.units
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, (unit.clone(), cancel));
        self.tasks.spawn(task);
        unit
    }

    /// Ends a process and forgets it; fine when there is none of that name.
    ///
    /// # Errors
    /// The board is gone.
    pub async fn end(&self, name: &str) -> Result<()> {
        let unit = self
            .units
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        if let Some((_, cancel)) = unit {
            cancel.cancel();
            self.board
                .subscribe()
                .wait_for(|units| !units.contains_key(name))
                .await?;
        }
        Ok(())
    }

    /// The handle of a process.
    pub fn unit(&self, name: &str) -> Option<Unit> {
        self.units
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .map(|(unit, _)| unit.clone())
    }

    /// What every process does.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The facts about the Kafka nodes, kept true as long as the bed runs.
    pub fn nodes(&self) -> watch::Receiver<Vec<NodeStatus>> {
        let mut board = self.board.subscribe();
        let (sender, receiver) = watch::channel(node_facts(&board.borrow_and_update()));
        let cancel = self.cancel.clone();
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = cancel.cancelled() => return,
                    changed = board.changed() => if changed.is_err() { return },
                }
                let facts = node_facts(&board.borrow_and_update());
                sender.send_if_modified(|old| {
                    let changed = *old != facts;
                    *old = facts;
                    changed
                });
            }
        });
        receiver
    }

    /// Where the operator stand-in sends its requests. They are answered one after another.
    pub fn requests(&self) -> mpsc::Sender<NodeRequest> {
        let (sender, mut receiver) = mpsc::channel(REQUESTS);
        let this = self.clone();
        self.tasks.spawn(async move {
            loop {
                let request = tokio::select! {
                    () = this.cancel.cancelled() => return,
                    request = receiver.recv() => request,
                };
                let Some(NodeRequest::Restart { node, done }) = request else {
                    return;
                };
                let outcome = match this.unit(&node.to_string()) {
                    Some(unit) => tokio::time::timeout(RESTART, unit.ask(Action::Restart))
                        .await
                        .unwrap_or_else(|_| Err(format!("{node} did not come back in time"))),
                    None => Err(format!("there is no node {node}")),
                };
                // Whoever asked may have stopped listening; the restart stands.
                let _ = done.send(outcome);
            }
        });
        sender
    }
}

fn node_facts(units: &BTreeMap<String, UnitStatus>) -> Vec<NodeStatus> {
    units
        .iter()
        .filter_map(|(name, unit)| {
            let node: NodeRef = name.parse().ok()?;
            Some(NodeStatus {
                node,
                phase: unit.phase,
                pid: unit.pid,
                started_at: unit.started_at,
                since: unit.since,
                restarts: unit.restarts,
                last_exit: unit.last_exit.clone(),
            })
        })
        .collect()
}
