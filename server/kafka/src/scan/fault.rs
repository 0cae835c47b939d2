//! What can go wrong with a scan: errors that end it before it begins, and notices of what happened on the way.

use crate::{batch::BatchFault, error::KafkaError};
use penstock_domain::{
    ids::{PartitionId, TopicName},
    read::{Notice, NoticeKind},
    units,
};

/// Why a scan could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Too many scans run already. The API answers 429.
    #[error("{}", busy(*.yours, *.running, *.most))]
    Busy {
        /// Whether they are the same user's.
        yours: bool,
        /// How many run.
        running: usize,
        /// How many may.
        most: usize,
    },
    /// No topic was named.
    #[error("no topic is named")]
    NoTopic,
    /// None of the topics is there.
    #[error("topic {0} does not exist")]
    UnknownTopic(TopicName),
    /// The topic was deleted and made anew since its id was taken down.
    #[error("topic {0} was deleted and made anew since this link was made")]
    Recreated(TopicName),
    /// The topic has no such partition.
    #[error("topic {topic} has no partition {partition}")]
    UnknownPartition {
        /// The topic.
        topic: TopicName,
        /// The partition.
        partition: PartitionId,
    },
    /// The offset is not there any more, or not yet.
    #[error(
        "partition {partition} of {topic} holds offsets {first} to {last}; {offset} is not among them"
    )]
    OutOfRange {
        /// The topic.
        topic: TopicName,
        /// The partition.
        partition: PartitionId,
        /// The offset asked for.
        offset: i64,
        /// The first that is there.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// The record lies in a batch that can't be read.
    #[error("the record can't be read: {0}")]
    Unreadable(BatchFault),
    /// The brokers could not be asked.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
}

impl ScanError {
    /// What helps, as a sentence for people; `None` where nothing general does.
    pub fn remedy(&self) -> Option<String> {
        match self {
            ScanError::Busy { yours: true, .. } => {
                Some("Close a search in another tab, or wait until one ends.".to_owned())
            }
            ScanError::Busy { yours: false, .. } => {
                Some("Try again in a moment; an administrator can raise the limit.".to_owned())
            }
            ScanError::NoTopic => Some("Choose at least one topic.".to_owned()),
            ScanError::UnknownTopic(_) => Some(
                "Check the name; the console's KafkaUser also needs Describe on the topic."
                    .to_owned(),
            ),
            ScanError::Recreated(_) => {
                Some("Open the topic from the list of topics to read what is there now.".to_owned())
            }
            ScanError::UnknownPartition { .. } | ScanError::OutOfRange { .. } => {
                Some("Begin at the oldest or the newest record.".to_owned())
            }
            ScanError::Unreadable(_) => None,
            ScanError::Kafka(error) => error.remedy(),
        }
    }
}

fn busy(yours: bool, running: usize, most: usize) -> String {
    let whose = if yours { "you run" } else { "the console runs" };
    format!("{whose} {running} searches already, and {most} is the limit")
}

/// What an error code of a partition asks for (Kafka class `Errors`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cure {
    /// Another broker leads, or none does yet: ask for metadata and try again.
    Reroute,
    /// The offset is not there: ask for the first one.
    Reposition,
    /// The topic may be another one now: compare ids.
    Compare,
    /// Not ours to read; the whole topic ends.
    Forbidden,
    /// The broker can't read its own log there.
    Corrupt,
    /// Anything else: try again for a while.
    Retry,
}

impl Cure {
    /// By the code.
    pub(crate) fn of(code: i16) -> Self {
        match code {
            1 => Cure::Reposition,
            2 => Cure::Corrupt,
            // UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID.
            3 | 100 | 103 => Cure::Compare,
            // LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, REPLICA_NOT_AVAILABLE, KAFKA_STORAGE_ERROR,
            // FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, OFFSET_NOT_AVAILABLE.
            5 | 6 | 9 | 56 | 74 | 75 | 78 => Cure::Reroute,
            29..=31 => Cure::Forbidden,
            _ => Cure::Retry,
        }
    }
}

