//! Watches against an API server in memory, in virtual time.

mod fake;

use super::*;
use crate::{
    fixtures::{cluster, object, simple_topic},
    index::View,
    kind::Kind,
};
use fake::{FakeApi, List, Mood, status};
use serde_json::json;

const TOPICS: &str = "/apis/kafka.strimzi.io/v1/kafkatopics";

struct Bed {
    fake: FakeApi,
    watches: Watches,
}

impl Bed {
    fn start(fake: FakeApi) -> Self {
        Self::start_with(fake, Settings::default())
    }

    fn start_with(fake: FakeApi, settings: Settings) -> Self {
        let watches = Watches::start(fake.client(), settings, CancellationToken::new());
        Self { fake, watches }
    }

    /// Waits until something holds; every change of the index, of the watches' states and every request is a reason to look.
    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let mut changes = self.watches.index().subscribe();
        let mut activity = self.fake.activity();
        let wait = async {
            while !holds(self) {
                tokio::select! {
                    _ = changes.recv() => {}
                    _ = activity.changed() => {}
                }
            }
        };
        // Virtual time: nothing waits really.
        if tokio::time::timeout(Duration::from_secs(3600), wait)
            .await
            .is_err()
        {
            panic!("never: {what}; {:#?}", self.watches.health());
        }
    }

    fn topics(&self) -> Vec<String> {
        names(&self.watches.index().view())
    }

    fn state(&self, kind: Kind) -> Option<WatchState> {
        let health = self.watches.health()?;
        health
            .watches
            .into_iter()
            .find(|watch| watch.kind == kind)
            .map(|watch| watch.state)
    }

    fn is(&self, kind: Kind, state: &WatchState) -> bool {
        self.state(kind).as_ref() == Some(state)
    }

    fn reachable(&self) -> Option<bool> {
        self.watches
            .health()
            .and_then(|health| health.api_server.reachable)
    }

    async fn live(&self) {
        self.until("every watch is live", |bed| {
            bed.watches.health().is_some_and(|health| {
                health.watches.len() == Kind::ALL.len()
                    && health
                        .watches
                        .iter()
                        .all(|watch| watch.state == WatchState::Live)
            })
        })
        .await;
        self.until("topics are watched", |bed| {
            bed.fake.asked(&format!("WATCH {TOPICS}")) > 0
        })
        .await;
    }
}

fn names(view: &View) -> Vec<String> {
    view.topics(&cluster("kafka", "bed"))
        .iter()
        .map(|(name, _)| name.to_string())
        .collect()
}

fn page(names: &[&str]) -> List {
    List::Page(names.iter().map(|name| simple_topic(name, 1)).collect())
}

