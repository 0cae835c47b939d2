//! Every failure of the backend in public words: cause, remedy, and the grant that is missing. The only place that makes
//! problems of typed errors.

use super::{link::Link, sight::Sight};
use penstock_api::AppError;
use penstock_cluster::credentials::{NoSecret, SecretRef};
use penstock_domain::{
    access::Right,
    filter::FilterError,
    ids::{ClusterRef, GroupName, Namespace, NodeId, Principal, ResourceName, TopicName},
    problem::{KafkaErrorCode, Problem, ProblemKind},
    resource::kind::ResourceKind,
};
use penstock_kafka::{KafkaError, scan::ScanError};
use penstock_registry::RegistryError;

/// The right is missing. The same words whether the thing exists or not (decision 7).
pub fn forbidden(right: &Right) -> AppError {
    Problem::new(
        ProblemKind::Forbidden,
        "Not allowed",
        format!("You may not {}.", right.words()),
    )
    .with_remedy("Ask whoever administers the namespace to bind you to this role.")
    .with_grant(right.role_yaml())
    .into()
}

/// The API server can't be asked what somebody may.
pub fn api_server_away(why: &str) -> AppError {
    Problem::new(
        ProblemKind::Unavailable,
        "The Kubernetes API server can't be reached",
        format!("Nobody can say now what you may see: {why}"),
    )
    .with_remedy("Try again in a moment; nothing is lost.")
    .into()
}

/// No such cluster, said to those who may read it.
pub fn no_cluster(cluster: &ClusterRef) -> AppError {
    Problem::new(
        ProblemKind::NotFound,
        "Cluster not found",
        format!("There is no Kafka resource {cluster}, and no configured cluster of that name."),
    )
    .with_remedy("Check the namespace and the name, or choose from the list of clusters.")
    .into()
}

/// The cluster's resource is there and can't be read.
pub fn malformed_cluster(cluster: &ClusterRef, why: &str) -> AppError {
    Problem::new(
        ProblemKind::Unavailable,
        "The Kafka resource can't be read",
        format!("The Kafka resource {cluster} is not as Strimzi's schema has it: {why}."),
    )
    .with_remedy("Correct the resource; the page follows by itself.")
    .into()
}

/// Resources have not been listed yet, so absence means nothing.
pub fn not_listed_yet(why: Option<&str>) -> AppError {
    Problem::new(
        ProblemKind::Unavailable,
        "Resources are not known yet",
        match why {
            Some(why) => format!("The console has not been able to list Kafka resources: {why}"),
            None => "The console has just started and has not listed the Kafka resources yet."
                .to_owned(),
        },
    )
    .with_remedy("Try again in a moment.")
    .into()
}

/// No such topic, neither live nor declared.
pub fn no_topic(sight: &Sight, topic: &TopicName) -> AppError {
    if sight.topics().is_none() {
        return Problem::new(
            ProblemKind::Unavailable,
            "Topics are not known",
            format!(
                "No KafkaTopic declares “{topic}”, and the brokers of {} have not told which topics there are.",
                sight.cluster()
            ),
        )
        .with_remedy("See the overview for how the console reaches the cluster.")
        .into();
    }
    Problem::new(
        ProblemKind::NotFound,
        "Topic not found",
        format!(
            "Cluster {} has no topic “{topic}”, and no KafkaTopic declares it.",
            sight.cluster()
        ),
    )
    .with_remedy("Check the spelling, or search in the list of topics.")
    .into()
}

/// The console changes nothing.
pub fn read_only() -> Problem {
    Problem::new(
        ProblemKind::Forbidden,
        "The console is read-only",
        "This console was started so that it changes nothing.",
    )
    .with_remedy("Whoever runs it can set read_only = false.")
}

/// No such group, said to those who may see it.
pub fn no_group(sight: &Sight, group: &GroupName) -> AppError {
    if sight.groups().is_none() {
        return Problem::new(
            ProblemKind::Unavailable,
            "Groups are not known",
            sight.why_not_connected().unwrap_or_else(|| {
                format!(
                    "The brokers of {} have not told which groups there are.",
                    sight.cluster()
                )
            }),
        )
        .with_remedy("See the overview for how the console reaches the cluster.")
        .into();
    }
    Problem::new(
        ProblemKind::NotFound,
        "Group not found",
        format!(
            "Cluster {} has no group “{group}”: no coordinator knows it, and nobody has committed in its name.",
            sight.cluster()
        ),
    )
    .with_remedy("Check the spelling, or search in the list of groups. Kafka deletes the offsets of an empty group after offsets.retention.minutes.")
    .into()
}

/// A request's body that can't be read; `what` is what the description of the API says of it.
pub fn unreadable(why: &str, what: &str) -> AppError {
    Problem::new(
        ProblemKind::Invalid,
        "The request can't be read",
        sentence(why),
    )
    .with_remedy(format!("See /api/v1/openapi.json for what {what}."))
    .into()
}

