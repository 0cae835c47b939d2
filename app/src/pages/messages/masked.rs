//! What masks hide in the records that are shown, and the way to see it: a right of its own, and noted.

use super::here::Here;
use crate::{
    components::icon::{Icon, icon},
    paths::MessagesQuery,
};
use leptos::prelude::*;
use penstock_domain::units;
use std::collections::BTreeSet;

/// Paths that are named; the rest is counted.
const NAMED: usize = 3;

/// A note for the foot of a list; nothing while nothing is hidden.
pub fn note(here: Here, hidden: Signal<BTreeSet<String>>) -> AnyView {
    view! {
        {move || {
            let now = here.query.get();
            if now.unmask {
                let href = here.link(&MessagesQuery { unmask: false, ..now });
                return Some(view! {
                    <span class="badge warn" title="Who looked, and at which topics, is in the audit log">{icon(Icon::LockOpen)}"Masks are lifted, and it is noted"</span>
                    <a class="link" href=href>"Mask again"</a>
                }.into_any());
            }
            let words = hidden.with(words)?;
            let href = here.link(&MessagesQuery { unmask: true, ..now });
            Some(view! {
                <span>{words}</span>
                <a class="link" href=href title="Needs the right to unmask records, and is noted in the audit log">"Show them"</a>
            }.into_any())
        }}
    }
    .into_any()
}

/// `masked: value.card, key and 2 more fields`
fn words(hidden: &BTreeSet<String>) -> Option<String> {
    let named: Vec<&str> = hidden.iter().take(NAMED).map(String::as_str).collect();
    let more = hidden.len().saturating_sub(NAMED);
    if named.is_empty() {
        return None;
    }
    let rest = if more > 0 {
        format!(" and {}", units::count(more, "more field", "more fields"))
    } else {
        String::new()
    };
    Some(format!("masked: {}{rest}", named.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_named() {
        let of = |paths: &[&str]| words(&paths.iter().map(|path| (*path).to_owned()).collect());
        assert_eq!(of(&[]), None);
        assert_eq!(
            of(&["value.card", "key"]).unwrap(),
            "masked: key, value.card"
        );
        assert_eq!(
            of(&["a", "b", "c", "d"]).unwrap(),
            "masked: a, b, c and 1 more field"
        );
    }
}
