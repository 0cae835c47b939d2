//! The browser's end of `/events`: opens it, feeds the store, reconnects, and closes it while nobody looks.
//!
//! Browsers allow six HTTP/1.1 connections to one origin over all tabs, so a hidden tab gives its connection back
//! (decision 13). The callbacks live as long as the tab: one set for every connection it ever opens.

use super::{Live, Liveness};
use crate::{clock::Clock, paths};
use leptos::{ev, prelude::*, task::spawn_local};
use penstock_domain::{live::LiveEvent, problem::ProblemKind};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent};

/// A hidden tab keeps its stream this long.
const HIDDEN_GRACE: Duration = Duration::from_secs(10);
/// First pause before a new attempt; doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A stream without any event for this long is taken for dead; beats come every few seconds.
const SILENCE_MILLIS: u64 = 45_000;
/// How often silence is looked for.
const SILENCE_CHECK: Duration = Duration::from_secs(5);

/// Names of the events, as `LiveEvent::name` gives them.
const NAMES: [&str; 6] = ["hello", "mark", "beat", "dropped", "restart", "signedOut"];

type OnMessage = Closure<dyn FnMut(MessageEvent)>;
type OnError = Closure<dyn FnMut(Event)>;

struct Connection {
    live: Live,
    clock: Clock,
    source: RefCell<Option<EventSource>>,
    callbacks: RefCell<Option<(OnMessage, OnError)>>,
    retry: RefCell<Option<TimeoutHandle>>,
    hiding: RefCell<Option<TimeoutHandle>>,
    pause: RefCell<Duration>,
    heard: RefCell<penstock_domain::time::Timestamp>,
}

/// Opens the stream and looks after it until the owner is gone.
pub(super) fn start(live: Live, clock: Clock) {
    let connection = Rc::new(Connection {
        live,
        clock,
        source: RefCell::new(None),
        callbacks: RefCell::new(None),
        retry: RefCell::new(None),
        hiding: RefCell::new(None),
        pause: RefCell::new(FIRST_PAUSE),
        heard: RefCell::new(clock.now_untracked()),
    });
    connection.make_callbacks();
    if !document().hidden() {
        connection.open();
    }

    let visibility = {
        let connection = Rc::clone(&connection);
        window_event_listener(ev::visibilitychange, move |_| {
            connection.visibility_changed();
        })
    };
    let silence = {
        let connection = Rc::clone(&connection);
        set_interval_with_handle(move || connection.check_silence(), SILENCE_CHECK)
    };
    let connection = StoredValue::new_local(connection);
    on_cleanup(move || {
        visibility.remove();
        if let Ok(silence) = silence {
            silence.clear();
        }
        connection.with_value(|connection| connection.close());
    });
}

impl Connection {
    fn make_callbacks(self: &Rc<Self>) {
        let on_message = {
            let connection = Rc::downgrade(self);
            Closure::new(move |event: MessageEvent| {
                if let Some(connection) = connection.upgrade() {
                    connection.message(&event);
                }
            })
        };
        let on_error = {
            let connection = Rc::downgrade(self);
            Closure::new(move |_: Event| {
                if let Some(connection) = connection.upgrade() {
                    connection.failed();
                }
            })
        };
        *self.callbacks.borrow_mut() = Some((on_message, on_error));
    }

    fn open(self: &Rc<Self>) {
        self.close();
        let Ok(source) = EventSource::new(paths::EVENTS) else {
            self.retry_later();
            return;
        };
        if let Some((on_message, on_error)) = &*self.callbacks.borrow() {
            for name in NAMES {
                // Adding a listener to a fresh source can't fail.
                let _ = source
                    .add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref());
            }
            source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        *self.heard.borrow_mut() = self.clock.now_untracked();
        *self.source.borrow_mut() = Some(source);
    }

    fn close(&self) {
        if let Some(retry) = self.retry.borrow_mut().take() {
            retry.clear();
        }
        if let Some(source) = self.source.borrow_mut().take() {
            source.set_onerror(None);
            source.close();
        }
    }

    fn message(self: &Rc<Self>, event: &MessageEvent) {
        let Some(text) = event.data().as_string() else {
            return;
        };
        // What this version does not understand is left alone.
        let Ok(event) = serde_json::from_str::<LiveEvent>(&text) else {
            return;
        };
        let now = self.clock.now_untracked();
        *self.heard.borrow_mut() = now;
        *self.pause.borrow_mut() = FIRST_PAUSE;
        self.live.take(&event, now);
        match event {
            LiveEvent::Restart => {
                self.close();
                self.retry_later();
            }
            LiveEvent::SignedOut => {
                self.close();
                sign_in_again();
            }
            LiveEvent::Hello { .. }
            | LiveEvent::Mark(_)
            | LiveEvent::Beat { .. }
            | LiveEvent::Dropped { .. } => {}
        }
    }

    /// The browser reports a break. It reconnects by itself after a cut, but not after an HTTP error.
    fn failed(self: &Rc<Self>) {
        self.live.set(Liveness::Reconnecting);
        let closed = self
            .source
            .borrow()
            .as_ref()
            .is_none_or(|source| source.ready_state() == EventSource::CLOSED);
        if closed {
            self.close();
            self.retry_later();
            ask_whether_signed_in();
        }
    }

    fn retry_later(self: &Rc<Self>) {
        self.live.set(Liveness::Reconnecting);
        let pause = *self.pause.borrow();
        *self.pause.borrow_mut() = (pause * 2).min(LONGEST_PAUSE);
        let connection = Rc::clone(self);
        let handle = set_timeout_with_handle(move || connection.open(), pause);
        if let Some(earlier) = self.retry.replace(handle.ok()) {
            earlier.clear();
        }
    }

    fn check_silence(self: &Rc<Self>) {
        let silent = self.heard.borrow().millis_until(self.clock.now_untracked());
        if self.source.borrow().is_some() && silent > SILENCE_MILLIS {
            self.live.set(Liveness::Reconnecting);
            self.open();
        }
    }

    fn visibility_changed(self: &Rc<Self>) {
        if let Some(hiding) = self.hiding.borrow_mut().take() {
            hiding.clear();
        }
        if document().hidden() {
            let connection = Rc::clone(self);
            let handle = set_timeout_with_handle(move || connection.close(), HIDDEN_GRACE);
            *self.hiding.borrow_mut() = handle.ok();
        } else if self.source.borrow().is_none() {
            self.live.set(Liveness::Reconnecting);
            self.open();
        }
    }
}

/// The stream was refused: if that is because the session ended, the person must know now.
fn ask_whether_signed_in() {
    spawn_local(async {
        if let Err(error) = penstock_api::session::session_get().await
            && error.problem().kind == ProblemKind::Unauthenticated
        {
            sign_in_again();
        }
    });
}

/// Leaves for the sign-in page and comes back here afterwards.
pub(crate) fn sign_in_again() {
    let location = window().location();
    let here = format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    );
    let target = format!(
        "{}{}reason=ended",
        paths::sign_in(&here),
        if here == "/" || here.is_empty() {
            "?"
        } else {
            "&"
        }
    );
    // A full load: the session's pages must not stay in memory.
    let _ = location.set_href(&target);
}
