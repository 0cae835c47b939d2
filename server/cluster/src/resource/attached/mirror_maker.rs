//! `KafkaMirrorMaker2`: a Connect cluster of its own that copies from source clusters to a target. `v1` has the target and each
//! source in place, `v1beta2` a list of clusters that mirrors name by alias.

use super::{Bootstrap, ConnectorStatus, Link, Parts, cell, replicas, text};
use crate::resource::Metadata;
use serde_json::Value;

const TARGET: &str = "target";
const SOURCE: &str = "source";

/// Columns: mirrors, connectors, workers.
pub(super) fn read(_: &Metadata, spec: &Value, status: &Value) -> Parts {
    let (target, sources) = ends(spec);
    let bootstrap = |role, end: &End| Bootstrap {
        role: Some(role),
        servers: end.servers.clone(),
    };
    let link = target
        .iter()
        .map(|target| bootstrap(TARGET, target))
        .chain(sources.iter().map(|source| bootstrap(SOURCE, source)))
        .collect();
    let aliases: Vec<&str> = sources.iter().map(|source| source.alias.as_str()).collect();
    let mirrors = match &target {
        Some(target) if !aliases.is_empty() => format!("{} → {}", aliases.join(", "), target.alias),
        _ => aliases.join(", "),
    };
    Parts {
        link: Link::Bootstrap(link),
        cells: vec![mirrors, connectors(status), replicas(spec, status)],
        spoken: None,
    }
}

/// One cluster of a mirror.
struct End {
    alias: String,
    servers: String,
}

impl End {
    fn read(value: &Value) -> Option<Self> {
        value.is_object().then(|| Self {
            alias: cell(value, "/alias"),
            servers: cell(value, "/bootstrapServers"),
        })
    }
}

fn ends(spec: &Value) -> (Option<End>, Vec<End>) {
    let list = |field: &str| {
        spec.get(field)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let named = |alias: &str| {
        list("clusters")
            .iter()
            .filter_map(End::read)
            .find(|end| end.alias == alias)
    };
    let target = spec
        .get("target")
        .and_then(End::read)
        .or_else(|| named(&text(spec, "/connectCluster")?));
    let sources = list("mirrors")
        .iter()
        .filter_map(|mirror| {
            mirror
                .get("source")
                .and_then(End::read)
                .or_else(|| named(&text(mirror, "/sourceCluster")?))
        })
        .collect();
    (target, sources)
}

/// `2 of 3 running`, of the connectors that its Connect cluster has.
fn connectors(status: &Value) -> String {
    let Some(all) = status.get("connectors").and_then(Value::as_array) else {
        return String::new();
    };
    let running = all
        .iter()
        .filter(|connector| ConnectorStatus::read(connector).state.as_deref() == Some("RUNNING"))
        .count();
    format!("{running} of {} running", all.len())
}
