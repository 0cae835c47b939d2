//! No topic is chosen yet: those with the most traffic and the largest, to begin with.

use super::here::Here;
use crate::{
    components::{
        icon::{Icon, icon},
        skeleton, words,
    },
    load::Loader,
    paths::{self, MessagesQuery},
};
use leptos::prelude::*;
use penstock_domain::{query::ListQuery, topic::TopicList, units};

/// Topics offered.
const OFFERED: u32 = 40;

/// The choice.
pub fn view(here: Here) -> AnyView {
    let cluster = here.cluster();
    let query = Memo::new(|_| ListQuery {
        sort: Some("-in".to_owned()),
        size: Some(OFFERED),
        ..ListQuery::default()
    });
    Loader::new(query, Signal::stored(0), move |query| {
        penstock_api::topics::topics_list(cluster.clone(), query)
    })
    .view(skeleton::rows, super::browse::trouble, move |list| {
        body(here, list)
    })
}

fn body(here: Here, list: Signal<TopicList>) -> AnyView {
    let all = paths::topics(&here.cluster(), &ListQuery::default());
    view! {
        <div class="messages-body">
            <div class="state">
                <h2>{icon(Icon::ScrollText)}"Of which topic?"</h2>
                <p>"Choose one here, or add several above: they are read together, merged by time."</p>
            </div>
            <div class="tbl-wrap">
                <table class="tbl compact stack bleed last-open chooser">
                    <thead><tr><th scope="col">"Topic"</th><th scope="col" class="num">"In"<span class="unit">"records/s"</span></th><th scope="col" class="num">"Records"</th><th scope="col" class="num">"Partitions"</th><th scope="col" class="num">"Size"</th></tr></thead>
                    <tbody>
                        {move || list.with(|list| list.items.iter().map(|row| {
                            let href = here.link(&MessagesQuery {
                                topics: vec![row.name.clone()],
                                ..here.query.get_untracked().anew()
                            });
                            view! {
                                <tr data-row="">
                                    <td class="w-full"><a class="name" href=href>{row.name.to_string()}</a></td>
                                    <td class="num" data-l="In, records/s" class:zero=words::still(row.records_in_per_second)>{words::rate(row.records_in_per_second)}</td>
                                    <td class="num" data-l="Records" class:zero=row.records.unwrap_or(0) == 0>{words::number(row.records)}</td>
                                    <td class="num" data-l="Partitions">{words::count(row.partitions)}</td>
                                    <td class="num n-hide" class:zero=row.size_bytes.unwrap_or(0) == 0>{row.size_bytes.map_or_else(|| words::NOTHING.to_owned(), units::bytes)}</td>
                                </tr>
                            }
                        }).collect_view())}
                    </tbody>
                </table>
            </div>
            {move || list.with(|list| {
                let more = list.page.total.saturating_sub(u64::from(OFFERED));
                (more > 0).then(|| view! { <p class="more"><a class="link" href=all.clone()>{format!("All {} topics", list.page.total)}</a></p> })
            })}
        </div>
    }
    .into_any()
}
