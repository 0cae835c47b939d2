//! The chosen topics as words of their own, and a way to add one: names by what one types, in the browser; a field without.

use crate::{
    components::icon::{Icon, icon_small, icon_tiny},
    pages::messages::{forms, here::Here},
    paths::{self, MessagesQuery, TopicTab},
};
use leptos::{ev, prelude::*, task::spawn_local};
use penstock_domain::{ids::TopicName, list_filter, query::ListQuery, units};

/// Names offered at once.
const OFFERED: u32 = 12;

/// A topic as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    name: TopicName,
    records: Option<i64>,
}

/// The chips.
pub fn chips(here: Here) -> AnyView {
    let topics = Memo::new(move |_| here.query.with(|query| query.topics.clone()));
    view! {
        <div class="tchips" role="group" aria-label="Topics">
            {move || topics.get().into_iter().map(|topic| chip(here, &topic)).collect_view()}
            {add(here)}
        </div>
    }
    .into_any()
}

fn chip(here: Here, topic: &TopicName) -> AnyView {
    let page = paths::topic(&here.cluster(), topic.as_str(), TopicTab::Overview);
    let gone = topic.clone();
    let without = move || {
        here.link_with(|query| {
            let mut query = query.anew();
            query.topics.retain(|topic| *topic != gone);
            query
        })
    };
    view! {
        <span class="token">
            <a class="v" href=page title="To the topic">{topic.to_string()}</a>
            <a class="x" href=without aria-label=format!("Leave out {topic}") title=format!("Leave out {topic}")>{icon_tiny(Icon::X)}</a>
        </span>
    }
    .into_any()
}

fn add(here: Here) -> AnyView {
    let offers = RwSignal::new(Vec::<Offer>::new());
    let asked = StoredValue::new(0_u64);
    let look = move |text: String| {
        let number = asked
            .try_update_value(|asked| {
                *asked += 1;
                *asked
            })
            .unwrap_or_default();
        let query = ListQuery {
            q: list_filter::literal(&text),
            sort: Some("-in".to_owned()),
            size: Some(OFFERED),
            ..ListQuery::default()
        };
        let cluster = here.cluster();
        spawn_local(async move {
            let Ok(list) = penstock_api::topics::topics_list(cluster, query).await else {
                // The field takes the name all the same.
                return;
            };
            // An answer to an older text is not shown.
            if asked.try_get_value() == Some(number) {
                let found = list.items.into_iter().map(|row| Offer {
                    name: row.name,
                    records: row.records,
                });
                offers.try_set(found.collect());
            }
        });
    };
    let opened = move |event: ev::Event| {
        if event_target::<web_sys::HtmlDetailsElement>(&event).open() {
            look(String::new());
        }
    };
    view! {
        <details class="floating add" on:toggle=opened>
            <summary class="btn ghost sm">{icon_small(Icon::Plus)}"Topic"</summary>
            <div class="menu panel">
                {forms::change(here, "line", &[], move || view! {
                    <div class="input">
                        <input type="text" name="topic" placeholder="Name of a topic" aria-label="Name of a topic" autocomplete="off" spellcheck="false" on:input=move |event| look(event_target_value(&event))/>
                    </div>
                    <button type="submit" class="btn">"Add"</button>
                }.into_any())}
                <ul aria-label="Topics with the most traffic">
                    {move || {
                        let now = here.query.get();
                        offers.get().into_iter().filter(|offer| !now.topics.contains(&offer.name)).map(|offer| {
                            let mut next = now.anew();
                            next.topics.push(offer.name.clone());
                            let records = offer.records.map(|records| format!("{} records", units::thousands(records)));
                            view! { <li><a href=here.link(&MessagesQuery { ..next })><span class="mono">{offer.name.to_string()}</span><small class="t3">{records}</small></a></li> }
                        }).collect_view()
                    }}
                </ul>
            </div>
        </details>
    }
    .into_any()
}
