//! `KafkaConnect`: workers of one Connect cluster. In `v1` the group is a field, in `v1beta2` a setting.

use super::{Bootstrap, Link, Parts, cell, replicas, text};
use crate::resource::Metadata;
use serde_json::Value;

/// Columns: workers, version, group.
pub(super) fn read(_: &Metadata, spec: &Value, status: &Value) -> Parts {
    let group = text(spec, "/groupId").or_else(|| text(spec, "/config/group.id"));
    Parts {
        link: Link::Bootstrap(vec![Bootstrap {
            role: None,
            servers: cell(spec, "/bootstrapServers"),
        }]),
        cells: vec![
            replicas(spec, status),
            cell(spec, "/version"),
            group.unwrap_or_default(),
        ],
        spoken: None,
    }
}
