//! Certificates of a cluster: what clients of each listener have to trust, what its addresses present, and the authorities; the one
//! that ends first is said first.

mod listener;
mod row;

use self::row::{ends, ends_verb, row, table};
use super::tabs::{NodesTab, tabs};
use crate::{
    clock::use_clock,
    components::{
        age::as_of_text,
        copy::Code,
        heading::PageHead,
        icon::{Icon, icon},
        skeleton, state,
    },
    live::use_live,
    load, routes,
};
use leptos::prelude::*;
use penstock_domain::{
    certificate::{Authority, Certificates, Urgency},
    ids::ClusterRef,
    live::MarkKind,
    time::Timestamp,
    units,
};

const MILLIS_PER_HOUR: i64 = 3_600_000;

/// The page.
#[component]
pub fn CertificatesPage() -> impl IntoView {
    let cluster = routes::use_cluster();
    load::keyed(cluster, move |cluster| {
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Cluster]);
        let shown = cluster.clone();
        load::load(
            Memo::new(move |_| cluster.clone()),
            trigger,
            penstock_api::nodes::certificates_get,
            || skeleton::page("Certificates"),
            move |certificates| body(shown.clone(), certificates),
        )
    })
}

fn body(cluster: ClusterRef, certificates: Signal<Certificates>) -> AnyView {
    let clock = use_clock();
    // Days do not change by the second: what is shown stays, and what somebody has unfolded with it.
    let now = Memo::new(move |last: Option<&Timestamp>| {
        let now = clock.now();
        last.copied()
            .filter(|last| last.0 / MILLIS_PER_HOUR == now.0 / MILLIS_PER_HOUR)
            .unwrap_or(now)
    });
    let listeners = Memo::new(move |_| certificates.with(|all| all.listeners.clone()));
    let authorities = Memo::new(move |_| certificates.with(|all| all.authorities.clone()));
    let as_of = as_of_text(
        Signal::derive(move || certificates.with(|all| all.as_of)),
        clock,
    );
    let of = StoredValue::new(cluster.clone());
    view! {
        <PageHead title="Certificates".to_owned() facts=move || certificates.with(|all| facts(all, now.get()))/>
        {tabs(&cluster, NodesTab::Certificates)}
        {move || certificates.with(|all| warning(all, now.get()))}
        {move || authorities.with(|all| (!all.is_empty()).then(|| view! {
            <div class="halves">{all.iter().map(|authority| self::authority(authority, now.get())).collect_view()}</div>
        }))}
        {move || listeners.with(|all| all.iter().map(|listener| of.with_value(|cluster| listener::section(cluster, listener, now.get()))).collect_view())}
        {move || listeners.with(Vec::is_empty).then(|| view! {
            <div class="state">
                <h2>{icon(Icon::Lock)}"No listener is known"</h2>
                <p>"Neither a Kafka resource nor the configuration file has told one yet."</p>
            </div>
        })}
        <div class="tbl-foot">
            <span>"Handshakes and Secrets "{as_of}</span>
            <span>"the status of the Kafka resource is followed as it changes; private keys are never read"</span>
        </div>
    }
    .into_any()
}

fn facts(all: &Certificates, now: Timestamp) -> AnyView {
    let known = all.by_end();
    let first = known.first().map(|first| {
        let days = first.days_left(now);
        view! { <span>{format!("the first ends {}", ends(first, days))}</span> }
    });
    let presented = all
        .listeners
        .iter()
        .flat_map(|listener| &listener.presented)
        .collect::<Vec<_>>();
    let shook = presented
        .iter()
        .filter(|presented| presented.agreement.is_some())
        .count();
    view! {
        <span>{units::count(known.len(), "certificate", "certificates")}</span>
        {first}
        {(!presented.is_empty()).then(|| view! { <span>{format!("{shook} of {} shook hands", units::count(presented.len(), "address", "addresses"))}</span> })}
    }
    .into_any()
}

/// The certificate that needs somebody most, as a banner; nothing while all have time.
fn warning(all: &Certificates, now: Timestamp) -> Option<AnyView> {
    let worst = all
        .by_end()
        .into_iter()
        .filter(|certificate| certificate.urgency(now) != Urgency::Fine)
        .max_by_key(|certificate| certificate.urgency(now))?;
    let urgency = worst.urgency(now);
    let class = if urgency == Urgency::Soon {
        "banner warn"
    } else {
        "banner bad"
    };
    let helps = if worst.authority {
        "The cluster operator renews an authority that it made itself thirty days before it ends, unless it is told not to; one of your own you renew in its Secret."
    } else {
        "The cluster operator renews broker certificates of its own authority and rolls the brokers; one of your own you renew in its Secret."
    };
    Some(
        view! {
            <div class=class role="status">
                {icon(state::urgency(urgency).icon)}
                <span><b class="m">{format!("{} {}. ", worst.subject, ends_verb(worst, now))}</b>{helps}</span>
            </div>
        }
        .into_any(),
    )
}

fn authority(authority: &Authority, now: Timestamp) -> AnyView {
    let rows = authority
        .certificates
        .iter()
        .map(|named| row(Some(named.name.clone()), None, &named.certificate, now))
        .collect_view();
    let why = authority.why.clone().map(|why| {
        view! {
            <div class="state">
                <p>{why}</p>
                {authority.remedy.clone().map(|remedy| view! { <p>{remedy}</p> })}
                {authority.grant.clone().map(|grant| view! { <Code text=grant what="rule"/> })}
            </div>
        }
    });
    let secret = &authority.secret;
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{authority.role.words()}</h2>
                <span class="age">"Secret "<code>{format!("{}/{}", secret.namespace, secret.name)}</code></span>
            </div>
            {(!authority.certificates.is_empty()).then(|| table("Key", rows.into_any()))}
            {why}
        </section>
    }
    .into_any()
}
