//! Every setting of a node: value, default, where it comes from, whether other nodes have another value, and Kafka's own words on it.

use super::{aside, detail::Here};
use crate::{
    clock::use_clock,
    components::{
        age::as_of_text,
        filter::{Filter, Segment, Segments},
        icon::{Icon, icon, icon_tiny},
        problem::ProblemBox,
        setting::{self, value},
        skeleton, words,
    },
    live::use_live,
    load,
    paths::{self, NodeQuery, NodeTab},
};
use leptos::prelude::*;
use penstock_domain::{
    config::ConfigSource,
    live::MarkKind,
    node::{
        NodeDetail,
        configuration::{
            ConfigurationPage, ConfigurationQuery, Explained, Origin, OtherValue, SettingRow, Show,
        },
    },
    units,
};

/// The tab.
pub fn tab(here: Here, detail: Signal<NodeDetail>) -> AnyView {
    let query = Memo::new(move |_| here.query.with(|query| query.settings.clone()));
    let loader = load::Loader::new(
        query,
        use_live(Some(here.cluster()), &[MarkKind::Nodes]),
        move |query| penstock_api::nodes::node_configuration_get(here.cluster(), here.node, query),
    );
    let content = loader.view(
        skeleton::rows,
        |error| view! { <ProblemBox error/> }.into_any(),
        move |page| body(here, query, page),
    );
    view! {
        <div class="cols">
            <div>{content}</div>
            {aside::aside(here, detail)}
        </div>
    }
    .into_any()
}

