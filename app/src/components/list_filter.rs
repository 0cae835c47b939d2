//! The filter over a list as a page handles it: the field with colours and proposals, what of it is sent, and what stands there where
//! it can't be read. The language is `penstock_domain::list_filter`; each list brings its fields.

use super::{
    completion::Completer,
    icon::{Icon, icon, icon_small},
    list::ListPage,
    query_field::QueryField,
};
use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_domain::{
    filter::FilterError,
    list_filter::{self, ListField, ListFilter},
    query::ListQuery,
};
use std::sync::Arc;

/// The list that is asked for: without a filter that can't be read.
pub fn sendable<F: ListField>(query: &ListQuery) -> ListQuery {
    if ListFilter::<F>::parse(&query.q).is_ok() {
        query.clone()
    } else {
        ListQuery {
            q: String::new(),
            ..query.clone()
        }
    }
}

/// A list with its filter.
#[derive(Clone)]
pub struct ListBar {
    /// What the address asks for, and other addresses.
    pub list: ListPage,
    /// What may be written.
    pub hint: &'static str,
    /// What is shown while the filter can't be read: “All topics are shown.”
    pub unfiltered: &'static str,
}

impl ListBar {
    /// The bar over the table; `beside` stands right of the field. Beneath it, while the filter can't be read, the mistake with its
    /// place, and the correction as a link.
    pub fn view<F: ListField>(self, beside: impl IntoView + 'static) -> AnyView {
        let Self {
            list,
            hint,
            unfiltered,
        } = self;
        let query = list.query;
        let asked = Memo::new(move |_| query.with(|query| query.q.clone()));
        let text = RwSignal::new(asked.get_untracked());
        Effect::new(move |before: Option<String>| {
            let now = asked.get();
            if before.is_some_and(|before| before != now) {
                text.set(now.clone());
            }
            now
        });
        // Only what was asked is judged, not every key on the way.
        let error = Memo::new(move |_| {
            let asked = asked.get();
            (text.get() == asked)
                .then(|| ListFilter::<F>::parse(&asked).err())
                .flatten()
        });
        let input = NodeRef::<html::Input>::new();
        let source = Arc::new(list_filter::complete::<F>);
        let completer = Completer::new("q-proposals", source, text, input);
        let field = QueryField {
            text,
            error,
            input,
            completer,
            tokens: list_filter::tokens::<F>,
            placeholder: hint,
            label: hint,
            longest: penstock_domain::query::MAX_FILTER_CHARS,
        };
        let submit = {
            let list = list.clone();
            let navigate = use_navigate();
            move |event: ev::SubmitEvent| {
                event.prevent_default();
                completer.close();
                let to = ListQuery {
                    q: text.get_untracked().trim().to_owned(),
                    ..query.get_untracked().first_page()
                };
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&list.to(&to), options);
            }
        };
        let without = {
            let list = list.clone();
            move || {
                list.to(&ListQuery {
                    q: String::new(),
                    ..query.get().first_page()
                })
            }
        };
        let action = list.to(&ListQuery::default());
        let hidden = move || {
            query.with(|query| {
                [
                    ("state", query.state.clone()),
                    ("sort", query.sort.clone()),
                    ("size", query.size.map(|size| size.to_string())),
                ]
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view()
            })
        };
        view! {
            <div class="filter lbar">
                <form method="get" action=action role="search" on:submit=submit>
                    <div class="query" class:err=move || error.with(Option::is_some)>
                        {icon(Icon::Search)}
                        {field.view(|| ())}
                        {hidden}
                        {move || (!text.with(String::is_empty)).then(|| view! {
                            <a class="btn icon ghost sm" href=without() aria-label="Clear the filter" title="Clear the filter" on:click=move |_| text.set(String::new())>{icon_small(Icon::X)}</a>
                        })}
                    </div>
                    {completer.list()}
                </form>
                {beside}
            </div>
            {move || {
                let query = query.get();
                let error = ListFilter::<F>::parse(&query.q).err()?;
                Some(note(&list, &query, error, unfiltered))
            }}
        }
        .into_any()
    }
}

fn note(list: &ListPage, query: &ListQuery, error: FilterError, unfiltered: &str) -> AnyView {
    let part = |from: usize, to: usize| query.q.get(from..to).unwrap_or_default().to_owned();
    let (before, wrong, after) = (
        part(0, error.from),
        part(error.from, error.to),
        part(error.to, query.q.len()),
    );
    let hint = error.hint.map(|hint| {
        let to = list.to(&ListQuery {
            q: hint.clone(),
            ..query.first_page()
        });
        view! { <a class="btn sm" href=to>"Use "<code>{hint}</code></a> }
    });
    view! {
        <div class="banner warn" id="q-error" role="alert">
            {icon(Icon::TriangleAlert)}
            <span>
                <code class="q-echo">{before}<mark>{wrong}</mark>{after}</code>" "
                <b class="m">{error.message}</b>" "{unfiltered.to_owned()}
            </span>
            {hint.map(|hint| view! { <span class="end">{hint}</span> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::group::query::GroupField;

    #[test]
    fn a_filter_that_cannot_be_read_is_not_sent() {
        let query = |q: &str| ListQuery {
            q: q.to_owned(),
            sort: Some("name".into()),
            ..ListQuery::default()
        };
        assert_eq!(sendable::<GroupField>(&query("lag>5")), query("lag>5"));
        assert_eq!(sendable::<GroupField>(&query("lag>x")), query(""));
    }
}
