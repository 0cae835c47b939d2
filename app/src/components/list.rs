//! What every list of a page has: heads that sort, links of its states and pages, its foot, and the words where a filter leaves nothing.
//! What a list is a list of, its bar and its rows are the page's own.

use super::{
    icon::{Icon, icon_tiny},
    pager,
};
use leptos::prelude::*;
use penstock_domain::{envelope::Page, query::ListQuery};
use std::{collections::BTreeMap, sync::Arc};

/// The address of a list as a query asks for it.
pub type ListLink = Arc<dyn Fn(&ListQuery) -> String + Send + Sync>;

/// A list: what its address asks for, and the addresses of what else it may be asked.
#[derive(Clone)]
pub struct ListPage {
    /// What the address asks for.
    pub query: Memo<ListQuery>,
    link: ListLink,
}

/// The rows of a list by their keys, for rows that each follow their own.
pub type Rows<K, V> = Memo<Arc<BTreeMap<K, V>>>;

/// The keys of a list in its order, and its rows by them: a row that changed changes alone.
pub fn by_key<L, K, V>(
    list: Signal<L>,
    items: fn(&L) -> &[V],
    key: fn(&V) -> K,
) -> (Memo<Vec<K>>, Rows<K, V>)
where
    L: Send + Sync + 'static,
    K: Ord + Send + Sync + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    let keys =
        Memo::new(move |_| list.with(|list| items(list).iter().map(key).collect::<Vec<_>>()));
    let rows = Memo::new(move |_| {
        list.with(|list| {
            let rows = items(list).iter().map(|row| (key(row), row.clone()));
            Arc::new(rows.collect())
        })
    });
    (keys, rows)
}

/// The keys that move in every list, at the end of its foot.
pub fn keys() -> AnyView {
    view! {
        <span class="hks">
            <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span>
            <span class="hk"><kbd>"↵"</kbd>" open"</span>
            <span class="hk"><kbd>"/"</kbd>" filter"</span>
        </span>
    }
    .into_any()
}

/// A column's head.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the address; without one it does not sort.
    name: Option<&'static str>,
    words: &'static str,
    unit: Option<&'static str>,
    class: &'static str,
    /// Whether a first click puts the largest first.
    largest_first: bool,
}

impl Column {
    /// A column that does not sort.
    pub const fn plain(words: &'static str) -> Self {
        Self {
            name: None,
            words,
            unit: None,
            class: "",
            largest_first: false,
        }
    }

    /// A column of words; it begins with `a`.
    pub const fn text(name: &'static str, words: &'static str) -> Self {
        Self {
            name: Some(name),
            ..Self::plain(words)
        }
    }

    /// A column of figures; it begins with the largest.
    pub const fn figures(name: &'static str, words: &'static str) -> Self {
        Self {
            class: "num",
            largest_first: true,
            ..Self::text(name, words)
        }
    }

    /// The same, and it begins with the largest, worst or youngest.
    pub const fn largest_first(self) -> Self {
        Self {
            largest_first: true,
            ..self
        }
    }

    /// The same with a unit behind its words.
    pub const fn unit(self, unit: &'static str) -> Self {
        Self {
            unit: Some(unit),
            ..self
        }
    }

    /// The same with classes of its head.
    pub const fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// The order that rows stand in while the address names none.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The column whose head says so.
    column: &'static str,
    /// Its direction; none where the order is no column's alone.
    descending: Option<bool>,
    /// Words of that head meanwhile, where its own don't say enough.
    words: Option<&'static str>,
}

impl Order {
    /// By a column, from its beginning.
    pub const fn ascending(column: &'static str) -> Self {
        Self {
            column,
            descending: Some(false),
            words: None,
        }
    }

    /// By a column, the largest or worst first, with its head's words then.
    pub const fn worst_first(column: &'static str, words: &'static str) -> Self {
        Self {
            column,
            descending: Some(true),
            words: Some(words),
        }
    }

    /// By more than a column tells; the words stand at the head of `column`.
    pub const fn told_at(column: &'static str, words: &'static str) -> Self {
        Self {
            column,
            descending: None,
            words: Some(words),
        }
    }
}

/// How a column is sorted now, and the `sort` of the address that a click on its head leads to: a second click turns the order around,
/// and the list's own order is the address without any.
fn turn(
    query: &ListQuery,
    own: &Order,
    column: &Column,
    name: &str,
) -> (Option<bool>, Option<String>) {
    let now = match query.sorting() {
        None => own.descending.filter(|_| name == own.column),
        Some(sort) => (sort.column == name).then_some(sort.descending),
    };
    let next = now.map_or(column.largest_first, |descending| !descending);
    let sort = if name == own.column && own.descending == Some(next) {
        None
    } else if next {
        Some(format!("-{name}"))
    } else {
        Some(name.to_owned())
    };
    (now, sort)
}

