//! One event: how it reads in a row and in a timeline, and all that is known of it beside the list.

use crate::{
    components::{
        icon::{Icon, icon, icon_small},
        words,
    },
    paths::{self, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    activity::{ActivityEvent, ActivityKind, ActivitySubject, FieldChange, query::ActivityQuery},
    ids::ClusterRef,
    resource::kind::ResourceKind,
    units,
    verdict::Severity,
};
use penstock_ui::{timeline::Happening, tone::Tone};

/// The sign of an event.
pub fn sign(event: &ActivityEvent) -> Icon {
    match (event.kind, event.severity) {
        (ActivityKind::Created, _) => Icon::Plus,
        (ActivityKind::Changed, _) => Icon::Pencil,
        (ActivityKind::Deleted, _) => Icon::Trash2,
        (ActivityKind::Status, Severity::Bad) => Icon::OctagonX,
        (ActivityKind::Status, Severity::Warn) => Icon::TriangleAlert,
        (ActivityKind::Status, Severity::Info) => Icon::CircleCheck,
        (ActivityKind::Pods, _) => Icon::RotateCw,
        (ActivityKind::Leaders, _) => Icon::ArrowLeftRight,
        (ActivityKind::InSync, _) => Icon::Layers,
        (ActivityKind::Quorum, _) => Icon::Crown,
        (ActivityKind::Gap, _) => Icon::ClockAlert,
    }
}

/// How it feels.
pub const fn tone(event: &ActivityEvent) -> Tone {
    match event.severity {
        Severity::Info => Tone::Mute,
        Severity::Warn => Tone::Warn,
        Severity::Bad => Tone::Bad,
    }
}

/// Where it was seen.
pub const fn seen_in(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Leaders | ActivityKind::InSync | ActivityKind::Quorum => "Kafka",
        ActivityKind::Gap => "Penstock",
        _ => "Kubernetes",
    }
}

/// What happened, the resource's name set apart.
pub fn sentence(event: &ActivityEvent) -> AnyView {
    let what = event.what.clone();
    match &event.subject {
        Some(subject) => view! {
            {subject.kind.clone()}" "<code>{subject.name.to_string()}</code>" "{what}
        }
        .into_any(),
        None => view! {
            {what}
            {(event.count > 1 && !event.examples.is_empty()).then(|| format!(": {}", some(event)))}
        }
        .into_any(),
    }
}

/// Some of those that an event stands for.
fn some(event: &ActivityEvent) -> String {
    let more = (event.count as usize).saturating_sub(event.examples.len());
    let listed = event.examples.join(", ");
    if more == 0 {
        listed
    } else {
        format!("{listed}, …")
    }
}

