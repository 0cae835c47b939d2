//! Pages and server functions: Leptos, with the request's context and the backend put beside each.

use super::{App, problem::refuse, sign_in};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list,
    handle_server_fns_with_context, render_app_async_with_context,
};
use penstock_api::context::{RequestContext, StatusSetter};
use penstock_app::{GalleryEnabled, shell};
use penstock_domain::{
    problem::{Problem, ProblemKind},
    query::value_of,
};
use std::sync::{Arc, OnceLock};

/// Longest problem, in bytes; its words are the console's own.
const LONGEST_PROBLEM: usize = 64 * 1024;

/// Routes.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/_fn/{*name}", post(server_function))
        .leptos_routes_with_handler(listings(&app.leptos), page)
        .fallback(page)
}

/// The addresses of all pages, asked of Leptos once in the process: while it lists them it loads no resource anywhere, and a
/// page that is rendered at that moment would wait for its data for ever.
pub(super) fn listings(options: &LeptosOptions) -> Vec<AxumRouteListing> {
    static LISTED: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    let list = || {
        let options = options.clone();
        generate_route_list(move || shell(options.clone()))
    };
    LISTED.get_or_init(list).clone()
}

/// One page; the path that names none renders as not found, with its status.
async fn page(State(app): State<App>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "This address can only be read.",
        );
    }
    let uri = request.uri();
    let query = uri.query().unwrap_or_default();
    if uri.path() == "/sign-in"
        && let Some(code) = value_of(query, "code")
    {
        let next = value_of(query, "next").unwrap_or_default();
        return sign_in::by_link(&app, &code, &next).await;
    }
    let request = without_dead_credential(&app, request).await;
    let (renderer, deadline) = (app.renderer.clone(), app.settings.deadline);
    let options = app.leptos.clone();
    let render = render_app_async_with_context(
        move || {
            provide(&app);
            protect();
        },
        move || shell(options.clone()),
    );
    let rendered = renderer.render(move || render(request), deadline).await;
    let Some(mut response) = rendered else {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "The page could not be rendered",
            "The console has too much to do. Try again in a moment.",
        );
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A credential that the API server does not take any more is none: the page then offers to sign in, instead of being a frame
/// full of refusals.
async fn without_dead_credential(app: &App, mut request: Request) -> Request {
    let Some(cx) = request.extensions().get::<RequestContext>() else {
        return request;
    };
    if cx.credential.is_some()
        && let Err(error) = app.console.gate().identity(cx).await
        && error.problem().kind == ProblemKind::Unauthenticated
        && let Some(cx) = request.extensions_mut().get_mut::<RequestContext>()
    {
        cx.credential = None;
    }
    request
}

/// One server function; the request's body is JSON.
async fn server_function(State(app): State<App>, request: Request<Body>) -> Response {
    let response = handle_server_fns_with_context(move || provide(&app), request)
        .await
        .into_response();
    with_true_status(response).await
}

/// A request that can't be read never comes to the function, which would have said the status: its problem says it.
async fn with_true_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LONGEST_PROBLEM).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(problem) = serde_json::from_slice::<Problem>(&bytes)
        && let Ok(status) = StatusCode::from_u16(problem.kind.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// What pages and server functions find in their context.
fn provide(app: &App) {
    let parts = use_context::<http::request::Parts>();
    let options = use_context::<ResponseOptions>();
    if let Some(parts) = parts {
        if let Some(cx) = parts.extensions.get::<RequestContext>() {
            provide_context(cx.clone());
        }
        provide_context(sign_in::theme_of(&parts.headers));
        provide_context(sign_in::looks_of(&parts.headers));
    }
    if let Some(options) = options {
        provide_context(StatusSetter(Arc::new(move |status| {
            if let Ok(status) = StatusCode::from_u16(status) {
                options.set_status(status);
            }
        })));
    }
    if app.settings.gallery {
        provide_context(GalleryEnabled);
    }
    provide_context(app.backend());
}

/// The content security policy of this page (decision 17).
fn protect() {
    let (Some(options), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         font-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
