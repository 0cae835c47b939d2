//! The record that is open, beside the list: its value as a tree, its key, headers and bytes, what the log says about it, and how
//! it differs from another. Complete from the server; folding, searching inside and opening large values need JavaScript.
//!
//! [`Detail`] is mounted by the list and by the tail. The address says which record, which tab and how bytes are read, so a link
//! shows the same. Content of records is untrusted: it only ever becomes text nodes.

mod address;
mod chips;
mod compare;
mod content;
mod cut;
mod diff;
mod doc;
mod envelope;
mod facts;
mod finder;
mod head;
mod headers;
mod lines;
mod part;
mod raw;
#[cfg(test)]
mod testing;
mod text;
mod tree;
mod window;
pub mod work;

use self::address::{Side, View};
use super::{here::Here, rows::Row};
use crate::{
    components::{
        icon::{Icon, icon_small},
        problem::ProblemBox,
    },
    load::{self, Loader},
};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::{AppError, records::record_get};
use penstock_domain::{
    ids::{PartitionId, TopicName},
    read::RecordQuery,
    record::{Record, RecordAddress},
    units,
};
use std::sync::Arc;

/// Headers that stand beneath a value; the tab has all.
const HEADERS_BENEATH: usize = 8;

/// What the parts of an open record share.
#[derive(Clone, Copy)]
pub struct Pane {
    /// The address of the page.
    pub here: Here,
    /// The record, whole or with the beginning of its value.
    pub record: Memo<Arc<Record>>,
    /// Whether all of it was asked for.
    pub whole: Signal<bool>,
    /// Whether all of it is on its way.
    pub opening: RwSignal<bool>,
    /// Why that failed.
    pub failed: RwSignal<Option<String>>,
    /// Asks for all of it.
    pub open_all: Callback<()>,
    /// Whether the page is hydrated.
    pub alive: RwSignal<bool>,
    /// The list's neighbours of it.
    pub neighbours: (Signal<Option<String>>, Signal<Option<String>>),
}

impl Pane {
    /// A search of the page's topics for something that the record says.
    fn search(self, q: String) -> String {
        let topic = self.record.with(|record| record.topic.clone());
        self.here.link_with(|query| {
            let mut topics = query.topics.clone();
            if !topics.contains(&topic) {
                topics.push(topic);
            }
            address::search(query, topics, q)
        })
    }
}

/// The pane; nothing while no record is open.
#[component]
pub fn Detail(
    /// The address of the page.
    here: Here,
    /// The record that is open.
    address: Signal<Option<RecordAddress>>,
    /// What the list knows of it already; it says the topic's id.
    preview: Signal<Option<Arc<Row>>>,
    /// The address of the record before it in the list.
    previous: Signal<Option<String>>,
    /// The address of the record behind it.
    next: Signal<Option<String>>,
) -> impl IntoView {
    let open = Memo::new(move |_| address.with(Option::is_some));
    load::keyed(open, move |open| {
        if open {
            pane(here, address, preview, (previous, next))
        } else {
            ().into_any()
        }
    })
}

fn pane(
    here: Here,
    address: Signal<Option<RecordAddress>>,
    preview: Signal<Option<Arc<Row>>>,
    neighbours: (Signal<Option<String>>, Signal<Option<String>>),
) -> AnyView {
    // While the pane is being closed there is no record any more: it stays with the last.
    let address = Memo::new(move |last: Option<&RecordAddress>| {
        let mut address = address
            .get()
            .or_else(|| last.cloned())
            .unwrap_or_else(nowhere);
        if address.topic_id.is_none() {
            address.topic_id = preview.with(|row| row.as_ref()?.topic_id.clone());
        }
        address
    });
    let query = Memo::new(move |_| {
        here.query
            .with(|query| address::asked(address.get(), query))
    });
    let cluster = here.cluster();
    let loader = Loader::new(query, Signal::stored(0), move |query| {
        record_get(cluster.clone(), query)
    });
    let saving = RwSignal::new(None::<Callback<()>>);
    let head = head::Head {
        here,
        address,
        previous: neighbours.0,
        next: neighbours.1,
        save: saving.into(),
    };
    view! {
        <section class="detail" id="record" aria-label="Record">
            {head::view(head)}
            {loader.view(skeleton, problem, move |record| body(here, query, record, neighbours, saving))}
        </section>
    }
    .into_any()
}

/// An address that no record has.
fn nowhere() -> RecordAddress {
    RecordAddress {
        topic: TopicName::new(""),
        topic_id: None,
        partition: PartitionId(-1),
        offset: -1,
    }
}

fn skeleton() -> AnyView {
    view! {
        <div class="detail-wait" aria-busy="true">
            <p class="vh">"Reading the record"</p>
            <span class="skel"></span><span class="skel"></span><span class="skel"></span><span class="skel"></span>
        </div>
    }
    .into_any()
}

fn problem(error: AppError) -> AnyView {
    view! { <div class="detail-problem"><ProblemBox error/></div> }.into_any()
}

