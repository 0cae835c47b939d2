//! Data of a page: loaded once with the page, refreshed when its address or the live store says so, shown without a blank.
//!
//! The view of the data is built once. What comes later goes into the same signal, so that only what differs touches the
//! document. A refresh that fails because the console is away keeps what is shown; the live pill tells. Where nothing could be
//! shown for such a reason, it is asked for again every few seconds.

use crate::{components::problem::ProblemView, live};
use leptos::{prelude::*, task::spawn_local};
use penstock_api::AppError;
use penstock_domain::problem::ProblemKind;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How often a page that could not be shown for a passing reason is asked for again.
const RETRY: Duration = Duration::from_secs(5);

/// What can be loaded and shown.
pub trait Loadable:
    Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
}
impl<T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Loadable for T {}

#[derive(Clone)]
enum Shown<T: 'static> {
    Value(ArcRwSignal<T>),
    Problem(AppError),
}

/// One place where the data is shown. It is made with its first content: while the server renders, no signal is ever
/// written, because a write would wake half-rendered parts on other threads.
struct Place<T: 'static>(ArcRwSignal<Shown<T>>);

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Loadable> Place<T> {
    fn new(result: Result<T, AppError>) -> Self {
        Self(ArcRwSignal::new(match result {
            Ok(value) => Shown::Value(ArcRwSignal::new(value)),
            Err(error) => Shown::Problem(error),
        }))
    }

    /// Takes a result: a new value replaces the old one in its own signal, so that only its readers wake.
    fn take(&self, result: Result<T, AppError>) {
        match (self.0.get_untracked(), result) {
            (Shown::Value(signal), Ok(value)) => {
                if signal.with_untracked(|old| *old != value) {
                    signal.set(value);
                }
            }
            (Shown::Problem(_), Ok(value)) => self.0.set(Shown::Value(ArcRwSignal::new(value))),
            (Shown::Value(_), Err(error)) if passes(&error) => {}
            (Shown::Problem(old), Err(error)) if old == error => {}
            (_, Err(error)) => self.0.set(Shown::Problem(error)),
        }
    }
}