/// A filter that can't be read.
pub fn filter(error: &FilterError) -> AppError {
    let problem = Problem::new(
        ProblemKind::Invalid,
        "The filter can't be read",
        error.message.clone(),
    )
    .with_field("q");
    match &error.hint {
        Some(hint) => problem.with_remedy(format!("Probably meant: {hint}")),
        None => problem,
    }
    .into()
}

/// No such node.
pub fn no_node(cluster: &ClusterRef, node: NodeId) -> AppError {
    Problem::new(
        ProblemKind::NotFound,
        "Node not found",
        format!("Cluster {cluster} has no node {node}."),
    )
    .with_remedy("Choose from the list of nodes.")
    .into()
}

/// No such kind of resource, said to those who may see the cluster.
pub fn no_resource_kind(plural: &str) -> AppError {
    let kinds: Vec<&str> = ResourceKind::ALL
        .into_iter()
        .map(ResourceKind::plural)
        .collect();
    Problem::new(
        ProblemKind::NotFound,
        "No such kind of resource",
        format!("The console has no list of “{plural}”."),
    )
    .with_remedy(format!("There is one of {}.", kinds.join(", ")))
    .into()
}

/// No such resource beside the cluster, said to those who may see it.
pub fn no_resource(
    cluster: &ClusterRef,
    kind: ResourceKind,
    namespace: &Namespace,
    name: &ResourceName,
) -> AppError {
    Problem::new(
        ProblemKind::NotFound,
        format!("{} not found", kind.name()),
        format!(
            "There is no {} {namespace}/{name} that belongs to cluster {cluster}.",
            kind.name()
        ),
    )
    .with_remedy(
        "It may have been deleted, or belong to another cluster now. Choose from the list.",
    )
    .into()
}

/// The console has no connection to ask.
pub fn not_connected(sight: &Sight) -> AppError {
    let (why, remedy) = match sight.link() {
        Link::NoCredentials { why, .. } => (
            why.clone(),
            "Create the KafkaUser that the overview shows.".to_owned(),
        ),
        Link::Waiting { why } => (why.clone(), "Try again in a moment.".to_owned()),
        Link::Broken { why, remedy } => (why.clone(), remedy.clone()),
        Link::Planned { .. } => (
            "The first connection is still under way.".to_owned(),
            "Try again in a moment.".to_owned(),
        ),
    };
    Problem::new(
        ProblemKind::Unavailable,
        "Not connected to the brokers",
        why,
    )
    .with_remedy(remedy)
    .into()
}

/// A broker refused, or can't be reached.
pub fn kafka(error: &KafkaError) -> AppError {
    let mut problem = Problem::new(
        match error {
            KafkaError::Authorization { .. } => ProblemKind::Forbidden,
            KafkaError::Broker { .. } => ProblemKind::Invalid,
            _ => ProblemKind::Unavailable,
        },
        match error {
            KafkaError::Authorization { .. } => "Kafka denies it to the console",
            KafkaError::Broker { .. } => "Kafka refused",
            _ => "The broker does not answer",
        },
        sentence(&error.to_string()),
    );
    problem.remedy = error.remedy();
    if let KafkaError::Broker { code, name, .. } = error {
        problem.kafka_error = Some(KafkaErrorCode {
            name: name.clone(),
            code: *code,
        });
    }
    problem.into()
}

/// No such version of a subject, said to those who may see it.
pub fn no_schema_version(subject: &str, version: i32) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        "Version not found",
        format!("Subject “{subject}” has no version {version}."),
    )
    .with_remedy("Choose one of its versions.")
}

/// A schema registry refused, or can't be asked.
pub fn registry(error: &RegistryError) -> AppError {
    let (kind, title) = match error {
        RegistryError::NotFound { .. } => (ProblemKind::NotFound, "The registry does not have it"),
        RegistryError::Refused { status: 409, .. } => {
            (ProblemKind::Conflict, "The registry refuses it")
        }
        RegistryError::Refused { .. } | RegistryError::Schema { .. } => {
            (ProblemKind::Invalid, "The registry can’t take it")
        }
        RegistryError::TooLarge { .. } => (ProblemKind::Invalid, "It is too large"),
        RegistryError::Unauthorised { .. } => {
            (ProblemKind::Unavailable, "The registry refuses the console")
        }
        RegistryError::Configuration { .. }
        | RegistryError::Unreachable { .. }
        | RegistryError::Timeout { .. }
        | RegistryError::Rubbish { .. }
        | RegistryError::Failed { .. } => (
            ProblemKind::Unavailable,
            "The schema registry does not answer",
        ),
    };
    Problem::new(kind, title, sentence(&error.to_string()))
        .with_remedy(error.remedy())
        .into()
}

