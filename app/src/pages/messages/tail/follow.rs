//! One followed reading in the browser: its stream, which is opened again from the last positions whenever it ends; what came,
//! taken in between frames; and the rows, drawn once a frame.
//!
//! Nothing is read faster than it is taken: after a few milliseconds of work the next part of the stream waits for the next
//! frame. A tab that is too slow for its records makes the server wait, and the server says exactly which it left out.

use super::{
    feed::Feed,
    figures::{Figures, Paused, Rates, Status},
    table::{Look, Table},
};
use crate::{
    clock::Clock,
    live::stream::sign_in_again,
    pages::messages::here::Here,
    paths,
    stream::{self, Ended, Frame, Stream},
};
use leptos::{ev, prelude::*};
use penstock_domain::{
    problem::ProblemKind,
    read::{Range, Reading, TailEvent},
};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement};

/// Bytes of a value that a row can show.
const PREVIEW: u32 = 320;
/// Work between two frames after which the stream waits, in milliseconds. The rest of a frame is the browser's.
const BUDGET: f64 = 7.0;
/// Between two drawings of rows that run by, in milliseconds: nobody reads faster, and each costs the browser a layout.
const DRAWING: f64 = 60.0;
/// How often the numbers are taken.
const FIGURES: Duration = Duration::from_millis(250);
/// A hidden tab keeps its stream this long.
const HIDDEN_GRACE: Duration = Duration::from_secs(10);
/// First pause before the stream is opened again; doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// The server tells its progress every second; silence for this long is a dead stream.
const SILENCE_MILLIS: f64 = 20_000.0;

/// What the page shows of it.
#[derive(Clone, Copy)]
pub struct Shown {
    /// How the stream stands.
    pub status: RwSignal<Status>,
    /// The numbers.
    pub figures: RwSignal<Arc<Figures>>,
    /// Whether somebody paused it.
    pub paused: RwSignal<Paused>,
    /// Whether new rows are held back, for whichever reason.
    pub holding: RwSignal<bool>,
    /// Addresses of the rows around the open record: the one above, the one below.
    pub neighbours: RwSignal<(Option<String>, Option<String>)>,
    /// Moves when somebody wants to be where new rows come.
    pub jump: RwSignal<u64>,
    /// Moves when somebody steps through the rows: how often, and what they wanted last.
    pub step: RwSignal<(u64, Step)>,
    /// Whether the newest row is the first.
    pub newest_on_top: Memo<bool>,
}

/// What a key wants of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The next row below.
    #[default]
    Down,
    /// The next row above.
    Up,
    /// The record of the row.
    Open,
}

/// The reading that is followed.
pub struct Follower {
    here: Here,
    clock: Clock,
    shown: Shown,
    reading: Reading,
    feed: RefCell<Feed>,
    rates: RefCell<Rates>,
    table: RefCell<Table>,
    stream: RefCell<Option<Stream>>,
    retry: RefCell<Option<TimeoutHandle>>,
    hiding: RefCell<Option<TimeoutHandle>>,
    pause: Cell<Duration>,
    heard: Cell<f64>,
    seconds: Cell<f64>,
    worked: Cell<f64>,
    drawn: Cell<f64>,
    dirty: Cell<bool>,
    asked_frame: Cell<bool>,
    frame: RefCell<Option<Closure<dyn FnMut()>>>,
    over: Cell<bool>,
    cursor: Cell<Option<u64>>,
}

/// Follows a reading until the owner is gone.
pub fn start(
    here: Here,
    clock: Clock,
    shown: Shown,
    reading: Reading,
    (list, body, glyphs): (HtmlElement, Element, Element),
) {
    let Ok(table) = Table::new(list.clone(), body, &glyphs, reading.topics.len() > 1) else {
        return;
    };
    let mut feed = Feed::default();
    for topic in &reading.topics {
        feed.expect(topic);
    }
    let follower = Rc::new(Follower {
        here,
        clock,
        shown,
        reading: Reading {
            range: Range::default(),
            positions: None,
            limit: None,
            preview: Some(PREVIEW),
            ..reading
        },
        feed: RefCell::new(feed),
        rates: RefCell::default(),
        table: RefCell::new(table),
        stream: RefCell::new(None),
        retry: RefCell::new(None),
        hiding: RefCell::new(None),
        pause: Cell::new(FIRST_PAUSE),
        heard: Cell::new(now()),
        seconds: Cell::new(now()),
        worked: Cell::new(0.0),
        drawn: Cell::new(0.0),
        dirty: Cell::new(true),
        asked_frame: Cell::new(false),
        frame: RefCell::new(None),
        over: Cell::new(false),
        cursor: Cell::new(None),
    });
    follower.make_frame();
    follower.listen(list);
    follower.obey();
    if document().hidden() {
        shown.status.set(Status::Asleep);
    } else {
        follower.open();
    }
    follower.wake();
}

