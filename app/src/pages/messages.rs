//! Messages of a cluster's topics: browsed page by page, searched on the server, followed as they arrive.
//!
//! [`page`] is the frame: topics, modes, filter ([`query`]) and [`controls`]. [`browse`] and [`search`] fill the [`list`], beside
//! which [`record`] shows the one that is open. [`here`] is what all of them know of the address.

pub mod browse;
pub mod cells;
pub mod chooser;
pub mod controls;
pub mod empty;
pub mod forms;
pub mod here;
pub mod list;
pub mod masked;
pub mod notices;
pub mod page;
pub mod produce;
pub mod query;
pub mod record;
pub mod rows;
pub mod search;
pub mod tail;

use self::{here::Here, record::Detail, rows::Row};
use leptos::prelude::*;
use penstock_domain::record::RecordAddress;
use std::sync::Arc;

/// The record that is open, beside the list.
fn detail(
    here: Here,
    address: Signal<Option<RecordAddress>>,
    preview: Signal<Option<Arc<Row>>>,
    previous: Signal<Option<String>>,
    next: Signal<Option<String>>,
) -> AnyView {
    view! { <Detail here address preview previous next/> }.into_any()
}

/// Records as they arrive.
fn tail(here: Here) -> AnyView {
    tail::view(here)
}

/// The drawer that sends records, where the address opens it.
fn drawer(here: Here) -> AnyView {
    produce::drawer(here)
}
