//! Every setting of a topic: value, where it comes from, what would hold otherwise, and Kafka's own words on it.

use super::detail::Here;
use crate::{
    components::{
        filter::Filter,
        icon::{Icon, icon, icon_tiny},
        setting::{self, value},
        words,
    },
    paths::{self, TopicQuery, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    config::{ConfigEntry, ConfigSource},
    topic::TopicDetail,
    units,
};

/// The tab.
pub fn tab(here: Here, detail: Signal<TopicDetail>) -> AnyView {
    let configuration = Memo::new(move |_| detail.with(|detail| detail.configuration.clone()));
    let filter = Memo::new(move |_| here.query.with(|query| query.filter.clone()));
    let open = Memo::new(move |_| here.query.with(|query| query.setting.clone()));
    let shown = Memo::new(move |_| {
        configuration.with(|configuration| sorted(&configuration.entries, &filter.get()))
    });
    let (action, in_query) = here
        .topic
        .with_value(|(cluster, topic)| paths::topic_path(cluster, topic));
    let hidden = Signal::derive(move || {
        let mut hidden = vec![("tab", TopicTab::Configuration.name().to_owned())];
        if in_query {
            hidden.push(("topic", here.topic.with_value(|(_, topic)| topic.clone())));
        }
        hidden
    });
    let as_of = Signal::derive(move || configuration.with(|configuration| configuration.as_of));
    let clock = crate::clock::use_clock();
    view! {
        <Filter action query=Signal::derive(move || filter.get()) hidden hint="Name, value or words of the documentation"/>
        {move || configuration.with(|configuration| configuration.missing.clone()).map(|why| view! {
            <div class="banner warn">{icon(Icon::CircleDashed)}<span><b class="m">"The configuration could not be had. "</b>{why}</span></div>
        })}
        <div class="tbl-wrap">
            <table class="tbl compact stack bleed last-open cfg">
                <thead><tr><th>"Setting"</th><th>"Value"</th><th>"Otherwise"</th><th>"From"</th><th>"Kind"</th></tr></thead>
                <tbody>
                    {move || {
                        let open = open.get();
                        shown.get().into_iter().map(|entry| {
                            let is_open = open.as_deref() == Some(entry.name.as_str());
                            row(here, entry, is_open)
                        }).collect_view()
                    }}
                </tbody>
            </table>
        </div>
        {move || (shown.with(Vec::is_empty) && !filter.with(String::is_empty)).then(|| view! {
            <div class="state">
                <h2>"No setting matches"</h2>
                <div class="act"><a class="btn sm" href=here.link(&TopicQuery { tab: TopicTab::Configuration, ..TopicQuery::default() })>"Clear the filter"</a></div>
            </div>
        })}
        <div class="tbl-foot">
            <span>{move || {
                let (set, all) = configuration.with(|configuration| (
                    configuration.entries.iter().filter(|entry| entry.source == ConfigSource::Topic).count(),
                    configuration.entries.len(),
                ));
                format!("{set} of {} set on the topic", units::count(all, "setting", "settings"))
            }}</span>
            <span>{crate::components::age::as_of_text(as_of, clock)}", told by a broker itself"</span>
            <span class="end">
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span>
                <span class="hk"><kbd>"↵"</kbd>" explain"</span>
                <span class="hk"><kbd>"/"</kbd>" filter"</span>
            </span>
        </div>
    }
    .into_any()
}

/// What is set on the topic first, then by name; only what contains the filter.
fn sorted(entries: &[ConfigEntry], filter: &str) -> Vec<ConfigEntry> {
    let wanted = filter.to_lowercase();
    let mut entries: Vec<ConfigEntry> = entries
        .iter()
        .filter(|entry| {
            wanted.is_empty()
                || entry.name.contains(&wanted)
                || entry
                    .value
                    .as_deref()
                    .is_some_and(|value| value.to_lowercase().contains(&wanted))
                || entry
                    .documentation
                    .as_deref()
                    .is_some_and(|text| text.to_lowercase().contains(&wanted))
        })
        .cloned()
        .collect();
    entries.sort_by(|a, b| {
        (a.source != ConfigSource::Topic, &a.name).cmp(&(b.source != ConfigSource::Topic, &b.name))
    });
    entries
}

fn row(here: Here, entry: ConfigEntry, open: bool) -> AnyView {
    let query = TopicQuery {
        setting: (!open).then(|| entry.name.clone()),
        ..here.query.get_untracked()
    };
    let set = entry.source == ConfigSource::Topic;
    let otherwise = entry
        .synonyms
        .iter()
        .find(|synonym| synonym.source != entry.source)
        .map_or_else(
            || words::NOTHING.to_owned(),
            |synonym| value(&entry.name, synonym.value.as_deref()).0,
        );
    let (shown, raw) = if entry.sensitive {
        ("hidden by the broker".to_owned(), None)
    } else {
        value(&entry.name, entry.value.as_deref())
    };
    let row_class = if open { "has-sub focus" } else { "" };
    view! {
        <tr data-row="" class=row_class>
            <td class="w-full">
                <a class="name" href=here.link(&query) data-noscroll="" aria-expanded=if open { "true" } else { "false" }>
                    {icon_tiny(if open { Icon::ChevronDown } else { Icon::ChevronRight })}" "{entry.name.clone()}
                </a>
            </td>
            <td data-l="Value" class=if set { "tnum m" } else { "tnum" }><span title=raw>{shown}</span></td>
            <td data-l="Otherwise" class="t3 tnum">{if set { otherwise } else { words::NOTHING.to_owned() }}</td>
            <td data-l="From" class="t2">
                {if set { view! { <span class="badge acc">"topic"</span> }.into_any() } else { view! { <span>{entry.source.words()}</span> }.into_any() }}
                {entry.read_only.then_some(", read-only")}
            </td>
            <td class="t3 n-hide">{entry.kind.clone().map(|kind| kind.to_lowercase())}</td>
        </tr>
        {open.then(|| explained(entry))}
    }
    .into_any()
}

fn explained(entry: ConfigEntry) -> AnyView {
    let documentation = setting::documentation(entry.documentation.as_deref());
    let chain = setting::chain(&entry.name, &entry.chain(), ConfigSource::words);
    view! {
        <tr class="sub">
            <td colspan="5" class="w-full">
                <div class="doc">
                    <p>{documentation}</p>
                    {chain}
                    {entry.value.filter(|_| !entry.sensitive).map(|raw| view! { <p class="f12 t3">"Raw value "<code>{raw}</code></p> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, source: ConfigSource) -> ConfigEntry {
        ConfigEntry {
            name: name.into(),
            value: Some("1".into()),
            readable: None,
            source,
            sensitive: false,
            read_only: false,
            kind: None,
            documentation: Some("How long a segment stays".into()),
            synonyms: Vec::new(),
        }
    }

    #[test]
    fn what_is_set_comes_first() {
        let entries = [
            entry("a", ConfigSource::Default),
            entry("z", ConfigSource::Topic),
            entry("b", ConfigSource::StaticBroker),
        ];
        let names = |filter: &str| -> Vec<String> {
            sorted(&entries, filter)
                .into_iter()
                .map(|e| e.name)
                .collect()
        };
        assert_eq!(names(""), ["z", "a", "b"]);
        assert_eq!(names("z"), ["z"]);
        assert_eq!(names("SEGMENT").len(), 3, "documentation is searched too");
    }
}
