//! Server functions about users.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, Principal},
    query::ListQuery,
    user::{
        RuleList, UserDetail, UserList,
        credential::{RevealForm, Revealed, SecretFacts},
        may::{Holders, ResourceQuestion},
        quota::QuotaList,
    },
};
use server_fn::codec::Json;

/// One page of a cluster's principals.
#[server(input = Json, output = Json)]
pub async fn users_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<UserList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.users(&cx, &cluster, &query)).await
}

/// One principal in full.
#[server(input = Json, output = Json)]
pub async fn user_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one.
    user: Principal,
    /// What it is asked whether it may.
    question: Option<ResourceQuestion>,
) -> Result<UserDetail, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.user(&cx, &cluster, &user, question.as_ref())).await
}

/// One page of the rules in force.
#[server(input = Json, output = Json)]
pub async fn rules_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<RuleList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.rules(&cx, &cluster, &query)).await
}

/// Every quota in force.
#[server(input = Json, output = Json)]
pub async fn quotas_list(
    /// Of which cluster.
    cluster: ClusterRef,
) -> Result<QuotaList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.quotas(&cx, &cluster)).await
}

/// Who may do something; of one principal with every reason.
#[server(input = Json, output = Json)]
pub async fn holders_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// What, and to what.
    question: ResourceQuestion,
) -> Result<Holders, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.holders(&cx, &cluster, &question)).await
}

/// What a user's Secret tells without what it holds.
#[server(input = Json, output = Json)]
pub async fn user_secret_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Whose.
    user: Principal,
) -> Result<SecretFacts, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.user_secret(&cx, &cluster, &user)).await
}

/// What a user's Secret holds. Asked for by a click alone, never while a page renders.
#[server(input = Json, output = Json)]
pub async fn user_reveal(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Whose.
    user: Principal,
    /// In which form.
    form: RevealForm,
) -> Result<Revealed, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.reveal(&cx, &cluster, &user, form)).await
}
