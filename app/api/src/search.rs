//! Server functions about finding things by their names.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::search::{SearchAnswer, SearchQuery};
use server_fn::codec::Json;

/// What fits a text, over everything that the user may see.
#[server(input = Json, output = Json)]
pub async fn search_find(
    /// What is looked for, and where one is.
    query: SearchQuery,
) -> Result<SearchAnswer, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.search(&cx, &query)).await
}
