//! The lens of one reader: decoded as he chose, masked as he may see.

use super::explain::{Explainer, HeaderPairs, Seen};
use async_trait::async_trait;
use penstock_auth::mask::{MaskSet, Masks, Side as MaskSide};
use penstock_domain::ids::TopicName;
use penstock_kafka::{
    batch::RawRecord,
    lens::{Headers, Lens, MissingSchema, OwnHeader, View},
};
use penstock_registry::SchemaKey;
use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

/// How long schemas are waited for before records are read without them.
const SCHEMA_PATIENCE: Duration = Duration::from_secs(4);

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct ReaderLens {
    explainer: Explainer,
    /// Masks of each topic that has any for this reader.
    masks: Arc<HashMap<TopicName, Masks>>,
}

impl ReaderLens {
    /// For some topics. `unmasked`: the reader has the right to see everything.
    pub fn new(
        explainer: Explainer,
        masks: Option<&MaskSet>,
        topics: impl IntoIterator<Item = TopicName>,
        unmasked: bool,
    ) -> Self {
        let masks = match masks {
            Some(set) if !unmasked => topics
                .into_iter()
                .filter_map(|topic| set.for_topic(&topic).map(|masks| (topic, masks)))
                .collect(),
            _ => HashMap::new(),
        };
        Self {
            explainer,
            masks: Arc::new(masks),
        }
    }

    /// How bytes are read.
    pub fn explainer(&self) -> &Explainer {
        &self.explainer
    }

    /// The same, for a registry that gives no answer.
    pub fn without_registry(&self) -> Self {
        Self {
            explainer: Explainer {
                registry: None,
                ..self.explainer.clone()
            },
            masks: self.masks.clone(),
        }
    }

    /// What is hidden of a topic.
    pub fn masks(&self, topic: &TopicName) -> Option<&Masks> {
        self.masks.get(topic)
    }
}

/// One side as its reader may see it.
fn through<'a>(
    masks: Option<&Masks>,
    side: MaskSide,
    seen: Option<Seen<'a>>,
) -> Option<Cow<'a, [u8]>> {
    let seen = seen?;
    let Some(masks) = masks else {
        return Some(seen.bytes);
    };
    Some(match seen.bytes {
        Cow::Borrowed(bytes) => masks.apply(side, bytes),
        Cow::Owned(bytes) => Cow::Owned(masks.apply(side, &bytes).into_owned()),
    })
}

#[async_trait]
impl Lens for ReaderLens {
    fn is_clear(&self, topic: &TopicName) -> bool {
        self.masks.get(topic).is_none() && !self.explainer.may_hide(topic)
    }

    fn look<'a>(
        &self,
        topic: &TopicName,
        record: &RawRecord<'a>,
    ) -> Result<View<'a>, MissingSchema> {
        let masks = self.masks.get(topic);
        let (key, value) =
            self.explainer
                .see(topic, record.key, record.value, record.headers.iter())?;
        let headers = match masks {
            Some(masks) if masks.hide_headers() => {
                Headers::Own(masked_headers(masks, record.headers.iter()))
            }
            _ => Headers::Raw(record.headers.clone()),
        };
        Ok(View {
            key: through(masks, MaskSide::Key, key),
            value: through(masks, MaskSide::Value, value),
            headers,
        })
    }

    async fn fetch(&self, missing: &[MissingSchema]) {
        let Some(registry) = &self.explainer.registry else {
            return;
        };
        let wanted = missing.iter().map(|schema| {
            registry.schema(match schema {
                MissingSchema::Id(id) => SchemaKey::Id(*id),
                MissingSchema::Guid(guid) => SchemaKey::Guid(*guid),
            })
        });
        // The registry remembers failures; whoever looks next finds them there.
        let _ = tokio::time::timeout(SCHEMA_PATIENCE, futures::future::join_all(wanted)).await;
    }
}

/// Headers with what a reader may not see replaced.
pub fn masked_headers<'a>(masks: &Masks, headers: impl HeaderPairs<'a>) -> Vec<OwnHeader<'a>> {
    headers
        .map(|(name, value)| {
            let value = value.map(|value| masks.apply_header(name, value));
            (Cow::Borrowed(name), value)
        })
        .collect()
}
