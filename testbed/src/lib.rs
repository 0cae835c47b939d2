//! Real components for tests and the demo.
