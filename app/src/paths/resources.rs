//! Addresses of the resources beside a cluster: `…/resources`, `…/resources/kafkaconnectors`, and one by namespace and name, which
//! Kubernetes lets consist of nothing that a path can't carry.

use super::{cluster, csv, with_query};
use penstock_domain::{
    ids::{ClusterRef, Namespace, ResourceName},
    query::{ListQuery, encode},
    resource::kind::ResourceKind,
};

/// The list as `query` asks for it, of one kind or of all.
pub fn resources(of: &ClusterRef, kind: Option<ResourceKind>, query: &ListQuery) -> String {
    with_query(path(of, kind), &query.to_query_string())
}

/// The same as a file.
pub fn resources_csv(of: &ClusterRef, kind: Option<ResourceKind>, query: &ListQuery) -> String {
    csv::list(format!("/api/v1{}", path(of, kind)), query)
}

/// One resource.
pub fn resource(
    of: &ClusterRef,
    kind: ResourceKind,
    namespace: &Namespace,
    name: &ResourceName,
) -> String {
    format!(
        "{}/{}/{}",
        path(of, Some(kind)),
        encode(namespace.as_str()),
        encode(name.as_str())
    )
}

fn path(of: &ClusterRef, kind: Option<ResourceKind>) -> String {
    match kind {
        None => format!("{}/resources", cluster(of)),
        Some(kind) => format!("{}/resources/{}", cluster(of), kind.plural()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Page;

    #[test]
    fn what_is_built_is_read_again() {
        let c = ClusterRef::new("kafka", "task-events");
        let read = |url: String| {
            let (path, query) = url.split_once('?').unwrap_or((&url, ""));
            Page::of(path, query)
        };
        assert_eq!(
            read(resources(&c, None, &ListQuery::default())),
            Page::Resources(c.clone(), None)
        );
        let kind = ResourceKind::KafkaConnector;
        let query = ListQuery::parse("q=a&state=notReady");
        assert_eq!(
            resources(&c, Some(kind), &query),
            "/clusters/kafka/task-events/resources/kafkaconnectors?q=a&state=notReady"
        );
        assert_eq!(
            read(resources(&c, Some(kind), &query)),
            Page::Resources(c.clone(), Some("kafkaconnectors".to_owned()))
        );
        assert_eq!(
            read(resource(&c, kind, &"apps".into(), &"sink.v2".into())),
            Page::Resource(
                c.clone(),
                "kafkaconnectors".to_owned(),
                "apps".into(),
                "sink.v2".into()
            )
        );
        assert_eq!(
            resources_csv(&c, Some(kind), &query),
            "/api/v1/clusters/kafka/task-events/resources/kafkaconnectors?format=csv&q=a&state=notReady"
        );
    }
}
