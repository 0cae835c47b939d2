//! Entries in sections: what is recent while nothing is typed, and what fits a text, the best section first.

use super::{
    entry::{self, Entry},
    recent::Recent,
};
use crate::paths::Page;
use penstock_domain::{
    ids::ClusterRef,
    search::{
        Hit, HitKind, SearchAnswer,
        rank::{Needle, Rank},
    },
};

/// Recent things shown at once.
const MOST_RECENT: usize = 6;

/// Entries under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Over them.
    pub title: String,
    /// The name that the title ends with.
    pub name: Option<String>,
    /// In their order.
    pub entries: Vec<Entry>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is typed.
    pub text: &'a str,
    /// Where one is.
    pub page: &'a Page,
    /// What the server found, perhaps for a text before this one.
    pub answer: Option<&'a SearchAnswer>,
    /// What was looked at, newest first.
    pub recent: &'a [Recent],
    /// Whether other clusters are shown too.
    pub everywhere: bool,
}

/// Everything that fits.
pub fn sections(asked: Asked<'_>) -> Vec<Section> {
    let needle = Needle::new(asked.text);
    if needle.is_empty() {
        return at_first(asked);
    }
    let here = asked.page.cluster();
    let fitting: Vec<&Hit> = asked
        .answer
        .map(|answer| answer.hits.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|hit| needle.rank(&hit.name).is_some())
        .collect();
    let (mine, others): (Vec<&Hit>, Vec<&Hit>) = fitting
        .into_iter()
        .partition(|hit| here.is_none_or(|here| *here == hit.cluster));
    let mut ranked = kinds(&mine, here, &needle);
    ranked.extend(fitting_of("Pages", entry::pages(here), &needle));
    ranked.extend(fitting_of("Actions", entry::console(), &needle));
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut sections: Vec<Section> = ranked.into_iter().map(|(_, section)| section).collect();
    // What can be done with the best hit stands right behind its kind.
    if let Some(best) = mine.iter().min_by_key(|hit| needle.rank(&hit.name))
        && let Some(with) = with(best.kind, &best.cluster, &best.name)
        && let Some(place) = sections
            .iter()
            .position(|section| section.title == best.kind.words())
    {
        sections.insert(place + 1, with);
    }
    sections.extend(elsewhere(asked, here, &others));
    sections
}

/// While nothing is typed.
fn at_first(asked: Asked<'_>) -> Vec<Section> {
    let here = asked.page.cluster();
    let recent = asked
        .recent
        .iter()
        .take(MOST_RECENT)
        .map(|recent| entry::of_hit(&recent.hit(), here))
        .collect();
    let with =
        entry::subject(asked.page).and_then(|(kind, cluster, name)| with(kind, &cluster, &name));
    [
        Some(plain("Recently viewed", recent)),
        with,
        Some(plain("Pages", entry::pages(here))),
        Some(plain("Actions", entry::console())),
    ]
    .into_iter()
    .flatten()
    .filter(|section| !section.entries.is_empty())
    .collect()
}

fn plain(title: &str, entries: Vec<Entry>) -> Section {
    Section {
        title: title.to_owned(),
        name: None,
        entries,
    }
}

/// What can be done with something.
fn with(kind: HitKind, cluster: &ClusterRef, name: &str) -> Option<Section> {
    let entries = entry::acts(kind, cluster, name);
    (!entries.is_empty()).then(|| Section {
        title: "Do with".to_owned(),
        name: Some(name.to_owned()),
        entries,
    })
}

/// Hits by kind, each with its best rank.
fn kinds(hits: &[&Hit], here: Option<&ClusterRef>, needle: &Needle) -> Vec<(Rank, Section)> {
    HitKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let of_kind: Vec<&&Hit> = hits.iter().filter(|hit| hit.kind == kind).collect();
            let best = of_kind
                .iter()
                .filter_map(|hit| needle.rank(&hit.name))
                .min()?;
            let entries = of_kind
                .into_iter()
                .map(|hit| entry::of_hit(hit, here))
                .collect();
            Some((best, plain(kind.words(), entries)))
        })
        .collect()
}

