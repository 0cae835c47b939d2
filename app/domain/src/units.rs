//! Numbers as people read them: thin thousands separators, binary sizes, durations, ages. Pure text, no locale.

/// U+202F, the narrow no-break space that separates thousands.
pub const THIN: char = '\u{202f}';

/// `31204877` → `31 204 877` (thin spaces).
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out
}

/// A size with three significant figures: `18.2 GiB`, `512 B`.
pub fn bytes(size: u64) -> String {
    let (value, unit) = bytes_parts(size);
    format!("{value} {unit}")
}

/// The number and the unit of [`bytes`] apart, for table heads.
pub fn bytes_parts(size: u64) -> (String, &'static str) {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if size < 1024 {
        return (size.to_string(), "B");
    }
    let mut value = size as f64 / 1024.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 999.5 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    let text = if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    (text, unit)
}

/// A duration in its two largest units: `3 d 4 h`, `1 min 22 s`, `38 s`, `12 ms`.
pub fn duration_millis(millis: u64) -> String {
    if millis < 1000 {
        return format!("{millis} ms");
    }
    let seconds = millis / 1000;
    let (days, hours, minutes, rest) = (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    );
    let pair = |big: u64, big_unit: &str, small: u64, small_unit: &str| {
        if small == 0 {
            format!("{big} {big_unit}")
        } else {
            format!("{big} {big_unit} {small} {small_unit}")
        }
    };
    if days > 0 {
        pair(days, "d", hours, "h")
    } else if hours > 0 {
        pair(hours, "h", minutes, "min")
    } else if minutes > 0 {
        pair(minutes, "min", rest, "s")
    } else {
        format!("{rest} s")
    }
}

/// An age in its largest unit only, for panels and lists: `now`, `2 s`, `6 min`, `3 h`, `31 d`.
pub fn age_millis(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0 => "now".to_owned(),
        1..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min", seconds / 60),
        3600..=86_399 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `1 topic`, `2 topics`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        thousands(i64::try_from(number).unwrap_or(i64::MAX)),
        if number == 1 { one } else { many }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_thousands() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(31_204_877), "31\u{202f}204\u{202f}877");
        assert_eq!(thousands(-1000), "−1\u{202f}000");
        assert_eq!(
            thousands(i64::MIN)
                .chars()
                .filter(char::is_ascii_digit)
                .count(),
            19
        );
    }

    #[test]
    fn sizes_keep_three_figures() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1024), "1.00 KiB");
        assert_eq!(bytes(1024 * 1024 - 1), "1.00 MiB");
        assert_eq!(bytes(19_541_000_000), "18.2 GiB");
        assert!(bytes(u64::MAX).ends_with("PiB"));
    }

    #[test]
    fn durations_name_two_units() {
        assert_eq!(duration_millis(12), "12 ms");
        assert_eq!(duration_millis(82_000), "1 min 22 s");
        assert_eq!(duration_millis(604_800_000), "7 d");
        assert_eq!(duration_millis(273_600_000), "3 d 4 h");
        assert_eq!(age_millis(400), "now");
        assert_eq!(age_millis(3_600_000), "1 h");
    }
}
