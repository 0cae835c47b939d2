//! The KafkaTopic itself: conditions, generation, YAML.

use crate::components::{
    icon::{Icon, icon},
    state,
    yaml::{ConditionTable, YamlView, generation_words},
};
use leptos::prelude::*;
use penstock_domain::{resource::ResourceDetail, topic::TopicDetail};

/// The tab.
pub fn tab(detail: Signal<TopicDetail>) -> AnyView {
    let resource = Memo::new(move |_| detail.with(|detail| detail.resource.clone()));
    let there = Memo::new(move |_| resource.with(Option::is_some));
    let internal = move || detail.with_untracked(|detail| detail.row.internal);
    view! {
        {move || if there.get() { shown(resource) } else { none(internal()) }}
    }
    .into_any()
}

fn shown(resource: Memo<Option<ResourceDetail>>) -> AnyView {
    let conditions = Signal::derive(move || {
        resource.with(|resource| {
            resource
                .as_ref()
                .map(|resource| resource.conditions.clone())
                .unwrap_or_default()
        })
    });
    let yaml = Signal::derive(move || {
        resource.with(|resource| {
            resource
                .as_ref()
                .map(|resource| resource.yaml.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{move || resource.with(|resource| resource.as_ref().map(|resource| resource.reference.kind.clone()))}</h2>
                {move || resource.with(|resource| resource.as_ref().map(|resource| state::badge(state::readiness(resource.readiness.state), None)))}
                <span class="age">{move || resource.with(|resource| resource.as_ref().map(generation_words))}</span>
            </div>
            <ConditionTable conditions/>
        </section>
        <section class="sec">
            <div class="sec-head">
                <h2>"YAML"</h2>
                <span class="age">{move || resource.with(|resource| resource.as_ref().map(|resource| format!(
                    "{} {}/{}", resource.reference.api_version, resource.reference.namespace, resource.reference.name
                )))}", without managed fields"</span>
            </div>
            <YamlView yaml/>
        </section>
    }
    .into_any()
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
