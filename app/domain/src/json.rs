//! JSON exactly as it is written: numbers keep their digits, doubled names stay doubled, nothing is copied that can be pointed at.
//!
//! [`Cursor`] walks the text event by event, iteratively and with bounded depth; everything else stands on it: [`find()`] looks
//! up a path in raw bytes without building anything (the filter's hot path), [`Tree`] is a flat list of nodes that a page can
//! show virtually, [`pretty`] lays text out anew. Called by the filter, the masks, the decoders and the pages.

mod cursor;
mod find;
mod number;
mod path;
mod print;
mod text;
mod tree;

#[cfg(test)]
mod tests;

pub use cursor::{Cursor, DEEPEST, Event, EventKind, JsonError, JsonFault, validate};
pub use find::{Place, find};
pub use number::{compare, is_number};
pub use path::{LONGEST_PATH, Path, Step};
pub use print::pretty;
pub use text::{equals, quote, resolve, unescape};
pub use tree::{Builder, Kind, MOST_NODES, Node, Tree};
