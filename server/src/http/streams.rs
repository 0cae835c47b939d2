//! Searches, live tails and exports: asked for by POST, answered as streams (decision 14). Closing the stream ends the work.
//!
//! The backend opens a reading after authorising every topic; here it becomes server-sent events or lines of a file. Each open
//! one has a place, counted by user; whether its rights still hold is asked again and again while it runs.

use super::{
    App,
    events::PerUser,
    problem::{ApiError, refuse},
    rest::InCluster,
};
use crate::backend::{
    problems,
    records::{
        export::{Export, ExportFormat},
        open::Opened,
    },
};
use axum::{
    Json,
    body::Body,
    extract::{Extension, Form, Path, State, rejection::JsonRejection},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    problem::Problem,
    read::{Reading, SearchEvent, TailEvent},
};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa_axum::{router::OpenApiRouter, routes};

/// A sign of life on a stream that has nothing to tell.
const BEAT: Duration = Duration::from_secs(10);

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(searches))
        .routes(routes!(tails))
        .routes(routes!(exports))
}

/// Places for readings that are streams.
#[derive(Clone, Debug)]
pub struct Places {
    room: Arc<Semaphore>,
    by_user: Arc<PerUser>,
    per_user: usize,
}

/// One open reading's place; given back when the stream ends, however it ends.
struct Place {
    _room: OwnedSemaphorePermit,
    by_user: Arc<PerUser>,
    user: Arc<str>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.by_user.leave(&self.user);
        metrics::gauge!("penstock_readings").decrement(1);
    }
}

impl Places {
    /// So many altogether, so many of one user.
    pub fn new(all: usize, per_user: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(all)),
            by_user: Arc::default(),
            per_user,
        }
    }

    fn enter(&self, user: &Arc<str>) -> Result<Place, &'static str> {
        let room =
            self.room.clone().try_acquire_owned().map_err(
                |_| "The console runs as many searches and tails as it was given room for.",
            )?;
        if !self.by_user.enter(user, self.per_user) {
            return Err("You have too many searches and tails open at once.");
        }
        metrics::gauge!("penstock_readings").increment(1);
        Ok(Place {
            _room: room,
            by_user: self.by_user.clone(),
            user: user.clone(),
        })
    }
}

/// Searches records and tells them as they are found.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/searches", params(InCluster), request_body = Reading, responses((status = 200, body = SearchEvent, content_type = "text/event-stream"), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn searches(
    State(app): State<App>,
    Extension(cx): Extension<RequestContext>,
    Path(path): Path<InCluster>,
    reading: Result<Json<Reading>, JsonRejection>,
) -> Result<Response, Response> {
    let (reading, place) = open(&app, &cx, reading).await?;
    let search = app.console.search(&cx, &path.cluster(), &reading).await;
    let search = search.map_err(|error| refused(error, &cx))?;
    Ok(events(&app, search, place, SearchEvent::name))
}

/// Follows the ends of topics.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/tails", params(InCluster), request_body = Reading, responses((status = 200, body = TailEvent, content_type = "text/event-stream"), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn tails(
    State(app): State<App>,
    Extension(cx): Extension<RequestContext>,
    Path(path): Path<InCluster>,
    reading: Result<Json<Reading>, JsonRejection>,
) -> Result<Response, Response> {
    let (reading, place) = open(&app, &cx, reading).await?;
    let tail = app.console.tail(&cx, &path.cluster(), &reading).await;
    let tail = tail.map_err(|error| refused(error, &cx))?;
    Ok(events(&app, tail, place, TailEvent::name))
}

/// What the form of an export holds.
#[derive(Deserialize, utoipa::ToSchema)]
struct ExportForm {
    /// The reading as JSON.
    reading: String,
    /// `jsonl` or `csv`.
    #[serde(default)]
    format: ExportFormat,
}

/// Every record that passes the filter, as a file.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/exports", params(InCluster), request_body(content = ExportForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn exports(
    State(app): State<App>,
    Extension(cx): Extension<RequestContext>,
    Path(path): Path<InCluster>,
    Form(form): Form<ExportForm>,
) -> Result<Response, Response> {
    let reading = serde_json::from_str::<Reading>(&form.reading)
        .map_err(|error| refused(unreadable(&error.to_string()), &cx))?;
    let (reading, place) = enter(&app, &cx, reading).await?;
    let export = app
        .console
        .export(&cx, &path.cluster(), &reading, form.format)
        .await
        .map_err(|error| refused(error, &cx))?;
    let name = export.file_name().to_owned();
    let kind = form.format.media_type();
    let stop = app.stop.clone();
    let chunks = stream::unfold((export, place), move |(mut export, place): (Export, _)| {
        let stop = stop.clone();
        async move {
            let chunk = tokio::select! {
                () = stop.cancelled() => None,
                chunk = export.next() => chunk,
            }?;
            Some((Ok::<_, Infallible>(chunk), (export, place)))
        }
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The answer for a reading that can't begin.
fn refused(error: AppError, cx: &RequestContext) -> Response {
    ApiError::new(error, cx).into_response()
}

async fn open(
    app: &App,
    cx: &RequestContext,
    reading: Result<Json<Reading>, JsonRejection>,
) -> Result<(Reading, Place), Response> {
    match reading {
        Ok(Json(reading)) => enter(app, cx, reading).await,
        Err(rejection) => {
            // Who may not be here is not told what his request should look like.
            if let Err(error) = app.console.gate().identity(cx).await {
                return Err(refused(error, cx));
            }
            Err(refused(unreadable(&rejection.body_text()), cx))
        }
    }
}

async fn enter(
    app: &App,
    cx: &RequestContext,
    reading: Reading,
) -> Result<(Reading, Place), Response> {
    let identity = app
        .console
        .gate()
        .identity(cx)
        .await
        .map_err(|error| refused(error, cx))?;
    let place = app
        .readings
        .enter(&identity.user)
        .map_err(|why| refuse(StatusCode::TOO_MANY_REQUESTS, "Too many readings", why))?;
    Ok((reading, place))
}

fn unreadable(why: &str) -> AppError {
    problems::unreadable(why, "a reading is")
}

/// A reading's events as server-sent ones.
fn events<E: Serialize + Send + 'static>(
    app: &App,
    opened: Opened<E>,
    place: Place,
    name: fn(&E) -> &'static str,
) -> Response {
    let stop = app.stop.clone();
    let events = stream::unfold((opened, place), move |(mut opened, place)| {
        let stop = stop.clone();
        async move {
            let event = opened.next(&stop).await?;
            // An event is texts and numbers: it always serialises.
            let data = serde_json::to_string(&event).unwrap_or_default();
            let event = Event::default().event(name(&event)).data(data);
            Some((Ok::<_, Infallible>(event), (opened, place)))
        }
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(BEAT))
        .into_response();
    // Proxies must not gather what is meant to arrive now.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}
