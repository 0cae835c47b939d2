//! Where the bed finds its tools and keeps its files.
//!
//! Tools come from `make setup` and live in the cache; every one can be pointed elsewhere by an environment variable. Data
//! (keys, data directories, the seed) lives in the cache too, one folder per clone, so that two clones never meet.

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::env;
use std::path::{Path, PathBuf};

/// Version of Kafka the bed runs.
pub const KAFKA_VERSION: &str = "4.3.1";
/// Version of Strimzi whose resources the bed serves.
pub const STRIMZI_VERSION: &str = "1.2.0";
/// Version of Apicurio Registry.
const REGISTRY_VERSION: &str = "3.3.3";

/// Paths of one clone's bed.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Root of the clone.
    pub clone: PathBuf,
    /// What people and tests read: state, kubeconfigs, certificates, logs.
    pub public: PathBuf,
    /// The state file.
    pub state_file: PathBuf,
    /// Private data of this clone's bed.
    pub data: PathBuf,
    /// The cache all clones share.
    pub cache: PathBuf,
}

impl Layout {
    /// The layout of the clone around the working directory.
    ///
    /// # Errors
    /// No clone, or neither `XDG_CACHE_HOME` nor `HOME` is set.
    pub fn find() -> Result<Self> {
        let clone = crate::state::clone_root()?;
        let cache = cache_folder()?;
        let digest = Sha256::digest(clone.as_os_str().as_encoded_bytes());
        let key: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Self {
            public: clone.join("target/testbed"),
            state_file: crate::state::file()?,
            data: cache.join("bed").join(key),
            cache,
            clone,
        })
    }

    /// Where a process writes its output.
    pub fn log(&self, name: &str) -> PathBuf {
        self.public.join(format!("{name}.log"))
    }

    /// The folder of things worth keeping between two beds: the seeded etcd, formatted data directories.
    pub fn kept(&self) -> PathBuf {
        self.data.join("kept")
    }

    /// The folder of things that end with the bed.
    pub fn running(&self) -> PathBuf {
        self.data.join("running")
    }
}

/// The programs and archives the bed runs.
#[derive(Clone, Debug)]
pub struct Tools {
    /// kube-apiserver, controller-manager and etcd in one binary.
    pub kubetest: PathBuf,
    /// Folder of Kafka's jars.
    pub kafka_libs: PathBuf,
    /// Java, 17 or newer.
    pub java: PathBuf,
    /// Folder of Strimzi's custom resource definitions.
    pub crds: PathBuf,
    /// Folder of Apicurio Registry; present only when it was installed.
    pub registry: PathBuf,
}

impl Tools {
    /// Finds the tools, and the resource definitions of a version of Strimzi.
    ///
    /// # Errors
    /// One is absent; the message says which, where it was looked for and how to get it.
    pub fn find(layout: &Layout, strimzi: &str) -> Result<Self> {
        let tools = layout.cache.join("tools");
        Ok(Self {
            kubetest: kubetest(&tools, &layout.cache)?,
            kafka_libs: kafka_libs(&tools)?,
            java: java(&tools)?,
            crds: existing(
                "PENSTOCK_CRDS",
                tools.join(format!("crds-{strimzi}")),
                "Strimzi's custom resource definitions",
            )?,
            registry: env_path("PENSTOCK_APICURIO")
                .unwrap_or_else(|| tools.join(format!("apicurio-{REGISTRY_VERSION}"))),
        })
    }

    /// Java and Kafka's jars alone, for brokers without a bed around them; the other paths lead nowhere.
    ///
    /// # Errors
    /// One of the two is absent, as in [`Tools::find`].
    pub fn find_kafka(layout: &Layout) -> Result<Self> {
        let tools = layout.cache.join("tools");
        Ok(Self {
            kubetest: PathBuf::new(),
            kafka_libs: kafka_libs(&tools)?,
            java: java(&tools)?,
            crds: PathBuf::new(),
            registry: PathBuf::new(),
        })
    }
}

