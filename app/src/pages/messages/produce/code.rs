//! JSON while it is typed: coloured as far as it is JSON already, and one word of it replaced. Pure.

/// A piece of a line and its class in the stylesheet; without one it is drawn as text.
pub type Piece<'t> = (Option<&'static str>, &'t str);

/// Cuts a line of JSON into coloured pieces. No text of JSON goes over a line's end, so lines stand for themselves.
pub fn colour(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (class, length) = match first {
            '"' => {
                let length = text_length(rest);
                let after = rest.get(length..).unwrap_or_default().trim_start();
                (Some(if after.starts_with(':') { "k" } else { "s" }), length)
            }
            '-' | '0'..='9' => (
                Some("n"),
                run(rest, |c| {
                    c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')
                }),
            ),
            'a'..='z' | 'A'..='Z' => {
                let length = run(rest, |c| c.is_ascii_alphanumeric());
                let word = rest.get(..length).unwrap_or_default();
                let known = matches!(word, "true" | "false" | "null");
                (known.then_some("w"), length)
            }
            '{' | '}' | '[' | ']' | ':' | ',' => (Some("p"), 1),
            _ => (None, run(rest, |c| !starts_piece(c)).max(first.len_utf8())),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push((class, piece));
        rest = after;
    }
    pieces
}

fn starts_piece(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '"' | '-' | '{' | '}' | '[' | ']' | ':' | ',')
}

/// Bytes of the characters at the beginning that are as asked.
fn run(text: &str, mut is: impl FnMut(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

/// Bytes of a JSON text with its quotes; one that is not ended goes to the end.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The bytes of the word at a place, line and column from 1, columns in characters.
pub fn word_at(text: &str, line: u32, column: u32) -> Option<std::ops::Range<usize>> {
    let line = usize::try_from(line).ok()?.checked_sub(1)?;
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let begins = if line == 0 {
        0
    } else {
        text.match_indices('\n').nth(line - 1)?.0 + 1
    };
    let this = text.get(begins..)?.split('\n').next()?;
    let at = this
        .char_indices()
        .map(|(at, _)| at)
        .chain([this.len()])
        .nth(column)?;
    let mut from = 0;
    for (_, piece) in colour(this) {
        let to = from + piece.len();
        if (from..to).contains(&at) {
            return Some(begins + from..begins + to);
        }
        from = to;
    }
    None
}

/// The text with the word at a place replaced.
pub fn replace(text: &str, line: u32, column: u32, instead: &str) -> Option<String> {
    let word = word_at(text, line, column)?;
    let mut out = String::with_capacity(text.len() + instead.len());
    out.push_str(text.get(..word.start)?);
    out.push_str(instead);
    out.push_str(text.get(word.end..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_values_numbers_and_words_differ() {
        let pieces = colour("  \"a\\\"b\": [\"x\", -1.5e+3, null, nul, \"open");
        let classes: Vec<_> = pieces
            .iter()
            .filter(|(_, piece)| !piece.trim().is_empty())
            .map(|(class, piece)| (class.unwrap_or("-"), *piece))
            .collect();
        assert_eq!(
            classes,
            [
                ("k", "\"a\\\"b\""),
                ("p", ":"),
                ("p", "["),
                ("s", "\"x\""),
                ("p", ","),
                ("n", "-1.5e+3"),
                ("p", ","),
                ("w", "null"),
                ("p", ","),
                ("-", "nul"),
                ("p", ","),
                ("s", "\"open"),
            ]
        );
    }

    #[test]
    fn a_word_is_replaced_where_it_stands() {
        let text = "{\n  \"ä\": \"urgnt\",\n  \"n\": 1\n}";
        assert_eq!(
            replace(text, 2, 8, "\"urgent\"").unwrap(),
            "{\n  \"ä\": \"urgent\",\n  \"n\": 1\n}"
        );
        assert_eq!(
            replace(text, 3, 3, "\"m\"").unwrap(),
            text.replace("\"n\"", "\"m\"")
        );
        assert_eq!(replace(text, 9, 1, "x"), None);
        assert_eq!(replace(text, 1, 7, "x"), None);
        assert_eq!(replace(text, 0, 0, "x"), None);
    }

    proptest! {
        #[test]
        fn pieces_make_the_line_again(line in "[\\PC]{0,60}") {
            let joined: String = colour(&line).into_iter().map(|(_, piece)| piece).collect();
            prop_assert_eq!(joined, line);
        }

        #[test]
        fn no_place_breaks_it(text in "[a\"{ä\n]{0,40}", line in 0_u32..6, column in 0_u32..50) {
            let _ = replace(&text, line, column, "x");
        }
    }
}
