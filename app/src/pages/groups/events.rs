//! What happened to a group while the console looked.

use crate::components::{icon::Icon, words};
use leptos::prelude::*;
use penstock_domain::group::{GroupDetail, GroupEvent, GroupEventKind};
use penstock_ui::{
    timeline::{Happening, Timeline},
    tone::Tone,
};

/// The tab.
pub fn tab(detail: Signal<GroupDetail>) -> AnyView {
    let since = Memo::new(move |_| detail.with(|detail| detail.first_seen));
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Events"</h2><span class="age">{move || format!("seen since {}", words::absolute(since.get()))}</span></div>
            <List detail most=usize::MAX/>
        </section>
    }
    .into_any()
}

/// The newest events.
#[component]
pub fn List(
    /// The group.
    detail: Signal<GroupDetail>,
    /// How many at most.
    most: usize,
) -> impl IntoView {
    let events = Memo::new(move |_| {
        detail.with(|detail| {
            let newest = detail.events.first().map(|event| event.at.date());
            detail
                .events
                .iter()
                .take(most)
                .map(|event| happening(event, newest.as_deref()))
                .collect::<Vec<_>>()
        })
    });
    let any = Memo::new(move |_| events.with(|events| !events.is_empty()));
    view! {
        <Show when=move || any.get() fallback=|| view! { <p class="f13 t2">"Nothing has happened since the console looks at it."</p> }>
            <Timeline happenings=events/>
        </Show>
    }
}

/// Events of the newest day tell the time, older ones the day.
fn happening(event: &GroupEvent, newest: Option<&str>) -> Happening {
    let (icon, tone) = match event.what {
        GroupEventKind::Joined => (Icon::LogIn, Tone::Mute),
        GroupEventKind::Left => (Icon::LogOut, Tone::Mute),
        GroupEventKind::Rebalanced => (Icon::RefreshCw, Tone::Mute),
        GroupEventKind::State => (Icon::Info, Tone::Mute),
        GroupEventKind::WentBack => (Icon::History, Tone::Warn),
        GroupEventKind::Moved => (Icon::ArrowLeftRight, Tone::Mute),
        GroupEventKind::Lost => (Icon::Trash2, Tone::Bad),
    };
    let date = event.at.date();
    let time = if newest == Some(date.as_str()) {
        event.at.clock()
    } else {
        date.get(5..).unwrap_or_default().to_owned()
    };
    Happening {
        time,
        datetime: event.at.to_string(),
        icon,
        tone,
        what: event.text.clone(),
        by: None,
    }
}
