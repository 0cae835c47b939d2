//! What the drawer holds while it is open and after: records as typed, how they are sent, what the server thinks of them, and
//! what came of the last send. Lives as long as the page, so closing the drawer loses nothing.
//!
//! `list` changes the records, `sending` sends them.

mod list;
mod sending;

use super::{
    super::here::Here,
    draft::{self, How, RecordDraft},
};
use crate::paths::{MessagesQuery, messages::record_of};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use penstock_api::{AppError, records};
use penstock_domain::{
    ids::TopicName,
    produce::{ProduceFacts, ProduceOutcome, ProduceRequest, RecordOutcome, RecordPart},
    read::RecordQuery,
    record::{Format, RecordAddress},
};
use std::time::Duration;

/// Nothing is typed for so long: then it is checked.
const PAUSE: Duration = Duration::from_millis(350);

/// How records are brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// One by one, in fields.
    #[default]
    Form,
    /// As lines, typed or pasted.
    Lines,
    /// As lines of a file.
    File,
}

impl Way {
    /// Every way in its order.
    pub const ALL: [Way; 3] = [Way::Form, Way::Lines, Way::File];

    /// The words of the choice.
    pub const fn words(self) -> &'static str {
        match self {
            Way::Form => "Form",
            Way::Lines => "JSON lines",
            Way::File => "File",
        }
    }
}

/// What the server thinks of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Which.
    pub request: ProduceRequest,
    /// What it thinks.
    pub result: Result<ProduceOutcome, AppError>,
}

/// A send and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// To which topic.
    pub topic: TopicName,
    /// What was sent.
    pub records: Vec<RecordDraft>,
    /// How.
    pub how: How,
    /// What came of it.
    pub result: Result<ProduceOutcome, AppError>,
}

impl Sent {
    /// Whether every record was written and the transaction ended as asked.
    pub fn is_whole(&self) -> bool {
        match &self.result {
            Err(_) => false,
            Ok(outcome) => {
                outcome
                    .records
                    .iter()
                    .all(|record| record.problem.is_none())
                    && outcome
                        .transaction
                        .as_ref()
                        .is_none_or(|transaction| transaction.ended == self.how.transaction)
            }
        }
    }
}

/// Everything of the drawer. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The page.
    pub here: Here,
    /// The drawer itself, while it is open.
    pub dialog: NodeRef<html::Dialog>,
    /// Where records go; `None`: the drawer is closed.
    pub topic: Memo<Option<TopicName>>,
    /// What there is to know of the topic; `None` while it is asked for.
    pub facts: RwSignal<Option<Result<ProduceFacts, AppError>>>,
    /// How records are brought.
    pub way: RwSignal<Way>,
    /// The records.
    pub records: RwSignal<Vec<RecordDraft>>,
    /// Which of them is in the fields.
    pub current: RwSignal<u32>,
    /// How they are sent.
    pub how: RwSignal<How>,
    /// What the server thinks of them.
    pub checked: RwSignal<Option<Checked>>,
    /// What came of the last send.
    pub sent: RwSignal<Option<Sent>>,
    /// Whether a send is under way.
    pub sending: RwSignal<bool>,
    /// Whether what came of a failed send is shown in the place of the fields.
    pub failure: RwSignal<bool>,
    /// Why a record could not be copied.
    pub copy_problem: RwSignal<Option<AppError>>,
    next: StoredValue<u32>,
}

impl Desk {
    /// Makes the state of a page's drawer; it follows the address.
    pub fn new(here: Here) -> Self {
        let topic = Memo::new(move |_| {
            here.query
                .with(|query| query.other("produce").map(TopicName::new))
        });
        let desk = Self {
            here,
            dialog: NodeRef::new(),
            topic,
            facts: RwSignal::new(None),
            way: RwSignal::new(Way::Form),
            records: RwSignal::new(vec![RecordDraft::new(0)]),
            current: RwSignal::new(0),
            how: RwSignal::new(How::default()),
            checked: RwSignal::new(None),
            sent: RwSignal::new(None),
            sending: RwSignal::new(false),
            failure: RwSignal::new(false),
            copy_problem: RwSignal::new(None),
            next: StoredValue::new(1),
        };
        desk.follow_topic();
        desk.follow_copy();
        desk.check_while_typing();
        desk
    }

