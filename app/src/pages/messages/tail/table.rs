//! The rows of the tail in the document: a fixed number of elements, as many as are in sight, whose text changes in place. No
//! signal and no element belongs to a record, so that any rate of records costs the same. Text only ever becomes text nodes.

use super::{
    feed::Feed,
    row::{Drawn, Glyph},
};
use crate::paths::MessagesQuery;
use leptos::prelude::document;
use penstock_domain::time::Timestamp;
use std::{collections::HashMap, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// Height of a row until one has been measured, in CSS pixels (`--row-compact`).
const ROW: f64 = 28.0;
/// Height of the table's head (`--row-head`) and of the line of new rows.
const HEAD: f64 = 64.0;
/// Rows beyond those in sight, on either side.
const MARGIN: usize = 6;
/// Rows in the document at most, however high the window is.
const MOST: usize = 160;
/// Cells before the value: time, topic, partition, offset, key.
const CELLS: [&str; 5] = [
    "tnum t2 time",
    "mono t2 ell topic",
    "num mono part",
    "num mono off",
    "mono ell key",
];

/// How rows are shown.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether the newest row is the first.
    pub newest_on_top: bool,
    /// Whether the topic is named.
    pub topics: bool,
    /// The page as it is asked for now: rows lead from it.
    pub query: MessagesQuery,
    /// The path of the page.
    pub path: String,
    /// The day of which times need no date.
    pub today: Timestamp,
    /// The number of the row that the keyboard stands on.
    pub cursor: Option<u64>,
}

impl Look {
    fn href(&self, drawn: &Drawn) -> Option<String> {
        let query = drawn.link.as_ref()?.query(&self.query);
        Some(format!("{}?{}", self.path, query.to_query_string()))
    }
}

struct RowElements {
    row: Element,
    cells: Vec<Element>,
    value: Element,
    link: Element,
    badge: Element,
    glyph: Glyph,
    words: Element,
    text: Element,
    shown: Option<Rc<Ready>>,
}

/// A row's words with its address, made once.
struct Ready {
    number: u64,
    drawn: Drawn,
    href: Option<String>,
}

/// The rows.
pub struct Table {
    list: HtmlElement,
    body: Element,
    above: HtmlElement,
    below: HtmlElement,
    glyphs: HashMap<usize, Element>,
    rows: Vec<RowElements>,
    ready: HashMap<u64, Rc<Ready>>,
    height: f64,
    empty: Element,
}

impl Table {
    /// Takes the body of a table that scrolls in `list`; `glyphs` holds a sign for each of [`Glyph::ALL`], `topics` says whether
    /// there is a column for the topic.
    pub fn new(
        list: HtmlElement,
        body: Element,
        glyphs: &Element,
        topics: bool,
    ) -> Result<Self, JsValue> {
        let signs = (0..glyphs.children().length())
            .filter_map(|index| Some((index as usize, glyphs.children().item(index)?)))
            .collect();
        body.set_text_content(None);
        let columns = columns(topics);
        let (above, below) = (space(&body, columns)?, space(&body, columns)?);
        Ok(Self {
            list,
            body,
            above,
            below,
            glyphs: signs,
            rows: Vec::new(),
            ready: HashMap::new(),
            height: ROW,
            empty: document().create_element("i")?,
        })
    }

    /// Forgets every address of a row: the page is asked for differently now.
    pub fn forget(&mut self) {
        self.ready.clear();
        for row in &mut self.rows {
            row.shown = None;
        }
    }

    /// Draws what is in sight.
    pub fn draw(&mut self, feed: &Feed, look: &Look) -> Result<(), JsValue> {
        let count = feed.rows().len();
        let seen = f64::from(self.list.client_height());
        let top = f64::from(self.list.scroll_top());
        let span = span(top, seen, self.height, count);
        self.fit(span.1 - span.0)?;
        let first = feed.first_number();
        let mut ready = HashMap::with_capacity(self.rows.len());
        let open = look.query.record.clone();
        for place in span.0..span.1 {
            let index = if look.newest_on_top {
                count - 1 - place
            } else {
                place
            };
            let Some(entry) = feed.rows().get(index) else {
                continue;
            };
            let number = first + index as u64;
            // Only records never change; a gap may have grown.
            let known = self
                .ready
                .get(&number)
                .filter(|_| matches!(entry, super::feed::Entry::Record(_)))
                .cloned();
            let row = known.unwrap_or_else(|| {
                let drawn = Drawn::of(feed, entry, look.today);
                let href = look.href(&drawn);
                Rc::new(Ready {
                    number,
                    drawn,
                    href,
                })
            });
            ready.insert(number, Rc::clone(&row));
            let is_open = matches!(
                (&open, &row.drawn.link),
                (Some(open), Some(super::row::Link::Record(address)))
                    if open.offset == address.offset && open.partition == address.partition && open.topic == address.topic
            );
            if let Some(elements) = self.rows.get_mut(place - span.0) {
                let marks = (is_open, look.cursor == Some(number));
                elements.show(&row, look, marks, &self.glyphs, &self.empty)?;
                elements
                    .row
                    .set_attribute("aria-rowindex", &(place + 2).to_string())?;
            }
        }
        self.ready = ready;
        space_of(&self.above, f64_of(span.0) * self.height)?;
        space_of(&self.below, f64_of(count - span.1) * self.height)?;
        if let Some(row) = self.rows.first() {
            let height = row.row.get_bounding_client_rect().height();
            if height > 1.0 {
                self.height = height;
            }
        }
        Ok(())
    }

