//! Which keys there are: a dialog that `?` opens. What they do is in `crate::keys`.

use leptos::prelude::*;
use penstock_ui::{button::Button, dialog::Dialog};

/// Whether the map is open; in the context of everything in the frame.
#[derive(Clone, Copy)]
pub struct Keymap(pub RwSignal<bool>);

impl Keymap {
    /// Closed, for the frame.
    pub(super) fn provide() -> Self {
        let keymap = Self(RwSignal::new(false));
        provide_context(keymap);
        keymap
    }
}

type Keys = &'static [(&'static [&'static str], &'static str)];

const GROUPS: [(&str, Keys); 3] = [
    (
        "Anywhere",
        &[
            (&["Ctrl", "K"], "Search or jump to; ⌘ K on a Mac"),
            (&["?"], "These keys"),
            (&["Esc"], "Close, or leave a field"),
        ],
    ),
    (
        "Go to",
        &[
            (&["g", "c"], "Clusters"),
            (&["g", "o"], "Overview of the cluster"),
            (&["g", "n"], "Nodes"),
            (&["g", "t"], "Topics"),
            (&["g", "m"], "Messages"),
            (&["g", "g"], "Consumer groups"),
            (&["g", "u"], "Users & ACLs"),
            (&["g", "s"], "Schemas"),
            (&["g", "r"], "Resources"),
            (&["g", "a"], "Activity"),
        ],
    ),
    (
        "In a list",
        &[
            (&["/"], "Into the filter"),
            (&["j"], "Next row"),
            (&["k"], "Row before"),
            (&["↵"], "Open the row"),
        ],
    ),
];

/// The map.
#[component]
pub(super) fn KeymapDialog() -> impl IntoView {
    let open = use_context::<Keymap>().map_or_else(|| RwSignal::new(false), |keymap| keymap.0);
    view! {
        <Dialog open title="Keyboard shortcuts" buttons=move || view! { <Button on_press=move |_| open.set(false)>"Close"</Button> }>
            <div class="keymap">{move || open.get().then(groups)}</div>
        </Dialog>
    }
}

fn groups() -> AnyView {
    GROUPS
        .into_iter()
        .map(|(title, keys)| {
            let rows = keys
                .iter()
                .map(|(caps, words)| {
                    let caps = caps.iter().map(|cap| view! { <kbd>{*cap}</kbd> });
                    view! { <dt>{caps.collect_view()}</dt><dd>{*words}</dd> }
                })
                .collect_view();
            view! { <section><h3>{title}</h3><dl>{rows}</dl></section> }
        })
        .collect_view()
        .into_any()
}
