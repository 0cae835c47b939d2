//! One subject: subjects beside it, its versions, two of them side by side, who reads what, what carries it, references.

mod difference;
mod fields;
mod impact;
mod matrix;
mod side;
mod text;

pub(super) use difference::change;

use super::{act, words};
use crate::{
    components::{
        age::MissingNotes,
        heading::PageHead,
        icon::{Icon, icon, icon_small},
        skeleton,
    },
    jump::recent::{self, Recent},
    live::use_live,
    load,
    paths::{
        self, Page,
        schemas::{SubjectPageQuery, SubjectView},
    },
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    live::MarkKind,
    query::ListQuery,
    schema::{Compared, LevelOrigin, Sibling, SubjectDetail, VersionRow},
    search::HitKind,
};

/// What the parts of the page need to know of the address.
#[derive(Clone, Copy)]
pub struct Here {
    /// What the query asks for.
    pub query: Memo<SubjectPageQuery>,
    /// The subject and its cluster.
    pub subject: StoredValue<(ClusterRef, SubjectName)>,
}

impl Here {
    /// The address of this page with another query.
    pub fn link(self, query: SubjectPageQuery) -> String {
        self.subject
            .with_value(|(cluster, subject)| paths::schemas::subject_as(cluster, subject, query))
    }

    /// The cluster.
    pub fn cluster(self) -> ClusterRef {
        self.subject.with_value(|(cluster, _)| cluster.clone())
    }

    /// The subject.
    pub fn name(self) -> SubjectName {
        self.subject.with_value(|(_, subject)| subject.clone())
    }
}

/// The page.
#[component]
pub fn Subject() -> impl IntoView {
    let identity = routes::use_subject();
    let search = routes::use_search(|page| matches!(page, Page::Subject(..)));
    load::keyed(identity, move |(cluster, subject)| {
        let here = Here {
            query: Memo::new(move |_| SubjectPageQuery::of(&search.get())),
            subject: StoredValue::new((cluster.clone(), subject.clone())),
        };
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Schemas]);
        load::load(
            Memo::new(move |_| here.query.with(|query| query.compared)),
            trigger,
            move |compared| {
                penstock_api::schemas::subject_get(cluster.clone(), subject.clone(), compared)
            },
            || skeleton::page("Schema"),
            move |detail| body(here, detail),
        )
    })
}

fn body(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    here.subject.with_value(|(cluster, subject)| {
        recent::visited(Recent::new(HitKind::Subject, cluster, subject.as_str()))
    });
    view! {
        <div class="sch">
            {siblings(here, detail)}
            <div class="main">
                <PageHead
                    title=here.name().to_string()
                    mono=true
                    beside=move || detail.with(badge)
                    facts=move || detail.with(facts)
                    actions=move || view! {
                        {act::level::button(here, detail)}
                        {act::delete::button(here, detail)}
                        {act::register::button(here, detail)}
                    }
                />
                <MissingNotes missing=Signal::derive(move || detail.with(|detail| detail.missing.clone()))/>
                {versions(here, detail)}
                {shown(here, detail)}
                {finding(detail)}
            </div>
            {side::view(here, detail)}
        </div>
    }
    .into_any()
}

fn badge(detail: &SubjectDetail) -> AnyView {
    let row = &detail.row;
    if row.deleted {
        return view! { <span class="badge off">{icon(Icon::Trash2)}"Soft-deleted"</span> }
            .into_any();
    }
    if row.why.is_some() {
        return view! { <span class="badge warn">{icon(Icon::CircleDashed)}"Not read"</span> }
            .into_any();
    }
    let Some(finding) = &row.finding else {
        return ().into_any();
    };
    let short = finding.split(": ").next().unwrap_or(finding).to_owned();
    view! { <span class="badge warn">{icon(Icon::TriangleAlert)}{short}</span> }.into_any()
}