impl ListPage {
    /// A list whose addresses are `link`'s.
    pub fn new(
        query: Memo<ListQuery>,
        link: impl Fn(&ListQuery) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            query,
            link: Arc::new(link),
        }
    }

    /// The address of another query.
    pub fn to(&self, query: &ListQuery) -> String {
        (self.link)(query)
    }

    /// The first page of the list in another state, or in all; follows what the address asks for besides.
    pub fn in_state(&self, state: Option<&str>) -> String {
        self.to(&ListQuery {
            state: state.map(str::to_owned),
            ..self.query.get().first_page()
        })
    }

    /// One column's head; follows the address.
    pub fn head(&self, column: Column, own: Order) -> AnyView {
        let Column {
            name,
            words,
            unit,
            class,
            ..
        } = column;
        let unit = unit.map(|unit| view! { <span class="unit">{unit}</span> });
        let Some(name) = name else {
            return view! { <th class=class>{words}{unit}</th> }.into_any();
        };
        let query = self.query.get();
        let (descending, sort) = turn(&query, &own, &column, name);
        let link = self.to(&ListQuery {
            sort,
            ..query.first_page()
        });
        let (order, arrow) = match descending {
            Some(true) => (Some("descending"), Some(Icon::ArrowDown)),
            Some(false) => (Some("ascending"), Some(Icon::ArrowUp)),
            None => (None, None),
        };
        let own_order = name == own.column
            && (query.sort.is_none() || descending.is_some() && descending == own.descending);
        let words = own.words.filter(|_| own_order).unwrap_or(words);
        view! {
            <th class=class class:sort=descending.is_some() aria-sort=order>
                <a href=link>{words}{unit}{arrow.map(icon_tiny)}</a>
            </th>
        }
        .into_any()
    }

    /// The heads of all columns; follows the address.
    pub fn heads(&self, columns: &[Column], own: Order) -> AnyView {
        columns
            .iter()
            .map(|column| self.head(*column, own))
            .collect_view()
            .into_any()
    }

    /// The foot: how many rows there are, how old they are, links to the pages beside this one, and keys.
    pub fn foot(&self, count: AnyView, age: AnyView, page: Signal<Page>) -> AnyView {
        let list = self.clone();
        let pages = move || {
            let query = list.query.get();
            page.with(|page| {
                pager::pages(page, |after| {
                    list.to(&ListQuery {
                        after,
                        ..query.clone()
                    })
                })
            })
        };
        view! {
            <div class="tbl-foot">
                <span>{count}</span>
                <span>{age}</span>
                <span class="end">
                    {pages}
                    {keys()}
                </span>
            </div>
        }
        .into_any()
    }

    /// What stands there when filter or state leave nothing: `words` (“No topic matches”) with the filter's text, how many `exist`
    /// where that is known (“12 topics exist”), and the way out.
    pub fn nothing(&self, words: &'static str, exist: Option<String>) -> AnyView {
        let asked = self.query.get().q;
        let token = (!asked.is_empty())
            .then(|| view! { " "<span class="token"><span class="v">{asked}</span></span> });
        view! {
            <div class="state">
                <h2><span>{words}{token}</span></h2>
                {exist.map(|exist| view! { <p>{format!("{exist}.")}</p> })}
                <div class="act"><a class="btn sm" href=self.to(&ListQuery::default())>"Clear the filter"</a></div>
            </div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Column = Column::text("name", "Topic");
    const SIZE: Column = Column::figures("size", "Size");
    const VERDICT: Column = Column::text("verdict", "Verdict").largest_first();

    fn turned(sort: Option<&str>, own: Order, column: Column) -> (Option<bool>, Option<String>) {
        let query = ListQuery {
            sort: sort.map(str::to_owned),
            ..ListQuery::default()
        };
        turn(&query, &own, &column, column.name.unwrap())
    }

    #[test]
    fn figures_begin_with_the_largest_and_a_second_click_turns_around() {
        let own = Order::ascending("name");
        assert_eq!(turned(None, own, SIZE), (None, Some("-size".into())));
        assert_eq!(
            turned(Some("-size"), own, SIZE),
            (Some(true), Some("size".into()))
        );
        assert_eq!(
            turned(Some("size"), own, SIZE),
            (Some(false), Some("-size".into()))
        );
    }

    #[test]
    fn the_lists_own_order_is_the_address_without_any() {
        let own = Order::ascending("name");
        assert_eq!(turned(None, own, NAME), (Some(false), Some("-name".into())));
        assert_eq!(turned(Some("-name"), own, NAME), (Some(true), None));
        assert_eq!(turned(Some("size"), own, NAME), (None, None));
        let own = Order::worst_first("verdict", "Verdict, worst first");
        assert_eq!(
            turned(None, own, VERDICT),
            (Some(true), Some("verdict".into()))
        );
        assert_eq!(turned(Some("verdict"), own, VERDICT), (Some(false), None));
        assert_eq!(turned(Some("name"), own, VERDICT), (None, None));
    }

    #[test]
    fn an_order_that_is_no_columns_leaves_each_to_sort() {
        let own = Order::told_at("name", "Subject, findings first");
        assert_eq!(turned(None, own, NAME), (None, Some("name".into())));
        assert_eq!(
            turned(Some("name"), own, NAME),
            (Some(false), Some("-name".into()))
        );
    }
}
