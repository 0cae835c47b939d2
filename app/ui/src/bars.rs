//! Bars as SVG: widths are attributes, so no inline style is needed. Their words stand beside or behind them.

use leptos::prelude::*;

/// One part of a bar: its class (`style/components/bars.css`) and its weight.
pub type Part = (&'static str, f64);

/// The length of a bar in its own units.
const LENGTH: f64 = 1000.0;
/// No part that is there at all is narrower, so that one lost replica of a thousand is seen.
const SMALLEST: f64 = 12.0;

/// Where each part begins and how wide it is; parts without weight are left out, small ones stay visible.
fn layout(parts: &[Part]) -> Vec<(&'static str, f64, f64)> {
    let parts: Vec<Part> = parts
        .iter()
        .copied()
        .filter(|(_, weight)| weight.is_finite() && *weight > 0.0)
        .collect();
    let total: f64 = parts.iter().map(|(_, weight)| weight).sum();
    let wanted: Vec<f64> = parts
        .iter()
        .map(|(_, weight)| (weight / total * LENGTH).max(SMALLEST))
        .collect();
    let sum: f64 = wanted.iter().sum();
    let mut at = 0.0;
    parts
        .iter()
        .zip(wanted)
        .map(|((class, _), width)| {
            let width = width / sum * LENGTH;
            let begin = at;
            at += width;
            (*class, begin, width)
        })
        .collect()
}

/// A bar cut into parts by weight.
pub fn stacked(class: &'static str, parts: &[Part]) -> AnyView {
    let rects = layout(parts)
        .into_iter()
        .map(|(class, x, width)| {
            view! { <rect class=class x=format!("{x:.1}") y="0" width=format!("{width:.1}") height="10"></rect> }
        })
        .collect_view();
    view! { <svg class=class viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{rects}</svg> }
        .into_any()
}

/// A share between 0 and 1 of a bar, from its left end.
pub fn share(class: &'static str, share: f64) -> AnyView {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    view! {
        <svg class=class viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width=format!("{:.0}", share * LENGTH) height="10"></rect>
        </svg>
    }
    .into_any()
}

/// Work that takes a while: how far it is. The words with rate and remaining time stand beside it.
#[component]
pub fn Progress(
    /// The share that is done, 0 to 1.
    #[prop(into)]
    done: Signal<f64>,
    /// What goes on, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let percent = move || format!("{:.0}", done.get().clamp(0.0, 1.0) * 100.0);
    view! {
        <div role="progressbar" aria-label=label aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent>
            {move || share("progress", done.get())}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_stay_visible_and_all_fit() {
        let parts = layout(&[("all", 999_999.0), ("off", 1.0), ("low", 0.0)]);
        assert_eq!(parts.len(), 2, "a part without weight is left out");
        let (_, begin, width) = parts[1];
        assert!(width > 11.0, "{width}");
        assert!(begin + width <= LENGTH + 0.001, "{}", begin + width);
    }

    #[test]
    fn nothing_is_an_empty_bar() {
        assert!(layout(&[]).is_empty());
        assert!(layout(&[("all", 0.0), ("low", f64::NAN)]).is_empty());
    }
}
