//! Which of the watched kinds the API server serves, and in which version. A kind that is not served is a note, not an
//! error: not every cluster has every Strimzi definition, and they come and go while the console runs.

use crate::{kind::Kind, wire};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResourceList;
use kube::Client;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How a kind is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// In this version, the best that is understood.
    Served {
        /// `v1`
        version: &'static str,
        /// `kafka.strimzi.io/v1`
        api_version: Arc<str>,
    },
    /// Not at all, or in no version that is understood.
    Absent,
}

/// Asks for all kinds. An error means that nothing is known, not that anything is absent.
///
/// `client` must keep its own deadline (`wire::observed`).
pub(crate) async fn served(client: &Client) -> Result<BTreeMap<Kind, Availability>, kube::Error> {
    let mut answers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for kind in Kind::ALL {
        let mut availability = Availability::Absent;
        for &version in kind.versions() {
            let api_version = api_version(kind.group(), version);
            if !answers.contains_key(&api_version) {
                let plurals = resources(client, &api_version).await?;
                answers.insert(api_version.clone(), plurals);
            }
            let has = answers
                .get(&api_version)
                .is_some_and(|plurals| plurals.contains(kind.plural()));
            if has {
                availability = Availability::Served {
                    version,
                    api_version: api_version.into(),
                };
                break;
            }
        }
        found.insert(kind, availability);
    }
    Ok(found)
}

/// Plural names of what a group and version serves; empty when there is no such group or version.
async fn resources(client: &Client, api_version: &str) -> Result<BTreeSet<String>, kube::Error> {
    let answer: Result<APIResourceList, kube::Error> = match api_version {
        "v1" => client.list_core_api_resources("v1").await,
        _ => client.list_api_group_resources(api_version).await,
    };
    match answer {
        Ok(list) => Ok(list
            .resources
            .into_iter()
            .filter(|resource| resource.verbs.iter().any(|verb| verb == "watch"))
            .map(|resource| resource.name)
            .collect()),
        Err(error) if wire::status_code(&error) == Some(404) => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}
