//! The journal of one cluster: bounded, in the order of time, with what is alike put together. Pure: the clock comes in.
//!
//! Ten thousand topics that change at once are not ten thousand lines. Each new event has a key; so many of a key stand alone, the
//! next one takes in all that follow it without a pause, with a count and some examples. A roll is pods under one key, with a longer
//! pause.

use penstock_domain::{
    access::Resource,
    activity::{
        ActivityActor, ActivityEvent, ActivityKind, ActivitySubject, FieldChange, KEPT_DAYS,
    },
    time::Timestamp,
    units,
    verdict::Severity,
};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Events of one cluster.
const EVENTS: usize = 2_000;
/// What they may weigh together, in bytes of text.
const BYTES: usize = 1_000_000;
/// Examples of an event that stands for several.
const EXAMPLES: usize = 5;
/// Keys that are remembered; beyond, the oldest are forgotten and begin anew.
const KEYS: usize = 256;

/// Something that happened, before it has a number and a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What kind of thing.
    pub kind: ActivityKind,
    /// What it is about.
    pub about: Resource,
    /// How much it weighs.
    pub severity: Severity,
    /// The resource, if it is one.
    pub subject: Option<ActivitySubject>,
    /// What happened to one: `was created`.
    pub one: String,
    /// What it is when it happens several times, after the number: `KafkaTopic changes`.
    pub many: String,
    /// More words.
    pub detail: Option<String>,
    /// Who did it.
    pub by: Option<ActivityActor>,
    /// Fields that changed.
    pub fields: Vec<FieldChange>,
    /// How many more.
    pub more_fields: u32,
    /// How many things it stands for already.
    pub count: u32,
    /// Some of them.
    pub examples: Vec<String>,
    /// What is alike has the same key.
    pub key: String,
    /// Milliseconds after which the next alike stands alone again.
    pub pause: u64,
    /// So many alike stand alone before they are put together.
    pub alone: u32,
}

impl NewEvent {
    /// One thing without weight or detail, put together with those of the same words at once.
    pub fn new(about: Resource, kind: ActivityKind, one: String, many: String) -> Self {
        Self {
            kind,
            about,
            severity: Severity::Info,
            subject: None,
            one,
            key: many.clone(),
            many,
            detail: None,
            by: None,
            fields: Vec::new(),
            more_fields: 0,
            count: 1,
            examples: Vec::new(),
            pause: 0,
            alone: 0,
        }
    }
}

/// The journal.
#[derive(Debug, Default)]
pub struct Journal {
    /// Whether its numbers are odd: two journals that are shown together share none.
    odd: bool,
    events: VecDeque<ActivityEvent>,
    bytes: usize,
    alike: HashMap<String, Alike>,
    unkept: BTreeSet<u64>,
}

/// What came under one key lately.
#[derive(Debug)]
struct Alike {
    stood: u32,
    group: Option<u64>,
    last: Timestamp,
}

impl Journal {
    /// An empty one, whose numbers are odd or even.
    pub fn numbered(odd: bool) -> Self {
        Self {
            odd,
            ..Self::default()
        }
    }

