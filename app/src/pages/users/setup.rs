//! What a client needs to be this user: where to begin, how to show who it is, and which keys of which Secret hold what.

use super::{aside, detail::Here, reveal};
use crate::components::copy::Code;
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    user::{
        UserDetail,
        listener::{ConnectOutcome, ListenerAnswer},
        properties,
    },
};

/// The tab.
pub(super) fn tab(here: Here, detail: Signal<UserDetail>) -> AnyView {
    let listeners = Memo::new(move |_| detail.with(|detail| detail.listeners.clone()));
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Can it connect?"</h2></div>
            {move || listeners.with(|listeners| aside::connects(listeners))}
        </section>
        <section class="sec">
            <div class="sec-head"><h2>"What a client needs"</h2><span class="age">"passwords and keys stay in the Secret"</span></div>
            {move || detail.with(|detail| here.user.with_value(|(cluster, _)| needs(cluster, detail)))}
            {reveal::section(here, detail)}
        </section>
    }
    .into_any()
}

fn needs(cluster: &ClusterRef, detail: &UserDetail) -> AnyView {
    let accepted: Vec<&ListenerAnswer> = detail
        .listeners
        .iter()
        .filter(|answer| answer.outcome == ConnectOutcome::Accepted)
        .collect();
    let (Some(mechanism), false) = (detail.row.mechanisms.first(), accepted.is_empty()) else {
        return view! { <p class="f13 t2">"No listener takes this user, so there is nothing to set a client up with."</p> }.into_any();
    };
    let user = detail.row.principal.name();
    let authority = format!("{}-cluster-ca-cert", cluster.name);
    accepted
        .into_iter()
        .map(|listener| {
            let text = properties::outline(listener, *mechanism, user, detail.secret.as_deref(), &authority);
            view! {
                <div class="sec-head mt"><h3>"Listener "<span class="mono">{listener.listener.clone()}</span></h3></div>
                <Code text what="client properties"/>
            }
        })
        .collect_view()
        .into_any()
}
