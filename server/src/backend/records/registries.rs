//! Which registry explains the records of which cluster, and which masks hide what: both out of the configuration.

use crate::config::{Config, MaskWith, RegistrySettings as Settings};
use penstock_auth::mask::{MaskRule, MaskSet, Replacement};
use penstock_domain::{filter::Field, ids::ClusterRef};
use penstock_registry::{Registry, RegistryAuth, RegistryCertificate, RegistrySettings, Secret};
use std::collections::HashMap;

/// Registries by cluster.
#[derive(Clone, Default)]
pub struct Registries {
    usual: Option<Registry>,
    of_clusters: HashMap<String, Registry>,
    by_name: HashMap<String, Registry>,
}

/// The annotation by which a `Kafka` resource chooses a registry of the configuration by its name.
pub const ANNOTATION: &str = "penstock.dev/registry";

impl Registries {
    /// Makes the clients; connects to nothing. Fails where a file can't be read or an address is none.
    pub fn new(config: &Config) -> Result<Self, String> {
        let usual = client("registry", &config.registry)?;
        let mut of_clusters = HashMap::new();
        let mut by_name = HashMap::new();
        for settings in &config.registries {
            let place = settings
                .name
                .clone()
                .unwrap_or_else(|| settings.clusters.join(", "));
            let Some(registry) = client(&place, settings)? else {
                continue;
            };
            for cluster in &settings.clusters {
                of_clusters.insert(cluster.clone(), registry.clone());
            }
            if let Some(name) = &settings.name {
                by_name.insert(name.clone(), registry);
            }
        }
        Ok(Self {
            usual,
            of_clusters,
            by_name,
        })
    }

    /// Every registry, once each.
    pub fn all(&self) -> Vec<Registry> {
        let mut all: Vec<Registry> = Vec::new();
        let some = self.of_clusters.values().chain(self.by_name.values());
        for registry in self.usual.iter().chain(some) {
            if !all.iter().any(|known| known.is(registry)) {
                all.push(registry.clone());
            }
        }
        all
    }

    /// The registry of a cluster: that which its resource names, else that of the configuration; `None`: there is none. A name that
    /// the configuration does not have is none, so that records are not read with the schemas of another registry.
    pub fn of(&self, cluster: &ClusterRef, named: Option<&str>) -> Option<Registry> {
        if let Some(name) = named {
            return self.by_name.get(name).cloned();
        }
        self.of_clusters
            .get(&cluster.to_string())
            .or(self.usual.as_ref())
            .cloned()
    }
}

fn client(place: &str, settings: &Settings) -> Result<Option<Registry>, String> {
    let Some(url) = settings.url.as_deref() else {
        return Ok(None);
    };
    // On pages it goes by its host; in the log and in mistakes by its place in the configuration.
    let host = url
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or(place);
    let mut own = RegistrySettings::plain(host, url);
    let files = settings.files()?;
    own.auth = match (files.basic, files.bearer) {
        (Some((user, password)), _) => RegistryAuth::Basic {
            user: user.into(),
            password: Secret::new(password.reveal()),
        },
        (None, Some(token)) => RegistryAuth::Bearer(Secret::new(token.reveal())),
        (None, None) => RegistryAuth::None,
    };
    own.ca_pem = files.ca_pem.map(Into::into);
    own.client = files.client.map(|(certificate, key)| RegistryCertificate {
        certificate_pem: certificate.into(),
        key_pem: Secret::new(key.reveal()),
    });
    Registry::new(own)
        .map(Some)
        .map_err(|error| format!("{error}. {}", error.remedy()))
}

/// Masks by cluster.
#[derive(Clone, Default)]
pub struct ClusterMasks {
    everywhere: Option<MaskSet>,
    of_clusters: HashMap<String, MaskSet>,
}

impl ClusterMasks {
    /// Reads the rules; a field that is none is an error, because a rule that hides nothing would go unnoticed.
    pub fn new(config: &Config) -> Result<Self, String> {
        let mut rules = Vec::new();
        for (index, settings) in config.masks.iter().enumerate() {
            let place = format!("rule {} of masks", index + 1);
            let fields = settings
                .fields
                .iter()
                .map(|text| {
                    let field = Field::parse(text)
                        .map_err(|error| format!("{place}: {text:?} is no field: {error}"))?;
                    match MaskRule::refusal(&field) {
                        Some(why) => Err(format!("{place}: {why}")),
                        None => Ok(field),
                    }
                })
                .collect::<Result<Vec<_>, _>>()?;
            let rule = MaskRule {
                topics: settings.topics.clone(),
                fields,
                with: match settings.with {
                    MaskWith::Dots => Replacement::Dots,
                    MaskWith::Hash => Replacement::Hash,
                    MaskWith::Last4 => Replacement::Last4,
                },
            };
            rules.push((settings.clusters.clone(), rule));
        }
        let set = |cluster: Option<&str>| {
            let rules: Vec<MaskRule> = rules
                .iter()
                .filter(|(clusters, _)| {
                    clusters.is_empty()
                        || cluster.is_some_and(|cluster| clusters.iter().any(|one| one == cluster))
                })
                .map(|(_, rule)| rule.clone())
                .collect();
            (!rules.is_empty()).then(|| MaskSet::new(rules))
        };
        let named = config.masks.iter().flat_map(|settings| &settings.clusters);
        let of_clusters = named
            .filter_map(|cluster| Some((cluster.clone(), set(Some(cluster))?)))
            .collect();
        Ok(Self {
            everywhere: set(None),
            of_clusters,
        })
    }

    /// The masks of a cluster; `None`: nothing is hidden there.
    pub fn of(&self, cluster: &ClusterRef) -> Option<&MaskSet> {
        self.of_clusters
            .get(&cluster.to_string())
            .or(self.everywhere.as_ref())
    }
}
