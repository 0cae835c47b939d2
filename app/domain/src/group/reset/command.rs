//! The equal line for Kafka's own tools, to copy.

use super::{ChosenTopic, ResetSpec, ResetTo};
use crate::group::GroupKind;

/// The command; `None` where the tools have none for this kind and target.
pub fn command(spec: &ResetSpec, kind: GroupKind, group: &str, bootstrap: &str) -> Option<String> {
    let tool = tool(kind)?;
    if kind == GroupKind::Share
        && !matches!(
            spec.to,
            ResetTo::Earliest | ResetTo::Latest | ResetTo::Time { .. }
        )
    {
        return None;
    }
    let mut line = format!(
        "{tool} --bootstrap-server {} --command-config client.conf --group {}",
        quoted(bootstrap),
        quoted(group)
    );
    if !by_file(&spec.to) {
        if spec.topics.is_empty() {
            line.push_str(match kind {
                GroupKind::Streams => " --all-input-topics",
                _ => " --all-topics",
            });
        }
        let option = match kind {
            GroupKind::Streams => "--input-topic",
            _ => "--topic",
        };
        for chosen in &spec.topics {
            line.push_str(&format!(" {option} {}", quoted(&of_topic(chosen))));
        }
    }
    line.push_str(" --reset-offsets ");
    line.push_str(&target(&spec.to));
    line.push_str(" --execute");
    Some(line)
}

fn of_topic(chosen: &ChosenTopic) -> String {
    if chosen.partitions.is_empty() {
        return chosen.topic.as_str().to_owned();
    }
    let partitions: Vec<String> = chosen
        .partitions
        .iter()
        .map(|partition| partition.to_string())
        .collect();
    format!("{}:{}", chosen.topic, partitions.join(","))
}

fn target(to: &ResetTo) -> String {
    match to {
        ResetTo::Earliest => "--to-earliest".to_owned(),
        ResetTo::Latest => "--to-latest".to_owned(),
        ResetTo::Offset { offset } => format!("--to-offset {offset}"),
        ResetTo::Time { time } => {
            let text = time.to_string();
            format!("--to-datetime {}", text.trim_end_matches('Z'))
        }
        ResetTo::Back { millis } => format!("--by-duration {}", duration(*millis)),
        ResetTo::Shift { by } => format!("--shift-by {by}"),
        ResetTo::Group { .. } | ResetTo::Csv { .. } | ResetTo::Kept { .. } => {
            "--from-file offsets.csv".to_owned()
        }
    }
}

/// The command that deletes groups; `None` where the tools have none for this kind.
pub fn delete_command<'a>(
    kind: GroupKind,
    groups: impl Iterator<Item = &'a str>,
    bootstrap: &str,
) -> Option<String> {
    let mut line = format!(
        "{} --bootstrap-server {} --command-config client.conf --delete",
        tool(kind)?,
        quoted(bootstrap)
    );
    for group in groups {
        line.push_str(&format!(" --group {}", quoted(group)));
    }
    Some(line)
}

/// Kafka's own tool for groups of a kind. A worker group of Connect is a classic group to it.
const fn tool(kind: GroupKind) -> Option<&'static str> {
    match kind {
        GroupKind::Share => Some("kafka-share-groups.sh"),
        GroupKind::Streams => Some("kafka-streams-groups.sh"),
        GroupKind::Classic | GroupKind::Consumer | GroupKind::Unknown => {
            Some("kafka-consumer-groups.sh")
        }
        GroupKind::Connect => None,
    }
}

/// Whether the command reads offsets from a file, which names its partitions itself: the tool can take neither another group's
/// offsets by itself nor what was kept.
pub fn by_file(to: &ResetTo) -> bool {
    matches!(
        to,
        ResetTo::Group { .. } | ResetTo::Csv { .. } | ResetTo::Kept { .. }
    )
}

/// ISO 8601, as the tool wants it: `P1DT2H`, `PT0.5S`.
fn duration(millis: u64) -> String {
    let seconds = millis / 1_000;
    let mut date = String::from("P");
    if seconds >= 86_400 {
        date.push_str(&format!("{}D", seconds / 86_400));
    }
    let mut time = String::new();
    for (value, unit) in [(seconds / 3_600 % 24, 'H'), (seconds / 60 % 60, 'M')] {
        if value > 0 {
            time.push_str(&format!("{value}{unit}"));
        }
    }
    match (seconds % 60, millis % 1_000) {
        (0, 0) => {}
        (seconds, 0) => time.push_str(&format!("{seconds}S")),
        (seconds, rest) => {
            let fraction = format!("{rest:03}");
            time.push_str(&format!("{seconds}.{}S", fraction.trim_end_matches('0')));
        }
    }
    match (time.is_empty(), date.len()) {
        (true, 1) => "PT0S".to_owned(),
        (true, _) => date,
        (false, _) => format!("{date}T{time}"),
    }
}

/// Fit for a shell: names of topics are harmless, names of groups may be anything.
fn quoted(text: &str) -> String {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "._-:,".contains(letter);
    if !text.is_empty() && text.chars().all(harmless) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::PartitionId, time::Timestamp};

    fn of(to: ResetTo, topics: Vec<ChosenTopic>, kind: GroupKind) -> Option<String> {
        command(&ResetSpec { to, topics }, kind, "billing-export", "b:443")
    }

    #[test]
    fn the_line_is_that_of_kafkas_tool() {
        let chosen = ChosenTopic {
            topic: "billing-invoices".into(),
            partitions: Vec::new(),
        };
        let time = Timestamp::parse("2026-11-22T00:00:00Z").unwrap();
        assert_eq!(
            of(ResetTo::Time { time }, vec![chosen], GroupKind::Classic).unwrap(),
            "kafka-consumer-groups.sh --bootstrap-server b:443 --command-config client.conf --group billing-export \
             --topic billing-invoices --reset-offsets --to-datetime 2026-11-22T00:00:00.000 --execute"
        );
        let some = ChosenTopic {
            topic: "t".into(),
            partitions: vec![PartitionId(0), PartitionId(2)],
        };
        let line = of(ResetTo::Shift { by: -5 }, vec![some], GroupKind::Consumer).unwrap();
        assert!(line.contains("--topic t:0,2 --reset-offsets --shift-by -5"));
        let line = of(ResetTo::Earliest, Vec::new(), GroupKind::Classic).unwrap();
        assert!(line.contains("--all-topics --reset-offsets --to-earliest"));
        assert_eq!(of(ResetTo::Earliest, Vec::new(), GroupKind::Connect), None);
        assert_eq!(
            of(ResetTo::Offset { offset: 1 }, Vec::new(), GroupKind::Share),
            None
        );
    }

    #[test]
    fn durations_are_iso() {
        for (millis, text) in [
            (0, "PT0S"),
            (500, "PT0.5S"),
            (90_000, "PT1M30S"),
            (3_600_000, "PT1H"),
            (86_400_000, "P1D"),
            (93_784_050, "P1DT2H3M4.05S"),
        ] {
            assert_eq!(duration(millis), text);
        }
    }

    #[test]
    fn odd_names_can_t_leave_their_quotes() {
        assert_eq!(quoted("a-b.c"), "a-b.c");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("x'; rm -rf /"), r"'x'\''; rm -rf /'");
        assert_eq!(quoted(""), "''");
    }
}
