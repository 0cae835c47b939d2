//! One integration binary over the test bed.
