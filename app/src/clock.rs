//! The one clock of a page: starts with the server's time, so that what the server rendered is what hydration finds, and
//! then ticks in the browser once a second while somebody looks.

use leptos::prelude::*;
use penstock_domain::time::Timestamp;
use std::time::Duration;

/// Differences between the two clocks below this are the network's, not the clocks'.
const TOLERATED_SKEW_MILLIS: i64 = 2_000;

/// Now, as the server would say it.
#[derive(Clone, Copy, Debug)]
pub struct Clock(RwSignal<Timestamp>);

impl Clock {
    /// Makes the clock of this page and provides it. On the server the time goes into the page; the browser begins with it.
    pub fn provide() -> Self {
        let begun = SharedValue::new(|| read_clock().0).into_inner();
        let now = RwSignal::new(Timestamp(begun));
        let clock = Self(now);
        provide_context(clock);
        Effect::new(move |_| {
            let skew = begun - read_clock().0;
            let skew = if skew.abs() > TOLERATED_SKEW_MILLIS {
                skew
            } else {
                0
            };
            let tick = move || {
                if !document().hidden() {
                    now.try_set(Timestamp(read_clock().0 + skew));
                }
            };
            if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
                on_cleanup(move || handle.clear());
            }
        });
        clock
    }

    /// Now; changes every second in the browser.
    pub fn now(self) -> Timestamp {
        self.0.get()
    }

    /// Now, without waking the reader later.
    pub fn now_untracked(self) -> Timestamp {
        self.0.get_untracked()
    }
}

/// The clock of this page; a clock that stands still where none was provided (tests of single components).
pub fn use_clock() -> Clock {
    use_context::<Clock>().unwrap_or_else(|| Clock(RwSignal::new(Timestamp(0))))
}

#[cfg(target_arch = "wasm32")]
fn read_clock() -> Timestamp {
    // A number of milliseconds far below 2^53.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "milliseconds of this age fit"
    )]
    Timestamp(js_sys::Date::now() as i64)
}

#[cfg(not(target_arch = "wasm32"))]
fn read_clock() -> Timestamp {
    Timestamp::from_system(std::time::SystemTime::now())
}
