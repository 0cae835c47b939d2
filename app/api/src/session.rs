//! Server functions about the session.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::session::SessionInfo;
use server_fn::codec::Json;

/// The signed-in user.
#[server(input = Json, output = Json)]
pub async fn session_get() -> Result<SessionInfo, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.session(&cx)).await
}
