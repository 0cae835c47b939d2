//! To which topic: a field that proposes names as they are typed. Choosing another keeps what was typed.

use super::desk::Desk;
use leptos::{ev, html, prelude::*, task::spawn_local};
use penstock_domain::{ids::TopicName, list_filter, query::ListQuery};
use std::time::Duration;

/// Names proposed at once.
const PROPOSED: u32 = 20;
/// Nothing is typed for so long: then names are looked for.
const PAUSE: Duration = Duration::from_millis(200);

/// The field.
pub fn chooser(desk: Desk) -> AnyView {
    let names = RwSignal::new(Vec::<TopicName>::new());
    let waiting = StoredValue::new(None::<leptos::leptos_dom::helpers::TimeoutHandle>);
    let look = move |text: String| {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        let ask = move || {
            let cluster = desk.here.cluster();
            spawn_local(async move {
                let query = ListQuery {
                    q: list_filter::literal(&text),
                    size: Some(PROPOSED),
                    ..ListQuery::default()
                };
                // Who may not list topics types the name.
                if let Ok(list) = penstock_api::topics::topics_list(cluster, query).await {
                    names.try_set(list.items.into_iter().map(|row| row.name).collect());
                }
            });
        };
        waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let input = NodeRef::<html::Input>::new();
    let chosen = move |event: ev::Event| {
        let name = event_target_value(&event).trim().to_owned();
        let now = desk.topic.get_untracked();
        if name.is_empty() || now.as_ref().is_some_and(|now| *now == *name.as_str()) {
            if let (Some(input), Some(now)) = (input.get_untracked(), now) {
                input.set_value(now.as_str());
            }
            return;
        }
        let query = desk
            .here
            .query
            .get_untracked()
            .with_other("produce", Some(&name));
        desk.here.replace(&query);
    };
    view! {
        <span class="input fit mono topic">
            <input
                type="text"
                node_ref=input
                list="produce-topics"
                aria-label="Topic"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || desk.topic.get().map(|topic| topic.to_string()).unwrap_or_default()
                on:focus=move |_| look(String::new())
                on:input=move |event| look(event_target_value(&event))
                on:change=chosen
            />
        </span>
        <datalist id="produce-topics">
            {move || names.get().into_iter().map(|name| view! { <option value=name.to_string()></option> }).collect_view()}
        </datalist>
    }
    .into_any()
}
