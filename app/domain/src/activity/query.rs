//! What may be asked of a cluster's activity: a stretch of time, a lane, and words. `by:argocd`, `kind:KafkaTopic`, `object:orders` and
//! `field:retention` look in one place, any other word everywhere; all of them have to be found, letter case aside.

use super::{ActivityEvent, ActivityLane};
use crate::query::{ListQuery, encode, value_of};
use serde::{Deserialize, Serialize};

/// What the field of the page says.
pub const HINT: &str = "Filter: any word, by:, kind:, object:, field:";

/// How far back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ActivitySpan {
    /// One hour.
    #[serde(rename = "1h")]
    Hour,
    /// Twelve hours.
    #[default]
    #[serde(rename = "12h")]
    Hours,
    /// A week.
    #[serde(rename = "7d")]
    Week,
    /// As long as events are kept.
    #[serde(rename = "30d")]
    Month,
}

impl ActivitySpan {
    /// Every span, shortest first.
    pub const ALL: [ActivitySpan; 4] = [
        ActivitySpan::Hour,
        ActivitySpan::Hours,
        ActivitySpan::Week,
        ActivitySpan::Month,
    ];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            ActivitySpan::Hour => "1h",
            ActivitySpan::Hours => "12h",
            ActivitySpan::Week => "7d",
            ActivitySpan::Month => "30d",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            ActivitySpan::Hour => "1 h",
            ActivitySpan::Hours => "12 h",
            ActivitySpan::Week => "7 d",
            ActivitySpan::Month => "30 d",
        }
    }

    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            ActivitySpan::Hour => HOUR,
            ActivitySpan::Hours => 12 * HOUR,
            ActivitySpan::Week => 7 * 24 * HOUR,
            ActivitySpan::Month => super::KEPT_DAYS * 24 * HOUR,
        }
    }

    /// The span of a name; unknown ones are the usual.
    pub fn of_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|span| span.name() == name)
            .unwrap_or_default()
    }
}

/// What the address of the page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ActivityQuery {
    /// Words.
    pub q: String,
    /// Only this lane.
    pub lane: Option<ActivityLane>,
    /// How far back.
    pub span: ActivitySpan,
    /// Rows per page.
    pub size: Option<u32>,
    /// Cursor from the previous answer.
    pub after: Option<String>,
    /// The event that is looked at.
    pub event: Option<u64>,
}

impl ActivityQuery {
    /// Reads a raw query string without `?`; what can't be read is as if it were not there.
    pub fn parse(raw: &str) -> Self {
        let list = ListQuery::parse(raw);
        Self {
            q: list.q,
            lane: value_of(raw, "lane").and_then(|name| ActivityLane::of_name(&name)),
            span: ActivitySpan::of_name(&value_of(raw, "span").unwrap_or_default()),
            size: list.size,
            after: list.after,
            event: value_of(raw, "event").and_then(|id| id.parse().ok()),
        }
    }

    /// Writes it back, leaving out what is usual; begins without `?`.
    pub fn to_query_string(&self) -> String {
        let span = self.span != ActivitySpan::default();
        let pairs = [
            ("q", Some(self.q.clone()).filter(|q| !q.is_empty())),
            ("lane", self.lane.map(|lane| lane.name().to_owned())),
            ("span", span.then(|| self.span.name().to_owned())),
            ("size", self.size.map(|size| size.to_string())),
            ("after", self.after.clone()),
            ("event", self.event.map(|event| event.to_string())),
        ];
        let parts: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encode(&value?))))
            .collect();
        parts.join("&")
    }

    /// The same from its first page, with no event chosen.
    pub fn first_page(&self) -> Self {
        Self {
            after: None,
            event: None,
            ..self.clone()
        }
    }

    /// The same with an event chosen, or none.
    pub fn choosing(&self, event: Option<u64>) -> Self {
        Self {
            event,
            ..self.clone()
        }
    }

    /// Its words, ready for matching.
    pub fn words(&self) -> Vec<Word> {
        self.q.split_whitespace().map(Word::read).collect()
    }
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    place: Place,
    needle: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Anywhere,
    By,
    Kind,
    Object,
    Field,
}

