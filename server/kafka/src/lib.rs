//! The Kafka wire path.
