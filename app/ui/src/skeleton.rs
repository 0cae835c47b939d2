//! Loading: bars of the same geometry as what will stand there, so that nothing jumps.

use leptos::prelude::*;

/// How wide a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 16 px: a small number.
    Digit,
    /// 40 px: a number.
    Number,
    /// 64 px: a word.
    Word,
    /// 96 px: a name.
    Name,
    /// 128 px: a long name.
    Long,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Width::Digit => "skel w0",
            Width::Number => "skel w3",
            Width::Word => "skel w2",
            Width::Name => "skel w1",
            Width::Long => "skel w5",
        }
    }
}

/// One bar.
#[component]
pub fn Skeleton(
    /// How wide it is.
    width: Width,
) -> impl IntoView {
    view! { <span class=width.class()></span> }
}

/// Rows of a waiting table, for its `<tbody>`; a column of numbers is right-aligned.
#[component]
pub fn SkeletonRows(
    /// How many rows.
    rows: usize,
    /// The width of each column's bar; numbers and digits stand right.
    columns: &'static [Width],
) -> impl IntoView {
    (0..rows)
        .map(|_| {
            let cells = columns
                .iter()
                .map(|width| {
                    let class = match width {
                        Width::Digit | Width::Number => "num",
                        Width::Word | Width::Name | Width::Long => "text",
                    };
                    view! { <td class=class><span class=width.class()></span></td> }
                })
                .collect_view();
            view! { <tr aria-hidden="true">{cells}</tr> }
        })
        .collect_view()
}
