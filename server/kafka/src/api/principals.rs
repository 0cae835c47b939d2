//! DescribeAcls, DescribeUserScramCredentials, DescribeClientQuotas, and the settings of the authorizer: who may do what, as
//! the brokers have it. Whole answers; nothing is filtered at the broker.

use super::text;
use crate::{
    api::configs::error_of,
    client::{Client, Route},
    error::{KafkaError, tame},
};
use kafka_protocol::messages::{
    DescribeAclsRequest, DescribeAclsResponse, DescribeClientQuotasRequest, DescribeConfigsRequest,
    DescribeUserScramCredentialsRequest,
    describe_client_quotas_request::ComponentData,
    describe_client_quotas_response::{EntityData, EntryData},
    describe_configs_request::DescribeConfigsResource,
};
use penstock_domain::{
    acl::{Authorizer, Effect, Operation, PatternType, Principal, ResourceType, Rule},
    ids::NodeId,
    user::{
        credential::{Mechanism, ScramCredential},
        quota::{Quota, QuotaEntity, QuotaValue},
    },
};
use std::{collections::BTreeMap, time::Duration};

/// `SECURITY_DISABLED`: the brokers have no authorizer.
const NO_AUTHORIZER: i16 = 54;
/// `RESOURCE_NOT_FOUND`: no user has a password.
const NO_SUCH_USER: i16 = 91;
/// Any value, in filters of ACLs.
const ANY: i8 = 1;
/// Any entity of a type, in filters of quotas (`DescribeClientQuotasRequest.json`).
const ANY_ENTITY: i8 = 2;
const BROKER: i8 = 4;
/// Settings of the authorizer.
const CLASS: &str = "authorizer.class.name";
const SUPER_USERS: &str = "super.users";
const EVERYONE: &str = "allow.everyone.if.no.acl.found";

impl Client {
    /// Every rule; `None` where the brokers have no authorizer. Needs the ACL Describe on the cluster.
    pub async fn rules(&self, patience: Duration) -> Result<Option<Vec<Rule>>, KafkaError> {
        let request = DescribeAclsRequest::default()
            .with_resource_type_filter(ANY)
            // The codec's default is the empty text, which asks for rules of that name.
            .with_resource_name_filter(None)
            .with_principal_filter(None)
            .with_host_filter(None)
            .with_pattern_type_filter(ANY)
            .with_operation(ANY)
            .with_permission_type(ANY);
        let answer = self.call(&Route::Any, &request, patience).await?;
        if answer.error_code == NO_AUTHORIZER {
            return Ok(None);
        }
        refused(
            "DescribeAcls",
            answer.error_code,
            answer.error_message.as_deref(),
            "Describe",
        )?;
        Ok(Some(rules(&answer)))
    }

    /// Who has a password, for which mechanisms. Needs the ACL Describe on the cluster.
    pub async fn scram_credentials(
        &self,
        patience: Duration,
    ) -> Result<BTreeMap<String, Vec<ScramCredential>>, KafkaError> {
        let request = DescribeUserScramCredentialsRequest::default().with_users(None);
        let answer = self.call(&Route::Any, &request, patience).await?;
        if answer.error_code == NO_SUCH_USER {
            return Ok(BTreeMap::new());
        }
        refused(
            "DescribeUserScramCredentials",
            answer.error_code,
            answer.error_message.as_deref(),
            "Describe",
        )?;
        Ok(answer
            .results
            .iter()
            .filter(|user| user.error_code == 0)
            .map(|user| {
                let credentials = user.credential_infos.iter().filter_map(|info| {
                    Some(ScramCredential {
                        mechanism: Mechanism::of_scram_code(info.mechanism)?,
                        iterations: info.iterations,
                    })
                });
                (tame(&user.user), credentials.collect())
            })
            .collect())
    }

    /// Every quota. Needs the ACL DescribeConfigs on the cluster.
    pub async fn quotas(&self, patience: Duration) -> Result<Vec<Quota>, KafkaError> {
        // Not strict: entities with further dimensions match too; three questions make everything.
        let mut quotas: Vec<Quota> = Vec::new();
        for dimension in ["user", "client-id", "ip"] {
            let component = ComponentData::default()
                .with_entity_type(text(dimension))
                .with_match_type(ANY_ENTITY)
                .with_match(None);
            let request = DescribeClientQuotasRequest::default().with_components(vec![component]);
            let answer = self.call(&Route::Any, &request, patience).await?;
            refused(
                "DescribeClientQuotas",
                answer.error_code,
                answer.error_message.as_deref(),
                "DescribeConfigs",
            )?;
            quotas.extend(answer.entries.iter().flatten().filter_map(quota));
        }
        quotas.sort_by(|a, b| entity(a).cmp(&entity(b)));
        quotas.dedup_by(|a, b| entity(a) == entity(b));
        Ok(quotas)
    }

