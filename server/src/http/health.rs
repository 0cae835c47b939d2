//! Health and metrics, on a port that people's browsers do not reach.

use super::App;
use axum::{Router, extract::State, routing::get};
use http::{StatusCode, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of the latency histogram, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0,
];

/// Installs the recorder of this process.
pub fn install_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full("penstock_http_request_seconds".to_owned()),
            &SECONDS,
        )?
        .install_recorder()?;
    metrics::describe_counter!(
        "penstock_http_requests_total",
        "Requests by route, method and status"
    );
    metrics::describe_histogram!(
        "penstock_http_request_seconds",
        "Time until the head of the answer, by route"
    );
    metrics::describe_gauge!("penstock_event_streams", "Open event streams");
    metrics::describe_gauge!(
        "penstock_watch_age_seconds",
        "Seconds since the API server was last heard"
    );
    metrics::describe_gauge!("penstock_clusters", "Clusters known");
    metrics::describe_counter!(
        "penstock_kafka_requests_total",
        "Requests put to the brokers of a cluster since it is followed"
    );
    Ok(handle)
}

/// Routes of the health port.
pub fn router(app: &App, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/startupz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape))
        .with_state(Health {
            app: app.clone(),
            metrics,
        })
}

#[derive(Clone)]
struct Health {
    app: App,
    metrics: PrometheusHandle,
}

/// Ready while it serves. An API server or brokers that are away are shown on pages; they are no reason to send people
/// elsewhere, where they are just as much away.
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.app.stop.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}

async fn scrape(State(health): State<Health>) -> ([(header::HeaderName, &'static str); 1], String) {
    let fleet = health.app.console.fleet();
    metrics::gauge!("penstock_clusters").set(fleet.names().len() as f64);
    for (cluster, asked) in fleet.asked() {
        metrics::counter!("penstock_kafka_requests_total", "cluster" => cluster.to_string())
            .absolute(asked);
    }
    if let Some(age) = fleet
        .health()
        .and_then(|watches| watches.age_millis(crate::backend::now()))
    {
        metrics::gauge!("penstock_watch_age_seconds").set(age as f64 / 1000.0);
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        health.metrics.render(),
    )
}
