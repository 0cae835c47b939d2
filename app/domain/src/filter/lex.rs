//! The filter's text cut into pieces. Never fails: what belongs nowhere is a piece too, and the parser says so.

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    /// First byte.
    pub(super) from: usize,
    /// Behind the last.
    pub(super) to: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A field, a keyword, or something else without quotes.
    Word,
    /// `"…"` or `'…'`, perhaps with `i` before it.
    Text {
        /// Whether letter case is ignored.
        ignore_case: bool,
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// A number as JSON writes it.
    Number,
    /// A number with a unit of bytes directly behind it: `10KiB`.
    Size,
    /// `=`, `!=`, `<`, … and what looks like one.
    Operator,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// Anything else.
    Bad,
}

impl Lexeme {
    pub(super) fn text(self, whole: &str) -> &str {
        whole.get(self.from..self.to).unwrap_or_default()
    }
}

/// Operators of the language.
pub(super) const OPERATORS: [&str; 10] = ["!=", "<=", ">=", "~=", "^=", "$=", "*=", "=", "<", ">"];
/// What people type who know other languages; the parser tells them ours.
const FOREIGN: [&str; 12] = [
    "===", "!==", "==", "=~", "!~", "<>", "&&", "||", "&", "|", "!", "~",
];

/// The pieces of a text, without the space between them.
pub(super) fn lex(text: &str) -> Vec<Lexeme> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(char) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if char.is_whitespace() {
            at += char.len_utf8();
            continue;
        }
        let (kind, to) = piece(text, at, char);
        // A piece is never empty, so the walk ends.
        let to = to.max(at + char.len_utf8());
        out.push(Lexeme { kind, from: at, to });
        at = to;
    }
    out
}

fn piece(text: &str, at: usize, char: char) -> (Kind, usize) {
    let rest = text.get(at..).unwrap_or_default();
    match char {
        '(' => return (Kind::Open, at + 1),
        ')' => return (Kind::Close, at + 1),
        ',' => return (Kind::Comma, at + 1),
        '"' | '\'' => return quoted(text, at, at, char, false),
        'i' | 'I' => {
            if let Some(quote @ ('"' | '\'')) = rest.chars().nth(1) {
                return quoted(text, at, at + 1, quote, true);
            }
        }
        _ => {}
    }
    let foreign = FOREIGN.iter().take(6);
    let symbols = foreign.chain(&OPERATORS).chain(FOREIGN.iter().skip(6));
    if let Some(symbol) = symbols
        .into_iter()
        .find(|symbol| rest.starts_with(**symbol))
    {
        return (Kind::Operator, at + symbol.len());
    }
    if char.is_ascii_digit() || char == '-' {
        let length = rest
            .char_indices()
            .find(|(at, char)| !is_segment(rest, *at, *char) && !matches!(char, '.' | '+'))
            .map_or(rest.len(), |(at, _)| at);
        let run = rest.get(..length).unwrap_or_default();
        if crate::json::is_number(run) {
            return (Kind::Number, at + length);
        }
        let unit = run
            .find(|char: char| char.is_ascii_alphabetic())
            .unwrap_or(length);
        if let Some((number, unit)) = run.split_at_checked(unit)
            && crate::json::is_number(number)
            && super::literal::unit(unit).is_some()
        {
            return (Kind::Size, at + length);
        }
        if length > 0 {
            return (Kind::Word, at + length);
        }
    }
    let end = word_end(text, at);
    if end > at {
        (Kind::Word, end)
    } else {
        (Kind::Bad, at + char.len_utf8())
    }
}

fn quoted(
    text: &str,
    from: usize,
    quote_at: usize,
    quote: char,
    ignore_case: bool,
) -> (Kind, usize) {
    match quote_end(text, quote_at, quote) {
        Some(end) => (
            Kind::Text {
                ignore_case,
                closed: true,
            },
            end,
        ),
        None => (
            Kind::Text {
                ignore_case,
                closed: false,
            },
            text.len().max(from + 1),
        ),
    }
}

/// The byte behind the closing quote of a text whose opening one is at `from`.
pub(super) fn quote_end(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, char) in text.get(from + 1..)?.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return Some(from + 1 + at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a character may stand in a name without quotes. `$` may, unless it begins `$=`.
fn is_segment(text: &str, at: usize, char: char) -> bool {
    match char {
        '(' | ')' | '[' | ']' | ',' | '.' | '"' | '=' | '!' | '<' | '>' | '~' | '^' | '*' | '&'
        | '|' => false,
        '$' => !text.get(at + 1..).unwrap_or_default().starts_with('='),
        _ => !char.is_whitespace() && !char.is_control(),
    }
}

/// The byte behind the name without quotes that begins at `from`.
pub(crate) fn segment_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices()
        .find(|(at, char)| !is_segment(rest, *at, *char))
        .map_or(text.len().max(from), |(at, _)| from + at)
}

/// The byte behind a word with all its steps: `value.items[0]."odd name".*`. A dot at its end belongs to it.
fn word_end(text: &str, from: usize) -> usize {
    let mut at = segment_end(text, from);
    if at == from {
        return from;
    }
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let mut chars = rest.chars();
        match chars.next() {
            Some('.') => {
                let next = chars.next();
                at += 1;
                match next {
                    Some('*') => at += 1,
                    Some('"') => match quote_end(text, at, '"') {
                        Some(end) => at = end,
                        None => return at,
                    },
                    _ => at = segment_end(text, at),
                }
            }
            Some('[') => match bracket_end(text, at) {
                Some(end) => at = end,
                None => return at,
            },
            _ => return at,
        }
    }
}

/// The byte behind `[0]`, `[*]` or `["name"]` at `from`.
pub(super) fn bracket_end(text: &str, from: usize) -> Option<usize> {
    let inner = from + 1;
    let end = match text.get(inner..)?.chars().next()? {
        '*' => inner + 1,
        '"' => quote_end(text, inner, '"')?,
        '0'..='9' => {
            let rest = text.get(inner..)?;
            inner + rest.find(|char: char| !char.is_ascii_digit())?
        }
        _ => return None,
    };
    text.get(end..)?.starts_with(']').then_some(end + 1)
}
