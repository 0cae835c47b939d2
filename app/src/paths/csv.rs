//! Lists as files: each is its list's address in the API, with what the page asks for, over all pages.

use super::cluster;
use penstock_domain::{ids::ClusterRef, query::ListQuery};

/// The list of clusters.
pub fn clusters_csv() -> String {
    "/api/v1/clusters?format=csv".to_owned()
}

/// A cluster's nodes.
pub fn nodes_csv(of: &ClusterRef) -> String {
    format!("/api/v1{}/nodes?format=csv", cluster(of))
}

/// A cluster's topics that pass.
pub fn topics_csv(of: &ClusterRef, query: &ListQuery) -> String {
    list(format!("/api/v1{}/topics", cluster(of)), query)
}

/// A cluster's groups that pass.
pub fn groups_csv(of: &ClusterRef, query: &ListQuery) -> String {
    list(format!("/api/v1{}/groups", cluster(of)), query)
}

/// A list's file: all that pass, not one page of them.
pub(super) fn list(path: String, query: &ListQuery) -> String {
    let query = ListQuery {
        size: None,
        ..query.first_page()
    };
    file(path, &query.to_query_string())
}

/// The file at an address of the API, as a query asks for it.
pub(super) fn file(path: String, query: &str) -> String {
    let and = if query.is_empty() { "" } else { "&" };
    format!("{path}?format=csv{and}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_what_the_page_asks_for_over_all_pages() {
        let c = ClusterRef::new("kafka", "task-events");
        let query = ListQuery {
            q: "lag>1000".into(),
            state: Some("stopped".into()),
            size: Some(2),
            after: Some("x".into()),
            ..ListQuery::default()
        };
        assert_eq!(
            groups_csv(&c, &query),
            "/api/v1/clusters/kafka/task-events/groups?format=csv&q=lag%3E1000&state=stopped"
        );
        assert_eq!(
            topics_csv(&c, &ListQuery::default()),
            "/api/v1/clusters/kafka/task-events/topics?format=csv"
        );
        assert_eq!(
            nodes_csv(&c),
            "/api/v1/clusters/kafka/task-events/nodes?format=csv"
        );
    }
}
