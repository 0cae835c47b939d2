//! "If these stop": which nodes or racks is chosen by checkboxes and stands in the address, so it works without JavaScript as a form;
//! what would happen is worked out on the server.

mod picker;
mod told;

use self::{picker::picker, told::told};
use crate::{
    clock::use_clock,
    components::{age::as_of_text, problem::ProblemBox},
    live::use_live,
    load,
    paths::nodes::SIMULATION,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    live::MarkKind,
    node::{
        NodeRow,
        simulation::{Choice, Simulation},
    },
};

/// The section; `rows` are the nodes that there are.
pub fn section(cluster: ClusterRef, choice: Memo<Choice>, rows: Signal<Vec<NodeRow>>) -> AnyView {
    let chosen = Memo::new(move |_| choice.with(|choice| !choice.is_empty()));
    let of = StoredValue::new(cluster.clone());
    view! {
        <section class="sec" id=SIMULATION>
            <div class="sec-head">
                <h2>"If these stop"</h2>
                <span class="age">"worked out from replicas and min.insync.replicas; nothing is changed"</span>
            </div>
            {picker(cluster, choice, rows)}
            {load::keyed(chosen, move |chosen| {
                let cluster = of.get_value();
                if chosen {
                    outcome(cluster, choice)
                } else {
                    view! { <p class="f13 t2 sim-say">"Choose nodes, or a rack, to see which partitions would refuse writes or go offline, and what helps against it."</p> }.into_any()
                }
            })}
        </section>
    }
    .into_any()
}

fn outcome(cluster: ClusterRef, choice: Memo<Choice>) -> AnyView {
    let fetched = cluster.clone();
    let loader = load::Loader::new(
        choice,
        use_live(
            Some(cluster.clone()),
            &[MarkKind::Nodes, MarkKind::Topics, MarkKind::Cluster],
        ),
        move |choice| penstock_api::nodes::nodes_simulation_get(fetched.clone(), choice),
    );
    let of = StoredValue::new(cluster);
    loader.view(
        || view! { <p class="f13 t3 sim-say">"Working it out…"</p> }.into_any(),
        |error| view! { <ProblemBox error/> }.into_any(),
        move |simulation: Signal<Simulation>| {
            let as_of = as_of_text(
                Signal::derive(move || simulation.with(|simulation| simulation.freshness.as_of)),
                use_clock(),
            );
            view! {
                {move || simulation.with(|simulation| of.with_value(|cluster| told(cluster, simulation)))}
                <p class="f12 t3 mt">"Replicas "{as_of}"."</p>
            }
            .into_any()
        },
    )
}
