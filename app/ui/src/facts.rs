//! Names with values, and addresses to copy.

use crate::{
    copy::Copy,
    icon::{Icon, icon},
};
use leptos::prelude::*;

/// A list of names with values; holds [`Fact`]s.
#[component]
pub fn Facts(
    /// Whether values stand at the left.
    #[prop(optional)]
    left: bool,
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class=if left { "kv left" } else { "kv" }>{children()}</dl> }
}

/// One name with its value.
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    name: String,
    /// Whether the value is an identifier.
    #[prop(optional)]
    mono: bool,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! { <dt>{name}</dt><dd class=if mono { "mono f12" } else { "tnum" }>{children()}</dd> }
}

/// An address with what one must know to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Its name: `tls`.
    pub name: String,
    /// Facts: `internal`, `TLS`.
    pub tags: Vec<String>,
    /// What is wrong with it: `no TLS, no authentication`.
    pub warning: Option<String>,
    /// Host and port; absent while nobody has told it.
    pub address: Option<String>,
}

/// Addresses, each with a button that copies it.
#[component]
pub fn Addresses(
    /// The addresses.
    #[prop(into)]
    addresses: Signal<Vec<Address>>,
) -> impl IntoView {
    view! { <ul class="lst">{move || addresses.get().into_iter().map(address).collect_view()}</ul> }
}

fn address(address: Address) -> impl IntoView {
    let shown = match address.address {
        Some(address) => {
            // The port stays readable where the host is cut off.
            let (host, port) = match address.rsplit_once(':') {
                Some((host, port)) if !host.contains(',') => (host.to_owned(), format!(":{port}")),
                _ => (address.clone(), String::new()),
            };
            view! { <code title=address.clone()><span>{host}</span>{port}</code><Copy text=address what="address"/> }
                .into_any()
        }
        None => view! { <span class="t3 f12">"No address yet."</span> }.into_any(),
    };
    view! {
        <li>
            <div>
                <b class="mono">{address.name}</b>
                {address.tags.into_iter().map(|tag| view! { <span class="tag">{tag}</span> }).collect_view()}
                {address.warning.map(|warning| view! { <span class="badge warn bare">{icon(Icon::LockOpen)}{warning}</span> })}
            </div>
            {shown}
        </li>
    }
}
