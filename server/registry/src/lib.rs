//! Schema registries that speak Confluent's REST API: a small client, a cache of schemas, and the decoders that need them.
//!
//! ```text
//! bytes, headers ──► framing() ──► SchemaKey ──► Registry::cached / ::schema ──► Schema ──► decode() ──► JSON text
//!                                                      │ single flight, bounded     └────► encode(), sample()
//!                                                      ▼
//!                                         schemas/ids/… and what they refer to
//! ```
//!
//! Knows no topics beyond their names, no rights and no masks. A registry that is slow or away costs the decoded view only:
//! every request has a deadline and a size limit, failures are remembered for a while, and nothing is asked where the address
//! in the settings does not lead. Schemas and payloads come from outside: nesting, length and memory are bounded everywhere,
//! references are followed inside of the registry and nowhere else.
//!
//! Beside them stand the formats that need no schema and are read in the same bounded way: [`message_pack`] and [`cbor`].

mod avro;
mod cache;
mod calls;
pub mod catalogue;
mod client;
pub mod error;
mod framing;
mod json_schema;
pub mod meaning;
mod nearest;
mod out;
mod packed;
mod protobuf;
mod references;
mod registry;
mod schema;
mod settings;
mod text;
mod wire;

#[cfg(test)]
mod fake;

pub use calls::{Draft, Placed, RawVersion, Verdict};
pub use catalogue::{Catalogue, Pace};
pub use error::{DecodeError, EncodeError, RegistryError};
pub use framing::{Framing, SchemaKey, Side, framing};
pub use packed::{cbor, message_pack};
pub use references::Referred;
pub use registry::{Cached, Registry, TopicSubject};
pub use schema::{Reading, Schema, SchemaKind};
pub use settings::{RegistryAuth, RegistryCertificate, RegistryLimits, RegistrySettings, Secret};
pub use wire::Reference;

/// Levels that a value may be nested.
pub const MOST_DEPTH: usize = 100;
/// Bytes that a value may have as JSON text.
pub const MOST_JSON: usize = 32 << 20;