    /// Who decides, as a broker's settings say. Brokers keep `super.users` and `allow.everyone.if.no.acl.found` to themselves, because
    /// they do not know the type of an authorizer's settings; they are read where one does tell. Needs the ACL DescribeConfigs on the cluster.
    pub async fn authorizer(
        &self,
        node: NodeId,
        patience: Duration,
    ) -> Result<Authorizer, KafkaError> {
        let resource = DescribeConfigsResource::default()
            .with_resource_type(BROKER)
            .with_resource_name(text(&node.to_string()))
            .with_configuration_keys(Some(vec![text(CLASS), text(SUPER_USERS), text(EVERYONE)]));
        let request = DescribeConfigsRequest::default().with_resources(vec![resource]);
        let answer = self.call(&Route::Node(node), &request, patience).await?;
        let Some(result) = answer.results.first() else {
            return Ok(Authorizer::Unknown {
                why: "the broker's answer has no settings".to_owned(),
            });
        };
        if let Some(error) = error_of(result, || "cluster".to_owned()) {
            return Err(error);
        }
        let value = |name: &str| {
            let mut configs = result.configs.iter();
            configs
                .find(|config| &*config.name == name)
                .and_then(|config| config.value.as_deref())
        };
        Ok(Authorizer::from_settings(
            value(CLASS),
            value(SUPER_USERS),
            value(EVERYONE),
        ))
    }
}

fn refused(
    api: &'static str,
    code: i16,
    message: Option<&str>,
    operation: &'static str,
) -> Result<(), KafkaError> {
    match KafkaError::from_code(api, code, message, operation, || "cluster".to_owned()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Rules of kinds that are known here; a newer broker's others are left out. Names stay as they are: they are compared with
/// names of topics and groups.
fn rules(answer: &DescribeAclsResponse) -> Vec<Rule> {
    let mut rules = Vec::new();
    for resource in &answer.resources {
        let (Some(resource_type), Some(pattern_type)) = (
            ResourceType::from_code(resource.resource_type),
            PatternType::from_code(resource.pattern_type),
        ) else {
            continue;
        };
        for acl in &resource.acls {
            let (Some(operation), Some(effect)) = (
                Operation::from_code(acl.operation),
                Effect::from_code(acl.permission_type),
            ) else {
                continue;
            };
            rules.push(Rule {
                principal: Principal::new(&*acl.principal),
                host: acl.host.to_string(),
                effect,
                operation,
                resource_type,
                pattern_type,
                name: resource.resource_name.to_string(),
            });
        }
    }
    rules.sort_unstable();
    rules
}

fn quota(entry: &EntryData) -> Option<Quota> {
    let dimension = |kind: &str| {
        let mut entities = entry.entity.iter();
        entities
            .find(|entity| &*entity.entity_type == kind)
            .map(quota_entity)
    };
    let mut values: Vec<QuotaValue> = entry
        .values
        .iter()
        .map(|value| QuotaValue {
            key: tame(&value.key),
            value: value.value,
        })
        .collect();
    values.sort_by(|a, b| a.key.cmp(&b.key));
    let quota = Quota {
        user: dimension("user"),
        client_id: dimension("client-id"),
        ip: dimension("ip"),
        values,
    };
    (!quota.values.is_empty()).then_some(quota)
}

fn quota_entity(entity: &EntityData) -> QuotaEntity {
    match &entity.entity_name {
        None => QuotaEntity::Default,
        Some(name) => QuotaEntity::Named(name.to_string()),
    }
}

type Entity<'a> = (
    &'a Option<QuotaEntity>,
    &'a Option<QuotaEntity>,
    &'a Option<QuotaEntity>,
);

fn entity(quota: &Quota) -> Entity<'_> {
    (&quota.user, &quota.client_id, &quota.ip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::{
        messages::describe_acls_response::{AclDescription, DescribeAclsResource},
        protocol::StrBytes,
    };

    #[test]
    fn what_a_newer_broker_knows_is_left_out() {
        let acl = |operation| {
            AclDescription::default()
                .with_principal(StrBytes::from_static_str("User:a"))
                .with_host(StrBytes::from_static_str("*"))
                .with_operation(operation)
                .with_permission_type(3)
        };
        let resource = |kind, acls| {
            DescribeAclsResource::default()
                .with_resource_type(kind)
                .with_resource_name(StrBytes::from_static_str("orders"))
                .with_pattern_type(3)
                .with_acls(acls)
        };
        let answer = DescribeAclsResponse::default().with_resources(vec![
            resource(2, vec![acl(3), acl(99)]),
            resource(88, vec![acl(3)]),
        ]);
        let rules = rules(&answer);
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].operation, Operation::Read);
    }
}