fn body(here: Here, query: Memo<ConfigurationQuery>, page: Signal<ConfigurationPage>) -> AnyView {
    let action = paths::node(&here.cluster(), here.node);
    let hidden = Signal::derive(move || {
        let show = query.with(|query| query.show.name());
        [("tab", NodeTab::Configuration.name()), ("show", show)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect::<Vec<_>>()
    });
    let segments = Signal::derive(move || segments(here, &query.get(), page));
    let rows = Memo::new(move |_| page.with(|page| page.rows.clone()));
    let missing = Memo::new(move |_| page.with(|page| page.missing.clone()));
    view! {
        <Filter action query=Signal::derive(move || query.with(|query| query.q.clone())) hidden hint="Name, value or words of the documentation">
            <Segments label="Settings" segments/>
        </Filter>
        {move || missing.get().map(|why| view! {
            <div class="banner warn">{icon(Icon::CircleDashed)}<span><b class="m">"What is shown is old. "</b>{why}</span></div>
        })}
        <div class="tbl-wrap">
            <table class="tbl compact stack bleed last-open cfg">
                <thead><tr><th>"Setting"</th><th>"Value"</th><th>"Default"</th><th>"From"</th><th>"Applies"</th></tr></thead>
                <tbody>
                    {move || {
                        let query = query.get();
                        rows.get().into_iter().map(|setting| row(here, &query, setting)).collect_view()
                    }}
                </tbody>
            </table>
        </div>
        {move || rows.with(Vec::is_empty).then(|| empty(here, &query.get(), page.with(|page| page.counts[0])))}
        {foot(here, page)}
    }
    .into_any()
}

fn segments(
    here: Here,
    query: &ConfigurationQuery,
    page: Signal<ConfigurationPage>,
) -> Vec<Segment> {
    let counts = page.with(|page| page.counts);
    Show::ALL
        .into_iter()
        .zip(counts)
        .map(|(show, count)| Segment {
            href: here.link(&NodeQuery::settings(ConfigurationQuery {
                show,
                setting: None,
                ..query.clone()
            })),
            words: format!("{} {count}", show.words()),
            current: show == query.show,
        })
        .collect()
}

fn row(here: Here, query: &ConfigurationQuery, row: SettingRow) -> AnyView {
    let open = row.explained.is_some();
    let link = here.link(&NodeQuery::settings(ConfigurationQuery {
        setting: (!open).then(|| row.name.clone()),
        ..query.clone()
    }));
    let (shown, raw) = if row.sensitive {
        ("hidden by the broker".to_owned(), None)
    } else {
        value(&row.name, row.value.as_deref())
    };
    let (default, _) = value(&row.name, row.default.as_deref());
    let stands_out = row.origin == Origin::Node || row.unlike;
    let value_class = match (row.sensitive, stands_out) {
        (true, _) => "t3",
        (false, true) => "tnum m c-warn",
        (false, false) => "tnum",
    };
    let from = if row.origin == Origin::Node {
        view! { <span class="badge warn bare">{row.origin.words()}</span> }.into_any()
    } else {
        view! { {row.origin.words()} }.into_any()
    };
    let row_class = if open { "has-sub focus" } else { "" };
    let applies = if row.needs_restart {
        "restart"
    } else {
        "at once"
    };
    let (name, origin) = (row.name.clone(), row.origin);
    let raw_value = row.value.clone().filter(|_| raw.is_some());
    view! {
        <tr data-row="" class=row_class>
            <td class="w-full">
                <a class="name" href=link data-noscroll="" aria-expanded=if open { "true" } else { "false" }>
                    {icon_tiny(if open { Icon::ChevronDown } else { Icon::ChevronRight })}" "{row.name}
                </a>
            </td>
            <td data-l="Value" class=value_class><span title=row.value>{shown}</span></td>
            <td data-l="Default" class="t3 tnum"><span title=row.default>{default}</span></td>
            <td data-l="From" class="t2">{from}{row.unlike.then(|| view! { <span class="two c-warn">"unlike other nodes"</span> })}</td>
            <td class="t3 n-hide">{applies}</td>
        </tr>
        {row.explained.map(|explained| explain(here, &name, origin, raw_value, *explained))}
    }
    .into_any()
}

fn explain(
    here: Here,
    name: &str,
    origin: Origin,
    raw: Option<String>,
    explained: Explained,
) -> AnyView {
    let kind = explained.kind.map(|kind| kind.to_lowercase());
    let about = kind.map(|kind| format!("{kind}. Kafka’s own text, from the broker."));
    view! {
        <tr class="sub">
            <td colspan="5" class="w-full">
                <div class="doc">
                    <p>{setting::documentation(explained.documentation.as_deref())}" "<span class="t3">{about}</span></p>
                    {setting::chain(name, &explained.chain, ConfigSource::words)}
                    {others(here, name, origin, &explained.others)}
                    {raw.map(|raw| view! { <p class="f12 t3">"Raw value "<code>{raw}</code></p> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// That other nodes have another value, and what follows; nothing where they agree.
fn others(here: Here, name: &str, origin: Origin, others: &[OtherValue]) -> Option<AnyView> {
    if others.is_empty() {
        return None;
    }
    let have: Vec<String> = others
        .iter()
        .map(|other| {
            let nodes = if other.nodes.len() == 1 {
                "Node"
            } else {
                "Nodes"
            };
            let (value, _) = value(name, other.value.as_deref());
            format!("{nodes} {}: {value}.", words::nodes(&other.nodes))
        })
        .collect();
    let then = (origin == Origin::Node).then_some(
        " It is set at run time on this node alone, and stays until it is removed there.",
    );
    Some(
        view! {
            <div class="note warn">
                {icon(Icon::GitCompareArrows)}
                <span><b class="m">{format!("Node {} has another value than others. ", here.node)}</b>{have.join(" ")}{then}</span>
            </div>
        }
        .into_any(),
    )
}

fn empty(here: Here, query: &ConfigurationQuery, all: usize) -> AnyView {
    let (title, why) = match (query.q.is_empty(), query.show) {
        (false, _) => ("No setting matches", None),
        (true, Show::Unlike) => (
            "Every node that answered has the same values",
            Some("Settings that each node has its own value of, like addresses, are not compared."),
        ),
        (true, Show::Dynamic) => (
            "Nothing is set at run time",
            Some("Every value comes from the node’s file, or is Kafka’s default."),
        ),
        (true, _) => ("There is no setting here", None),
    };
    let link = here.link(&NodeQuery::settings(ConfigurationQuery {
        show: Show::All,
        setting: None,
        ..query.clone()
    }));
    view! {
        <div class="state">
            <h2>{title}</h2>
            {why.map(|why| view! { <p>{why}</p> })}
            <div class="act">
                {(query.show != Show::All).then(|| view! { <a class="btn sm" href=link>{format!("Look in all {all}")}</a> })}
                {(!query.q.is_empty()).then(|| view! { <a class="btn sm" href=here.link(&NodeQuery::tab(NodeTab::Configuration))>"Clear the filter"</a> })}
            </div>
        </div>
    }
    .into_any()
}

fn foot(here: Here, page: Signal<ConfigurationPage>) -> AnyView {
    let as_of = as_of_text(
        Signal::derive(move || page.with(|page| page.as_of)),
        use_clock(),
    );
    let shown = move || {
        page.with(|page| {
            format!(
                "{} of {}",
                page.rows.len(),
                units::count(page.counts[0], "setting", "settings")
            )
        })
    };
    let compared = move || {
        page.with(|page| match page.compared.as_slice() {
            [] => "compared with no other node".to_owned(),
            [one] => format!("compared with node {one}"),
            many => format!("compared with nodes {}", words::nodes(many)),
        })
    };
    view! {
        <div class="tbl-foot">
            <span>{shown}</span>
            <span>{as_of}{format!(", told by node {} itself; ", here.node)}{compared}</span>
            <span class="end">
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span>
                <span class="hk"><kbd>"↵"</kbd>" explain"</span>
                <span class="hk"><kbd>"/"</kbd>" filter"</span>
            </span>
        </div>
    }
    .into_any()
}
