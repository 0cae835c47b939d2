//! Figures as cells print them: what is missing is an en dash, zero is said, numbers carry the column's unit.

use penstock_domain::{
    ids::NodeId,
    time::Timestamp,
    topic::{PartitionRow, TopicRow},
    units,
    verdict::PartitionCounts,
};

/// What a cell shows that has nothing to show.
pub const NOTHING: &str = "–";

/// A count, or nothing.
pub fn number(value: Option<i64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), units::thousands)
}

/// A count, or nothing.
pub fn count(value: Option<u32>) -> String {
    number(value.map(i64::from))
}

/// A rate with one decimal below a hundred: `118`, `42.6`, `0`.
pub fn rate(value: Option<f64>) -> String {
    let Some(value) = value else {
        return NOTHING.to_owned();
    };
    if value >= 99.95 {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a rate of records is far below 2^63"
        )]
        let whole = value.round() as i64;
        units::thousands(whole)
    } else if value < 0.05 {
        "0".to_owned()
    } else {
        let text = format!("{value:.1}");
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    }
}

/// Whether a rate prints as zero.
pub fn still(value: Option<f64>) -> bool {
    value.is_none_or(|value| value < 0.05)
}

/// The unit in which a column of sizes is written: that of its largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeUnit(u64, &'static str);

impl SizeUnit {
    /// The unit for a largest value of so many bytes.
    pub fn of(largest: u64) -> Self {
        match largest {
            0..1_000 => SizeUnit(1, "B"),
            1_000..1_000_000 => SizeUnit(1 << 10, "KiB"),
            1_000_000..1_000_000_000 => SizeUnit(1 << 20, "MiB"),
            1_000_000_000..1_000_000_000_000 => SizeUnit(1 << 30, "GiB"),
            _ => SizeUnit(1 << 40, "TiB"),
        }
    }

    /// Its name, for the head of the column.
    pub const fn name(self) -> &'static str {
        self.1
    }

    /// A size in it: `18.21`, `0.04`, `412`.
    #[allow(
        clippy::cast_precision_loss,
        reason = "three figures are shown of a size"
    )]
    pub fn print(self, bytes: Option<u64>) -> String {
        let Some(bytes) = bytes else {
            return NOTHING.to_owned();
        };
        let value = bytes as f64 / self.0 as f64;
        if self.0 == 1 || bytes == 0 {
            format!("{value:.0}")
        } else if value < 99.95 {
            format!("{value:.2}")
        } else {
            format!("{value:.0}")
        }
    }
}

/// `7 d`, `forever`, or nothing where the topic is only compacted.
pub fn retention(row: &TopicRow) -> String {
    let deletes = row
        .cleanup_policy
        .as_deref()
        .is_none_or(|policy| policy.contains("delete"));
    match row.retention_ms {
        _ if !deletes => NOTHING.to_owned(),
        None => NOTHING.to_owned(),
        Some(-1) => "forever".to_owned(),
        Some(millis) => units::duration_millis(u64::try_from(millis).unwrap_or(0)),
    }
}

/// `all in sync`, or what is worst: `2 offline`, `1 refuses acks=all`, `6 short of a replica`.
pub fn replica_state(counts: &PartitionCounts) -> String {
    let thousands = |n: u32| units::thousands(i64::from(n));
    if counts.offline > 0 {
        format!("{} offline", thousands(counts.offline))
    } else if counts.under_min_isr > 0 {
        let verb = if counts.under_min_isr == 1 {
            "refuses"
        } else {
            "refuse"
        };
        format!("{} {verb} acks=all", thousands(counts.under_min_isr))
    } else if counts.under_replicated > 0 {
        format!("{} short of a replica", thousands(counts.under_replicated))
    } else {
        "all in sync".to_owned()
    }
}

/// How many replicas are in sync: `36`, or `34 of 36`.
pub fn in_sync(counts: &PartitionCounts) -> String {
    let all = units::thousands(i64::from(counts.replicas));
    if counts.replicas_missing == 0 {
        all
    } else {
        let there = counts.replicas.saturating_sub(counts.replicas_missing);
        format!("{} of {all}", units::thousands(i64::from(there)))
    }
}

/// Records between the first and the end offset.
pub fn records(row: &PartitionRow) -> Option<i64> {
    Some(row.end? - row.first?)
}

/// `2026-11-23 08:14:52 UTC`
pub fn absolute(time: Timestamp) -> String {
    format!("{} {} UTC", time.date(), time.clock())
}

/// `0, 1, 2`
pub fn nodes(nodes: &[NodeId]) -> String {
    nodes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Plain text out of Kafka's documentation, which comes with markup (`<code>`, `<a href>`, `&lt;`): tags go, entities become
/// their characters. The result is text and is escaped like any other.
pub fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let is_tag = tag
            .as_bytes()
            .get(1)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
        match tag.find('>') {
            Some(end) if is_tag => {
                let name = tag.get(1..end).unwrap_or_default().trim_start_matches('/');
                if name.starts_with("li") || name.starts_with('p') || name.starts_with("br") {
                    out.push(' ');
                }
                rest = tag.get(end + 1..).unwrap_or_default();
            }
            _ => {
                out.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    let out = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_short() {
        let written: Vec<String> = [
            None,
            Some(0.0),
            Some(0.4),
            Some(64.0),
            Some(42.61),
            Some(52_310.0),
        ]
        .into_iter()
        .map(rate)
        .collect();
        assert_eq!(written, ["–", "0", "0.4", "64", "42.6", "52\u{202f}310"]);
    }

    #[test]
    fn a_column_has_one_unit() {
        let unit = SizeUnit::of(19_541_000_000);
        assert_eq!(
            (unit.name(), unit.print(Some(19_541_000_000)).as_str()),
            ("GiB", "18.20")
        );
        assert_eq!(unit.print(Some(10_000_000)), "0.01");
        assert_eq!(unit.print(Some(0)), "0");
        assert_eq!(unit.print(None), "–");
        assert_eq!(SizeUnit::of(12).print(Some(12)), "12");
    }

    #[test]
    fn documentation_becomes_text() {
        assert_eq!(
            without_markup(
                "The <code>acks</code> of <a href=\"x\">it</a>, if a &lt; b and 1 < 2.<p>Next"
            ),
            "The acks of it, if a < b and 1 < 2. Next"
        );
        assert_eq!(without_markup("&lt;script&gt;"), "<script>");
        assert_eq!(without_markup("open <code"), "open <code");
    }

    #[test]
    fn the_worst_is_said() {
        let counts = PartitionCounts {
            total: 9,
            in_sync: 6,
            under_replicated: 2,
            under_min_isr: 1,
            replicas: 27,
            replicas_missing: 4,
            ..PartitionCounts::default()
        };
        assert_eq!(replica_state(&counts), "1 refuses acks=all");
        assert_eq!(in_sync(&counts), "23 of 27");
        assert_eq!(replica_state(&PartitionCounts::default()), "all in sync");
    }
}