/// A reading that can't begin.
pub fn scan(error: &ScanError) -> AppError {
    let kind = match error {
        ScanError::Kafka(error) => return kafka(error),
        ScanError::Busy { .. } => ProblemKind::TooMany,
        ScanError::NoTopic => ProblemKind::Invalid,
        ScanError::UnknownTopic(_)
        | ScanError::Recreated(_)
        | ScanError::UnknownPartition { .. }
        | ScanError::OutOfRange { .. } => ProblemKind::NotFound,
        ScanError::Unreadable(_) => ProblemKind::Unavailable,
    };
    let mut problem = Problem::new(
        kind,
        match kind {
            ProblemKind::TooMany => "The console is busy reading",
            ProblemKind::NotFound => "Not there",
            _ => "This reading can't begin",
        },
        sentence(&error.to_string()),
    );
    problem.remedy = error.remedy();
    problem.into()
}

/// Neither a resource nor the brokers know such a principal.
pub fn no_user(sight: &Sight, user: &Principal) -> AppError {
    if sight.principals().is_none() {
        return Problem::new(
            ProblemKind::Unavailable,
            "Users are not known",
            sight.why_not_connected().unwrap_or_else(|| {
                format!(
                    "The brokers of {} have not told which users there are.",
                    sight.cluster()
                )
            }),
        )
        .with_remedy("See the overview for how the console reaches the cluster.")
        .into();
    }
    Problem::new(
        ProblemKind::NotFound,
        "User not found",
        format!(
            "No KafkaUser of {} is {user}, and the brokers have no rule, password or quota for it.",
            sight.cluster()
        ),
    )
    .with_remedy("Choose from the list of users.")
    .into()
}

/// A question about a resource that has no name.
pub fn unnamed_resource() -> AppError {
    invalid(
        "Which one is missing",
        "The question names no resource.",
        "name",
    )
    .with_remedy("Give the name of the topic, group or transactional id.")
    .into()
}

/// A question about a resource with a name that none can have.
pub fn long_name(most: usize) -> AppError {
    invalid(
        "The name is too long",
        &format!("Names of at most {most} bytes are looked up."),
        "name",
    )
    .into()
}

fn invalid(title: &str, detail: &str, field: &str) -> Problem {
    let mut problem = Problem::new(ProblemKind::Invalid, title, detail.to_owned());
    problem.field = Some(field.to_owned());
    problem
}

/// Somebody asks for a Secret, and it can't be had.
pub fn secret(reference: &SecretRef, why: &NoSecret) -> AppError {
    let problem = |kind, title: &str, detail: String| Problem::new(kind, title, detail);
    match why {
        NoSecret::Absent => problem(
            ProblemKind::NotFound,
            "Secret not found",
            format!("There is no Secret {reference}."),
        )
        .with_remedy("The user operator makes it once the KafkaUser is in order.")
        .into(),
        NoSecret::Forbidden => {
            let mut problem = problem(
                ProblemKind::Forbidden,
                "You may not read this Secret",
                format!("Kubernetes does not let you get the Secret {reference}, so the console does not either."),
            )
            .with_remedy("Whoever looks after the namespace can grant it with this Role.");
            problem.grant = Some(format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: read-{name}\n  namespace: {namespace:?}\nrules:\n  - apiGroups: [\"\"]\n    resources: [secrets]\n    resourceNames: [{name:?}]\n    verbs: [get]\n",
                name = reference.name.as_str(),
                namespace = reference.namespace.as_str(),
            ));
            problem.into()
        }
        NoSecret::Unusable(why) => problem(
            ProblemKind::Unavailable,
            "The Secret can’t be read",
            sentence(why),
        )
        .into(),
        NoSecret::Unknown(why) => problem(
            ProblemKind::Unavailable,
            "The API server can’t be asked",
            sentence(why),
        )
        .with_remedy("Try again in a moment.")
        .into(),
    }
}

/// A user has no Secret, or none of the kind that is asked for.
pub fn no_credentials(detail: &str) -> AppError {
    Problem::new(
        ProblemKind::NotFound,
        "No such credentials",
        detail.to_owned(),
    )
    .into()
}

/// With a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut out: String = characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::access::{Resource, Verb};

    #[test]
    fn a_missing_right_comes_with_the_role_that_grants_it() {
        let right = Right::on_cluster(
            Verb::List,
            Resource::Topics,
            &ClusterRef::new("kafka", "task-events"),
        );
        let problem = forbidden(&right).into_problem();
        assert_eq!(problem.kind.status(), 403);
        assert!(problem.grant.unwrap().contains("namespace: \"kafka\""));
    }

    #[test]
    fn sentences_begin_and_end_as_such() {
        assert_eq!(sentence("no route"), "No route.");
        assert_eq!(sentence("Done!"), "Done!");
    }
}
