//! The evaluator of effective permissions against the real authorizer: random rules for a user of its own, and everything that is
//! asked of a broker as that user must be answered as the console says.
//!
//! Names begin with `test-`, which the operator's stand-in takes for nobody's leftovers. All is asked of one broker: what a broker
//! knows of rules follows the controller by a moment, so each round ends with a rule that is waited for.

use crate::{
    bed::{self, admin},
    writer::Topic,
};
use kafka_protocol::{
    messages::{
        BrokerId, DeleteGroupsRequest, DescribeAclsRequest, DescribeConfigsRequest,
        DescribeGroupsRequest, DescribeProducersRequest, DescribeTransactionsRequest, GroupId,
        ListOffsetsRequest, OffsetCommitRequest, TopicName, TransactionalId,
        describe_configs_request::DescribeConfigsResource,
        describe_producers_request::TopicRequest,
        list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic},
        offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
    },
    protocol::StrBytes,
};
use penstock_domain::acl::{
    Authorizer, Effect, Operation, PatternType, Principal, Question, ResourceType, Rule, RuleSet,
};
use penstock_kafka::{Client, Route, Secret};
use penstock_testbed::admin::users::{Acl, Scram};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use std::{collections::BTreeSet, time::Duration};
use tokio_util::sync::CancellationToken;

const USER: &str = "test-permissions";
const PASSWORD: &str = "test-permissions-password";
const ROUNDS: usize = 12;
const PATIENCE: Duration = Duration::from_secs(10);
/// Where the tests connect from.
const HOST: &str = "127.0.0.1";
/// Authorization failed on a topic, a group, the cluster, a transactional id.
const DENIED: [i16; 4] = [29, 30, 31, 53];

const TOPICS: [&str; 3] = [
    "test-permissions",
    "test-permissions-long",
    "test-permission",
];
const GROUPS: [&str; 3] = ["test-permissions", "test-permissions-2", "test-p*"];

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

/// A rule of the user, of everybody, or of a stranger, on names that touch one another.
fn a_rule() -> impl Strategy<Value = Rule> {
    let principal = prop_oneof![
        6 => Just(Principal::user(USER)),
        2 => Just(Principal::everyone()),
        1 => Just(Principal::user("test-permissions-other")),
    ];
    let on = prop_oneof![
        4 => (Just(ResourceType::Topic), proptest::sample::select(vec![
            "test-permissions", "test-permissions-long", "test-permission", "test-", "TEST-permissions", "test-p*", "*",
        ])),
        3 => (Just(ResourceType::Group), proptest::sample::select(vec![
            "test-permissions", "test-permissions-2", "test-p", "test-p*", "*",
        ])),
        1 => (Just(ResourceType::TransactionalId), proptest::sample::select(vec!["test-permissions", "test-", "*"])),
        1 => (Just(ResourceType::Cluster), Just("kafka-cluster")),
    ];
    let operation = proptest::sample::select(vec![
        Operation::All,
        Operation::Read,
        Operation::Write,
        Operation::Delete,
        Operation::Alter,
        Operation::Describe,
        Operation::DescribeConfigs,
        Operation::AlterConfigs,
    ]);
    let host = prop_oneof![5 => Just("*"), 2 => Just(HOST), 1 => Just("10.9.9.9")];
    let prefix = prop::bool::weighted(0.4);
    let deny = prop::bool::weighted(0.25);
    (principal, on, operation, host, prefix, deny).prop_map(
        |(principal, (resource_type, name), operation, host, prefix, deny)| Rule {
            principal,
            resource_type,
            // Kafka takes prefixes for any type; a cluster has one name.
            pattern_type: if prefix && resource_type != ResourceType::Cluster {
                PatternType::Prefix
            } else {
                PatternType::Literal
            },
            name: name.to_owned(),
            operation,
            effect: if deny { Effect::Deny } else { Effect::Allow },
            host: host.to_owned(),
        },
    )
}

/// Rules for everybody would reach users of other tests: they are only on names of this one.
fn only_ours(rule: &Rule) -> bool {
    !rule.principal.is_everyone()
        || (rule.name.starts_with("test-permission") && rule.resource_type != ResourceType::Cluster)
}