/// Entries whose words fit, best first.
fn fitting_of(title: &str, entries: Vec<Entry>, needle: &Needle) -> Option<(Rank, Section)> {
    let mut fitting: Vec<(Rank, Entry)> = entries
        .into_iter()
        .filter_map(|entry| Some((needle.rank(&entry.words)?, entry)))
        .collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    let (best, _) = fitting.first()?;
    let best = *best;
    let entries = fitting.into_iter().map(|(_, entry)| entry).collect();
    Some((best, plain(title, entries)))
}

fn elsewhere(asked: Asked<'_>, here: Option<&ClusterRef>, others: &[&Hit]) -> Option<Section> {
    let count = asked.answer?.elsewhere;
    if here.is_none() || others.is_empty() {
        return None;
    }
    let entries = if asked.everywhere {
        others.iter().map(|hit| entry::of_hit(hit, here)).collect()
    } else {
        let mut clusters: Vec<&str> = others.iter().map(|hit| hit.cluster.name.as_str()).collect();
        clusters.sort_unstable();
        clusters.dedup();
        vec![entry::everywhere(count, &clusters)]
    };
    Some(plain("Elsewhere", entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(kind: HitKind, cluster: &str, name: &str) -> Hit {
        Hit {
            kind,
            cluster: ClusterRef::new("kafka", cluster),
            name: name.to_owned(),
            node: None,
            resource: None,
            detail: "3 partitions".to_owned(),
        }
    }

    fn answer() -> SearchAnswer {
        SearchAnswer {
            hits: vec![
                hit(HitKind::Topic, "a", "task-created"),
                hit(HitKind::Group, "a", "task-worker"),
                hit(HitKind::Topic, "b", "task-created"),
            ],
            here: 2,
            elsewhere: 1,
        }
    }

    fn shown(text: &str, page: &Page, everywhere: bool) -> Vec<(String, Vec<String>)> {
        let recent = [Recent::new(
            HitKind::Topic,
            &ClusterRef::new("kafka", "a"),
            "seen",
        )];
        let answer = answer();
        sections(Asked {
            text,
            page,
            answer: Some(&answer),
            recent: &recent,
            everywhere,
        })
        .into_iter()
        .map(|section| {
            let words = section.entries.into_iter().map(|entry| entry.words);
            (section.title, words.collect())
        })
        .collect()
    }

    fn topics() -> Page {
        Page::Topics(ClusterRef::new("kafka", "a"))
    }

    #[test]
    fn recent_things_stand_first_while_nothing_is_typed() {
        let titles: Vec<String> = shown("", &topics(), false)
            .into_iter()
            .map(|(title, _)| title)
            .collect();
        assert_eq!(titles, ["Recently viewed", "Pages", "Actions"]);
        let on_topic = Page::Topic(ClusterRef::new("kafka", "a"), "t".into());
        assert_eq!(shown("", &on_topic, false)[1].0, "Do with");
    }

    #[test]
    fn what_fits_stands_by_kind_and_other_clusters_last() {
        let found = shown("task", &topics(), false);
        let titles: Vec<&str> = found.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(
            titles,
            ["Consumer groups", "Do with", "Topics", "Elsewhere"]
        );
        assert_eq!(found[3].1, ["1 more in other clusters"]);
        assert_eq!(shown("task", &topics(), true)[3].1, ["task-created"]);
    }

    #[test]
    fn hits_of_an_earlier_text_are_narrowed_at_once() {
        let found = shown("task-w", &topics(), false);
        assert_eq!(
            found[0],
            ("Consumer groups".to_owned(), vec!["task-worker".to_owned()])
        );
        assert!(found.iter().all(|(title, _)| title != "Topics"));
    }

    #[test]
    fn pages_and_actions_are_found_by_their_words() {
        assert_eq!(
            shown("sign", &topics(), false),
            [("Actions".to_owned(), vec!["Sign out".to_owned()])]
        );
        assert_eq!(shown("nod", &topics(), false)[0].1, ["Nodes"]);
        assert_eq!(
            shown("nod", &Page::Clusters, false).len(),
            0,
            "no cluster, no nodes"
        );
    }
}