#[tokio::test(start_paused = true)]
async fn lists_then_follows_and_nothing_malformed_stops_it() {
    let fake = FakeApi::serving("v1");
    let mut bad = simple_topic("bad", 1);
    bad["spec"] = json!({"partitions": "three"});
    fake.list(
        TOPICS,
        [List::Page(vec![
            simple_topic("a", 1),
            bad,
            json!({"metadata": {"name": 7}}),
        ])],
    );
    let bed = Bed::start(fake);
    bed.live().await;
    assert!(bed.watches.health().unwrap().synced());
    assert_eq!(bed.topics(), ["a"]);
    assert_eq!(bed.watches.index().view().all_malformed().count(), 1);

    let mut worse = simple_topic("worse", 101);
    worse["status"] = json!("none");
    bed.fake.send(TOPICS, "ADDED", worse);
    bed.fake.send(TOPICS, "ADDED", simple_topic("b", 102));
    bed.fake.send(TOPICS, "DELETED", simple_topic("a", 103));
    bed.until("the events are taken in", |bed| bed.topics() == ["b"])
        .await;
    assert_eq!(bed.watches.index().view().all_malformed().count(), 2);
    assert!(bed.is(Kind::KafkaTopic, &WatchState::Live));
    assert_eq!(
        bed.watches.health().unwrap().api_server.version.as_deref(),
        Some("v1.36.3")
    );
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_version_leads_to_a_new_list_that_readers_see_whole() {
    let fake = FakeApi::serving("v1");
    fake.list(TOPICS, [page(&["a", "b", "c"])]);
    let bed = Bed::start(fake);
    bed.live().await;

    let first = List::Continued(vec![simple_topic("a", 1), simple_topic("d", 1)]);
    bed.fake.list(TOPICS, [first, List::Hangs]);
    bed.fake.send(TOPICS, "ERROR", status(410));
    bed.until("the second page is asked for", |bed| {
        bed.fake.asked(&format!("LIST {TOPICS}")) == 3
    })
    .await;
    assert_eq!(bed.topics(), ["a", "b", "c"], "half a list is no list");

    // The second page never comes: its deadline passes, and everything is listed again.
    bed.fake.list(TOPICS, [page(&["a", "d", "e"])]);
    bed.until("the new list is there", |bed| {
        bed.topics() == ["a", "d", "e"]
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_refused_at_the_beginning_of_a_watch_is_not_asked_for_ever() {
    let fake = FakeApi::serving("v1");
    fake.list(TOPICS, [page(&["a"])]);
    let bed = Bed::start(fake);
    bed.live().await;
    bed.fake.list(TOPICS, [page(&["b"])]);
    bed.fake.refuse_watch(TOPICS, Some(410));
    bed.fake.end(TOPICS);
    bed.until("listed anew", |bed| bed.topics() == ["b"]).await;
    bed.fake.refuse_watch(TOPICS, None);
}

#[tokio::test(start_paused = true)]
async fn starts_without_an_api_server_and_goes_on_when_it_comes() {
    let fake = FakeApi::serving("v1");
    fake.list(TOPICS, [page(&["a"])]);
    fake.mood(Mood::Away);
    let bed = Bed::start(fake);
    bed.until("it is known to be away", |bed| {
        bed.reachable() == Some(false)
    })
    .await;
    let health = bed.watches.health().unwrap();
    assert!(!health.synced());
    let error = health.api_server.error.clone().unwrap();
    assert!(
        error.contains("can't be reached") && error.contains("Connection refused"),
        "{error}"
    );
    assert_eq!(
        health.stale(&"kafka".into(), penstock_domain::time::Timestamp(0)),
        Some(error)
    );
    bed.fake.mood(Mood::Serving);
    bed.live().await;
    assert_eq!(
        (bed.reachable(), bed.topics()),
        (Some(true), vec!["a".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_known_stays_while_it_is_away() {
    let fake = FakeApi::serving("v1");
    fake.list(TOPICS, [page(&["a"])]);
    let bed = Bed::start(fake);
    bed.live().await;
    bed.fake.mood(Mood::Away);
    bed.until("it is known to be away", |bed| {
        bed.reachable() == Some(false)
            && matches!(
                bed.state(Kind::KafkaTopic),
                Some(WatchState::Failing { .. })
            )
    })
    .await;
    assert_eq!(bed.topics(), ["a"]);
    let health = bed.watches.health().unwrap();
    assert!(
        health.synced()
            && health
                .stale(&"kafka".into(), penstock_domain::time::Timestamp(0))
                .is_some()
    );

    bed.fake.mood(Mood::Serving);
    // Nothing has changed meanwhile, so no event says that all is well.
    bed.until("all is well", |bed| {
        bed.reachable() == Some(true) && bed.is(Kind::KafkaTopic, &WatchState::Live)
    })
    .await;
    bed.fake.send(TOPICS, "ADDED", simple_topic("b", 101));
    bed.until("the index follows", |bed| bed.topics() == ["a", "b"])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_watch_is_begun_again() {
    let fake = FakeApi::serving("v1");
    let bed = Bed::start(fake);
    bed.live().await;
    let begun = tokio::time::Instant::now();
    bed.until("a second watch", |bed| {
        bed.fake.asked(&format!("WATCH {TOPICS}")) == 2
    })
    .await;
    assert!(
        begun.elapsed() <= Duration::from_secs(60),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_api_server_is_noticed() {
    let fake = FakeApi::serving("v1");
    let bed = Bed::start(fake);
    bed.live().await;
    bed.fake.mood(Mood::Silent);
    let begun = tokio::time::Instant::now();
    bed.until("it is known to be silent", |bed| {
        bed.reachable() == Some(false)
    })
    .await;
    assert!(
        begun.elapsed() <= Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    let error = bed.watches.health().unwrap().api_server.error.unwrap();
    assert!(error.contains("no complete answer within 3 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_missing_right_is_told_and_harms_no_other_kind() {
    let fake = FakeApi::serving("v1");
    fake.list("/apis/kafka.strimzi.io/v1/kafkausers", [List::Fails(403)]);
    fake.list(TOPICS, [page(&["a"])]);
    let bed = Bed::start(fake);
    bed.until("both have settled", |bed| {
        bed.is(Kind::KafkaTopic, &WatchState::Live)
            && matches!(
                bed.state(Kind::KafkaUser),
                Some(WatchState::Forbidden { .. })
            )
    })
    .await;
    let Some(WatchState::Forbidden { why }) = bed.state(Kind::KafkaUser) else {
        unreachable!()
    };
    assert!(
        why.contains("kafka.strimzi.io/kafkausers") && why.contains("all namespaces"),
        "{why}"
    );
    // The right is given later.
    bed.fake.list(
        "/apis/kafka.strimzi.io/v1/kafkausers",
        [List::Page(Vec::new())],
    );
    bed.until("users are live", |bed| {
        bed.is(Kind::KafkaUser, &WatchState::Live)
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn definitions_may_come_and_go() {
    let fake = FakeApi::serving("v1");
    fake.serve("kafka.strimzi.io/v1", &["kafkas"]);
    fake.list(TOPICS, [page(&["a"])]);
    let bed = Bed::start(fake);
    bed.until("topics are absent", |bed| {
        bed.is(Kind::KafkaTopic, &WatchState::Absent)
    })
    .await;
    bed.until("all that is served is listed", |bed| {
        bed.watches.health().unwrap().synced()
    })
    .await;
    let all = ["kafkas", "kafkatopics", "kafkausers", "kafkanodepools"];
    bed.fake.serve("kafka.strimzi.io/v1", &all);
    let installed = tokio::time::Instant::now();
    bed.until("topics are live", |bed| bed.topics() == ["a"])
        .await;
    assert!(installed.elapsed() < Duration::from_secs(5));

    bed.fake.serve("kafka.strimzi.io/v1", &["kafkas"]);
    bed.fake.refuse_watch(TOPICS, Some(404));
    bed.fake.list(TOPICS, [List::Fails(404)]);
    bed.fake.end(TOPICS);
    bed.until("topics are forgotten", |bed| {
        bed.is(Kind::KafkaTopic, &WatchState::Absent) && bed.topics().is_empty()
    })
    .await;

    // Installed again by an older Strimzi: read in the version that there is now.
    let old = "/apis/kafka.strimzi.io/v1beta2/kafkatopics";
    bed.fake.serve("kafka.strimzi.io/v1", &[]);
    bed.fake.serve("kafka.strimzi.io/v1beta2", &all);
    bed.fake.list(old, [page(&["b"])]);
    bed.until("topics are live in the old version", |bed| {
        bed.topics() == ["b"]
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_old_version_is_read_where_only_that_is_served() {
    let fake = FakeApi::serving("v1beta2");
    fake.list("/apis/kafka.strimzi.io/v1beta2/kafkatopics", [page(&["a"])]);
    let bed = Bed::start(fake);
    bed.until("listed", |bed| bed.topics() == ["a"]).await;
    let view = bed.watches.index().view();
    let topics = view.topics(&cluster("kafka", "bed"));
    let (_, declared) = topics.iter().next().unwrap();
    assert_eq!(
        declared.topic.reference().api_version,
        "kafka.strimzi.io/v1beta2"
    );
}

#[tokio::test(start_paused = true)]
async fn listed_namespaces_are_watched_one_by_one() {
    let fake = FakeApi::serving("v1");
    let path =
        |namespace: &str| format!("/apis/kafka.strimzi.io/v1/namespaces/{namespace}/kafkatopics");
    fake.list(&path("kafka"), [page(&["a"])]);
    fake.list(
        &path("dev"),
        [List::Page(vec![object(
            Kind::KafkaTopic,
            "dev",
            "x",
            Some("bed"),
            1,
        )])],
    );
    let scope = Scope::Namespaces(vec!["kafka".into(), "dev".into()]);
    let bed = Bed::start_with(
        fake,
        Settings {
            scope,
            ..Settings::default()
        },
    );
    bed.until("both are listed", |bed| {
        bed.watches.index().view().count(Kind::KafkaTopic, None) == 2
    })
    .await;
    // A new list of one namespace leaves the other as it is.
    bed.until("dev is watched", |bed| {
        bed.fake.asked(&format!("WATCH {}", path("dev"))) > 0
    })
    .await;
    bed.fake.list(&path("dev"), [List::Page(Vec::new())]);
    bed.fake.send(&path("dev"), "ERROR", status(410));
    bed.until("dev is empty", |bed| {
        bed.watches.index().view().count(Kind::KafkaTopic, None) == 1
    })
    .await;
    assert_eq!(bed.topics(), ["a"]);
    assert_eq!(bed.fake.asked(&format!("LIST {TOPICS}")), 0);
}

#[tokio::test(start_paused = true)]
async fn stops_when_told_and_is_nothing_without_kubernetes() {
    let bed = Bed::start(FakeApi::serving("v1"));
    bed.live().await;
    bed.fake.mood(Mood::Silent);
    bed.watches.stop().await;
    assert!(Watches::none().health().is_none());
}
