//! A name with the letters marked that a search found in it.

use leptos::prelude::*;
use penstock_domain::search::rank::Needle;

/// The name; what fits stands in `mark`.
pub fn marked(name: &str, needle: &Needle) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut at = 0;
    for range in needle.marks(name) {
        let (from, to) = (range.start, range.end);
        if let Some(before) = name.get(at..from).filter(|before| !before.is_empty()) {
            parts.push(before.to_owned().into_any());
        }
        let found = name.get(from..to).unwrap_or_default().to_owned();
        parts.push(view! { <mark>{found}</mark> }.into_any());
        at = to;
    }
    if let Some(rest) = name.get(at..).filter(|rest| !rest.is_empty()) {
        parts.push(rest.to_owned().into_any());
    }
    parts.into_any()
}
