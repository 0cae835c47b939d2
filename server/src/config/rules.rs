//! What follows from several settings together.

use super::{Config, Kubernetes, Mistake, Origin};
use std::collections::BTreeSet;

/// Fills in what follows from other settings.
pub(super) fn imply(config: &mut Config) {
    // Without Kubernetes nobody decides who may change what (decision 9).
    if config.kubernetes == Kubernetes::None && !config.origins.contains_key("read_only") {
        config.read_only = true;
        config
            .origins
            .insert("read_only", Origin::Implied("kubernetes = \"none\""));
    }
}

/// Tells what contradicts itself.
pub(super) fn check(config: &Config, mistakes: &mut Vec<Mistake>) {
    let mut tell = |sentence: String| mistakes.push(Mistake::new(sentence));
    if config.local_sign_in {
        for sentence in open_to_others(config) {
            tell(sentence);
        }
    }
    if config.kubernetes == Kubernetes::None && !config.local_sign_in {
        tell("kubernetes = \"none\": without Kubernetes nobody can be asked who a user is, so local_sign_in = true is needed, and a loopback address in listen".to_owned());
    }
    if matches!(config.kubernetes, Kubernetes::None | Kubernetes::InCluster) {
        for (key, set) in [
            ("kubeconfig", config.kubeconfig.is_some()),
            ("context", config.context.is_some()),
        ] {
            if set {
                tell(format!(
                    "{key} has no meaning with this value of kubernetes; remove one of them"
                ));
            }
        }
    }
    if config.listen == config.health_listen && config.listen.port() != 0 {
        tell(
            "listen and health_listen are the same address; health needs a port of its own"
                .to_owned(),
        );
    }
    for sentence in config.registry.contradictions() {
        tell(format!("registry: {sentence}"));
    }
    for (index, registry) in config.registries.iter().enumerate() {
        let mut sentences = registry.contradictions();
        let before = config.registries.iter().take(index);
        if registry.name.is_some() && before.clone().any(|other| other.name == registry.name) {
            sentences.push("another one has the same name".to_owned());
        }
        if registry.clusters.is_empty() && registry.name.is_none() {
            sentences.push(
                "clusters is missing; a registry for all clusters is set by registry.url"
                    .to_owned(),
            );
        }
        for sentence in sentences {
            tell(format!("registry {}: {sentence}", index + 1));
        }
    }
    for (index, mask) in config.masks.iter().enumerate() {
        for sentence in mask.contradictions() {
            tell(format!("rule {} of masks: {sentence}", index + 1));
        }
    }
    let mut names = BTreeSet::new();
    for cluster in &config.clusters {
        if !names.insert(&cluster.name) {
            tell(format!("cluster {:?} is there twice", cluster.name));
        }
        let alone = config.kubernetes == Kubernetes::None;
        for sentence in cluster.contradictions(alone) {
            tell(format!("cluster {:?}: {sentence}", cluster.name));
        }
    }
}

/// Ways in for others than who sits at this machine, where everybody who comes in is let in.
fn open_to_others(config: &Config) -> Vec<String> {
    let mut ways = Vec::new();
    if !config.listen.ip().is_loopback() {
        ways.push(format!(
            "local_sign_in lets in everybody who reaches the console, so listen must be a loopback address, not {}",
            config.listen
        ));
    }
    if config.public_url.is_some() || !config.allowed_hosts.is_empty() {
        ways.push(
            "local_sign_in lets in everybody who reaches the console, so it goes with neither public_url nor allowed_hosts"
                .to_owned(),
        );
    }
    ways
}