fn facts(detail: &SubjectDetail) -> AnyView {
    let row = &detail.row;
    let format = row
        .schema_type
        .map_or("not read yet", |schema_type| schema_type.words());
    let deleted = match row.deleted_versions {
        0 => String::new(),
        number => format!(", {number} soft-deleted"),
    };
    let newest = row
        .newest_id
        .map(|id| format!(", newest id {id}"))
        .unwrap_or_default();
    let versions = words::count(u64::from(row.versions), "version", "versions");
    let (level, beside) = words::level(row.level, row.level_origin);
    let whose = match row.level_origin {
        LevelOrigin::NotTold => "the registry does not tell whether it is the subject’s own",
        _ => "",
    };
    view! {
        <span>{format!("{format}, {versions}{deleted}{newest}")}</span>
        <span title=whose>"rule: "{level}{(!beside.is_empty()).then(|| format!(" ({beside})"))}</span>
        {row.name.clone().map(|name| view! { <span class="mono">{name}</span> })}
    }
    .into_any()
}

fn siblings(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let cluster = here.cluster();
    let action = paths::schemas(&cluster, &ListQuery::default());
    let current = here.name();
    let list = Memo::new(move |_| detail.with(|detail| detail.siblings.clone()));
    let total = Memo::new(move |_| detail.with(|detail| detail.siblings_total));
    let facts = Memo::new(move |_| detail.with(|detail| words::registry(&detail.registry)));
    let global = Memo::new(move |_| detail.with(|detail| detail.registry.global));
    let notes = Memo::new(move |_| detail.with(|detail| detail.registry.notes.join(" ")));
    view! {
        <aside class="subj" aria-label="Subjects">
            <form class="subj-head" method="get" action=action>
                <span class="input seek">
                    {icon_small(Icon::Search)}
                    <input type="text" name="q" autocomplete="off" placeholder=move || words::count(total.get(), "subject", "subjects") aria-label="Find a subject"/>
                </span>
            </form>
            <ul>
                {move || list.with(|list| list.iter().map(|one| sibling(&cluster, &current, one)).collect_view())}
            </ul>
            <p class="f12 t3 reg">
                {facts}{move || global.get().map(|level| format!(". Global rule: {}", level.words()))}". "{notes}
            </p>
        </aside>
    }
    .into_any()
}

fn sibling(cluster: &ClusterRef, current: &SubjectName, one: &Sibling) -> AnyView {
    let format = one
        .schema_type
        .map_or("not read yet", |schema_type| schema_type.words());
    let newest = one
        .newest
        .map(|version| format!(", v{version}"))
        .unwrap_or_default();
    let deleted = if one.deleted { ", soft-deleted" } else { "" };
    view! {
        <li>
            <a href=paths::subject(cluster, &one.subject) aria-current=(one.subject == *current).then_some("true")>
                <span class="mono ell">{one.subject.to_string()}</span>
                <small>{format!("{format}{newest}{deleted}")}</small>
            </a>
        </li>
    }
    .into_any()
}

/// The versions as links: the chosen one, and the one that it is compared with.
fn versions(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let list = Memo::new(move |_| detail.with(|detail| detail.versions.clone()));
    let chosen = Memo::new(move |_| detail.with(|detail| (detail.from, detail.to)));
    view! {
        <div class="vers" role="group" aria-label="Versions">
            {move || {
                let (from, to) = chosen.get();
                let query = here.query.get();
                list.with(|list| list.iter().map(|version| {
                    version_link(here, query, version, from, to)
                }).collect_view())
            }}
        </div>
    }
    .into_any()
}

