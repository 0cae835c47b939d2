//! What a subject's topics really carry: their newest records, by the schema that each was written with, and who reads them.
//!
//! Reading them takes the right to list the records of each topic, and reads them as any page of records is read: decoded, within
//! the same bounds. Nothing of a record but its schema and its time goes into the answer. [`count`] sorts the records.

mod count;

use super::{detail::no_subject, topics};
use crate::backend::{Console, now, problems, sight::Sight};
use count::{counted, empty};
use penstock_api::{AppError, context::RequestContext, port::RecordsPort};
use penstock_domain::{
    access::Resource,
    envelope::Missing,
    ids::{ClusterRef, GroupName, PartitionId, SubjectName, TopicName},
    read::Reading,
    record::Record,
    schema::impact::{LookedThrough, SubjectImpact, TopicSample},
};
use penstock_registry::{Catalogue, catalogue::Subject};
use std::time::Duration;
use tokio::time::Instant;

/// Records that are looked at of a topic, shared among its partitions.
const SAMPLE: u32 = 500;
/// Partitions that are read one by one, so that a busy one does not stand for the quiet ones.
const MOST_PARTITIONS: usize = 50;
/// Records of each topic that are looked at where none goes by the subject's name.
const GLANCE: u32 = 20;
/// Topics that are looked through then.
const MOST_TOPICS: usize = 100;
/// For how long topics are looked through.
const PATIENCE: Duration = Duration::from_secs(10);
/// Groups that are named.
const MOST_GROUPS: usize = 50;

/// The subject that topics are looked at for.
struct Wanted<'a> {
    cluster: &'a ClusterRef,
    subject: &'a Subject,
    catalogue: &'a Catalogue,
}

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
        let wanted = Wanted {
            cluster,
            subject,
            catalogue: &catalogue,
        };
        let topic = topics::of(name.as_str(), |topic| {
            sight
                .topics()
                .is_some_and(|topics| topics.get(topic).is_some())
        });
        let (mut samples, looked_through) = match topic {
            Some((topic, keys)) => {
                let sample = self.sample(cx, &wanted, &sight, topic, keys).await;
                (vec![sample], None)
            }
            None => {
                let (samples, looked) = self.look_through(cx, &wanted, &sight).await;
                (samples, Some(looked))
            }
        };
        let mut missing = Vec::new();
        if self.may_list_all(cx, cluster, Resource::Groups).await {
            for sample in &mut samples {
                sample.groups = readers(&sight, &sample.topic);
            }
        } else {
            missing.push(Missing {
                what: "groups that read its topics".to_owned(),
                why: "you may not list consumer groups".to_owned(),
            });
        }
        Ok(SubjectImpact {
            topics: samples,
            looked_through,
            level_origin,
            missing,
            as_of: now(),
        })
    }

    /// The newest records of each partition of a topic, by their schemas; of one with very many partitions the newest of all.
    async fn sample(
        &self,
        cx: &RequestContext,
        wanted: &Wanted<'_>,
        sight: &Sight,
        topic: TopicName,
        keys: bool,
    ) -> TopicSample {
        let partitions: Vec<PartitionId> = sight
            .topics()
            .and_then(|topics| topics.get(topic.as_str()))
            .map(|topic| {
                topic
                    .partitions()
                    .map(|partition| partition.number)
                    .collect()
            })
            .unwrap_or_default();
        let (readings, per_partition) = readings(&topic, &partitions);
        let mut records: Vec<Record> = Vec::new();
        for reading in readings {
            match self.browse(cx, wanted.cluster, &reading).await {
                Ok(page) => records.extend(page.items),
                Err(error) => {
                    return TopicSample {
                        why: Some(problems::sentence(&error.problem().detail)),
                        ..empty(topic, keys)
                    };
                }
            }
        }
        TopicSample {
            per_partition,
            ..counted(topic, keys, &records, wanted)
        }
    }

    /// Looks for the subject's schemas in the newest records of topics, where its name leads to none (`RecordNameStrategy`): the topics
    /// that have some, by the side they have them on.
    async fn look_through(
        &self,
        cx: &RequestContext,
        wanted: &Wanted<'_>,
        sight: &Sight,
    ) -> (Vec<TopicSample>, LookedThrough) {
        let own: Vec<TopicName> = sight
            .topics()
            .into_iter()
            .flat_map(|topics| topics.iter())
            .filter(|topic| !topic.internal)
            .map(|topic| topic.name.clone())
            .collect();
        let mut looked = LookedThrough {
            topics: 0,
            of: u32::try_from(own.len()).unwrap_or(u32::MAX),
            records: GLANCE,
        };
        let mut samples = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        for topic in own.into_iter().take(MOST_TOPICS) {
            let reading = Reading {
                topics: vec![topic.clone()],
                limit: Some(GLANCE),
                ..Reading::default()
            };
            let page = self.browse(cx, wanted.cluster, &reading);
            // Out of time is told by the numbers, and so is a topic whose records the asker may not read.
            let Ok(page) = tokio::time::timeout_at(deadline, page).await else {
                break;
            };
            let Ok(page) = page else { continue };
            looked.topics += 1;
            samples.extend(
                [false, true]
                    .map(|keys| counted(topic.clone(), keys, &page.items, wanted))
                    .into_iter()
                    .filter(|sample| sample.schemas.iter().any(|share| share.version.is_some())),
            );
        }
        (samples, looked)
    }
}

/// How a topic is sampled: each partition for its share of [`SAMPLE`], which is told beside the readings.
fn readings(topic: &TopicName, partitions: &[PartitionId]) -> (Vec<Reading>, Option<u32>) {
    let newest = |partitions: Vec<PartitionId>, limit: u32| Reading {
        topics: vec![topic.clone()],
        partitions,
        limit: Some(limit),
        ..Reading::default()
    };
    if partitions.is_empty() || partitions.len() > MOST_PARTITIONS {
        return (vec![newest(Vec::new(), SAMPLE)], None);
    }
    let count = u32::try_from(partitions.len()).unwrap_or(u32::MAX);
    let share = (SAMPLE / count).max(1);
    let readings = partitions
        .iter()
        .map(|partition| newest(vec![*partition], share))
        .collect();
    (readings, Some(share))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_share_of_the_sample() {
        let topic = TopicName::new("orders");
        let partitions = |count: i32| (0..count).map(PartitionId).collect::<Vec<_>>();
        let (twelve, share) = readings(&topic, &partitions(12));
        assert_eq!((twelve.len(), share), (12, Some(41)));
        assert_eq!(twelve[3].partitions, [PartitionId(3)]);
        assert!(twelve.iter().all(|reading| reading.limit == Some(41)));
        let (many, share) = readings(&topic, &partitions(51));
        assert_eq!((many.len(), share), (1, None));
        assert_eq!((many[0].partitions.len(), many[0].limit), (0, Some(SAMPLE)));
    }
}
