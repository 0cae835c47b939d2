//! What the bar and the panel of the tail say in numbers: taken from the feed a few times a second, never record by record.

use super::feed::Feed;
use penstock_domain::{ids::TopicName, time::Timestamp};
use std::collections::VecDeque;

/// Seconds of rates that the pictures show.
const SECONDS: usize = 60;

/// The numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Records that are held back.
    pub held: u64,
    /// Records that were ever shown.
    pub shown: u64,
    /// Rows that the tab keeps.
    pub kept: usize,
    /// Records that were left out.
    pub left_out: u64,
    /// In how many ranges of offsets.
    pub ranges: usize,
    /// By topic.
    pub topics: Vec<TopicLine>,
    /// Records a second that arrive, as the server counts them; `None` before it told.
    pub arriving: Option<f64>,
    /// Of them pass the filter.
    pub matching: Option<f64>,
    /// How the matches went, oldest first.
    pub history: Vec<f64>,
}

/// One topic.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicLine {
    /// Its name.
    pub name: TopicName,
    /// Partitions that are followed.
    pub partitions: usize,
    /// Records shown.
    pub shown: u64,
    /// Records held back.
    pub held: u64,
    /// Ranges of offsets that were left out.
    pub gaps: usize,
    /// Records a second that pass the filter.
    pub rates: Vec<f64>,
}

/// Rates as the server tells them, once a second.
#[derive(Debug, Default)]
pub struct Rates {
    arriving: Option<f64>,
    history: VecDeque<f64>,
}

impl Rates {
    /// Takes what the server told.
    pub fn take(&mut self, arriving: f64, matching: f64) {
        self.arriving = Some(arriving);
        if self.history.len() == SECONDS {
            self.history.pop_front();
        }
        self.history.push_back(matching);
    }
}

impl Figures {
    /// The numbers of now.
    pub fn of(feed: &Feed, rates: &Rates) -> Self {
        let (shown, left_out) = feed.totals();
        let mut gaps: Vec<(TopicName, usize)> = Vec::new();
        for (name, count) in feed.gaps().iter().flat_map(|gap| gap.by_topic()) {
            match gaps.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count,
                None => gaps.push((name, count)),
            }
        }
        Self {
            held: feed.held(),
            shown,
            kept: feed.rows().len(),
            left_out,
            ranges: gaps.iter().map(|(_, count)| count).sum(),
            topics: feed
                .topics()
                .iter()
                .map(|topic| TopicLine {
                    name: topic.name.clone(),
                    partitions: topic.partitions,
                    shown: topic.shown,
                    held: topic.held,
                    gaps: gaps
                        .iter()
                        .find(|(name, _)| *name == topic.name)
                        .map_or(0, |(_, count)| *count),
                    rates: topic.rates.iter().copied().collect(),
                })
                .collect(),
            arriving: rates.arriving,
            matching: rates.history.back().copied(),
            history: rates.history.iter().copied().collect(),
        }
    }
}

/// How the stream stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Being opened for the first time.
    Opening,
    /// Records arrive as they are written.
    Following,
    /// Broken; it is opened again by itself.
    Reconnecting(String),
    /// Closed while nobody looks; it goes on where it was.
    Asleep,
    /// The server refused, or ended it for good.
    Ended(penstock_api::AppError),
    /// The server said why it ended.
    Over(String),
}

/// Since when nothing moves, because somebody wants it so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paused(pub Option<Timestamp>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_from_the_feed() {
        let mut feed = Feed::default();
        feed.expect(&"b".into());
        feed.take_records(
            r#"{"records":[{"topic":"a","partition":0,"offset":1},{"topic":"a","partition":1,"offset":1}]}"#,
        );
        feed.second();
        let mut rates = Rates::default();
        rates.take(225.0, 10.8);
        let figures = Figures::of(&feed, &rates);
        assert_eq!((figures.shown, figures.kept, figures.held), (2, 2, 0));
        assert_eq!(figures.matching, Some(10.8));
        assert_eq!(figures.topics[0].name, "b");
        assert_eq!(figures.topics[1].partitions, 2);
        assert_eq!(figures.topics[1].rates, [2.0]);
        for _ in 0..100 {
            rates.take(1.0, 1.0);
        }
        assert_eq!(Figures::of(&feed, &rates).history.len(), SECONDS);
    }
}