/// A notice about a partition, or about a topic.
pub(crate) fn notice(
    kind: NoticeKind,
    topic: &TopicName,
    partition: Option<PartitionId>,
    reason: impl Into<String>,
) -> Notice {
    Notice {
        kind,
        topic: Some(topic.clone()),
        partition,
        from: None,
        to: None,
        reason: reason.into(),
        remedy: None,
    }
}

/// A batch that was left out.
pub(crate) fn bad_batch(topic: &TopicName, partition: PartitionId, fault: &BatchFault) -> Notice {
    Notice {
        from: Some(fault.from),
        to: Some(fault.to),
        remedy: Some("Its records were left out; consumers stop at it as well.".to_owned()),
        ..notice(
            NoticeKind::BadBatch,
            topic,
            Some(partition),
            sentence(&fault.to_string()),
        )
    }
}

/// Offsets that are gone: reading went on from the first that is there.
pub(crate) fn out_of_range(
    topic: &TopicName,
    partition: PartitionId,
    from: i64,
    first: i64,
) -> Notice {
    let lost = usize::try_from(first.saturating_sub(from)).unwrap_or_default();
    Notice {
        from: Some(from),
        to: Some(first.saturating_sub(1)),
        ..notice(
            NoticeKind::OutOfRange,
            topic,
            Some(partition),
            format!(
                "{} from {from} on are no longer there: retention or a deletion of records took them. Reading begins at {first}.",
                units::count(lost, "offset", "offsets"),
            ),
        )
    }
}

/// A bound behind the end.
pub(crate) fn beyond_end(
    topic: &TopicName,
    partition: PartitionId,
    offset: i64,
    end: i64,
) -> Notice {
    Notice {
        from: Some(end),
        to: Some(offset),
        ..notice(
            NoticeKind::OutOfRange,
            topic,
            Some(partition),
            format!("Offset {offset} is behind the end of the partition, which is {end}."),
        )
    }
}

/// A partition that could not be read, or not to its end.
pub(crate) fn lost_partition(
    topic: &TopicName,
    partition: PartitionId,
    from: Option<i64>,
    error: &KafkaError,
) -> Notice {
    Notice {
        from,
        remedy: error.remedy(),
        ..notice(
            NoticeKind::Partition,
            topic,
            Some(partition),
            sentence(&error.to_string()),
        )
    }
}

/// The topic is gone, or another one.
pub(crate) fn recreated(topic: &TopicName, gone: bool) -> Notice {
    let reason = if gone {
        "The topic was deleted."
    } else {
        "The topic was deleted and made anew: what is there now is another topic's."
    };
    Notice {
        remedy: (!gone).then(|| "Read it again from its own beginning.".to_owned()),
        ..notice(NoticeKind::Recreated, topic, None, reason)
    }
}

/// The topic is not the console's to read.
pub(crate) fn forbidden(topic: &TopicName) -> Notice {
    let error = KafkaError::Authorization {
        operation: "Read",
        resource: format!("topic {topic}"),
    };
    Notice {
        remedy: error.remedy(),
        ..notice(
            NoticeKind::Forbidden,
            topic,
            None,
            sentence(&error.to_string()),
        )
    }
}

/// With a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    out.push_str(letters.as_str());
    if !out.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ask_for_their_cure() {
        for (code, cure) in [
            (1, Cure::Reposition),
            (3, Cure::Compare),
            (6, Cure::Reroute),
            (29, Cure::Forbidden),
            (2, Cure::Corrupt),
            (7, Cure::Retry),
            (-1, Cure::Retry),
        ] {
            assert_eq!(Cure::of(code), cure, "{code}");
        }
    }

    #[test]
    fn notices_are_sentences_with_their_place() {
        let notice = out_of_range(&"a".into(), PartitionId(3), 10, 2010);
        assert_eq!((notice.from, notice.to), (Some(10), Some(2009)));
        assert!(
            notice.reason.starts_with("2\u{202f}000 offsets"),
            "{}",
            notice.reason
        );
        assert_eq!(sentence("not allowed: Read"), "Not allowed: Read.");
        assert!(forbidden(&"a".into()).remedy.unwrap().contains("Read"));
    }
}
