//! Server functions by noun and the port that the server fills.
