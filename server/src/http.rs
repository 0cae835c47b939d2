//! The console over HTTP: pages, server functions, REST, the event stream, signing in, assets; and health on a port of its own.
//!
//! [`router`] is the one way to it, for `main` and for tests. What each route requires stands in [`routes::TABLE`]; a test
//! walks it. Layers, outermost first: request id, trace and metrics, panics, security headers, host names, foreign origins,
//! identity, body size; then a deadline for everything but streams.

pub mod assets;
pub mod events;
pub mod health;
pub mod identity;
pub mod layers;
pub mod pages;
pub mod problem;
pub mod render;
pub mod rest;
pub mod rest_group_acts;
pub mod rest_groups;
pub mod rest_nodes;
pub mod rest_produce;
pub mod rest_records;
pub mod rest_resources;
mod rest_schemas;
pub mod rest_users;
pub mod routes;
pub mod sign_in;
pub mod streams;

use crate::{backend::Console, hub::Hub};
use axum::{Router, extract::FromRef, middleware};
use identity::Keeper;
use leptos::config::LeptosOptions;
use penstock_api::port::Backend;
use render::Renderer;
use std::{io, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
};

/// What the HTTP side is told by the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host names that the console answers to, besides the loopback's.
    pub allowed_hosts: Vec<String>,
    /// Whether people reach it by https, as the public URL says: cookies are then `Secure`.
    pub https: bool,
    /// Whether the gallery of primitives exists.
    pub gallery: bool,
    /// How long one request may take; streams aside.
    pub deadline: Duration,
    /// Largest request body in bytes.
    pub body_limit: usize,
    /// Event streams at once.
    pub streams: usize,
    /// Event streams at once of one user.
    pub streams_per_user: usize,
    /// Searches and tails at once.
    pub readings: usize,
    /// Searches and tails at once of one user.
    pub readings_per_user: usize,
}

/// Everything that handlers need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The backend, for what is not in its port: streams.
    pub console: Arc<Console>,
    /// Sessions, links, the server's own credential.
    pub keeper: Arc<Keeper>,
    /// As configured.
    pub settings: Arc<Settings>,
    /// Leptos' own, with the build's id in the path of assets.
    pub leptos: LeptosOptions,
    /// Threads that render pages.
    pub renderer: Arc<Renderer>,
    /// Room for event streams.
    pub streams: Arc<Semaphore>,
    /// Event streams by user.
    pub streams_by_user: Arc<events::PerUser>,
    /// Room for searches and tails.
    pub readings: streams::Places,
    /// Cancelled when the server stops: streams are told and end.
    pub stop: CancellationToken,
}

impl App {
    /// Joins the parts; fails where the system gives no threads.
    pub fn new(
        console: Arc<Console>,
        keeper: Keeper,
        settings: Settings,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        Ok(Self {
            renderer: Arc::new(Renderer::start()?),
            console,
            keeper: Arc::new(keeper),
            leptos: assets::leptos_options(),
            streams: Arc::new(Semaphore::new(settings.streams)),
            streams_by_user: Arc::default(),
            readings: streams::Places::new(settings.readings, settings.readings_per_user),
            settings: Arc::new(settings),
            stop,
        })
    }

    /// The backend as pages and the API ask it.
    pub fn backend(&self) -> Arc<dyn Backend> {
        self.console.clone()
    }

    /// The marks.
    pub fn hub(&self) -> &Hub {
        self.console.fleet().hub()
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The console's router.
pub fn router(app: &App) -> Router {
    let settings = &app.settings;
    let (rest, streams, imports) = rest::routers();
    let timed = Router::new()
        .merge(pages::router(app))
        .merge(rest)
        .merge(sign_in::router())
        .layer(middleware::from_fn_with_state(
            settings.deadline,
            layers::deadline,
        ))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(timed)
        .merge(events::router())
        .merge(streams)
        .layer(RequestBodyLimitLayer::new(settings.body_limit))
        .layer(middleware::from_fn_with_state(
            settings.body_limit,
            layers::too_large,
        ))
        // A file may be longer than any other body: it is read line by line and never held whole.
        .merge(imports)
        // Signing in again with a broken cookie must work, so identity never refuses; handlers do.
        .layer(middleware::from_fn_with_state(app.clone(), identity::layer))
        .layer(layers::cross_origin())
        .merge(assets::router())
        .layer(middleware::from_fn_with_state(
            Arc::new(layers::Hosts::new(&settings.allowed_hosts)),
            layers::hosts,
        ))
        .layer(middleware::from_fn(layers::headers))
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(middleware::from_fn(layers::observe))
        .with_state(app.clone())
}

#[cfg(test)]
mod tests;
