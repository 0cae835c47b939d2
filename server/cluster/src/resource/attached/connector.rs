//! `KafkaConnector`: one connector of a Connect cluster of the same namespace.

use super::{ConnectorStatus, Link, Parts, cell, text};
use crate::resource::Metadata;
use serde_json::Value;

/// Columns: Connect cluster, class, tasks.
pub(super) fn read(metadata: &Metadata, spec: &Value, status: &Value) -> Parts {
    let connector = ConnectorStatus::read(status.get("connectorStatus").unwrap_or(&Value::Null));
    let connect = metadata.cluster_label();
    let tasks = match (connector.tasks, text(spec, "/tasksMax")) {
        (0, Some(most)) => format!("at most {most}"),
        (0, None) => String::new(),
        (tasks, _) => format!("{} of {tasks} running", connector.running),
    };
    Parts {
        cells: vec![
            connect
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            cell(spec, "/class"),
            tasks,
        ],
        spoken: connector.spoken(),
        link: Link::Connect(connect),
    }
}
