//! The KafkaUser itself.

use crate::components::{
    icon::{Icon, icon},
    resource,
};
use leptos::prelude::*;
use penstock_domain::user::UserDetail;

/// The tab.
pub(super) fn tab(detail: Signal<UserDetail>) -> AnyView {
    resource::section(
        Signal::derive(move || detail.with(|detail| detail.resource.clone())),
        || {
            view! {
                <div class="state">
                    <h2>{icon(Icon::BoxSelect)}"No KafkaUser declares it"</h2>
                    <p>"The brokers alone know this principal. Where a user operator runs, it removes what nobody declares: a KafkaUser with its name and its rules would keep it."</p>
                </div>
            }
            .into_any()
        },
    )
}
