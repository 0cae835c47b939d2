//! The text of a version, laid out and coloured, its parts to fold. Colouring only cuts the text into pieces; each is escaped as text.

use crate::components::copy::Copy;
use leptos::prelude::*;
use penstock_domain::{
    json,
    schema::{SchemaText, SchemaType, SubjectDetail},
};

/// How deep parts are folded; what is deeper stays in its part.
const DEEPEST: usize = 40;
/// Lines that are shown.
const MOST_LINES: usize = 5_000;

/// See the module.
pub(super) fn view(detail: Signal<SubjectDetail>) -> AnyView {
    let schema = Memo::new(move |_| detail.with(|detail| detail.schema.clone()));
    view! {
        {move || match schema.get() {
            None => view! { <p class="t3 vsay">"The schema’s text could not be had."</p> }.into_any(),
            Some(schema) => shown(schema),
        }}
    }
    .into_any()
}

fn shown(schema: SchemaText) -> AnyView {
    let text = laid_out(&schema);
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    let cut = schema.truncated || text.lines().nth(MOST_LINES).is_some();
    let tree = blocks(&lines, &mut 0, 0);
    let body = tree.into_iter().map(block).collect_view();
    view! {
        <div class="code schema-text" tabindex="0">{body}<Copy text=Signal::stored(schema.text.clone()) what="schema"/></div>
        {cut.then(|| view! { <p class="t3 vsay">"It is longer than is shown here; the download is whole."</p> })}
    }
    .into_any()
}

fn laid_out(schema: &SchemaText) -> String {
    match schema.schema_type {
        SchemaType::Avro | SchemaType::JsonSchema => {
            json::pretty(&schema.text).unwrap_or_else(|_| schema.text.clone())
        }
        SchemaType::Protobuf | SchemaType::Other => schema.text.clone(),
    }
}

/// A line, or a part that opens with one and ends with another.
enum Block {
    Line(String),
    Part {
        opens: String,
        inside: Vec<Block>,
        closes: Option<String>,
    },
}

/// Reads lines from `at` on, up to the one that closes the part that they are in.
fn blocks(lines: &[&str], at: &mut usize, depth: usize) -> Vec<Block> {
    let mut out = Vec::new();
    while let Some(line) = lines.get(*at) {
        let trimmed = line.trim();
        if depth > 0 && trimmed.starts_with(['}', ']']) {
            break;
        }
        *at += 1;
        if trimmed.ends_with(['{', '[']) && depth < DEEPEST {
            let inside = blocks(lines, at, depth + 1);
            let closes = lines.get(*at).map(|line| (*line).to_owned());
            *at += usize::from(closes.is_some());
            out.push(Block::Part {
                opens: (*line).to_owned(),
                inside,
                closes,
            });
        } else {
            out.push(Block::Line((*line).to_owned()));
        }
    }
    out
}

fn block(this: Block) -> AnyView {
    match this {
        Block::Line(text) => view! { <div class="tl">{line(&text)}</div> }.into_any(),
        Block::Part {
            opens,
            inside,
            closes,
        } => {
            let inside = inside.into_iter().map(block).collect_view();
            view! {
                <details open="">
                    <summary class="tl">{line(&opens)}</summary>
                    {inside}
                    {closes.map(|closes| view! { <div class="tl">{line(&closes)}</div> })}
                </details>
            }
            .into_any()
        }
    }
}

/// A line in pieces: names before a colon, texts, comments.
fn line(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|(class, piece)| match class {
            "" => piece.to_owned().into_any(),
            class => view! { <span class=class>{piece.to_owned()}</span> }.into_any(),
        })
        .collect_view()
        .into_any()
}

fn pieces(text: &str) -> Vec<(&'static str, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(at);
        if from.starts_with("//") || from.starts_with("/*") {
            out.push(("", before));
            out.push(("yc", from));
            return out;
        }
        let quoted = from.starts_with('"').then(|| quoted(from)).flatten();
        let Some(end) = quoted else {
            let (plain, after) = rest.split_at(at + 1);
            out.push(("", plain));
            rest = after;
            continue;
        };
        out.push(("", before));
        let (literal, after) = from.split_at(end);
        let class = if after.trim_start().starts_with(':') {
            "yk"
        } else {
            "ys"
        };
        out.push((class, literal));
        rest = after;
    }
    out.push(("", rest));
    out.retain(|(_, piece)| !piece.is_empty());
    out
}

/// Where the text that begins here ends.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_into_what_they_are() {
        assert_eq!(
            pieces(r#"  "na\"me": "x","#),
            [
                ("", "  "),
                ("yk", r#""na\"me""#),
                ("", ": "),
                ("ys", "\"x\""),
                ("", ",")
            ]
        );
        assert_eq!(
            pieces("int32 a = 1; // \"b\""),
            [("", "int32 a = 1; "), ("yc", "// \"b\"")]
        );
        assert_eq!(pieces("a / \"b"), [("", "a /"), ("", " \""), ("", "b")]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn parts_open_and_close() {
        let lines = ["{", "  \"a\": [", "    1", "  ]", "}", "tail"];
        let tree = blocks(&lines, &mut 0, 0);
        assert_eq!(tree.len(), 2);
        let Block::Part { inside, closes, .. } = &tree[0] else {
            panic!("a part")
        };
        assert_eq!((inside.len(), closes.as_deref()), (1, Some("}")));
        // What never closes ends with the text.
        let tree = blocks(&["a {", "b"], &mut 0, 0);
        assert!(matches!(&tree[0], Block::Part { closes: None, .. }));
    }
}
