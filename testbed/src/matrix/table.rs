//! The table for `docs/TESTING.md`.

use super::run::Outcome;
use super::usage::Usage;
use std::fmt::Write;

/// Longest time until the console is right again, in seconds, that is as it should be.
pub const AIM: f64 = 5.0;

/// The rows that were run, as Markdown.
pub fn markdown(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "| what is broken | what is said meanwhile | pages | API | told after | right after | threads, sockets, MiB |\n\
         |---|---|---|---|---:|---:|---|\n",
    );
    for outcome in outcomes {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}", line(outcome));
    }
    text
}

/// One line.
pub fn line(outcome: &Outcome) -> String {
    let told = outcome.told_after.map_or("–".to_owned(), seconds);
    let right = match outcome.right_after {
        after if after > AIM => format!("**{}**", seconds(after)),
        after => seconds(after),
    };
    format!(
        "| {} | {} | {} | {} | {told} | {right} | {} |",
        outcome.row.what,
        said(&outcome.said),
        outcome.pages,
        outcome.api,
        growth(outcome.growth)
    )
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

/// In a cell, on one line.
fn said(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn growth(usage: Option<Usage>) -> String {
    let Some(usage) = usage else {
        return "another process".to_owned();
    };
    let mebibytes = usage.resident as f64 / 1024.0;
    format!(
        "{:+}, {:+}, {mebibytes:+.1}",
        usage.threads,
        usage.sockets + usage.others
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::rows::ROWS;

    #[test]
    fn a_line_tells_everything_and_marks_what_is_late() {
        let mut outcome = Outcome {
            row: &ROWS[0],
            said: "Node 1 | is\ndown".to_owned(),
            pages: "200".to_owned(),
            api: "200, 503".to_owned(),
            told_after: Some(1.25),
            right_after: 0.5,
            growth: Some(Usage {
                threads: 0,
                sockets: -1,
                others: 0,
                resident: 1536,
            }),
        };
        assert_eq!(
            line(&outcome),
            "| one of three brokers killed | Node 1 \\| is down | 200 | 200, 503 | 1.2 s | 0.5 s | +0, -1, +1.5 |"
        );
        outcome.right_after = 12.0;
        outcome.told_after = None;
        outcome.growth = None;
        assert!(line(&outcome).contains("| – | **12.0 s** | another process |"));
    }
}
