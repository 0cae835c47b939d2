//! Addresses of a cluster's activity; what the query says is `penstock_domain::activity::query`'s.

use super::{cluster, csv, with_query};
use penstock_domain::{activity::query::ActivityQuery, ids::ClusterRef};

/// The page as `query` asks for it.
pub fn activity(of: &ClusterRef, query: &ActivityQuery) -> String {
    with_query(
        format!("{}/activity", cluster(of)),
        &query.to_query_string(),
    )
}

/// The same as a file.
pub fn activity_csv(of: &ClusterRef, query: &ActivityQuery) -> String {
    let query = ActivityQuery {
        size: None,
        ..query.first_page()
    };
    csv::file(
        format!("/api/v1{}/activity", cluster(of)),
        &query.to_query_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Page;

    #[test]
    fn what_is_built_is_read_again() {
        let c = ClusterRef::new("kafka", "task-events");
        let query = ActivityQuery::parse("q=by:argocd&span=7d&size=20&event=4");
        let url = activity(&c, &query);
        let (path, asked) = url.split_once('?').unwrap();
        assert_eq!(Page::of(path, asked), Page::Activity(c.clone()));
        assert_eq!(ActivityQuery::parse(asked), query);
        assert_eq!(
            activity_csv(&c, &query),
            "/api/v1/clusters/kafka/task-events/activity?format=csv&q=by%3Aargocd&span=7d"
        );
    }
}