impl Follower {
    /// The browser's events that concern it.
    fn listen(self: &Rc<Self>, list: HtmlElement) {
        let weak = Rc::downgrade(self);
        let visibility = window_event_listener(
            ev::visibilitychange,
            call(&weak, |follower| follower.visibility_changed()),
        );
        let scrolled = Closure::<dyn FnMut()>::new(with(&weak, |follower: &Rc<Self>| {
            follower.settle();
            follower.wake();
        }));
        // Listening to an element of the page can't fail.
        let _ = list.add_event_listener_with_callback("scroll", scrolled.as_ref().unchecked_ref());
        let focused = Closure::<dyn FnMut()>::new(with(&weak, |follower: &Rc<Self>| {
            follower.settle();
        }));
        for event in ["focusin", "focusout"] {
            let _ = list.add_event_listener_with_callback(event, focused.as_ref().unchecked_ref());
        }
        let resized = window_event_listener(ev::resize, call(&weak, |follower| follower.wake()));
        let figures = set_interval_with_handle(with(&weak, |follower| follower.tick()), FIGURES);
        let held = StoredValue::new_local((Rc::clone(self), scrolled, focused));
        on_cleanup(move || {
            visibility.remove();
            resized.remove();
            if let Ok(figures) = figures {
                figures.clear();
            }
            held.try_update_value(|(follower, ..)| {
                follower.over.set(true);
                follower.close();
                follower.frame.borrow_mut().take();
            });
        });
    }

    /// Follows what the page's signals say.
    fn obey(self: &Rc<Self>) {
        let shown = self.shown;
        let weak = Rc::downgrade(self);
        Effect::new(move |_| {
            shown.paused.track();
            if let Some(follower) = weak.upgrade() {
                follower.settle();
                follower.wake();
            }
        });
        let weak = Rc::downgrade(self);
        Effect::new(move |before: Option<u64>| {
            let count = shown.jump.get();
            if before.is_some_and(|before| before != count)
                && let Some(follower) = weak.upgrade()
            {
                follower.jump();
            }
            count
        });
        let weak = Rc::downgrade(self);
        Effect::new(move |before: Option<u64>| {
            let (count, step) = shown.step.get();
            if before.is_some_and(|before| before != count)
                && let Some(follower) = weak.upgrade()
            {
                follower.step(step);
            }
            count
        });
        let weak = Rc::downgrade(self);
        let here = self.here;
        Effect::new(move |_| {
            here.query.track();
            shown.newest_on_top.track();
            if let Some(follower) = weak.upgrade() {
                follower.table.borrow_mut().forget();
                follower.wake();
            }
        });
    }

    /// Opens the stream from where the last one came to.
    fn open(self: &Rc<Self>) {
        self.close();
        if self.over.get() {
            return;
        }
        let reading = Reading {
            positions: self.feed.borrow().positions(),
            ..self.reading.clone()
        };
        self.heard.set(now());
        let weak = Rc::downgrade(self);
        let on_frame = {
            let weak = weak.clone();
            move |frame: Frame| {
                if let Some(follower) = weak.upgrade() {
                    follower.take(&frame);
                }
            }
        };
        let pace = {
            let weak = weak.clone();
            move || weak.upgrade()?.breath()
        };
        let on_end = move |ended: Ended| {
            if let Some(follower) = weak.upgrade() {
                follower.ended(ended);
            }
        };
        let path = paths::messages::tails(&self.here.cluster());
        let stream = stream::post_paced(&path, &reading, on_frame, on_end, pace);
        *self.stream.borrow_mut() = Some(stream);
    }

    fn close(&self) {
        if let Some(retry) = self.retry.borrow_mut().take() {
            retry.clear();
        }
        drop(self.stream.borrow_mut().take());
    }

    /// Takes one event in.
    fn take(self: &Rc<Self>, frame: &Frame) {
        let begun = now();
        self.heard.set(begun);
        self.pause.set(FIRST_PAUSE);
        if self
            .shown
            .status
            .with_untracked(|now| *now != Status::Following)
        {
            self.shown.status.set(Status::Following);
        }
        if frame.event == "records" {
            self.feed.borrow_mut().take_records(&frame.data);
        } else if let Ok(event) = serde_json::from_str::<TailEvent>(&frame.data) {
            self.take_event(event);
        }
        self.worked.set(self.worked.get() + now() - begun);
        self.wake();
    }

