//! The settings as text: the page `docs/CONFIGURATION.md`, and the configuration in effect.

use super::{
    Config,
    fields::{CLUSTER_FIELDS, FIELDS, Field, MASK_FIELDS, REGISTRY_FIELDS, variable},
};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Configuration

`penstock serve` reads `penstock.toml`, variables that begin with `PENSTOCK_`, and flags. A flag outranks a variable, a variable the file,
the file the default. Nothing has to be set: with a kubeconfig in its usual place the console starts as it is.
`penstock config` prints the configuration in effect and where each value comes from, secrets masked.

- The file: `--config FILE`, else `PENSTOCK_CONFIG`, else `penstock.toml` in the working directory if there is one. Paths in it are relative to the working directory.
- Unknown keys and variables are refused, with the nearest known name, and every mistake is told at once. A variable that is set to nothing counts as not set;
  those that Kubernetes makes for a Service named `penstock` are left alone.
- Lists are written with commas in variables and flags: `PENSTOCK_NAMESPACES=kafka,dev`.
- Flags: `--config`, `--kubeconfig`, `--context`, `--listen`, `--health-listen`, `--sign-in-codes-file`, `--local-sign-in`, and `--set KEY=VALUE` for every other setting.
- Times are written like `500ms`, `30s`, `15m`, `12h`, `7d`; sizes like `64KiB`, `1MiB`.

<!-- Made from the tables in server/src/config/fields.rs: UPDATE=1 cargo test -p penstock-server --lib config -->

## Settings

| Key | Variable | Default | Meaning |
|---|---|---|---|
";

const CLUSTERS: &str = "
## Clusters without resources

Clusters that no `Kafka` resource declares are named in the file, each in a table `[[clusters]]`. They appear in the reserved namespace `-`.

| Key | Default | Meaning |
|---|---|---|
";

const REGISTRIES: &str = "
## Registries of single clusters

`registry.url` names the registry of every cluster; clusters with another one are named in the file, each registry in a table `[[registries]]`.
A registry with a `name` can also be chosen by a `Kafka` resource, with the annotation `penstock.dev/registry`, which wins; a name that is not here is no
registry. No resource can name an address: whoever may change resources must not be able to point the console elsewhere.

| Key | Default | Meaning |
|---|---|---|
";

const MASKS: &str = "
## Masks

What the console hides of records, each rule in a table `[[masks]]`. Masks are applied before filtering, sorting, following and exporting, so that what is
hidden can't be found out by searching for it. Who has the right `unmask` on `records` of the topic sees everything; that is audited.

| Key | Default | Meaning |
|---|---|---|
";

const EXAMPLE: &str = r#"
## Example

```toml
listen = "0.0.0.0:8080"
public_url = "https://penstock.example.com"
namespaces = ["kafka", "dev"]

[session]
key_file = "/etc/penstock/session/key"
lifetime = "8h"

[log]
format = "json"

[registry]
url = "https://registry.example.com/apis/ccompat/v7"

[[masks]]
topics = ["payments-*"]
fields = ["value.card.number", "header.authorization"]
with = "last4"

[[clusters]]
name = "legacy"
bootstrap = ["kafka-1.example.com:9093", "kafka-2.example.com:9093"]
authorization_namespace = "kafka"

[clusters.tls]
ca_file = "/etc/penstock/legacy/ca.pem"

[clusters.sasl]
mechanism = "SCRAM-SHA-512"
username = "penstock"
password_file = "/etc/penstock/legacy/password"
```
"#;

impl Config {
    /// `docs/CONFIGURATION.md`.
    pub fn documentation() -> String {
        let mut page = INTRODUCTION.to_owned();
        let config = Self::default();
        for field in FIELDS {
            // Writing to a text can't fail.
            let _ = writeln!(
                page,
                "| `{}` | `{}` | {} | {} |",
                field.key,
                variable(field.key),
                default_of(field, &config),
                field.doc
            );
        }
        page.push_str(CLUSTERS);
        rows(&mut page, CLUSTER_FIELDS);
        page.push_str(REGISTRIES);
        rows(&mut page, REGISTRY_FIELDS);
        page.push_str(MASKS);
        rows(&mut page, MASK_FIELDS);
        page.push_str(EXAMPLE);
        page
    }

    /// The configuration in effect as TOML that can be read again, but for masked secrets; each value with where it comes from.
    pub fn effective(&self) -> String {
        let mut text = String::new();
        let in_tables = FIELDS.iter().filter(|field| field.key.contains('.'));
        let at_root = FIELDS.iter().filter(|field| !field.key.contains('.'));
        let mut current = "";
        for field in at_root.chain(in_tables) {
            let (table, name) = field.key.rsplit_once('.').unwrap_or(("", field.key));
            if table != current {
                let _ = write!(text, "\n[{table}]\n");
                current = table;
            }
            let origin = self
                .origins
                .get(field.key)
                .map_or_else(|| "default".to_owned(), ToString::to_string);
            match shown(field, self) {
                Some(value) => {
                    let _ = writeln!(text, "{:<48} # {origin}", format!("{name} = {value}"));
                }
                None => {
                    let _ = writeln!(text, "# {name}: {}", field.unset);
                }
            }
        }
        lists(&mut text, "clusters", CLUSTER_FIELDS, &self.clusters);
        lists(&mut text, "registries", REGISTRY_FIELDS, &self.registries);
        lists(&mut text, "masks", MASK_FIELDS, &self.masks);
        text
    }
}

/// Rows of the documentation of one kind of table.
fn rows<T: Default>(page: &mut String, fields: &[Field<T>]) {
    let default = T::default();
    for field in fields {
        // Writing to a text can't fail.
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            field.key,
            default_of(field, &default),
            field.doc
        );
    }
}

/// Tables that stand several times, as TOML.
fn lists<T>(text: &mut String, name: &str, fields: &[Field<T>], items: &[T]) {
    for item in items {
        let _ = write!(text, "\n[[{name}]]\n");
        for field in fields {
            if let Some(value) = shown(field, item) {
                let _ = writeln!(text, "{} = {value}", field.key);
            }
        }
    }
}

fn shown<T>(field: &Field<T>, target: &T) -> Option<String> {
    let value = (field.show)(target)?;
    Some(if field.secret {
        "\"…\"".to_owned()
    } else {
        value.to_string()
    })
}

fn default_of<T>(field: &Field<T>, default: &T) -> String {
    if !field.unset.is_empty() {
        return field.unset.to_owned();
    }
    shown(field, default).map_or_else(String::new, |value| format!("`{value}`"))
}