    /// Oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &ActivityEvent> {
        self.events.iter()
    }

    /// Notes an event, alone or with those alike.
    pub fn note(&mut self, new: NewEvent, now: Timestamp) {
        self.forget_keys(now);
        let alike = self.alike.entry(new.key.clone()).or_insert(Alike {
            stood: 0,
            group: None,
            last: now,
        });
        if alike.last.millis_until(now) > new.pause {
            (alike.stood, alike.group) = (0, None);
        }
        alike.last = now;
        if let Some(group) = alike.group
            && let Some(event) = self.events.iter_mut().rev().find(|event| event.id == group)
        {
            let before = weight(event);
            grow(event, &new, now);
            self.bytes = (self.bytes + weight(event)).saturating_sub(before);
            self.unkept.insert(group);
            return;
        }
        alike.stood += 1;
        let leads = alike.stood > new.alone;
        let id = self.next_id(now);
        if leads && let Some(alike) = self.alike.get_mut(&new.key) {
            alike.group = Some(id);
        }
        self.push(begin(id, new, now));
        self.bound(now);
    }

    /// Puts what an earlier process has kept before everything.
    pub fn restore(&mut self, mut kept: Vec<ActivityEvent>) {
        let first = self.events.front().map_or(u64::MAX, |event| event.id);
        kept.retain(|event| event.id < first);
        kept.sort_by_key(|event| event.id);
        for event in kept.into_iter().rev() {
            if self.events.len() >= EVENTS || self.bytes >= BYTES {
                break;
            }
            self.bytes += weight(&event);
            self.events.push_front(event);
        }
    }

    /// What came or grew since this was last asked, and the number of the oldest event; `None` where nothing did.
    pub fn take_unkept(&mut self) -> Option<(Vec<ActivityEvent>, u64)> {
        let unkept = std::mem::take(&mut self.unkept);
        let oldest = self.events.front()?.id;
        let first = *unkept.first()?;
        let events = self
            .events
            .iter()
            .rev()
            .take_while(|event| event.id >= first)
            .filter(|event| unkept.contains(&event.id))
            .cloned()
            .collect();
        Some((events, oldest))
    }

    /// Numbers tell the time, so that those of an earlier process are smaller.
    fn next_id(&self, now: Timestamp) -> u64 {
        let least = u64::try_from(now.0).unwrap_or(0) * 2 + u64::from(self.odd);
        self.events
            .back()
            .map_or(least, |last| least.max(last.id + 2))
    }

    fn push(&mut self, event: ActivityEvent) {
        self.bytes += weight(&event);
        self.unkept.insert(event.id);
        self.events.push_back(event);
    }

    fn bound(&mut self, now: Timestamp) {
        let too_old = now.0 - KEPT_DAYS * 24 * 3_600_000;
        while let Some(oldest) = self.events.front() {
            let over = self.events.len() > EVENTS || self.bytes > BYTES;
            if !over && oldest.until.unwrap_or(oldest.at).0 >= too_old {
                break;
            }
            self.bytes = self.bytes.saturating_sub(weight(oldest));
            self.unkept.remove(&oldest.id);
            self.events.pop_front();
        }
    }

    fn forget_keys(&mut self, now: Timestamp) {
        if self.alike.len() < KEYS {
            return;
        }
        let mut times: Vec<Timestamp> = self.alike.values().map(|alike| alike.last).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or(now);
        self.alike.retain(|_, alike| alike.last > middle);
    }
}

/// The event that says that nobody looked.
pub fn gap(from: Timestamp, to: Timestamp) -> NewEvent {
    let words = format!(
        "The console did not look for {}, from {} {} UTC on",
        units::duration_millis(from.millis_until(to)),
        from.date(),
        from.clock()
    );
    NewEvent {
        detail: Some("What happened meanwhile is not known, apart from what it led to.".to_owned()),
        key: "gap".to_owned(),
        alone: u32::MAX,
        ..NewEvent::new(
            Resource::Clusters,
            ActivityKind::Gap,
            words,
            "times the console did not look".to_owned(),
        )
    }
}

fn begin(id: u64, new: NewEvent, now: Timestamp) -> ActivityEvent {
    let what = if new.count == 1 {
        new.one
    } else {
        several(new.count, &new.many)
    };
    ActivityEvent {
        id,
        at: now,
        until: None,
        kind: new.kind,
        about: new.about,
        severity: new.severity,
        subject: new.subject,
        what,
        detail: new.detail,
        by: new.by,
        fields: new.fields,
        more_fields: new.more_fields,
        count: new.count,
        examples: new.examples.into_iter().take(EXAMPLES).collect(),
    }
}

/// Takes another one alike into an event, which stands for several from then on.
fn grow(event: &mut ActivityEvent, new: &NewEvent, now: Timestamp) {
    if let Some(subject) = event.subject.take() {
        event.examples.insert(0, subject.name.to_string());
    }
    let name = new.subject.as_ref().map(|subject| subject.name.to_string());
    for example in name.iter().chain(&new.examples) {
        if event.examples.len() < EXAMPLES && !event.examples.contains(example) {
            event.examples.push(example.clone());
        }
    }
    event.count = event.count.saturating_add(new.count);
    event.severity = event.severity.max(new.severity);
    event.until = Some(now);
    if event.by != new.by {
        event.by = None;
    }
    // What differs from one to the other is not said of all.
    event.fields.clear();
    event.more_fields = 0;
    if event.detail != new.detail {
        event.detail = None;
    }
    event.what = several(event.count, &new.many);
}

fn several(count: u32, many: &str) -> String {
    format!("{} {many}", units::thousands(i64::from(count)))
}

