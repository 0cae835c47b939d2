//! Which nodes or racks stop, as checkboxes in a form.

use crate::paths;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_domain::{
    ids::{ClusterRef, NodeId},
    node::{NodeRow, simulation::Choice},
};
use std::collections::BTreeSet;

/// Nodes and racks as checkboxes. With JavaScript a click shows the outcome at once; without it a button does.
pub(super) fn picker(
    cluster: ClusterRef,
    choice: Memo<Choice>,
    rows: Signal<Vec<NodeRow>>,
) -> AnyView {
    let nodes = Memo::new(move |_| {
        rows.with(|rows| rows.iter().map(|row| row.node).collect::<BTreeSet<_>>())
    });
    let racks = Memo::new(move |_| {
        rows.with(|rows| {
            rows.iter()
                .filter_map(|row| row.rack.clone())
                .collect::<BTreeSet<_>>()
        })
    });
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let navigate = StoredValue::new(use_navigate());
    let of = StoredValue::new(cluster.clone());
    let show = move |choice: &Choice| {
        let to = of.with_value(|cluster| paths::nodes_if(cluster, choice));
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, options));
    };
    let node = move |node: NodeId| {
        let checked = Signal::derive(move || choice.with(|choice| choice.stop.contains(&node)));
        let toggle = move |_| {
            let mut next = choice.get_untracked();
            toggled(&mut next.stop, node);
            show(&next);
        };
        view! {
            <label class="btn sm mono">
                <input type="checkbox" class="vh" name="stop" value=node.to_string() checked=checked prop:checked=checked on:change=toggle/>
                {node.to_string()}
            </label>
        }
    };
    let rack = move |rack: String| {
        let (is, named) = (rack.clone(), rack.clone());
        let checked = Signal::derive(move || choice.with(|choice| choice.rack.contains(&is)));
        let toggle = move |_| {
            let mut next = choice.get_untracked();
            toggled(&mut next.rack, named.clone());
            show(&next);
        };
        view! {
            <label class="btn sm mono">
                <input type="checkbox" class="vh" name="rack" value=rack.clone() checked=checked prop:checked=checked on:change=toggle/>
                {rack}
            </label>
        }
    };
    view! {
        <form class="sim-pick" method="get" action=paths::nodes(&cluster)>
            <fieldset>
                <legend class="t3 f12">"Nodes"</legend>
                <span class="btn-group">
                    <For each=move || nodes.get() key=|id| *id let(id)>{node(id)}</For>
                </span>
            </fieldset>
            {move || racks.with(|racks| !racks.is_empty()).then(|| view! {
                <fieldset>
                    <legend class="t3 f12">"Racks"</legend>
                    <span class="btn-group">
                        <For each=move || racks.get() key=|name| name.clone() let(name)>{rack(name)}</For>
                    </span>
                </fieldset>
            })}
            {move || (!alive.get()).then(|| view! { <button type="submit" class="btn sm">"Work it out"</button> })}
        </form>
    }
    .into_any()
}

fn toggled<T: Ord>(set: &mut BTreeSet<T>, item: T) {
    if !set.remove(&item) {
        set.insert(item);
    }
}
