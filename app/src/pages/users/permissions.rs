//! A user's permissions: what is the matter, the question whether it may do something, its rules with what they match now.

use super::{answer, aside, ask, detail::Here, rule};
use crate::{
    clock::use_clock,
    components::{advice, age::as_of_text},
    paths::UserPageQuery,
};
use leptos::prelude::*;
use penstock_domain::{
    acl::{Operation, Rule},
    units,
    user::{RuleRow, UserDetail, may::ResourceQuestion, words},
};
use std::sync::Arc;

/// The tab.
pub(super) fn tab(here: Here, detail: Signal<UserDetail>) -> AnyView {
    let findings = Memo::new(move |_| detail.with(|detail| detail.findings.clone()));
    view! {
        <div class="cols">
            <div>
                {move || findings.with(|all| (!all.is_empty()).then(|| view! {
                    <section class="sec"><div class="findings">{all.iter().map(advice::note).collect_view()}</div></section>
                }))}
                {may(here, detail)}
                {rules(detail)}
                {everybody(detail)}
            </div>
            <aside>{aside::view(here, detail)}</aside>
        </div>
    }
    .into_any()
}

fn may(here: Here, detail: Signal<UserDetail>) -> AnyView {
    let question = Memo::new(move |_| here.query.with(|query| query.question.clone()));
    let answer = Memo::new(move |_| detail.with(|detail| detail.may.clone()));
    let age = as_of_text(
        Signal::derive(move || detail.with(|detail| detail.as_of)),
        use_clock(),
    );
    let principal = here.user.with_value(|(_, user)| user.clone());
    let form = ask::form(
        question,
        ask::Who::This(principal),
        Arc::new(move |question| {
            here.link(&UserPageQuery {
                question: question.clone(),
                ..UserPageQuery::default()
            })
        }),
    );
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"May this user do it?"</h2><span class="age">"answered from the rules in force on the brokers, "{age}</span></div>
            {form}
            {move || answer.with(|answer| answer.as_ref().map(|answer| answer::view(answer, |operation| other(here, question, operation))))}
        </section>
    }
    .into_any()
}

fn other(here: Here, question: Memo<ResourceQuestion>, operation: Operation) -> String {
    here.link(&UserPageQuery {
        question: ResourceQuestion {
            operation,
            ..question.get()
        },
        ..UserPageQuery::default()
    })
}

fn rules(detail: Signal<UserDetail>) -> AnyView {
    let rows = Memo::new(move |_| detail.with(|detail| detail.rules.clone()));
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Rules"</h2><span class="age">{move || detail.with(counts)}</span></div>
            {move || rows.with(|rows| if rows.is_empty() { none(detail) } else { table(rows) })}
        </section>
    }
    .into_any()
}

/// `6 declared, 6 in force`.
fn counts(detail: &UserDetail) -> String {
    let row = &detail.row;
    let declared = row.declared_rules.map(|rules| format!("{rules} declared"));
    let live = match row.rules {
        Some(rules) => format!("{rules} in force"),
        None => "not known how many are in force".to_owned(),
    };
    declared
        .into_iter()
        .chain([live])
        .collect::<Vec<_>>()
        .join(", ")
}

fn none(detail: Signal<UserDetail>) -> AnyView {
    let words = if detail.with(|detail| detail.row.super_user) {
        "It has none, and needs none: the brokers ask no rule for a super user."
    } else {
        "It has none: where the authorizer is on, it may do nothing but what rules for everybody allow."
    };
    view! { <p class="f13 t2">{words}</p> }.into_any()
}

fn table(rows: &[RuleRow]) -> AnyView {
    let body: Vec<AnyView> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| line(index + 1, row))
        .collect();
    view! {
        <div class="bleed tbl-wrap"><table class="tbl stack last-open acl">
            <thead><tr><th class="num ix">"#"</th><th>"Effect"</th><th>"Resource"</th><th>"Pattern"</th><th>"Name"</th><th>"Operations"</th><th>"Host"</th><th>"Matches now"</th></tr></thead>
            <tbody>{body}</tbody>
        </table></div>
    }
    .into_any()
}

