//! What two observations of one resource mean. Pure: what it was and what it is go in, events come out.
//!
//! Times that operators write into a status all the time are no news, nor is what an operator does to its own pod sets. Who changed
//! something is the field manager whose entry in `managedFields` is new; Kubernetes does not record who deletes.

use super::{
    fields::{self, Difference},
    journal::NewEvent,
};
use penstock_cluster::{
    index::Observation,
    kind::Kind,
    resource::{AnyResource, Metadata, Pod, metadata::FieldManager},
};
use penstock_domain::{
    access::Resource,
    activity::{ActivityActor, ActivityKind, ActivitySubject},
    condition::{Readiness, ReadinessState},
    resource::list::ResourceState,
    units,
    verdict::Severity,
};
use serde_json::Value;

/// Alike at once: so long may the pause between two be.
const PAUSE: u64 = 10_000;
/// So many alike stand alone.
const ALONE: u32 = 5;
/// Pods that follow one another within this are one roll.
const ROLL_PAUSE: u64 = 600_000;
/// Fields that a sentence names.
const NAMED: usize = 3;
/// Characters of an operator's message.
const DETAIL_CHARS: usize = 1_000;

/// The events of one observation.
pub fn events(observation: &Observation) -> Vec<NewEvent> {
    match (&observation.before, &observation.after) {
        (None, Some(after)) => came(after),
        (Some(before), None) => went(before),
        (Some(before), Some(after)) if before.metadata().uid != after.metadata().uid => {
            replaced(before, after)
        }
        (Some(before), Some(after)) => changed(before, after),
        (None, None) => Vec::new(),
    }
}

/// On what one needs a right to see something of a kind.
pub const fn about(kind: Kind) -> Resource {
    match kind {
        Kind::Kafka => Resource::Clusters,
        Kind::KafkaNodePool | Kind::StrimziPodSet | Kind::Pod => Resource::Brokers,
        Kind::KafkaTopic => Resource::Topics,
        Kind::KafkaUser => Resource::Users,
        Kind::Attached(kind) => kind.right(),
    }
}

fn came(after: &AnyResource) -> Vec<NewEvent> {
    match after {
        AnyResource::Pod(pod) => vec![of_pod(pod, "was created", "pods created", Severity::Info)],
        // Pod sets are the operator's own.
        AnyResource::StrimziPodSet(_) => Vec::new(),
        other => {
            let mut event = event(other, ActivityKind::Created, "was created", "created");
            event.by = latest(other.metadata());
            vec![event]
        }
    }
}

fn went(before: &AnyResource) -> Vec<NewEvent> {
    match before {
        AnyResource::Pod(pod) => vec![of_pod(pod, "is gone", "pods gone", Severity::Info)],
        AnyResource::StrimziPodSet(_) => Vec::new(),
        other => vec![event(other, ActivityKind::Deleted, "is gone", "gone")],
    }
}

/// Another object of the same name: it was deleted and made again.
fn replaced(before: &AnyResource, after: &AnyResource) -> Vec<NewEvent> {
    if let AnyResource::Pod(pod) = after {
        return vec![of_pod(pod, "was replaced", "pods replaced", Severity::Info)];
    }
    let mut events = went(before);
    events.extend(came(after));
    events
}

fn changed(before: &AnyResource, after: &AnyResource) -> Vec<NewEvent> {
    if let (AnyResource::Pod(before), AnyResource::Pod(after)) = (before, after) {
        return pod(before, after).into_iter().collect();
    }
    let mut events = Vec::new();
    let (old, new) = (before.metadata(), after.metadata());
    let set = matches!(after, AnyResource::StrimziPodSet(_));
    if !set && old.generation != new.generation {
        let difference = fields::specification(&object(before), &object(after));
        if difference.count() > 0 {
            events.push(specified(after, old, difference));
        }
    }
    let difference = fields::metadata(old, new);
    if difference.count() > 0 {
        events.push(relabelled(after, old, difference));
    }
    if new.deleting && !old.deleting {
        let words = "is being deleted";
        events.push(event(
            after,
            ActivityKind::Deleted,
            words,
            "deletions asked for",
        ));
    }
    if !set {
        events.extend(status(before, after));
    }
    events
}

fn specified(after: &AnyResource, old: &Metadata, difference: Difference) -> NewEvent {
    let new = after.metadata();
    let generations = match (old.generation, new.generation) {
        (Some(old), Some(new)) => format!("generation {old} → {new}, "),
        _ => String::new(),
    };
    let names = names(&difference, "spec.");
    let count = units::count(difference.count(), "field", "fields");
    let words = format!("{generations}{count}: {names}");
    with_fields(
        event(after, ActivityKind::Changed, &words, "changes"),
        difference,
        writer(old, new, true),
    )
}

