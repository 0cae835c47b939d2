//! `/api/v1/…/nodes` and `…/certificates`: nodes, their configuration and partitions, what would happen if some stopped, and the
//! certificates of listeners and authorities, as JSON.

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, FormatParameter, InCluster, PageParameters, listing, together},
};
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use penstock_api::AppError;
use penstock_domain::{
    certificate::Certificates,
    envelope::Listing,
    ids::{ClusterRef, NodeId},
    node::{
        NodeConfiguration, NodeDetail, NodeInPool, NodePartitionList,
        simulation::{Choice, Simulation},
    },
    problem::{Problem, ProblemKind},
    query::ListQuery,
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(nodes))
        .routes(routes!(simulation))
        .routes(routes!(node))
        .routes(routes!(node_configs))
        .routes(routes!(node_partitions))
        .routes(routes!(certificates))
}

/// A node's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfNode {
    /// Namespace of the `Kafka` resource; `-` for clusters of the configuration file.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The node's id.
    node: String,
}

impl OfNode {
    fn cluster(&self) -> ClusterRef {
        ClusterRef::new(self.namespace.as_str(), self.cluster.as_str())
    }

    fn node(&self) -> Result<NodeId, AppError> {
        self.node.parse().map(NodeId).map_err(|_| {
            Problem::new(
                ProblemKind::Invalid,
                "Not a node id",
                "A node id is a whole number.",
            )
            .with_field("node")
            .into()
        })
    }
}

/// What the list of a node's partitions takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct PartitionParameters {
    /// Text that the topic's name must contain, letter case aside.
    q: Option<String>,
    /// `leads`, `follows`, `troubled` or `preferredElsewhere`.
    state: Option<String>,
    /// `topic` or `size`; with `-` before it largest first.
    sort: Option<String>,
}

/// What a simulation takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `Choice::of` reads")]
struct ChoiceParameters {
    /// A node that stops; may be given several times.
    stop: Option<Vec<i32>>,
    /// A rack whose nodes stop; may be given several times.
    rack: Option<Vec<String>>,
}

/// Nodes with what pools, pods, brokers and the quorum say.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes", params(InCluster, FormatParameter), responses((status = 200, body = Listing<NodeInPool>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn nodes(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let cluster = path.cluster();
    let file = asked.app.console.nodes_csv(&asked.cx, &cluster);
    let list = async {
        let nodes = asked.app.backend().nodes(&asked.cx, &cluster).await?;
        let ages = [&nodes.metadata_freshness, &nodes.disk_freshness];
        let (as_of, missing) = together(&ages);
        let items: Vec<NodeInPool> = nodes
            .pools
            .into_iter()
            .flat_map(|pool| {
                let name = pool.name;
                pool.nodes.into_iter().map(move |row| NodeInPool {
                    row,
                    pool: name.clone(),
                })
            })
            .collect();
        Ok(listing(items, as_of, missing))
    };
    asked.listed(&raw, "nodes", file, list).await
}

/// What would become of partitions and of the metadata quorum if nodes stopped; nothing is changed.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/simulation", params(InCluster, ChoiceParameters), responses((status = 200, body = Simulation), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn simulation(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<Simulation> {
    let choice = Choice::of(&query.unwrap_or_default());
    asked.answer(
        asked
            .app
            .backend()
            .nodes_simulation(&asked.cx, &path.cluster(), &choice)
            .await,
    )
}

/// One node: its pod, its part in the quorum, what it leads and holds, its log directories.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}", params(OfNode), responses((status = 200, body = NodeDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn node(asked: Asked, Path(path): Path<OfNode>) -> Answer<NodeDetail> {
    asked.answer(match path.node() {
        Ok(node) => {
            asked
                .app
                .backend()
                .node(&asked.cx, &path.cluster(), node)
                .await
        }
        Err(error) => Err(error),
    })
}

/// A node's configuration, asked of the broker itself, with the settings that other brokers have another value of.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}/configs", params(OfNode), responses((status = 200, body = NodeConfiguration), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn node_configs(asked: Asked, Path(path): Path<OfNode>) -> Answer<NodeConfiguration> {
    asked.answer(match path.node() {
        Ok(node) => {
            asked
                .app
                .backend()
                .node_configuration(&asked.cx, &path.cluster(), node)
                .await
        }
        Err(error) => Err(error),
    })
}

/// One page of the partitions that a node leads and follows.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}/partitions", params(OfNode, PartitionParameters, PageParameters), responses((status = 200, body = NodePartitionList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn node_partitions(
    asked: Asked,
    Path(path): Path<OfNode>,
    RawQuery(query): RawQuery,
) -> Answer<NodePartitionList> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    asked.answer(match path.node() {
        Ok(node) => {
            asked
                .app
                .backend()
                .node_partitions(&asked.cx, &path.cluster(), node, &query)
                .await
        }
        Err(error) => Err(error),
    })
}

/// Certificates: what clients of each listener have to trust, what its addresses present, and the authorities.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/certificates", params(InCluster), responses((status = 200, body = Certificates), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn certificates(asked: Asked, Path(path): Path<InCluster>) -> Answer<Certificates> {
    asked.answer(
        asked
            .app
            .backend()
            .certificates(&asked.cx, &path.cluster())
            .await,
    )
}
