//! Buttons and links that look like them. One primary a page; a disabled one keeps its place, takes the focus and says why.

use crate::{
    icon::{Icon, icon as draw, icon_small},
    tip::Tip,
};
use leptos::{ev::MouseEvent, prelude::*};

/// How much a button asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// An ordinary act.
    #[default]
    Plain,
    /// The page's main act.
    Primary,
    /// A side act: no frame.
    Ghost,
    /// Opens something destructive.
    Danger,
    /// Does the destructive thing, after it has been asked.
    Destroy,
}

/// Its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 32 px.
    #[default]
    Normal,
    /// 28 px.
    Small,
}

/// The classes of a button.
const fn class(kind: ButtonKind, size: ButtonSize) -> &'static str {
    match (kind, size) {
        (ButtonKind::Plain, ButtonSize::Normal) => "btn",
        (ButtonKind::Plain, ButtonSize::Small) => "btn sm",
        (ButtonKind::Primary, ButtonSize::Normal) => "btn primary",
        (ButtonKind::Primary, ButtonSize::Small) => "btn sm primary",
        (ButtonKind::Ghost, ButtonSize::Normal) => "btn ghost",
        (ButtonKind::Ghost, ButtonSize::Small) => "btn sm ghost",
        (ButtonKind::Danger, ButtonSize::Normal) => "btn danger",
        (ButtonKind::Danger, ButtonSize::Small) => "btn sm danger",
        (ButtonKind::Destroy, ButtonSize::Normal) => "btn danger solid",
        (ButtonKind::Destroy, ButtonSize::Small) => "btn sm danger solid",
    }
}

/// The classes of a button that is only an icon.
const fn icon_class(kind: ButtonKind, size: ButtonSize) -> &'static str {
    match (kind, size) {
        (ButtonKind::Ghost, ButtonSize::Normal) => "btn icon ghost",
        (ButtonKind::Ghost, ButtonSize::Small) => "btn icon ghost sm",
        (_, ButtonSize::Normal) => "btn icon",
        (_, ButtonSize::Small) => "btn icon sm",
    }
}

fn glyph(icon: Option<Icon>, size: ButtonSize) -> Option<AnyView> {
    icon.map(|icon| match size {
        ButtonSize::Normal => draw(icon),
        ButtonSize::Small => icon_small(icon),
    })
}

/// A button.
#[component]
pub fn Button(
    /// How much it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// Its size.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether it submits the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Why it can't be pressed now; without a reason it can.
    #[prop(optional, into)]
    disabled: MaybeProp<String>,
    /// What it does. Not called while it is disabled.
    #[prop(optional, into)]
    on_press: Option<Callback<MouseEvent>>,
    /// Its words: a verb.
    children: Children,
) -> impl IntoView {
    let is_disabled = move || disabled.get().is_some();
    // A disabled button of the browser takes no focus, so nobody could read why: it only says that it is disabled.
    let press = move |event: MouseEvent| {
        if disabled.get_untracked().is_some() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(event);
        }
    };
    let button = view! {
        <button
            // Without JavaScript a disabled button must not submit either.
            type=move || if submit && !is_disabled() { "submit" } else { "button" }
            class=class(kind, size)
            aria-disabled=move || is_disabled().then_some("true")
            on:click=press
        >
            {glyph(icon, size)}{children()}
        </button>
    };
    view! { <Tip words=Signal::derive(move || disabled.get())>{button}</Tip> }
}

/// A button that is only an icon: its label is required.
#[component]
pub fn IconButton(
    /// The icon.
    icon: Icon,
    /// What it does: `Close`.
    #[prop(into)]
    label: String,
    /// How much it asks for.
    #[prop(default = ButtonKind::Ghost)]
    kind: ButtonKind,
    /// Its size.
    #[prop(default = ButtonSize::Small)]
    size: ButtonSize,
    /// What it does.
    #[prop(into)]
    on_press: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button type="button" class=icon_class(kind, size) aria-label=label.clone() title=label on:click=move |event| on_press.run(event)>
            {glyph(Some(icon), size)}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// Its size.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether the server is asked for the whole page: leaves the application.
    #[prop(optional)]
    whole_page: bool,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(kind, size) href=href rel=whole_page.then_some("external")>{glyph(icon, size)}{children()}</a>
    }
}

/// A link that is only an icon: its label is required.
#[component]
pub fn IconLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// The icon.
    icon: Icon,
    /// Where it leads, in words.
    #[prop(into)]
    label: String,
    /// How much it asks for.
    #[prop(default = ButtonKind::Ghost)]
    kind: ButtonKind,
    /// Its size.
    #[prop(default = ButtonSize::Small)]
    size: ButtonSize,
) -> impl IntoView {
    view! { <a class=icon_class(kind, size) href=href aria-label=label.clone() title=label>{glyph(Some(icon), size)}</a> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::testing::html;

    #[test]
    fn a_disabled_button_says_why_and_submits_nothing() {
        let html = html(
            || view! { <Button submit=true disabled="The group has 3 active members.">"Reset"</Button> },
        );
        assert!(html.contains("aria-disabled=\"true\""), "{html}");
        assert!(html.contains("role=\"tooltip\""), "{html}");
        assert!(html.contains("The group has 3 active members."), "{html}");
        assert!(html.contains("type=\"button\""), "{html}");
        assert!(
            !html.contains(" disabled"),
            "it must still take the focus: {html}"
        );
    }

    #[test]
    fn an_enabled_button_has_no_tip() {
        let html = html(|| view! { <Button submit=true>"Reset"</Button> });
        assert!(html.contains("type=\"submit\""), "{html}");
        assert!(
            !html.contains("tooltip") && !html.contains("aria-disabled"),
            "{html}"
        );
    }

    #[test]
    fn an_icon_has_words() {
        let html = html(|| view! { <IconLink href="/" icon=Icon::X label="Clear the filter"/> });
        assert!(html.contains("aria-label=\"Clear the filter\""), "{html}");
    }
}
