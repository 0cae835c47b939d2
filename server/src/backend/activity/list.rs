//! One page of a cluster's activity: what the user may see of it, within a span, filtered by lane and words, newest first; and the
//! picture of where events are in time. Pure, over events and the set of what may be seen.

use super::Activity;
use crate::backend::paging;
use penstock_domain::{
    access::Resource,
    activity::{
        ActivityEvent, ActivityKind, ActivityLane, ActivityPage, LaneMark,
        query::{ActivityQuery, Word},
    },
    envelope::Missing,
    ids::ClusterRef,
    query::ListQuery,
    time::Timestamp,
};
use std::{cmp::Ordering, collections::BTreeMap};

/// What events can be about.
pub const ABOUT: [Resource; 5] = [
    Resource::Clusters,
    Resource::Brokers,
    Resource::Topics,
    Resource::Users,
    Resource::Connectors,
];
/// Stretches that the picture divides the span into.
const STRETCHES: i64 = 160;

/// What somebody may see of a cluster's activity.
pub struct Seen {
    /// What may be seen, of [`ABOUT`].
    pub about: Vec<Resource>,
    /// What is left out, and which right is missing.
    pub missing: Vec<Missing>,
}

/// The page that a query asks for.
pub fn page(
    activity: &Activity,
    cluster: &ClusterRef,
    query: &ActivityQuery,
    seen: Seen,
    (now, durable): (Timestamp, bool),
) -> ActivityPage {
    let events = visible(activity, cluster, &seen.about);
    let span = (Timestamp(now.0 - query.span.millis()), now);
    let words = query.words();
    let passing: Vec<&ActivityEvent> = events
        .iter()
        .filter(|event| passes(event, span.0, &words))
        .collect();
    let chosen_lane: Vec<&ActivityEvent> = in_lane(&passing, query.lane);
    let (items, page) = cut(&chosen_lane, query);
    ActivityPage {
        items,
        page,
        chosen: query
            .event
            .and_then(|id| events.iter().find(|event| event.id == id).cloned()),
        lanes: ActivityLane::ALL
            .map(|lane| (lane, in_lane(&passing, Some(lane)).len() as u64))
            .into(),
        marks: marks(&chosen_lane, span),
        span,
        looked_since: activity.since(),
        durable,
        missing: seen.missing,
    }
}

/// Every event that passes, for a file.
pub fn all(
    activity: &Activity,
    cluster: &ClusterRef,
    query: &ActivityQuery,
    seen: &Seen,
    now: Timestamp,
) -> Vec<ActivityEvent> {
    let words = query.words();
    let from = Timestamp(now.0 - query.span.millis());
    visible(activity, cluster, &seen.about)
        .into_iter()
        .filter(|event| passes(event, from, &words))
        .filter(|event| query.lane.is_none() || event.kind.lane() == query.lane)
        .collect()
}

fn visible(activity: &Activity, cluster: &ClusterRef, about: &[Resource]) -> Vec<ActivityEvent> {
    let mut events = activity.of(cluster);
    events.retain(|event| about.contains(&event.about));
    events
}

fn passes(event: &ActivityEvent, from: Timestamp, words: &[Word]) -> bool {
    event.until.unwrap_or(event.at) >= from && words.iter().all(|word| word.matches(event))
}

/// Of a lane, or all. That nobody looked belongs to every lane.
fn in_lane<'a>(events: &[&'a ActivityEvent], lane: Option<ActivityLane>) -> Vec<&'a ActivityEvent> {
    events
        .iter()
        .copied()
        .filter(|event| match (lane, event.kind) {
            (None, _) => true,
            (Some(_), ActivityKind::Gap) => false,
            (lane, kind) => kind.lane() == lane,
        })
        .collect()
}

/// Newest first; numbers tell the order.
fn cut(
    events: &[&ActivityEvent],
    query: &ActivityQuery,
) -> (Vec<ActivityEvent>, penstock_domain::envelope::Page) {
    let keyed: Vec<(u64, &ActivityEvent)> = events.iter().map(|event| (event.id, *event)).collect();
    let list = ListQuery {
        size: query.size,
        after: query.after.clone(),
        ..ListQuery::default()
    };
    let newest_first =
        |a: (&u64, &str), b: (&u64, &str)| -> Ordering { b.0.cmp(a.0).then_with(|| a.1.cmp(b.1)) };
    paging::cut(&keyed, &list, |event| event.what.as_str(), newest_first)
}

