//! A table of thousands of rows of which only those in sight are in the document: rows of one height, keyboard, true row numbers
//! for screen readers. The server renders the first rows whole, so that the page reads without JavaScript.
//!
//! The table need not be what scrolls: what is in sight is measured against the window, so narrow pages may scroll as a whole.
//! Room for rows that are not there is kept by the height of an image without content, because an attribute `style` from the
//! server would be against the content security policy.

use leptos::{
    ev,
    html::{Div, Tbody},
    prelude::*,
};
use std::sync::Arc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent, ResizeObserver};

/// Height of a row until one has been measured, in CSS pixels (`--row-compact`).
const ROW_HEIGHT: f64 = 28.0;
/// Rows kept on either side of what is in sight.
const MARGIN: usize = 12;
/// The window moves by so many rows at once, so that scrolling a few pixels changes nothing.
const STEP: usize = 8;

/// One row.
pub struct VirtualRow {
    /// Its classes.
    pub class: &'static str,
    /// Its cells.
    pub cells: AnyView,
}

/// Rows from `first` up to and without `last` are in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: usize,
    last: usize,
}

impl Span {
    /// The rows around what is in sight: the body begins at `top`, seen from the upper edge of what is visible (negative once
    /// it is scrolled), and `height` is visible.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped from below, and no list has 2^53 rows"
    )]
    fn in_sight(top: f64, height: f64, row: f64, count: usize) -> Self {
        let row = row.max(1.0);
        let above = (-top / row).floor().max(0.0) as usize;
        let shown = (height.max(0.0) / row).ceil() as usize + 1;
        let first = above.saturating_sub(MARGIN) / STEP * STEP;
        let last = (above + shown + MARGIN).div_ceil(STEP) * STEP;
        Self {
            first: first.min(count),
            last: last.min(count),
        }
    }

    fn holds(self, index: usize) -> bool {
        (self.first..self.last).contains(&index)
    }
}

