//! What may come next, while a filter over a list is typed.

use super::{
    Holds, ListField, field_of, key_of,
    lex::{self, Kind},
};
use crate::filter::Completion;

/// Proposals at once, at most.
const MOST: usize = 24;

pub(super) fn complete<F: ListField>(text: &str, cursor: usize) -> Vec<Completion> {
    let cursor = floor(text, cursor.min(text.len()));
    let before = text.get(..cursor).unwrap_or_default();
    let lexemes = lex::lex::<F>(before);
    // What is being typed: the piece that ends at the cursor.
    let typed = lexemes.last().filter(|last| last.to == cursor);
    let mut proposals = match typed.map(|typed| (typed.from, typed.kind)) {
        Some((
            from,
            Kind::Condition {
                name_to,
                operand_from,
                ..
            },
        )) => {
            let Some(field) = before.get(from..name_to).and_then(field_of::<F>) else {
                return Vec::new();
            };
            let name = before.get(from..name_to).unwrap_or_default();
            let operand = before.get(operand_from..).unwrap_or_default();
            let last = operand.rfind(',').map_or(0, |comma| comma + 1);
            let space = operand.get(last..).unwrap_or_default();
            let begin = operand_from + last + (space.len() - space.trim_start().len());
            values(field, name, begin, before)
        }
        Some((from, Kind::Text { open: None } | Kind::And | Kind::Or | Kind::Not)) => {
            let word = before.get(from..).unwrap_or_default();
            settings::<F>(word, from).unwrap_or_else(|| words::<F>(word, from, lexemes.len() > 1))
        }
        Some((_, Kind::Text { .. } | Kind::Close)) => Vec::new(),
        Some((_, Kind::Open | Kind::Minus)) => words::<F>("", cursor, false),
        None => words::<F>("", cursor, !lexemes.is_empty()),
    };
    let to = word_end(text, cursor);
    proposals.truncate(MOST);
    for proposal in &mut proposals {
        proposal.to = to;
    }
    // What is whole already needs no proposal.
    proposals.retain(|proposal| text.get(proposal.from..to) != Some(proposal.insert.as_str()));
    proposals
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Letters behind the cursor belong to the word that is typed.
fn word_end(text: &str, cursor: usize) -> usize {
    let rest = text.get(cursor..).unwrap_or_default();
    let end = rest.find(|letter: char| !(letter.is_alphanumeric() || "._-".contains(letter)));
    cursor + end.unwrap_or(rest.len())
}

fn proposal(insert: String, detail: &str, from: usize) -> Completion {
    Completion {
        label: insert.trim_end().to_owned(),
        insert,
        from,
        to: from,
        detail: detail.to_owned(),
    }
}

/// Fields that begin with what was typed, then those that have it further in; behind something, what joins conditions as well.
fn words<F: ListField>(word: &str, from: usize, behind: bool) -> Vec<Completion> {
    let fields = F::ALL.iter().map(|field| {
        let sign = match field.holds() {
            Holds::Text | Holds::Choice { .. } => ":",
            Holds::Count { .. } | Holds::Bytes | Holds::Duration => ">",
            Holds::Settings { .. } => ".",
        };
        (format!("{}{sign}", field.name()), field.says())
    });
    let joins = [("or ", "either"), ("not ", "the opposite")]
        .into_iter()
        .filter(|(join, _)| behind || *join == "not ")
        .map(|(join, says)| (join.to_owned(), says));
    ranked(word, fields.chain(joins))
        .map(|(insert, says)| proposal(insert, says, from))
        .collect()
}

/// Keys of settings behind `config.`, with the sign that most are asked with.
fn settings<F: ListField>(word: &str, from: usize) -> Option<Vec<Completion>> {
    let field = field_of::<F>(word)?;
    let Holds::Settings { known } = field.holds() else {
        return None;
    };
    let key = key_of(field, word)?;
    let from = from + word.len() - key.len();
    let keys = known.iter().map(|known| {
        let sign = if is_figure(known) { ">" } else { "=" };
        (format!("{known}{sign}"), "")
    });
    Some(
        ranked(key, keys)
            .map(|(insert, says)| proposal(insert, says, from))
            .collect(),
    )
}

fn is_figure(key: &str) -> bool {
    key.ends_with(".ms") || key.ends_with(".bytes")
}

/// Values of what is one of a few words.
fn values<F: ListField>(field: F, name: &str, from: usize, before: &str) -> Vec<Completion> {
    let word = before.get(from..).unwrap_or_default();
    let names = match field.holds() {
        Holds::Choice { names, .. } => names(),
        Holds::Settings { .. } => setting_values(key_of(field, name).unwrap_or_default()).to_vec(),
        Holds::Text | Holds::Count { .. } | Holds::Bytes | Holds::Duration => Vec::new(),
    };
    if names.contains(&word) {
        return Vec::new();
    }
    ranked(word, names.into_iter().map(|name| (name.to_owned(), "")))
        .map(|(insert, says)| proposal(insert, says, from))
        .collect()
}

/// Values of settings that have few (Kafka class `TopicConfig`).
fn setting_values(key: &str) -> &'static [&'static str] {
    match key {
        "cleanup.policy" => &["delete", "compact"],
        "compression.type" => &["producer", "gzip", "lz4", "snappy", "uncompressed", "zstd"],
        "message.timestamp.type" => &["CreateTime", "LogAppendTime"],
        "preallocate" => &["true", "false"],
        key if key.ends_with(".enable") || key.ends_with(".disable") => &["true", "false"],
        _ => &[],
    }
}

/// Those that begin with a word, then those that have it further in, each in the order given.
fn ranked<'s>(
    word: &str,
    all: impl Iterator<Item = (String, &'s str)>,
) -> impl Iterator<Item = (String, &'s str)> {
    let word = word.to_lowercase();
    let mut found: Vec<(bool, (String, &str))> = all
        .filter_map(|(insert, says)| {
            let lower = insert.to_lowercase();
            let begins = lower.starts_with(&word);
            (begins || (word.len() > 1 && lower.contains(&word)))
                .then_some((!begins, (insert, says)))
        })
        .collect();
    found.sort_by_key(|(further, _)| *further);
    found.into_iter().map(|(_, proposal)| proposal)
}