    /// A number that nothing else here has.
    pub fn id(self) -> u32 {
        self.next
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or_default()
    }

    /// Asks what there is to know whenever another topic is chosen.
    fn follow_topic(self) {
        Effect::new(move |_| {
            let Some(topic) = self.topic.get() else {
                return;
            };
            self.facts.set(None);
            self.checked.set(None);
            self.failure.set(false);
            let cluster = self.here.cluster();
            spawn_local(async move {
                let facts = records::produce_facts_get(cluster, topic.clone()).await;
                if self.topic.try_get_untracked().flatten() == Some(topic) {
                    if let Ok(facts) = &facts {
                        self.suit(facts);
                    }
                    self.facts.try_set(Some(facts));
                }
            });
        });
    }

    /// An untouched record begins with the formats of the topic's schemas.
    fn suit(self, facts: &ProduceFacts) {
        let format = |for_key: bool| {
            facts
                .subjects
                .iter()
                .find(|choice| choice.for_key == for_key)
        };
        self.records.try_update(|records| {
            for record in records.iter_mut().filter(|record| record.copy_of.is_none()) {
                for (side, choice) in [
                    (&mut record.key, format(true)),
                    (&mut record.value, format(false)),
                ] {
                    if let Some(choice) = choice
                        && side.content.text.is_empty()
                        && !side.null
                    {
                        side.content.format = choice.format;
                        side.content.subject = Some(choice.subject.clone());
                        side.content.version = None;
                    }
                }
            }
        });
    }

    /// A record that the address names is copied once.
    fn follow_copy(self) {
        let copy = Memo::new(move |_| {
            self.topic.with(Option::is_some).then(|| {
                self.here
                    .query
                    .with(|query| query.other("copy").and_then(record_of))
            })?
        });
        let done = StoredValue::new(None::<RecordAddress>);
        Effect::new(move |_| {
            let address = copy.get();
            if done.with_value(|done| *done == address) {
                return;
            }
            done.set_value(address.clone());
            let Some(address) = address else { return };
            // Opened once more for a record that is still in the send: nothing of it is typed twice.
            let still = self.records.with_untracked(|records| {
                records
                    .iter()
                    .find(|record| {
                        record
                            .copy_of
                            .as_ref()
                            .is_some_and(|copy| same(copy, &address))
                    })
                    .map(|record| record.id)
            });
            if let Some(still) = still {
                self.current.set(still);
                return;
            }
            self.copy_problem.set(None);
            let cluster = self.here.cluster();
            let (key_format, value_format) = self
                .here
                .query
                .with_untracked(|query| (query.key_format, query.value_format));
            spawn_local(async move {
                let query = RecordQuery {
                    address,
                    key_format,
                    value_format,
                    unmask: false,
                    preview: None,
                };
                match records::record_get(cluster, query).await {
                    Ok(record) => {
                        let copied = RecordDraft::copy(self.id(), &record, || self.id());
                        self.add(copied);
                    }
                    Err(error) => {
                        self.copy_problem.try_set(Some(error));
                    }
                }
            });
        });
    }