/// Where a key leads from the row with the focus; `None` where it is no key of a list.
fn target(key: &str, current: Option<usize>, count: usize, page: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let from = |step: isize| match current {
        Some(current) => current.saturating_add_signed(step).min(last),
        None if step > 0 => 0,
        None => last,
    };
    let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
    match key {
        "j" | "ArrowDown" => Some(from(1)),
        "k" | "ArrowUp" => Some(from(-1)),
        "PageDown" => Some(from(page)),
        "PageUp" => Some(from(-page)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// A table whose rows come and go with what is in sight.
///
/// Each row's first link with the class `name` takes the focus when the keyboard reaches the row.
#[component]
pub fn VirtualTable(
    /// What it lists, for screen readers.
    #[prop(into)]
    label: String,
    /// Classes of the table.
    class: &'static str,
    /// How many columns it has.
    #[prop(into)]
    columns: Signal<usize>,
    /// How many rows there are.
    #[prop(into)]
    count: Signal<usize>,
    /// Moves when rows become others; rows that are only added leave it as it is.
    #[prop(into)]
    generation: Signal<u64>,
    /// How many rows the server renders at most.
    #[prop(default = 1_000)]
    at_first: usize,
    /// The row that the keyboard is at.
    active: RwSignal<Option<usize>>,
    /// The row that is chosen, if it is among them.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    /// Called when the keyboard has moved to a row.
    #[prop(optional, into)]
    on_move: Option<Callback<usize>>,
    /// A `<colgroup>`, or nothing.
    #[prop(optional, into)]
    widths: ViewFn,
    /// The row of heads, a `<tr>`.
    #[prop(into)]
    head: ViewFn,
    /// A row by its place.
    #[prop(into)]
    row: Callback<usize, VirtualRow>,
    /// What stands over the table inside its scroller.
    #[prop(optional, into)]
    above: ViewFn,
    /// What stands under it.
    #[prop(optional, into)]
    below: ViewFn,
) -> impl IntoView {
    let list = NodeRef::<Div>::new();
    let body = NodeRef::<Tbody>::new();
    let height = RwSignal::new(ROW_HEIGHT);
    // What hydration finds is what the server rendered: the first rows. Then the window is measured.
    let measured = RwSignal::new(None::<Span>);
    let span = Memo::new(move |_| {
        let count = count.get();
        let span = measured.get().unwrap_or(Span {
            first: 0,
            last: at_first,
        });
        Span {
            first: span.first.min(count),
            last: span.last.min(count),
        }
    });
    let measure = move || {
        if let (Some(list), Some(body)) = (list.get_untracked(), body.get_untracked()) {
            let row = height_of_row(&body).unwrap_or_else(|| height.get_untracked());
            if (row - height.get_untracked()).abs() > 0.25 {
                height.set(row);
            }
            let span = sight(&list, &body, row, count.get_untracked());
            if measured.get_untracked() != Some(span) {
                measured.set(Some(span));
            }
        }
    };
    watch_layout(list, measure);
    Effect::new(move |_| {
        // More rows, or others: what is in sight may have grown.
        let _ = (count.get(), generation.get());
        request_animation_frame(measure);
    });

    let go = move |index: usize| {
        active.set(Some(index));
        if let Some(on_move) = on_move {
            on_move.run(index);
        }
        if !span.get_untracked().holds(index) {
            let around = 2 * MARGIN;
            measured.set(Some(Span {
                first: index.saturating_sub(around),
                last: index + around,
            }));
        }
        request_animation_frame(move || {
            if let Some(body) = body.get_untracked() {
                show(&body, index);
            }
        });
    };
    let pressed = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
            return;
        }
        let page = page_rows(list, height.get_untracked());
        let current = active.get_untracked();
        if let Some(index) = target(&event.key(), current, count.get_untracked(), page) {
            event.prevent_default();
            go(index);
        }
    };
    let focused = move |event: ev::FocusEvent| {
        if let Some(index) = event.target().and_then(|target| index_of(&target)) {
            active.set(Some(index));
        }
    };
    let clicked = move |event: ev::MouseEvent| {
        if !event.default_prevented()
            && let Some(target) = event.target()
        {
            open_row(&target);
        }
    };
    let gap = move |rows: Signal<usize>| {
        #[allow(
            clippy::cast_precision_loss,
            reason = "no list has 2^53 rows, and a pixel more or less in a billion is none"
        )]
        let pixels = move || (rows.get() as f64 * height.get()).round().to_string();
        view! {
            <tr class="vgap" aria-hidden="true">
                <td colspan=move || columns.get().to_string()><svg width="1" height=pixels></svg></td>
            </tr>
        }
    };
    let before = Signal::derive(move || span.get().first);
    let after = Signal::derive(move || count.get().saturating_sub(span.get().last));
    let rows = move || {
        let (span, generation) = (span.get(), generation.get());
        (span.first..span.last).map(move |index| (generation, index))
    };
    view! {
        <div class="list vlist" node_ref=list tabindex="-1" on:keydown=pressed on:focusin=focused on:click=clicked>
            {above.run()}
            <table class=class aria-label=label aria-rowcount=move || (count.get() + 1).to_string()>
                {widths.run()}
                <thead>{move || head.run()}</thead>
                <tbody node_ref=body>
                    {gap(before)}
                    <For each=rows key=|key| *key let((_, index))>
                        {
                            let VirtualRow { class, cells } = row.run(index);
                            view! {
                                <tr
                                    class=class
                                    class:focus=move || active.get() == Some(index)
                                    class:sel=move || chosen.get() == Some(index)
                                    aria-current=move || (chosen.get() == Some(index)).then_some("true")
                                    data-row=""
                                    data-index=index.to_string()
                                    aria-rowindex=(index + 2).to_string()
                                >
                                    {cells}
                                </tr>
                            }
                        }
                    </For>
                    {gap(after)}
                </tbody>
            </table>
            {below.run()}
        </div>
    }
}

