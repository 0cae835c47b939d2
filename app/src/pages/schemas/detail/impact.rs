//! What the subject's topics carry: looked up when somebody asks, because it reads records.

use super::{super::words, Here};
use crate::{
    components::{
        icon::{Icon, icon_small},
        lag, words as texts,
    },
    pages::groups::act::failed,
    paths::{self, TopicTab},
};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::AppError;
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    schema::{
        SubjectDetail,
        impact::{SubjectImpact, TopicSample},
    },
};
use penstock_ui::button::{Button, ButtonSize};

type Found = RwSignal<Option<Result<SubjectImpact, AppError>>>;

/// See the module.
pub(super) fn view(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let topics = Memo::new(move |_| detail.with(|detail| detail.row.topics.clone()));
    let found: Found = RwSignal::new(None);
    let looking = RwSignal::new(false);
    let cluster = here.cluster();
    let samples_of = cluster.clone();
    let look = move |_| {
        if looking.get_untracked() {
            return;
        }
        looking.set(true);
        let (cluster, subject) = (here.cluster(), here.name());
        spawn_local(async move {
            let impact = penstock_api::schemas::subject_impact_get(cluster, subject).await;
            looking.try_set(false);
            found.try_set(Some(impact));
        });
    };
    view! {
        <section class="sec used">
            <div class="sec-head"><h2>"Used by"</h2></div>
            {move || topics.with(|topics| heads(&cluster, topics))}
            {move || found.with(|found| match found {
                None => ().into_any(),
                Some(Err(error)) => failed(error.clone()),
                Some(Ok(impact)) => samples(&samples_of, impact),
            })}
            {move || {
                let words = match (looking.get(), topics.with(Vec::is_empty)) {
                    (true, _) => "Reading…",
                    (false, false) => "Sample the newest records",
                    (false, true) => "Look through the topics’ newest records",
                };
                view! { <Button size=ButtonSize::Small icon=Icon::ScrollText on_press=look>{words}</Button> }
            }}
        </section>
    }
    .into_any()
}

fn heads(cluster: &ClusterRef, topics: &[TopicName]) -> AnyView {
    if topics.is_empty() {
        return view! {
            <p class="f12 t3">"No topic of this cluster goes by its name. A subject that is named after a record alone belongs to no topic by its name."</p>
        }
        .into_any();
    }
    let rows = topics
        .iter()
        .map(|topic| topic_row(cluster, topic))
        .collect_view();
    view! { {rows} }.into_any()
}

fn topic_row(cluster: &ClusterRef, topic: &TopicName) -> AnyView {
    let link = paths::topic(cluster, topic.as_str(), TopicTab::Overview);
    view! { <dl class="kv"><dt>"Topic"</dt><dd><a class="link mono f12" href=link>{topic.to_string()}</a></dd></dl> }.into_any()
}

fn samples(cluster: &ClusterRef, impact: &SubjectImpact) -> AnyView {
    let named = impact.looked_through.is_none();
    let topics = impact.topics.iter().map(|topic| {
        let name = (!named).then(|| topic_row(cluster, &topic.topic));
        view! { {name}{sample(topic)} }
    });
    let topics = topics.collect_view();
    let looked = impact.looked_through.map(|looked| {
        let found = if impact.topics.is_empty() {
            "None of its schemas was found"
        } else {
            "Found"
        };
        let words = format!(
            "{found} in the newest {} records of each of {}; {} are not Kafka’s own.",
            looked.records,
            words::count(looked.topics.into(), "topic", "topics"),
            lag::count(looked.of.into()),
        );
        view! { <p class="f12 t3 under">{words}</p> }
    });
    let missing = impact
        .missing
        .iter()
        .map(|missing| view! { <p class="f12 t3">{format!("{}: {}.", missing.what, missing.why)}</p> })
        .collect_view();
    view! { {topics}{looked}{missing} }.into_any()
}

fn sample(sample: &TopicSample) -> AnyView {
    if let Some(why) = &sample.why {
        return view! { <p class="f12 c-warn">{icon_small(Icon::TriangleAlert)}" "{why.clone()}</p> }.into_any();
    }
    let total = sample.records;
    let side = if sample.keys { "keys" } else { "values" };
    let mut rows: Vec<AnyView> = sample
        .schemas
        .iter()
        .map(|share| {
            let words = match share.version {
                Some(version) => format!("v{version}"),
                None => {
                    let subjects: Vec<&str> =
                        share.subjects.iter().map(|one| one.as_str()).collect();
                    format!(
                        "id {} of {}",
                        share.id,
                        if subjects.is_empty() {
                            "no known subject".to_owned()
                        } else {
                            subjects.join(", ")
                        }
                    )
                }
            };
            share_row(words, share.records, total, share.version.is_none())
        })
        .collect();
    for (words, count, warn) in [
        ("without a schema", sample.without, true),
        ("null", sample.nulls, false),
        ("of all these can’t be decoded", sample.undecodable, true),
    ] {
        if count > 0 {
            rows.push(share_row(words.to_owned(), count, total, warn));
        }
    }
    let span = sample
        .span
        .map(|(from, to)| format!("{} to {}", texts::absolute(from), texts::absolute(to)));
    let looked = match sample.per_partition {
        Some(each) => format!(
            "{} {side} were looked at, the newest {each} of each partition",
            lag::count(total)
        ),
        None => format!("{} of the newest {side} were looked at", lag::count(total)),
    };
    let groups: Vec<String> = sample.groups.iter().map(ToString::to_string).collect();
    view! {
        <p class="f12 t3 under">{looked}{span.map(|span| format!(", written {span}"))}"."</p>
        <ul class="ukey">{rows}</ul>
        {(!groups.is_empty()).then(|| view! { <p class="f12 t2 under">"Read by "<span class="mono">{groups.join(", ")}</span>"."</p> })}
    }
    .into_any()
}

fn share_row(words: String, count: u64, total: u64, warn: bool) -> AnyView {
    let percent = (count * 100).checked_div(total).unwrap_or(0);
    let percent = if percent == 0 && count > 0 {
        "under 1 %".to_owned()
    } else {
        format!("{percent} %")
    };
    view! { <li><span class:c-warn=warn>{words}</span><b>{format!("{} · {percent}", lag::count(count))}</b></li> }.into_any()
}