    fn take_event(self: &Rc<Self>, event: TailEvent) {
        match event {
            // Their text is taken as it is, in `take`.
            TailEvent::Records { .. } => {}
            TailEvent::Dropped { count, gaps } => {
                self.feed.borrow_mut().take_dropped(count, &gaps);
            }
            TailEvent::Progress {
                per_second,
                matches_per_second,
                positions,
                ..
            } => {
                self.rates.borrow_mut().take(per_second, matches_per_second);
                self.feed.borrow_mut().take_positions(&positions);
            }
            TailEvent::Notice(notice) => self.feed.borrow_mut().take_notice(notice),
            TailEvent::End { reason, again } => {
                if again {
                    self.again(reason);
                } else {
                    self.over.set(true);
                    self.close();
                    self.shown.status.set(Status::Over(reason));
                }
            }
        }
    }

    /// A promise to wait for before reading on, where enough was done since the last frame.
    fn breath(&self) -> Option<js_sys::Promise> {
        if self.worked.get() < BUDGET {
            return None;
        }
        self.worked.set(0.0);
        Some(js_sys::Promise::new(&mut |resolve, _| {
            // Without a window there is nothing to wait for.
            if window().request_animation_frame(&resolve).is_err() {
                let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
            }
        }))
    }

    fn ended(self: &Rc<Self>, ended: Ended) {
        match ended {
            Ended::Closed => self.again("the console closed the stream".to_owned()),
            Ended::Broken(why) => self.again(why),
            Ended::Refused(error) => match error.problem().kind {
                ProblemKind::Unauthenticated => sign_in_again(),
                ProblemKind::Unavailable | ProblemKind::TooMany | ProblemKind::Internal => {
                    self.again(error.problem().detail.clone());
                }
                ProblemKind::Forbidden
                | ProblemKind::NotFound
                | ProblemKind::Conflict
                | ProblemKind::Invalid => {
                    self.over.set(true);
                    self.close();
                    self.shown.status.set(Status::Ended(error));
                }
            },
        }
    }

    /// Opens the stream again after a pause.
    fn again(self: &Rc<Self>, why: String) {
        if self.over.get() {
            return;
        }
        drop(self.stream.borrow_mut().take());
        if document().hidden() {
            self.shown.status.set(Status::Asleep);
            return;
        }
        self.shown.status.set(Status::Reconnecting(why));
        let pause = self.pause.get();
        self.pause.set((pause * 2).min(LONGEST_PAUSE));
        let weak = Rc::downgrade(self);
        let handle = set_timeout_with_handle(with(&weak, |follower| follower.open()), pause);
        if let Some(earlier) = self.retry.replace(handle.ok()) {
            earlier.clear();
        }
    }

    fn visibility_changed(self: &Rc<Self>) {
        if let Some(hiding) = self.hiding.borrow_mut().take() {
            hiding.clear();
        }
        if document().hidden() {
            let weak = Rc::downgrade(self);
            let sleep = with(&weak, |follower: &Rc<Self>| {
                if !follower.over.get() {
                    follower.close();
                    follower.shown.status.set(Status::Asleep);
                }
            });
            *self.hiding.borrow_mut() = set_timeout_with_handle(sleep, HIDDEN_GRACE).ok();
        } else if self.stream.borrow().is_none() && !self.over.get() {
            self.shown
                .status
                .set(Status::Reconnecting("the tab was asleep".to_owned()));
            self.open();
        }
    }

    /// Holds new rows back while somebody paused, scrolled away or stands on a row with the keyboard; else lets them through.
    fn settle(&self) {
        let on_top = self.shown.newest_on_top.get_untracked();
        let hold = {
            let table = self.table.borrow();
            self.shown.paused.get_untracked().0.is_some()
                || !table.at_edge(on_top)
                || table.has_focus()
                || self.cursor.get().is_some()
        };
        let holding = self.feed.borrow().is_holding();
        if hold && !holding {
            self.feed.borrow_mut().hold();
        } else if !hold && holding {
            self.feed.borrow_mut().release();
        }
        if self.shown.holding.get_untracked() != hold {
            self.shown.holding.set(hold);
        }
    }

    /// Shows everything and goes to where new rows come.
    fn jump(self: &Rc<Self>) {
        if self.shown.paused.get_untracked().0.is_some() {
            self.shown.paused.set(Paused(None));
        }
        if self.table.borrow().has_focus()
            && let Some(element) = document()
                .active_element()
                .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        {
            // A link of the page gives its focus away.
            let _ = element.blur();
        }
        self.cursor.set(None);
        self.feed.borrow_mut().release();
        self.shown.holding.set(false);
        self.draw();
        self.table
            .borrow()
            .to_edge(self.shown.newest_on_top.get_untracked());
        self.settle();
        self.wake();
    }

