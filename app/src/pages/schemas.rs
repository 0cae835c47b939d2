//! The list of a schema registry's subjects, and one subject: its versions side by side, who reads what, what carries it, and what is
//! done to it.

pub mod act;
pub mod detail;
pub mod list;
mod words;
