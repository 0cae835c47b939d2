//! `testbed matrix`: runs the fault matrix on a bed with its workload and a console, and prints the table.

use super::say;
use crate::matrix::rows::{ROWS, named};
use crate::matrix::run::{Outcome, run as run_row};
use crate::matrix::table::{AIM, markdown};
use crate::matrix::{Ground, rows::Row};
use anyhow::{Result, bail};
use std::time::Duration;

/// What `matrix` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Matrix {
    /// Rows by name; all when none is named
    pub rows: Vec<String>,
    /// How long something stays broken, where the row leaves that open
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = super::duration)]
    pub outage: Duration,
    /// Show the rows and do nothing
    #[arg(long)]
    pub list: bool,
}

/// Runs the command.
///
/// # Errors
/// No such row or no such bed; a row could not be done, or the console was right again later than it should.
pub async fn run(matrix: &Matrix) -> Result<()> {
    if matrix.list {
        for row in ROWS {
            say(&format!("{:<22} {}", row.name, row.what));
        }
        return Ok(());
    }
    let rows = named(&matrix.rows).map_err(anyhow::Error::msg)?;
    let ground = Ground::find().await?;
    let mut outcomes = Vec::new();
    let mut undone = Vec::new();
    for row in rows {
        match Box::pin(run_row(&ground, row, matrix.outage)).await {
            Ok(outcome) => {
                say(&progress(row, &outcome));
                outcomes.push(outcome);
            }
            Err(error) => {
                say(&format!("{:<22} not done: {error:#}", row.name));
                undone.push(row.name);
            }
        }
    }
    say("");
    say(&markdown(&outcomes));
    let late: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.right_after > AIM)
        .map(|outcome| outcome.row.name)
        .collect();
    if !undone.is_empty() || !late.is_empty() {
        bail!(
            "not done: {}; right again later than after {AIM} s: {}",
            list(&undone),
            list(&late)
        );
    }
    Ok(())
}

fn progress(row: &Row, outcome: &Outcome) -> String {
    let told = outcome
        .told_after
        .map_or_else(String::new, |after| format!("told after {after:.1} s, "));
    format!(
        "{:<22} {told}right again after {:.1} s",
        row.name, outcome.right_after
    )
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}
