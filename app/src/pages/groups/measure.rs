//! The age of the oldest unread record, asked of the records themselves when somebody wants it exactly.

use super::detail::Here;
use crate::components::lag;
use leptos::{prelude::*, task::spawn_local};
use penstock_api::AppError;
use penstock_domain::group::{GroupAges, GroupDetail, SecondsKind};

/// A button beside an estimated age, and in its place what came of pressing it. Without JavaScript there is none.
pub fn button(here: Here, detail: Signal<GroupDetail>) -> AnyView {
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let estimated = Memo::new(move |_| {
        detail.with(|detail| {
            detail.row.lag.records.is_some_and(|records| records > 0)
                && detail.row.lag.seconds_kind != SecondsKind::Exact
        })
    });
    let asking = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<GroupAges, AppError>>);
    let measure = move |_| {
        let (cluster, group) = here.group.get_value();
        asking.set(true);
        spawn_local(async move {
            let ages = penstock_api::groups::group_ages_get(cluster, group).await;
            asking.try_set(false);
            answer.try_set(Some(ages));
        });
    };
    view! {
        {move || answer.with(|answer| answer.as_ref().map(|answer| {
            let words = match answer {
                Ok(ages) => told(ages),
                Err(error) => error.problem().detail.clone(),
            };
            view! { <span class="unit" role="status">{words}</span> }
        }))}
        {move || (alive.get() && estimated.get()).then(|| view! {
            <button type="button" class="link f12" disabled=move || asking.get() on:click=measure>{move || if asking.get() { "Measuring…" } else { "Measure" }}</button>
        })}
    }
    .into_any()
}

/// `exactly 1 min 3 s at 14:02:11`
fn told(ages: &GroupAges) -> String {
    let at = ages.as_of.clock();
    match ages.seconds {
        Some(seconds) => format!("exactly {} at {at}", lag::span(seconds)),
        None if ages.partitions.is_empty() => format!("nothing unread at {at}"),
        None => format!("no record could be read at {at}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::time::Timestamp;

    #[test]
    fn what_was_measured_says_when() {
        let ages = |seconds| GroupAges {
            seconds,
            partitions: Vec::new(),
            as_of: Timestamp(1_763_884_800_000),
        };
        assert_eq!(told(&ages(Some(63.0))), "exactly 1 min 3 s at 08:00:00");
        assert_eq!(told(&ages(None)), "nothing unread at 08:00:00");
    }
}
