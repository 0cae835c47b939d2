//! Users as pages and the API show them: KafkaUsers joined with the rules, passwords and quotas that the brokers have.
//!
//! `table` joins and judges every principal, `list` cuts pages of principals and rules, `detail` puts one together, `ask` answers what
//! somebody may do. All of them read memory. `secret` alone asks something: the API server for a Secret, with the token of whoever
//! asks, so that Kubernetes decides who sees it.

mod ask;
mod authority;
mod csv;
mod detail;
mod list;
mod secret;
pub mod table;

use super::{Console, problems, sight::Sight};
use async_trait::async_trait;
use penstock_api::{AppError, context::RequestContext, port::UsersPort};
use penstock_domain::{
    access::{Resource, Right, Verb},
    acl::{Authorizer, Principal},
    envelope::{Freshness, Missing},
    ids::ClusterRef,
    query::ListQuery,
    user::{
        RuleList, UserDetail, UserList,
        credential::{RevealForm, Revealed, SecretFacts},
        may::{Holders, MayAnswer, ResourceQuestion},
        quota::QuotaList,
    },
};

#[async_trait]
impl UsersPort for Console {
    async fn users(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<UserList, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Users).await?;
        list::page(&sight, query).map_err(|error| problems::filter(&error))
    }

    async fn user(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        question: Option<&ResourceQuestion>,
    ) -> Result<UserDetail, AppError> {
        let sight = self.open_user(cx, cluster, user).await?;
        let mut detail = detail::of(&sight, user).ok_or_else(|| problems::no_user(&sight, user))?;
        detail.may = question
            .map(|question| ask::may(&sight, user, question))
            .transpose()?;
        Ok(detail)
    }

    async fn rules(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<RuleList, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Users).await?;
        list::rules(&sight, query).map_err(|error| problems::filter(&error))
    }

    async fn quotas(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<QuotaList, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Quotas).await?;
        Ok(list::quotas(&sight))
    }

    async fn may(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        question: &ResourceQuestion,
    ) -> Result<MayAnswer, AppError> {
        let sight = self.open_user(cx, cluster, user).await?;
        ask::may(&sight, user, question)
    }

    async fn holders(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        question: &ResourceQuestion,
    ) -> Result<Holders, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Users).await?;
        ask::holders(&sight, question)
    }

    async fn user_secret(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
    ) -> Result<SecretFacts, AppError> {
        let sight = self.open_user(cx, cluster, user).await?;
        let found = self.secret_of(cx, &sight, user).await?;
        Ok(found.facts())
    }

    async fn reveal(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
        form: RevealForm,
    ) -> Result<Revealed, AppError> {
        let sight = self.open_user(cx, cluster, user).await?;
        self.reveal_to(cx, &sight, user, form).await
    }
}

impl Console {
    /// Every principal that passes a filter, as a file.
    pub async fn users_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Users).await?;
        csv::users(&sight, query).map_err(|error| problems::filter(&error))
    }

    /// Every rule that passes a filter, as a file.
    pub async fn rules_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Users).await?;
        csv::rules(&sight, query).map_err(|error| problems::filter(&error))
    }

    /// Authorises a look at one user, then opens its cluster.
    async fn open_user(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        user: &Principal,
    ) -> Result<Sight, AppError> {
        let reviewed_as = self.fleet.reviewed_as(cluster);
        let right = Right::on_object(Verb::Get, Resource::Users, &reviewed_as, user.name());
        let grant = self.gate.authorise(cx, right).await?;
        self.fleet.open(&grant, cluster)
    }
}

/// Who decides on the brokers, once known.
pub fn authorizer(sight: &Sight) -> Option<Authorizer> {
    authority::rules(sight).map(|rules| rules.authorizer().clone())
}

/// How old and how complete what the brokers know of principals is.
fn freshness(sight: &Sight) -> Freshness {
    super::nodes::freshness(sight.snapshot(), |snapshot| snapshot.principals.freshness())
}

/// What could not be had of it.
fn missing(sight: &Sight, freshness: &Freshness) -> Vec<Missing> {
    let mut missing = freshness.missing.clone();
    if sight.principals().is_none() {
        missing.push(Missing {
            what: "rules, passwords and quotas".to_owned(),
            why: sight
                .why_not_connected()
                .unwrap_or_else(|| "the brokers have not answered yet".to_owned()),
        });
    }
    missing.extend(authority::untold(sight));
    missing.sort();
    missing.dedup();
    missing
}
