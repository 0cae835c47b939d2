//! What a client needs to be this user: where to begin, how to show who it is, and which keys of which Secret hold what.

use super::{aside, detail::Here, reveal};
use crate::components::copy::Code;
use leptos::prelude::*;
use penstock_domain::user::{
    UserDetail,
    credential::Mechanism,
    listener::{ConnectOutcome, ListenerAnswer},
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
            {move || detail.with(needs)}
            {reveal::section(here, detail)}
        </section>
    }
    .into_any()
}

fn needs(detail: &UserDetail) -> AnyView {
    let accepted: Vec<&ListenerAnswer> = detail
        .listeners
        .iter()
        .filter(|answer| answer.outcome == ConnectOutcome::Accepted)
        .collect();
    let (Some(mechanism), false) = (detail.row.mechanisms.first(), accepted.is_empty()) else {
        return view! { <p class="f13 t2">"No listener takes this user, so there is nothing to set a client up with."</p> }.into_any();
    };
    let secret = detail
        .secret
        .clone()
        .unwrap_or_else(|| detail.row.name.clone());
    accepted
        .into_iter()
        .map(|listener| {
            let text = properties(listener, *mechanism, detail.row.principal.name(), &secret);
            view! {
                <div class="sec-head mt"><h3>"Listener "<span class="mono">{listener.listener.clone()}</span></h3></div>
                <Code text what="client properties"/>
            }
        })
        .collect_view()
        .into_any()
}

/// `client.properties` with the names of keys in the place of what they hold.
fn properties(listener: &ListenerAnswer, mechanism: Mechanism, user: &str, secret: &str) -> String {
    let bootstrap = listener
        .bootstrap
        .as_deref()
        .unwrap_or("(the operator has not written the address yet)");
    let mut lines = vec![format!("bootstrap.servers={bootstrap}")];
    if mechanism.is_scram() {
        let protocol = if listener.tls {
            "SASL_SSL"
        } else {
            "SASL_PLAINTEXT"
        };
        lines.push(format!("security.protocol={protocol}"));
        lines.push("sasl.mechanism=SCRAM-SHA-512".to_owned());
        lines.push(format!(
            "# username {user}; key sasl.jaas.config of the Secret {secret} has the whole line"
        ));
        lines.push(format!(
            "sasl.jaas.config=<Secret {secret}, key sasl.jaas.config>"
        ));
    } else {
        lines.push("security.protocol=SSL".to_owned());
        lines.push("ssl.keystore.type=PKCS12".to_owned());
        lines.push(format!(
            "ssl.keystore.location=<Secret {secret}, key user.p12, as a file>"
        ));
        lines.push(format!(
            "ssl.keystore.password=<Secret {secret}, key user.password>"
        ));
    }
    if listener.tls {
        lines.push("ssl.truststore.type=PEM".to_owned());
        lines.push(
            "ssl.truststore.location=<Secret <cluster>-cluster-ca-cert, key ca.crt, as a file>"
                .to_owned(),
        );
    }
    lines.push(String::new());
    lines.join("\n")
}
