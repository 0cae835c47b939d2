//! The key or the value of a record: how it is read, what stands in its way, and itself. A large one is shown by its beginning
//! until somebody opens all of it.

use super::{
    Pane,
    address::Side,
    content::{Built, Content},
    text::{Base64View, HexView, TextView},
    tree::TreeView,
};
use crate::{
    components::icon::{Icon, icon_small, icon_tiny},
    paths::MessagesQuery,
};
use leptos::{prelude::*, task::spawn_local};
use penstock_domain::{
    filter::Filter,
    json::Path,
    record::{Format, SchemaRef},
    units,
};
use std::sync::Arc;

/// One side of the record.
pub fn part(pane: Pane, side: Side) -> AnyView {
    let content = Memo::new(move |_| pane.record.with(|record| Content::of(record, side)));
    let mentioned = Signal::derive(move || Arc::new(mentioned(pane, side)));
    let later = RwSignal::new(None::<Built>);
    let percent = RwSignal::new(0_u8);
    build_later(content, later, percent);
    view! {
        {move || content.with(|content| head(pane, content))}
        {move || content.with(|content| notes(pane, content))}
        {move || {
            let built = if content.with(Content::is_large) {
                later.get()
            } else {
                Some(content.with(Content::build))
            };
            match built {
                Some(built) => show(built, side, mentioned),
                None => view! {
                    <p class="none" role="status">{icon_tiny(Icon::Loader)}" "{move || format!("Opening, {} %", percent.get())}</p>
                }
                .into_any(),
            }
        }}
    }
    .into_any()
}

/// Takes large content apart between frames; what is no longer wanted stops.
fn build_later(content: Memo<Content>, later: RwSignal<Option<Built>>, percent: RwSignal<u8>) {
    let wanted = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let content = content.get();
        wanted.update_value(|wanted| *wanted += 1);
        if later.with_untracked(Option::is_some) {
            later.set(None);
        }
        if !content.is_large() {
            return;
        }
        let mine = wanted.get_value();
        percent.set(0);
        spawn_local(async move {
            let built = content
                .build_slowly(|done| {
                    percent.try_set(done);
                    wanted.try_get_value() == Some(mine)
                })
                .await;
            if wanted.try_get_value() == Some(mine) {
                later.try_set(built);
            }
        });
    });
}

/// The paths of one side that the page's filter speaks of; none where it does not parse.
fn mentioned(pane: Pane, side: Side) -> Vec<Path> {
    let text = pane.here.query.with(|query| query.q.clone());
    if text.is_empty() {
        return Vec::new();
    }
    let Ok(filter) = Filter::parse(&text) else {
        return Vec::new();
    };
    let mentions = filter.paths();
    let mut paths = match side {
        Side::Key => mentions.key,
        Side::Value => mentions.value,
    };
    // The whole is nothing to point at.
    paths.retain(|path| !path.is_root());
    paths
}

fn show(built: Built, side: Side, mentioned: Signal<Arc<Vec<Path>>>) -> AnyView {
    let what = side.name();
    match built {
        Built::Null => {
            let words = match side {
                Side::Key => "This record has no key: null.",
                Side::Value => "This record has no value: null. In a compacted topic it deletes its key.",
            };
            view! { <p class="none">{icon_small(Icon::CircleOff)}" "{words}</p> }.into_any()
        }
        Built::Empty => view! { <p class="none">{format!("The {what} is empty: no bytes, which is not null.")}</p> }.into_any(),
        Built::Tree(doc) => view! { <TreeView doc mentioned what/> }.into_any(),
        Built::Text(rows, why) => view! {
            {why.map(|why| view! { <p class="none">{icon_tiny(Icon::Info)}" "{why}" Shown as text."</p> })}
            <TextView rows what/>
        }
        .into_any(),
        Built::Hex(rows) => view! { <HexView rows what/> }.into_any(),
        Built::Base64(rows) => view! { <Base64View rows what/> }.into_any(),
    }
}

/// As what it is read, with which schema, how large it is.
fn head(pane: Pane, content: &Content) -> AnyView {
    let chosen = pane.here.query.with(|query| match content.side {
        Side::Key => query.key_format,
        Side::Value => query.value_format,
    });
    let read = match (content.format, chosen) {
        (Some(format), Format::Auto) => format!("{}, found out", format.words()),
        (Some(format), _) => format.words().to_owned(),
        (None, Format::Auto) => "As it is".to_owned(),
        (None, chosen) => chosen.words().to_owned(),
    };
    let side = content.side;
    let menu = Format::ALL
        .into_iter()
        .map(|format| {
            let href = pane.here.link_with(|query| with_format(query, side, format));
            view! { <li><a href=href data-noscroll="" aria-current=(format == chosen).then_some("true")>{format.words()}</a></li> }
        })
        .collect_view();
    view! {
        <div class="part-head">
            <details class="floating">
                <summary class="btn ghost sm" aria-label=format!("Read the {} as", side.name())>{read}{icon_tiny(Icon::ChevronDown)}</summary>
                <ul class="menu">{menu}</ul>
            </details>
            {content.schema.as_ref().map(schema)}
            <span class="grow"></span>
            <span class="t3 f12 tnum">{(content.size > 0).then(|| units::bytes(content.size))}</span>
        </div>
    }
    .into_any()
}

fn with_format(query: MessagesQuery, side: Side, format: Format) -> MessagesQuery {
    match side {
        Side::Key => MessagesQuery {
            key_format: format,
            ..query
        },
        Side::Value => MessagesQuery {
            value_format: format,
            ..query
        },
    }
}

fn schema(schema: &SchemaRef) -> AnyView {
    let name = schema.name.clone();
    let words = schema_words(schema);
    view! { <span class="f12 t2 ell" title=name>"schema "<code>{words}</code></span> }.into_any()
}

/// `task-created-value v5`, or `id 42` where the registry told no more.
pub fn schema_words(schema: &SchemaRef) -> String {
    match (&schema.subject, schema.version) {
        (Some(subject), Some(version)) => format!("{subject} v{version}"),
        (Some(subject), None) => subject.clone(),
        (None, _) => format!("id {}", schema.id),
    }
}

/// What stands in the way of reading it, and whether only its beginning is here.
fn notes(pane: Pane, content: &Content) -> AnyView {
    let problem = content.problem.clone().map(|problem| {
        view! {
            <div class="note warn">{icon_small(Icon::TriangleAlert)}<span>{problem}" The bytes are shown as they are."</span></div>
        }
    });
    let cut = content.cut.then(|| {
        let size = units::bytes(content.size);
        let more = move || match (pane.opening.get(), pane.failed.get()) {
            (true, _) => view! { <span class="t3">"Opening…"</span> }.into_any(),
            (false, Some(why)) => view! {
                <span>{why}" "</span>
                <button type="button" class="link" on:click=move |_| pane.open_all.run(())>"Try again"</button>
            }
            .into_any(),
            (false, None) => view! {
                <button type="button" class="link js" hidden=move || !pane.alive.get() on:click=move |_| pane.open_all.run(())>"Open all"</button>
            }
            .into_any(),
        };
        let shown = if pane.whole.get_untracked() {
            format!("{size}; this is as much as the console shows.")
        } else {
            format!("{size}; showing the first {}. ", units::bytes(u64::from(super::address::PREVIEW)))
        };
        view! {
            <div class="note" role="status">
                {icon_small(Icon::FileText)}
                <span>{shown}{(!pane.whole.get_untracked()).then_some(more)}</span>
            </div>
        }
    });
    view! { {problem}{cut} }.into_any()
}