/// Every place of one loader.
struct Places<T: 'static>(Arc<Mutex<Vec<Place<T>>>>);

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Places<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Loadable> Places<T> {
    fn add(&self, place: &Place<T>) {
        self.lock().push(place.clone());
    }

    fn take(&self, result: &Result<T, AppError>) {
        // The lock is not held while signals wake their readers.
        let places = self.lock().clone();
        for place in places {
            place.take(result.clone());
        }
    }

    /// Whether some place shows a problem that may pass by itself.
    fn wait_for_better(&self) -> bool {
        self.lock().iter().any(|place| {
            place
                .0
                .with_untracked(|shown| matches!(shown, Shown::Problem(error) if passes(error)))
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place<T>>> {
        locked(&self.0)
    }
}

/// Whether a refresh is under way, for the page's `aria-busy`.
#[derive(Clone, Copy)]
pub struct Refreshing(pub RwSignal<bool>);

/// Something loaded, that may be shown in several places.
pub struct Loader<T: Loadable> {
    first: OnceResource<Result<T, AppError>>,
    places: Places<T>,
}

impl<T: Loadable> Clone for Loader<T> {
    fn clone(&self) -> Self {
        Self {
            first: self.first,
            places: self.places.clone(),
        }
    }
}

impl<T: Loadable> Loader<T> {
    /// Loads `fetch(source)` with the page, and anew when `source` or `trigger` changes.
    pub fn new<S, F, Fut>(source: Memo<S>, trigger: Signal<u64>, fetch: F) -> Self
    where
        S: Clone + PartialEq + Send + Sync + 'static,
        F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let first = OnceResource::new(fetch(source.get_untracked()));
        let places = Places::default();
        refresh(source, trigger, fetch, places.clone());
        Self { first, places }
    }

    /// Shows it with `body`, a problem with `problem`. `body` is called once (again only after a problem was shown), with a
    /// signal that always holds the newest value.
    pub fn view(
        &self,
        skeleton: fn() -> AnyView,
        problem: impl Fn(AppError) -> AnyView + Clone + Send + Sync + 'static,
        body: impl Fn(Signal<T>) -> AnyView + Clone + Send + Sync + 'static,
    ) -> AnyView {
        let Self { first, places } = self.clone();
        view! {
            <Suspense fallback=skeleton>
                {Suspend::new(async move {
                    let place = Place::new(first.await);
                    places.add(&place);
                    present(place, problem, body)
                })}
            </Suspense>
        }
        .into_any()
    }
}

/// Loads `fetch(source)` and shows it with `body`, the page's problem page in its place where it fails.
///
/// Ask for a new `load` (see [`keyed`]) when the page is about something else; `source` is for filter, order and page.
pub fn load<S, T, F, Fut>(
    source: Memo<S>,
    trigger: Signal<u64>,
    fetch: F,
    skeleton: fn() -> AnyView,
    body: impl Fn(Signal<T>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Loadable,
    F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Loader::new(source, trigger, fetch).view(
        skeleton,
        |error| view! { <ProblemView error/> }.into_any(),
        body,
    )
}

/// Shows `view` anew whenever `identity` changes: state, effects and rows of the earlier one are gone with it.
///
/// What changes the identity often wakes parts of the earlier view too. Those that lie deep in it would still run once after it
/// was taken out, because each part's task holds on to what is inside, and find their signals disposed of. So the earlier view
/// is put to rest before it goes.
pub fn keyed<K>(
    identity: Memo<K>,
    view: impl Fn(K) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    K: Clone + PartialEq + Eq + std::hash::Hash + Send + Sync + 'static,
{
    let shown = Arc::new(Mutex::new(None::<(K, Owner)>));
    let earlier = Arc::clone(&shown);
    let each = move || {
        let key = identity.get();
        // This also runs for what `view` itself looked at.
        let left = locked(&earlier).take_if(|(shown, _)| *shown != key);
        if let Some((_, owner)) = left {
            owner.pause();
        }
        [key]
    };
    let children = move |key: K| {
        *locked(&shown) = Owner::current().map(|owner| (key.clone(), owner));
        view(key)
    };
    view! { <For each key=|key| key.clone() children/> }.into_any()
}

/// What was put in is whole after every step, also one that panicked.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn present<T: Loadable>(
    place: Place<T>,
    problem: impl Fn(AppError) -> AnyView + Send + 'static,
    body: impl Fn(Signal<T>) -> AnyView + Send + 'static,
) -> impl IntoView {
    move || match place.0.get() {
        Shown::Value(value) => body(value.into()),
        Shown::Problem(error) => problem(error),
    }
}

/// Whether what is shown stays: the console or something behind it is away for a moment.
fn passes(error: &AppError) -> bool {
    matches!(
        error.problem().kind,
        ProblemKind::Unavailable | ProblemKind::TooMany | ProblemKind::Internal
    )
}

fn refresh<S, T, F, Fut>(source: Memo<S>, trigger: Signal<u64>, fetch: F, places: Places<T>)
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Loadable,
    F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let busy = use_context::<Refreshing>();
    let retries = RwSignal::new(0_u64);
    let waiting = places.clone();
    Effect::new(move |_| {
        let waiting = waiting.clone();
        let look = move || {
            if waiting.wait_for_better() {
                retries.try_update(|retries| *retries += 1);
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, RETRY) {
            on_cleanup(move || timer.clear());
        }
    });
    Effect::new(move |state: Option<(S, u64, Rc<Refresher<S>>)>| {
        let (now, count) = (source.get(), trigger.get().wrapping_add(retries.get()));
        match state {
            None => (now.clone(), count, Rc::new(Refresher::new(now))),
            Some((before, seen, refresher)) => {
                if before != now || seen != count {
                    if before != now
                        && let Some(Refreshing(busy)) = busy
                    {
                        busy.set(true);
                    }
                    refresher.ask(now.clone());
                    if refresher.begin() {
                        let (fetch, places) = (fetch.clone(), places.clone());
                        spawn_local(run(Rc::clone(&refresher), fetch, places, busy));
                    }
                }
                (now, count, refresher)
            }
        }
    });
}

/// At most one request is under way; whatever is asked meanwhile is one more request right after it.
struct Refresher<S> {
    wanted: RefCell<S>,
    pending: Cell<bool>,
    running: Cell<bool>,
}

impl<S: Clone + PartialEq> Refresher<S> {
    fn new(source: S) -> Self {
        Self {
            wanted: RefCell::new(source),
            pending: Cell::new(false),
            running: Cell::new(false),
        }
    }

    fn ask(&self, source: S) {
        *self.wanted.borrow_mut() = source;
        self.pending.set(true);
    }

    /// Whether the caller shall run the loop.
    fn begin(&self) -> bool {
        !self.running.replace(true)
    }

    /// The next source to fetch, or the end of the loop.
    fn next(&self) -> Option<S> {
        if self.pending.replace(false) {
            Some(self.wanted.borrow().clone())
        } else {
            self.running.set(false);
            None
        }
    }

    fn still_wanted(&self, source: &S) -> bool {
        *self.wanted.borrow() == *source
    }
}

async fn run<S, T, F, Fut>(
    refresher: Rc<Refresher<S>>,
    fetch: F,
    places: Places<T>,
    busy: Option<Refreshing>,
) where
    S: Clone + PartialEq,
    T: Loadable,
    F: Fn(S) -> Fut,
    Fut: Future<Output = Result<T, AppError>>,
{
    while let Some(source) = refresher.next() {
        let result = fetch(source.clone()).await;
        // An answer to an older question is not shown.
        if !refresher.still_wanted(&source) {
            continue;
        }
        if let Err(error) = &result
            && error.problem().kind == ProblemKind::Unauthenticated
        {
            live::stream::sign_in_again();
            return;
        }
        places.take(&result);
        if let Some(Refreshing(busy)) = busy {
            busy.try_set(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Refresher;

    #[test]
    fn requests_asked_meanwhile_become_one() {
        let refresher = Refresher::new(0);
        refresher.ask(1);
        assert!(refresher.begin());
        assert_eq!(refresher.next(), Some(1));
        refresher.ask(2);
        refresher.ask(3);
        assert!(!refresher.begin(), "one loop only");
        assert!(!refresher.still_wanted(&1));
        assert_eq!(refresher.next(), Some(3));
        assert_eq!(refresher.next(), None);
        assert!(refresher.begin(), "a new loop may begin");
    }
}
