//! How a group gets on in one partition from look to look: rates, standstill, steps back. Pure.

use penstock_domain::{group::verdict::STILL, time::Timestamp};

/// Rates are smoothed over about a minute: longer than intervals between commits.
const SMOOTH_SECONDS: f64 = 60.0;
/// Slower is nothing: the rest of what was smoothed.
const LEAST: f32 = 0.005;

/// What is kept of one partition of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    committed: i64,
    end: i64,
    at: Timestamp,
    /// When the committed offset was last seen to move.
    moved: Option<Timestamp>,
    /// Since when it has been where it is, as far as was looked.
    here_since: Timestamp,
    /// The end when it came to be there.
    end_then: i64,
    comes: f32,
    goes: f32,
    /// When the record at the committed offset was written, once that is known.
    written: Option<Written>,
    lost: bool,
}

/// When the record at an offset was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The offset.
    pub offset: i64,
    /// When.
    pub at: Timestamp,
    /// From the record itself, rather than from samples of ends.
    pub exact: bool,
}

/// What a look showed beside figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing to tell.
    Plain,
    /// The committed offset went back by so many.
    Back(u64),
}

impl Progress {
    /// From the first look.
    pub fn new(at: Timestamp, committed: i64, end: i64) -> Self {
        Self {
            committed,
            end,
            at,
            moved: None,
            here_since: at,
            end_then: end,
            comes: f32::NAN,
            goes: f32::NAN,
            written: None,
            lost: false,
        }
    }

    /// Takes a look in.
    pub fn look(&mut self, at: Timestamp, committed: i64, end: i64) -> Step {
        let back = u64::try_from(self.committed.saturating_sub(committed)).unwrap_or(0);
        if end < self.end || at.0.saturating_add(1_000) < self.at.0 {
            // Another log, or another time: nothing before compares to it.
            *self = Self {
                moved: (committed != self.committed).then_some(at).or(self.moved),
                ..Self::new(at, committed, end)
            };
            return Step::Plain;
        }
        let seconds = self.at.millis_until(at) as f64 / 1_000.0;
        if seconds > 0.0 {
            let grown = |new: i64, old: i64| new.saturating_sub(old).max(0) as f64;
            self.comes = smoothed(self.comes, grown(end, self.end), seconds);
            self.goes = if back > 0 {
                // A reset is no reading.
                smoothed(self.goes, 0.0, seconds)
            } else {
                smoothed(self.goes, grown(committed, self.committed), seconds)
            };
        }
        if committed != self.committed {
            self.moved = Some(at);
            self.here_since = at;
            self.end_then = end;
        }
        (self.committed, self.end, self.at) = (committed, end, at);
        if back > 0 {
            Step::Back(back)
        } else {
            Step::Plain
        }
    }

    /// Records per second written.
    pub fn in_per_second(&self) -> Option<f32> {
        self.comes.is_finite().then_some(self.comes)
    }

    /// Records per second committed.
    pub fn out_per_second(&self) -> Option<f32> {
        self.goes.is_finite().then_some(self.goes)
    }

    /// When the committed offset was last seen to move.
    pub fn moved(&self) -> Option<Timestamp> {
        self.moved
    }

    /// Since when the committed offset stands still, if it has for [`STILL`], records have arrived meanwhile, and there is something
    /// to read before `readable`, the last stable offset.
    pub fn stalled_since(&self, readable: Option<i64>) -> Option<Timestamp> {
        let readable = readable.unwrap_or(self.end);
        let stalled = self.end > self.committed
            && readable > self.committed
            && self.end > self.end_then
            && self.here_since.millis_until(self.at) >= STILL;
        stalled.then_some(self.here_since)
    }

    /// When the record at the committed offset was written, if that was found out before.
    pub fn written(&self) -> Option<Written> {
        self.written
    }

    /// Keeps what was found out.
    pub fn remember(&mut self, written: Written) {
        self.written = Some(written);
    }

    /// Whether a loss is new: notes that there is one, or that it is over.
    pub fn note_loss(&mut self, lost: bool) -> bool {
        let new = lost && !self.lost;
        self.lost = lost;
        new
    }
}

fn smoothed(old: f32, grown: f64, seconds: f64) -> f32 {
    let fresh = grown / seconds;
    let rate = if old.is_finite() {
        let share = 1.0 - (-seconds / SMOOTH_SECONDS).exp();
        f64::from(old) + (fresh - f64::from(old)) * share
    } else {
        fresh
    } as f32;
    if rate.is_finite() && rate >= LEAST {
        rate
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(number: i64) -> Timestamp {
        Timestamp(number * 1_000)
    }

    #[test]
    fn rates_come_to_what_they_are() {
        let mut progress = Progress::new(second(0), 0, 100);
        assert_eq!(progress.in_per_second(), None);
        for round in 1..=60 {
            progress.look(second(round * 5), round * 50, 100 + round * 100);
        }
        assert!((progress.in_per_second().unwrap() - 20.0).abs() < 0.1);
        assert!((progress.out_per_second().unwrap() - 10.0).abs() < 0.1);
        for round in 61..=200 {
            progress.look(second(round * 5), 3_000, 6_100);
        }
        assert_eq!(progress.out_per_second(), Some(0.0));
    }

    #[test]
    fn a_standstill_needs_time_arrivals_and_something_to_read() {
        let mut progress = Progress::new(second(0), 50, 100);
        for round in 1..=30 {
            progress.look(second(round * 5), 50, 100);
        }
        assert_eq!(progress.stalled_since(None), None, "nothing arrives");
        progress.look(second(155), 50, 101);
        assert_eq!(progress.stalled_since(None), Some(second(0)));
        assert_eq!(
            progress.stalled_since(Some(50)),
            None,
            "an open transaction holds it back"
        );
        progress.look(second(160), 51, 101);
        assert_eq!(progress.stalled_since(None), None);
        assert_eq!(progress.moved(), Some(second(160)));
    }

    #[test]
    fn a_step_back_is_told_and_is_no_rate() {
        let mut progress = Progress::new(second(0), 500, 600);
        assert_eq!(progress.look(second(5), 200, 600), Step::Back(300));
        assert_eq!(progress.out_per_second(), Some(0.0));
    }

    #[test]
    fn another_log_and_another_time_begin_anew() {
        let mut progress = Progress::new(second(0), 500, 600);
        progress.look(second(5), 510, 620);
        assert_eq!(progress.look(second(10), 3, 4), Step::Plain);
        assert_eq!(progress.in_per_second(), None);
        progress.look(second(15), 4, 5);
        progress.look(second(2), 4, 5);
        assert_eq!(progress.in_per_second(), None, "a clock set back");
    }

    #[test]
    fn a_loss_is_news_once() {
        let mut progress = Progress::new(second(0), 0, 9);
        assert!(progress.note_loss(true));
        assert!(!progress.note_loss(true));
        assert!(!progress.note_loss(false));
        assert!(progress.note_loss(true));
    }
}
