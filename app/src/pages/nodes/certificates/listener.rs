//! The certificates of one listener: what clients have to trust beside what each address presents, and whether both agree.

use super::row::{row, table};
use crate::{
    components::icon::{Icon, icon, sized},
    paths,
};
use leptos::prelude::*;
use penstock_domain::{
    certificate::{Agreement, ListenerCertificates, Presented},
    ids::ClusterRef,
    time::Timestamp,
};

/// The section.
pub(super) fn section(
    cluster: &ClusterRef,
    listener: &ListenerCertificates,
    now: Timestamp,
) -> AnyView {
    let head = view! {
        <h2><span class="mono">{listener.listener.clone()}</span></h2>
        {listener.console.then(|| view! { <span class="tag">"the console’s own way"</span> })}
    };
    if !listener.tls {
        return view! {
            <section class="sec">
                <div class="sec-head">{head}</div>
                <p class="f13 t2">{icon(Icon::LockOpen)}" It speaks no TLS, so there is no certificate: whoever sees the traffic reads it."</p>
            </section>
        }
        .into_any();
    }
    let trusted = listener
        .trusted
        .iter()
        .map(|certificate| row(Some("to trust".to_owned()), None, certificate, now))
        .collect_view();
    let presented = listener
        .presented
        .iter()
        .map(|presented| self::presented(cluster, presented, now))
        .collect_view();
    let nothing = listener.trusted.is_empty() && listener.unreadable.is_none();
    view! {
        <section class="sec">
            <div class="sec-head">{head}{verdict(listener)}</div>
            {differences(listener)}
            {listener.unreadable.clone().map(|why| view! { <div class="note warn">{icon(Icon::TriangleAlert)}<span>{format!("What clients have to trust can’t be read whole: {why}")}</span></div> })}
            {nothing.then(|| view! { <p class="f13 t2">"The status does not say yet what clients have to trust."</p> })}
            {table("Seen", view! { {trusted}{presented} }.into_any())}
        </section>
    }
    .into_any()
}

/// Whether what is presented is what the status promises.
fn verdict(listener: &ListenerCertificates) -> Option<AnyView> {
    let shook = listener
        .presented
        .iter()
        .filter(|presented| presented.agreement.is_some())
        .count();
    if shook == 0 {
        return None;
    }
    let all_agree = listener
        .presented
        .iter()
        .all(|presented| matches!(presented.agreement, None | Some(Agreement::Trusted)));
    let words = format!(
        "{shook} of {} as the status promises",
        listener.presented.len()
    );
    all_agree.then(|| {
        view! { <span class="badge ok">{icon(Icon::CircleCheck)}{words}</span> }.into_any()
    })
}

/// What is presented and is not what the status promises, one note for each kind.
fn differences(listener: &ListenerCertificates) -> AnyView {
    let kinds = [
        (
            Agreement::UnknownIssuer,
            "The status says another authority than the one that signed what is presented. Clients that trust what the status says refuse it.",
        ),
        (
            Agreement::WrongName,
            "What is presented is not good for the address: clients that check names refuse it.",
        ),
        (
            Agreement::OutOfTime,
            "What is presented is not valid at this time.",
        ),
        (
            Agreement::Refused,
            "Clients that trust what the status says refuse what is presented.",
        ),
    ];
    kinds
        .into_iter()
        .filter_map(|(kind, words)| {
            let here: Vec<&Presented> = listener
                .presented
                .iter()
                .filter(|presented| presented.agreement == Some(kind))
                .collect();
            let why = here.first()?.why.clone();
            let addresses: Vec<&str> = here
                .iter()
                .map(|presented| presented.address.as_str())
                .collect();
            Some(view! {
                <div class="note bad">
                    {icon(Icon::GitCompareArrows)}
                    <span><b class="m">{addresses.join(", ")}": "</b>{words}{why.map(|why| view! { <span class="t3">{format!(" ({why})")}</span> })}</span>
                </div>
            })
        })
        .collect_view()
        .into_any()
}

fn presented(cluster: &ClusterRef, presented: &Presented, now: Timestamp) -> AnyView {
    let node = presented.node.map(|node| {
        view! { <a class="link" href=paths::node(cluster, node)>{format!("node {node}")}</a>" " }
    });
    let place =
        view! { {node}<span class="mono f12">{presented.address.clone()}</span> }.into_any();
    let Some((own, chain)) = presented.chain.split_first() else {
        let why = presented
            .why
            .clone()
            .unwrap_or_else(|| "No handshake yet.".to_owned());
        return view! {
            <tr>
                <td class="w-full">{place}</td>
                <td class="t3 w-full wrapcell" colspan="5">{sized(Icon::CircleDashed, "i s12 t3")}" "{why}</td>
            </tr>
        }
        .into_any();
    };
    let agrees = matches!(
        presented.agreement,
        Some(Agreement::Trusted | Agreement::NothingToTrust)
    );
    let place = view! {
        {place}
        {(!agrees).then(|| view! { <span class="badge bad bare">{icon(Icon::GitCompareArrows)}"differs"</span> })}
    }
    .into_any();
    let signers = chain
        .iter()
        .map(|signer| row(Some("signed by".to_owned()), None, signer, now))
        .collect_view();
    view! { {row(None, Some(place), own, now)}{signers} }.into_any()
}
