//! Listeners of a cluster with their bootstrap addresses to copy.

use super::{
    copy::Copy,
    icon::{Icon, icon},
};
use leptos::prelude::*;
use penstock_domain::cluster::Listener;

/// The list.
#[component]
pub fn ListenerList(
    /// The listeners.
    #[prop(into)]
    listeners: Signal<Vec<Listener>>,
) -> impl IntoView {
    view! {
        <ul class="lst">
            <For
                each=move || listeners.get()
                // A listener whose facts changed is another row: it is small and seldom changes.
                key=|listener| format!("{listener:?}")
                let(listener)
            >
                {row(listener)}
            </For>
        </ul>
    }
}

fn row(listener: Listener) -> impl IntoView {
    let open = !listener.tls && listener.authentication.is_none();
    let security = if open {
        view! { <span class="badge warn bare">{icon(Icon::LockOpen)}"no TLS, no authentication"</span> }
            .into_any()
    } else {
        view! {
            {if listener.tls {
                view! { <span class="tag">"TLS"</span> }.into_any()
            } else {
                view! { <span class="badge warn bare">{icon(Icon::LockOpen)}"no TLS"</span> }.into_any()
            }}
            {match &listener.authentication {
                Some(kind) => view! { <span class="tag">{authentication(kind)}</span> }.into_any(),
                None => view! { <span class="badge warn bare">"no authentication"</span> }.into_any(),
            }}
        }
        .into_any()
    };
    let address = match listener.bootstrap {
        Some(address) => {
            let (host, port) = match address.rsplit_once(':') {
                Some((host, port)) if !port.contains([',', ']']) && !host.contains(',') => {
                    (host.to_owned(), format!(":{port}"))
                }
                _ => (address.clone(), String::new()),
            };
            view! { <code title=address.clone()><span>{host}</span>{port}</code><Copy text=address what="address"/> }
                .into_any()
        }
        None => {
            let port = listener.port.map(|port| format!(" of port {port}"));
            view! { <span class="t3 f12">"No address yet: the operator has not written the status"{port}"."</span> }
                .into_any()
        }
    };
    view! {
        <li>
            <div>
                <b class="mono">{listener.name}</b>
                {listener.kind.map(|kind| view! { <span class="tag">{kind}</span> })}
                {security}
            </div>
            {address}
        </li>
    }
}

/// How Kafka's people call it.
fn authentication(kind: &str) -> String {
    match kind {
        "tls" => "mTLS".to_owned(),
        "scram-sha-512" => "SCRAM-SHA-512".to_owned(),
        "scram-sha-256" => "SCRAM-SHA-256".to_owned(),
        "oauth" => "OAuth".to_owned(),
        other => other.to_owned(),
    }
}
