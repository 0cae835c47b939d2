//! Lines of a file as sends: read, sent by the hundreds, told with the numbers of the lines that were not taken.
//!
//! A line that is wrong or refused costs itself. What would befall every further line too (no answer, no right) ends the
//! import, and the summary says with which line to go on.

use super::{line, prepare::held_back};
use crate::backend::Console;
use penstock_api::{AppError, context::RequestContext, port::ProducePort};
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    produce::{
        ImportSettings, ImportSummary, LineProblem, LineShape, MOST_LINE_PROBLEMS, MOST_LINES,
        NewRecord, ProduceRequest, RecordOutcome,
    },
};

/// Sends the lines of `text`, or only checks them; `first_line` is the number of the first, from 1.
pub async fn lines(
    console: &Console,
    cx: &RequestContext,
    cluster: &ClusterRef,
    topic: &TopicName,
    settings: &ImportSettings,
    first_line: u64,
    text: &str,
) -> Result<ImportSummary, AppError> {
    // Before anything is said about what was sent.
    console.may_produce(cx, cluster, topic).await?;
    let (mut summary, numbers, records) = {
        let (text, shape) = (text.to_owned(), settings.lines);
        tokio::task::spawn_blocking(move || read(&text, shape, first_line))
            .await
            .map_err(|_| AppError::internal())??
    };
    if records.is_empty() {
        return Ok(summary);
    }
    let request = ProduceRequest {
        records,
        compression: settings.compression,
        acks: settings.acks,
        transaction: None,
        check_only: settings.check_only,
    };
    let outcome = console.produce(cx, cluster, topic, request).await?;
    take(
        &mut summary,
        &numbers,
        &outcome.records,
        settings.check_only,
    );
    Ok(summary)
}

type Lines = (ImportSummary, Vec<u64>, Vec<NewRecord>);

/// Reads lines; what can't be read is in the summary already.
fn read(text: &str, shape: LineShape, first_line: u64) -> Result<Lines, AppError> {
    let mut summary = ImportSummary::from_line(first_line.max(1));
    let mut numbers = Vec::new();
    let mut records = Vec::new();
    for text in text.lines() {
        let number = summary.next_line;
        summary.next_line += 1;
        summary.lines += 1;
        let text = if number == 1 {
            text.strip_prefix('\u{feff}').unwrap_or(text)
        } else {
            text
        };
        if text.trim().is_empty() {
            continue;
        }
        if records.len() >= MOST_LINES {
            return Err(too_many_lines());
        }
        match line::read(text, shape) {
            Ok(record) => {
                numbers.push(number);
                records.push(record);
            }
            Err(why) => refuse(&mut summary, number, unreadable(&why)),
        }
    }
    Ok((summary, numbers, records))
}

/// Takes in what came of the records of the lines `numbers`.
fn take(
    summary: &mut ImportSummary,
    numbers: &[u64],
    outcomes: &[RecordOutcome],
    check_only: bool,
) {
    let written = |outcome: &RecordOutcome| {
        outcome.written.is_some() || (check_only && outcome.problem.is_none())
    };
    let last_written = outcomes.iter().rposition(written);
    for (place, (number, outcome)) in numbers.iter().zip(outcomes).enumerate() {
        if written(outcome) {
            summary.written += 1;
            continue;
        }
        let problem = outcome.problem.clone().unwrap_or_else(|| held_back(place));
        let befalls_all = matches!(
            problem.kind,
            ProblemKind::Unavailable
                | ProblemKind::Forbidden
                | ProblemKind::Unauthenticated
                | ProblemKind::TooMany
        );
        if befalls_all && last_written.is_none_or(|last| place > last) {
            summary.next_line = *number;
            summary.stopped = Some(problem);
            return;
        }
        refuse(summary, *number, problem);
    }
}

fn refuse(summary: &mut ImportSummary, line: u64, problem: Problem) {
    summary.refused += 1;
    let at = summary.problems.partition_point(|known| known.line <= line);
    summary.problems.insert(at, LineProblem { line, problem });
    summary.problems.truncate(MOST_LINE_PROBLEMS);
}

fn unreadable(why: &str) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "The line can’t be read",
        crate::backend::problems::sentence(why),
    )
}

fn too_many_lines() -> AppError {
    Problem::new(
        ProblemKind::Invalid,
        "Too many lines at once",
        format!("At most {MOST_LINES} lines are taken at once."),
    )
    .with_remedy("Send them in parts.")
    .with_field("lines")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{ids::PartitionId, produce::WrittenRecord};

    fn outcome(problem: Option<ProblemKind>) -> RecordOutcome {
        RecordOutcome {
            written: problem.is_none().then_some(WrittenRecord {
                partition: PartitionId(0),
                offset: Some(1),
                timestamp: None,
            }),
            sizes: (0, 0),
            goes_to: None,
            problem: problem.map(|kind| Problem::new(kind, "No", "It is not so.")),
            fault: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = "\u{feff}{\"a\":1}\n\n  \nnonsense\n[2]";
        let (summary, numbers, records) = read(text, LineShape::Auto, 1).unwrap();
        assert_eq!(numbers, [1, 5]);
        assert_eq!(records.len(), 2);
        assert_eq!(
            (summary.lines, summary.refused, summary.next_line),
            (5, 1, 6)
        );
        assert_eq!(summary.problems[0].line, 4);
        let (_, numbers, _) = read("1\n2", LineShape::Auto, 501).unwrap();
        assert_eq!(numbers, [501, 502]);
    }

    #[test]
    fn a_refused_line_costs_itself() {
        let mut summary = ImportSummary::from_line(4);
        let outcomes = [
            outcome(None),
            outcome(Some(ProblemKind::Invalid)),
            outcome(None),
        ];
        take(&mut summary, &[1, 2, 3], &outcomes, false);
        assert_eq!((summary.written, summary.refused), (2, 1));
        assert_eq!(summary.problems[0].line, 2);
        assert_eq!((summary.next_line, summary.stopped), (4, None));
    }

    #[test]
    fn what_befalls_every_line_ends_the_import_where_it_began() {
        let mut summary = ImportSummary::from_line(6);
        let outcomes = [
            outcome(None),
            outcome(Some(ProblemKind::Unavailable)),
            outcome(None),
            outcome(Some(ProblemKind::Unavailable)),
            outcome(Some(ProblemKind::Unavailable)),
        ];
        take(&mut summary, &[1, 2, 3, 4, 5], &outcomes, false);
        assert_eq!((summary.written, summary.refused), (2, 1));
        assert_eq!(summary.next_line, 4);
        assert!(summary.stopped.is_some());
    }

    #[test]
    fn there_is_a_bound() {
        let text = "1\n".repeat(MOST_LINES + 1);
        assert!(read(&text, LineShape::Auto, 1).is_err());
    }
}
