//! The records of the drawer: adding, copying, removing, going through them.

use super::Desk;
use crate::pages::messages::produce::draft::RecordDraft;
use leptos::prelude::*;

impl Desk {
    /// Puts a record into the send and into the fields. An only record that nobody touched makes room.
    pub fn add(self, record: RecordDraft) {
        let id = record.id;
        self.records.try_update(|records| {
            if let [only] = records.as_slice()
                && only.value.content.text.is_empty()
                && only.key.content.text.is_empty()
                && only.headers.is_empty()
                && !only.value.null
                && record.copy_of.is_some()
            {
                records.clear();
            }
            records.push(record);
        });
        self.current.try_set(id);
    }

    /// Puts an empty record into the send, of the formats of the one in the fields.
    pub fn add_new(self) {
        let id = self.id();
        let mut new = RecordDraft::new(id);
        let current = self.current.get_untracked();
        self.records.with_untracked(|records| {
            if let Some(like) = records.iter().find(|record| record.id == current) {
                for (side, like) in [(&mut new.key, &like.key), (&mut new.value, &like.value)] {
                    side.content.format = like.content.format;
                    side.content.subject = like.content.subject.clone();
                    side.content.version = like.content.version;
                }
            }
        });
        self.add(new);
    }

    /// Puts the same record into the send once more.
    pub fn duplicate(self, id: u32) {
        let copy = self
            .records
            .with_untracked(|records| records.iter().find(|record| record.id == id).cloned());
        if let Some(mut copy) = copy {
            copy.id = self.id();
            for header in &mut copy.headers {
                header.id = self.id();
            }
            self.add(copy);
        }
    }

    /// Takes a record out of the send; the last one is emptied instead.
    pub fn remove(self, id: u32) {
        let fresh = self.id();
        self.records.update(|records| {
            records.retain(|record| record.id != id);
            if records.is_empty() {
                records.push(RecordDraft::new(fresh));
            }
        });
        let still = self
            .records
            .with_untracked(|records| records.last().map(|record| record.id));
        if self.current.get_untracked() == id
            && let Some(last) = still
        {
            self.current.set(last);
        }
    }

    /// Shows the record so many places further, as far as there is one.
    pub fn step(self, by: isize) {
        let current = self.current.get_untracked();
        let next = self.records.with_untracked(|records| {
            let at = records.iter().position(|record| record.id == current)?;
            records
                .get(at.checked_add_signed(by)?)
                .map(|record| record.id)
        });
        if let Some(next) = next {
            self.current.set(next);
        }
    }

    /// Changes one record.
    pub fn change(self, id: u32, change: impl FnOnce(&mut RecordDraft)) {
        self.records.update(|records| {
            if let Some(record) = records.iter_mut().find(|record| record.id == id) {
                change(record);
            }
        });
    }

    /// Something of one record, followed.
    pub fn read<T: Default>(self, id: u32, read: impl FnOnce(&RecordDraft) -> T) -> T {
        self.records.with(|records| {
            records
                .iter()
                .find(|record| record.id == id)
                .map(read)
                .unwrap_or_default()
        })
    }
}
