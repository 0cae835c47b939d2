//! Users: SCRAM credentials, ACLs, quotas.

use super::{Admin, KafkaFailure, text};
use bytes::Bytes;
use kafka_protocol::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
use kafka_protocol::messages::alter_user_scram_credentials_request::{
    ScramCredentialDeletion, ScramCredentialUpsertion,
};
use kafka_protocol::messages::create_acls_request::AclCreation;
use kafka_protocol::messages::delete_acls_request::DeleteAclsFilter;
use kafka_protocol::messages::describe_client_quotas_request::ComponentData;
use kafka_protocol::messages::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, AlterUserScramCredentialsRequest,
    AlterUserScramCredentialsResponse, ApiKey, CreateAclsRequest, CreateAclsResponse,
    DeleteAclsRequest, DeleteAclsResponse, DescribeAclsRequest, DescribeAclsResponse,
    DescribeClientQuotasRequest, DescribeClientQuotasResponse, DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
};
use sha2::Sha512;
use std::collections::{BTreeMap, BTreeSet};

const SCRAM_SHA_512: i8 = 2;
const ITERATIONS: i32 = 4096;
const USER: &str = "user";
/// `DescribeClientQuotasRequest`: any value of this entity type.
const ANY: i8 = 2;
/// Filter codes of ACLs.
const ANY_CODE: i8 = 1;

/// One binding: a permission of one operation on one pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acl {
    /// `org.apache.kafka.common.resource.ResourceType`
    pub resource_type: i8,
    /// Its name, or prefix.
    pub resource_name: String,
    /// 3 literal, 4 prefixed.
    pub pattern_type: i8,
    /// `User:task-api`
    pub principal: String,
    /// `*` or an address.
    pub host: String,
    /// `org.apache.kafka.common.acl.AclOperation`
    pub operation: i8,
    /// 2 deny, 3 allow.
    pub permission: i8,
}

/// What a broker keeps of a password, made from it with a salt (RFC 5802).
#[derive(Clone)]
pub struct Scram {
    salt: Bytes,
    salted: Bytes,
}

impl Scram {
    /// For SCRAM-SHA-512 with 4096 iterations; some tenths of a second in a debug build, away from the runtime's threads.
    ///
    /// # Errors
    /// The runtime ends.
    pub async fn of(password: &str) -> anyhow::Result<Self> {
        let password = password.to_owned();
        Ok(tokio::task::spawn_blocking(move || {
            let salt: [u8; 24] = rand::random();
            Self::salted(password.as_bytes(), &salt)
        })
        .await?)
    }

    fn salted(password: &[u8], salt: &[u8]) -> Self {
        let mut salted = [0; 64];
        let rounds = ITERATIONS.unsigned_abs();
        // The length of the key is right by its type.
        let _ = pbkdf2::pbkdf2::<hmac::Hmac<Sha512>>(password, salt, rounds, &mut salted);
        Self {
            salt: Bytes::copy_from_slice(salt),
            salted: Bytes::copy_from_slice(&salted),
        }
    }
}

