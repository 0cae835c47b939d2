//! One page of a sorted list, and the cursors to its neighbours. A cursor is where a page ended, so that a page stays where it is
//! while rows come and go before it. Called by the lists of topics and groups.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use penstock_domain::{envelope::Page, query::ListQuery};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::cmp::Ordering;

/// Where a page ended: the value of its last row in the sorted column, and the row's name.
#[derive(Serialize, Deserialize)]
struct Cursor<K>(K, String);

/// The rows of the page that a query asks for; only they are copied. `rows` are in `order`, which compares values and names.
/// A cursor that is none begins at the first page.
pub fn cut<K, R>(
    rows: &[(K, &R)],
    query: &ListQuery,
    name: impl Fn(&R) -> &str,
    order: impl Fn((&K, &str), (&K, &str)) -> Ordering,
) -> (Vec<R>, Page)
where
    K: Serialize + DeserializeOwned,
    R: Clone,
{
    let size = query.page_size();
    let after = query.after.as_deref().and_then(read::<K>);
    let start = after.map_or(0, |Cursor(key, last)| {
        rows.partition_point(|(at, row)| order((at, name(row)), (&key, &last)) != Ordering::Greater)
    });
    let end = (start + size).min(rows.len());
    let cursor_at = |index: usize| {
        rows.get(index)
            .map(|(key, row)| write(&Cursor(key, name(row).to_owned())))
    };
    let page = Page {
        total: rows.len() as u64,
        next: (end < rows.len() && end > start)
            .then(|| cursor_at(end - 1))
            .flatten(),
        previous: match start.checked_sub(size) {
            _ if start == 0 => None,
            None | Some(0) => Some(String::new()),
            Some(before) => cursor_at(before - 1),
        },
    };
    let items = rows
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|(_, row)| (*row).clone())
        .collect();
    (items, page)
}

fn write<K: Serialize>(cursor: &Cursor<K>) -> String {
    // A key and a name always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

fn read<K: DeserializeOwned>(text: &str) -> Option<Cursor<K>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
