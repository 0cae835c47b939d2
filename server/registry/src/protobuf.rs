//! Protobuf: messages read into JSON text and written from it.
//!
//! The schema's text is compiled in memory (`protox`): imports come from the schema's references, from Protobuf's own files and
//! from the few that Confluent's serializers know by themselves, never from a file system. Reading goes from the wire straight
//! to text by the compiled descriptors, with bounds on nesting, on length and on what is held at a time. (The reader of
//! `prost-reflect` builds messages first, a kilobyte for some of two bytes, and follows an `Any` in an `Any` without a bound;
//! it is what the tests compare with.)
//!
//! How messages look as JSON: as Protobuf's own mapping has it, except that fields have the names that the schema gives them
//! and that 64-bit integers are numbers, with every digit. Fields without presence are there with their default. Fields that
//! the schema does not know are left out. An `Any` of an unknown type has its bytes in base64 as `value`.
//!
//! Which message it is, says a list of indexes before it (Confluent's wire format): the position among the file's messages,
//! then among that message's own, and so on, map entries not counted.

mod compile;
mod index;
mod known;
mod read;
mod sample;
mod wire;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use compile::compile;
pub(crate) use read::read;
pub(crate) use sample::sample;
pub(crate) use write::write;

use prost_reflect::{DescriptorPool, EnumDescriptor, MessageDescriptor};

/// A compiled schema.
#[derive(Clone, Debug)]
pub(crate) struct Protobuf {
    pool: DescriptorPool,
    /// Name of the schema's own file in the pool.
    file: String,
}

impl Protobuf {
    /// The message at a list of indexes.
    pub(crate) fn message_at(&self, indexes: &[usize]) -> Option<MessageDescriptor> {
        let (first, rest) = indexes.split_first()?;
        let file = self.pool.get_file_by_name(&self.file)?;
        let mut message = file.messages().nth(*first)?;
        for position in rest {
            let child = message
                .child_messages()
                .filter(|child| !child.is_map_entry())
                .nth(*position)?;
            message = child;
        }
        Some(message)
    }

    /// A message of the schema's own file by its full name, or by its name where only one is called so, with its indexes.
    pub(crate) fn message_named(&self, name: &str) -> Option<(MessageDescriptor, Vec<usize>)> {
        self.messages()
            .into_iter()
            .find(|(message, _)| message.full_name() == name || message.name() == name)
    }

    /// Every enum of the schema's own file, also within messages.
    pub(crate) fn enums(&self) -> Vec<EnumDescriptor> {
        let Some(file) = self.pool.get_file_by_name(&self.file) else {
            return Vec::new();
        };
        let within = self.messages().into_iter();
        file.enums()
            .chain(within.flat_map(|(message, _)| message.child_enums().collect::<Vec<_>>()))
            .collect()
    }

    /// Every message of the schema's own file with its indexes, outer ones first.
    pub(crate) fn messages(&self) -> Vec<(MessageDescriptor, Vec<usize>)> {
        let Some(file) = self.pool.get_file_by_name(&self.file) else {
            return Vec::new();
        };
        let mut list: Vec<(MessageDescriptor, Vec<usize>)> = file
            .messages()
            .enumerate()
            .map(|(at, message)| (message, vec![at]))
            .collect();
        let mut next = 0;
        while let Some((message, path)) = list.get(next).cloned() {
            let children = message
                .child_messages()
                .filter(|child| !child.is_map_entry());
            list.extend(children.enumerate().map(|(at, child)| {
                let mut path = path.clone();
                path.push(at);
                (child, path)
            }));
            next += 1;
        }
        list
    }
}
