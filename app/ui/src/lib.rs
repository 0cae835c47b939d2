//! Primitives that could be anyone's.