fn version_link(
    here: Here,
    query: SubjectPageQuery,
    version: &VersionRow,
    from: Option<i32>,
    to: Option<i32>,
) -> AnyView {
    let number = version.version;
    let class = match number {
        _ if Some(number) == to => "to",
        _ if Some(number) == from => "from",
        _ => "",
    };
    let compared = Compared {
        from: None,
        to: Some(number),
    };
    let link = here.link(SubjectPageQuery { compared, ..query });
    let deleted = if version.deleted {
        ", soft-deleted"
    } else {
        ""
    };
    let title = format!("Version {number}, id {}{deleted}", version.id);
    view! {
        <a href=link class=class class:gone=version.deleted title=title aria-current=(Some(number) == to).then_some("true") data-noscroll="">
            <b>{format!("v{number}")}</b>
            <small>{format!("id {}{deleted}", version.id)}</small>
        </a>
    }
    .into_any()
}

fn shown(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let view_of = Memo::new(move |_| here.query.with(|query| query.view));
    let chosen = Memo::new(move |_| detail.with(|detail| (detail.from, detail.to)));
    let sums =
        Memo::new(move |_| detail.with(|detail| difference::sums_of(detail.difference.as_ref())));
    let live: Memo<Vec<i32>> = Memo::new(move |_| {
        detail.with(|detail| {
            detail
                .versions
                .iter()
                .map(|version| version.version)
                .collect()
        })
    });
    view! {
        <div class="vline">
            {move || chosen_words(here, chosen.get(), &live.get())}
            {move || difference::sums(sums.get())}
            <span class="grow"></span>
            {move || {
                let query = here.query.get();
                let seg = SubjectView::ALL.into_iter().map(|view| {
                    let link = here.link(SubjectPageQuery { view, ..query });
                    view! { <a href=link aria-current=(view == query.view).then_some("true") data-noscroll="">{view.words()}</a> }
                }).collect_view();
                view! { <span class="seg">{seg}</span> }
            }}
            {move || chosen.get().1.map(|version| {
                let link = here.subject.with_value(|(cluster, subject)| paths::schemas::schema_file(cluster, subject, version));
                let label = format!("Download version {version}");
                view! { <a class="btn icon ghost sm" href=link rel="external" download="" aria-label=label.clone() title=label>{icon_small(Icon::Download)}</a> }
            })}
        </div>
        {load::keyed(view_of, move |view| match view {
            SubjectView::Difference => difference::view(detail),
            SubjectView::Fields => fields::view(detail),
            SubjectView::Text => text::view(detail),
        })}
    }
    .into_any()
}

/// `Comparing v4 with v5`, with a choice of the older one.
fn chosen_words(here: Here, (from, to): (Option<i32>, Option<i32>), all: &[i32]) -> AnyView {
    let (Some(from), Some(to)) = (from, to) else {
        return match to {
            Some(to) => {
                view! { <span>"Version "<b class="mono">{format!("v{to}")}</b></span> }.into_any()
            }
            None => ().into_any(),
        };
    };
    let query = here.query.get();
    let others = all
        .iter()
        .rev()
        .filter(|version| **version != to)
        .map(|version| {
            let compared = Compared {
                from: Some(*version),
                to: Some(to),
            };
            let link = here.link(SubjectPageQuery { compared, ..query });
            view! { <li><a href=link data-noscroll="">{format!("v{version}")}</a></li> }
        })
        .collect_view();
    view! {
        <span>"Comparing "
            <details class="floating from-choice"><summary aria-label="Compare with another version"><b class="mono">{format!("v{from}")}</b>{icon_small(Icon::ChevronDown)}</summary><ul class="menu">{others}</ul></details>
            " with "<b class="mono">{format!("v{to}")}</b>
        </span>
    }
    .into_any()
}

fn finding(detail: Signal<SubjectDetail>) -> AnyView {
    let says = Memo::new(move |_| {
        detail.with(|detail| {
            let row = &detail.row;
            row.why.clone().or_else(|| row.finding.clone())
        })
    });
    view! {
        {move || says.get().map(|says| view! {
            <div class="note warn brk">{icon(Icon::TriangleAlert)}<span>{says}"."</span></div>
        })}
    }
    .into_any()
}