/// Calls `measure` once the table stands and whenever it may be seen otherwise: something scrolled, or its size changed.
fn watch_layout(list: NodeRef<Div>, measure: impl Fn() + Copy + 'static) {
    Effect::new(move |_| {
        let Some(element) = list.get() else {
            return;
        };
        request_animation_frame(measure);
        let scrolled = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| measure());
        let window = window();
        // `scroll` does not bubble; on its way down it passes the window, whatever scrolls.
        let _ = window.add_event_listener_with_callback_and_bool(
            "scroll",
            scrolled.as_ref().unchecked_ref(),
            true,
        );
        let resized = Closure::<dyn FnMut()>::new(measure);
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&element);
        }
        let kept = StoredValue::new_local((scrolled, resized, observer));
        on_cleanup(move || {
            kept.with_value(|(scrolled, _, observer)| {
                let _ = leptos::prelude::window().remove_event_listener_with_callback_and_bool(
                    "scroll",
                    scrolled.as_ref().unchecked_ref(),
                    true,
                );
                if let Some(observer) = observer {
                    observer.disconnect();
                }
            });
        });
    });
}

fn height_of_row(body: &HtmlElement) -> Option<f64> {
    let row = body.query_selector("tr[data-row]").ok().flatten()?;
    let height = row.get_bounding_client_rect().height();
    (height > 0.0).then_some(height)
}

fn sight(list: &HtmlElement, body: &HtmlElement, row: f64, count: usize) -> Span {
    let window_height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(800.0);
    let around = list.get_bounding_client_rect();
    let top = around.top().max(0.0);
    let bottom = around.bottom().min(window_height);
    let body_top = body.get_bounding_client_rect().top();
    Span::in_sight(body_top - top, bottom - top, row, count)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows on a screen"
)]
fn page_rows(list: NodeRef<Div>, row: f64) -> usize {
    list.get_untracked().map_or(10, |list| {
        (f64::from(list.client_height()) / row.max(1.0)).max(2.0) as usize - 1
    })
}

/// Scrolls a row into sight and gives its link the focus.
fn show(body: &HtmlElement, index: usize) {
    let row = body
        .query_selector(&format!("tr[data-index=\"{index}\"]"))
        .ok()
        .flatten();
    let Some(row) = row else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
    let link = row
        .query_selector("a.name")
        .ok()
        .flatten()
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // A link takes the focus.
        let _ = link.focus_with_options(&options);
    }
}

fn index_of(target: &web_sys::EventTarget) -> Option<usize> {
    target
        .dyn_ref::<Element>()?
        .closest("tr[data-index]")
        .ok()
        .flatten()?
        .get_attribute("data-index")?
        .parse()
        .ok()
}

/// A press anywhere on a row is a press on its link, unless something of its own was meant, or text was chosen.
fn open_row(target: &web_sys::EventTarget) {
    let Some(element) = target.dyn_ref::<Element>() else {
        return;
    };
    let own = element.closest("a, button, input, summary, label");
    let chose_text = window()
        .get_selection()
        .ok()
        .flatten()
        .is_some_and(|selection| !selection.is_collapsed());
    if !matches!(own, Ok(None)) || chose_text {
        return;
    }
    let link = element
        .closest("tr[data-row]")
        .ok()
        .flatten()
        .and_then(|row| row.query_selector("a.name").ok().flatten())
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        link.click();
    }
}

/// Rows that are kept apart from the signals that tell of them: adding to thousands of rows copies none.
pub struct RowStore<T: Send + Sync + 'static> {
    rows: StoredValue<Vec<Arc<T>>>,
    count: RwSignal<usize>,
    generation: RwSignal<u64>,
}

impl<T: Send + Sync + 'static> Clone for RowStore<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for RowStore<T> {}

impl<T: Send + Sync + 'static> Default for RowStore<T> {
    fn default() -> Self {
        Self {
            rows: StoredValue::new(Vec::new()),
            count: RwSignal::new(0),
            generation: RwSignal::new(0),
        }
    }
}

