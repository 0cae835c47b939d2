//! A resource in full within a page: conditions, generation, YAML. Pages of topics and users show theirs so.

use super::{
    state,
    yaml::{ConditionTable, YamlView, generation_words},
};
use leptos::prelude::*;
use penstock_domain::resource::ResourceDetail;

/// The resource, or what stands in its place where there is none.
pub fn section(
    resource: Signal<Option<ResourceDetail>>,
    none: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let resource = Memo::new(move |_| resource.get());
    let there = Memo::new(move |_| resource.with(Option::is_some));
    view! { {move || if there.get() { shown(resource) } else { none() }} }.into_any()
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
