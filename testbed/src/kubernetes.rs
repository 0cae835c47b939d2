//! The Kubernetes side of the bed: a real API server on a real etcd, with Strimzi's resource definitions and the rights of
//! the demo's people. [`plane`] starts it, [`seed`] makes the starting etcd once, [`apply`] writes manifests, [`kubeconfig`]
//! writes access files, [`identities`] says who there is, [`settle`] waits for the operator stand-in, [`strimzi`] knows the served
//! version; [`alone`] is one without a bed.

pub mod alone;
pub mod apply;
pub mod identities;
pub mod kubeconfig;
pub mod plane;
pub mod seed;
pub mod settle;
pub mod strimzi;
