//! The words and rules of Penstock, without I/O.
