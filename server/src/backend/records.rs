//! Records: who may read which, and how what brokers hold becomes what pages and scripts get.
//!
//! Every way in authorises each topic by itself (`access`) before anything is asked of a broker. Reading goes through one engine
//! (`penstock_kafka::scan`, `tail`) and one lens (`lens`: decoded as chosen, masked as configured), so that browsing, searching,
//! following and exporting show the same records the same way. Unlike other pages these do ask brokers: records are not kept.

pub mod access;
pub mod estimate;
pub mod explain;
pub mod export;
pub mod fields;
pub mod lens;
pub mod open;
pub mod prepare;
pub mod registries;
pub mod shape;

use self::{
    access::Readable,
    explain::Explainer,
    lens::ReaderLens,
    registries::{ClusterMasks, Registries},
    shape::{Shaper, WHOLE},
};
use super::{Console, problems};
use crate::config::Config;
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::RecordsPort};
use penstock_domain::{
    access::Verb,
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    read::{
        DEFAULT_RECORDS, FieldSample, MOST_RECORDS, Notice, NoticeKind, Reading, RecordPage,
        RecordQuery, Scanned,
    },
    record::Record,
};
use penstock_kafka::scan::{self, RoomSettings, ScanEvent, ScanRoom};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long one page of records may take: a filter that hardly anything passes ends with what was found so far.
const PAGE_PATIENCE: Duration = Duration::from_secs(8);
/// How long one record is waited for.
const RECORD_PATIENCE: Duration = Duration::from_secs(6);
/// How long fields are looked for.
const FIELDS_PATIENCE: Duration = Duration::from_secs(3);

/// What reading records needs beside the clusters.
#[derive(Clone)]
pub struct RecordServices {
    /// Registries by cluster.
    pub registries: Registries,
    /// Masks by cluster.
    pub masks: ClusterMasks,
    /// What all readings together may use.
    pub room: ScanRoom,
    /// Ends every reading.
    pub stop: CancellationToken,
}

impl RecordServices {
    /// As configured; fails where a rule of masking can't be understood.
    pub fn new(config: &Config, stop: &CancellationToken) -> Result<Self, String> {
        Ok(Self {
            registries: Registries::new(config)?,
            masks: ClusterMasks::new(config)?,
            room: ScanRoom::new(RoomSettings {
                scans: config.limits.readings,
                scans_per_user: config.limits.readings_per_user,
                bytes: config.limits.scan_memory,
                bytes_per_scan: config.limits.scan_memory / 2,
                ..RoomSettings::default()
            }),
            stop: stop.clone(),
        })
    }
}

#[async_trait]
impl RecordsPort for Console {
    async fn browse(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        reading: &Reading,
    ) -> Result<RecordPage, AppError> {
        let limit = reading
            .limit
            .unwrap_or(DEFAULT_RECORDS)
            .clamp(1, MOST_RECORDS);
        let prepared = self
            .prepare_reading(cx, Verb::List, cluster, reading, Some(limit as usize))
            .await?;
        self.page(cx, prepared, PAGE_PATIENCE).await
    }

    async fn record(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &RecordQuery,
    ) -> Result<Record, AppError> {
        let address = &query.address;
        let readable = self
            .readable(cx, Verb::Get, cluster, std::slice::from_ref(&address.topic))
            .await?;
        if query.unmask {
            self.may_unmask(cx, cluster, std::slice::from_ref(&address.topic))
                .await?;
        }
        let topic = readable
            .topics
            .first()
            .ok_or_else(|| problems::no_topic(&readable.sight, &address.topic))?;
        if let (Some(asked), Some(live)) = (&address.topic_id, &topic.id)
            && asked != live
        {
            return Err(recreated(&address.topic));
        }
        let client = readable.client()?;
        let found = scan::one(
            &client,
            &topic.name,
            topic.id.as_ref(),
            address.partition,
            address.offset,
            RECORD_PATIENCE,
        )
        .await
        .map_err(|error| problems::scan(&error))?
        .ok_or_else(|| gone(query))?;
        let explainer = Explainer {
            registry: self.registry_of(cluster),
            key_format: query.key_format,
            value_format: query.value_format,
        };
        let lens = ReaderLens::new(
            explainer,
            self.records.masks.of(cluster),
            [topic.name.clone()],
            query.unmask,
        );
        let shaper = Shaper {
            lens,
            columns: Vec::new(),
            shown: query
                .preview
                .map_or(WHOLE, |shown| (shown as usize).min(WHOLE)),
            whole: query.preview.is_none(),
        };
        Ok(shaper.shape(&found).await)
    }

    async fn record_fields(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topics: &[TopicName],
    ) -> Result<Vec<FieldSample>, AppError> {
        let reading = Reading {
            topics: topics.to_vec(),
            ..Reading::default()
        };
        let mut prepared = self
            .prepare_reading(cx, Verb::List, cluster, &reading, Some(fields::SAMPLE))
            .await?;
        prepared.shaper = fields::sampler(&prepared.shaper);
        let page = self.page(cx, prepared, FIELDS_PATIENCE).await?;
        Ok(fields::of(&page.items))
    }
}

impl Console {
    /// Reads until a page is full, the range is through, or the patience is at its end.
    async fn page(
        &self,
        cx: &RequestContext,
        prepared: prepare::Prepared,
        patience: Duration,
    ) -> Result<RecordPage, AppError> {
        let deadline = Instant::now() + patience;
        let as_of = super::now();
        let (mut scan, plan) = self.scan(cx, &prepared).await?;
        let Readable { notices, .. } = prepared.readable;
        let mut page = RecordPage {
            items: Vec::new(),
            next: Some(plan.positions.clone()),
            partitions: plan.partitions,
            notices,
            as_of,
            scanned: Scanned::default(),
        };
        loop {
            match scan.next().await {
                Some(ScanEvent::Found(found)) => {
                    page.items.push(prepared.shaper.shape(&found).await);
                }
                Some(ScanEvent::Notice(notice)) => page.notices.push(notice),
                // Told several times a second; what was told before it lies before its positions.
                Some(ScanEvent::Progress(progress)) => {
                    page.scanned = progress.scanned;
                    if Instant::now() >= deadline {
                        page.next = Some(progress.positions);
                        page.notices.push(took_too_long(patience));
                        break;
                    }
                }
                Some(ScanEvent::End(end)) => {
                    page.scanned = end.scanned;
                    page.next = (!end.complete).then_some(end.positions);
                    break;
                }
                None => break,
            }
        }
        Ok(page)
    }
}

fn took_too_long(patience: Duration) -> Notice {
    Notice {
        kind: NoticeKind::Other,
        topic: None,
        partition: None,
        from: None,
        to: None,
        reason: format!(
            "This page was given {} s, and the range is not through.",
            patience.as_secs()
        ),
        remedy: Some("Go on from here, or search: a search has no such limit.".to_owned()),
    }
}

fn recreated(topic: &TopicName) -> AppError {
    Problem::new(
        ProblemKind::NotFound,
        "The topic was made anew",
        format!(
            "“{topic}” was deleted and made anew since this link was made; its records are others."
        ),
    )
    .with_remedy("Look for the record among those of the new topic.")
    .into()
}

fn gone(query: &RecordQuery) -> AppError {
    let address = &query.address;
    Problem::new(
        ProblemKind::NotFound,
        "Record not found",
        format!(
            "Partition {} of “{}” has no record at offset {}: retention or compaction removed it, or it was never written.",
            address.partition, address.topic, address.offset
        ),
    )
    .with_remedy("Browse from this offset to see what is there.")
    .with_field("offset")
    .into()
}
