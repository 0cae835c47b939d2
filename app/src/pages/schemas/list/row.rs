//! One row of the list of subjects; only cells whose text changed are touched.

use super::super::words;
use crate::{
    components::{
        icon::{Icon, icon_small},
        list::Rows,
    },
    paths::{self, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    schema::{CompatibilityLevel, LevelOrigin, SubjectRow},
};

/// A row; it keeps what it showed last while it is on its way out.
#[component]
pub(super) fn Row(
    cluster: ClusterRef,
    name: SubjectName,
    rows: Rows<SubjectName, SubjectRow>,
) -> impl IntoView {
    let key = name.clone();
    let row = Memo::new(move |last: Option<&Option<SubjectRow>>| {
        rows.with(|rows| rows.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&SubjectRow) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let says = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            row.why.clone().or_else(|| row.finding.clone())
        })
    });
    let level = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref().map_or((None, LevelOrigin::NotTold), |row| {
                (row.level, row.level_origin)
            })
        })
    });
    let topics = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map(|row| row.topics.clone())
                .unwrap_or_default()
        })
    });
    let topic_of = cluster.clone();
    view! {
        <tr data-row="">
            <td class="w-full">
                <a class="name mono" href=paths::subject(&cluster, &name)>{name.to_string()}</a>
                {move || says.get().map(|says| view! { <span class="two c-warn say">{icon_small(Icon::TriangleAlert)}" "{says}</span> })}
            </td>
            <td data-l="Format" class="t2">{text(|row| row.schema_type.map_or_else(|| "not read yet".to_owned(), |schema_type| schema_type.words().to_owned()))}</td>
            <td class="num" data-l="Versions">{text(|row| row.versions.to_string())}</td>
            <td class="num mono" data-l="Newest id">{text(|row| row.newest_id.map_or_else(|| "–".to_owned(), |id| id.to_string()))}</td>
            <td data-l="Rule">
                {move || {
                    let (level, origin) = level.get();
                    let (said, beside) = words::level(level, origin);
                    let unsafe_level = level == Some(CompatibilityLevel::None);
                    view! { <span class:c-warn=unsafe_level && origin == LevelOrigin::Subject>{said}</span>" "<span class="t3">{beside}</span> }
                }}
            </td>
            <td data-l="Topic">
                {move || topics.with(|topics| match topics.first() {
                    Some(topic) => view! { <a class="mono f12" href=paths::topic(&topic_of, topic.as_str(), TopicTab::Overview)>{topic.to_string()}</a> }.into_any(),
                    None => view! { <span class="t3">"no topic"</span> }.into_any(),
                })}
            </td>
            <td class="num" data-l="References">{text(references)}</td>
        </tr>
    }
}

fn references(row: &SubjectRow) -> String {
    match (row.references, row.referenced_by) {
        (own, 0) => own.to_string(),
        (0, by) => format!("used by {by}"),
        (own, by) => format!("{own}, used by {by}"),
    }
}
