//! What happened in a cluster: the list, the picture of where events are in time, and one event.

pub mod event;
pub mod lanes;
pub mod list;
