//! Where reading begins and ends, and in which order: newest, oldest, a span, an offset, a time, what a group has committed.

use super::{error_line, error_of};
use crate::{
    components::icon::Icon,
    pages::messages::{cells, forms, here::Here},
    paths::{MessagesQuery, messages::FieldError},
};
use leptos::{ev, prelude::*};
use penstock_domain::{
    read::{Order, Point},
    units,
};
use wasm_bindgen::JsCast;

/// Spans that are offered.
const SPANS: [(&str, &str); 5] = [
    ("", "Whole topic"),
    ("ago:15m", "Last 15 min"),
    ("ago:1h", "Last hour"),
    ("ago:24h", "Last 24 h"),
    ("ago:7d", "Last 7 d"),
];

/// The control.
pub fn control(here: Here, error: Memo<Option<FieldError>>) -> AnyView {
    let words = Signal::derive(move || here.query.with(label));
    let (from, to) = (error_of(error, "from"), error_of(error, "to"));
    let trouble = Signal::derive(move || from.get().is_some() || to.get().is_some());
    forms::popover(Icon::Clock, words, "floating", trouble, move || {
        view! {
            {orders(here)}
            {spans(here)}
            {forms::change(here, "fields", &["from", "to"], move || view! {
                <div class="fields" on:input=clear_others>
                <label class="field">"From offset"
                    <span class="input"><input type="text" inputmode="numeric" name="fromOffset" placeholder="1482117" autocomplete="off" value=move || now(here, Kind::Offset) prop:value=move || now(here, Kind::Offset)/></span>
                </label>
                <label class="field">"From time"
                    <span class="input"><input type="text" name="fromTime" placeholder="2026-11-23T08:00Z, or epoch" autocomplete="off" value=move || now(here, Kind::Time) prop:value=move || now(here, Kind::Time)/></span>
                </label>
                <label class="field">"From so long ago"
                    <span class="input"><input type="text" name="fromAgo" placeholder="90s, 15m, 2h, 7d" autocomplete="off" value=move || now(here, Kind::Ago) prop:value=move || now(here, Kind::Ago)/></span>
                </label>
                <label class="field">"From what a group has committed"
                    <span class="input"><input type="text" name="fromGroup" placeholder="Name of a group" autocomplete="off" spellcheck="false" value=move || now(here, Kind::Group) prop:value=move || now(here, Kind::Group)/></span>
                </label>
                </div>
                {error_line(from)}
                <label class="field">"Up to, exclusive"
                    <span class="input" class:err=move || to.get().is_some()><input type="text" name="to" placeholder="offset:1482200, a time, 15m ago" autocomplete="off" value=move || here.query.with(|query| query.to.clone()) prop:value=move || here.query.with(|query| query.to.clone())/></span>
                </label>
                {error_line(to)}
                <button type="submit" class="btn">"Read from there"</button>
            }.into_any())}
        }
        .into_any()
    })
}

/// One place to begin at: what is typed into one field empties the others.
fn clear_others(event: ev::Event) {
    let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
    else {
        return;
    };
    let Some(fields) = input.closest(".fields").ok().flatten() else {
        return;
    };
    let Ok(all) = fields.query_selector_all("input") else {
        return;
    };
    for index in 0..all.length() {
        if let Some(other) = all
            .item(index)
            .and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok())
            && other.name() != input.name()
        {
            other.set_value("");
        }
    }
}

fn orders(here: Here) -> AnyView {
    view! {
        <nav class="seg" aria-label="Order">
            {move || {
                let now = here.query.get();
                [(Order::Newest, "Newest first"), (Order::Oldest, "Oldest first")].into_iter().map(|(order, words)| {
                    let href = here.link(&MessagesQuery { order, ..now.anew() });
                    view! { <a href=href aria-current=(order == now.order).then_some("true")>{words}</a> }
                }).collect_view()
            }}
        </nav>
    }
    .into_any()
}

