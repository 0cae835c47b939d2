//! Signing in and out, and the theme: plain forms that work without JavaScript.

use super::{App, problem::refuse};
use crate::backend::now;
use axum::{
    Form, Router,
    extract::{Extension, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use penstock_api::context::RequestContext;
use penstock_auth::{IdentifyError, Token};
use penstock_domain::{
    looks::{self, Density, Looks},
    query::{encode, pairs},
    session::Theme,
};
use serde::Deserialize;

/// Longest token that is looked at; Kubernetes' own are about a kilobyte, those of identity providers a few.
const LONGEST_TOKEN: usize = 16 * 1024;
/// The cookie of the theme; no secret.
pub const THEME_COOKIE: &str = "theme";

/// Routes.
pub fn router() -> Router<App> {
    Router::new()
        .route("/auth/sign-in", post(sign_in))
        .route("/auth/sign-out", post(sign_out))
        .route("/auth/theme", post(theme))
        .route("/auth/looks", post(looks))
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// Takes a pasted token; one that the API server knows becomes a session.
async fn sign_in(State(app): State<App>, Form(form): Form<SignIn>) -> Response {
    let token = form.token.trim();
    // A whole header, as people copy it.
    let token = token
        .strip_prefix("Bearer ")
        .or_else(|| token.strip_prefix("bearer "))
        .unwrap_or(token)
        .trim();
    if token.is_empty() {
        return back_to_sign_in("empty", &form.next);
    }
    let plausible = token.len() <= LONGEST_TOKEN && token.bytes().all(|b| b.is_ascii_graphic());
    if !plausible {
        return back_to_sign_in("refused", &form.next);
    }
    begin(&app, &Token::new(token), &form.next).await
}

/// Spends the code of a one-time link.
pub async fn by_link(app: &App, code: &str, next: &str) -> Response {
    let token = match &app.keeper.codes {
        Some(codes) => codes.spend(code),
        None => None,
    };
    match token {
        Some(token) => begin(app, &token, next).await,
        None => back_to_sign_in("link", next),
    }
}

async fn begin(app: &App, token: &Token, next: &str) -> Response {
    match app.console.gate().access().sign_in(token).await {
        Ok(identity) => {
            tracing::info!(user = %identity.user, "signed in");
            let cookies = app.keeper.sealer.seal(token, now(), app.settings.https);
            with_cookies(redirect(own_path(next)), &cookies)
        }
        Err(IdentifyError::Refused) => back_to_sign_in("refused", next),
        Err(error @ IdentifyError::Unavailable { .. }) => {
            tracing::warn!(%error, "nobody can sign in");
            back_to_sign_in("unavailable", next)
        }
    }
}

/// Ends the session.
async fn sign_out(State(app): State<App>, Extension(cx): Extension<RequestContext>) -> Response {
    if let Some(credential) = &cx.credential {
        let token = Token::new(credential.token.reveal());
        app.console.gate().access().forget(&token);
    }
    let cookies = app.keeper.sealer.clear(app.settings.https);
    with_cookies(redirect("/sign-in"), &cookies)
}

#[derive(Deserialize)]
struct ThemeForm {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

/// Keeps the theme for a year.
async fn theme(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<ThemeForm>,
) -> Response {
    let theme = Theme::of_name(&form.theme);
    let secure = if app.settings.https { "; Secure" } else { "" };
    let cookie = format!(
        "{THEME_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}",
        theme.name()
    );
    let from = headers
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|referer| referer.parse::<http::Uri>().ok())
        .and_then(|uri| uri.path_and_query().map(|path| path.to_string()));
    let next = if form.next.is_empty() {
        from.unwrap_or_default()
    } else {
        form.next
    };
    with_cookies(redirect(own_path(&next)), &[cookie])
}

/// Keeps for a year how lists look. The form names every column that can be left out, and sends those that shall be shown.
async fn looks(State(app): State<App>, headers: HeaderMap, body: String) -> Response {
    let mut looks = looks_of(&headers);
    let (mut list, mut all, mut next) = (String::new(), String::new(), String::new());
    let mut shown = Vec::new();
    for (name, value) in pairs(&body) {
        match name.as_str() {
            "list" => list = value,
            "all" => all = value,
            "column" => shown.push(value),
            "density" => looks.density = Density::of_name(&value),
            "next" => next = value,
            _ => {}
        }
    }
    let hidden = all
        .split('.')
        .filter(|name| !shown.iter().any(|shown| shown == name));
    looks.hide(&list, hidden);
    let secure = if app.settings.https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}",
        looks::COOKIE,
        looks.text()
    );
    with_cookies(redirect(own_path(&next)), &[cookie])
}

/// The theme that a request's cookie asks for.
pub fn theme_of(headers: &HeaderMap) -> Theme {
    cookie(headers, THEME_COOKIE).map_or_else(Theme::default, Theme::of_name)
}

/// How lists look by a request's cookie.
pub fn looks_of(headers: &HeaderMap) -> Looks {
    cookie(headers, looks::COOKIE).map_or_else(Looks::default, Looks::parse)
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

fn back_to_sign_in(error: &str, next: &str) -> Response {
    let next = own_path(next);
    let next = if next == "/" {
        String::new()
    } else {
        format!("&next={}", encode(next))
    };
    redirect(&format!("/sign-in?error={error}{next}"))
}

/// A path of our own, or the first page: a link must not lead to somebody else's site by way of ours.
fn own_path(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.starts_with("/auth/")
        && next.bytes().all(|b| b.is_ascii_graphic());
    if ours { next } else { "/" }
}

fn redirect(to: &str) -> Response {
    Redirect::to(to).into_response()
}

fn with_cookies(mut response: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        match HeaderValue::from_str(cookie) {
            Ok(value) => {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
            Err(_) => {
                return refuse(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The session can't be kept",
                    "The session's cookie could not be written.",
                );
            }
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_returned_to() {
        assert_eq!(own_path("/clusters/a/b?q=1"), "/clusters/a/b?q=1");
        for foreign in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/auth/sign-out",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign}");
        }
    }
}
