//! A topic at a glance: declared against live with what happens next, partitions as a heat strip and in a table, facts.

use super::{detail::Here, partitions};
use crate::{
    components::{
        advice,
        age::Age,
        bars::{self, HeatBy},
        copy::Copy,
        filter::{Segment, Segments},
        flash::Flash,
        icon::{Icon, icon, icon_small},
        words,
        yaml::generation_words,
    },
    paths::{TopicQuery, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    condition::ReadinessState,
    config,
    drift::FieldDifference,
    topic::{TopicDetail, TopicState},
};

/// With more partitions than this the table is on its own tab only.
const TABLE_HERE: usize = 48;

/// The tab.
pub fn tab(here: Here, detail: Signal<TopicDetail>) -> AnyView {
    view! {
        <div class="cols">
            <div>
                <Finding here detail/>
                <Drift here detail/>
                <PartitionStrip here detail/>
                {advised(detail)}
            </div>
            <aside>
                <section class="sec">
                    <div class="sec-head"><h2>"Flow"</h2><Age freshness=Signal::derive(move || detail.with(|detail| detail.offsets_freshness.clone()))/></div>
                    <dl class="kv">
                        <dt>"In"</dt><dd class="tnum">{move || detail.with(|detail| words::rate(detail.row.records_in_per_second))}" "<span class="unit">"records/s"</span></dd>
                        <dt>"Records"</dt><dd class="tnum">{move || detail.with(|detail| words::number(detail.row.records))}" "<span class="unit">"at most"</span></dd>
                    </dl>
                </section>
                <Facts detail/>
                <p class="f12"><a class="link" href=here.who_may()>"Who may read or write it"</a></p>
            </aside>
        </div>
    }
    .into_any()
}

/// What a person should know of it.
fn advised(detail: Signal<TopicDetail>) -> AnyView {
    let all = Memo::new(move |_| detail.with(|detail| detail.advice.clone()));
    view! {
        {move || all.with(|all| (!all.is_empty()).then(|| view! {
            <section class="sec"><div class="findings">{all.iter().map(advice::note).collect_view()}</div></section>
        }))}
    }
    .into_any()
}

/// The operator's words where the resource is in error, and other KafkaTopics that name the same topic.
#[component]
fn Finding(here: Here, detail: Signal<TopicDetail>) -> impl IntoView {
    let finding = Memo::new(move |_| {
        detail.with(|detail| {
            let hurts = matches!(
                detail.row.state,
                TopicState::Error | TopicState::DeclaredOnly
            );
            (
                detail.row.state,
                detail.row.finding.clone().filter(|_| hurts),
                detail.rivals.clone(),
            )
        })
    });
    move || {
        let (state, finding, rivals) = finding.get();
        let class = if state == TopicState::Error {
            "note bad"
        } else {
            "note info"
        };
        let glyph = if state == TopicState::Error {
            Icon::OctagonX
        } else {
            Icon::FileClock
        };
        let resource = here.link(&TopicQuery {
            tab: TopicTab::Resource,
            ..TopicQuery::default()
        });
        let finding = finding.map(|finding| {
            view! {
                <div class=class>
                    {icon(glyph)}
                    <span><b class="m">{finding}</b>" "<a class="link" href=resource>"Conditions"</a></span>
                </div>
            }
        });
        let rivals = (!rivals.is_empty()).then(|| {
            let names = rivals
                .iter()
                .map(|rival| format!("{}/{}", rival.namespace, rival.name))
                .collect::<Vec<_>>()
                .join(", ");
            view! {
                <div class="note warn">
                    {icon(Icon::TriangleAlert)}
                    <span><b class="m">"Other KafkaTopics name the same topic: "</b><code>{names}</code>". The oldest one is followed; the others stay in error until they are removed."</span>
                </div>
            }
        });
        (finding.is_some() || rivals.is_some())
            .then(|| view! { <section class="sec notes">{finding}{rivals}</section> })
    }
}

/// What the table of differences depends on.
#[derive(Clone, PartialEq)]
struct Compared {
    differences: Vec<FieldDifference>,
    state: TopicState,
    readiness: Option<ReadinessState>,
}

impl Compared {
    fn differing(&self) -> usize {
        self.differences
            .iter()
            .filter(|field| field.differs)
            .count()
    }
}

#[component]
fn Drift(here: Here, detail: Signal<TopicDetail>) -> impl IntoView {
    let compared = Memo::new(move |_| {
        detail.with(|detail| Compared {
            differences: detail.differences.clone(),
            state: detail.row.state,
            readiness: detail
                .resource
                .as_ref()
                .map(|resource| resource.readiness.state),
        })
    });
    let present = Memo::new(move |_| compared.with(|compared| !compared.differences.is_empty()));
    // A topic that does not live yet is all declaration: then everything is shown.
    let show_all = Memo::new(move |_| {
        here.query.with(|query| query.all_fields)
            || compared.with(|compared| compared.state == TopicState::DeclaredOnly)
    });
    let fields = Memo::new(move |_| {
        let show_all = show_all.get();
        compared.with(|compared| {
            compared
                .differences
                .iter()
                .filter(|field| field.differs || show_all)
                .map(|field| field.field.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows = Memo::new(move |_| fields.with(|fields: &Vec<String>| !fields.is_empty()));
    let generation = move || detail.with(|detail| detail.resource.as_ref().map(generation_words));
    let as_of = crate::components::age::as_of_text(
        Signal::derive(move || detail.with(|detail| detail.configuration.as_of)),
        crate::clock::use_clock(),
    );
    view! {
        <Show when=move || present.get()>
            <section class="sec">
                <div class="sec-head">
                    <h2>"Declared against live"</h2>
                    {move || compared.with(drift_badge)}
                    <span class="age">{generation}", live "{as_of.clone()}</span>
                </div>
                <div class="bleed tbl-wrap" hidden=move || !rows.get()>
                    <table class="tbl stack drift">
                        <thead><tr><th>"Field"</th><th>"Declared"</th><th>"Live"</th><th>"Default"</th><th>"What happens next"</th></tr></thead>
                        <tbody>
                            <For each=move || fields.get() key=|field| field.clone() let(field)>
                                <Difference field compared/>
                            </For>
                        </tbody>
                    </table>
                </div>
                {move || compared.with(|compared| fold(here, compared, show_all.get()))}
            </section>
        </Show>
    }
}

fn drift_badge(compared: &Compared) -> AnyView {
    let all = compared.differences.len();
    match (compared.state, compared.differing()) {
        (TopicState::DeclaredOnly, _) => view! {
            <span class="badge info">{icon(Icon::FileClock)}"not created yet"</span>
        }
        .into_any(),
        (_, 0) => view! {
            <span class="badge ok">{icon(Icon::CircleCheck)}{format!("all {all} equal")}</span>
        }
        .into_any(),
        (_, differing) => view! {
            <span class="badge warn">{icon(Icon::GitCompareArrows)}{format!("{differing} of {all} differ")}</span>
        }
        .into_any(),
    }
}

/// Shows or hides the fields that agree; nothing where all do.
fn fold(here: Here, compared: &Compared, show_all: bool) -> Option<AnyView> {
    let differing = compared.differing();
    let equal = compared.differences.len() - differing;
    if equal == 0 || compared.state == TopicState::DeclaredOnly {
        return None;
    }
    let words = if show_all && differing == 0 {
        "Hide what agrees".to_owned()
    } else if show_all {
        "Show only what differs".to_owned()
    } else {
        format!(
            "Show {equal} equal {}",
            if equal == 1 { "field" } else { "fields" }
        )
    };
    let link = here.link(&TopicQuery {
        all_fields: !show_all,
        ..here.query.get_untracked()
    });
    Some(
        view! {
            <p class="f12 t3 drift-foot">
                {(differing > 0).then_some("Changed in Kafka, not through the resource; Kafka does not record by whom. ")}
                <a class="link" href=link data-noscroll="">{words}</a>
            </p>
        }
        .into_any(),
    )
}

#[component]
fn Difference(field: String, compared: Memo<Compared>) -> impl IntoView {
    let key = field.clone();
    let row = Memo::new(move |last: Option<&FieldDifference>| {
        compared
            .with(|compared| {
                compared
                    .differences
                    .iter()
                    .find(|other| other.field == key)
                    .cloned()
            })
            .or_else(|| last.cloned())
            .unwrap_or_else(|| FieldDifference {
                field: key.clone(),
                declared: None,
                live: None,
                default: None,
                differs: false,
            })
    });
    let read = move |of: fn(&FieldDifference) -> Option<&str>| {
        Signal::derive(move || row.with(|row| value(&row.field, of(row)).0))
    };
    let raw = move |of: fn(&FieldDifference) -> Option<&str>| {
        move || row.with(|row| value(&row.field, of(row)).1)
    };
    let next = move || {
        let (state, readiness) = compared.with(|compared| (compared.state, compared.readiness));
        row.with(|row| what_next(row, state, readiness))
    };
    view! {
        <tr>
            <td class="w-full"><span class="name">{field}</span></td>
            <td data-l="Declared">
                <b class="m"><Flash text=read(|row| row.declared.as_deref())/></b>" "<span class="raw">{raw(|row| row.declared.as_deref())}</span>
            </td>
            <td data-l="Live">
                <b class="m" class:c-warn=move || row.with(|row| row.differs)><Flash text=read(|row| row.live.as_deref())/></b>" "<span class="raw">{raw(|row| row.live.as_deref())}</span>
            </td>
            <td class="t3" data-l="Default">{read(|row| row.default.as_deref())}</td>
            <td class="w-full wrapcell t2">{next}</td>
        </tr>
    }
}

/// A value as people think of it, and the raw one beside it where that says more.
fn value(field: &str, raw: Option<&str>) -> (String, Option<String>) {
    match raw {
        None => (words::NOTHING.to_owned(), None),
        Some(raw) => match config::readable(field, raw) {
            Some(readable) => {
                let exact = raw
                    .parse()
                    .map_or_else(|_| raw.to_owned(), penstock_domain::units::thousands);
                (readable, Some(exact))
            }
            None => (raw.to_owned(), None),
        },
    }
}

/// What the topic operator does about a difference; from its recorded behaviour.
fn what_next(
    field: &FieldDifference,
    state: TopicState,
    readiness: Option<ReadinessState>,
) -> &'static str {
    if !field.differs {
        return match state {
            TopicState::DeclaredOnly => "the operator creates the topic with it",
            _ => "",
        };
    }
    match readiness {
        Some(ReadinessState::Paused) => {
            return "nothing: its reconciliation is paused";
        }
        Some(ReadinessState::Unmanaged) => {
            return "nothing: the resource says that the operator leaves the topic alone";
        }
        Some(ReadinessState::NotReady) => {
            return "nothing until the resource is in order: its reconciliation fails";
        }
        Some(ReadinessState::Ready | ReadinessState::Unobserved) | None => {}
    }
    match field.field.as_str() {
        "partitions" => {
            let (declared, live) = (number(&field.declared), number(&field.live));
            if declared > live {
                "the operator adds partitions at its next reconciliation"
            } else {
                "the operator refuses: Kafka can't decrease partitions"
            }
        }
        "replicas" => {
            "the operator asks for a change of replicas through Cruise Control, or refuses without it"
        }
        _ if field.declared.is_none() => {
            "the operator removes it at its next reconciliation: the resource does not declare it"
        }
        _ => "the operator reverts it at its next reconciliation",
    }
}

fn number(text: &Option<String>) -> Option<i64> {
    text.as_deref()?.parse().ok()
}

#[component]
fn PartitionStrip(here: Here, detail: Signal<TopicDetail>) -> impl IntoView {
    let by = Memo::new(move |_| here.query.with(|query| query.heat));
    let segments = Signal::derive(move || heat_segments(here, by.get()));
    let freshness = Signal::derive(move || {
        detail.with(|detail| match by.get() {
            HeatBy::Size => detail.size_freshness.clone(),
            HeatBy::Rate => detail.offsets_freshness.clone(),
            HeatBy::State => detail.metadata_freshness.clone(),
        })
    });
    let live = Memo::new(move |_| detail.with(|detail| !detail.partitions.is_empty()));
    let few = Memo::new(move |_| detail.with(|detail| detail.partitions.len() <= TABLE_HERE));
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>"Partitions"</h2><Age freshness/>
                <span class="end"><Show when=move || live.get()><Segments segments/></Show></span>
            </div>
            <Show when=move || live.get() fallback=|| view! { <p class="f13 t2">"The topic does not live yet, so it has no partitions."</p> }>
                {move || detail.with(|detail| bars::heat(&detail.partitions, by.get()))}
                <Show when=move || few.get() fallback=move || view! {
                    <p class="f13 mt"><a class="link" href=here.link(&TopicQuery { tab: TopicTab::Partitions, ..TopicQuery::default() })>"Every partition in a table"</a></p>
                }>
                    <partitions::Table here detail/>
                </Show>
            </Show>
        </section>
    }
}

/// The choice of what the strip shows.
pub fn heat_segments(here: Here, current: HeatBy) -> Vec<Segment> {
    HeatBy::ALL
        .into_iter()
        .map(|heat| Segment {
            href: here.link(&TopicQuery {
                heat,
                ..here.query.get()
            }),
            words: heat.words().to_owned(),
            current: heat == current,
        })
        .collect()
}

#[component]
fn Facts(detail: Signal<TopicDetail>) -> impl IntoView {
    let facts = Memo::new(move |_| {
        detail.with(|detail| {
            (
                detail.row.cleanup_policy.clone(),
                words::retention(&detail.row),
                detail.row.id.clone(),
                detail
                    .resource
                    .as_ref()
                    .and_then(|resource| resource.manager.clone()),
                detail
                    .resource
                    .as_ref()
                    .and_then(|resource| resource.created),
            )
        })
    });
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Facts"</h2></div>
            {move || {
                let (cleanup, retention, id, manager, created) = facts.get();
                view! {
                    <dl class="kv">
                        <dt>"Cleanup"</dt><dd>{cleanup.unwrap_or_else(|| words::NOTHING.to_owned())}</dd>
                        <dt>"Retention"</dt><dd>{retention}</dd>
                        {manager.map(|manager| view! { <dt>"Declared by"</dt><dd class="mono f12">{manager}</dd> })}
                        {created.map(|time| view! { <dt>"Resource since"</dt><dd class="tnum">{words::absolute(time)}</dd> })}
                        {id.map(|id| view! { <dt>"Topic id"</dt><dd class="mono f12">{id.to_string()}" "<Copy text=id.to_string() what="topic id"/></dd> })}
                    </dl>
                }
            }}
            <Show when=move || detail.with(|detail| detail.row.internal)>
                <p class="f12 t3 mt">{icon_small(Icon::Lock)}" Kafka made this topic for itself."</p>
            </Show>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, declared: Option<&str>, live: &str) -> FieldDifference {
        FieldDifference {
            field: name.into(),
            declared: declared.map(str::to_owned),
            live: Some(live.into()),
            default: None,
            differs: true,
        }
    }

    #[test]
    fn what_follows_depends_on_the_operator() {
        let ready = Some(ReadinessState::Ready);
        let next =
            |field: &FieldDifference, readiness| what_next(field, TopicState::Drifted, readiness);
        assert!(next(&field("retention.ms", Some("1"), "2"), ready).contains("reverts"));
        assert!(next(&field("segment.ms", None, "2"), ready).contains("removes"));
        assert!(next(&field("partitions", Some("3"), "6"), ready).contains("refuses"));
        assert!(next(&field("partitions", Some("12"), "6"), ready).contains("adds"));
        assert!(
            next(
                &field("retention.ms", Some("1"), "2"),
                Some(ReadinessState::Paused)
            )
            .contains("paused")
        );
    }

    #[test]
    fn raw_values_stand_beside_readable_ones() {
        assert_eq!(
            value("retention.ms", Some("604800000")),
            (
                "7 d".to_owned(),
                Some("604\u{202f}800\u{202f}000".to_owned())
            )
        );
        assert_eq!(
            value("cleanup.policy", Some("compact")),
            ("compact".to_owned(), None)
        );
    }
}
