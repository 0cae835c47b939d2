//! The list of records beside the record that is open. Shared by browsing and searching; rows are links, so the list reads and
//! opens without JavaScript.

use super::{
    cells::{self, Cell},
    here::Here,
    rows::{Row, Rows},
};
use crate::{
    clock::use_clock,
    components::icon::{Icon, icon},
};
use leptos::prelude::*;
use penstock_domain::{record::RecordAddress, time::Timestamp, units};
use penstock_ui::virtual_table::{VirtualRow, VirtualTable};
use std::sync::Arc;

/// Widths of the fixed columns in CSS pixels; what follows shares the rest.
const TIME: u32 = 132;
const PARTITION: u32 = 46;
const OFFSET: u32 = 108;
/// Tenths of a pixel of a character at its size in rows (JetBrains Mono at 12 px), rounded up.
const CHARACTER: usize = 73;

/// What a row shows beside time and place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    /// Whether the topic is named.
    several: bool,
    /// Characters of the longest topic's name.
    topic: usize,
    /// Characters of the longest key seen.
    key: usize,
    /// The fields shown in the place of the value.
    columns: Vec<String>,
}

impl Shape {
    fn count(&self) -> usize {
        4 + usize::from(self.several) + self.columns.len().max(1)
    }
}

/// The list and, where a record is open, its detail.
pub fn split(
    here: Here,
    rows: Rows,
    today: Signal<Option<Timestamp>>,
    above: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    below: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let open = Memo::new(move |_| here.query.with(|query| query.record.clone()));
    let count = rows.count();
    let generation = rows.generation();
    let chosen = Memo::new(move |_| {
        let _ = (count.get(), generation.get());
        open.with(|open| open.as_ref().and_then(|address| rows.position(address)))
    });
    let active = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        if let Some(index) = chosen.get() {
            active.set(Some(index));
        }
    });
    // While a record is open, the keyboard takes the detail along.
    let on_move = move |index: usize| {
        if open.with_untracked(Option::is_some)
            && let Some(row) = rows.get(index)
        {
            here.replace(
                &here
                    .query
                    .with_untracked(|query| query.with_record(row.address())),
            );
        }
    };
    let shape = Memo::new(move |last: Option<&Shape>| {
        let seen = count.get().min(60);
        let _ = generation.get();
        let key = (0..seen)
            .filter_map(|index| rows.get(index))
            .map(|row| match cells::key(&row.record) {
                Cell::Text(text) | Cell::Binary(text) => text.chars().count(),
                _ => 6,
            })
            .max()
            .unwrap_or(8)
            .clamp(6, 26);
        here.query.with(|query| Shape {
            several: query.topics.len() > 1,
            topic: query
                .topics
                .iter()
                .map(|topic| topic.as_str().len())
                .max()
                .unwrap_or(0)
                .clamp(5, 28),
            // The column only grows while records go on coming.
            key: last.map_or(key, |last| if count.get() > 60 { last.key } else { key }),
            columns: query.columns.clone(),
        })
    });
    let clock = use_clock();
    let opened_at = clock.now_untracked();
    let row = move |index: usize| match rows.get(index) {
        Some(row) => {
            let today = today.get_untracked().unwrap_or(opened_at);
            draw(here, &row, &shape.get_untracked(), today)
        }
        None => VirtualRow {
            class: "",
            cells: ().into_any(),
        },
    };
    // Rows are drawn anew when their shape changes.
    let drawn = Memo::new(move |last: Option<&(u64, u64, bool, Vec<String>)>| {
        let (generation, shape) = (generation.get(), shape.get());
        match last {
            Some((number, before, several, columns))
                if *before == generation
                    && *several == shape.several
                    && *columns == shape.columns =>
            {
                (*number, *before, *several, columns.clone())
            }
            last => (
                last.map_or(0, |last| last.0 + 1),
                generation,
                shape.several,
                shape.columns,
            ),
        }
    });
    let address = Signal::derive(move || open.get());
    let neighbour = move |by: isize| {
        Signal::derive(move || {
            let index = chosen.get()?.checked_add_signed(by)?;
            let _ = count.get();
            let row = rows.get(index)?;
            Some(here.record_link(row.address()))
        })
    };
    let preview = Signal::derive(move || chosen.get().and_then(|index| rows.get(index)));
    view! {
        <div class="split" class:open=move || open.with(Option::is_some)>
            <VirtualTable
                label="Records"
                class="tbl compact msgs"
                columns=Signal::derive(move || shape.with(Shape::count))
                count
                generation=Signal::derive(move || drawn.with(|drawn| drawn.0))
                active
                chosen
                on_move
                widths=move || widths(shape)
                head=move || head(&shape.get())
                row
                above=move || above()
                below=move || below()
            />
            {super::detail(here, address, preview, neighbour(-1), neighbour(1))}
        </div>
    }
    .into_any()
}

fn widths(shape: Memo<Shape>) -> AnyView {
    let name = |characters: usize| u32::try_from(characters * CHARACTER / 10 + 16).unwrap_or(120);
    view! {
        <colgroup>
            {move || {
                let shape = shape.get();
                let mut widths = vec![Some(TIME)];
                if shape.several {
                    widths.push(Some(name(shape.topic)));
                }
                widths.extend([Some(PARTITION), Some(OFFSET), Some(name(shape.key))]);
                widths.resize(shape.count(), None);
                widths
                    .into_iter()
                    .map(|width| leptos::html::col().attr("width", width.map(|width| width.to_string())))
                    .collect_view()
            }}
        </colgroup>
    }
    .into_any()
}