fn spans(here: Here) -> AnyView {
    view! {
        <ul class="spans">
            {move || {
                let now = here.query.get();
                let from = now.from.clone();
                SPANS.into_iter().map(|(span, words)| {
                    let current = now.to.is_empty() && Point::parse(span).ok() == Point::parse(&from).ok();
                    let href = here.link(&MessagesQuery { from: span.to_owned(), to: String::new(), ..now.anew() });
                    view! { <li><a href=href aria-current=current.then_some("true")>{words}</a></li> }
                }).collect_view()
            }}
        </ul>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum Kind {
    Offset,
    Time,
    Ago,
    Group,
}

/// What stands in a field: the present bound where it is of the field's kind, or what was written wrongly.
fn now(here: Here, kind: Kind) -> String {
    here.query.with(|query| {
        let text = query.from.as_str();
        let prefix = match kind {
            Kind::Offset => "offset:",
            Kind::Time => "time:",
            Kind::Ago => "ago:",
            Kind::Group => "group:",
        };
        if let Some(rest) = text.strip_prefix(prefix) {
            return rest.to_owned();
        }
        match (kind, Point::parse(text)) {
            (Kind::Offset, Ok(Point::Offset(offset))) => offset.to_string(),
            (Kind::Time, Ok(Point::Time(time))) => time.to_string(),
            // What is no point at all is shown in the first field, with the reason beneath.
            (Kind::Offset, Err(_)) => text.to_owned(),
            _ => String::new(),
        }
    })
}

/// What the button says.
fn label(query: &MessagesQuery) -> String {
    let order = match query.order {
        Order::Newest => "newest first",
        Order::Oldest => "oldest first",
    };
    let from = (!query.from.is_empty()).then(|| words(&query.from, "From "));
    let to = (!query.to.is_empty()).then(|| words(&query.to, "up to "));
    match (from, to) {
        (None, None) => match query.order {
            Order::Newest => "Newest first".to_owned(),
            Order::Oldest => "Oldest first".to_owned(),
        },
        (Some(from), None) => format!("{from}, {order}"),
        (None, Some(to)) => format!("{}, {order}", capital(&to)),
        (Some(from), Some(to)) => format!("{from} {to}"),
    }
}

fn words(text: &str, before: &str) -> String {
    match Point::parse(text) {
        Ok(Point::Ago(millis)) if before == "From " => {
            format!("Last {}", units::duration_millis(millis))
        }
        Ok(Point::Ago(millis)) => format!("{before}{} ago", units::duration_millis(millis)),
        Ok(Point::Offset(offset)) => format!("{before}offset {}", units::thousands(offset)),
        Ok(Point::Time(time)) => {
            let clock = time.clock();
            format!(
                "{before}{} {}",
                time.date(),
                clock.strip_suffix(":00").unwrap_or(&clock)
            )
        }
        Ok(Point::Group(group)) => format!("{before}the offsets of {}", cells::one_line(&group)),
        Ok(Point::Newest) => format!("{before}the end"),
        Ok(Point::Oldest) => format!("{before}the beginning"),
        Err(_) => format!("{before}?"),
    }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_what_is_read() {
        for (address, words) in [
            ("", "Newest first"),
            ("order=oldest", "Oldest first"),
            ("from=ago:24h&order=newest", "Last 1 d, newest first"),
            (
                "from=offset:1482117&order=oldest",
                "From offset 1\u{202f}482\u{202f}117, oldest first",
            ),
            (
                "from=time:2026-11-23T08:00Z&to=ago:5m",
                "From 2026-11-23 08:00 up to 5 min ago",
            ),
            ("to=offset:9", "Up to offset 9, newest first"),
            (
                "from=group:billing",
                "From the offsets of billing, oldest first",
            ),
            ("from=soon", "From ?, oldest first"),
        ] {
            assert_eq!(label(&MessagesQuery::of(address)), words, "{address}");
        }
    }
}
