//! What a live tail shows, what it holds back and what it leaves out. Pure: fed with the events of the stream, asked by the view.
//!
//! Records stay as the text in which they came until their row is drawn: a busy topic brings thousands of times more of them
//! than anybody can see. Positions decide what is new (a record below its partition's next offset was already told), so that
//! a stream may break and go on anywhere without loss or duplicates.

use super::gap::Gap;
use penstock_domain::{
    ids::{PartitionId, TopicName},
    read::{Notice, NoticeKind, Position},
    record::{Record, RecordAddress},
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    fmt,
};

/// Rows that the tab keeps: the newest. As many again are held back while somebody reads.
pub const KEPT: usize = 2_000;
/// Seconds of rates that are kept for the pictures.
pub const SECONDS: usize = 60;

/// A record as it came.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its topic, as an index into [`Feed::topics`].
    pub topic: usize,
    /// Its partition.
    pub partition: PartitionId,
    /// Its offset.
    pub offset: i64,
    text: Box<str>,
}

impl Line {
    /// The whole record; read when its row is drawn. `None` where it is none that this version understands.
    pub fn record(&self) -> Option<Record> {
        serde_json::from_str(&self.text).ok()
    }
}

/// A row of the view.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A record.
    Record(Line),
    /// Records that are left out here.
    Gap(Gap),
    /// Something to know.
    Notice(Notice),
}

/// What is known of one topic.
#[derive(Clone, Debug)]
pub struct TopicFigures {
    /// Its name.
    pub name: TopicName,
    /// Partitions of which anything was heard.
    pub partitions: usize,
    /// Records that were shown.
    pub shown: u64,
    /// Records that are held back.
    pub held: u64,
    /// Records a second that passed the filter, oldest first.
    pub rates: VecDeque<f64>,
    this_second: u64,
}

/// The whole.
#[derive(Debug, Default)]
pub struct Feed {
    topics: Vec<TopicFigures>,
    by_name: HashMap<TopicName, usize>,
    positions: HashMap<(usize, PartitionId), Position>,
    shown: VecDeque<Entry>,
    /// Rows that fell off the older end of `shown`: what numbers the rest.
    gone: u64,
    held: VecDeque<Entry>,
    /// What fell out of `held` at its older end: it lies between what is shown and what is held.
    fallen: Option<Gap>,
    holding: bool,
    held_records: u64,
    total_shown: u64,
    total_left_out: u64,
    left_out_ranges: Vec<Gap>,
}

#[derive(Deserialize)]
struct Records<'a> {
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

impl Feed {
    /// Takes the data of an event `records`; answers how many were new. Data that is no such event is left alone.
    pub fn take_records(&mut self, data: &str) -> usize {
        let Ok(Records { records }) = serde_json::from_str(data) else {
            return 0;
        };
        let mut new = 0;
        for raw in records {
            let Some(head) = Head::of(raw.get()) else {
                continue;
            };
            let topic = self.topic(&head.topic);
            let partition = PartitionId(head.partition);
            let Some(position) = self.position(topic, partition) else {
                continue;
            };
            if head.offset < position.from {
                continue;
            }
            position.from = head.offset + 1;
            new += 1;
            self.count(topic);
            self.push(Entry::Record(Line {
                topic,
                partition,
                offset: head.offset,
                text: raw.get().into(),
            }));
        }
        new
    }

    /// Takes records that the server left out because this tab was too slow for them.
    pub fn take_dropped(&mut self, count: u64, gaps: &[Position]) {
        let mut gap = Gap::default();
        gap.add_count(count);
        for left_out in gaps {
            let topic = self.topic(left_out.topic.as_str());
            let to = left_out.to.unwrap_or(left_out.from);
            gap.add_range(&left_out.topic, left_out.partition, left_out.from, to);
            if let Some(position) = self.position(topic, left_out.partition) {
                position.from = position.from.max(to);
            }
        }
        self.left_out(&gap);
        self.push(Entry::Gap(gap));
    }

