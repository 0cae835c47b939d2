//! Kubernetes and Strimzi: watchers feed a pure index.
