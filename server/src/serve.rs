//! `penstock serve`: puts the parts together, listens, and stops gracefully.

use crate::{
    backend::{
        Console, Services,
        fleet::{Fleet, Sources},
        gate::Gate,
        records::RecordServices,
    },
    config::{Config, Kubernetes},
    http::{self, App, Settings, assets, health, identity::Keeper},
    hub::Hub,
    local,
    store::Store,
};
use anyhow::{Context, Result, bail};
use penstock_auth::{Access, KubeReviewer, Reviewer, Sealer, SessionKey, SignInCodes, Token};
use penstock_cluster::{
    client::{ApiAccess, CredentialSource, UserToken},
    credentials::{Credentials, UserSecrets},
    watch::{Scope, Settings as WatchSettings, Watches},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

/// How long requests may take to finish once the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// After streams were told, they get this long to end before the listener is given up.
const FAREWELL: Duration = Duration::from_millis(200);

/// Serves until a signal asks to stop.
pub async fn run(config: Config) -> Result<()> {
    // Fails only where a provider is installed already, which then is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let stop = CancellationToken::new();
    let listener = bind(&config.listen.to_string(), "listen").await?;
    let health_listener = bind(&config.health_listen.to_string(), "health_listen").await?;
    let metrics = health::install_metrics()?;

    let app = assemble(&config, &stop).await?;
    if !assets::complete() {
        tracing::warn!(
            "the browser's part was not built into this server: pages are readable, but not live"
        );
    }
    let address = listener.local_addr()?;
    tracing::info!(%address, health = %health_listener.local_addr()?, "serving");

    // Health outlives the pages: it says that they stop.
    let health_stop = CancellationToken::new();
    let health = tokio::spawn(serve_until(
        health_listener,
        health::router(&app, metrics),
        health_stop.clone(),
    ));
    let pages = tokio::spawn(serve_until(listener, http::router(&app), stop.clone()));

    asked_to_stop().await?;
    tracing::info!("stopping");
    stop.cancel();
    if tokio::time::timeout(DRAIN, pages).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    app.console.fleet().stop().await;
    health_stop.cancel();
    // It holds no one's request.
    let _ = tokio::time::timeout(FAREWELL, health).await;
    Ok(())
}

/// Everything behind the router. Nothing is waited for: the API server and every broker may be away.
pub async fn assemble(config: &Config, stop: &CancellationToken) -> Result<App> {
    let own = config.local_sign_in.then(local::own_token);
    if own.is_some() && !config.listen.ip().is_loopback() {
        bail!(
            "local_sign_in lets everybody in who reaches the console, so listen must be a loopback address, not {}",
            config.listen
        );
    }
    let access_to_api = api_access(config).await?;
    let reviewer: Arc<dyn Reviewer> = match &access_to_api {
        Some(api) => Arc::new(kube_reviewer(api.clone(), own.clone())),
        None => match &own {
            Some(own) => Arc::new(local::WithoutKubernetes::new(
                own.clone(),
                !config.read_only,
            )),
            None => bail!(
                "without Kubernetes nobody can be asked who a user is; set local_sign_in = true, which needs a loopback address"
            ),
        },
    };
    let hub = Hub::new();
    let watches = match &access_to_api {
        Some(api) => {
            tracing::info!(server = api.server(), "watching");
            Watches::start(api.console(), watch_settings(config), stop.child_token())
        }
        None => Watches::none(),
    };
    let credentials = access_to_api
        .as_ref()
        .map(|api| Credentials::new(api.console_requests()));
    let store = store(config)?;
    let sources = Sources {
        watches,
        credentials,
        plain: config.plain_clusters(),
    };
    let fleet = Fleet::start(hub, sources, config.periods(), store.clone(), stop);
    let access = Arc::new(Access::new(reviewer));
    let services = Services {
        read_only: config.read_only,
        records: RecordServices::new(config, stop).map_err(anyhow::Error::msg)?,
        audit: Arc::default(),
        store,
        secrets: access_to_api.clone().map(UserSecrets::new),
    };
    let console = Arc::new(Console::new(fleet, Gate::new(access), services));

    let key = SessionKey::load(config.session.key_file.as_deref())
        .context("the session key can't be used")?;
    let codes = config
        .sign_in_codes_file
        .as_deref()
        .map(SignInCodes::load)
        .transpose()
        .context("the sign-in codes can't be used")?;
    let keeper = Keeper {
        sealer: Sealer::new(key, config.session.lifetime),
        codes,
        local: own,
    };
    App::new(console, keeper, settings(config), stop.clone())
        .context("the threads that render pages could not be started")
}

/// The store in its file; in memory without one, or where the disk does not take it: then pages say that it won't outlive a restart.
fn store(config: &Config) -> Result<Store> {
    if let Some(path) = &config.store_file {
        match Store::open(path) {
            Ok(store) => return Ok(store),
            Err(error) => tracing::error!(%error, "what acts replace is kept in memory only"),
        }
    }
    Store::in_memory().context("no store in memory")
}

async fn api_access(config: &Config) -> Result<Option<ApiAccess>> {
    let kubeconfig = || CredentialSource::Kubeconfig {
        path: config.kubeconfig.clone(),
        context: config.context.clone(),
    };
    let source = match config.kubernetes {
        Kubernetes::None => return Ok(None),
        Kubernetes::Kubeconfig => kubeconfig(),
        Kubernetes::InCluster => CredentialSource::InCluster,
        Kubernetes::Auto if config.kubeconfig.is_some() => kubeconfig(),
        // Kubernetes tells every container where its API server is.
        Kubernetes::Auto if std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() => {
            CredentialSource::InCluster
        }
        Kubernetes::Auto => kubeconfig(),
    };
    ApiAccess::load(&source)
        .await
        .map(Some)
        .context("the API server can't be addressed")
}

/// Asks with each user's own token; the holder of the server's own credential asks with that.
fn kube_reviewer(api: ApiAccess, own: Option<Token>) -> KubeReviewer {
    KubeReviewer::new(move |token: &Token| {
        let is_own = own
            .as_ref()
            .is_some_and(|own| own.fingerprint() == token.fingerprint());
        if is_own {
            Ok(api.console_requests())
        } else {
            api.client_for_token(&UserToken::new(token.reveal()))
                .map_err(|error| error.to_string())
        }
    })
}

fn watch_settings(config: &Config) -> WatchSettings {
    WatchSettings {
        scope: if config.namespaces.is_empty() {
            Scope::All
        } else {
            Scope::Namespaces(
                config
                    .namespaces
                    .iter()
                    .map(|name| name.as_str().into())
                    .collect(),
            )
        },
        ..WatchSettings::default()
    }
}

fn settings(config: &Config) -> Settings {
    let mut allowed_hosts = config.allowed_hosts.clone();
    let public = config
        .public_url
        .as_deref()
        .and_then(|url| url.parse::<::http::Uri>().ok());
    if let Some(host) = public.as_ref().and_then(|url| url.host()) {
        allowed_hosts.push(host.to_owned());
    }
    Settings {
        allowed_hosts,
        https: public.is_some_and(|url| url.scheme_str() == Some("https")),
        gallery: config.gallery,
        deadline: config.limits.request_deadline,
        body_limit: config.limits.body,
        streams: config.limits.streams,
        streams_per_user: config.limits.streams_per_user,
        readings: config.limits.readings,
        readings_per_user: config.limits.readings_per_user,
    }
}

async fn bind(address: &str, field: &str) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{field} = {address}: the address can't be listened on"))
}

async fn serve_until(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    // Made into a service once. A bare router is one anew for each connection, all its routes and layers copied: half a megabyte.
    let served = axum::serve(listener, router.into_make_service())
        .with_graceful_shutdown(stop.cancelled_owned())
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "serving ended");
    }
}

async fn asked_to_stop() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
