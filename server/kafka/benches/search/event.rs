//! The events that benchmarks read: JSON of some 360 bytes, made of a number.

use std::fmt::Write as _;

/// Where owners live.
const CITIES: [&str; 7] = [
    "Amsterdam",
    "Bergen",
    "Cardiff",
    "Dublin",
    "Espoo",
    "Florence",
    "Ghent",
];

/// SplitMix64: spreads numbers evenly, the same everywhere.
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// An ordinary owner's city.
pub fn city(number: u64) -> &'static str {
    usize::try_from(number % 7)
        .ok()
        .and_then(|at| CITIES.get(at))
        .copied()
        .unwrap_or_default()
}

/// Writes the event of a number, whose owner lives in `city`.
pub fn write(number: u64, city: &str, into: &mut String) {
    into.clear();
    let (event, correlation, cause) = (mix(number ^ 1), mix(number ^ 2), mix(number ^ 3));
    // Writing to a String does not fail.
    let _ = write!(
        into,
        "{{\"event_id\":\"{event:016x}-{number:08x}\",\"event_type\":\"task.created\",\"source\":\"task-api\",\
         \"occurred_at\":\"2025-01-01T00:{:02}:{:02}.{:03}Z\",\"data\":{{\"task_id\":\"{number:x}\",\
         \"title\":\"Buy groceries number {number}\",\"owner\":{{\"id\":\"{:x}\",\"city\":\"{city}\"}},\
         \"priority\":{}}},\"metadata\":{{\"correlation_id\":\"{correlation:016x}\",\
         \"causation_id\":\"{cause:016x}\",\"tenant\":\"t{}\"}}}}",
        number / 600_000 % 60,
        number / 10_000 % 60,
        number / 10 % 1000,
        number * 31,
        number % 5,
        number % 50,
    );
}