/// About what an event takes in memory.
fn weight(event: &ActivityEvent) -> usize {
    let texts = |texts: &[String]| texts.iter().map(|text| text.len() + 24).sum::<usize>();
    let fields: usize = event
        .fields
        .iter()
        .map(|field| {
            let of = |value: &Option<String>| value.as_ref().map_or(0, String::len);
            field.path.len() + of(&field.before) + of(&field.after) + 72
        })
        .sum();
    let detail = event.detail.as_ref().map_or(0, String::len);
    256 + event.what.len() + detail + fields + texts(&event.examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(name: &str, alone: u32) -> NewEvent {
        NewEvent {
            subject: Some(ActivitySubject {
                kind: "KafkaTopic".to_owned(),
                namespace: "kafka".into(),
                name: name.into(),
            }),
            key: "changed KafkaTopic".to_owned(),
            pause: 10_000,
            alone,
            ..NewEvent::new(
                Resource::Topics,
                ActivityKind::Changed,
                "changed".to_owned(),
                "KafkaTopic changes".to_owned(),
            )
        }
    }

    fn whats(journal: &Journal) -> Vec<&str> {
        journal.events().map(|event| event.what.as_str()).collect()
    }

    #[test]
    fn a_few_stand_alone_and_many_are_put_together() {
        let mut journal = Journal::default();
        for index in 0..300 {
            journal.note(changed(&format!("t{index}"), 3), Timestamp(index));
        }
        assert_eq!(
            whats(&journal),
            ["changed", "changed", "changed", "297 KafkaTopic changes"]
        );
        let last = journal.events().next_back().unwrap();
        assert_eq!(last.examples, ["t3", "t4", "t5", "t6", "t7"]);
        assert_eq!((last.at, last.until), (Timestamp(3), Some(Timestamp(299))));
        journal.note(changed("later", 3), Timestamp(20_000));
        assert_eq!(journal.events().count(), 5, "after a pause it stands alone");
    }

    #[test]
    fn what_happens_twice_to_one_is_counted_twice_and_named_once() {
        let mut journal = Journal::default();
        journal.note(changed("a", 0), Timestamp(0));
        journal.note(changed("a", 0), Timestamp(1));
        journal.note(changed("b", 0), Timestamp(2));
        let event = journal.events().next().unwrap();
        assert_eq!(event.what, "3 KafkaTopic changes");
        assert_eq!(
            (event.examples.join(" ").as_str(), &event.subject),
            ("a b", &None)
        );
    }

    #[test]
    fn numbers_grow_and_the_oldest_go() {
        let mut journal = Journal::default();
        for index in 0..EVENTS + 10 {
            let new = NewEvent {
                key: index.to_string(),
                ..changed("a", 1)
            };
            journal.note(new, Timestamp(5));
        }
        let ids: Vec<u64> = journal.events().map(|event| event.id).collect();
        assert_eq!((ids.len(), ids[0]), (EVENTS, 30));
        assert!(ids.is_sorted());
        let (unkept, oldest) = journal.take_unkept().unwrap();
        assert_eq!((unkept.len(), oldest), (EVENTS, 30));
        assert!(journal.take_unkept().is_none());
        assert!(journal.alike.len() <= KEYS);
    }

    #[test]
    fn long_texts_count() {
        let mut journal = Journal::default();
        for index in 0..200 {
            let new = NewEvent {
                key: index.to_string(),
                detail: Some("x".repeat(10_000)),
                ..changed("a", 1)
            };
            journal.note(new, Timestamp(index));
        }
        assert!(journal.events().count() < 100);
        assert!(journal.bytes <= BYTES);
    }

    #[test]
    fn what_was_kept_comes_before_and_a_month_is_enough() {
        let mut earlier = Journal::default();
        earlier.note(changed("a", 1), Timestamp(100));
        let (kept, _) = earlier.take_unkept().unwrap();
        let mut journal = Journal::default();
        journal.note(changed("b", 1), Timestamp(500));
        journal.restore(kept.clone());
        journal.restore(kept);
        let ids: Vec<u64> = journal.events().map(|event| event.id).collect();
        assert_eq!(ids, [200, 1_000]);
        let (unkept, oldest) = journal.take_unkept().unwrap();
        assert_eq!(
            (unkept.len(), oldest),
            (1, 200),
            "what came from the store is kept"
        );
        let month = KEPT_DAYS * 24 * 3_600_000;
        journal.note(changed("c", 1), Timestamp(300 + month));
        assert_eq!(journal.events().next().unwrap().id, 1_000);
    }
}
