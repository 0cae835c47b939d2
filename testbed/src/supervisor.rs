//! The processes of the bed: who starts, watches, restarts and ends them.

pub mod facts;
