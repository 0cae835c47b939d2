//! The KafkaTopic itself: conditions, generation, YAML.

use crate::components::{
    icon::{Icon, icon},
    resource,
};
use leptos::prelude::*;
use penstock_domain::topic::TopicDetail;

/// The tab.
pub fn tab(detail: Signal<TopicDetail>) -> AnyView {
    let internal = move || detail.with_untracked(|detail| detail.row.internal);
    resource::section(
        Signal::derive(move || detail.with(|detail| detail.resource.clone())),
        move || none(internal()),
    )
}

fn none(internal: bool) -> AnyView {
    let words = if internal {
        "Kafka made this topic for itself; it needs no KafkaTopic, and none should declare it."
    } else {
        "The topic lives in Kafka only: whoever may change it there changes it for good, and nothing restores it. A KafkaTopic with its name would take it under the operator's care without changing it, as long as both agree."
    };
    view! {
        <div class="state">
            <h2>{icon(Icon::BoxSelect)}"No KafkaTopic declares it"</h2>
            <p>{words}</p>
        </div>
    }
    .into_any()
}
