//! What came of a send that was not whole: the sentence that says it, each record's fate, and what helps.

use super::desk::{Desk, Sent};
use crate::components::{
    copy::{Code, Copy},
    icon::{Icon, icon},
};
use leptos::prelude::*;
use penstock_domain::{
    problem::Problem,
    produce::{ProduceOutcome, RecordOutcome, TransactionEnd},
    units,
};
use penstock_ui::button::{Button, ButtonKind};

/// The view in the place of the fields.
pub fn view(desk: Desk) -> AnyView {
    let Some(sent) = desk.sent.get_untracked() else {
        return ().into_any();
    };
    let first = first_problem(&sent);
    let (lead, more) = sentence(&sent, first.as_ref());
    let text = as_text(&lead, &more, first.as_ref());
    let when = match &sent.result {
        Ok(outcome) => format!(
            "sent {}, answered after {}",
            outcome.at.clock(),
            units::duration_millis(outcome.millis)
        ),
        Err(_) => String::new(),
    };
    let again = move || {
        desk.failure.set(false);
        desk.send();
    };
    view! {
        <div class="body">
            <p class="say-line bad" role="alert">{icon(Icon::OctagonX)}<span><b class="m">{lead}" "</b>{more}</span></p>
            <div class="pgrid">
                <div class="pform">
                    <div class="prec"><b>"What happened"</b><span class="t3 f12">{when}</span></div>
                    {fates(desk, &sent)}
                    {first.map(helps)}
                </div>
                <aside class="pside">{super::side::view(desk)}</aside>
            </div>
        </div>
        <footer>
            <span class="t3 f12">"Copy the error "<Copy text=text what="the error"/></span>
            <span class="grow"></span>
            <Button on_press=move |_| desk.failure.set(false)>"Back to the records"</Button>
            <Button kind=ButtonKind::Primary on_press=move |_| again()>"Send again"</Button>
        </footer>
    }
    .into_any()
}

fn helps(problem: Problem) -> AnyView {
    view! {
        {problem.remedy.map(|remedy| view! {
            <div class="prec"><b>"What helps"</b></div>
            <p class="t2">{remedy}</p>
        })}
        {problem.grant.map(|grant| view! { <Code text=grant what="rule"/> })}
    }
    .into_any()
}

fn first_problem(sent: &Sent) -> Option<Problem> {
    match &sent.result {
        Err(error) => Some(error.problem().clone()),
        Ok(outcome) => outcome
            .records
            .iter()
            .filter_map(|record| record.problem.as_ref())
            // What a broker said tells more than what follows from it.
            .max_by_key(|problem| problem.kafka_error.is_some())
            .cloned(),
    }
}

/// How much was written, and why not more.
fn sentence(sent: &Sent, first: Option<&Problem>) -> (String, String) {
    let why = first
        .map(|problem| problem.detail.clone())
        .unwrap_or_default();
    let Ok(outcome) = &sent.result else {
        return ("Nothing was written.".to_owned(), why);
    };
    let written = outcome
        .records
        .iter()
        .filter(|record| record.written.is_some())
        .count();
    let all = outcome.records.len();
    match outcome.transaction.as_ref() {
        Some(transaction) => match transaction.ended {
            Some(TransactionEnd::Abort) if written > 0 => (
                "Nothing can be read.".to_owned(),
                format!(
                    "{why} The transaction was aborted, so the {} that had been written can’t be read either.",
                    units::count(written, "record", "records")
                ),
            ),
            Some(_) => (
                "Nothing was written.".to_owned(),
                format!("{why} The transaction was aborted."),
            ),
            None => (
                "How the transaction ended is not known.".to_owned(),
                transaction.why.clone().unwrap_or(why),
            ),
        },
        None if written == 0 => ("Nothing was written.".to_owned(), why),
        None => (
            format!("{written} of {all} records were written."),
            format!("{why} Those that were written are no longer in this send."),
        ),
    }
}

fn fates(desk: Desk, sent: &Sent) -> AnyView {
    let Ok(outcome) = &sent.result else {
        return ().into_any();
    };
    let rows: Vec<AnyView> = sent
        .records
        .iter()
        .zip(&outcome.records)
        .map(|(draft, record)| {
            let partition = record
                .written
                .map(|written| written.partition)
                .or(record.goes_to)
                .map(|partition| partition.to_string())
                .unwrap_or_default();
            view! {
                <tr>
                    <td class="mono w-2">{draft.title()}</td>
                    <td class="mono" data-l="Partition">{partition}</td>
                    <td class="w-full">{fate(desk, outcome, record)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="fates">
            <table class="tbl compact stack last-open">
                <thead><tr><th>"Record"</th><th>"Partition"</th><th>"Answer"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn fate(desk: Desk, outcome: &ProduceOutcome, record: &RecordOutcome) -> AnyView {
    if let Some(problem) = &record.problem {
        let name = problem
            .kafka_error
            .as_ref()
            .map(|error| (error.name.clone(), format!(" code {}", error.code)));
        return match name {
            Some((name, code)) => {
                view! { <span class="c-bad mono f12">{name}</span><span class="t3">{code}</span> }
                    .into_any()
            }
            None => view! { <span class="t2">{problem.detail.clone()}</span> }.into_any(),
        };
    }
    let Some(written) = record.written else {
        return view! { <span class="t3">"not sent"</span> }.into_any();
    };
    let aborted = outcome
        .transaction
        .as_ref()
        .is_some_and(|transaction| transaction.ended != Some(TransactionEnd::Commit));
    match written.offset {
        Some(offset) if aborted => view! {
            <span class="t2">{format!("written at {}, then aborted", units::thousands(offset))}</span>
        }
        .into_any(),
        Some(offset) => {
            let href = desk.record_link(penstock_domain::record::RecordAddress {
                topic: outcome.topic.clone(),
                topic_id: None,
                partition: written.partition,
                offset,
            });
            view! { <span class="t2">"written at "<a class="link" href=href>{units::thousands(offset)}</a></span> }.into_any()
        }
        None => view! { <span class="t2">"sent; nobody was asked to acknowledge it"</span> }.into_any(),
    }
}

/// The error as text to hand on. No key and no value is in it.
fn as_text(lead: &str, more: &str, problem: Option<&Problem>) -> String {
    let mut text = format!("{lead} {more}\n");
    if let Some(problem) = problem {
        if let Some(error) = &problem.kafka_error {
            text.push_str(&format!("{} ({})\n", error.name, error.code));
        }
        if let Some(remedy) = &problem.remedy {
            text.push_str(&format!("{remedy}\n"));
        }
        if let Some(grant) = &problem.grant {
            text.push_str(grant);
        }
    }
    text
}
