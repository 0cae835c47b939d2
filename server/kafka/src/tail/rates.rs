//! Records a second, lately.

use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// Over so long. Short enough to follow a burst, long enough not to jump.
const WINDOW: Duration = Duration::from_secs(5);

/// Two counters that only grow, and how fast.
pub(super) struct Rates {
    marks: VecDeque<(Instant, [u64; 2])>,
}

impl Rates {
    /// Both counters at 0.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            marks: VecDeque::from([(now, [0; 2])]),
        }
    }

    /// Takes the counters down and tells their rates a second since the oldest mark of the window.
    pub(super) fn mark(&mut self, now: Instant, counts: [u64; 2]) -> [f64; 2] {
        while self.marks.len() > 1
            && let Some((second, _)) = self.marks.get(1)
            && now.saturating_duration_since(*second) >= WINDOW
        {
            self.marks.pop_front();
        }
        self.marks.push_back((now, counts));
        let Some((begin, from)) = self.marks.front() else {
            return [0.0; 2];
        };
        let seconds = now.saturating_duration_since(*begin).as_secs_f64();
        if seconds <= 0.0 {
            return [0.0; 2];
        }
        let rate = |to: u64, from: u64| {
            // Exact up to 2^53 records.
            to.saturating_sub(from) as f64 / seconds
        };
        let ([a, b], [c, d]) = (counts, *from);
        [rate(a, c), rate(b, d)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_window_moves() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut rates = Rates::new(start);
        assert_eq!(rates.mark(start, [0, 0]), [0.0, 0.0]);
        assert_eq!(rates.mark(at(1), [100, 10]), [100.0, 10.0]);
        for second in 2..20 {
            rates.mark(at(second), [100, 10]);
        }
        assert_eq!(rates.mark(at(20), [100, 10]), [0.0, 0.0]);
    }
}