fn marks(events: &[&ActivityEvent], (from, to): (Timestamp, Timestamp)) -> Vec<LaneMark> {
    let stretch = ((to.0 - from.0) / STRETCHES).max(1);
    let mut marks: BTreeMap<(ActivityLane, i64), LaneMark> = BTreeMap::new();
    // From the oldest, so that a mark stands where its first event does.
    for event in events.iter().rev() {
        let Some(lane) = event.kind.lane() else {
            continue;
        };
        let at = event.at.max(from);
        let mark = marks
            .entry((lane, (at.0 - from.0) / stretch))
            .or_insert_with(|| LaneMark {
                lane,
                at,
                severity: event.severity,
                count: 0,
            });
        mark.severity = mark.severity.max(event.severity);
        mark.count += 1;
    }
    marks.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        backend::activity::{journal, journal::NewEvent, unplaced},
        hub::Hub,
    };
    use penstock_domain::verdict::Severity;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn new(about: Resource, kind: ActivityKind, what: &str) -> NewEvent {
        NewEvent {
            kind,
            about,
            severity: Severity::Warn,
            one: what.to_owned(),
            key: what.to_owned(),
            ..journal::gap(NOW, NOW)
        }
    }

    fn activity() -> (Activity, ClusterRef) {
        let cluster = ClusterRef::new("kafka", "a");
        let activity = Activity::new(Hub::new(), NOW);
        let hours = |hours: i64| Timestamp(NOW.0 - hours * 3_600_000);
        let note = |cluster: &ClusterRef, event, at| activity.note(cluster, vec![event], at);
        note(
            &cluster,
            new(Resource::Topics, ActivityKind::Created, "old"),
            hours(20),
        );
        note(
            &cluster,
            new(Resource::Users, ActivityKind::Changed, "user"),
            hours(3),
        );
        note(
            &cluster,
            new(Resource::Topics, ActivityKind::Leaders, "leaders"),
            hours(2),
        );
        note(
            &unplaced(&cluster.namespace),
            new(Resource::Connectors, ActivityKind::Created, "bridge"),
            hours(1),
        );
        note(
            &ClusterRef::new("dev", "a"),
            new(Resource::Topics, ActivityKind::Created, "other"),
            hours(1),
        );
        (activity, cluster)
    }

    fn ask(query: &str, about: &[Resource]) -> ActivityPage {
        let (activity, cluster) = activity();
        let seen = Seen {
            about: about.to_vec(),
            missing: Vec::new(),
        };
        page(
            &activity,
            &cluster,
            &ActivityQuery::parse(query),
            seen,
            (NOW, false),
        )
    }

    fn words(page: &ActivityPage) -> Vec<&str> {
        page.items.iter().map(|event| event.what.as_str()).collect()
    }

    #[test]
    fn newest_first_within_the_span_and_of_what_may_be_seen() {
        assert_eq!(words(&ask("", &ABOUT)), ["bridge", "leaders", "user"]);
        assert_eq!(
            words(&ask("span=7d", &ABOUT)),
            ["bridge", "leaders", "user", "old"]
        );
        assert_eq!(words(&ask("", &[Resource::Topics])), ["leaders"]);
        assert_eq!(words(&ask("lane=resources", &ABOUT)), ["bridge", "user"]);
        assert_eq!(words(&ask("q=USE", &ABOUT)), ["user"]);
    }

    #[test]
    fn nobody_looks_at_an_event_by_its_number_who_may_not_see_it() {
        let user = ask("", &ABOUT).items[2].clone();
        let query = format!("event={}", user.id);
        assert_eq!(
            ask(&query, &ABOUT).chosen.map(|event| event.what),
            Some("user".to_owned())
        );
        assert_eq!(ask(&query, &[Resource::Topics]).chosen, None);
    }

    #[test]
    fn pages_follow_and_lanes_are_counted() {
        let first = ask("size=2", &ABOUT);
        assert_eq!(words(&first), ["bridge", "leaders"]);
        let second = ask(
            &format!("size=2&after={}", first.page.next.unwrap()),
            &ABOUT,
        );
        assert_eq!(words(&second), ["user"]);
        assert_eq!(first.lanes[0], (ActivityLane::Resources, 2));
        assert_eq!(first.marks.len(), 3);
        assert_eq!(first.marks[0].severity, Severity::Warn);
    }
}