fn acl(rule: &Rule) -> Acl {
    Acl {
        resource_type: rule.resource_type.code(),
        resource_name: rule.name.clone(),
        pattern_type: rule.pattern_type.code(),
        principal: rule.principal.to_string(),
        host: rule.host.clone(),
        operation: rule.operation.code(),
        permission: rule.effect.code(),
    }
}

/// Asks one broker as the user.
struct Asker {
    client: Client,
}

impl Asker {
    fn new(stop: &CancellationToken) -> Self {
        let mut connection = bed::connection();
        connection.bootstrap.truncate(1);
        let sasl = connection.sasl.as_mut().unwrap();
        sasl.username = USER.into();
        sasl.password = Secret::new(PASSWORD);
        Self {
            client: Client::new(connection, stop.clone()),
        }
    }

    /// The error code that a request meets; `None` where nothing in the console's client asks for this operation.
    async fn code(&self, operation: Operation, on: ResourceType, name: &str) -> Option<i16> {
        use Operation::{Delete, Describe, DescribeConfigs, Read};
        use ResourceType::{Cluster, Group, Topic, TransactionalId as Id};
        Some(match (on, operation) {
            (Topic, Describe) => self.list_offsets(name).await,
            (Topic, Read) => self.describe_producers(name).await,
            (Topic, DescribeConfigs) => self.describe_configs(2, name).await,
            (Group, Describe) => self.describe_group(name).await,
            (Group, Read) => self.commit(name).await,
            (Group, Delete) => self.delete_group(name).await,
            (Group, DescribeConfigs) => self.describe_configs(32, name).await,
            (Id, Describe) => self.describe_transaction(name).await,
            (Cluster, Describe) => self.describe_acls().await,
            (Cluster, DescribeConfigs) => self.describe_configs(4, "0").await,
            _ => return None,
        })
    }

