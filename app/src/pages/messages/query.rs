//! The field of the filter: coloured while it is typed, completed from fields that the records have, with errors that point at
//! their place. A GET form, so it also works without JavaScript; what is wrong is then said by the page that comes.

mod samples;

use self::samples::Samples;
use super::here::Here;
use crate::{
    components::{
        completion::Completer,
        icon::{Icon, icon, icon_small},
        query_field::{QueryField, focus},
    },
    paths::{MessagesQuery, Mode},
};
use leptos::{ev, html, prelude::*};
use penstock_domain::filter::{self, Filter, FilterError};

/// The id of the form, for buttons that stand elsewhere.
pub const FORM: &str = "q-form";
/// The id of the list of proposals.
const LIST: &str = "q-proposals";

/// What somebody asked for by pressing Enter; moves also when the text is the same as before.
#[derive(Clone, Copy)]
pub struct Submitted(pub RwSignal<u64>);

/// The field, and whatever stands right of it in the bar.
pub fn bar(
    here: Here,
    submitted: Submitted,
    beside: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let asked = Memo::new(move |_| here.query.with(|query| query.q.clone()));
    let text = RwSignal::new(asked.get_untracked());
    // What was sent, or what the address says: only that is judged, not every key on the way.
    let judged = RwSignal::new(asked.get_untracked());
    Effect::new(move |before: Option<String>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) {
            text.set(now.clone());
            judged.set(now.clone());
        }
        now
    });
    let error = Memo::new(move |_| {
        let judged = judged.get();
        (text.get() == judged)
            .then(|| Filter::parse(&judged).err())
            .flatten()
    });
    let input = NodeRef::<html::Input>::new();
    let samples = Samples::new(here);
    let completer = Completer::new(LIST, samples.source(), text, input);
    let field = QueryField {
        text,
        error,
        input,
        completer,
        tokens: filter::tokens,
        placeholder: "value.data.priority = \"high\" and key ^= \"tsk_\", or any text",
        label: "Filter of records",
        longest: filter::LONGEST,
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        completer.close();
        let now = text.get_untracked();
        judged.set(now.clone());
        if Filter::parse(&now).is_ok() {
            let query = here.query.with_untracked(|query| MessagesQuery {
                q: now.trim().to_owned(),
                ..query.anew()
            });
            // The same once more changes no address; whoever listens does it again.
            if here.query.with_untracked(|before| *before == query) {
                submitted.0.update(|count| *count += 1);
            } else {
                here.go(&query);
            }
        }
    };
    let action = crate::paths::messages::messages_path(&here.cluster());
    let hidden = move || {
        here.query.with(|query| {
            query
                .anew()
                .pairs()
                .into_iter()
                .filter(|(name, _)| name != "q")
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view()
        })
    };
    let clear = move || {
        here.link_with(|query| MessagesQuery {
            q: String::new(),
            ..query.anew()
        })
    };
    let glyph = move || {
        if here.query.with(|query| query.mode == Mode::Search) {
            icon(Icon::Search)
        } else {
            icon(Icon::Filter)
        }
    };
    view! {
        <div class="filter qbar">
            <form method="get" action=action role="search" class="qform" id=FORM on:submit=submit>
                {hidden}
                <div class="query" class:err=move || error.with(Option::is_some)>
                    {glyph}
                    {field.view(move || samples.ready())}
                    {move || (!text.with(String::is_empty)).then(|| view! {
                        <a class="btn icon ghost sm" href=clear aria-label="Clear the filter" title="Clear the filter" on:click=move |_| text.set(String::new())>{icon_small(Icon::X)}</a>
                    })}
                </div>
                {completer.list()}
            </form>
            {beside()}
        </div>
        {move || error.get().map(|error| wrong(here, error, text, judged, input))}
    }
    .into_any()
}

/// What is wrong, and what was probably meant.
fn wrong(
    here: Here,
    error: FilterError,
    text: RwSignal<String>,
    judged: RwSignal<String>,
    input: NodeRef<html::Input>,
) -> AnyView {
    let hint = error.hint.map(|hint| {
        // A link, so that it also helps without JavaScript; in the browser the text changes in place.
        let href = here.link(&here.query.with_untracked(|query| MessagesQuery {
            q: hint.clone(),
            ..query.anew()
        }));
        let shown = hint.clone();
        let take = move |event: ev::MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            text.set(hint.clone());
            judged.set(hint.clone());
            focus(input);
        };
        view! { <a class="btn sm" href=href on:click=take>"Use "<code>{shown}</code></a> }
    });
    view! {
        <div class="qerror" id="q-error" role="alert">
            <span class="help err">{error.message}</span>
            {hint}
        </div>
    }
    .into_any()
}
