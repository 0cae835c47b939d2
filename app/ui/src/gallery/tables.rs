//! Rows of tables in every state, and lists.

use crate::{
    facts::{Address, Addresses, Fact, Facts},
    icon::Icon,
    keys::Hint,
    section::Section,
    table::{EmptyRow, Head, Missing, NewRows, Order, Pagination, SortHead, TableFoot},
    timeline::{Happening, Timeline},
    tone::Tone,
    virtual_table::{VirtualRow, VirtualTable},
};
use leptos::prelude::*;

const ROWS: [(&str, &str, &str, &str, &str); 6] = [
    ("", "task-created", "", "6.84", "42.6"),
    ("hover", "task-updated", "under the pointer", "18.21", "118"),
    (
        "focus",
        "task-completed",
        "focused by j and k",
        "4.91",
        "31.2",
    ),
    ("sel", "notifications", "chosen", "5.02", "64.0"),
    (
        "trouble",
        "email-events",
        "a partition is offline",
        "1.10",
        "9.4",
    ),
    ("cut", "load-test", "being deleted", "9.60", "0"),
];

/// A table with a row in each state.
#[component]
pub fn Rows() -> impl IntoView {
    let rows = ROWS.map(|(class, name, says, size, rate)| {
        view! {
            <tr class=class>
                <td class="w-full"><a class="name" href="#">{name}</a>" "<span class="t3 f12">{says}</span></td>
                <td class="num" data-l="Size, GiB">{size}</td>
                <td class="num" data-l="In, records/s">{rate}</td>
            </tr>
        }
    });
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Table rows"</h2><span class="age">"36 px; compact 28; narrow, each is a block"</span></div>
            <div class="bleed tbl-wrap">
                <NewRows words="12 new" href="#"/>
                <table class="tbl stack">
                    <thead>
                        <tr>
                            <Head words="Topic"/>
                            <SortHead href="#" words="Size" unit="GiB" order=Some(Order::Descending) numeric=true/>
                            <SortHead href="#" words="In" unit="records/s" order=None numeric=true/>
                        </tr>
                    </thead>
                    <tbody>
                        {rows.collect_view()}
                        <tr>
                            <td class="w-full"><span class="name">"task-audit"</span></td>
                            <td class="num" data-l="Size, GiB"><Missing words="node 2" why="Leader node 2 has not answered since 08:13:51"/></td>
                            <td class="num" data-l="In, records/s"><Missing words="error" why="LOG_DIR_NOT_FOUND (57)" failed=true/></td>
                        </tr>
                        <EmptyRow columns=3>"None: no operator has looked at this resource yet."</EmptyRow>
                    </tbody>
                </table>
                <TableFoot end=|| view! { <Pagination previous=None next=Some("#".to_owned())/><Hint keys=&["j", "k"] words="move"/> }>
                    <span>"7 of 19 match"</span><span>"as of 2 s, all 3 brokers answered"</span>
                </TableFoot>
            </div>
        </section>
    }
}

fn addresses() -> Vec<Address> {
    vec![
        Address {
            name: "tls".to_owned(),
            tags: vec!["internal".to_owned(), "TLS".to_owned(), "mTLS".to_owned()],
            warning: None,
            address: Some("task-events-kafka-bootstrap.kafka.svc:9093".to_owned()),
        },
        Address {
            name: "plain".to_owned(),
            tags: vec!["internal".to_owned()],
            warning: Some("no TLS, no authentication".to_owned()),
            address: None,
        },
    ]
}

fn happenings() -> Vec<Happening> {
    let happening = |time: &str, icon, tone, what: &str, by: &str| Happening {
        time: time.to_owned(),
        datetime: format!("2026-11-24T{time}Z"),
        icon,
        tone,
        what: what.to_owned(),
        by: Some(by.to_owned()),
    };
    vec![
        happening(
            "08:14:12",
            Icon::RotateCw,
            Tone::Warn,
            "Pod dual-2 waits 20 s before start 4",
            "CrashLoopBackOff",
        ),
        happening(
            "08:11:02",
            Icon::OctagonX,
            Tone::Bad,
            "Node 2 killed for memory",
            "heap 2 GiB, 2.1 GiB outside the heap",
        ),
        happening(
            "07:58:17",
            Icon::GitCommit,
            Tone::Neutral,
            "KafkaNodePool dual generation 5 → 6",
            "by argocd-controller",
        ),
    ]
}

/// Names with values, addresses, a timeline.
#[component]
pub fn Lists() -> impl IntoView {
    view! {
        <Section title="Facts">
            <Facts>
                <Fact name="Strimzi operator">"1.2.0"</Fact>
                <Fact name="Principal" mono=true>"User:penstock"</Fact>
            </Facts>
        </Section>
        <Section title="Listeners"><Addresses addresses=addresses()/></Section>
        <Section title="Timeline"><Timeline happenings=happenings()/></Section>
    }
}

/// A table of a million rows, in a box of its own.
#[component]
pub fn Virtual() -> impl IntoView {
    let row = |index: usize| VirtualRow {
        class: "",
        cells: view! {
            <td class="num mono">{index.to_string()}</td>
            <td><a class="name" href="#">{format!("record {index}")}</a></td>
        }
        .into_any(),
    };
    view! {
        <Section title="Virtual table" age="a million rows, a screenful of them in the document">
            <div class="virtual-box bleed">
                <VirtualTable
                    label="A million rows"
                    class="tbl compact"
                    columns=2
                    count=1_000_000
                    generation=0
                    at_first=12
                    active=RwSignal::new(None)
                    chosen=Some(2)
                    head=|| view! { <tr><th scope="col" class="num">"Row"</th><th scope="col">"Name"</th></tr> }
                    row
                />
            </div>
        </Section>
    }
}
