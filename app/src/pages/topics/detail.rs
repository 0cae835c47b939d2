//! One topic: its head and its tabs as links.

use super::{configuration, overview, partitions, readers, resource};
use crate::{
    components::{
        heading::PageHead,
        icon::{Icon, icon},
        skeleton, state, words,
    },
    jump::recent::{self, Recent},
    live::use_live,
    load,
    paths::{self, MessagesQuery, Page, TopicQuery, TopicTab},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    config::ConfigSource, ids::ClusterRef, live::MarkKind, search::HitKind, topic::TopicDetail,
    units, user::may::ResourceQuestion, verdict::PartitionCounts,
};

/// What the tabs of a topic need to know of the address.
#[derive(Clone, Copy)]
pub struct Here {
    /// What the query asks for.
    pub query: Memo<TopicQuery>,
    /// The topic and its cluster.
    pub topic: StoredValue<(ClusterRef, String)>,
}

impl Here {
    /// The address of this topic's page with another query.
    pub fn link(self, query: &TopicQuery) -> String {
        self.topic
            .with_value(|(cluster, topic)| paths::topic_as(cluster, topic, query))
    }

    /// Who may read it, and with another choice there whatever else.
    pub fn who_may(self) -> String {
        self.topic.with_value(|(cluster, topic)| {
            paths::users::access(
                cluster,
                &ResourceQuestion {
                    name: topic.clone(),
                    ..ResourceQuestion::default()
                },
            )
        })
    }

    /// The cluster.
    pub fn cluster(self) -> ClusterRef {
        self.topic.with_value(|(cluster, _)| cluster.clone())
    }
}

/// The page.
#[component]
pub fn Topic() -> impl IntoView {
    let identity = routes::use_topic();
    let search = routes::use_search(|page| matches!(page, Page::Topic(..)));
    load::keyed(identity, move |(cluster, topic)| {
        let here = Here {
            query: Memo::new(move |_| TopicQuery::of(&search.get())),
            topic: StoredValue::new((cluster.clone(), topic.to_string())),
        };
        let trigger = use_live(
            Some(cluster.clone()),
            &[MarkKind::Topics, MarkKind::Offsets],
        );
        load::load(
            Memo::new(move |_| (cluster.clone(), topic.clone())),
            trigger,
            |(cluster, topic)| penstock_api::topics::topic_get(cluster, topic),
            || skeleton::page("Topic"),
            move |detail| body(here, detail),
        )
    })
}

fn body(here: Here, detail: Signal<TopicDetail>) -> AnyView {
    here.topic.with_value(|(cluster, topic)| {
        recent::visited(Recent::new(HitKind::Topic, cluster, topic))
    });
    let name = Signal::derive(move || detail.with(|detail| detail.row.name.to_string()));
    let badge = Memo::new(move |_| {
        detail.with(|detail| {
            let row = &detail.row;
            (
                row.state,
                row.internal,
                row.drifted_fields,
                row.paused,
                row.deleting,
            )
        })
    });
    let tab = Memo::new(move |_| here.query.with(|query| query.tab));
    view! {
        <PageHead
            title=name
            mono=true
            beside=move || {
                let (state, internal, fields, paused, deleting) = badge.get();
                view! { {state::topic_badge(state, internal, fields)}{state::topic_flags(paused, deleting)} }
            }
            facts=move || detail.with(|detail| facts(here, detail))
            actions=move || {
                let messages = here.topic.with_value(|(cluster, topic)| paths::messages(cluster, &MessagesQuery::of_topic(topic)));
                view! { <a class="btn" href=messages>{icon(Icon::ScrollText)}"Messages"</a> }
            }
        />
        <nav class="tabs" aria-label="Topic">
            {move || {
                let current = tab.get();
                TopicTab::ALL.into_iter().map(|tab| view! {
                    <a href=here.link(&TopicQuery { tab, ..TopicQuery::default() }) aria-current=(tab == current).then_some("page") data-noscroll="">
                        {tab.words()}
                        {detail.with(|detail| tab_note(tab, detail)).map(|note| view! { <small>{note}</small> })}
                    </a>
                }).collect_view()
            }}
        </nav>
        {load::keyed(tab, move |tab| match tab {
            TopicTab::Overview => overview::tab(here, detail),
            TopicTab::Partitions => partitions::tab(here, detail),
            TopicTab::Configuration => configuration::tab(here, detail),
            TopicTab::Groups => readers::tab(here),
            TopicTab::Resource => resource::tab(detail),
        })}
    }
    .into_any()
}

fn tab_note(tab: TopicTab, detail: &TopicDetail) -> Option<String> {
    match tab {
        // Who reads it is not known before the tab asks.
        TopicTab::Overview | TopicTab::Groups => None,
        TopicTab::Partitions => Some(units::thousands(
            i64::try_from(detail.partitions.len()).unwrap_or(0),
        )),
        TopicTab::Configuration => {
            let set = detail
                .configuration
                .entries
                .iter()
                .filter(|entry| entry.source == ConfigSource::Topic)
                .count();
            Some(format!("{set} set"))
        }
        TopicTab::Resource => detail.resource.is_none().then(|| "none".to_owned()),
    }
}

fn facts(here: Here, detail: &TopicDetail) -> AnyView {
    let row = &detail.row;
    let shape = row.partitions.map(|partitions| {
        let mut shape = units::count(partitions as usize, "partition", "partitions");
        if let Some(factor) = row.replication_factor {
            shape.push_str(&format!(
                ", {}",
                units::count(factor as usize, "replica", "replicas")
            ));
        }
        if let Some(counts) = &row.replicas {
            shape.push_str(&format!(", {}", replica_words(counts)));
        }
        shape
    });
    let declared = match &row.resource {
        Some(resource) => {
            let link = here.link(&TopicQuery {
                tab: TopicTab::Resource,
                ..TopicQuery::default()
            });
            let words = format!("{} {}/{}", resource.kind, resource.namespace, resource.name);
            view! { <span>"declared by "<a class="link mono" href=link>{words}</a></span> }
                .into_any()
        }
        None if row.internal => {
            view! { <span>"internal: Kafka keeps it for itself"</span> }.into_any()
        }
        None => view! { <span>"no KafkaTopic declares it"</span> }.into_any(),
    };
    view! {
        {shape.map(|shape| view! { <span>{shape}</span> })}
        {row.records.map(|records| view! { <span title="Offsets between first and end; compaction and transactions leave fewer records">{format!("{} records", units::thousands(records))}</span> })}
        {row.size_bytes.map(|size| view! { <span>{units::bytes(size)}" with replicas"</span> })}
        {declared}
    }
    .into_any()
}

fn replica_words(counts: &PartitionCounts) -> String {
    words::replica_state(counts)
}