    /// Has the server check what was typed, once nothing more is typed for a moment.
    fn check_while_typing(self) {
        let request = Memo::new(move |_| {
            let open = self.topic.with(Option::is_some)
                && self.way.get() == Way::Form
                && self
                    .facts
                    .with(|facts| matches!(facts, Some(Ok(facts)) if facts.refused.is_none()));
            // An empty form is no mistake yet.
            let begun = self
                .records
                .with(|records| !records.iter().all(RecordDraft::is_untouched));
            (open && begun).then(|| {
                self.records
                    .with(|records| draft::request(records, self.how.get(), true))
            })
        });
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |_| {
            if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            let Some(request) = request.get() else {
                self.checked.set(None);
                return;
            };
            if self.checked.with_untracked(|checked| {
                checked
                    .as_ref()
                    .is_some_and(|checked| checked.request == request)
            }) {
                return;
            }
            let handle = set_timeout_with_handle(move || self.check(request), PAUSE);
            waiting.set_value(handle.ok());
        });
    }

    /// Has the server check a request.
    fn check(self, request: ProduceRequest) {
        let Some(topic) = self.topic.get_untracked() else {
            return;
        };
        let cluster = self.here.cluster();
        spawn_local(async move {
            let result = records::produce_send(cluster, topic.clone(), request.clone()).await;
            // What was typed since is checked by itself; an older answer must not take its place.
            let newest = self.topic.try_get_untracked().flatten() == Some(topic)
                && self
                    .records
                    .try_with_untracked(|records| {
                        draft::request(records, self.how.get_untracked(), true) == request
                    })
                    .unwrap_or(false);
            if newest {
                self.checked.try_set(Some(Checked { request, result }));
            }
        });
    }

    /// What the server last thought of a record, followed.
    pub fn opinion(self, id: u32) -> Option<RecordOutcome> {
        let at = self
            .records
            .with(|records| records.iter().position(|record| record.id == id))?;
        let number = self.records.with(Vec::len);
        self.checked.with(|checked| match checked {
            Some(Checked {
                result: Ok(outcome),
                ..
            }) if outcome.records.len() == number => outcome.records.get(at).cloned(),
            _ => None,
        })
    }

    /// Why the send can't be sent now, followed: the first record with an error, and the reason.
    pub fn obstacle(self) -> Option<(u32, String)> {
        let problems: Vec<Option<String>> = self.checked.with(|checked| match checked {
            Some(Checked {
                result: Ok(outcome),
                ..
            }) => outcome
                .records
                .iter()
                .map(|record| {
                    record
                        .problem
                        .as_ref()
                        .map(|problem| problem.detail.clone())
                })
                .collect(),
            _ => Vec::new(),
        });
        let whole = self.checked.with(|checked| match checked {
            Some(Checked {
                result: Err(error), ..
            }) => Some(error.problem().detail.clone()),
            _ => None,
        });
        let of_records = self.records.with(|records| {
            records.iter().enumerate().find_map(|(at, record)| {
                let typed = record.fault().map(|(_, why)| why);
                let thought = || {
                    (problems.len() == records.len())
                        .then(|| problems.get(at).cloned().flatten())
                        .flatten()
                };
                let why = typed.or_else(thought)?;
                Some((record.id, format!("Record {}: {why}", at + 1)))
            })
        });
        of_records.or_else(|| whole.map(|why| (self.current.get(), why)))
    }

    /// Whether the last send was of just these records, to just this topic, followed: sending writes them a second time.
    pub fn is_repetition(self) -> bool {
        self.sent.with(|sent| {
            sent.as_ref().is_some_and(|sent| {
                sent.is_whole()
                    && self.topic.with(|topic| topic.as_ref() == Some(&sent.topic))
                    && self.records.with(|records| *records == sent.records)
            })
        })
    }

    /// The address of this page with the drawer closed.
    pub fn closed(self) -> MessagesQuery {
        self.here
            .query
            .get_untracked()
            .with_other("produce", None)
            .with_other("copy", None)
    }

    /// Closes the drawer: the dialog first, which gives the focus back and then tells [`Desk::leave`].
    pub fn close(self) {
        match self.dialog.get_untracked() {
            Some(dialog) if dialog.open() => dialog.close(),
            _ => self.leave(),
        }
    }

    /// Goes to the address without the drawer.
    pub fn leave(self) {
        if self.topic.get_untracked().is_some() {
            self.here.go(&self.closed());
        }
    }

    /// The address of a record that was written, with the drawer closed.
    pub fn record_link(self, address: RecordAddress) -> String {
        let mut query = self.closed();
        if !query.topics.contains(&address.topic) {
            query.topics = vec![address.topic.clone()];
        }
        self.here.link(&query.with_record(address))
    }

    /// Whether a side has a schema to write with.
    pub fn with_schema(format: Format) -> bool {
        matches!(format, Format::Avro | Format::Protobuf | Format::JsonSchema)
    }

    /// Whether the server's last word on a record is about this part of it.
    pub fn is_about(opinion: &RecordOutcome, part: RecordPart) -> bool {
        opinion
            .fault
            .as_ref()
            .is_some_and(|fault| fault.part == part)
    }
}

/// Whether two addresses mean the same record, whether or not they name the topic's id.
fn same(a: &RecordAddress, b: &RecordAddress) -> bool {
    (&a.topic, a.partition, a.offset) == (&b.topic, b.partition, b.offset)
}
