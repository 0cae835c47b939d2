//! Two versions side by side: what changed in what they mean, then their text line by line.

use crate::components::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::schema::{
    SubjectDetail,
    difference::{
        ChangeKind, DifferenceLine, LineKind, SchemaChange, SchemaDifference, sums as sum,
    },
};

/// Changes that are shown.
const MOST_CHANGES: usize = 200;

/// How many changes of each kind.
pub(super) fn sums_of(difference: Option<&SchemaDifference>) -> Vec<(ChangeKind, usize)> {
    difference.map_or_else(Vec::new, |difference| sum(&difference.changes))
}

/// The same in words.
pub(super) fn sums(sums: Vec<(ChangeKind, usize)>) -> AnyView {
    sums.into_iter()
        .map(|(kind, count)| {
            let (one, many) = kind.words();
            let words = if count == 1 { one } else { many };
            let (class, glyph) = sign(kind);
            view! { <span class=class>{icon_small(glyph)}{format!(" {count} {words}")}</span> }
        })
        .collect_view()
        .into_any()
}

/// Tone and sign of a kind of change.
const fn sign(kind: ChangeKind) -> (&'static str, Icon) {
    match kind {
        ChangeKind::FieldAdded | ChangeKind::SymbolAdded => ("c-ok", Icon::Plus),
        ChangeKind::FieldRemoved | ChangeKind::SymbolRemoved => ("c-bad", Icon::Minus),
        ChangeKind::DocumentationChanged => ("t3", Icon::FileText),
        ChangeKind::FieldRenamed
        | ChangeKind::TypeChanged
        | ChangeKind::DefaultChanged
        | ChangeKind::OrderChanged
        | ChangeKind::AliasChanged
        | ChangeKind::RequiredChanged
        | ChangeKind::ConstraintChanged
        | ChangeKind::NameChanged => ("c-warn", Icon::Pencil),
    }
}

/// See the module.
pub(super) fn view(detail: Signal<SubjectDetail>) -> AnyView {
    let difference = Memo::new(move |_| detail.with(|detail| detail.difference.clone()));
    view! {
        {move || match difference.get() {
            None => view! { <p class="t3 vsay">"There is no version before it to compare with."</p> }.into_any(),
            Some(difference) => both(difference),
        }}
    }
    .into_any()
}

fn both(difference: SchemaDifference) -> AnyView {
    let SchemaDifference {
        changes,
        why,
        lines,
        truncated,
    } = difference;
    let nothing = changes.is_empty() && why.is_none();
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let rows = changes
        .into_iter()
        .take(MOST_CHANGES)
        .map(change)
        .collect_view();
    let equal = lines.is_empty();
    view! {
        {why.map(|why| view! { <p class="t3 vsay">"What they mean can’t be compared: "{why}"."</p> })}
        {if nothing {
            view! { <p class="t3 vsay">"Both mean the same."</p> }.into_any()
        } else {
            view! { <ul class="changes" aria-label="Changes">{rows}</ul> }.into_any()
        }}
        {(more > 0).then(|| view! { <p class="t3 vsay">{format!("and {more} more changes")}</p> })}
        {if equal {
            view! { <p class="t3 vsay">"Their text is the same."</p> }.into_any()
        } else {
            view! { <div class="ydiff schema" tabindex="0" aria-label="Text, line by line">{lines.into_iter().map(line).collect_view()}</div> }.into_any()
        }}
        {truncated.then(|| view! { <p class="t3 vsay">"There are more lines than are shown."</p> })}
    }
    .into_any()
}

/// One change, as a row of a list.
pub(in crate::pages::schemas) fn change(change: SchemaChange) -> AnyView {
    let (class, glyph) = sign(change.kind);
    let (one, _) = change.kind.words();
    let place = if change.path.is_empty() {
        "the whole".to_owned()
    } else {
        change.path
    };
    let what = match (change.old, change.new) {
        (Some(old), Some(new)) => {
            view! { <span class="mono was">{old}</span>" → "<span class="mono">{new}</span> }
                .into_any()
        }
        (Some(old), None) => view! { <span class="mono was">{old}</span> }.into_any(),
        (None, Some(new)) => view! { <span class="mono">{new}</span> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <li>
            <span class=class>{icon_small(glyph)}" "{one}</span>
            <b class="mono">{place}</b>
            <span class="what">{what}</span>
        </li>
    }
    .into_any()
}

fn line(line: DifferenceLine) -> AnyView {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let (class, sign) = match line.kind {
        LineKind::Skipped => {
            let words =
                penstock_domain::units::count(line.skipped as usize, "equal line", "equal lines");
            return view! { <div class="hunk">{icon_small(Icon::UnfoldVertical)}" "{words}</div> }
                .into_any();
        }
        LineKind::Equal => ("ln", " "),
        LineKind::Removed => ("ln del", "−"),
        LineKind::Added => ("ln add", "+"),
    };
    let pieces = line
        .pieces
        .into_iter()
        .map(|piece| {
            if piece.changed {
                view! { <em>{piece.text}</em> }.into_any()
            } else {
                piece.text.into_any()
            }
        })
        .collect_view();
    view! {
        <div class=class><i>{number(line.old)}</i><i>{number(line.new)}</i><b>{sign}</b><span>{pieces}</span></div>
    }
    .into_any()
}
