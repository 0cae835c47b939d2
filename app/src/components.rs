//! Components that know the domain: how a state, an age, a problem or a resource looks on every page.

pub mod problem;
