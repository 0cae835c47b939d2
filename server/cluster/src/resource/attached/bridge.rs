//! `KafkaBridge`: an HTTP client of a cluster for others.

use super::{Bootstrap, Link, Parts, cell, replicas};
use crate::resource::Metadata;
use serde_json::Value;

/// Columns: instances, address.
pub(super) fn read(_: &Metadata, spec: &Value, status: &Value) -> Parts {
    Parts {
        link: Link::Bootstrap(vec![Bootstrap {
            role: None,
            servers: cell(spec, "/bootstrapServers"),
        }]),
        cells: vec![replicas(spec, status), cell(status, "/url")],
        spoken: None,
    }
}