    /// Takes something to know. A topic that was made anew begins again at its first offsets.
    pub fn take_notice(&mut self, notice: Notice) {
        if notice.kind == NoticeKind::Recreated
            && let Some(topic) = notice
                .topic
                .as_ref()
                .and_then(|name| self.by_name.get(name))
                .copied()
        {
            self.positions.retain(|(of, _), _| *of != topic);
        }
        self.push(Entry::Notice(notice));
    }

    /// Takes the server's positions: everything before them was told. They never go back within one topic.
    pub fn take_positions(&mut self, positions: &[Position]) {
        for told in positions {
            let topic = self.topic(told.topic.as_str());
            let Some(known) = self.position(topic, told.partition) else {
                continue;
            };
            let same = known.topic_id.is_none() || known.topic_id == told.topic_id;
            let from = if same {
                known.from.max(told.from)
            } else {
                told.from
            };
            *known = Position {
                from,
                to: None,
                ..told.clone()
            };
        }
    }

    /// Where a new stream goes on without loss; `None` before anything was heard.
    pub fn positions(&self) -> Option<Vec<Position>> {
        let mut all: Vec<Position> = self.positions.values().cloned().collect();
        all.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
        (!all.is_empty()).then_some(all)
    }

    /// Whether new rows are held back.
    pub fn is_holding(&self) -> bool {
        self.holding
    }

    /// Holds new rows back from now on.
    pub fn hold(&mut self) {
        self.holding = true;
    }

    /// Shows what was held back, and everything from now on.
    pub fn release(&mut self) {
        self.holding = false;
        let fallen = self.fallen.take().map(Entry::Gap);
        let held = std::mem::take(&mut self.held);
        self.held_records = 0;
        for topic in &mut self.topics {
            topic.shown += topic.held;
            self.total_shown += topic.held;
            topic.held = 0;
        }
        for entry in fallen.into_iter().chain(held) {
            self.show(entry);
        }
    }

    /// Once a second: the rates of the last one.
    pub fn second(&mut self) {
        for topic in &mut self.topics {
            if topic.rates.len() == SECONDS {
                topic.rates.pop_front();
            }
            topic.rates.push_back(f64_of(topic.this_second));
            topic.this_second = 0;
        }
    }

    /// Rows, oldest first.
    pub fn rows(&self) -> &VecDeque<Entry> {
        &self.shown
    }

    /// The number of the oldest row; a row keeps its number as long as it is there.
    pub fn first_number(&self) -> u64 {
        self.gone
    }

    /// The address of a row's record.
    pub fn address(&self, line: &Line) -> Option<RecordAddress> {
        let position = self.positions.get(&(line.topic, line.partition));
        Some(RecordAddress {
            topic: self.topics.get(line.topic)?.name.clone(),
            topic_id: position.and_then(|position| position.topic_id.clone()),
            partition: line.partition,
            offset: line.offset,
        })
    }

    /// Topics in the order in which they were first heard of.
    pub fn topics(&self) -> &[TopicFigures] {
        &self.topics
    }

    /// Names a topic before anything was heard of it, so that its place is known.
    pub fn expect(&mut self, name: &TopicName) {
        self.topic(name.as_str());
    }

    /// Records that are held back, those that fell out of the tab's memory included.
    pub fn held(&self) -> u64 {
        self.held_records
    }

    /// Records that were ever shown, and records that were left out.
    pub fn totals(&self) -> (u64, u64) {
        (self.total_shown, self.total_left_out)
    }

    /// Everything that was left out, for the panel: the newest last, at most so many as the tab keeps.
    pub fn gaps(&self) -> &[Gap] {
        &self.left_out_ranges
    }

    fn count(&mut self, topic: usize) {
        if self.holding {
            self.held_records += 1;
        } else {
            self.total_shown += 1;
        }
        let holding = self.holding;
        if let Some(figures) = self.topics.get_mut(topic) {
            figures.this_second += 1;
            if holding {
                figures.held += 1;
            } else {
                figures.shown += 1;
            }
        }
    }

    fn push(&mut self, entry: Entry) {
        if self.holding {
            append(&mut self.held, entry);
            while self.held.len() > KEPT {
                let Some(oldest) = self.held.pop_front() else {
                    break;
                };
                self.fall(oldest);
            }
        } else {
            self.show(entry);
        }
    }