    /// Whether the end at which new rows come is in sight.
    pub fn at_edge(&self, newest_on_top: bool) -> bool {
        let top = f64::from(self.list.scroll_top());
        if newest_on_top {
            return top < self.height / 2.0;
        }
        let rest = f64::from(self.list.scroll_height() - self.list.client_height()) - top;
        rest < self.height
    }

    /// Scrolls to where new rows come.
    pub fn to_edge(&self, newest_on_top: bool) {
        let to = if newest_on_top {
            0
        } else {
            self.list.scroll_height()
        };
        if self.list.scroll_top() != to {
            self.list.set_scroll_top(to);
        }
    }

    /// Scrolls by the shortest way until a row is in sight.
    pub fn reveal(&self, place: usize) {
        let top = f64::from(self.list.scroll_top());
        // The table's head lies over the first rows.
        let seen = f64::from(self.list.client_height()) - self.height - HEAD;
        let wanted = f64_of(place) * self.height;
        let to = if wanted < top {
            wanted
        } else if wanted > top + seen {
            wanted - seen
        } else {
            return;
        };
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a few thousand rows of a few dozen pixels"
        )]
        self.list.set_scroll_top(to.round() as i32);
    }

    /// Whether the focus is on one of the rows.
    pub fn has_focus(&self) -> bool {
        document()
            .active_element()
            .is_some_and(|element| self.body.contains(Some(&element)))
    }

    /// Makes so many row elements, or takes some away.
    fn fit(&mut self, wanted: usize) -> Result<(), JsValue> {
        while self.rows.len() > wanted {
            if let Some(row) = self.rows.pop() {
                row.row.remove();
            }
        }
        while self.rows.len() < wanted {
            let row = RowElements::new()?;
            let below = self.below.closest("tr")?;
            self.body
                .insert_before(&row.row, below.as_ref().map(AsRef::as_ref))?;
            self.rows.push(row);
        }
        Ok(())
    }
}

/// The rows in the document: those in sight and a few on either side.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the rows that there are"
)]
fn span(top: f64, seen: f64, row: f64, count: usize) -> (usize, usize) {
    let row = row.max(1.0);
    let first = (top / row).floor().max(0.0) as usize;
    let shown = ((seen / row).ceil().max(1.0) as usize + 1 + 2 * MARGIN).min(MOST);
    let from = first
        .saturating_sub(MARGIN)
        .min(count.saturating_sub(shown));
    (from, (from + shown).min(count))
}

#[allow(clippy::cast_precision_loss, reason = "at most a few thousand rows")]
fn f64_of(rows: usize) -> f64 {
    rows as f64
}

/// How many columns there are; one more would take its share of the width.
const fn columns(topics: bool) -> &'static str {
    if topics { "6" } else { "5" }
}

/// A row without content that keeps room.
fn space(body: &Element, columns: &str) -> Result<HtmlElement, JsValue> {
    let row = document().create_element("tr")?;
    row.set_class_name("space");
    row.set_attribute("aria-hidden", "true")?;
    let cell: HtmlElement = document().create_element("td")?.dyn_into()?;
    cell.set_attribute("colspan", columns)?;
    row.append_child(&cell)?;
    body.append_child(&row)?;
    space_of(&cell, 0.0)?;
    Ok(cell)
}

fn space_of(cell: &HtmlElement, height: f64) -> Result<(), JsValue> {
    cell.style().set_property("height", &format!("{height}px"))
}

