//! What one can jump to: things by their names, pages, and what can be done; in sections as the palette and the page of searches
//! show them. Pure, but for [`recent`], which keeps in the browser what was looked at.

pub mod entry;
pub mod recent;
pub mod sections;

pub use entry::{Act, Entry, Target};
pub use sections::{Asked, Section, sections};