fn kafka_libs(tools: &Path) -> Result<PathBuf> {
    existing(
        "PENSTOCK_KAFKA_LIBS",
        tools.join(format!("kafka-{KAFKA_VERSION}/libs")),
        "Kafka's jars",
    )
}

/// An error that ends with where to read more.
pub fn see(error: &anyhow::Error, log: &Path) -> anyhow::Error {
    anyhow::anyhow!("{error:#}; see {}", log.display())
}

/// `${XDG_CACHE_HOME:-~/.cache}/penstock`.
fn cache_folder() -> Result<PathBuf> {
    if let Some(cache) = env_path("XDG_CACHE_HOME") {
        return Ok(cache.join("penstock"));
    }
    let home = env_path("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(home.join(".cache/penstock"))
}

fn env_path(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn existing(variable: &str, usual: PathBuf, what: &str) -> Result<PathBuf> {
    let path = env_path(variable).unwrap_or(usual);
    if !path.exists() {
        bail!(
            "{what} are not in {}; run `make setup`, or point {variable} at them",
            path.display()
        );
    }
    Ok(path)
}

fn kubetest(tools: &Path, cache: &Path) -> Result<PathBuf> {
    if let Some(path) = env_path("PENSTOCK_KUBETEST") {
        if !path.is_file() {
            bail!(
                "PENSTOCK_KUBETEST names {}, which is no file",
                path.display()
            );
        }
        return Ok(path);
    }
    let mut found: Vec<PathBuf> = folders_starting_with(tools, "kubetest-")
        .into_iter()
        .map(|folder| folder.join("kubetest"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    if let Some(newest) = found.pop() {
        return Ok(newest);
    }
    let built = cache.join("build/kubetest");
    if built.is_file() {
        return Ok(built);
    }
    bail!(
        "the Kubernetes API server binary is not in {}; run `make setup`, or point PENSTOCK_KUBETEST at it",
        tools.display()
    )
}

/// The newest Java of at least 17 among what the environment names, the tools, `PATH` and the system's folder.
fn java(tools: &Path) -> Result<PathBuf> {
    if let Some(path) = env_path("PENSTOCK_JAVA") {
        if !path.is_file() {
            bail!("PENSTOCK_JAVA names {}, which is no file", path.display());
        }
        return Ok(path);
    }
    let mut homes: Vec<PathBuf> = env_path("JAVA_HOME").into_iter().collect();
    homes.extend(folders_starting_with(tools, "jdk"));
    if let Some(paths) = env::var_os("PATH") {
        homes.extend(env::split_paths(&paths).filter_map(|folder| {
            let program = folder.join("java").canonicalize().ok()?;
            Some(program.parent()?.parent()?.to_path_buf())
        }));
    }
    homes.extend(folders_starting_with(Path::new("/usr/lib/jvm"), ""));
    homes
        .into_iter()
        .filter_map(|home| Some((java_release(&home)?, home.join("bin/java"))))
        .filter(|(release, program)| *release >= 17 && program.is_file())
        .max_by_key(|(release, _)| *release)
        .map(|(_, program)| program)
        .context(
            "no Java of at least 17 was found in JAVA_HOME, on PATH or under /usr/lib/jvm; run `make setup`, or point PENSTOCK_JAVA at one",
        )
}

/// Feature release of a Java home, from its `release` file (`JAVA_VERSION="25.0.1"`).
fn java_release(home: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(home.join("release")).ok()?;
    parse_java_release(&text)
}

fn parse_java_release(text: &str) -> Option<u32> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION="))?;
    let version = line.trim().trim_matches('"');
    version.split(['.', '+', '-']).next()?.parse().ok()
}

fn folders_starting_with(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_releases_are_read() {
        assert_eq!(
            parse_java_release("A=1\nJAVA_VERSION=\"25.0.1\"\n"),
            Some(25)
        );
        assert_eq!(parse_java_release("JAVA_VERSION=\"21\""), Some(21));
        assert_eq!(parse_java_release("JAVA_VERSION=\"1.8.0_402\""), Some(1));
        assert_eq!(parse_java_release("nothing"), None);
    }
}
