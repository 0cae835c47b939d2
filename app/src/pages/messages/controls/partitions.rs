//! Which partitions are read, and their bounds.

use super::{Known, error_line, error_of};
use crate::{
    components::icon::Icon,
    pages::messages::{forms, here::Here},
    paths::{
        MessagesQuery,
        messages::{FieldError, partitions_of},
    },
};
use leptos::prelude::*;
use penstock_domain::{read::PartitionState, units};

/// Rows of bounds that the panel lists.
const LISTED: usize = 200;

/// The control.
pub fn control(here: Here, known: Known, error: Memo<Option<FieldError>>) -> AnyView {
    let words = Signal::derive(move || {
        let known = known.0.with(|known| known.len());
        here.query.with(|query| label(query, known))
    });
    let wrong = error_of(error, "partition");
    let trouble = Signal::derive(move || wrong.get().is_some());
    forms::popover(
        Icon::Rows3,
        words,
        "floating not-narrow",
        trouble,
        move || {
            view! {
                {forms::change(here, "fields", &["partition"], move || view! {
                    <label class="field">"Partitions; none is all"
                        <span class="input" class:err=move || wrong.get().is_some()><input type="text" name="partition" placeholder="0, 3, 7-9" autocomplete="off" value=move || here.query.with(|query| query.partitions.clone()) prop:value=move || here.query.with(|query| query.partitions.clone())/></span>
                    </label>
                    {error_line(wrong)}
                    <div class="row">
                        <button type="submit" class="btn">"Read these"</button>
                        {move || here.query.with(|query| !query.partitions.is_empty()).then(|| view! {
                            <a class="btn ghost" href=here.link_with(|query| MessagesQuery { partitions: String::new(), ..query.anew() })>"All partitions"</a>
                        })}
                    </div>
                }.into_any())}
                {move || known.0.with(|known| (!known.is_empty()).then(|| bounds(here, known)))}
            }
            .into_any()
        },
    )
}

fn bounds(here: Here, known: &[PartitionState]) -> AnyView {
    let several = here.query.with(|query| query.topics.len() > 1);
    let more = known.len().saturating_sub(LISTED);
    let rows = known
        .iter()
        .take(LISTED)
        .map(|state| {
            let only = here.link_with(|query| MessagesQuery {
                partitions: state.partition.to_string(),
                ..query.anew()
            });
            let held = state.high - state.end;
            view! {
                <tr>
                    {several.then(|| view! { <td class="mono ell">{state.topic.to_string()}</td> })}
                    <td class="num"><a class="link" href=only title="Only this partition">{state.partition.to_string()}</a></td>
                    <td class="num">{units::thousands(state.first)}</td>
                    <td class="num">{units::thousands(state.end)}</td>
                    <td class="num" class:zero=held == 0 title="Between the last stable offset and the high watermark">{units::thousands(held)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="bounds" tabindex="0" role="region" aria-label="Bounds of the partitions">
            <table class="tbl compact mini">
                <thead><tr>
                    {several.then(|| view! { <th scope="col">"Topic"</th> })}
                    <th scope="col" class="num" title="Partition">"P"</th><th scope="col" class="num">"First"</th><th scope="col" class="num">"End"</th><th scope="col" class="num">"Held"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {(more > 0).then(|| view! { <p class="help">{format!("and {} more", units::count(more, "partition", "partitions"))}</p> })}
        </div>
    }
    .into_any()
}

fn label(query: &MessagesQuery, known: usize) -> String {
    match partitions_of(&query.partitions) {
        Err(_) => "Partitions ?".to_owned(),
        Ok(chosen) if chosen.is_empty() => match known {
            0 => "All partitions".to_owned(),
            1 => "The only partition".to_owned(),
            _ => format!("All {known} partitions"),
        },
        Ok(chosen) => match chosen.as_slice() {
            [only] => format!("Partition {only}"),
            several if several.len() <= 4 => format!("Partitions {}", query.partitions),
            several => format!("{} partitions", several.len()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_counts() {
        let say = |partitions: &str, known| {
            let query = MessagesQuery {
                partitions: partitions.to_owned(),
                ..MessagesQuery::default()
            };
            label(&query, known)
        };
        assert_eq!(say("", 0), "All partitions");
        assert_eq!(say("", 24), "All 24 partitions");
        assert_eq!(say("7", 24), "Partition 7");
        assert_eq!(say("0,3", 24), "Partitions 0,3");
        assert_eq!(say("0-9", 24), "10 partitions");
        assert_eq!(say("x", 24), "Partitions ?");
    }
}