    fn show(&mut self, entry: Entry) {
        append(&mut self.shown, entry);
        while self.shown.len() > KEPT {
            self.shown.pop_front();
            self.gone += 1;
        }
    }

    /// A held row that there is no more room for: its record is told as left out.
    fn fall(&mut self, entry: Entry) {
        let mut fallen = self.fallen.take().unwrap_or_default();
        match entry {
            Entry::Record(line) => {
                let Some(topic) = self.topics.get_mut(line.topic) else {
                    return;
                };
                topic.held = topic.held.saturating_sub(1);
                self.held_records = self.held_records.saturating_sub(1);
                let mut one = Gap::default();
                one.add_count(1);
                one.add_range(&topic.name, line.partition, line.offset, line.offset + 1);
                self.left_out(&one);
                fallen.merge(one);
            }
            Entry::Gap(gap) => fallen.merge(gap),
            Entry::Notice(_) => {}
        }
        self.fallen = Some(fallen);
    }

    fn left_out(&mut self, gap: &Gap) {
        self.total_left_out += gap.count();
        match self.left_out_ranges.last_mut() {
            Some(last) if last.ranges().len() < 64 => last.merge(gap.clone()),
            _ => {
                if self.left_out_ranges.len() == 64 {
                    self.left_out_ranges.remove(0);
                }
                self.left_out_ranges.push(gap.clone());
            }
        }
    }

    fn topic(&mut self, name: &str) -> usize {
        if let Some(index) = self.by_name.get(name) {
            return *index;
        }
        let index = self.topics.len();
        let name = TopicName::from(name);
        self.topics.push(TopicFigures {
            name: name.clone(),
            partitions: 0,
            shown: 0,
            held: 0,
            rates: VecDeque::with_capacity(SECONDS),
            this_second: 0,
        });
        self.by_name.insert(name, index);
        index
    }

    /// The position of a partition; made where nothing was heard of it yet.
    fn position(&mut self, topic: usize, partition: PartitionId) -> Option<&mut Position> {
        let figures = self.topics.get_mut(topic)?;
        let name = &figures.name;
        let partitions = &mut figures.partitions;
        Some(self.positions.entry((topic, partition)).or_insert_with(|| {
            *partitions += 1;
            Position {
                topic: name.clone(),
                topic_id: None,
                partition,
                from: 0,
                to: None,
            }
        }))
    }
}

/// Gaps that follow one another are one.
fn append(rows: &mut VecDeque<Entry>, entry: Entry) {
    match (rows.back_mut(), entry) {
        (Some(Entry::Gap(last)), Entry::Gap(gap)) => last.merge(gap),
        (_, entry) => rows.push_back(entry),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "records of one second are far below 2^53"
)]
fn f64_of(count: u64) -> f64 {
    count as f64
}

/// The address at the beginning of a record's text.
#[derive(Debug, PartialEq)]
struct Head<'a> {
    topic: Cow<'a, str>,
    partition: i32,
    offset: i64,
}

impl<'a> Head<'a> {
    /// Reads only as far as the three fields go; they are the first that the server writes.
    fn of(text: &'a str) -> Option<Self> {
        let mut found = Fields::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        // Stopping in the middle of an object is an error to the reader; what was found by then is what counts.
        let _ = reader.deserialize_map(Seek(&mut found));
        Some(Head {
            topic: found.topic?,
            partition: found.partition?,
            offset: found.offset?,
        })
    }
}

#[derive(Default)]
struct Fields<'a> {
    topic: Option<Cow<'a, str>>,
    partition: Option<i32>,
    offset: Option<i64>,
}

struct Seek<'a, 'o>(&'o mut Fields<'a>);

impl<'a> Visitor<'a> for Seek<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "topic" => {
                    let Text(topic) = map.next_value()?;
                    self.0.topic = Some(topic);
                }
                "partition" => self.0.partition = Some(map.next_value()?),
                "offset" => self.0.offset = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if self.0.topic.is_some() && self.0.partition.is_some() && self.0.offset.is_some() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
