//! Numbers by their text: what JSON takes for one, and which is greater, exactly: no digit is lost, `1` = `1.0` = `1e0`.

use std::cmp::Ordering;

/// Exponents are exact up to here; beyond, numbers of the same sign count as equally far out.
const FARTHEST: i64 = 1_000_000_000_000_000;

/// Whether a text is a number as JSON writes it.
pub fn is_number(text: &str) -> bool {
    end(text.as_bytes(), 0) == Ok(text.len())
}

/// The byte behind the number at `from`, or where it stops being one.
pub(super) fn end(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    match bytes.get(at) {
        Some(b'0') => at += 1,
        Some(b'1'..=b'9') => at = digits(bytes, at),
        _ => return Err(at),
    }
    if bytes.get(at) == Some(&b'.') {
        let behind = digits(bytes, at + 1);
        if behind == at + 1 {
            return Err(behind);
        }
        at = behind;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        let behind = digits(bytes, at);
        if behind == at {
            return Err(behind);
        }
        at = behind;
    }
    Ok(at)
}

fn digits(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// A number taken apart: `0.d₁d₂d₃… × 10^scale`, the first digit not zero.
struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    /// Zeros before the first digit that counts, over `whole` and `fraction`.
    leading: usize,
    scale: i64,
    zero: bool,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let leading = whole
            .bytes()
            .chain(fraction.bytes())
            .take_while(|digit| *digit == b'0')
            .count();
        let size = |length: usize| i64::try_from(length).unwrap_or(FARTHEST);
        Self {
            negative,
            whole: whole.as_bytes(),
            fraction: fraction.as_bytes(),
            leading,
            scale: exponent + size(whole.len()) - size(leading),
            zero: leading == whole.len() + fraction.len(),
        }
    }

    /// The digits that count.
    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole
            .iter()
            .chain(self.fraction)
            .copied()
            .skip(self.leading)
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.scale.cmp(&other.scale).then_with(|| {
            let (mut mine, mut others) = (self.digits(), other.digits());
            loop {
                match (mine.next(), others.next()) {
                    (None, None) => return Ordering::Equal,
                    (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        order => return order,
                    },
                }
            }
        })
    }
}

fn exponent(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let size = digits
        .bytes()
        .try_fold(0_i64, |sum, digit| {
            let sum = sum * 10 + i64::from(digit.wrapping_sub(b'0'));
            (sum <= FARTHEST).then_some(sum)
        })
        .unwrap_or(FARTHEST);
    if negative { -size } else { size }
}

/// Which of two numbers is greater. Both must be [numbers](is_number); of other text the answer means nothing.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (Parts::of(a), Parts::of(b));
    match (a.zero, b.zero) {
        (true, true) => Ordering::Equal,
        (true, false) if b.negative => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, true) if a.negative => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => match (a.negative, b.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => a.magnitude(&b),
            (true, true) => b.magnitude(&a),
        },
    }
}
