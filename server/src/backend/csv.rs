//! Lists as files (RFC 4180): every row that passes, in the order of the list. Figures are plain numbers, times are ISO 8601, what
//! is not known is an empty field. Called by the lists, and by exports of records for their fields.

use std::{
    fmt::{Display, Write as _},
    iter,
};

/// A file: its head, then a line for each row.
pub fn file<'r, R: 'r, const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = &'r R>,
    line: impl Fn(&R) -> [String; N],
) -> String {
    let head = head.map(str::to_owned);
    let lines = rows.into_iter().map(line);
    let mut out = String::new();
    for fields in iter::once(head).chain(lines) {
        // Writing to a String can't fail.
        let _ = write!(out, "{}\r\n", fields.join(","));
    }
    out
}

/// A field. What a spreadsheet would take for a formula is made plain text by a quotation mark before it.
pub fn field(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let plain = !formula && !text.contains([',', '"', '\n', '\r']);
    if plain {
        return text.to_owned();
    }
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// A text that may not be known.
pub fn text(text: Option<&str>) -> String {
    text.map(field).unwrap_or_default()
}

/// A figure that may not be known.
pub fn known(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_are_text() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@cmd", "\"'@cmd\""),
            ("-12.5", "-12.5"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(field(text), written);
        }
    }

    #[test]
    fn every_line_has_the_fields_of_the_head() {
        let rows = [("a,b", Some(1)), ("c", None)];
        let made = file(["name", "figure"], &rows, |(name, figure)| {
            [field(name), known(*figure)]
        });
        assert_eq!(made, "name,figure\r\n\"a,b\",1\r\nc,\r\n");
    }
}
