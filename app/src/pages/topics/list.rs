//! A cluster's topics: live ones joined with their KafkaTopics, filtered, sorted and paged on the server.

use crate::{live::use_live, load, paths::Page, routes};
use leptos::prelude::*;
use penstock_domain::{live::MarkKind, query::ListQuery, topic::TopicList};

/// The page.
#[component]
pub fn Topics() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Topics(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Topics, MarkKind::Offsets]);
        load::load(
            query,
            trigger,
            move |query| penstock_api::topics::topics_list(cluster.clone(), query),
            || view! { <h1>"Topics"</h1> }.into_any(),
            body,
        )
    })
}

fn body(list: Signal<TopicList>) -> AnyView {
    view! {
        <h1>"Topics"</h1>
        <ul>
            <For each=move || list.get().items key=|row| row.name.clone() let(row)>
                <li>{row.name.to_string()}</li>
            </For>
        </ul>
    }
    .into_any()
}
