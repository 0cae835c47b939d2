//! What a condition asks of a value: texts with wildcards, words, figures, settings.

/// How a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
}

impl Comparison {
    fn holds(self, figure: f64, bound: f64) -> bool {
        match self {
            Comparison::Above => figure > bound,
            Comparison::AtLeast => figure >= bound,
            Comparison::Below => figure < bound,
            Comparison::AtMost => figure <= bound,
            #[allow(
                clippy::float_cmp,
                reason = "figures are whole or were typed: equal is equal"
            )]
            Comparison::Equal => figure == bound,
        }
    }
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Some text has one of these patterns, as a part of it or, if `whole`, from beginning to end.
    Text {
        /// Whether all of the text must be it.
        whole: bool,
        /// Any of them will do.
        patterns: Vec<Pattern>,
    },
    /// It is one of these words.
    Choice(Vec<&'static str>),
    /// A figure compares so. Bytes, seconds, or a plain number.
    Figure(Comparison, f64),
    /// A setting has such a value.
    Setting {
        /// Its key.
        key: String,
        /// What is asked of its value: a text, or a figure in the unit of the setting.
        check: Box<Check>,
    },
}

impl Check {
    /// Whether a text passes.
    pub fn text(&self, text: &str) -> bool {
        match self {
            Check::Text { whole, patterns } => {
                patterns.iter().any(|pattern| pattern.passes(text, *whole))
            }
            _ => false,
        }
    }

    /// Whether one of the words is true of the row.
    pub fn choice(&self, is: impl Fn(&str) -> bool) -> bool {
        match self {
            Check::Choice(words) => words.iter().any(|word| is(word)),
            _ => false,
        }
    }

    /// Whether a figure passes; what is not known is not decided.
    pub fn figure(&self, figure: Option<f64>) -> Option<bool> {
        match self {
            Check::Figure(comparison, bound) => {
                figure.map(|figure| comparison.holds(figure, *bound))
            }
            _ => Some(false),
        }
    }

    /// Whether the value of a setting passes; `value` finds it by its key. A list passes if one of its parts does.
    pub fn setting<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<bool> {
        let Check::Setting { key, check } = self else {
            return Some(false);
        };
        let value = value(key)?;
        match &**check {
            Check::Figure(..) => check.figure(value.parse().ok()),
            text => Some(text.text(value) || value.split(',').any(|part| text.text(part.trim()))),
        }
    }
}

/// A text to look for, letter case aside; `*` is any run of characters and `?` any one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    lower: String,
    wild: bool,
}

impl Pattern {
    /// A text as it was typed: without its quotes, which make it literal.
    pub fn new(typed: &str) -> Self {
        let literal = typed.contains('"');
        Self {
            lower: typed.replace('"', "").to_lowercase(),
            wild: !literal && typed.contains(['*', '?']),
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    /// Whether a text has it. Wildcards always stand for all of the text. Names are almost always ASCII and then cost no copy:
    /// lists are long.
    fn passes(&self, text: &str, whole: bool) -> bool {
        if !text.is_ascii() {
            return self.passes_lower(&text.to_lowercase(), whole);
        }
        if self.wild {
            return glob(&self.lower, text);
        }
        let (needle, text) = (self.lower.as_bytes(), text.as_bytes());
        if whole {
            return needle.eq_ignore_ascii_case(text);
        }
        needle.is_empty()
            || text
                .windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle))
    }

    fn passes_lower(&self, text: &str, whole: bool) -> bool {
        if self.wild {
            glob(&self.lower, text)
        } else if whole {
            self.lower == text
        } else {
            text.contains(&self.lower)
        }
    }
}

/// Whether a text is what a pattern with wildcards describes, ASCII letter case aside. Each piece between asterisks takes the first
/// place it finds, which is as good as any.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return piece(pattern, text) == Some(text.len());
    };
    let Some(mut text) = piece(first, text).and_then(|taken| text.get(taken..)) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for wanted in pieces {
        let found = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .find_map(|at| {
                let from = text.get(at..)?;
                from.get(piece(wanted, from)?..)
            });
        match found {
            Some(behind) => text = behind,
            None => return false,
        }
    }
    let wanted = last.chars().count();
    let Some(from) = text.chars().count().checked_sub(wanted) else {
        return false;
    };
    let end = text
        .char_indices()
        .nth(from)
        .map_or(text.len(), |(at, _)| at);
    text.get(end..)
        .is_some_and(|end| piece(last, end) == Some(end.len()))
}

/// How many bytes a piece without asterisks takes at the beginning of a text.
fn piece(piece: &str, text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in piece.chars() {
        let (_, letter) = letters.next()?;
        if wanted != '?' && letter.to_ascii_lowercase() != wanted {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(typed: &str, text: &str) -> bool {
        Pattern::new(typed).passes(text, false)
    }

    #[test]
    fn wildcards_stand_for_all_of_the_text() {
        for (pattern, text) in [
            ("task-*", "task-created"),
            ("TASK-*", "Task-Created"),
            ("*-created", "task-created"),
            ("*k-c*", "task-created"),
            ("t??k*", "task"),
            ("*", ""),
            ("*.DLT", "a.DLT.DLT"),
            ("a*b*c", "aXbXbXc"),
            ("?", "ü"),
            ("Zü*ch", "zÜrich"),
        ] {
            assert!(passes(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("task-*", "my-task-x"),
            ("*-x", "task-y"),
            ("?", ""),
            ("??", "ü"),
            ("a*a", "a"),
            ("\"task-*\"", "task-created"),
        ] {
            assert!(!passes(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_text_is_looked_for_anywhere_unless_all_is_meant() {
        assert!(passes("ETA", "beta"));
        let whole = |typed: &str, text: &str| Pattern::new(typed).passes(text, true);
        assert!(whole("beta", "BETA"));
        assert!(!whole("eta", "beta"));
        assert!(whole("\"b*\"", "b*"));
    }

    #[test]
    fn a_long_pattern_ends_soon() {
        let pattern = "a*".repeat(200);
        assert!(!passes(&format!("{pattern}b"), &"a".repeat(249)));
    }
}
