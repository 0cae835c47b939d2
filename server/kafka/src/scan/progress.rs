//! How far a scan is and how fast it goes. Pure: instants come from outside.

use super::Found;
use penstock_domain::{
    read::{Notice, Position, Scanned},
    time::Timestamp,
};
use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// What a scan tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ScanEvent {
    /// A record that passed the filter, in the order of the reading.
    Found(Box<Found>),
    /// Four times a second, and once before the end.
    Progress(Progress),
    /// Something to know.
    Notice(Notice),
    /// Last of all.
    End(End),
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Records and bytes of the log looked at.
    pub scanned: Scanned,
    /// Records told.
    pub matches: u64,
    /// Records a second, lately.
    pub per_second: u64,
    /// At this rate; `None` where nothing can be said yet.
    pub seconds_left: Option<f64>,
    /// Time of the last record that was told or passed over, in the order of the reading.
    pub at: Option<Timestamp>,
    /// Everything before these was told: the place to go on from.
    pub positions: Vec<Position>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Records and bytes of the log looked at.
    pub scanned: Scanned,
    /// Bytes that brokers sent for it: a little more than what was looked at.
    pub fetched: u64,
    /// Records told.
    pub matches: u64,
    /// Whether the whole range was looked at.
    pub complete: bool,
    /// Why it ended, where not because the range did.
    pub reason: Option<String>,
    /// The place to go on from.
    pub positions: Vec<Position>,
}

/// A rate over the last few seconds.
#[derive(Debug)]
pub(crate) struct Pace {
    samples: VecDeque<Sample>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Instant,
    records: u64,
    offsets: u64,
}

/// What the rate is taken over.
const WINDOW: Duration = Duration::from_secs(3);

// === impl Pace ===

impl Pace {
    /// Begins now.
    pub(crate) fn new(at: Instant) -> Self {
        Self {
            samples: VecDeque::from([Sample {
                at,
                records: 0,
                offsets: 0,
            }]),
        }
    }

    /// Records and offsets looked at so far.
    pub(crate) fn add(&mut self, at: Instant, records: u64, offsets: u64) {
        self.samples.push_back(Sample {
            at,
            records,
            offsets,
        });
        while self.samples.len() > 2
            && self
                .samples
                .get(1)
                .is_some_and(|second| at.saturating_duration_since(second.at) >= WINDOW)
        {
            self.samples.pop_front();
        }
    }

    /// Records a second.
    pub(crate) fn per_second(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate for people; conversion saturates"
        )]
        let rate = self
            .rate(|sample| sample.records)
            .unwrap_or_default()
            .round() as u64;
        rate
    }

    /// Seconds for so many offsets more.
    pub(crate) fn seconds_for(&self, offsets: u64) -> Option<f64> {
        let rate = self.rate(|sample| sample.offsets)?;
        #[expect(clippy::cast_precision_loss, reason = "an estimate for people")]
        let seconds = offsets as f64 / rate;
        (rate > 0.0).then_some(seconds)
    }

    fn rate(&self, of: impl Fn(&Sample) -> u64) -> Option<f64> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let seconds = last.at.saturating_duration_since(first.at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "an estimate for people")]
        let moved = of(last).saturating_sub(of(first)) as f64;
        (seconds > 0.0).then_some(moved / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!((pace.per_second(), pace.seconds_for(10)), (0, None));
        pace.add(start + Duration::from_secs(1), 1000, 2000);
        assert_eq!(pace.per_second(), 1000);
        assert_eq!(pace.seconds_for(4000), Some(2.0));
        for second in 2..=10 {
            pace.add(start + Duration::from_secs(second), 1000, 2000);
        }
        assert_eq!(pace.per_second(), 0);
        assert_eq!(pace.seconds_for(1), None);
        assert!(pace.samples.len() <= 5);
    }
}
