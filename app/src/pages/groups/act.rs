//! What is done to a group, each in a dialog over its page that the address opens (`act=reset`): [`reset`] sets offsets, to a target
//! or back to what a change replaced, [`forget`] deletes those of a topic, [`delete`] deletes the group.
//!
//! Each shows what it would do before it does anything, and asks for the group's name where records or offsets would be lost. The
//! server knows every rule; nothing here decides. It needs JavaScript; without, it says so.

pub mod delete;
pub mod forget;
pub mod preview;
pub mod reset;
pub mod target;

use super::detail::Here;
use crate::{
    components::{
        copy::Code,
        icon::{Icon, icon, icon_small, icon_tiny},
    },
    paths::{GroupAct, GroupPageQuery},
};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_api::AppError;
use penstock_domain::{
    group::{GroupDetail, act::KEPT_DAYS},
    problem::Problem,
};
use penstock_ui::button::IconButton;

/// The dialog that the address asks for. Call it once, anywhere in the page of a group, with what is known of it; a group that is
/// not there has no detail.
pub fn dialogs(here: Here, detail: Option<Signal<GroupDetail>>) -> AnyView {
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let act = Memo::new(move |_| here.query.with(|query| query.act));
    let stage = Stage::new(here);
    view! {
        {move || (act.get().is_some() && !alive.get()).then(|| view! {
            <p class="banner info">{icon(Icon::Info)}<span>"Changing a group needs JavaScript."</span></p>
        })}
        {move || alive.get().then(|| act.get()).flatten().and_then(|act| match (act, detail) {
            (GroupAct::Restore(change), _) => Some(reset::dialog(stage, detail, Some(change))),
            // A group that is not there can only be brought back.
            (_, None) => None,
            (GroupAct::Reset, _) => Some(reset::dialog(stage, detail, None)),
            (GroupAct::Forget, Some(detail)) => Some(forget::dialog(stage, detail)),
            (GroupAct::Delete, _) => Some(delete::dialog(stage)),
        })}
    }
    .into_any()
}

/// Where a dialog stands: the page beneath it and the way back to it.
#[derive(Clone, Copy)]
pub struct Stage {
    /// The page.
    pub here: Here,
    node: NodeRef<html::Dialog>,
    leave: Callback<()>,
}

impl Stage {
    fn new(here: Here) -> Self {
        let navigate = use_navigate();
        let leave = Callback::new(move |()| {
            let query = here.query.get_untracked();
            if query.act.is_some() {
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&here.link(&GroupPageQuery { act: None, ..query }), options);
            }
        });
        Self {
            here,
            node: NodeRef::new(),
            leave,
        }
    }

    /// The group's name.
    pub fn group(self) -> String {
        self.here.group.with_value(|(_, group)| group.to_string())
    }

    /// Closes the dialog, which gives the focus back and then goes to the address without it.
    pub fn close(self) {
        match self.node.get_untracked() {
            Some(dialog) if dialog.open() => dialog.close(),
            _ => self.leave.run(()),
        }
    }

    /// The frame: a title with the group's name, a sentence, a body and a footer.
    pub fn frame(
        self,
        title: &'static str,
        lead: impl Fn() -> String + Send + Sync + 'static,
        body: AnyView,
        footer: AnyView,
    ) -> AnyView {
        Effect::new(move |_| {
            if let Some(dialog) = self.node.get()
                && !dialog.open()
            {
                // Fails only for a dialog that is not in the document.
                let _ = dialog.show_modal();
            }
        });
        let name = self.group();
        let label = format!("{title} {name}");
        view! {
            <dialog node_ref=self.node class="dialog wide act" aria-label=label on:close=move |_| self.leave.run(())>
                <header>
                    <div class="row">
                        <h2 class="grow">{title}" "<span class="mono">{name}</span></h2>
                        <IconButton icon=Icon::X label="Close (Esc)" on_press=move |_| self.close()/>
                    </div>
                    <p>{lead}</p>
                </header>
                <div class="body">{body}</div>
                <footer>{footer}</footer>
            </dialog>
        }
        .into_any()
    }
}

/// Why something can't be done, within a dialog.
pub fn trouble(problem: Problem) -> AnyView {
    view! {
        <div class="say-line bad" role="alert">
            {icon(Icon::OctagonX)}
            <span><b class="m">{problem.title}". "</b>{problem.detail}{problem.remedy.map(|remedy| format!(" {remedy}"))}</span>
        </div>
        {problem.grant.map(|grant| view! { <Code text=grant what="rule"/> })}
    }
    .into_any()
}

/// The same of an answer.
pub fn failed(error: AppError) -> AnyView {
    trouble(error.into_problem())
}

/// Typing the group's name, where something is lost.
pub fn confirm(
    name: String,
    why: impl Fn() -> String + Send + Sync + 'static,
    typed: RwSignal<String>,
) -> AnyView {
    view! {
        <label class="confirm">
            <span>"Type "<code>{name}</code>{move || format!(" to confirm that {}", why())}</span>
            <span class="input"><input type="text" class="mono" autocomplete="off" spellcheck="false" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/></span>
        </label>
    }
    .into_any()
}

/// The line that does the same with Kafka's own tool, folded away, and the file that it reads, where it reads one.
pub fn own_tool(command: String, file: Option<String>) -> AnyView {
    view! {
        <details class="cmd">
            <summary>{icon_tiny(Icon::ChevronRight)}"The same with Kafka’s own tool"</summary>
            <div>
                <Code text=command what="command"/>
                {file.map(|file| view! { <p class="f12 t3">"offsets.csv:"</p><Code text=file what="file"/> })}
            </div>
        </details>
    }
    .into_any()
}

/// How long what is replaced can be brought back.
pub fn keeping(durable: bool) -> AnyView {
    let words = if durable {
        format!(" The old offsets are kept for {KEPT_DAYS} days and can be restored.")
    } else {
        " The old offsets are kept until the console restarts: it has no store_file.".to_owned()
    };
    view! { <span class="t3 f12">{icon_small(Icon::History)}{words}</span> }.into_any()
}
