//! Rows of one height of which only those in sight are in the document: a tree, a text or a hex dump of any length.
//!
//! Short content stands in the page as it is. Long content has a box that scrolls by itself; the server, and a browser without
//! JavaScript, show its first rows. Heights are set through the style object, because an attribute `style` from the server would
//! be against the content security policy.

use leptos::{html::Div, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Height of a row in CSS pixels, as `style/pages/record.css` sets it.
const ROW: f64 = 20.0;
/// Rows up to which content stands in the page whole.
pub const WHOLE: usize = 400;
/// Rows beyond those in sight, on either side.
const MARGIN: usize = 12;
/// The window moves by so many rows at once.
const STEP: usize = 8;
/// Browsers give up somewhere beyond ten million pixels; longer content scrolls proportionally.
const HIGHEST: f64 = 6_000_000.0;

/// Draws one row.
pub type DrawRow = Arc<dyn Fn(usize) -> AnyView + Send + Sync>;

/// Where the box stands.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scroll {
    /// Pixels scrolled.
    top: f64,
    /// Pixels visible.
    height: f64,
}

/// The first row in sight (with its fraction) and how high the whole is.
fn first_row(scroll: Scroll, total: usize) -> (f64, f64) {
    let all = f64_of(total) * ROW;
    let room = all.min(HIGHEST);
    if all <= HIGHEST {
        return (scroll.top / ROW, room);
    }
    let travel = (room - scroll.height).max(1.0);
    let share = (scroll.top / travel).clamp(0.0, 1.0);
    (share * (f64_of(total) - scroll.height / ROW).max(0.0), room)
}

/// How far to scroll so that a row is in sight; `None` where it is.
fn scroll_to(scroll: Scroll, total: usize, row: usize) -> Option<f64> {
    let (first, room) = first_row(scroll, total);
    let seen = (scroll.height / ROW - 1.0).max(1.0);
    let row = f64_of(row);
    let wanted = if row < first {
        row
    } else if row > first + seen - 1.0 {
        // In the middle, so that what is around can be read.
        (row - seen / 2.0).max(0.0)
    } else {
        return None;
    };
    let all = f64_of(total) * ROW;
    if all <= HIGHEST {
        return Some(wanted * ROW);
    }
    let most = (f64_of(total) - scroll.height / ROW).max(1.0);
    Some((wanted / most).min(1.0) * (room - scroll.height).max(0.0))
}

/// The rows that are in the document.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the rows that there are"
)]
fn range(scroll: Scroll, total: usize) -> (usize, usize) {
    let (first, _) = first_row(scroll, total);
    let first = first.max(0.0) as usize;
    let seen = (scroll.height / ROW).ceil().max(1.0) as usize + 1;
    let from = first.saturating_sub(MARGIN) / STEP * STEP;
    let to = (first + seen + MARGIN).div_ceil(STEP) * STEP;
    (from.min(total), to.min(total))
}

#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^52")]
fn f64_of(rows: usize) -> f64 {
    rows as f64
}

