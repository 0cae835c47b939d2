//! What would happen: the worst in a sentence, then the quorum, all partitions as a bar, and the topics that feel it.

use crate::{
    components::{
        icon::{Icon, sized},
        state, words,
    },
    paths::{self, TopicQuery, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    node::simulation::{Fate, Fix, MoreTopics, Simulation, TopicEffect},
    units,
    verdict::Severity,
};

/// The sentence, the quorum, the picture, the topics.
pub(super) fn told(cluster: &ClusterRef, simulation: &Simulation) -> AnyView {
    if simulation.stopping.is_empty() {
        return view! { <p class="sim-say">"No node is of this choice now, so nothing stops."</p> }
            .into_any();
    }
    let counts = &simulation.counts;
    let (headline, rest) = simulation.headline();
    let severity = if counts.offline > counts.offline_already || counts.lose_records > 0 {
        Severity::Bad
    } else if counts.refuse_writes > counts.refuse_already {
        Severity::Warn
    } else {
        Severity::Info
    };
    let (class, glyph) = match severity {
        Severity::Info => ("i c-ok", Icon::CircleCheck),
        severity => state::severity_icon(severity),
    };
    let quorum = simulation.quorum.as_ref().and_then(|quorum| {
        let words = quorum.words()?;
        let severity = if quorum.lost {
            Severity::Bad
        } else if quorum.remaining == quorum.needed {
            Severity::Warn
        } else {
            Severity::Info
        };
        let (class, glyph) = state::severity_icon(severity);
        Some(view! { <p class="sim-say">{sized(glyph, class)}" "{words}</p> })
    });
    let stopping = format!(
        "{} {}: ",
        if simulation.stopping.len() == 1 {
            "Node"
        } else {
            "Nodes"
        },
        words::nodes(&simulation.stopping)
    );
    let already = already(simulation);
    view! {
        <p class="sim-say" role="status">{sized(glyph, class)}" "<span class="t2">{stopping}</span><b class="m">{headline}</b>{rest}{already}</p>
        {quorum}
        {picture(simulation)}
        {(!simulation.effects.is_empty()).then(|| table(cluster, simulation))}
    }
    .into_any()
}

/// What is broken without anything stopping, said apart.
fn already(simulation: &Simulation) -> Option<String> {
    let counts = &simulation.counts;
    let parts: Vec<String> = [
        (counts.offline_already, "offline"),
        (counts.refuse_already, "refusing writes"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, words)| format!("{} {words}", units::thousands(number.into())))
    .collect();
    (!parts.is_empty()).then(|| format!(" Already now: {}.", parts.join(", ")))
}

fn picture(simulation: &Simulation) -> AnyView {
    let counts = &simulation.counts;
    let parts = [
        ("h4", counts.spare, "writable, spare left"),
        ("h2", counts.at_minimum, "writable, at min ISR"),
        ("low", counts.refuse_writes, "refuse acks=all"),
        ("off", counts.lose_records, "lose records"),
        ("off", counts.offline, "offline"),
    ];
    let bar: Vec<(&'static str, f64)> = parts
        .iter()
        .map(|(class, number, _)| (*class, f64::from(*number)))
        .collect();
    let legend = parts
        .into_iter()
        .filter(|(_, number, words)| *number > 0 || *words != "lose records")
        .map(|(class, number, words)| {
            view! { <li><i class=class></i>{format!("{} {words}", units::thousands(number.into()))}</li> }
        })
        .collect_view();
    view! {
        {penstock_ui::bars::stacked("replbar wide", &bar)}
        <ul class="keylist">{legend}</ul>
    }
    .into_any()
}

fn table(cluster: &ClusterRef, simulation: &Simulation) -> AnyView {
    let rows = simulation
        .effects
        .iter()
        .map(|effect| row(cluster, effect))
        .collect_view();
    view! {
        <div class="bleed tbl-wrap">
            <table class="tbl stack last-open">
                <thead><tr><th>"Topic"</th><th class="num">"Partitions hit"</th><th>"Effect"</th><th>"Why"</th><th>"What fixes it"</th></tr></thead>
                <tbody>{rows}{simulation.more.as_ref().map(more)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(cluster: &ClusterRef, effect: &TopicEffect) -> AnyView {
    let topic = effect.topic.as_str();
    let link = paths::topic(cluster, topic, TopicTab::Partitions);
    let hit = format!(
        "{} of {}",
        units::thousands(effect.hit.into()),
        units::thousands(effect.partitions.into())
    );
    let fix = match (&effect.fix, &effect.remedy) {
        (Some(Fix::LowerMinimum { .. }), Some(words)) => {
            let setting = paths::topic_as(
                cluster,
                topic,
                &TopicQuery {
                    tab: TopicTab::Configuration,
                    setting: Some("min.insync.replicas".to_owned()),
                    ..TopicQuery::default()
                },
            );
            view! { <a class="link" href=setting>{words.clone()}</a> }.into_any()
        }
        (_, Some(words)) => view! { {words.clone()} }.into_any(),
        (_, None) => view! { <span class="t3">"nothing to do"</span> }.into_any(),
    };
    view! {
        <tr data-row="">
            <td class="w-full"><a class="name" href=link>{effect.topic.to_string()}</a></td>
            <td class="num" data-l="Partitions hit">{hit}</td>
            <td data-l="Effect">{state::badge(state::fate(effect.fate), None)}</td>
            <td class="t2 w-full wrapcell">{effect.why.clone()}</td>
            <td class="w-full wrapcell">{fix}</td>
        </tr>
    }
    .into_any()
}

fn more(more: &MoreTopics) -> AnyView {
    let worst = match more.worst {
        None => "new leaders",
        Some(Fate::RefusesWrites) => "refuse writes at worst",
        Some(_) => "go offline at worst",
    };
    view! {
        <tr>
            <td class="w-full t2">{units::count(more.topics as usize, "more topic", "more topics")}</td>
            <td class="num" data-l="Partitions hit">{format!("{} of {}", units::thousands(more.hit.into()), units::thousands(more.partitions.into()))}</td>
            <td data-l="Effect" class="t2">{worst}</td>
            <td class="w-full"></td>
            <td class="w-full"></td>
        </tr>
    }
    .into_any()
}
