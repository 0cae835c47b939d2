//! Reads the three sources into a [`Config`]; whatever can't be read becomes a [`Mistake`] and the rest goes on.

use super::{
    Config, ConfigError, Flags, Mistake, Origin,
    fields::{CLUSTER_FIELDS, FIELDS, Field, MASK_FIELDS, PREFIX, REGISTRY_FIELDS, variable},
    nearest::suggestion,
    value::Raw,
};
use std::{io, path::Path};

/// Read without being named, where it is there.
const USUAL_FILE: &str = "penstock.toml";
/// The variable that names another file.
const FILE_VARIABLE: &str = "PENSTOCK_CONFIG";
/// The tables that may stand several times.
const LISTS: [&str; 3] = ["clusters", "registries", "masks"];

/// Variables of the repository's own scripts and test bed; a console that is started from there inherits them.
const TOOLING: [&str; 12] = [
    "PENSTOCK_APICURIO",
    "PENSTOCK_BIN",
    "PENSTOCK_CACHE",
    "PENSTOCK_CRDS",
    "PENSTOCK_JAVA",
    "PENSTOCK_KAFKA_LIBS",
    "PENSTOCK_KUBETEST",
    "PENSTOCK_LOGS",
    "PENSTOCK_RUST",
    "PENSTOCK_STATE",
    "PENSTOCK_TARGET",
    "PENSTOCK_TOOLS",
];

/// Name and text of the configuration file, if there is one.
pub(super) fn file(
    flags: &Flags,
    environment: &[(String, String)],
) -> Result<Option<(String, String)>, ConfigError> {
    let named = flags.config.as_deref().or_else(|| {
        environment
            .iter()
            .find(|(name, value)| name == FILE_VARIABLE && !value.is_empty())
            .map(|(_, value)| Path::new(value))
    });
    let path = named.unwrap_or(Path::new(USUAL_FILE));
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((name, text))),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => ConfigError::unless_empty(vec![Mistake::new(format!(
            "{name}: the configuration file can't be read: {error}"
        ))])
        .map(|()| None),
    }
}

/// The file.
pub(super) fn apply_file(config: &mut Config, name: &str, text: &str, mistakes: &mut Vec<Mistake>) {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            mistakes.push(Mistake::new(not_toml(name, text, &error)));
            return;
        }
    };
    let mut reader = Reader {
        source: name,
        place: String::new(),
        fields: FIELDS,
        also: &LISTS,
        set: Vec::new(),
        mistakes,
    };
    for (key, value) in &table {
        if !LISTS.contains(&key.as_str()) {
            reader.entry(config, key, value);
        }
    }
    let set = std::mem::take(&mut reader.set);
    for key in set {
        config.origins.insert(key, Origin::File(name.to_owned()));
    }
    let list = |key: &str, one: &str| Tables {
        source: name,
        list: key.to_owned(),
        one: one.to_owned(),
        tables: table.get(key).cloned(),
    };
    let (clusters, registries, masks) = (
        list("clusters", "cluster"),
        list("registries", "registry"),
        list("masks", "rule"),
    );
    config.clusters = clusters.read(CLUSTER_FIELDS, mistakes);
    config.registries = registries.read(REGISTRY_FIELDS, mistakes);
    config.masks = masks.read(MASK_FIELDS, mistakes);
}

/// Tables of one name that may stand several times in the file.
struct Tables<'a> {
    source: &'a str,
    /// `clusters`
    list: String,
    /// `cluster`
    one: String,
    tables: Option<toml::Value>,
}

impl Tables<'_> {
    fn read<T: Default>(&self, fields: &'static [Field<T>], mistakes: &mut Vec<Mistake>) -> Vec<T> {
        let Some(value) = &self.tables else {
            return Vec::new();
        };
        let tables: Option<Vec<&toml::Table>> = value
            .as_array()
            .and_then(|tables| tables.iter().map(toml::Value::as_table).collect());
        let Some(tables) = tables else {
            mistakes.push(Mistake::new(format!(
                "{}: each {} stands in a table of its own, which begins with [[{}]]",
                self.source, self.one, self.list
            )));
            return Vec::new();
        };
        let mut read = Vec::new();
        for (index, table) in tables.into_iter().enumerate() {
            let place = match table.get("name").and_then(toml::Value::as_str) {
                Some(name) => format!("{} {name:?}: ", self.one),
                None => format!("{} {}: ", self.one, index + 1),
            };
            let mut target = T::default();
            let mut reader = Reader {
                source: self.source,
                place,
                fields,
                also: &[],
                set: Vec::new(),
                mistakes,
            };
            for (key, value) in table {
                reader.entry(&mut target, key, value);
            }
            read.push(target);
        }
        read
    }
}

/// Walks the tables of a file along one table of fields.
struct Reader<'a, T: 'static> {
    source: &'a str,
    /// Which cluster, for sentences.
    place: String,
    fields: &'static [Field<T>],
    /// Keys that are known but no fields.
    also: &'static [&'static str],
    /// Keys that were set.
    set: Vec<&'static str>,
    mistakes: &'a mut Vec<Mistake>,
}