impl RowElements {
    fn new() -> Result<Self, JsValue> {
        let document = document();
        let make = |name: &str, class: &str| -> Result<Element, JsValue> {
            let element = document.create_element(name)?;
            element.set_class_name(class);
            Ok(element)
        };
        let row = make("tr", "")?;
        row.set_attribute("data-line", "")?;
        let mut cells = Vec::with_capacity(CELLS.len());
        for class in CELLS {
            let cell = make("td", class)?;
            row.append_child(&cell)?;
            cells.push(cell);
        }
        let value = make("td", "pv")?;
        let link = make("a", "name")?;
        link.set_attribute("data-noscroll", "")?;
        let badge = make("span", "")?;
        let words = make("span", "")?;
        let text = make("span", "")?;
        badge.append_child(&words)?;
        link.append_child(&badge)?;
        link.append_child(&text)?;
        value.append_child(&link)?;
        row.append_child(&value)?;
        Ok(Self {
            row,
            cells,
            value,
            link,
            badge,
            glyph: Glyph::None,
            words,
            text,
            shown: None,
        })
    }

    fn show(
        &mut self,
        ready: &Rc<Ready>,
        look: &Look,
        (is_open, is_at): (bool, bool),
        glyphs: &HashMap<usize, Element>,
        empty: &Element,
    ) -> Result<(), JsValue> {
        let same = self
            .shown
            .as_ref()
            .is_some_and(|shown| shown.number == ready.number && shown.drawn == ready.drawn);
        let class = format!(
            "{}{}{}",
            ready.drawn.class,
            if is_open { " sel" } else { "" },
            if is_at { " focus" } else { "" }
        );
        if self.row.class_name() != class {
            self.row.set_class_name(&class);
        }
        if same {
            return Ok(());
        }
        let drawn = &ready.drawn;
        let is_record = matches!(drawn.link, Some(super::row::Link::Record(_)));
        for ((cell, text), place) in self.cells.iter().zip(&drawn.cells).zip(0_usize..) {
            let hidden = !is_record || (place == 1 && !look.topics);
            cell.toggle_attribute_with_force("hidden", hidden)?;
            cell.set_text_content(Some(text));
        }
        if let Some(time) = self.cells.first() {
            time.set_attribute("title", &drawn.title)?;
        }
        let span = if is_record { "1" } else { columns(look.topics) };
        self.value.set_attribute("colspan", span)?;
        self.set_badge(drawn, glyphs, empty)?;
        let text = match drawn.link_words {
            "" => drawn.text.clone(),
            words => format!("{} {words}", drawn.text),
        };
        self.text.set_text_content(Some(&text));
        match &ready.href {
            Some(href) => self.link.set_attribute("href", href)?,
            None => self.link.remove_attribute("href")?,
        }
        self.shown = Some(Rc::clone(ready));
        Ok(())
    }

    fn set_badge(
        &mut self,
        drawn: &Drawn,
        glyphs: &HashMap<usize, Element>,
        empty: &Element,
    ) -> Result<(), JsValue> {
        let (glyph, class, words) = match &drawn.badge {
            Some((glyph, class, words)) => (*glyph, *class, words.as_str()),
            None => (Glyph::None, "", ""),
        };
        self.badge
            .toggle_attribute_with_force("hidden", drawn.badge.is_none())?;
        self.badge.set_class_name(class);
        self.words.set_text_content(Some(words));
        if self.glyph != glyph {
            let sign = Glyph::ALL
                .iter()
                .position(|known| *known == glyph)
                .and_then(|place| glyphs.get(&place))
                .unwrap_or(empty)
                .clone_node_with_deep(true)?;
            if self.badge.child_element_count() > 1
                && let Some(old) = self.badge.first_element_child()
            {
                old.remove();
            }
            self.badge.insert_before(&sign, Some(self.words.as_ref()))?;
            self.glyph = glyph;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_made() {
        assert_eq!(span(0.0, 600.0, 28.0, 2_000), (0, 35));
        let (from, to) = span(28_000.0, 600.0, 28.0, 2_000);
        assert!(
            from < 1_000 && to > 1_022 && to - from <= 40,
            "{from}..{to}"
        );
        assert_eq!(span(1e9, 600.0, 28.0, 2_000), (1_965, 2_000));
        assert_eq!(span(0.0, 600.0, 28.0, 3), (0, 3));
        assert_eq!(span(0.0, 0.0, 0.0, 0), (0, 0));
        let (from, to) = span(0.0, 1e7, 28.0, 2_000);
        assert_eq!(to - from, MOST);
    }
}
