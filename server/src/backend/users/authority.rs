//! Who decides on the brokers, and who is above the rules.
//!
//! Brokers tell the authorizer's class and keep `super.users` and `allow.everyone.if.no.acl.found` to themselves: they are settings of
//! the authorizer, which no broker knows the type of, so DescribeConfigs answers them as sensitive. They are taken from the Kafka
//! resource, as Strimzi writes them into the brokers' configuration (`KafkaBrokerConfigurationBuilder.withAuthorization`).

use crate::backend::sight::Sight;
use penstock_cluster::resource::Kafka;
use penstock_domain::{
    acl::{Authorizer, Principal, RuleSet},
    envelope::Missing,
};
use std::sync::Arc;

/// What ends the name of every component of Strimzi's own.
const COMPONENT: &str = ",O=io.strimzi";
/// Components of a cluster that are super users, as they follow its name.
const COMPONENTS: [&str; 5] = [
    "kafka",
    "entity-topic-operator",
    "entity-user-operator",
    "kafka-exporter",
    "cruise-control",
];

/// The rules in force with their authorizer, once known.
pub(super) fn rules(sight: &Sight) -> Option<Arc<RuleSet>> {
    let rules = sight.principals()?.rules.as_ref()?;
    Some(match (rules.authorizer(), sight.kafka()) {
        (
            Authorizer::Simple {
                super_users,
                allow_everyone_if_no_acl_found,
            },
            Some(kafka),
        ) => Arc::new(
            rules.with_authorizer(Authorizer::Simple {
                super_users: super_users.iter().cloned().chain(declared(kafka)).collect(),
                allow_everyone_if_no_acl_found: *allow_everyone_if_no_acl_found
                    || kafka
                        .body
                        .config
                        .get("allow.everyone.if.no.acl.found")
                        .is_some_and(|value| value.eq_ignore_ascii_case("true")),
            }),
        ),
        _ => rules.clone(),
    })
}

fn declared(kafka: &Kafka) -> impl Iterator<Item = Principal> {
    let name = kafka.metadata.name.as_str();
    let own = kafka.body.super_users.iter().map(Principal::user);
    let components = COMPONENTS
        .into_iter()
        .map(move |component| Principal::user(format!("CN={name}-{component}{COMPONENT}")));
    let operator = Principal::user(format!("CN=cluster-operator{COMPONENT}"));
    own.chain(components).chain([operator])
}

/// Whether a principal is a component of Strimzi's own.
pub(super) fn is_component(principal: &Principal) -> bool {
    principal.as_str().ends_with(COMPONENT)
}

/// What nobody tells: where no resource declares the cluster, super users are not known.
pub(super) fn untold(sight: &Sight) -> Option<Missing> {
    let rules = sight.principals()?.rules.as_ref()?;
    let simple = matches!(rules.authorizer(), Authorizer::Simple { .. });
    (simple && sight.kafka().is_none()).then(|| Missing {
        what: "super users".to_owned(),
        why: "brokers keep super.users to themselves, and no Kafka resource declares this cluster; whoever is one may do everything, whatever is answered here".to_owned(),
    })
}
