//! The browser entry: hydrates the application, nothing else.