impl Word {
    fn read(text: &str) -> Self {
        let known = [
            ("by:", Place::By),
            ("kind:", Place::Kind),
            ("object:", Place::Object),
            ("field:", Place::Field),
        ];
        let lower = text.to_lowercase();
        known
            .into_iter()
            .find_map(|(prefix, place)| {
                let needle = lower.strip_prefix(prefix)?.to_owned();
                Some(Self { place, needle })
            })
            .unwrap_or(Self {
                place: Place::Anywhere,
                needle: lower,
            })
    }

    /// Whether it is found in an event.
    pub fn matches(&self, event: &ActivityEvent) -> bool {
        let within = |text: &str| text.to_lowercase().contains(&self.needle);
        let by = || event.by.as_ref().is_some_and(|by| within(&by.manager));
        let kind = || {
            within(event.kind.name())
                || event
                    .subject
                    .as_ref()
                    .is_some_and(|subject| within(&subject.kind))
        };
        let object = || {
            event.examples.iter().any(|example| within(example))
                || event.subject.as_ref().is_some_and(|subject| {
                    within(subject.name.as_str()) || within(subject.namespace.as_str())
                })
        };
        let field = || event.fields.iter().any(|field| within(&field.path));
        match self.place {
            Place::By => by(),
            Place::Kind => kind(),
            Place::Object => object(),
            Place::Field => field(),
            Place::Anywhere => {
                within(&event.what)
                    || event.detail.as_deref().is_some_and(within)
                    || by()
                    || kind()
                    || object()
                    || field()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::Resource,
        activity::{ActivityActor, ActivityKind, ActivitySubject, FieldChange},
        time::Timestamp,
        verdict::Severity,
    };

    fn event() -> ActivityEvent {
        ActivityEvent {
            id: 1,
            at: Timestamp(0),
            until: None,
            kind: ActivityKind::Changed,
            about: Resource::Topics,
            severity: Severity::Info,
            subject: Some(ActivitySubject {
                kind: "KafkaTopic".to_owned(),
                namespace: "kafka".into(),
                name: "notifications".into(),
            }),
            what: "changed, 1 field".to_owned(),
            detail: None,
            by: Some(ActivityActor {
                manager: "argocd-controller".to_owned(),
                operation: Some("Apply".to_owned()),
                at: None,
            }),
            fields: vec![FieldChange {
                path: "spec.config.retention.ms".to_owned(),
                before: Some("1".to_owned()),
                after: Some("2".to_owned()),
            }],
            more_fields: 0,
            count: 1,
            examples: Vec::new(),
        }
    }

    #[test]
    fn every_word_has_to_be_found_in_its_place() {
        let found = |q: &str| {
            let query = ActivityQuery {
                q: q.to_owned(),
                ..ActivityQuery::default()
            };
            query.words().iter().all(|word| word.matches(&event()))
        };
        for q in [
            "",
            "NOTIF",
            "by:argocd",
            "kind:kafkatopic field:retention",
            "object:kafka changed",
        ] {
            assert!(found(q), "{q}");
        }
        for q in [
            "by:kafka",
            "field:notifications",
            "notif missing",
            "kind:argocd",
        ] {
            assert!(!found(q), "{q}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let query = ActivityQuery {
            q: "by:a b".to_owned(),
            lane: Some(ActivityLane::Pods),
            span: ActivitySpan::Week,
            size: Some(20),
            after: Some("x".to_owned()),
            event: Some(7),
        };
        assert_eq!(
            query.to_query_string(),
            "q=by%3Aa%20b&lane=pods&span=7d&size=20&after=x&event=7"
        );
        assert_eq!(ActivityQuery::parse(&query.to_query_string()), query);
        assert_eq!(
            ActivityQuery::parse("lane=x&span=y&event=z"),
            ActivityQuery::default()
        );
    }
}
