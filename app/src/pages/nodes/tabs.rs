//! The tabs over everything that is about all nodes.

use crate::paths;
use leptos::prelude::*;
use penstock_domain::ids::ClusterRef;
use penstock_ui::tabs::{Tab, Tabs};

/// Which one is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NodesTab {
    /// The list.
    Nodes,
    /// Certificates.
    Certificates,
}

/// The tabs.
pub fn tabs(cluster: &ClusterRef, current: NodesTab) -> AnyView {
    let tab = |href: String, words: &str, of: NodesTab| Tab {
        href,
        words: words.to_owned(),
        note: None,
        current: of == current,
    };
    let tabs = vec![
        tab(
            paths::nodes(cluster),
            "Brokers and controllers",
            NodesTab::Nodes,
        ),
        tab(
            paths::certificates(cluster),
            "Certificates",
            NodesTab::Certificates,
        ),
    ];
    view! { <Tabs label="Nodes" tabs=Signal::stored(tabs)/> }.into_any()
}