fn relabelled(after: &AnyResource, old: &Metadata, difference: Difference) -> NewEvent {
    let lost = old.cluster_label().is_some() && after.metadata().cluster_label().is_none();
    let words = if lost {
        "lost its label strimzi.io/cluster: no operator looks at it any more".to_owned()
    } else {
        names(&difference, "")
    };
    let mut event = event(after, ActivityKind::Changed, &words, "changes of labels");
    event.key.push_str(" labels");
    if lost {
        event.severity = Severity::Bad;
    }
    with_fields(event, difference, writer(old, after.metadata(), false))
}

fn with_fields(event: NewEvent, difference: Difference, by: Option<ActivityActor>) -> NewEvent {
    let manager = by.as_ref().map_or("", |by| by.manager.as_str());
    NewEvent {
        key: format!("{} {manager}", event.key),
        fields: difference.fields,
        more_fields: difference.more,
        by,
        ..event
    }
}

/// `config.retention.ms, partitions and 3 more`
fn names(difference: &Difference, prefix: &str) -> String {
    let mut names: Vec<&str> = difference
        .fields
        .iter()
        .map(|field| field.path.strip_prefix(prefix).unwrap_or(&field.path))
        .collect();
    let more = difference.count().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    if more == 0 {
        names
    } else {
        format!("{names} and {more} more")
    }
}

/// What is told of the status: the verdict over conditions, its reason, and warnings. When it was written is no news.
fn status(before: &AnyResource, after: &AnyResource) -> Option<NewEvent> {
    let (old, new) = (told(before)?, told(after)?);
    let warned = !new.warnings.is_empty() && old.warnings != new.warnings;
    if old.state == new.state && old.reason == new.reason && !warned && old.word == new.word {
        return None;
    }
    let words = if old.state == new.state && old.word == new.word {
        match (&new.reason, warned) {
            (Some(reason), _) if old.reason != new.reason => {
                format!("is {}: {reason}", new.words())
            }
            (_, true) => "has a new warning".to_owned(),
            _ => format!("is {}", new.words()),
        }
    } else {
        let reason = new
            .reason
            .as_ref()
            .map_or(String::new(), |reason| format!(": {reason}"));
        format!("{} → {}{reason}", old.words(), new.words())
    };
    let many = format!("status changes to {}", new.words());
    let mut event = event(after, ActivityKind::Status, &words, &many);
    event.severity = new.severity(warned);
    event.detail = new
        .message
        .or_else(|| warned.then(|| new.warnings.join(" ")))
        .map(|text| cut(&text));
    event.key = format!("{} {}", event.key, new.state.name());
    Some(event)
}

/// What a status says, as far as it is news.
struct Told {
    state: ResourceState,
    word: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    warnings: Vec<String>,
}

impl Told {
    fn words(&self) -> String {
        let words = self.word.as_deref().unwrap_or(self.state.words());
        words.to_lowercase()
    }

    fn severity(&self, warned: bool) -> Severity {
        match self.state {
            ResourceState::NotReady | ResourceState::Unreadable => Severity::Bad,
            ResourceState::Waiting | ResourceState::Paused => Severity::Warn,
            _ if warned => Severity::Warn,
            _ => Severity::Info,
        }
    }
}

fn told(resource: &AnyResource) -> Option<Told> {
    let (readiness, spoken) = match resource {
        AnyResource::Kafka(resource) => (&resource.readiness, None),
        AnyResource::KafkaNodePool(resource) => (&resource.readiness, None),
        AnyResource::KafkaTopic(resource) => (&resource.readiness, None),
        AnyResource::KafkaUser(resource) => (&resource.readiness, None),
        AnyResource::Attached(resource) => (&resource.readiness, resource.body.spoken.as_ref()),
        AnyResource::StrimziPodSet(_) | AnyResource::Pod(_) | AnyResource::Malformed(_) => {
            return None;
        }
    };
    Some(of_readiness(readiness, spoken))
}

fn of_readiness(readiness: &Readiness, spoken: Option<&(ResourceState, String)>) -> Told {
    let state = ResourceState::of(readiness.state, spoken.map(|(state, _)| *state));
    let word = match spoken {
        Some((spoken, word)) if *spoken == state => Some(word.clone()),
        _ if readiness.state == ReadinessState::Unmanaged => Some("Unmanaged".to_owned()),
        _ => None,
    };
    Told {
        state,
        word,
        reason: readiness.reason.clone(),
        message: readiness.message.clone(),
        warnings: readiness.warnings.clone(),
    }
}

