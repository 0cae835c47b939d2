//! Why the list is empty, and the next step.

use super::here::Here;
use crate::{
    components::icon::{Icon, icon},
    paths::{MessagesQuery, Mode},
};
use leptos::prelude::*;
use penstock_domain::{
    read::{PartitionState, RecordPage},
    units,
};

/// A page without records.
pub fn page(here: Here, page: &RecordPage) -> AnyView {
    let query = here.query.get_untracked();
    if page
        .partitions
        .iter()
        .all(|state| state.first >= state.high)
    {
        return nothing_there(&page.partitions);
    }
    let looked = format!(
        "{} in {} were looked at.",
        units::count(
            usize::try_from(page.scanned.records).unwrap_or(usize::MAX),
            "record",
            "records"
        ),
        units::count(page.partitions.len(), "partition", "partitions")
    );
    let whole = here.link(&MessagesQuery {
        from: String::new(),
        to: String::new(),
        partitions: String::new(),
        ..query.anew()
    });
    let bounded = !query.from.is_empty() || !query.to.is_empty() || !query.partitions.is_empty();
    if query.q.is_empty() {
        return view! {
            <div class="state">
                <h2>{icon(Icon::CircleDashed)}"No record in this range"</h2>
                <p>{looked}</p>
                {bounded.then(|| view! { <div class="act"><a class="btn sm" href=whole>"Read the whole topic"</a></div> })}
            </div>
        }
        .into_any();
    }
    let search = here.link(&MessagesQuery {
        mode: Mode::Search,
        ..query.anew()
    });
    let unfiltered = here.link(&MessagesQuery {
        q: String::new(),
        ..query.anew()
    });
    view! {
        <div class="state">
            <h2>{icon(Icon::Search)}"Nothing matches here"</h2>
            <p>{looked}{page.next.is_some().then_some(" There is more: go on, or search the whole range.")}</p>
            <div class="act">
                <a class="btn sm" href=search>"Search the whole range"</a>
                <a class="btn sm" href=unfiltered>"Clear the filter"</a>
                {bounded.then(|| view! { <a class="btn sm ghost" href=whole>"Read the whole topic"</a> })}
            </div>
        </div>
    }
    .into_any()
}

/// A topic that holds nothing: never written to, or everything is gone.
fn nothing_there(partitions: &[PartitionState]) -> AnyView {
    let written: i64 = partitions.iter().map(|state| state.high.max(0)).sum();
    let words = if written == 0 {
        "Nothing was ever written to it. A record appears here once there is one.".to_owned()
    } else {
        format!(
            "{} were written to it, and are gone: retention or compaction has deleted them.",
            units::count(
                usize::try_from(written).unwrap_or(usize::MAX),
                "record",
                "records"
            )
        )
    };
    view! {
        <div class="state">
            <h2>{icon(Icon::CircleDashed)}"The topic is empty"</h2>
            <p>{words}</p>
        </div>
    }
    .into_any()
}
