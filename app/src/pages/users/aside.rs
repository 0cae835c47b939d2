//! Beside a user's permissions: where it can connect, its credentials, its quotas.

use super::{detail::Here, reveal};
use crate::components::icon::{Icon, sized};
use leptos::prelude::*;
use penstock_domain::units;
use penstock_domain::user::{
    UserDetail,
    credential::ScramCredential,
    judge,
    listener::{ConnectOutcome, ListenerAnswer},
    quota::{QuotaEntity, QuotaRow},
};

/// All of it.
pub(super) fn view(here: Here, detail: Signal<UserDetail>) -> AnyView {
    let listeners = Memo::new(move |_| detail.with(|detail| detail.listeners.clone()));
    let quotas = Memo::new(move |_| detail.with(|detail| detail.quotas.clone()));
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Can it connect?"</h2></div>
            {move || listeners.with(|listeners| connects(listeners))}
        </section>
        <section class="sec">
            <div class="sec-head"><h2>"Credentials"</h2></div>
            {credentials(detail)}
            {reveal::section(here, detail)}
        </section>
        <section class="sec">
            <div class="sec-head"><h2>"Quotas"</h2><span class="age">"for each broker; Kafka does not tell the use"</span></div>
            {move || quotas.with(|quotas| limits(quotas))}
        </section>
    }
    .into_any()
}

/// Listener by listener.
pub(super) fn connects(listeners: &[ListenerAnswer]) -> AnyView {
    if listeners.is_empty() {
        return view! { <p class="f13 t2">"The console sees no declaration of this cluster’s listeners."</p> }.into_any();
    }
    view! { <ul class="connects">{listeners.iter().map(connect).collect_view()}</ul> }.into_any()
}

fn connect(answer: &ListenerAnswer) -> AnyView {
    let (glyph, class, quiet) = match answer.outcome {
        ConnectOutcome::Accepted => (Icon::CircleCheck, "i c-ok", "t2"),
        ConnectOutcome::Anonymous => (Icon::Minus, "i c-warn", "t3"),
        ConnectOutcome::Refused => (Icon::Minus, "i t3", "t3"),
        ConnectOutcome::Unknown => (Icon::CircleHelp, "i t3", "t3"),
    };
    let spoken = match answer.outcome {
        ConnectOutcome::Accepted => "yes: ",
        ConnectOutcome::Anonymous => "as nobody: ",
        ConnectOutcome::Refused => "no: ",
        ConnectOutcome::Unknown => "not known: ",
    };
    let port = answer
        .port
        .map(|port| format!(":{port}, "))
        .unwrap_or_default();
    let plain = (!answer.tls).then_some("; not encrypted");
    view! {
        <li>{sized(glyph, class)}<div><span class="vh">{spoken}</span><b class="mono m">{answer.listener.clone()}</b>" "<span class=quiet>{port}{answer.why.clone()}{plain}</span></div></li>
    }
    .into_any()
}

fn credentials(detail: Signal<UserDetail>) -> AnyView {
    let secret = move || detail.with(secret_name);
    let scram = move || detail.with(on_brokers);
    view! {
        <dl class="kv">
            <dt>"Secret"</dt><dd class="mono f12">{secret}</dd>
            <dt>"On the brokers"</dt><dd>{scram}</dd>
        </dl>
    }
    .into_any()
}

fn secret_name(detail: &UserDetail) -> String {
    match (&detail.secret, &detail.row.resource) {
        (Some(secret), Some(resource)) => format!("{}/{secret}", resource.namespace),
        (None, Some(_)) => "none".to_owned(),
        _ => "–".to_owned(),
    }
}

fn on_brokers(detail: &UserDetail) -> String {
    if detail.scram.is_empty() {
        return "no password".to_owned();
    }
    let words = |credential: &ScramCredential| {
        format!(
            "{}, {} iterations",
            credential.mechanism.label(),
            units::thousands(i64::from(credential.iterations))
        )
    };
    detail
        .scram
        .iter()
        .map(words)
        .collect::<Vec<_>>()
        .join("; ")
}

fn limits(quotas: &[QuotaRow]) -> AnyView {
    if quotas.is_empty() {
        return view! { <p class="f13 t2">"No limit is declared, and the brokers enforce none."</p> }
            .into_any();
    }
    view! { <dl class="kv">{quotas.iter().map(limit).collect_view()}</dl> }.into_any()
}

fn limit(row: &QuotaRow) -> AnyView {
    let of = match &row.client_id {
        None => row.key.clone(),
        Some(QuotaEntity::Default) => format!("{}, any client id", row.key),
        Some(QuotaEntity::Named(client)) => format!("{}, client id {client}", row.key),
    };
    let words = |value: Option<f64>| {
        value.map_or("no limit".to_owned(), |value| judge::limit(&row.key, value))
    };
    let in_force = if row.known {
        words(row.in_force)
    } else {
        "not known".to_owned()
    };
    let declared = row.drifted().then(
        || view! { " "<span class="c-warn">{format!("declared {}", words(row.declared))}</span> },
    );
    view! { <dt class="mono f12">{of}</dt><dd>{in_force}{declared}</dd> }.into_any()
}
