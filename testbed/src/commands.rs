//! The command line: `up`, `demo`, `down`, `status`, `fault`. Each talks to the daemon; none owns a process of the bed.

pub mod brokers;
pub mod demo;
pub mod down;
pub mod fault;
pub mod link;
pub mod load;
pub mod matrix;
pub mod scale;
pub mod status;
pub mod up;

use anyhow::Result;
use std::io::Write;
use std::time::Duration;

/// Prints a line; a closed pipe is no reason to fail.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Reads `200ms`, `45s`, `2m` or `1h`.
///
/// # Errors
/// Anything else; the message says what is understood.
pub fn duration(text: &str) -> Result<Duration, String> {
    let refuse = || format!("`{text}` is no duration; write 200ms, 45s, 2m or 1h");
    let unit_at = text
        .find(|character: char| !character.is_ascii_digit())
        .ok_or_else(refuse)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().map_err(|_| refuse())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(refuse()),
    };
    number
        .checked_mul(milliseconds)
        .map(Duration::from_millis)
        .ok_or_else(refuse)
}

/// Reads `10KiB/s`, `2MiB/s` or `500B/s` as bytes a second.
///
/// # Errors
/// Anything else, and zero; the message says what is understood.
pub fn rate(text: &str) -> Result<u64, String> {
    let refuse = || format!("`{text}` is no rate; write 500B/s, 10KiB/s or 2MiB/s");
    let unit_at = text
        .find(|character: char| !character.is_ascii_digit())
        .ok_or_else(refuse)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().map_err(|_| refuse())?;
    let bytes = match unit {
        "B/s" => 1,
        "KiB/s" => 1024,
        "MiB/s" => 1024 * 1024,
        _ => return Err(refuse()),
    };
    number
        .checked_mul(bytes)
        .filter(|rate| *rate > 0)
        .ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(duration("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(duration("45s"), Ok(Duration::from_secs(45)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in [
            "",
            "45",
            "s",
            "4.5s",
            "-1s",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_read() {
        assert_eq!(rate("10KiB/s"), Ok(10_240));
        assert_eq!(rate("2MiB/s"), Ok(2_097_152));
        for wrong in ["", "10", "10KB/s", "0B/s"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }
}
