//! Records by the schema that each was written with. Pure.

use super::Wanted;
use penstock_domain::{
    ids::{SubjectName, TopicName},
    record::{Decoded, Record},
    schema::impact::{SchemaShare, TopicSample},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// Subjects that are named for one id.
const MOST_SUBJECTS: usize = 8;

/// A topic of which nothing was looked at.
pub(super) fn empty(topic: TopicName, keys: bool) -> TopicSample {
    TopicSample {
        topic,
        keys,
        per_partition: None,
        records: 0,
        schemas: Vec::new(),
        nulls: 0,
        without: 0,
        undecodable: 0,
        span: None,
        groups: Vec::new(),
        why: None,
    }
}

/// A topic's records on one side, by the schema that each was written with.
pub(super) fn counted(
    topic: TopicName,
    keys: bool,
    records: &[Record],
    wanted: &Wanted<'_>,
) -> TopicSample {
    let mut sample = empty(topic, keys);
    let mut by_id: BTreeMap<u32, u64> = BTreeMap::new();
    for record in records {
        sample.records += 1;
        count(&mut sample, &mut by_id, record, keys);
        if let Some(at) = record.timestamp {
            sample.span = Some(match sample.span {
                None => (at, at),
                Some((from, to)) => (Timestamp::min(from, at), Timestamp::max(to, at)),
            });
        }
    }
    sample.schemas = by_id
        .into_iter()
        .map(|(id, records)| SchemaShare {
            id,
            version: wanted
                .subject
                .versions
                .iter()
                .rfind(|version| version.id == id)
                .map(|version| version.version),
            subjects: wanted
                .catalogue
                .by_id
                .get(&id)
                .into_iter()
                .flatten()
                .take(MOST_SUBJECTS)
                .map(|(subject, _)| SubjectName::new(subject))
                .collect(),
            records,
        })
        .collect();
    sample
        .schemas
        .sort_by(|a, b| b.records.cmp(&a.records).then(b.id.cmp(&a.id)));
    sample
}

fn count(sample: &mut TopicSample, by_id: &mut BTreeMap<u32, u64>, record: &Record, keys: bool) {
    let bytes = if keys { &record.key } else { &record.value };
    if bytes.is_none() {
        sample.nulls += 1;
        return;
    }
    let part = record.decoded.as_ref().and_then(|decoded: &Decoded| {
        if keys {
            decoded.key.as_ref()
        } else {
            decoded.value.as_ref()
        }
    });
    match part.map(|part| (&part.schema, &part.problem)) {
        Some((Some(schema), problem)) => {
            *by_id.entry(schema.id).or_default() += 1;
            sample.undecodable += u64::from(problem.is_some());
        }
        // It names a schema that can't be had.
        Some((None, Some(_))) => sample.undecodable += 1,
        _ => sample.without += 1,
    }
}
