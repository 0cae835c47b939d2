//! One certificate as a row: whose, by whom, for which names, how many days are left.

use crate::components::{
    icon::{Icon, icon_tiny},
    state, words,
};
use leptos::prelude::*;
use penstock_domain::{
    certificate::{Certificate, Urgency},
    time::Timestamp,
    units,
};

/// `in 311 d, 2027-09-30`
pub(super) fn ends(certificate: &Certificate, days: i64) -> String {
    let date = certificate.not_after.date();
    match days {
        ..0 => format!("{} d ago, {date}", days.unsigned_abs()),
        0 => format!("today, {date}"),
        _ => format!("in {} d, {date}", units::thousands(days)),
    }
}

/// `ends in 311 d, 2027-09-30`, `has ended …`
pub(super) fn ends_verb(certificate: &Certificate, now: Timestamp) -> String {
    match certificate.urgency(now) {
        Urgency::NotYet => format!("is not valid before {}", certificate.not_before.date()),
        Urgency::Expired => format!("ended {}", ends(certificate, certificate.days_left(now))),
        _ => format!("ends {}", ends(certificate, certificate.days_left(now))),
    }
}

/// A table of certificates; `first` is the head of its first column.
pub(super) fn table(first: &'static str, rows: AnyView) -> AnyView {
    view! {
        <div class="bleed tbl-wrap">
            <table class="tbl stack last-open certs">
                <thead><tr><th>{first}</th><th>"Subject"</th><th>"Issuer"</th><th>"Names"</th><th class="num">"Days left"</th><th>"Valid until"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One certificate; its first cell is a place, or a few words.
pub(super) fn row(
    label: Option<String>,
    place: Option<AnyView>,
    certificate: &Certificate,
    now: Timestamp,
) -> AnyView {
    let urgency = certificate.urgency(now);
    let look = state::urgency(urgency);
    let days = certificate.days_left(now);
    let class = match urgency {
        Urgency::Fine => "num",
        Urgency::Soon => "num m c-warn",
        Urgency::Critical | Urgency::NotYet | Urgency::Expired => "num m c-bad",
    };
    let issuer = if certificate.self_issued {
        view! { <span class="t3">"itself"</span> }.into_any()
    } else {
        view! { {certificate.issuer.clone()} }.into_any()
    };
    let names = match certificate.names.as_slice() {
        [] => view! { <span class="t3">{words::NOTHING}</span> }.into_any(),
        names => names_of(names),
    };
    let detail = format!(
        "{}, serial {}\nSHA-256 {}\nvalid from {}",
        certificate.key,
        certificate.serial,
        certificate.fingerprint,
        words::absolute(certificate.not_before)
    );
    let first = place.unwrap_or_else(|| {
        view! { <span class="t3">{label.unwrap_or_default()}</span> }.into_any()
    });
    view! {
        <tr>
            <td class="w-full">{first}</td>
            <td class="w-full wrapcell" title=detail>{certificate.subject.clone()}{certificate.authority.then(|| view! { " "<span class="tag">"CA"</span> })}</td>
            <td class="w-full wrapcell t2">{issuer}</td>
            <td class="w-full">{names}</td>
            <td class=class data-l="Days left">{units::thousands(days)}</td>
            <td data-l="Valid until" class="tnum">
                <time datetime=certificate.not_after.to_string() title=words::absolute(certificate.not_after)>{certificate.not_after.date()}</time>
                {(urgency != Urgency::Fine).then(|| view! { " "{state::badge(look, None)} })}
            </td>
        </tr>
    }
    .into_any()
}

/// The names, folded away where there are several: a broker has two dozen.
fn names_of(names: &[String]) -> AnyView {
    if let [one] = names {
        return view! { <span class="mono f12">{one.clone()}</span> }.into_any();
    }
    let list = names
        .iter()
        .map(|name| view! { <li class="mono f12">{name.clone()}</li> })
        .collect_view();
    view! {
        <details>
            <summary>{icon_tiny(Icon::ChevronRight)}{units::count(names.len(), "name", "names")}</summary>
            <ul>{list}</ul>
        </details>
    }
    .into_any()
}
