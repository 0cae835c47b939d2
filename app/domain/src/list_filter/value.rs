//! Values of conditions: texts and words behind commas, numbers, sizes, durations.

use super::{Check, Pattern};
use crate::filter::{
    FilterError,
    literal::unit,
    nearest::{nearest, short},
};

/// A part of the filter's text with its place in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'t> {
    /// The whole filter, for corrections.
    pub(super) whole: &'t str,
    /// Bytes from the beginning.
    pub(super) from: usize,
    /// Exclusive.
    pub(super) to: usize,
}

impl<'t> Part<'t> {
    pub(super) fn text(self) -> &'t str {
        self.whole.get(self.from..self.to).unwrap_or_default()
    }

    /// Without the space around it.
    pub(super) fn trimmed(self) -> Self {
        let text = self.text();
        let from = self.from + (text.len() - text.trim_start().len());
        Self {
            from,
            to: from + text.trim().len(),
            ..self
        }
    }

    /// An error that points here.
    pub(super) fn wrong(self, message: impl Into<String>) -> FilterError {
        FilterError {
            message: message.into(),
            from: self.from,
            to: self.to,
            hint: None,
        }
    }

    /// The whole filter with this part replaced.
    pub(super) fn replaced(self, by: &str) -> Option<String> {
        let before = self.whole.get(..self.from)?;
        let after = self.whole.get(self.to..)?;
        Some(format!("{before}{by}{after}"))
    }
}

/// Texts behind commas; commas in quotes are part of a text.
pub(super) fn texts(operand: Part<'_>, whole: bool) -> Check {
    let patterns = listed(operand)
        .into_iter()
        .map(|part| Pattern::new(part.text()))
        .collect();
    Check::Text { whole, patterns }
}

/// Words behind commas, each one of `names`.
pub(super) fn choices(
    operand: Part<'_>,
    what: &str,
    names: &[&'static str],
) -> Result<Vec<&'static str>, FilterError> {
    listed(operand)
        .into_iter()
        .map(|part| {
            let written = plain(part.text());
            names
                .iter()
                .find(|name| plain(name) == written)
                .copied()
                .ok_or_else(|| no_such(part, what, names))
        })
        .collect()
}

/// A number: `1000`, `1_000`, `20k`, `1.5M`.
pub(super) fn count(operand: Part<'_>, what: &str) -> Result<f64, FilterError> {
    counted(operand.text()).ok_or_else(|| {
        operand.wrong(format!(
            "{} is no {what}, as in 1000, 20k or 1.5M.",
            short(operand.text())
        ))
    })
}

/// A size: `1GiB`, `500kB`, or a number of bytes.
pub(super) fn bytes(operand: Part<'_>) -> Result<f64, FilterError> {
    sized(operand.text()).ok_or_else(|| {
        operand.wrong(format!(
            "{} is no size, as in 500MB, 1.5GiB or 1048576.",
            short(operand.text())
        ))
    })
}

/// A duration in seconds: `500ms`, `90s`, `5m`, `1h30m`, `2d`.
pub(super) fn seconds(operand: Part<'_>) -> Result<f64, FilterError> {
    let text = operand.text();
    if number(text).is_some() {
        let mut error = operand.wrong(format!("{} lacks its unit: ms, s, m, h or d.", short(text)));
        error.hint = operand.replaced(&format!("{text}m"));
        return Err(error);
    }
    lasting(text).ok_or_else(|| {
        operand.wrong(format!(
            "{} is no duration, as in 90s, 5m, 1h30m or 2d.",
            short(text)
        ))
    })
}

/// A figure as the setting `key` has it: `.ms` in milliseconds, `.bytes` in bytes, anything else as a plain number. `None`: it is
/// a text.
pub(super) fn of_setting(key: &str, operand: Part<'_>) -> Option<f64> {
    let text = operand.text();
    if let Some(number) = text.strip_prefix('-').and_then(number) {
        return Some(-number);
    }
    if key.ends_with(".ms") {
        return number(text).or_else(|| lasting(text).map(|seconds| seconds * 1_000.0));
    }
    if key.ends_with(".bytes") {
        return sized(text);
    }
    counted(text)
}

fn counted(text: &str) -> Option<f64> {
    let lower: String = text
        .chars()
        .filter(|letter| !matches!(letter, '_' | '\u{202f}' | ' '))
        .collect::<String>()
        .to_ascii_lowercase();
    let (digits, factor) = [('k', 1e3), ('m', 1e6), ('g', 1e9)]
        .into_iter()
        .find_map(|(suffix, factor)| Some((lower.strip_suffix(suffix)?, factor)))
        .unwrap_or((&lower, 1.0));
    number(digits).map(|value| value * factor)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "units are powers of two and ten below 2^53"
)]
fn sized(text: &str) -> Option<f64> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (amount, name) = text.split_at_checked(digits)?;
    let factor = match name {
        "" => 1,
        name => unit(name)?,
    };
    number(amount).map(|amount| amount * factor as f64)
}

fn lasting(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let unit_at = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (amount, behind) = rest.split_at_checked(unit_at)?;
        let unit_end = behind
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(behind.len());
        let (unit, next) = behind.split_at_checked(unit_end)?;
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "ms" => 0.001,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        total += number(amount)? * factor;
        rest = next;
    }
    (!text.is_empty()).then_some(total)
}

/// Digits with at most one point; no sign, no exponent, nothing that is not finite.
fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.bytes().any(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
}

fn no_such(part: Part<'_>, what: &str, words: &[&'static str]) -> FilterError {
    let mut error = part.wrong(format!(
        "{} is no {what}: {}.",
        short(part.text()),
        words.join(", ")
    ));
    let lower: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let candidates: Vec<&str> = lower.iter().map(String::as_str).collect();
    error.hint = nearest(&plain(part.text()), &candidates)
        .and_then(|meant| lower.iter().position(|word| word == meant))
        .and_then(|index| words.get(index))
        .and_then(|word| part.replaced(word));
    error
}

/// As people write names: `falling-behind`, `fallingBehind` and `Falling_Behind` are one.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Parts between commas that stand outside of quotes; empty ones are left out.
pub(super) fn listed(operand: Part<'_>) -> Vec<Part<'_>> {
    let text = operand.text();
    let mut parts = Vec::new();
    let (mut begin, mut quoted) = (0, false);
    let mut take = |begin: usize, end: usize| {
        if end > begin {
            let part = Part {
                from: operand.from + begin,
                to: operand.from + end,
                ..operand
            }
            .trimmed();
            if !part.text().is_empty() {
                parts.push(part);
            }
        }
    };
    for (index, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                take(begin, index);
                begin = index + 1;
            }
            _ => {}
        }
    }
    take(begin, text.len());
    parts
}
