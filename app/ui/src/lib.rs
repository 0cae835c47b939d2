//! Primitives that could be anyone's: how a badge, a table, a state or a small picture looks and behaves on every page.
//!
//! Nothing here knows Kafka, Kubernetes, routes or the server: words, numbers and links come in as text. What a primitive looks
//! like is in `style/components/`, one file each. Everything renders on the server, reads without JavaScript, and hydrates.
//! The pages of `penstock-app` call it; [`gallery`] shows every primitive in all its states.

pub mod badge;
pub mod banner;
pub mod bars;
pub mod breadcrumbs;
pub mod button;
pub mod code;
pub mod copy;
pub mod dialog;
pub mod disclosure;
pub mod facts;
pub mod filter;
pub mod flash;
pub mod gallery;
pub mod heat;
pub mod icon;
pub mod keys;
pub mod live;
pub mod page;
pub mod rail;
pub mod ring;
pub mod section;
pub mod segments;
pub mod skeleton;
pub mod spark;
pub mod state;
pub mod stats;
pub mod table;
pub mod tabs;
pub mod theme;
pub mod timeline;
pub mod tip;
pub mod toast;
pub mod tone;
pub mod virtual_table;

#[cfg(all(test, feature = "ssr"))]
mod testing;
