//! What somebody looked at lately: kept in this browser only, for each user apart, a few of them, by name. Nothing of it is ever sent.

use crate::layout::SessionResource;
use leptos::{prelude::*, task::spawn_local};
use penstock_domain::{
    ids::ClusterRef,
    search::{Hit, HitKind, HitResource},
};
use serde::{Deserialize, Serialize};

/// Things kept, at most.
const MOST: usize = 20;
/// Longest name that is kept, in bytes: Kafka's longest are 249, names of groups may be longer.
const LONGEST: usize = 1_000;

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    kind: HitKind,
    cluster: ClusterRef,
    name: String,
    /// Of a resource beside a cluster.
    #[serde(default)]
    resource: Option<HitResource>,
}

impl Recent {
    /// By what it is and how it is called.
    pub fn new(kind: HitKind, cluster: &ClusterRef, name: &str) -> Self {
        Self {
            kind,
            cluster: cluster.clone(),
            name: name.to_owned(),
            resource: None,
        }
    }

    /// A resource beside a cluster.
    pub fn resource(cluster: &ClusterRef, resource: HitResource, name: &str) -> Self {
        Self {
            resource: Some(resource),
            ..Self::new(HitKind::Resource, cluster, name)
        }
    }

    /// As something found.
    pub fn hit(&self) -> Hit {
        Hit {
            kind: self.kind,
            cluster: self.cluster.clone(),
            name: self.name.clone(),
            node: None,
            resource: self.resource.clone(),
            detail: match &self.resource {
                Some(resource) => resource.kind.name().to_owned(),
                None => self.kind.one().to_owned(),
            },
        }
    }
}

/// Notes that a page of something is shown; called by the page once it has its data, so that what is not there is not kept.
pub fn visited(recent: Recent) {
    let Some(SessionResource(session)) = use_context() else {
        return;
    };
    Effect::new(move |_| {
        let recent = recent.clone();
        spawn_local(async move {
            if let Ok(session) = session.await {
                let key = key(&session.user);
                write(&key, &with(read(&key), recent));
            }
        });
    });
}

/// What a user looked at here, newest first. In the browser.
pub fn of_user(user: &str) -> Vec<Recent> {
    read(&key(user))
}

fn key(user: &str) -> String {
    format!("penstock.recent.{user}")
}

/// The newest stands first, and once.
fn with(mut known: Vec<Recent>, recent: Recent) -> Vec<Recent> {
    if recent.name.len() > LONGEST {
        return known;
    }
    known.retain(|other| *other != recent);
    known.insert(0, recent);
    known.truncate(MOST);
    known
}

/// A browser may have no storage, or refuse it; then nothing is kept.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn read(key: &str) -> Vec<Recent> {
    let text = storage().and_then(|storage| storage.get_item(key).ok().flatten());
    text.map(|text| parse(&text)).unwrap_or_default()
}

/// What can't be read is nothing.
fn parse(text: &str) -> Vec<Recent> {
    let mut known: Vec<Recent> = serde_json::from_str(text).unwrap_or_default();
    known.truncate(MOST);
    known
}

fn write(key: &str, known: &[Recent]) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(known)) {
        // A full storage keeps what it had.
        let _ = storage.set_item(key, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str) -> Recent {
        Recent::new(HitKind::Topic, &ClusterRef::new("kafka", "a"), name)
    }

    #[test]
    fn the_newest_stands_first_and_once_and_few_are_kept() {
        let mut known = Vec::new();
        for index in 0..30 {
            known = with(known, topic(&format!("t{index}")));
        }
        known = with(known, topic("t20"));
        assert_eq!(known.len(), MOST);
        assert_eq!(known[..3], [topic("t20"), topic("t29"), topic("t28")]);
        assert_eq!(with(Vec::new(), topic(&"x".repeat(5_000))), []);
    }

    #[test]
    fn what_was_kept_is_read_again_and_rubbish_is_nothing() {
        let known = vec![topic("a"), topic("</script>")];
        assert_eq!(parse(&serde_json::to_string(&known).unwrap()), known);
        assert_eq!(parse("{"), []);
        assert_eq!(parse("[{\"kind\":\"other\"}]"), []);
    }
}