impl Admin {
    /// Sets SCRAM-SHA-512 credentials of users, in one request.
    ///
    /// # Errors
    /// The brokers refuse one, or none answers.
    pub async fn set_credentials<'a>(
        &self,
        credentials: impl IntoIterator<Item = (&'a str, &'a Scram)>,
    ) -> Result<(), KafkaFailure> {
        let upsertions: Vec<_> = credentials
            .into_iter()
            .map(|(user, scram)| {
                ScramCredentialUpsertion::default()
                    .with_name(text(user))
                    .with_mechanism(SCRAM_SHA_512)
                    .with_iterations(ITERATIONS)
                    .with_salt(scram.salt.clone())
                    .with_salted_password(scram.salted.clone())
            })
            .collect();
        if upsertions.is_empty() {
            return Ok(());
        }
        let request = AlterUserScramCredentialsRequest::default().with_upsertions(upsertions);
        self.alter_scram(&request).await
    }

    /// Takes a user's SCRAM-SHA-512 credentials away; one without is done.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn remove_password(&self, user: &str) -> Result<(), KafkaFailure> {
        /// `RESOURCE_NOT_FOUND`
        const NONE: i16 = 91;
        let deletion = ScramCredentialDeletion::default()
            .with_name(text(user))
            .with_mechanism(SCRAM_SHA_512);
        let request = AlterUserScramCredentialsRequest::default().with_deletions(vec![deletion]);
        match self.alter_scram(&request).await {
            Err(failure) if failure.code == NONE => Ok(()),
            other => other,
        }
    }

    async fn alter_scram(
        &self,
        request: &AlterUserScramCredentialsRequest,
    ) -> Result<(), KafkaFailure> {
        let answer: AlterUserScramCredentialsResponse = self
            .ask(ApiKey::AlterUserScramCredentials, 0, request)
            .await?;
        answer
            .results
            .iter()
            .find_map(|result| KafkaFailure::of(result.error_code, result.error_message.as_ref()))
            .map_or(Ok(()), Err)
    }

    /// Users with SCRAM-SHA-512 credentials, and the iterations of each.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn scram_users(&self) -> Result<BTreeMap<String, i32>, KafkaFailure> {
        let request = DescribeUserScramCredentialsRequest::default().with_users(None);
        let answer: DescribeUserScramCredentialsResponse = self
            .ask(ApiKey::DescribeUserScramCredentials, 0, &request)
            .await?;
        if let Some(failure) = KafkaFailure::of(answer.error_code, answer.error_message.as_ref()) {
            return Err(failure);
        }
        Ok(answer
            .results
            .into_iter()
            .filter_map(|result| {
                let mut infos = result.credential_infos.iter();
                let info = infos.find(|info| info.mechanism == SCRAM_SHA_512)?;
                Some((result.user.to_string(), info.iterations))
            })
            .collect())
    }

    /// The ACLs of a principal, or all.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn acls(&self, principal: Option<&str>) -> Result<BTreeSet<Acl>, KafkaFailure> {
        let request = DescribeAclsRequest::default()
            .with_resource_type_filter(ANY_CODE)
            .with_resource_name_filter(None)
            .with_pattern_type_filter(ANY_CODE)
            .with_principal_filter(principal.map(text))
            .with_host_filter(None)
            .with_operation(ANY_CODE)
            .with_permission_type(ANY_CODE);
        let answer: DescribeAclsResponse = self.ask(ApiKey::DescribeAcls, 3, &request).await?;
        if let Some(failure) = KafkaFailure::of(answer.error_code, answer.error_message.as_ref()) {
            return Err(failure);
        }
        let mut acls = BTreeSet::new();
        for resource in answer.resources {
            for acl in resource.acls {
                acls.insert(Acl {
                    resource_type: resource.resource_type,
                    resource_name: resource.resource_name.to_string(),
                    pattern_type: resource.pattern_type,
                    principal: acl.principal.to_string(),
                    host: acl.host.to_string(),
                    operation: acl.operation,
                    permission: acl.permission_type,
                });
            }
        }
        Ok(acls)
    }

    /// Adds ACLs.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn add_acls(&self, acls: &[Acl]) -> Result<(), KafkaFailure> {
        let creations = acls
            .iter()
            .map(|acl| {
                AclCreation::default()
                    .with_resource_type(acl.resource_type)
                    .with_resource_name(text(&acl.resource_name))
                    .with_resource_pattern_type(acl.pattern_type)
                    .with_principal(text(&acl.principal))
                    .with_host(text(&acl.host))
                    .with_operation(acl.operation)
                    .with_permission_type(acl.permission)
            })
            .collect();
        let request = CreateAclsRequest::default().with_creations(creations);
        let answer: CreateAclsResponse = self.ask(ApiKey::CreateAcls, 3, &request).await?;
        answer
            .results
            .iter()
            .find_map(|result| KafkaFailure::of(result.error_code, result.error_message.as_ref()))
            .map_or(Ok(()), Err)
    }

    /// Removes ACLs.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn remove_acls(&self, acls: &[Acl]) -> Result<(), KafkaFailure> {
        let filters = acls
            .iter()
            .map(|acl| {
                DeleteAclsFilter::default()
                    .with_resource_type_filter(acl.resource_type)
                    .with_resource_name_filter(Some(text(&acl.resource_name)))
                    .with_pattern_type_filter(acl.pattern_type)
                    .with_principal_filter(Some(text(&acl.principal)))
                    .with_host_filter(Some(text(&acl.host)))
                    .with_operation(acl.operation)
                    .with_permission_type(acl.permission)
            })
            .collect();
        let request = DeleteAclsRequest::default().with_filters(filters);
        let answer: DeleteAclsResponse = self.ask(ApiKey::DeleteAcls, 3, &request).await?;
        answer
            .filter_results
            .iter()
            .find_map(|result| KafkaFailure::of(result.error_code, result.error_message.as_ref()))
            .map_or(Ok(()), Err)
    }

    /// Quotas by user.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn quotas(&self) -> Result<BTreeMap<String, BTreeMap<String, f64>>, KafkaFailure> {
        let component = ComponentData::default()
            .with_entity_type(text(USER))
            .with_match_type(ANY)
            .with_match(None);
        let request = DescribeClientQuotasRequest::default()
            .with_components(vec![component])
            .with_strict(true);
        let answer: DescribeClientQuotasResponse =
            self.ask(ApiKey::DescribeClientQuotas, 1, &request).await?;
        if let Some(failure) = KafkaFailure::of(answer.error_code, answer.error_message.as_ref()) {
            return Err(failure);
        }
        let mut quotas = BTreeMap::new();
        for entry in answer.entries.unwrap_or_default() {
            let user = entry
                .entity
                .iter()
                .find(|entity| entity.entity_type.as_str() == USER)
                .and_then(|entity| entity.entity_name.as_ref());
            if let Some(user) = user {
                let values = entry
                    .values
                    .iter()
                    .map(|value| (value.key.to_string(), value.value))
                    .collect();
                quotas.insert(user.to_string(), values);
            }
        }
        Ok(quotas)
    }

    /// Sets and removes (`None`) quotas of a user.
    ///
    /// # Errors
    /// The brokers refuse, or none answers.
    pub async fn change_quotas(
        &self,
        user: &str,
        changes: &BTreeMap<String, Option<f64>>,
    ) -> Result<(), KafkaFailure> {
        let entity = EntityData::default()
            .with_entity_type(text(USER))
            .with_entity_name(Some(text(user)));
        let ops = changes
            .iter()
            .map(|(key, value)| {
                OpData::default()
                    .with_key(text(key))
                    .with_value(value.unwrap_or_default())
                    .with_remove(value.is_none())
            })
            .collect();
        let entry = EntryData::default().with_entity(vec![entity]).with_ops(ops);
        let request = AlterClientQuotasRequest::default().with_entries(vec![entry]);
        let answer: AlterClientQuotasResponse =
            self.ask(ApiKey::AlterClientQuotas, 1, &request).await?;
        answer
            .entries
            .iter()
            .find_map(|entry| KafkaFailure::of(entry.error_code, entry.error_message.as_ref()))
            .map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    /// Against `org.apache.kafka.common.security.scram.internals.ScramFormatter.saltedPassword`.
    #[test]
    fn passwords_are_salted_as_kafka_does() {
        let scram = Scram::salted(b"pencil", b"salt-of-twenty-four-byte");
        assert_eq!(
            STANDARD.encode(&scram.salted),
            "+elg8taDgb3GiAKbtBKWyU2h+YH6iXMqM6X3yN8dpQaxPsv6hwXe6+bwMSlwCuBqAMs7lvQJ23/bDRYuO++aSw=="
        );
    }
}