impl<T> Reader<'_, T> {
    fn entry(&mut self, target: &mut T, key: &str, value: &toml::Value) {
        if let Some(field) = self.fields.iter().find(|field| field.key == key) {
            match (field.set)(target, Raw::Toml(value)) {
                Ok(()) => self.set.push(field.key),
                Err(expected) => self.mistakes.push(Mistake::new(format!(
                    "{}: {}{}",
                    self.source,
                    self.place,
                    expectation(field, key, Raw::Toml(value), &expected)
                ))),
            }
            return;
        }
        let inner = format!("{key}.");
        let leads_on = self
            .fields
            .iter()
            .any(|field| field.key.starts_with(&inner));
        match value {
            toml::Value::Table(table) if leads_on => {
                for (name, value) in table {
                    self.entry(target, &format!("{inner}{name}"), value);
                }
            }
            _ if leads_on => self.mistakes.push(Mistake::new(format!(
                "{}: {}{key} is a table, which begins with [{key}]",
                self.source, self.place
            ))),
            _ => {
                let known = self.fields.iter().map(|field| field.key);
                let meant = suggestion(key, known.chain(self.also.iter().copied()));
                self.mistakes.push(Mistake::new(format!(
                    "{}: {}unknown key {key}{meant}",
                    self.source, self.place
                )));
            }
        }
    }
}

/// The environment; what is set to nothing is not set.
pub(super) fn apply_environment(
    config: &mut Config,
    environment: &[(String, String)],
    mistakes: &mut Vec<Mistake>,
) {
    for (name, value) in environment {
        if !name.starts_with(PREFIX) || is_foreign(name) || value.is_empty() {
            continue;
        }
        let field = FIELDS.iter().find(|field| variable(field.key) == *name);
        if let Some(field) = field {
            match (field.set)(config, Raw::Text(value)) {
                Ok(()) => {
                    config
                        .origins
                        .insert(field.key, Origin::Environment(name.clone()));
                }
                Err(expected) => mistakes.push(Mistake::new(expectation(
                    field,
                    name,
                    Raw::Text(value),
                    &expected,
                ))),
            }
        } else if let Some(list) = LISTS.iter().find(|list| *name == variable(list)) {
            mistakes.push(Mistake::new(format!(
                "{name}: {list} stand in the configuration file, as tables that begin with [[{list}]]"
            )));
        } else {
            let known: Vec<String> = FIELDS
                .iter()
                .map(|field| variable(field.key))
                .chain([FILE_VARIABLE.to_owned()])
                .collect();
            let meant = suggestion(name, known.iter().map(String::as_str));
            mistakes.push(Mistake::new(format!("unknown variable {name}{meant}")));
        }
    }
}

/// Whether a variable with the console's prefix is none of its settings.
///
/// Kubernetes gives every pod variables for every Service of its namespace, named after the Service
/// (`PENSTOCK_SERVICE_HOST`, `PENSTOCK_PORT_8080_TCP`, `PENSTOCK_UI_SERVICE_PORT_HTTP`): a Service named `penstock` must not
/// keep the console from starting.
fn is_foreign(name: &str) -> bool {
    if name == FILE_VARIABLE || TOOLING.contains(&name) {
        return true;
    }
    let rest = format!("_{}", name.strip_prefix(PREFIX).unwrap_or_default());
    let service = ["_SERVICE_HOST", "_PORT"]
        .iter()
        .any(|end| rest.ends_with(end))
        || rest.contains("_SERVICE_PORT");
    let port = rest.split_once("_PORT_").is_some_and(|(_, port)| {
        let mut parts = port.split('_');
        parts
            .next()
            .is_some_and(|number| number.parse::<u16>().is_ok())
            && matches!(parts.next(), Some("TCP" | "UDP" | "SCTP"))
    });
    service || port
}

/// Flags.
pub(super) fn apply_flags(config: &mut Config, flags: &Flags, mistakes: &mut Vec<Mistake>) {
    let own = [
        ("kubeconfig", flags.kubeconfig.as_deref()),
        ("context", flags.context.as_deref()),
        ("listen", flags.listen.as_deref()),
        ("health_listen", flags.health_listen.as_deref()),
        ("sign_in_codes_file", flags.sign_in_codes_file.as_deref()),
        ("local_sign_in", flags.local_sign_in.then_some("true")),
    ];
    let own = own
        .into_iter()
        .filter_map(|(key, value)| Some((format!("--{}", key.replace('_', "-")), key, value?)));
    let set = flags
        .set
        .iter()
        .filter_map(|pair| match pair.split_once('=') {
            Some((key, value)) => Some((format!("--set {}", key.trim()), key.trim(), value)),
            None => {
                mistakes.push(Mistake::new(format!(
                    "--set {pair:?}: KEY=VALUE is expected"
                )));
                None
            }
        });
    let all: Vec<(String, &str, &str)> = set.chain(own).collect();
    for (flag, key, value) in all {
        let Some(field) = FIELDS.iter().find(|field| field.key == key) else {
            let meant = suggestion(key, FIELDS.iter().map(|field| field.key));
            mistakes.push(Mistake::new(format!("{flag}: unknown key {key}{meant}")));
            continue;
        };
        match (field.set)(config, Raw::Text(value)) {
            Ok(()) => {
                config.origins.insert(field.key, Origin::Flag(flag));
            }
            Err(expected) => mistakes.push(Mistake::new(expectation(
                field,
                &flag,
                Raw::Text(value),
                &expected,
            ))),
        }
    }
}

fn expectation<T>(field: &Field<T>, name: &str, raw: Raw<'_>, expected: &str) -> String {
    if field.secret {
        format!("{name}: {expected} is expected")
    } else {
        format!("{name} = {}: expected {expected}", raw.told())
    }
}

/// The parser's cause with the line, never with the line's text: it may hold a password.
fn not_toml(name: &str, text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map_or(1, |before| before.matches('\n').count() + 1);
    format!("{name}, line {line}: this is no TOML: {}", error.message())
}
