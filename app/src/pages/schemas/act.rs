//! What is done to subjects, each in a dialog: [`register`] checks a schema and registers it, [`level`] sets compatibility levels,
//! [`delete`] deletes a version or a subject.
//!
//! The server knows every rule; nothing here decides. They need JavaScript; without, their buttons do nothing and say so.

pub mod check;
pub mod delete;
pub mod level;
pub mod register;

use penstock_api::AppError;

/// What was answered to an act; `None`: nothing was asked yet.
pub(super) type Answer<T> = leptos::prelude::RwSignal<Option<Result<T, AppError>>>;
