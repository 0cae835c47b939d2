//! What a subject's topics really carry: their newest records, by the schema that each was written with, and who reads them.
//!
//! Reading them takes the right to list the records of each topic, and reads them as any page of records is read: decoded, within
//! the same bounds. Nothing of a record but its schema and its time goes into the answer.

use super::{detail::no_subject, topics};
use crate::backend::{Console, now, problems, sight::Sight};
use penstock_api::{AppError, context::RequestContext, port::RecordsPort};
use penstock_domain::{
    access::Resource,
    envelope::Missing,
    ids::{ClusterRef, GroupName, SubjectName, TopicName},
    read::Reading,
    record::{Decoded, Record},
    schema::impact::{SchemaShare, SubjectImpact, TopicSample},
    time::Timestamp,
};
use penstock_registry::{Catalogue, catalogue::Subject};
use std::collections::BTreeMap;

/// Records that are looked at of a topic.
const SAMPLE: u32 = 500;
/// Groups that are named.
const MOST_GROUPS: usize = 50;
/// Subjects that are named for one id.
const MOST_SUBJECTS: usize = 8;

impl Console {
    pub(super) async fn impact_of(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        name: &SubjectName,
    ) -> Result<SubjectImpact, AppError> {
        let (sight, registry) = self.open_subject(cx, cluster, name).await?;
        let catalogue = registry.catalogue().now();
        let subject = catalogue
            .subjects
            .get(name.as_str())
            .ok_or_else(|| no_subject(&registry, &catalogue, name.as_str()))?;
        let (_, level_origin) = catalogue.level_of(subject);
        let topic = topics::of(name.as_str(), |topic| {
            sight
                .topics()
                .is_some_and(|topics| topics.get(topic).is_some())
        });
        let mut missing = Vec::new();
        let groups = self.may_list_all(cx, cluster, Resource::Groups).await;
        if !groups {
            missing.push(Missing {
                what: "groups that read its topics".to_owned(),
                why: "you may not list consumer groups".to_owned(),
            });
        }
        let mut samples = Vec::new();
        if let Some((topic, keys)) = topic {
            let reading = Reading {
                topics: vec![topic.clone()],
                limit: Some(SAMPLE),
                ..Reading::default()
            };
            let page = self.browse(cx, cluster, &reading).await;
            let mut sample = match page {
                Ok(page) => sample(topic.clone(), keys, &page.items, subject, &catalogue),
                Err(error) => TopicSample {
                    why: Some(problems::sentence(&error.problem().detail)),
                    ..empty(topic.clone(), keys)
                },
            };
            if groups {
                sample.groups = readers(&sight, &topic);
            }
            samples.push(sample);
        }
        Ok(SubjectImpact {
            topics: samples,
            level_origin,
            missing,
            as_of: now(),
        })
    }
}

/// Groups that read a topic.
pub(super) fn readers(sight: &Sight, topic: &TopicName) -> Vec<GroupName> {
    let mut groups: Vec<GroupName> = sight
        .groups()
        .map(|groups| groups.of_topic(topic.as_str()))
        .unwrap_or_default()
        .iter()
        .map(|reader| reader.group.clone())
        .collect();
    groups.truncate(MOST_GROUPS);
    groups
}

fn empty(topic: TopicName, keys: bool) -> TopicSample {
    TopicSample {
        topic,
        keys,
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

fn sample(
    topic: TopicName,
    keys: bool,
    records: &[Record],
    subject: &Subject,
    catalogue: &Catalogue,
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
            version: subject
                .versions
                .iter()
                .rfind(|version| version.id == id)
                .map(|version| version.version),
            subjects: catalogue
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
