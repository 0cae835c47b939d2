//! Answers what somebody may do, and who may do something, from the rules in force. Memory only.

use super::{authority, freshness, list, missing};
use crate::backend::{problems, sight::Sight};
use penstock_api::AppError;
use penstock_domain::{
    acl::{self, CLUSTER, Effect, PatternType, Principal, Question, ResourceType, Rule, RuleSet},
    user::may::{Holders, LONGEST_NAME, MayAnswer, OperationAnswer, ResourceQuestion},
};
use std::sync::Arc;

/// Principals that an answer names; two thousand users and more are counted.
const MOST_HOLDERS: usize = 500;

/// Whether a principal may do something.
pub fn may(
    sight: &Sight,
    user: &Principal,
    asked: &ResourceQuestion,
) -> Result<MayAnswer, AppError> {
    let question = readable(asked)?.of(user.clone());
    let rules = rules(sight);
    let answer = rules.answer(&question);
    let refused = answer.allowed == Some(false);
    let freshness = freshness(sight);
    Ok(MayAnswer {
        nearest: refused.then(|| rules.nearest(&question)).flatten(),
        grant: refused.then(|| acl::yaml(&[granting(&question)])),
        operations: rules
            .operations(
                user,
                question.resource_type,
                &question.name,
                question.host.as_deref(),
            )
            .into_iter()
            .map(|(operation, answer)| OperationAnswer { operation, answer })
            .collect(),
        authorizer: list::authorizer(sight),
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
        question,
        answer,
    })
}

/// Who may do something; nobody where nothing is asked yet, with who decides.
pub fn holders(sight: &Sight, asked: &ResourceQuestion) -> Result<Holders, AppError> {
    let freshness = freshness(sight);
    let told = |items, one, more| Holders {
        items,
        one,
        more,
        authorizer: list::authorizer(sight),
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
    };
    if !asked.is_asked() {
        return Ok(told(Vec::new(), None, 0));
    }
    let one = asked
        .principal
        .as_ref()
        .map(|user| may(sight, user, asked))
        .transpose()?;
    let asked = readable(asked)?;
    let mut items = rules(sight).holders(asked.resource_type, &asked.name, asked.operation);
    // Those that a rule or a setting names, then all others together.
    items.sort_by_key(|holder| {
        (
            holder.answer.allowed != Some(true),
            holder.principal.is_everyone(),
        )
    });
    let more = items.len().saturating_sub(MOST_HOLDERS);
    items.truncate(MOST_HOLDERS);
    Ok(told(items, one, more as u64))
}

/// The rules, or none by an authorizer that is not known: then every answer is that it can't be told.
fn rules(sight: &Sight) -> Arc<RuleSet> {
    authority::rules(sight)
        .unwrap_or_else(|| Arc::new(RuleSet::new(Vec::new(), list::authorizer(sight))))
}

/// The question with a name: the cluster's is always the same.
fn readable(asked: &ResourceQuestion) -> Result<ResourceQuestion, AppError> {
    let mut question = asked.clone();
    if question.resource_type == ResourceType::Cluster {
        CLUSTER.clone_into(&mut question.name);
    }
    match question.name.len() {
        0 => Err(problems::unnamed_resource()),
        length if length > LONGEST_NAME => Err(problems::long_name(LONGEST_NAME)),
        _ => Ok(question),
    }
}

/// The narrowest rule that makes it a yes.
fn granting(question: &Question) -> Rule {
    Rule {
        principal: question.principal.clone(),
        resource_type: question.resource_type,
        pattern_type: PatternType::Literal,
        name: question.name.clone(),
        operation: question.operation,
        effect: Effect::Allow,
        host: question.host.clone().unwrap_or_else(|| acl::ANY.to_owned()),
    }
}