fn line(number: usize, row: &RuleRow) -> AnyView {
    let Some(first) = row.rules.first() else {
        return ().into_any();
    };
    let operations: Vec<&str> = row
        .rules
        .iter()
        .map(|rule| rule.operation.label())
        .collect();
    let notes: Vec<AnyView> = row.findings.iter().map(advice::note).collect();
    let has_notes = !notes.is_empty();
    view! {
        <tr class:has-sub=has_notes data-row="">
            <td class="num t3 ix n-hide">{number}</td>
            <td class="w-2">{rule::effect(first.effect)}{standing(row)}</td>
            <td data-l="Resource">{first.resource_type.label()}</td>
            <td data-l="Pattern" class="t2">{rule::pattern(first.pattern_type)}</td>
            <td class="w-full">{rule::name(first)}</td>
            <td data-l="Operations" class="w-2">{operations.join(", ")}</td>
            <td class="t2 n-hide">{rule::host(&first.host)}</td>
            <td data-l="Matches">{matches(first, row)}</td>
        </tr>
        {has_notes.then(|| view! { <tr class="sub"><td class="n-hide"></td><td colspan="7" class="w-full">{notes}</td></tr> })}
    }
    .into_any()
}

/// Where declared and in force differ.
fn standing(row: &RuleRow) -> Option<AnyView> {
    match (row.declared, row.in_force) {
        (Some(true), Some(false)) => Some(
            view! { " "<span class="badge warn bare" title="Declared, and the brokers do not have it">"not in force"</span> }.into_any(),
        ),
        (Some(false), Some(true)) => Some(
            view! { " "<span class="badge warn bare" title="The brokers have it, and the KafkaUser does not declare it">"not declared"</span> }.into_any(),
        ),
        _ => None,
    }
}

fn matches(rule: &Rule, row: &RuleRow) -> AnyView {
    let noun = words::noun(rule.resource_type);
    match row.matches {
        None => view! { <span class="t3">"–"</span> }.into_any(),
        Some(0) => view! { <span class="c-warn">{format!("no {noun} yet")}</span> }.into_any(),
        Some(count) => {
            let more = if count > row.examples.len() as u64 {
                ", …"
            } else {
                ""
            };
            let names = format!("{}{more}", row.examples.join(", "));
            let words = units::count(
                usize::try_from(count).unwrap_or(usize::MAX),
                noun,
                &format!("{noun}s"),
            );
            view! { <span class="t2" title=names>{words}</span> }.into_any()
        }
    }
}

/// Rules for everybody hold for this user too.
fn everybody(detail: Signal<UserDetail>) -> AnyView {
    let rules = Memo::new(move |_| detail.with(|detail| detail.everybody.clone()));
    view! {
        {move || rules.with(|rules| (!rules.is_empty()).then(|| view! {
            <section class="sec">
                <div class="sec-head"><h2>"Rules for everybody"</h2><span class="age">"User:*; they hold for this user too"</span></div>
                <div class="bleed tbl-wrap"><table class="tbl stack last-open acl">
                    <thead><tr><th>"Effect"</th><th>"Resource"</th><th>"Pattern"</th><th>"Name"</th><th>"Operation"</th><th>"Host"</th></tr></thead>
                    <tbody>{rules.iter().map(everybody_row).collect_view()}</tbody>
                </table></div>
            </section>
        }))}
    }
    .into_any()
}

fn everybody_row(of: &Rule) -> AnyView {
    view! {
        <tr>
            <td class="w-2">{rule::effect(of.effect)}</td>
            <td data-l="Resource">{of.resource_type.label()}</td>
            <td data-l="Pattern" class="t2">{rule::pattern(of.pattern_type)}</td>
            <td class="w-full">{rule::name(of)}</td>
            <td data-l="Operation">{of.operation.label()}</td>
            <td data-l="Host" class="t2">{rule::host(&of.host)}</td>
        </tr>
    }
    .into_any()
}