/// The rows. `draw` is called again whenever what it reads changes.
#[component]
pub fn Window(
    /// How many rows there are.
    #[prop(into)]
    total: Signal<usize>,
    /// Draws one.
    draw: DrawRow,
    /// A row that shall be in sight; set again for the next.
    #[prop(into)]
    go: Signal<Option<usize>>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let room = NodeRef::<Div>::new();
    let rows = NodeRef::<Div>::new();
    let scroll = RwSignal::new(None::<Scroll>);
    let long = Memo::new(move |_| total.get() > WHOLE);
    let span = Memo::new(move |_| {
        let total = total.get();
        match scroll.get() {
            Some(scroll) if long.get() => range(scroll, total),
            _ => (0, total.min(WHOLE)),
        }
    });
    let measure = move || {
        let measured = frame.get_untracked().map(|frame| Scroll {
            top: f64::from(frame.scroll_top()),
            height: f64::from(frame.client_height()),
        });
        if measured != scroll.get_untracked() {
            scroll.set(measured);
        }
    };
    Effect::new(move |_| {
        long.track();
        if frame.get().is_some() {
            measure();
        }
    });
    Effect::new(move |_| {
        place(
            room,
            rows,
            long.get(),
            total.get(),
            scroll.get(),
            span.get(),
        )
    });
    Effect::new(move |_| {
        let Some(row) = go.get() else { return };
        let Some(frame) = frame.get_untracked() else {
            return;
        };
        if long.get_untracked() {
            let now = Scroll {
                top: f64::from(frame.scroll_top()),
                height: f64::from(frame.client_height()),
            };
            if let Some(top) = scroll_to(now, total.get_untracked(), row) {
                frame.set_scroll_top(whole(top));
                measure();
            }
        } else if let Some(row) = rows
            .get_untracked()
            .and_then(|rows| rows.children().item(u32::try_from(row).ok()?))
        {
            nearest(&row);
        }
    });
    view! {
        <div class="win" class:long=move || long.get() node_ref=frame on:scroll=move |_| measure()>
            <div class="win-room" node_ref=room>
                <div class="win-rows" node_ref=rows role="presentation">
                    {move || {
                        let (from, to) = span.get();
                        (from..to).map(|index| draw(index)).collect_view()
                    }}
                </div>
            </div>
        </div>
        {move || (long.get() && scroll.with(Option::is_none)).then(|| view! {
            <p class="none" role="note">{format!("The first {WHOLE} of {} rows.", total.get())}</p>
        })}
    }
}

/// Keeps room for all rows, and puts those of the document where they belong.
fn place(
    room: NodeRef<Div>,
    rows: NodeRef<Div>,
    long: bool,
    total: usize,
    scroll: Option<Scroll>,
    (from, _): (usize, usize),
) {
    let (Some(room), Some(rows)) = (room.get(), rows.get()) else {
        return;
    };
    let set = |element: &HtmlElement, name: &str, value: &str| {
        // A property of a connected element takes any value; a wrong one is left out.
        let _ = element.style().set_property(name, value);
    };
    let Some(scroll) = scroll.filter(|_| long) else {
        set(&room, "height", "");
        set(&rows, "transform", "");
        return;
    };
    let (first, height) = first_row(scroll, total);
    set(&room, "height", &format!("{height}px"));
    let top = scroll.top - (first - f64_of(from)) * ROW;
    set(&rows, "transform", &format!("translateY({top:.2}px)"));
}

/// Brings an element into sight by the shortest way.
pub fn nearest(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "no box is higher than HIGHEST"
)]
fn whole(pixels: f64) -> i32 {
    pixels.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_in_sight_are_in_the_document() {
        let scroll = Scroll {
            top: 20_000.0,
            height: 400.0,
        };
        let (from, to) = range(scroll, 10_000);
        assert!(from <= 1_000 && to >= 1_020, "{from}..{to}");
        assert!(to - from < 80);
        assert_eq!(range(scroll, 10), (10, 10), "nothing is there any more");
    }

    #[test]
    fn very_long_content_reaches_its_end() {
        let total = 1_000_000;
        let height = 600.0;
        let top = HIGHEST - height;
        let (from, to) = range(Scroll { top, height }, total);
        assert!(from < total && to == total, "{from}..{to}");
        let (first, room) = first_row(Scroll { top: 0.0, height }, total);
        assert!(first.abs() < f64::EPSILON && (room - HIGHEST).abs() < f64::EPSILON);
    }

    #[test]
    fn a_row_comes_into_sight() {
        for total in [2_000, 1_000_000] {
            let now = Scroll {
                top: 0.0,
                height: 400.0,
            };
            assert_eq!(scroll_to(now, total, 3), None, "it is");
            let top = scroll_to(now, total, total - 5).unwrap();
            let (from, to) = range(Scroll { top, ..now }, total);
            assert!((from..to).contains(&(total - 5)), "{total}: {from}..{to}");
        }
    }
}
