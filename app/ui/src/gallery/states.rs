//! One table in every state it can be in: same geometry, nothing jumps.

use crate::{
    badge::{Badge, Ground},
    banner::{Banner, Cause, Note},
    bars::stacked,
    button::{Button, ButtonKind, ButtonSize, LinkButton},
    icon::Icon,
    skeleton::{SkeletonRows, Width},
    state::{Empty, Failure, Forbidden, NotInstalled, Partial, Stale},
    stats::{Stat, Stats},
    table::{Head, Missing},
    tone::Tone,
};
use leptos::prelude::*;

#[component]
fn Tile(which: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! { <section class="tile"><p class="which">{which}</p><div class="sec-head"><h2>{title}</h2></div>{children()}</section> }
}

fn table(rows: AnyView) -> AnyView {
    view! {
        <table class="tbl last-open">
            <thead><tr><Head words="Topic"/><Head words="Partitions" numeric=true/><Head words="Size" unit="GiB" numeric=true/></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn rows(missing: bool) -> AnyView {
    let size = |size: &'static str| {
        if missing {
            view! { <Missing words="node 2" why="Leader node 2 has not answered since 08:13:51"/> }
                .into_any()
        } else {
            size.into_any()
        }
    };
    view! {
        <tr><td class="name">"task-created"</td><td class="num">"12"</td><td class="num">"6.84"</td></tr>
        <tr><td class="name">"notifications"</td><td class="num">"6"</td><td class="num">{size("5.02")}</td></tr>
        <tr><td class="name">"task-completed"</td><td class="num">"12"</td><td class="num">"4.91"</td></tr>
    }
    .into_any()
}

/// The states of a table.
#[component]
pub fn States() -> impl IntoView {
    view! {
        <div class="tiles sec-line">
            <Tile which="Loading" title="Topics">
                <table class="tbl last-open waiting">
                    <thead><tr><Head words="Topic"/><Head words="Partitions" numeric=true/><Head words="Size" unit="GiB" numeric=true/></tr></thead>
                    <tbody><SkeletonRows rows=4 columns=&[Width::Name, Width::Digit, Width::Number]/></tbody>
                </table>
            </Tile>
            <Tile which="Empty" title="Topics">
                <Empty title="No topic matches task-x*" why="19 topics exist; the nearest names are task-events and task-audit."
                    actions=|| view! { <LinkButton href="#" size=ButtonSize::Small>"Clear the filter"</LinkButton> }/>
            </Tile>
            <Tile which="Partial" title="Topics">
                <p><Partial words="2 of 3 brokers answered" why="node 2: no answer for 30 s"/></p>
                {table(rows(true))}
            </Tile>
            <Tile which="Stale" title="Topics">
                <Stale why="No news from the API server for 40 s." shown="08:13:52" retry="#"/>
                <div class="dim">{table(rows(false))}</div>
            </Tile>
            <Tile which="Error" title="Topics">
                <Failure title="No broker could be reached"
                    cause="All 3 addresses of listener tls closed the connection during the TLS handshake. The cluster CA was renewed at 08:02 and this console still trusts the old one."
                    remedy="Load the new CA, then try again." retry="#"
                    detail=vec![("Error", "invalid peer certificate: UnknownIssuer".to_owned()), ("Request id", "7d1f".to_owned())]/>
            </Tile>
            <Tile which="Forbidden" title="Topics">
                <Forbidden title="You may not list topics here" user="bob" groups=vec!["team-dev".to_owned()]
                    missing="list on kafkatopics in namespace kafka"
                    rule="- apiGroups: [kafka.strimzi.io]\n  resources: [kafkatopics]\n  verbs: [get, list, watch]"/>
            </Tile>
            <Tile which="Not installed" title="Connect">
                <NotInstalled title="Kafka Connect is not installed"
                    why="The cluster does not know the kind KafkaConnect: its CRD is absent. Everything else works."
                    actions=|| view! { <LinkButton href="#" size=ButtonSize::Small>"How to install it"</LinkButton> }/>
            </Tile>
            <Tile which="Notes" title="Within a section">
                <div class="stack-sm">
                    <Note tone=Tone::Ok>"The API server accepts this change."</Note>
                    <Note tone=Tone::Info icon=Icon::FileClock><b class="m">"Not created yet: "</b>"the resource is 12 s old."</Note>
                    <Note tone=Tone::Warn>"The operator reverts it at its next reconciliation."</Note>
                    <Note tone=Tone::Bad>"Decreasing partitions is not supported."</Note>
                    <Note tone=Tone::Neutral>"Kafka does not record who changed it."</Note>
                </div>
            </Tile>
            <Tile which="Head" title="Trouble at the head of a page">
                <p class="row wrap"><Badge tone=Tone::Bad word="Degraded"/><Badge tone=Tone::Ok ground=Ground::Filled word="Healthy"/><Badge tone=Tone::Warn icon=Icon::CirclePause word="Reconciliation paused"/></p>
            </Tile>
        </div>
    }
}

/// Banners, the cause, and the strip of figures.
#[component]
pub fn Banners() -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn icon=Icon::CirclePause end=|| view! { <Button size=ButtonSize::Small>"Show what waits"</Button> }>
            <b class="m">"Reconciliation of "<code>"telemetry"</code>" is paused"</b>" since 14 Nov: 4 changed fields wait."
        </Banner>
        <Banner tone=Tone::Bad icon=Icon::ServerOff><b class="m">"Node 2 is down"</b>" since 02:47. 41 partitions have one replica less."</Banner>
        <Banner tone=Tone::Info icon=Icon::Eye><b class="m">"Read-only mode."</b>" This console was started so."</Banner>
        <Cause tone=Tone::Bad
            picture=|| stacked("replbar wide", &[("h4", 28.0), ("h2", 189.0), ("low", 6.0), ("off", 8.0)])
            remedies=|| view! { <Button kind=ButtonKind::Primary>"Raise the memory limit…"</Button><Button icon=Icon::FileText>"Pod and its events"</Button> }>
            <b>"Node 2 is down: its pod was killed for memory"</b>" and failed twice to start. 217 of 231 partitions go on; "<b class="c-bad">"8 are offline and 6 refuse writes"</b>" with acks=all."
        </Cause>
        <Stats>
            <Stat tone=Tone::Bad name="Nodes" figure="2" unit="of 3 running" under="node 2, rack eu-central-1c"/>
            <Stat tone=Tone::Bad name="Partitions" figure="8" unit="offline" under="207 short of a replica"/>
            <Stat tone=Tone::Warn name="Quorum" figure="2" unit="of 3 voters" under="one more loss stops it"/>
            <Stat tone=Tone::Ok name="Operator" figure="14" unit="generation applied" under="Ready, written 40 s ago"/>
            <Stat tone=Tone::Mute name="Disk" figure="–" unit="not known" under="no broker has told"/>
        </Stats>
    }
}