fn body(
    here: Here,
    query: Memo<RecordQuery>,
    record: Signal<Record>,
    neighbours: (Signal<Option<String>>, Signal<Option<String>>),
    saving: RwSignal<Option<Callback<()>>>,
) -> AnyView {
    let all = RwSignal::new(None::<(RecordQuery, Arc<Record>)>);
    let asked = Memo::new(move |_| {
        query.with(|query| RecordQuery {
            preview: None,
            ..query.clone()
        })
    });
    let whole = Signal::derive(move || {
        all.with(|all| {
            all.as_ref()
                .is_some_and(|(of, _)| asked.with(|asked| of == asked))
        })
    });
    let shown = Memo::new(move |_| {
        all.with(|all| {
            all.as_ref()
                .filter(|(of, _)| asked.with(|asked| of == asked))
                .map(|(_, record)| record.clone())
        })
        .unwrap_or_else(|| Arc::new(record.get()))
    });
    let opening = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let open_all = Callback::new(move |()| {
        if opening.get_untracked() {
            return;
        }
        opening.set(true);
        failed.set(None);
        let (cluster, query) = (here.cluster(), asked.get_untracked());
        spawn_local(async move {
            match record_get(cluster, query.clone()).await {
                Ok(record) => {
                    all.try_set(Some((query, Arc::new(record))));
                }
                Err(error) => {
                    failed.try_set(Some(error.problem().detail.clone()));
                }
            }
            opening.try_set(false);
        });
    });
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let pane = Pane {
        here,
        record: shown,
        whole,
        opening,
        failed,
        open_all,
        alive,
        neighbours,
    };
    offer_saving(pane, asked, saving);
    let tab = Memo::new(move |_| here.query.with(View::of));
    view! {
        {move || shown.with(|record| chips::line(pane, record))}
        <nav class="tabs" aria-label="Parts of the record">
            {move || {
                let current = tab.get();
                View::ALL.into_iter().map(|view| {
                    let href = address::link(here, &[("view", Some(view.name()).filter(|name| !name.is_empty()))]);
                    view! {
                        <a href=href aria-current=(view == current).then_some("page") data-noscroll="">
                            {view.words()}
                            {shown.with(|record| note(view, record)).map(|note| view! { <small>{note}</small> })}
                        </a>
                    }
                }).collect_view()
            }}
        </nav>
        {move || match tab.get() {
            View::Value => value(pane),
            View::Key => key(pane),
            View::Headers => view! {
                {move || shown.with(|record| headers::table(&record.headers, &record.masked, usize::MAX))}
            }
            .into_any(),
            View::Raw => raw::tab(pane),
            View::Compare => compare::tab(pane),
        }}
    }
    .into_any()
}

fn value(pane: Pane) -> AnyView {
    view! {
        {part::part(pane, Side::Value)}
        <div class="beneath">
            {move || pane.record.with(|record| (!record.headers.is_empty()).then(|| headers::table(&record.headers, &record.masked, HEADERS_BENEATH)))}
            {move || pane.record.with(|record| masked(&record.masked))}
            {move || pane.record.with(|record| facts::list(record))}
        </div>
    }
    .into_any()
}

fn key(pane: Pane) -> AnyView {
    view! {
        {part::part(pane, Side::Key)}
        {move || pane.record.with(|record| chips::key_history(pane, record)).map(|href| view! {
            <p class="none"><a class="link" href=href>{icon_small(Icon::History)}" All records of this key"</a>", newest first"</p>
        })}
        <div class="beneath">{move || pane.record.with(|record| facts::list(record))}</div>
    }
    .into_any()
}

/// Which fields the console hides.
fn masked(paths: &[String]) -> Option<AnyView> {
    (!paths.is_empty()).then(|| {
        let list = paths.join(", ");
        view! {
            <p class="none">{icon_small(Icon::Lock)}" Hidden by a rule of the console: "<span class="mono">{list}</span></p>
        }
        .into_any()
    })
}

/// The figure behind a tab's word.
fn note(view: View, record: &Record) -> Option<String> {
    let size = |bytes: Option<&penstock_domain::record::Bytes>| {
        bytes.map_or_else(|| "null".to_owned(), |bytes| units::bytes(bytes.size))
    };
    match view {
        View::Value => Some(size(record.value.as_ref())),
        View::Key => Some(size(record.key.as_ref())),
        View::Headers => Some(record.headers.len().to_string()),
        View::Raw | View::Compare => None,
    }
}

/// Lets the head save the value: what is here, or all of it where only the beginning is.
fn offer_saving(pane: Pane, asked: Memo<RecordQuery>, saving: RwSignal<Option<Callback<()>>>) {
    let save = Callback::new(move |()| {
        let record = pane.record.get_untracked();
        let (cluster, query) = (pane.here.cluster(), asked.get_untracked());
        let Some(value) = &record.value else { return };
        if !value.truncated || pane.whole.get_untracked() {
            head::save(&query.address, Side::Value.name(), &lines::raw(value));
            return;
        }
        spawn_local(async move {
            match record_get(cluster, query.clone()).await {
                Ok(record) => {
                    if let Some(value) = &record.value {
                        head::save(&query.address, Side::Value.name(), &lines::raw(value));
                    }
                }
                Err(error) => {
                    pane.failed.try_set(Some(error.problem().detail.clone()));
                }
            }
        });
    });
    Effect::new(move |_| {
        let some = pane.record.with(|record| record.value.is_some());
        saving.set(some.then_some(save));
    });
    on_cleanup(move || {
        saving.try_set(None);
    });
}
