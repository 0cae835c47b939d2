//! Fields that the newest records of the chosen topics have, for proposals: asked for when somebody comes to the field.

use crate::{components::completion::Source, pages::messages::here::Here};
use leptos::{prelude::*, task::spawn_local};
use penstock_domain::{filter, ids::TopicName, read::FieldSample};
use std::sync::Arc;

/// What is known of the fields.
#[derive(Clone, Copy)]
pub(super) struct Samples {
    here: Here,
    known: StoredValue<(Vec<TopicName>, Vec<FieldSample>)>,
}

impl Samples {
    /// Nothing is known yet.
    pub(super) fn new(here: Here) -> Self {
        Self {
            here,
            known: StoredValue::new((Vec::new(), Vec::new())),
        }
    }

    /// The language with these fields in it.
    pub(super) fn source(self) -> Source {
        Arc::new(move |text, cursor| {
            self.known
                .with_value(|(_, samples)| filter::complete(text, cursor, samples))
        })
    }

    /// Somebody came to the field: the fields that these topics have are asked for.
    pub(super) fn ready(self) {
        let topics = self.here.query.with_untracked(|query| query.topics.clone());
        if topics.is_empty() || self.known.with_value(|(sampled, _)| *sampled == topics) {
            return;
        }
        self.known.set_value((topics.clone(), Vec::new()));
        let cluster = self.here.cluster();
        spawn_local(async move {
            // Without samples the language itself is still proposed.
            if let Ok(found) = penstock_api::records::record_fields(cluster, topics.clone()).await {
                self.known.try_update_value(|(sampled, samples)| {
                    if *sampled == topics {
                        *samples = found;
                    }
                });
            }
        });
    }
}