fn head(shape: &Shape) -> AnyView {
    let last = if shape.columns.is_empty() {
        view! { <th scope="col">"Value"</th> }.into_any()
    } else {
        shape
            .columns
            .iter()
            .map(|path| {
                let short = path.strip_prefix("value.").unwrap_or(path).to_owned();
                view! { <th scope="col" title=path.clone()><span class="mono ell">{short}</span></th> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <tr>
            <th scope="col" title="UTC">"Time"</th>
            {shape.several.then(|| view! { <th scope="col">"Topic"</th> })}
            <th scope="col" class="num" title="Partition">"P"</th>
            <th scope="col" class="num">"Offset"</th>
            <th scope="col">"Key"</th>
            {last}
        </tr>
    }
    .into_any()
}

fn draw(here: Here, row: &Arc<Row>, shape: &Shape, today: Timestamp) -> VirtualRow {
    let record = &row.record;
    let address = row.address();
    let value = cells::value(record);
    let class = match () {
        () if record.control.is_some() => "control",
        () if record.aborted => "aborted",
        () if matches!(value, Cell::Null) => "tombstone",
        () => "",
    };
    let mut last: Vec<AnyView> = Vec::new();
    if shape.columns.is_empty() || record.control.is_some() {
        let span = shape.columns.len().max(1).to_string();
        last.push(
            view! { <td class="pv" colspan=span>{link(here, address.clone(), content(&value, record.aborted))}</td> }
                .into_any(),
        );
    } else {
        for place in 0..shape.columns.len() {
            let text = record.columns.get(place).cloned().flatten();
            let shown = match text {
                Some(text) => view! { <span>{cells::one_line(&text)}</span> }.into_any(),
                None => view! { <span class="t3">"–"</span> }.into_any(),
            };
            last.push(if place == 0 {
                let badge = record.aborted.then(aborted_badge);
                view! { <td class="pv">{link(here, address.clone(), view! { {badge}{shown} }.into_any())}</td> }
                    .into_any()
            } else {
                view! { <td class="pv">{shown}</td> }.into_any()
            });
        }
    }
    let cells = view! {
        <td class="tnum t2 time" title=cells::whole_time(record.timestamp)>{cells::time(record.timestamp, today)}</td>
        {shape.several.then(|| view! { <td class="mono t2 ell topic">{record.topic.to_string()}</td> })}
        <td class="num mono part">{record.partition.to_string()}</td>
        <td class="num mono off">{units::thousands(record.offset)}</td>
        <td class="mono ell key">{plain(&cells::key(record))}</td>
        {last}
    }
    .into_any();
    VirtualRow { class, cells }
}

fn link(here: Here, address: RecordAddress, content: AnyView) -> AnyView {
    view! {
        <a class="name" href=move || here.record_link(address.clone()) data-noscroll="">{content}</a>
    }
    .into_any()
}

fn aborted_badge() -> AnyView {
    view! { <span class="badge bad bare">{icon(Icon::OctagonX)}"aborted"</span> }.into_any()
}

/// A value with what one must know of it.
fn content(cell: &Cell, aborted: bool) -> AnyView {
    let badge = aborted.then(aborted_badge);
    match cell {
        Cell::Null => view! {
            {badge}<span class="badge mute bare">{icon(Icon::CircleOff)}"tombstone, value null"</span>
        }
        .into_any(),
        Cell::Marker(words) => view! {
            <span class="badge mute bare">{icon(Icon::Flag)}"control"</span><span>{words.clone()}</span>
        }
        .into_any(),
        Cell::Problem(why, bytes) => view! {
            {badge}
            <span class="badge warn bare" title=why.clone()>{icon(Icon::TriangleAlert)}{why.clone()}</span>
            <span>{bytes.clone()}</span>
        }
        .into_any(),
        Cell::Binary(bytes) => view! {
            {badge}<span class="badge mute bare" title="Bytes that are no text, in hexadecimal">{icon(Icon::Braces)}"bytes"</span><span>{bytes.clone()}</span>
        }
        .into_any(),
        Cell::Text(text) => view! { {badge}<span>{text.clone()}</span> }.into_any(),
        Cell::Empty => view! { {badge}{plain(cell)} }.into_any(),
    }
}

/// A key, where there is no room for words.
fn plain(cell: &Cell) -> AnyView {
    match cell {
        Cell::Text(text) => view! { <span>{text.clone()}</span> }.into_any(),
        Cell::Null => view! { <span class="t3" title="There is none: null">"–"</span> }.into_any(),
        Cell::Empty => {
            view! { <span class="t3 word" title="It has no bytes">"empty"</span> }.into_any()
        }
        Cell::Binary(bytes) => {
            view! { <span title="Bytes that are no text, in hexadecimal">{bytes.clone()}</span> }
                .into_any()
        }
        Cell::Problem(why, bytes) => {
            view! { <span class="c-warn" title=why.clone()>{bytes.clone()}</span> }.into_any()
        }
        Cell::Marker(words) => view! { <span class="t3">{words.clone()}</span> }.into_any(),
    }
}
