//! The question who may do what, as a form whose fields stand in the address: it works without JavaScript, and with it the page stays.

use crate::components::icon::{Icon, icon};
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_domain::{
    acl::{Operation, Principal, ResourceType},
    query,
    user::may::{self, LONGEST_NAME, ResourceQuestion},
};
use std::sync::Arc;

/// The address that asks a question.
pub(super) type Link = Arc<dyn Fn(&ResourceQuestion) -> String + Send + Sync>;

/// Of whom is asked.
#[derive(Clone)]
pub(super) enum Who {
    /// Of this one.
    This(Principal),
    /// Of whomever the form says, or of everybody.
    Anybody,
}

/// The form.
pub(super) fn form(question: Memo<ResourceQuestion>, who: Who, link: Link) -> AnyView {
    // What is being typed; follows the address.
    let draft = RwSignal::new(question.get_untracked());
    Effect::new(move |_| draft.set(question.get()));
    let action = link(&ResourceQuestion::default());
    let (path, rest) = match action.split_once('?') {
        Some((path, rest)) => (path.to_owned(), rest.to_owned()),
        None => (action, String::new()),
    };
    // What the address says besides the question, such as whose page it is.
    let hidden: Vec<AnyView> = query::pairs(&rest)
        .filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "type" | "operation" | "name" | "principal" | "host"
            )
        })
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any())
        .collect();
    let navigate = use_navigate();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&draft.with_untracked(|draft| link(draft)), options);
    };
    view! {
        <form class="ask" method="get" action=path on:submit=submit>
            {hidden}
            <span class="t2">"May"</span>
            {subject(who, draft)}
            {operation(draft)}
            <span class="t2">"on"</span>
            {kind(draft)}
            {name(draft)}
            <span class="t2">"from"</span>
            {host(draft)}
            <button type="submit" class="btn sm primary">{icon(Icon::ShieldQuestion)}"Ask"</button>
        </form>
    }
    .into_any()
}

fn subject(who: Who, draft: RwSignal<ResourceQuestion>) -> AnyView {
    match who {
        Who::This(principal) => {
            view! { <span class="mono m">{principal.to_string()}</span> }.into_any()
        }
        Who::Anybody => {
            let value = move || {
                draft.with(|draft| {
                    let principal = draft.principal.as_ref();
                    principal.map(|user| user.to_string()).unwrap_or_default()
                })
            };
            let typed = move |event| {
                let text = event_target_value(&event);
                draft.update(|draft| {
                    draft.principal = (!text.trim().is_empty()).then(|| may::principal(&text));
                });
            };
            view! { <span class="input w2"><input name="principal" aria-label="Principal" placeholder="anybody, or a user" autocomplete="off" spellcheck="false" maxlength="1000" value=value() prop:value=value on:change=typed/></span> }
                .into_any()
        }
    }
}

fn operation(draft: RwSignal<ResourceQuestion>) -> AnyView {
    let chosen = move |event| {
        if let Some(operation) = Operation::from_label(&event_target_value(&event)) {
            draft.update(|draft| draft.operation = operation);
        }
    };
    let kind = Memo::new(move |_| draft.with(|draft| draft.resource_type));
    let now = Memo::new(move |_| draft.with(|draft| draft.operation));
    view! {
        <span class="input w1"><select name="operation" aria-label="Operation" on:change=chosen prop:value=move || now.get().label()>
            {move || {
                let now = now.get();
                kind.get().operations().iter().map(|operation| view! {
                    <option value=operation.label() selected=*operation == now>{operation.label()}</option>
                }).collect_view()
            }}
        </select></span>
    }
    .into_any()
}

fn kind(draft: RwSignal<ResourceQuestion>) -> AnyView {
    let chosen = move |event| {
        if let Some(kind) = ResourceType::from_label(&event_target_value(&event)) {
            draft.update(|draft| {
                draft.resource_type = kind;
                let operations = kind.operations();
                if !operations.contains(&draft.operation)
                    && let Some(first) = operations.first()
                {
                    draft.operation = *first;
                }
            });
        }
    };
    let now = Memo::new(move |_| draft.with(|draft| draft.resource_type));
    view! {
        <span class="input w1"><select name="type" aria-label="Type of resource" on:change=chosen prop:value=move || now.get().label()>
            {ResourceType::all().iter().map(|kind| view! {
                <option value=kind.label() selected=*kind == now.get_untracked()>{kind.label()}</option>
            }).collect_view()}
        </select></span>
    }
    .into_any()
}

fn name(draft: RwSignal<ResourceQuestion>) -> AnyView {
    let value = move || draft.with(|draft| draft.name.clone());
    let typed = move |event| {
        let text = event_target_value(&event);
        draft.update(|draft| draft.name = text);
    };
    let cluster = move || draft.with(|draft| draft.resource_type == ResourceType::Cluster);
    view! {
        <span class="input w2" class:off=cluster><input name="name" aria-label="Name" placeholder=move || if cluster() { "there is one" } else { "name" } autocomplete="off" spellcheck="false" maxlength=LONGEST_NAME.to_string() value=value() prop:value=value on:input=typed/></span>
    }
    .into_any()
}

fn host(draft: RwSignal<ResourceQuestion>) -> AnyView {
    let value = move || draft.with(|draft| draft.host.clone().unwrap_or_default());
    let typed = move |event| {
        let text = event_target_value(&event);
        let text = text.trim();
        draft.update(|draft| draft.host = (!text.is_empty()).then(|| text.to_owned()));
    };
    view! { <span class="input w1"><input name="host" aria-label="Host" placeholder="any host" autocomplete="off" spellcheck="false" maxlength="100" value=value() prop:value=value on:change=typed/></span> }
        .into_any()
}
