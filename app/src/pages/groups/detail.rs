//! One consumer group: its head and its tabs as links.

use super::{act, events, members, overview, partitions, undo};
use crate::{
    components::{
        age::Age,
        heading::PageHead,
        icon::{Icon, icon},
        lag,
        problem::ProblemView,
        skeleton, state,
    },
    jump::recent::{self, Recent},
    live::use_live,
    load,
    paths::{self, GroupAct, GroupPageQuery, GroupTab, Page, TopicTab},
    routes,
};
use leptos::prelude::*;
use penstock_api::AppError;
use penstock_domain::{
    acl::ResourceType,
    group::{GroupDetail, GroupState},
    ids::{ClusterRef, GroupName},
    live::MarkKind,
    problem::ProblemKind,
    search::HitKind,
    units,
    user::may::ResourceQuestion,
};

/// Topics that the head names; more are counted.
const NAMED_TOPICS: usize = 3;

/// What the tabs of a group need to know of the address.
#[derive(Clone, Copy)]
pub struct Here {
    /// What the query asks for.
    pub query: Memo<GroupPageQuery>,
    /// The group and its cluster.
    pub group: StoredValue<(ClusterRef, GroupName)>,
}

impl Here {
    /// The address of this group's page with another query.
    pub fn link(self, query: &GroupPageQuery) -> String {
        self.group
            .with_value(|(cluster, group)| paths::groups::group_as(cluster, group, query))
    }

    /// The address of one of its tabs; the chosen topic stays.
    pub fn tab(self, tab: GroupTab) -> String {
        self.link(&GroupPageQuery {
            tab,
            topic: self.query.with(|query| query.topic.clone()),
            ..GroupPageQuery::default()
        })
    }

    /// The address of this page with a dialog over it; wakes with the query.
    pub fn act(self, act: GroupAct) -> String {
        self.link(&GroupPageQuery {
            act: Some(act),
            ..self.query.get()
        })
    }

    /// Who may read with it, and with another choice there whatever else.
    pub fn who_may(self) -> String {
        self.group.with_value(|(cluster, group)| {
            paths::users::access(
                cluster,
                &ResourceQuestion {
                    resource_type: ResourceType::Group,
                    name: group.to_string(),
                    ..ResourceQuestion::default()
                },
            )
        })
    }

    /// The cluster.
    pub fn cluster(self) -> ClusterRef {
        self.group.with_value(|(cluster, _)| cluster.clone())
    }
}

/// The page.
#[component]
pub fn Group() -> impl IntoView {
    let identity = routes::use_group();
    let search = routes::use_search(|page| matches!(page, Page::Group(..)));
    load::keyed(identity, move |(cluster, group)| {
        let here = Here {
            query: Memo::new(move |_| GroupPageQuery::of(&search.get())),
            group: StoredValue::new((cluster.clone(), group.clone())),
        };
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Groups]);
        let loader = load::Loader::new(
            Memo::new(move |_| (cluster.clone(), group.clone())),
            trigger,
            |(cluster, group)| penstock_api::groups::group_get(cluster, group),
        );
        loader.view(
            || skeleton::page("Consumer group"),
            move |error| absent(here, trigger, error),
            move |detail| body(here, trigger, detail),
        )
    })
}

/// What stands in the place of the page. A group that was deleted through the console can be brought back from there.
fn absent(here: Here, trigger: Signal<u64>, error: AppError) -> AnyView {
    let gone = error.problem().kind == ProblemKind::NotFound;
    view! {
        <ProblemView error/>
        {gone.then(|| undo::of_absent(here, trigger))}
    }
    .into_any()
}

