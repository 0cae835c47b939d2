//! Offsets in a file: `topic,partition,offset` a line, as Kafka's own tool reads and writes them.

use super::Place;
use crate::ids::{PartitionId, TopicName};

/// Lines that a file may have.
const MOST: usize = 100_000;
/// Mistakes that are told.
const TOLD: usize = 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOffset {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Offset.
    pub offset: i64,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvMistake {
    /// Which, from 1.
    pub line: usize,
    /// What.
    pub what: &'static str,
}

impl CsvMistake {
    /// As a sentence.
    pub fn words(&self) -> String {
        format!("Line {}: {}.", self.line, self.what)
    }
}

/// Reads a file. A first line that names the columns is passed over, and so are empty ones.
pub fn read(text: &str) -> Result<Vec<CsvOffset>, Vec<CsvMistake>> {
    let mut offsets: Vec<CsvOffset> = Vec::new();
    let mut mistakes = Vec::new();
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let text = text.trim();
        if text.is_empty() || (line == 1 && is_head(text)) {
            continue;
        }
        let read = match read_line(text) {
            Ok(_) if offsets.len() >= MOST => Err("there are too many lines"),
            read => read,
        };
        match read {
            Ok(offset) => offsets.push(offset),
            Err(what) => mistakes.push(CsvMistake { line, what }),
        }
        if mistakes.len() >= TOLD {
            break;
        }
    }
    offsets.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    let twice = offsets
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if (&a.topic, a.partition) == (&b.topic, b.partition)));
    if twice {
        mistakes.push(CsvMistake {
            line: 1,
            what: "a partition stands in the file twice",
        });
    }
    if mistakes.is_empty() {
        Ok(offsets)
    } else {
        Err(mistakes)
    }
}

/// Writes such a file.
pub fn write<'a>(offsets: impl Iterator<Item = (&'a TopicName, PartitionId, i64)>) -> String {
    offsets
        .map(|(topic, partition, offset)| format!("{topic},{partition},{offset}\n"))
        .collect()
}

/// What a file says of a partition.
pub(super) fn find(offsets: &[CsvOffset], place: &Place) -> Option<i64> {
    offsets
        .binary_search_by(|one| (&one.topic, one.partition).cmp(&(&place.topic, place.partition)))
        .ok()
        .and_then(|position| offsets.get(position))
        .map(|one| one.offset)
}

fn is_head(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("partition") && line.contains("offset")
}

fn read_line(line: &str) -> Result<CsvOffset, &'static str> {
    let cells: Vec<&str> = line
        .split(',')
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    // With several groups Kafka's tool writes the group's name in front; here it is this group's file.
    let (topic, partition, offset) = match cells.as_slice() {
        [topic, partition, offset] | [_, topic, partition, offset] => (*topic, *partition, *offset),
        _ => return Err("it has to be topic,partition,offset"),
    };
    if topic.is_empty() {
        return Err("the topic has no name");
    }
    let partition = partition
        .parse()
        .ok()
        .filter(|number| *number >= 0)
        .ok_or("the partition is no number from 0")?;
    let offset = offset
        .parse()
        .ok()
        .filter(|number| *number >= 0)
        .ok_or("the offset is no number from 0")?;
    Ok(CsvOffset {
        topic: TopicName::new(topic),
        partition: PartitionId(partition),
        offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_as_kafkas_tool_writes_them() {
        let read = read("topic,partition,offset\n\"b\",1,7\na,0,5\n\nbilling,c,2,9\n").unwrap();
        let read: Vec<_> = read
            .iter()
            .map(|one| (one.topic.as_str(), one.partition.0, one.offset))
            .collect();
        assert_eq!(read, [("a", 0, 5), ("b", 1, 7), ("c", 2, 9)]);
    }

    #[test]
    fn mistakes_name_their_line() {
        let mistakes = read("a,0,5\na,x,5\na,1,-5\na\n,1,2").unwrap_err();
        let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        assert_eq!(
            mistakes[0].words(),
            "Line 2: the partition is no number from 0."
        );
        assert!(read("a,0,5\na,0,6").is_err(), "twice");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            offsets in prop::collection::btree_map(("[a-z.]{1,9}", 0..50_i32), 0..i64::MAX, 0..40),
        ) {
            let named: Vec<_> = offsets
                .iter()
                .map(|((topic, partition), offset)| (TopicName::from(topic.as_str()), PartitionId(*partition), *offset))
                .collect();
            let text = write(named.iter().map(|(topic, partition, offset)| (topic, *partition, *offset)));
            let again: Vec<_> = read(&text)
                .unwrap()
                .into_iter()
                .map(|one| (one.topic, one.partition, one.offset))
                .collect();
            prop_assert_eq!(again, named);
        }

        #[test]
        fn nothing_that_is_pasted_breaks_it(text in ".{0,300}") {
            let _ = read(&text);
        }
    }
}
