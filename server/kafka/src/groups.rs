//! What follows from a group's committed offsets, the ends of its partitions and its members, seen again and again: lag in records
//! and in time, rates, risk, events, verdicts.
//!
//! Pure: nothing here asks a broker or reads a clock. `inventory::poll::groups` brings a round, the tracker
//! takes it in and gives what a snapshot holds.

pub mod ends;
pub mod events;
pub mod group;
pub mod history;
mod places;
pub mod progress;
pub mod risk;
pub mod round;
pub mod saved;
pub mod series;
pub mod standing;
mod tracked;
pub mod tracker;
pub mod trend;
