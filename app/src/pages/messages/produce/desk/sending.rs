//! Sending what is in the drawer, once: what was written leaves it.

use super::{Desk, Sent};
use crate::pages::messages::produce::draft;
use leptos::{prelude::*, task::spawn_local};
use penstock_api::records;

impl Desk {
    /// Sends everything, and takes in what came of it.
    pub fn send(self) {
        if self.sending.get_untracked() || self.obstacle_untracked() {
            return;
        }
        let Some(topic) = self.topic.get_untracked() else {
            return;
        };
        let (drafts, how) = (self.records.get_untracked(), self.how.get_untracked());
        let cluster = self.here.cluster();
        self.sending.set(true);
        spawn_local(async move {
            let request = draft::request(&drafts, how, false);
            let result = records::produce_send(cluster, topic.clone(), request).await;
            let sent = Sent {
                topic,
                records: drafts,
                how,
                result,
            };
            self.sending.try_set(false);
            self.failure.try_set(!sent.is_whole());
            self.keep_what_was_refused(&sent);
            self.sent.try_set(Some(sent));
        });
    }

    fn obstacle_untracked(self) -> bool {
        untrack(move || self.obstacle().is_some())
    }

    /// After a send in which some were written, only the others stay: sending again must not write twice.
    fn keep_what_was_refused(self, sent: &Sent) {
        let Ok(outcome) = &sent.result else { return };
        let committed = sent.how.transaction.is_none();
        let some_refused = outcome
            .records
            .iter()
            .any(|record| record.problem.is_some());
        if !committed || !some_refused {
            return;
        }
        let written: Vec<u32> = sent
            .records
            .iter()
            .zip(&outcome.records)
            .filter(|(_, outcome)| outcome.written.is_some())
            .map(|(draft, _)| draft.id)
            .collect();
        self.records
            .try_update(|records| records.retain(|record| !written.contains(&record.id)));
        let first = self
            .records
            .try_with_untracked(|records| records.first().map(|record| record.id))
            .flatten();
        if let Some(first) = first
            && written.contains(&self.current.get_untracked())
        {
            self.current.try_set(first);
        }
    }
}