impl<T: Send + Sync + 'static> RowStore<T> {
    /// How many there are.
    pub fn count(self) -> Signal<usize> {
        self.count.into()
    }

    /// Moves when rows become others.
    pub fn generation(self) -> Signal<u64> {
        self.generation.into()
    }

    /// A row by its place.
    pub fn get(self, index: usize) -> Option<Arc<T>> {
        self.rows
            .try_with_value(|rows| rows.get(index).map(Arc::clone))
            .flatten()
    }

    /// The place of the first row that is meant.
    pub fn position(self, meant: impl Fn(&T) -> bool) -> Option<usize> {
        self.rows
            .try_with_value(|rows| rows.iter().position(|row| meant(row)))
            .flatten()
    }

    /// Adds rows at the end; one wake-up for all of them.
    pub fn extend(self, more: impl IntoIterator<Item = T>) {
        let count = self.rows.try_update_value(|rows| {
            rows.extend(more.into_iter().map(Arc::new));
            rows.len()
        });
        if let Some(count) = count
            && self.count.try_get_untracked() != Some(count)
        {
            self.count.try_set(count);
        }
    }

    /// Takes all rows away.
    pub fn clear(self) {
        self.rows.try_update_value(Vec::clear);
        self.generation.try_update(|generation| *generation += 1);
        self.count.try_set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_sight_is_there() {
        let at_top = Span::in_sight(32.0, 700.0, 28.0, 100_000);
        assert_eq!(at_top.first, 0);
        assert!((26..60).contains(&at_top.last), "{at_top:?}");
        let deep = Span::in_sight(-28_000.0, 700.0, 28.0, 100_000);
        assert!(
            deep.first <= 1_000 - MARGIN && deep.first > 1_000 - MARGIN - STEP,
            "{deep:?}"
        );
        assert!(deep.holds(1_000) && deep.holds(1_025), "{deep:?}");
        assert!(deep.last - deep.first < 80, "{deep:?}");
        assert_eq!(
            Span::in_sight(-1e9, 700.0, 28.0, 5),
            Span { first: 5, last: 5 },
            "fewer rows than before"
        );
        assert_eq!(
            Span::in_sight(0.0, -10.0, 0.0, 0),
            Span { first: 0, last: 0 }
        );
    }

    #[test]
    fn keys_hold_at_the_ends() {
        assert_eq!(target("j", None, 3, 10), Some(0));
        assert_eq!(target("k", None, 3, 10), Some(2));
        assert_eq!(target("ArrowDown", Some(2), 3, 10), Some(2));
        assert_eq!(target("PageUp", Some(2), 30, 10), Some(0));
        assert_eq!(target("PageDown", Some(2), 30, 10), Some(12));
        assert_eq!(target("End", Some(2), 30, 10), Some(29));
        assert_eq!(target("j", None, 0, 10), None);
        assert_eq!(target("x", Some(1), 3, 10), None);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_server_renders_the_first_rows_and_counts_all() {
        let html = crate::testing::html(|| {
            let row = |index: usize| VirtualRow {
                class: "r",
                cells: view! { <td><a class="name" href="#">{index.to_string()}</a></td> }
                    .into_any(),
            };
            view! {
                <VirtualTable
                    label="Records"
                    class="tbl"
                    columns=1
                    count=5_000
                    generation=0
                    at_first=3
                    active=RwSignal::new(None)
                    chosen=Some(1)
                    head=|| view! { <tr><th>"N"</th></tr> }
                    row
                />
            }
        });
        assert_eq!(html.matches("data-row").count(), 3, "{html}");
        assert!(html.contains("aria-rowcount=\"5001\""), "{html}");
        assert!(html.contains("aria-rowindex=\"4\""), "{html}");
        assert!(
            html.contains("height=\"139916\""),
            "room for the rest: {html}"
        );
        assert!(!html.contains("style="), "{html}");
        assert!(html.contains("sel"), "{html}");
    }
}
