//! A resource as YAML, its keys set apart, and its conditions as a table.

use super::{
    age::Ago,
    copy::Copy,
    icon::{Icon, icon},
};
use leptos::prelude::*;
use penstock_domain::{condition::Condition, resource::ResourceDetail};

/// YAML with its keys in another tone. Highlighting only cuts the text into pieces; each piece is escaped as text.
#[component]
pub fn YamlView(
    /// The text.
    #[prop(into)]
    yaml: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="code yaml" tabindex="0">
            {move || yaml.with(|yaml| yaml.lines().map(line).collect::<Vec<_>>())}
            <Copy text=yaml what="YAML"/>
        </div>
    }
}

fn line(text: &str) -> AnyView {
    let (key, rest) = split_key(text);
    view! { <span class="yk">{key.to_owned()}</span><span>{format!("{rest}\n")}</span> }.into_any()
}

/// `  name: x` → (`  name`, `: x`); a line without a key is all rest.
fn split_key(text: &str) -> (&str, &str) {
    let body = text.trim_start_matches([' ', '-']);
    let plain = body
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_./\"".contains(byte))
        .count();
    let at = text.len() - body.len() + plain;
    match text.get(at..) {
        Some(rest) if plain > 0 && (rest.starts_with(": ") || rest == ":") => text.split_at(at),
        _ => ("", text),
    }
}

/// Conditions as the operator wrote them.
#[component]
pub fn ConditionTable(
    /// The conditions.
    #[prop(into)]
    conditions: Signal<Vec<Condition>>,
) -> impl IntoView {
    view! {
        <div class="bleed tbl-wrap">
            <table class="tbl stack last-open">
                <thead><tr><th>"Condition"</th><th>"Status"</th><th>"Reason"</th><th>"Message"</th><th class="num">"Written"</th></tr></thead>
                <tbody>
                    {move || {
                        let conditions = conditions.get();
                        if conditions.is_empty() {
                            return view! {
                                <tr><td class="w-full t2" colspan="5">"None: no operator has looked at this resource yet."</td></tr>
                            }.into_any();
                        }
                        conditions.into_iter().map(condition).collect_view().into_any()
                    }}
                </tbody>
            </table>
        </div>
    }
}

fn condition(condition: Condition) -> impl IntoView {
    let bad = matches!(
        (condition.kind.as_str(), condition.status.as_str()),
        ("NotReady", "True") | ("Ready", "False")
    );
    let warn = matches!(
        condition.kind.as_str(),
        "Warning" | "ReconciliationPaused" | "Unmanaged"
    );
    let (class, glyph) = if bad {
        ("badge bad bare", Icon::OctagonX)
    } else if warn {
        ("badge warn bare", Icon::TriangleAlert)
    } else {
        ("badge ok", Icon::CircleCheck)
    };
    view! {
        <tr>
            <td class="half"><span class=class>{icon(glyph)}{condition.kind}</span></td>
            <td data-l="Status">{condition.status}</td>
            <td data-l="Reason" class="t2">{condition.reason.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="w-full wrapcell">{condition.message.unwrap_or_default()}</td>
            <td class="num t2" data-l="Written">{condition.last_write.map(|time| view! { <Ago time/> })}</td>
        </tr>
    }
}

/// `generation 14, observed 13`: whether the status speaks of what is declared now.
pub fn generation_words(resource: &ResourceDetail) -> String {
    match (resource.generation, resource.observed_generation) {
        (Some(generation), Some(observed)) if resource.readiness.stale => {
            format!("generation {generation}, the status speaks of {observed}")
        }
        (Some(generation), Some(_)) => format!("generation {generation} applied"),
        (Some(generation), None) => format!("generation {generation}, not looked at yet"),
        (None, _) => "generation not told".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::split_key;

    #[test]
    fn keys_are_found() {
        assert_eq!(split_key("kind: KafkaTopic"), ("kind", ": KafkaTopic"));
        assert_eq!(split_key("  - type: Ready"), ("  - type", ": Ready"));
        assert_eq!(split_key("spec:"), ("spec", ":"));
        assert_eq!(split_key("  - just text: no"), ("", "  - just text: no"));
        assert_eq!(split_key("ünïcode: x"), ("", "ünïcode: x"));
        assert_eq!(split_key(""), ("", ""));
    }
}
