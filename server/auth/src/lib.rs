//! Identities, sessions, access reviews.