fn pod(before: &Pod, after: &Pod) -> Option<NewEvent> {
    let (old, new) = (&before.body, &after.body);
    let trouble = new
        .trouble
        .as_ref()
        .map_or(String::new(), |trouble| format!(": {trouble}"));
    if new.restarts > old.restarts {
        return Some(of_pod(
            after,
            "was restarted",
            "pod restarts",
            Severity::Warn,
        ));
    }
    if new.deleting && !old.deleting {
        return Some(of_pod(
            after,
            "is being deleted",
            "pods being deleted",
            Severity::Info,
        ));
    }
    match (old.ready, new.ready) {
        (true, false) => Some(of_pod(
            after,
            &format!("is no longer ready{trouble}"),
            "times a pod was no longer ready",
            Severity::Warn,
        )),
        (false, true) => Some(of_pod(
            after,
            "is ready",
            "times a pod became ready",
            Severity::Info,
        )),
        _ if old.trouble != new.trouble && !new.ready && new.trouble.is_some() => Some(of_pod(
            after,
            &format!("does not run{trouble}"),
            "times a pod did not run",
            Severity::Bad,
        )),
        _ => None,
    }
}

/// Pods are rolled one by one: what is alike within a roll is put together from the first on.
fn of_pod(pod: &Pod, one: &str, many: &str, severity: Severity) -> NewEvent {
    NewEvent {
        severity,
        subject: Some(subject(Kind::Pod, &pod.metadata)),
        pause: ROLL_PAUSE,
        ..NewEvent::new(
            Resource::Brokers,
            ActivityKind::Pods,
            one.to_owned(),
            many.to_owned(),
        )
    }
}

fn event(resource: &AnyResource, kind: ActivityKind, one: &str, many: &str) -> NewEvent {
    let of = resource.kind();
    NewEvent {
        subject: Some(subject(of, resource.metadata())),
        key: format!("{} {of}", kind.name()),
        pause: PAUSE,
        alone: ALONE,
        ..NewEvent::new(about(of), kind, one.to_owned(), format!("{of} {many}"))
    }
}

fn subject(kind: Kind, metadata: &Metadata) -> ActivitySubject {
    ActivitySubject {
        kind: kind.name().to_owned(),
        namespace: metadata.namespace.clone(),
        name: metadata.name.clone(),
    }
}

fn object(resource: &AnyResource) -> Value {
    match resource {
        AnyResource::Kafka(resource) => resource.object(),
        AnyResource::KafkaNodePool(resource) => resource.object(),
        AnyResource::KafkaTopic(resource) => resource.object(),
        AnyResource::KafkaUser(resource) => resource.object(),
        AnyResource::StrimziPodSet(resource) => resource.object(),
        AnyResource::Attached(resource) => resource.object(),
        AnyResource::Pod(_) | AnyResource::Malformed(_) => Value::Null,
    }
}

/// Who wrote between two versions: whose entry is new or has another time. Times are whole seconds, so a manager that writes twice
/// within one leaves no difference. Its entry is the latest then, as a write always sets the time; of several with that time it is the
/// one that owns fields of the specification, where that is what changed, and else nobody can tell.
fn writer(old: &Metadata, new: &Metadata, specification: bool) -> Option<ActivityActor> {
    let written = of_object(new)
        .filter(|manager| !old.managers.contains(manager))
        .max_by_key(|manager| manager.time);
    let within_a_second = || {
        let rank =
            |manager: &FieldManager| (manager.time, specification && manager.owns_specification);
        let last = of_object(new).map(rank).max()?;
        let mut latest = of_object(new).filter(|manager| rank(manager) == last);
        latest.next().filter(|_| latest.next().is_none())
    };
    written.or_else(within_a_second).map(actor)
}

/// Who wrote the object itself, not its status.
fn of_object(metadata: &Metadata) -> impl Iterator<Item = &FieldManager> {
    let managers = metadata.managers.iter();
    managers.filter(|manager| manager.subresource.is_none())
}

fn latest(metadata: &Metadata) -> Option<ActivityActor> {
    of_object(metadata)
        .max_by_key(|manager| (manager.owns_specification, manager.time))
        .map(actor)
}

fn actor(manager: &FieldManager) -> ActivityActor {
    ActivityActor {
        manager: manager.manager.to_string(),
        operation: manager.operation.as_deref().map(str::to_owned),
        at: manager.time,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(DETAIL_CHARS).collect()
}

#[cfg(test)]
mod tests;
