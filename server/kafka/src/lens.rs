//! How one reader sees records: decoded by schemas, masked by rules, or just as they lie in the log.
//!
//! Searching, sorting and following look at records through a lens only, so that what is hidden can't be found out by
//! filtering (a mask applies before the filter) and what is shown is what is searched. The server fills it (registry, masks);
//! [`Clear`] is the lens of topics that need neither.

use crate::batch::RawRecord;
use async_trait::async_trait;
use penstock_domain::ids::TopicName;
use std::borrow::Cow;

/// A record as a reader sees it. Key and value are JSON text or any other bytes; whoever looks finds out.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The key; `None` is null.
    pub key: Option<Cow<'a, [u8]>>,
    /// The value; `None` is null.
    pub value: Option<Cow<'a, [u8]>>,
    /// Headers in their order.
    pub headers: Headers<'a>,
}

/// Headers of a [`View`].
#[derive(Clone, Debug)]
pub enum Headers<'a> {
    /// As they lie in the batch.
    Raw(crate::batch::RawHeaders<'a>),
    /// With some of them hidden.
    Own(Vec<OwnHeader<'a>>),
}

/// Name and value of a header of a [`View`].
pub type OwnHeader<'a> = (Cow<'a, [u8]>, Option<Cow<'a, [u8]>>);

/// A schema that must be fetched before a record can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingSchema {
    /// By the number that stands before the payload.
    Id(u32),
    /// By the GUID in a header.
    Guid(u128),
}

/// See the module.
#[async_trait]
pub trait Lens: Send + Sync {
    /// Whether records of a topic are seen just as they lie in the log. Then filters may look at raw bytes first.
    fn is_clear(&self, topic: &TopicName) -> bool;

    /// One record. Never waits: a schema that is not in memory is named, and [`Lens::fetch`] is called before the next try.
    /// Records that can't be decoded are seen raw.
    fn look<'a>(
        &self,
        topic: &TopicName,
        record: &RawRecord<'a>,
    ) -> Result<View<'a>, MissingSchema>;

    /// Gets schemas into memory, with a deadline of its own; those that can't be had are remembered as such, so that the next
    /// look at such a record sees it raw.
    async fn fetch(&self, missing: &[MissingSchema]);
}

/// Sees everything as it lies in the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clear;

#[async_trait]
impl Lens for Clear {
    fn is_clear(&self, _topic: &TopicName) -> bool {
        true
    }

    fn look<'a>(
        &self,
        _topic: &TopicName,
        record: &RawRecord<'a>,
    ) -> Result<View<'a>, MissingSchema> {
        Ok(View::raw(record))
    }

    async fn fetch(&self, _missing: &[MissingSchema]) {}
}

impl<'a> View<'a> {
    /// The record as it lies in the log.
    pub fn raw(record: &RawRecord<'a>) -> Self {
        Self {
            key: record.key.map(Cow::Borrowed),
            value: record.value.map(Cow::Borrowed),
            headers: Headers::Raw(record.headers.clone()),
        }
    }
}
