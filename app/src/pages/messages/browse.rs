//! Browsing: one page of records after the other, complete from the server.

use super::{
    controls::Known,
    empty,
    here::Here,
    list, masked,
    notices::notices,
    rows::{Row, Rows, topic_ids},
};
use crate::{
    clock::use_clock,
    components::{
        age::as_of_text,
        icon::{Icon, icon, icon_small},
        list::keys,
        problem::ProblemBox,
        skeleton,
    },
    load::Loader,
    paths::{MessagesQuery, messages::write_positions},
};
use leptos::prelude::*;
use penstock_api::AppError;
use penstock_domain::{
    ids::ClusterRef,
    problem::ProblemKind,
    read::{Order, Reading, RecordPage},
    units,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What stands in the place of the list.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
enum Answer {
    /// A field of the address can't be understood: it says so itself.
    Unasked,
    /// Records.
    Page(Box<RecordPage>),
    /// Why there are none; the controls stay, so that one can ask otherwise.
    Problem(AppError),
}

type Page = Memo<Option<Arc<RecordPage>>>;

/// The list and what is around it.
pub fn view(here: Here, known: Known) -> AnyView {
    let reading = Memo::new(move |_| here.query.with(|query| query.reading().ok()));
    let again = RwSignal::new(0_u64);
    let cluster = here.cluster();
    // The controls stand over whatever comes of it: a problem is shown in the place of the list.
    Loader::new(reading, again.into(), move |reading| {
        ask(cluster.clone(), reading)
    })
    .view(skeleton::rows, trouble, move |answer| {
        body(here, known, answer, again)
    })
}

/// A problem in the place of a list.
pub fn trouble(error: AppError) -> AnyView {
    view! { <div class="messages-body"><ProblemBox error/></div> }.into_any()
}

async fn ask(cluster: ClusterRef, reading: Option<Reading>) -> Result<Answer, AppError> {
    let Some(reading) = reading else {
        return Ok(Answer::Unasked);
    };
    match penstock_api::records::records_browse(cluster, reading).await {
        Ok(page) => Ok(Answer::Page(Box::new(page))),
        Err(error) if stays(&error) => Ok(Answer::Problem(error)),
        Err(error) => Err(error),
    }
}

/// Whether a problem is about what was asked, so that the controls must stay.
fn stays(error: &AppError) -> bool {
    match error.problem().kind {
        ProblemKind::Forbidden
        | ProblemKind::NotFound
        | ProblemKind::Invalid
        | ProblemKind::Conflict => true,
        ProblemKind::Unauthenticated
        | ProblemKind::TooMany
        | ProblemKind::Unavailable
        | ProblemKind::Internal => false,
    }
}

fn body(here: Here, known: Known, answer: Signal<Answer>, again: RwSignal<u64>) -> AnyView {
    let problem = Memo::new(move |_| {
        answer.with(|answer| match answer {
            Answer::Problem(error) => Some(error.clone()),
            Answer::Unasked | Answer::Page(_) => None,
        })
    });
    let unasked = Memo::new(move |_| answer.with(|answer| *answer == Answer::Unasked));
    let page: Page = Memo::new(move |_| {
        answer.with(|answer| match answer {
            Answer::Page(page) => Some(Arc::new((**page).clone())),
            Answer::Unasked | Answer::Problem(_) => None,
        })
    });
    Effect::new(move |_| {
        let partitions = page.with(|page| page.as_ref().map(|page| page.partitions.clone()));
        if let Some(partitions) = partitions {
            known.0.set(Arc::new(partitions));
        }
    });
    view! {
        {move || if let Some(error) = problem.get() {
            trouble(error)
        } else if unasked.get() {
            view! {
                <div class="messages-body"><div class="state">
                    <h2>{icon(Icon::TriangleAlert)}"Nothing was read"</h2>
                    <p>"A part of what is asked for is not understood. Its field says why, and what was probably meant."</p>
                </div></div>
            }.into_any()
        } else {
            records(here, page, again)
        }}
    }
    .into_any()
}

fn records(here: Here, page: Page, again: RwSignal<u64>) -> AnyView {
    let rows = Rows::of_pages(move || {
        page.with(|page| {
            page.as_ref().map_or_else(Vec::new, |page| {
                let ids = topic_ids(&page.partitions);
                page.items
                    .iter()
                    .map(|record| {
                        Arc::new(Row {
                            topic_id: ids.get(&record.topic).cloned(),
                            record: record.clone(),
                        })
                    })
                    .collect()
            })
        })
    });
    let today = Signal::derive(move || page.with(|page| page.as_ref().map(|page| page.as_of)));
    let above = move || {
        view! {
            {move || page.with(|page| page.as_ref().filter(|page| !page.notices.is_empty()).map(|page| notices(&page.notices)))}
        }
        .into_any()
    };
    let below = move || {
        view! {
            {move || page.with(|page| page.as_ref().filter(|page| page.items.is_empty()).map(|page| empty::page(here, page)))}
        }
        .into_any()
    };
    view! {
        {list::split(here, rows, today, above, below)}
        {foot(here, page, again)}
    }
    .into_any()
}

fn foot(here: Here, page: Page, again: RwSignal<u64>) -> AnyView {
    let clock = use_clock();
    let as_of = Signal::derive(move || page.with(|page| page.as_ref().map(|page| page.as_of)));
    let hidden = Signal::derive(move || {
        page.with(|page| {
            page.iter()
                .flat_map(|page| &page.items)
                .flat_map(|record| record.masked.iter().cloned())
                .collect()
        })
    });
    let told = move || page.with(|page| page.as_ref().map(|page| told(page, here)));
    // Pages that one came through in this tab, so that there is a way back that is no guess.
    let trail = StoredValue::new(Vec::<String>::new());
    let before = Memo::new(move |_| {
        let now = here.query.with(|query| query.at.clone());
        trail
            .try_update_value(|trail| {
                if let Some(place) = trail.iter().position(|at| *at == now) {
                    trail.truncate(place + 1);
                } else {
                    if now.is_empty() {
                        trail.clear();
                    }
                    trail.push(now.clone());
                }
                trail
                    .len()
                    .checked_sub(2)
                    .and_then(|index| trail.get(index).cloned())
            })
            .flatten()
    });
    let pages = move || {
        let query = here.query.get();
        let (onward, back) = match query.order {
            Order::Newest => ("Older", "Newer"),
            Order::Oldest => ("Newer", "Older"),
        };
        let to = |at: String| here.link(&MessagesQuery { at, ..query.anew() });
        let first = (!query.at.is_empty()).then(|| {
            let words = match query.order {
                Order::Newest => "Newest",
                Order::Oldest => "Oldest",
            };
            let href = to(String::new());
            view! { <a class="btn sm" href=href>{words}</a> }
        });
        let previous = before.get().filter(|_| !query.at.is_empty()).map(|at| {
            view! { <a class="btn sm" rel="prev" href=to(at)>{icon_small(Icon::ChevronLeft)}{back}</a> }
        });
        let next = page.with(|page| {
            let positions = page.as_ref()?.next.as_ref()?;
            let at = write_positions(positions, &query.topics);
            (!at.is_empty()).then(
                || view! { <a class="btn sm" rel="next" href=to(at)>{onward}{icon_small(Icon::ChevronRight)}</a> },
            )
        });
        view! { {first}{previous}{next} }
    };
    let refresh = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        again.update(|again| *again += 1);
    };
    view! {
        <div class="tbl-foot">
            <span>{told}</span>
            {masked::note(here, hidden)}
            <span class="nowrap">
                {as_of_text(as_of, clock)}" "
                <a class="btn ghost icon sm" href=move || here.link_with(|query| query) on:click=refresh aria-label="Read again" title="Read again">{icon_small(Icon::RefreshCw)}</a>
            </span>
            <span class="end">
                {pages}
                {keys()}
            </span>
        </div>
    }
    .into_any()
}

/// `100 records, newest first, from 24 partitions`, and how many were looked at where that is more.
fn told(page: &RecordPage, here: Here) -> String {
    let count = units::count(page.items.len(), "record", "records");
    let (order, filtered, several) = here.query.with_untracked(|query| {
        let order = match query.order {
            Order::Newest => "newest first",
            Order::Oldest => "oldest first",
        };
        (order, !query.q.is_empty(), query.topics.len() > 1)
    });
    let partitions = units::count(page.partitions.len(), "partition", "partitions");
    let merged = if page.partitions.len() > 1 || several {
        ", merged by time"
    } else {
        ""
    };
    if filtered {
        let looked = units::thousands(i64::try_from(page.scanned.records).unwrap_or(i64::MAX));
        format!("{count} of {looked} looked at, {order}{merged}, {partitions}")
    } else {
        format!("{count}, {order}{merged}, {partitions}")
    }
}