    async fn list_offsets(&self, topic: &str) -> i16 {
        let partition = ListOffsetsPartition::default().with_timestamp(-1);
        let topic = ListOffsetsTopic::default()
            .with_name(TopicName(text(topic)))
            .with_partitions(vec![partition]);
        let request = ListOffsetsRequest::default()
            .with_replica_id(BrokerId(-1))
            .with_topics(vec![topic]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().topics[0].partitions[0].error_code
    }

    async fn describe_producers(&self, topic: &str) -> i16 {
        let topic = TopicRequest::default()
            .with_name(TopicName(text(topic)))
            .with_partition_indexes(vec![0]);
        let request = DescribeProducersRequest::default().with_topics(vec![topic]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().topics[0].partitions[0].error_code
    }

    async fn describe_configs(&self, kind: i8, name: &str) -> i16 {
        let resource = DescribeConfigsResource::default()
            .with_resource_type(kind)
            .with_resource_name(text(name))
            .with_configuration_keys(None);
        let request = DescribeConfigsRequest::default().with_resources(vec![resource]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().results[0].error_code
    }

    async fn describe_group(&self, group: &str) -> i16 {
        let request = DescribeGroupsRequest::default().with_groups(vec![GroupId(text(group))]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().groups[0].error_code
    }

    /// Denied by the group for all of it; what the topic says is not asked here.
    async fn commit(&self, group: &str) -> i16 {
        let partition = OffsetCommitRequestPartition::default().with_partition_index(0);
        let topic = OffsetCommitRequestTopic::default()
            .with_name(TopicName(text("test-permissions-nowhere")))
            .with_partitions(vec![partition]);
        let request = OffsetCommitRequest::default()
            .with_group_id(GroupId(text(group)))
            .with_topics(vec![topic]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        match answer.unwrap().topics[0].partitions[0].error_code {
            30 => 30,
            _ => 0,
        }
    }

    async fn delete_group(&self, group: &str) -> i16 {
        let request = DeleteGroupsRequest::default().with_groups_names(vec![GroupId(text(group))]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().results[0].error_code
    }

    async fn describe_transaction(&self, id: &str) -> i16 {
        let request = DescribeTransactionsRequest::default()
            .with_transactional_ids(vec![TransactionalId(text(id))]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().transaction_states[0].error_code
    }

    async fn describe_acls(&self) -> i16 {
        let request = DescribeAclsRequest::default()
            .with_resource_type_filter(1)
            .with_resource_name_filter(None)
            .with_principal_filter(None)
            .with_host_filter(None)
            .with_pattern_type_filter(1)
            .with_operation(1)
            .with_permission_type(1);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await;
        answer.unwrap().error_code
    }
}

/// What is asked in each round.
fn questions() -> Vec<Question> {
    let mut all = Vec::new();
    let mut ask = |resource_type, names: &[&str]| {
        for name in names {
            for operation in Operation::all() {
                all.push(Question {
                    principal: Principal::user(USER),
                    operation: *operation,
                    resource_type,
                    name: (*name).to_owned(),
                    host: Some(HOST.to_owned()),
                });
            }
        }
    };
    ask(ResourceType::Topic, &TOPICS);
    ask(ResourceType::Group, &GROUPS);
    ask(
        ResourceType::TransactionalId,
        &["test-permissions", "other-id"],
    );
    ask(ResourceType::Cluster, &["kafka-cluster"]);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evaluator_says_what_the_broker_does() {
    let admin = admin();
    let scram = Scram::of(PASSWORD).await.unwrap();
    admin.set_credentials([(USER, &scram)]).await.unwrap();
    // What an interrupted run left behind.
    let ours = |acl: &Acl| {
        acl.principal.starts_with("User:test-permissions")
            || acl.resource_name.starts_with("test-permission")
    };
    let clean = async || {
        let left: Vec<Acl> = admin
            .acls(None)
            .await
            .unwrap()
            .into_iter()
            .filter(ours)
            .collect();
        if !left.is_empty() {
            admin.remove_acls(&left).await.unwrap();
        }
    };
    clean().await;
    for topic in TOPICS {
        Topic::create(topic, 1).await;
    }
    let stop = CancellationToken::new();
    let asker = Asker::new(&stop);
    let mut runner = TestRunner::new(Config::default());
    let mut asked = 0;
    for round in 0..ROUNDS {
        let drawn = proptest::collection::vec(a_rule(), 1..10)
            .new_tree(&mut runner)
            .unwrap();
        let mut rules: Vec<Rule> = drawn.current().into_iter().filter(only_ours).collect();
        // The round's own mark, made last: once it is seen, so are the others.
        let mark = format!("test-mark-{round}");
        rules.push(Rule {
            principal: Principal::user(USER),
            resource_type: ResourceType::Group,
            pattern_type: PatternType::Literal,
            name: mark.clone(),
            operation: Operation::Describe,
            effect: Effect::Allow,
            host: "*".to_owned(),
        });
        // The mark must be seen whatever the others deny.
        rules.retain(|rule| {
            rule.effect == Effect::Allow
                || !rule.is_about(&mark)
                || rule.resource_type != ResourceType::Group
        });
        let acls: BTreeSet<Acl> = rules.iter().map(acl).collect();
        let (mark_acl, others): (Vec<Acl>, Vec<Acl>) =
            acls.into_iter().partition(|acl| acl.resource_name == mark);
        admin.add_acls(&others).await.unwrap();
        admin.add_acls(&mark_acl).await.unwrap();
        let seen = bed::eventually(async || {
            (!DENIED.contains(&asker.describe_group(&mark).await)).then_some(())
        });
        seen.await.expect("the broker learns of the rules");
        // What the bed itself has for everybody counts too.
        let all: Vec<Rule> = rules.clone();
        let set = RuleSet::new(
            all,
            Authorizer::Simple {
                super_users: Vec::new(),
                allow_everyone_if_no_acl_found: false,
            },
        );
        for question in questions() {
            let code = asker
                .code(question.operation, question.resource_type, &question.name)
                .await;
            let Some(code) = code else { continue };
            let answer = set.answer(&question);
            assert_eq!(
                answer.allowed,
                Some(!DENIED.contains(&code)),
                "round {round}: {question:?} met {code}, the evaluator says {answer:?}; rules {rules:#?}"
            );
            asked += 1;
        }
        clean().await;
        admin.remove_acls(&mark_acl).await.unwrap();
        // Gone on the broker as well, or the next round would meet this one's.
        let gone = bed::eventually(async || {
            DENIED
                .contains(&asker.describe_group(&mark).await)
                .then_some(())
        });
        gone.await.expect("the broker forgets the rules");
    }
    assert!(asked >= ROUNDS * 20, "{asked}");
    admin.remove_password(USER).await.unwrap();
    for topic in TOPICS {
        admin.delete_topic(topic).await.unwrap();
    }
}