fn body(here: Here, trigger: Signal<u64>, detail: Signal<GroupDetail>) -> AnyView {
    here.group.with_value(|(cluster, group)| {
        recent::visited(Recent::new(HitKind::Group, cluster, group.as_str()))
    });
    let name = here.group.with_value(|(_, group)| group.to_string());
    let health = Memo::new(move |_| detail.with(|detail| detail.row.verdict.state));
    let tab = Memo::new(move |_| here.query.with(|query| query.tab));
    let topics = Memo::new(move |_| detail.with(|detail| detail.row.topics.clone()));
    let missing = Memo::new(move |_| detail.with(|detail| detail.row.why.clone()));
    view! {
        <PageHead
            title=name
            mono=true
            beside=move || state::badge(state::group_head(health.get()), None)
            facts=move || detail.with(|detail| facts(here, detail))
            actions=move || {
                let link = topics.with(|topics| here.group.with_value(|(cluster, group)| paths::groups::next_records(cluster, group, topics)));
                view! {
                    {link.map(|link| view! { <a class="btn" href=link>{icon(Icon::ScrollText)}"Open next record"</a> })}
                    <a class="btn not-narrow" href=move || here.act(GroupAct::Reset) data-noscroll="">{icon(Icon::RotateCcw)}"Reset offsets…"</a>
                    <a class="btn danger" href=move || here.act(GroupAct::Delete) data-noscroll="">"Delete group…"</a>
                }
            }
        />
        <nav class="tabs" aria-label="Group">
            {move || {
                let current = tab.get();
                GroupTab::ALL.into_iter().map(|tab| view! {
                    <a href=here.tab(tab) aria-current=(tab == current).then_some("page") data-noscroll="">
                        {tab.words()}
                        {detail.with(|detail| tab_note(tab, detail)).map(|note| view! { <small>{note}</small> })}
                    </a>
                }).collect_view()
            }}
        </nav>
        {move || missing.get().map(|why| view! {
            <div class="banner warn">{icon(Icon::CircleDashed)}<span><b class="m">"Not everything is known of this group: "</b>{why}</span></div>
        })}
        {load::keyed(tab, move |tab| match tab {
            GroupTab::Overview => overview::tab(here, trigger, detail),
            GroupTab::Partitions => partitions::tab(here, detail),
            GroupTab::Members => members::tab(detail),
            GroupTab::Events => events::tab(detail),
            GroupTab::Undo => undo::tab(here, trigger),
        })}
        {act::dialogs(here, Some(detail))}
        <div class="tbl-foot"><Age freshness=Signal::derive(move || detail.with(|detail| detail.freshness.clone())) of="committed offsets"/></div>
    }
    .into_any()
}

fn tab_note(tab: GroupTab, detail: &GroupDetail) -> Option<String> {
    let count = |length: usize| units::thousands(i64::try_from(length).unwrap_or(i64::MAX));
    match tab {
        GroupTab::Overview => None,
        GroupTab::Partitions => Some(count(detail.partitions.len())),
        GroupTab::Members => detail.row.members.map(|members| count(members as usize)),
        GroupTab::Events => Some(count(detail.events.len())),
        GroupTab::Undo => None,
    }
}

fn facts(here: Here, detail: &GroupDetail) -> AnyView {
    let row = &detail.row;
    let protocol = match &detail.protocol {
        Some(protocol) if !protocol.is_empty() => format!("{}, {protocol}", row.kind.words()),
        _ => row.kind.words().to_owned(),
    };
    let members = match row.members {
        None => "members not told".to_owned(),
        Some(0) => "no members".to_owned(),
        members => lag::members(members, row.kind),
    };
    let state = match row.state {
        // That nobody is in it is said already.
        GroupState::Empty => String::new(),
        state => format!(", {}", state.words().to_lowercase()),
    };
    let coordinator = row.coordinator.map_or_else(
        || "coordinator not known".to_owned(),
        |node| format!("coordinator is node {node}"),
    );
    let cluster = here.cluster();
    let named: Vec<AnyView> = row
        .topics
        .iter()
        .take(NAMED_TOPICS)
        .map(|topic| {
            let link = paths::topic(&cluster, topic.as_str(), TopicTab::Overview);
            view! { " "<a class="link mono" href=link>{topic.to_string()}</a> }.into_any()
        })
        .collect();
    let more = row.topics.len().saturating_sub(NAMED_TOPICS);
    view! {
        <span>{protocol}</span>
        <span>{members}{state}</span>
        <span>{coordinator}</span>
        <span><a class="link" href=here.who_may()>"who may use it"</a></span>
        {(!named.is_empty()).then(|| view! {
            <span>"reads"{named}{(more > 0).then(|| format!(" and {more} more"))}</span>
        })}
    }
    .into_any()
}