/// Events of one resource as a timeline, newest first: those of the newest day tell the time, older ones the day.
pub fn happenings(events: &[ActivityEvent]) -> Vec<Happening> {
    let newest = events.first().map(|event| event.at.date());
    events
        .iter()
        .map(|event| {
            let date = event.at.date();
            let time = if newest.as_deref() == Some(date.as_str()) {
                event.at.clock()
            } else {
                date.get(5..).unwrap_or_default().to_owned()
            };
            let detail = event.detail.as_ref().map(|detail| format!(". {detail}"));
            Happening {
                time,
                datetime: event.at.to_string(),
                icon: sign(event),
                tone: tone(event),
                what: format!("{}{}", capitalised(&event.what), detail.unwrap_or_default()),
                by: event.by.as_ref().map(|by| format!("by {}", by.manager)),
            }
        })
        .collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// All that is known of an event; `back` leads to the list without it.
pub fn detail(cluster: &ClusterRef, event: &ActivityEvent, query: &ActivityQuery) -> AnyView {
    let back = paths::activity(cluster, &query.choosing(None));
    let fields = (!event.fields.is_empty()).then(|| difference(event));
    let examples = (event.subject.is_none() && !event.examples.is_empty()).then(|| {
        view! {
            <h3>{if event.count as usize > event.examples.len() { "Some of them" } else { "Which" }}</h3>
            <ul class="plain mono f12">{event.examples.iter().map(|example| view! { <li>{example.clone()}</li> }).collect_view()}</ul>
        }
    });
    view! {
        <section class="detail" id="event" aria-label="Event">
            <div class="ev-head">
                <b class="tnum">{event.at.clock()}</b>" "<span class="t3">{event.at.date()}</span>
                <span class="grow"></span>
                <a class="btn icon ghost sm" href=back data-noscroll="" aria-label="Close the event" title="Close the event">{icon_small(Icon::X)}</a>
            </div>
            <div class="ev">
                <h2>{sentence(event)}</h2>
                {event.detail.clone().map(|detail| view! { <p class="t2">{detail}</p> })}
                {fields}
                {examples}
                <h3>"What is known of it"</h3>
                {facts(event)}
                <div class="row wrap mt">{links(cluster, event, query)}</div>
            </div>
        </section>
    }
    .into_any()
}

/// The fields that changed, the old value above the new one.
fn difference(event: &ActivityEvent) -> AnyView {
    let more = (event.more_fields > 0).then(|| {
        view! { <p class="f12 t3">{format!("and {}", units::count(event.more_fields as usize, "more field", "more fields"))}</p> }
    });
    let lines = event.fields.iter().map(change).collect_view();
    view! {
        <div class="ydiff boxed" tabindex="0" role="region" aria-label="Fields that changed">{lines}</div>
        {more}
    }
    .into_any()
}

fn change(field: &FieldChange) -> AnyView {
    let line = |class: &'static str,
                sign: &'static str,
                said: &'static str,
                value: &Option<String>| {
        value.clone().map(|value| {
            view! {
                <div class=class><i></i><b aria-hidden="true">{sign}</b><span><span class="vh">{said}</span>{field.path.clone()}": "<em>{value}</em></span></div>
            }
        })
    };
    view! {
        {line("ln del", "−", "was ", &field.before)}
        {line("ln add", "+", "is ", &field.after)}
    }
    .into_any()
}

fn facts(event: &ActivityEvent) -> AnyView {
    let subject = event.subject.as_ref();
    let by = event.by.as_ref();
    let nobody = match event.kind {
        ActivityKind::Deleted => "Kubernetes does not record who deletes",
        ActivityKind::Created | ActivityKind::Changed => "not recorded",
        ActivityKind::Status => "an operator, by its status",
        ActivityKind::Pods => "not recorded",
        ActivityKind::Leaders | ActivityKind::InSync | ActivityKind::Quorum => {
            "Kafka records nobody"
        }
        ActivityKind::Gap => words::NOTHING,
    };
    view! {
        <dl class="kv">
            <dt>"Seen in"</dt><dd>{seen_in(event.kind)}</dd>
            {subject.map(|subject| view! { <dt>"Resource"</dt><dd class="mono f12">{format!("{}/{}", subject.namespace, subject.name)}</dd> })}
            {match by {
                Some(by) => view! {
                    <dt>"Field manager"</dt><dd class="mono f12">{by.manager.clone()}</dd>
                    {by.operation.clone().map(|operation| view! { <dt>"Operation"</dt><dd>{operation}</dd> })}
                    {by.at.map(|at| view! { <dt>"Written"</dt><dd class="tnum">{words::absolute(at)}</dd> })}
                }.into_any(),
                None => view! { <dt>"By"</dt><dd class="t2">{nobody}</dd> }.into_any(),
            }}
            <dt>"Seen"</dt><dd class="tnum">{words::absolute(event.at)}</dd>
            {event.until.map(|until| view! {
                <dt>"Last of them"</dt>
                <dd class="tnum">{format!("{}, {} later", words::absolute(until), units::duration_millis(event.at.millis_until(until)))}</dd>
            })}
        </dl>
    }
    .into_any()
}

fn links(cluster: &ClusterRef, event: &ActivityEvent, query: &ActivityQuery) -> AnyView {
    let Some(subject) = &event.subject else {
        return ().into_any();
    };
    let all = ActivityQuery {
        q: format!("object:{}", subject.name),
        lane: None,
        ..query.first_page()
    };
    let page = page_of(cluster, subject);
    view! {
        {page.map(|href| view! { <a class="btn sm" href=href>{icon(Icon::Box)}"Open"</a> })}
        <a class="btn sm ghost" href=paths::activity(cluster, &all)>{format!("All of {}", subject.name)}</a>
    }
    .into_any()
}

/// The page of a resource, where it has one. A KafkaTopic's name is nearly always its topic's.
fn page_of(cluster: &ClusterRef, subject: &ActivitySubject) -> Option<String> {
    if let Some(kind) = ResourceKind::ALL
        .into_iter()
        .find(|kind| kind.name() == subject.kind)
    {
        return Some(paths::resource(
            cluster,
            kind,
            &subject.namespace,
            &subject.name,
        ));
    }
    match subject.kind.as_str() {
        "KafkaTopic" => Some(paths::topic(
            cluster,
            subject.name.as_str(),
            TopicTab::Resource,
        )),
        "Kafka" => Some(paths::cluster(cluster)),
        "Pod" | "KafkaNodePool" => Some(paths::nodes(cluster)),
        _ => None,
    }
}
