//! The browser's files, embedded: what the build put into `target/site`, compressed beforehand.
//!
//! The package's files stand under a path with the build's id and are immutable there; the others are revalidated by their
//! hash.

use super::App;
use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use ring::digest;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::LazyLock;

/// `target/site` of the workspace as it was when the server was built.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

const PACKAGE: &str = "pkg/";
const OUTPUT: &str = "penstock";

/// A digest over the package's files, so that a new build has new addresses.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut names: Vec<_> = Site::iter()
        .filter(|name| name.starts_with(PACKAGE))
        .collect();
    names.sort();
    for name in names {
        if let Some(file) = Site::get(&name) {
            context.update(name.as_bytes());
            context.update(&file.metadata.sha256_hash());
        }
    }
    let digest = context.finish();
    URL_SAFE_NO_PAD
        .encode(digest.as_ref())
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect()
});

/// Leptos' options of our own making; nothing is read from the environment at run time.
pub fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(OUTPUT)
        .site_pkg_dir(format!("pkg/{}", *BUILD))
        .build()
}

/// Whether the browser's part was built into this server.
pub fn complete() -> bool {
    Site::get("pkg/penstock.wasm").is_some()
}

/// Routes: the package under its build id, every other file at the root.
pub fn router() -> Router<App> {
    let mut router = Router::new().route("/pkg/{build}/{*file}", get(package));
    for name in Site::iter() {
        if !name.starts_with(PACKAGE) && !is_compressed(&name) {
            let path = format!("/{name}");
            router = router.route(
                &path,
                get(move |headers: HeaderMap| async move { plain(&name, &headers) }),
            );
        }
    }
    router
}

async fn package(Path((build, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if build != *BUILD {
        return StatusCode::NOT_FOUND.into_response();
    }
    serve(
        &format!("{PACKAGE}{file}"),
        &headers,
        "public, max-age=31536000, immutable",
    )
}

fn plain(name: &str, headers: &HeaderMap) -> Response {
    serve(name, headers, "public, max-age=86400")
}

fn serve(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(file) = Site::get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash())
    );
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|known| known.trim() == tag));
    let (encoding, body) = match smaller(name, headers) {
        Some((encoding, smaller)) => (Some(encoding), smaller),
        None => (None, file),
    };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.data.into_response()
    };
    let out = response.headers_mut();
    let media = mime_guess::from_path(name).first_or_octet_stream();
    if let Ok(media) = HeaderValue::from_str(media.as_ref()) {
        out.insert(header::CONTENT_TYPE, media);
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// The best compressed form that the browser takes.
fn smaller(name: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| {
            accepted
                .split(',')
                .any(|accepted| accepted.split(';').next().map(str::trim) == Some(encoding))
        })
        .find_map(|(encoding, ending)| Some((encoding, Site::get(&format!("{name}{ending}"))?)))
}

fn is_compressed(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}