    /// Goes through the rows with the keyboard; an open record goes along.
    fn step(self: &Rc<Self>, step: Step) {
        let look = self.look();
        let found = {
            let feed = self.feed.borrow();
            let now = self.cursor.get();
            super::neighbours::step(&feed, now, step == Step::Down, look.newest_on_top)
        };
        if step == Step::Open {
            let address = self.cursor.get().and_then(|number| {
                let feed = self.feed.borrow();
                super::neighbours::at(&feed, number)
            });
            if let Some(address) = address {
                self.here.go(&look.query.with_record(address));
            }
            return;
        }
        let Some((number, place, address)) = found else {
            return;
        };
        self.cursor.set(Some(number));
        self.settle();
        self.table.borrow().reveal(place);
        if look.query.record.is_some() {
            self.here.replace(&look.query.with_record(address));
        }
        self.wake();
    }

    /// A few times a second: the numbers, and whether the stream is still alive.
    fn tick(self: &Rc<Self>) {
        let time = now();
        while time - self.seconds.get() >= 1_000.0 {
            // A tab that slept makes up for at most a minute of empty seconds.
            self.seconds
                .set((self.seconds.get() + 1_000.0).max(time - 60_000.0));
            self.feed.borrow_mut().second();
        }
        let figures = Figures::of(&self.feed.borrow(), &self.rates.borrow());
        if self.shown.figures.with_untracked(|now| **now != figures) {
            self.shown.figures.set(Arc::new(figures));
        }
        self.find_neighbours();
        let silent = time - self.heard.get();
        if self.stream.borrow().is_some() && silent > SILENCE_MILLIS && !document().hidden() {
            self.again("the console has been silent for a while".to_owned());
        }
    }

    fn find_neighbours(&self) {
        let look = self.look();
        let found = match &look.query.record {
            Some(open) => super::neighbours::of(&self.feed.borrow(), open, look.newest_on_top),
            None => (None, None),
        };
        let link = |address: Option<penstock_domain::record::RecordAddress>| {
            address.map(|address| {
                let query = look.query.with_record(address);
                format!("{}?{}", look.path, query.to_query_string())
            })
        };
        let links = (link(found.0), link(found.1));
        if self.shown.neighbours.with_untracked(|now| *now != links) {
            self.shown.neighbours.set(links);
        }
    }

    fn look(&self) -> Look {
        let query = self.here.query.get_untracked();
        Look {
            newest_on_top: self.shown.newest_on_top.get_untracked(),
            topics: self.reading.topics.len() > 1,
            path: paths::messages::messages_path(&self.here.cluster()),
            today: self.clock.now_untracked(),
            cursor: self.cursor.get(),
            query,
        }
    }

    fn make_frame(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let frame = Closure::<dyn FnMut()>::new(with(&weak, |follower: &Rc<Self>| {
            follower.asked_frame.set(false);
            follower.worked.set(0.0);
            // What somebody scrolls or steps through follows at once.
            let runs_by = !follower.feed.borrow().is_holding();
            if runs_by && now() - follower.drawn.get() < DRAWING {
                if follower.dirty.get() {
                    follower.wake();
                }
            } else if follower.dirty.replace(false) {
                follower.drawn.set(now());
                follower.draw();
            }
        }));
        *self.frame.borrow_mut() = Some(frame);
    }

    /// Draws at the next frame.
    fn wake(&self) {
        self.dirty.set(true);
        if self.asked_frame.get() {
            return;
        }
        if let Some(frame) = &*self.frame.borrow()
            && window()
                .request_animation_frame(frame.as_ref().unchecked_ref())
                .is_ok()
        {
            self.asked_frame.set(true);
        }
    }

    fn draw(&self) {
        let look = self.look();
        let follows_below = !look.newest_on_top && !self.feed.borrow().is_holding();
        let drawn = self.table.borrow_mut().draw(&self.feed.borrow(), &look);
        if drawn.is_ok() && follows_below {
            self.table.borrow().to_edge(false);
            // What came into sight by that.
            let _ = self.table.borrow_mut().draw(&self.feed.borrow(), &look);
        }
    }
}

/// A callback that does nothing once the follower is gone.
fn with(weak: &Weak<Follower>, act: impl Fn(&Rc<Follower>) + 'static) -> impl Fn() + 'static {
    let weak = weak.clone();
    move || {
        if let Some(follower) = weak.upgrade() {
            act(&follower);
        }
    }
}

/// The same for an event that says nothing else.
fn call<E>(weak: &Weak<Follower>, act: impl Fn(&Rc<Follower>) + 'static) -> impl Fn(E) + 'static {
    let act = with(weak, act);
    move |_| act()
}

/// Milliseconds since the page began.
fn now() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |clock| clock.now())
}
