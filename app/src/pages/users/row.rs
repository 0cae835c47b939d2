//! One row of the list of principals; only cells whose text changed are touched.

use crate::{
    components::{advice, flash::Flash, lag, list::Rows, state},
    paths,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, Principal},
    user::{UserRow, credential::Mechanism},
};

/// A row; it keeps what it showed last while it is on its way out.
#[component]
pub(super) fn Row(
    cluster: ClusterRef,
    principal: Principal,
    rows: Rows<Principal, UserRow>,
) -> impl IntoView {
    let key = principal.clone();
    let row = Memo::new(move |last: Option<&Option<UserRow>>| {
        rows.with(|rows| rows.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&UserRow) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let state = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.state)));
    let found = Memo::new(move |_| row.with(|row| row.as_ref()?.finding.clone()));
    let lacking = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            Some(row.rules? < row.declared_rules?)
        }) == Some(true)
    });
    let name = text(|row| row.name.clone());
    view! {
        <tr data-row="">
            <td class="half">
                <a class="name" href=paths::user(&cluster, &principal)>{name}</a>
                {move || row.with(|row| row.as_ref().is_some_and(|row| row.super_user)).then(|| view! { " "<span class="badge mute bare">"super user"</span> })}
            </td>
            <td class="half-end">{move || state.get().map(|of| state::badge(state::user(of), None))}</td>
            <td class="w-full fnd">{move || found.with(|found| advice::cell(found.as_ref()))}</td>
            <td class="t2 w-2" data-l="Mechanism">{text(|row| mechanisms(&row.mechanisms))}</td>
            <td class="num" data-l="Rules"><span class:c-bad=move || lacking.get()><Flash text=text(rules)/></span></td>
            <td class="num n-hide" data-l="Quotas"><Flash text=text(|row| known(row.quotas))/></td>
        </tr>
    }
}

/// `SCRAM-SHA-512`, or `none` where it has nothing to show.
pub(super) fn mechanisms(all: &[Mechanism]) -> String {
    if all.is_empty() {
        return "none".to_owned();
    }
    let labels: Vec<&str> = all.iter().map(|mechanism| mechanism.label()).collect();
    labels.join(", ")
}

/// `6`, or `0 of 3` where fewer are in force than declared.
fn rules(row: &UserRow) -> String {
    match (row.rules, row.declared_rules) {
        (Some(live), Some(declared)) if live < declared => {
            format!("{} of {}", lag::count(live), lag::count(declared))
        }
        (live, _) => known(live),
    }
}

fn known(number: Option<u64>) -> String {
    match number {
        None => "?".to_owned(),
        Some(0) => "–".to_owned(),
        Some(number) => lag::count(number),
    }
}
