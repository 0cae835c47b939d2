//! Configuration from all sources, and what is told of mistakes.

use super::{
    fields::{CLUSTER_FIELDS, FIELDS, variable},
    *,
};
use std::{collections::BTreeSet, path::Path};

fn load(file: &str, environment: &[(&str, &str)], flags: &Flags) -> Result<Config, ConfigError> {
    let environment: Vec<(String, String)> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::from_sources(flags, &environment, Some(("penstock.toml", file)))
}

fn mistakes(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    load(file, environment, &Flags::default())
        .unwrap_err()
        .mistakes()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn temporary(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("penstock-config-{name}-{}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_flag_outranks_a_variable_and_that_the_file() {
    let file = "listen = \"127.0.0.1:1\"\nhealth_listen = \"127.0.0.1:2\"\n[session]\nlifetime = \"90m\"\n";
    let environment = [
        ("PENSTOCK_LISTEN", "127.0.0.1:11"),
        ("PENSTOCK_HEALTH_LISTEN", "127.0.0.1:12"),
        ("PENSTOCK_NAMESPACES", "kafka, dev,kafka"),
        ("PENSTOCK_CONTEXT", ""),
        ("HOME", "/"),
    ];
    let flags = Flags {
        listen: Some("127.0.0.1:21".to_owned()),
        set: vec!["polls.quorum=750ms".to_owned()],
        ..Flags::default()
    };
    let config = load(file, &environment, &flags).unwrap();
    assert_eq!(
        (config.listen.port(), config.health_listen.port()),
        (21, 12)
    );
    assert_eq!(config.session.lifetime, Duration::from_secs(5400));
    assert_eq!(config.namespaces, ["dev", "kafka"].map(Namespace::from));
    assert_eq!(config.periods().quorum, Duration::from_millis(750));
    assert_eq!(config.context, None, "set to nothing is not set");
    assert_eq!(
        config.origins["listen"],
        Origin::Flag("--listen".to_owned())
    );
    assert_eq!(
        config.origins["session.lifetime"],
        Origin::File("penstock.toml".to_owned())
    );
}

#[test]
fn every_mistake_is_told_at_once_with_the_nearest_name() {
    let file = "lisen = \"127.0.0.1:1\"\nlifetime = \"1h\"\npolls = 3\nread_only = \"yes\"\n[session]\nlifetime = \"12\"\n[sesion]\nkey_file = \"k\"\n";
    let environment = [("PENSTOCK_LISTEM", "x"), ("PENSTOCK_LOG_FORMAT", "jsn")];
    let told = mistakes(file, &environment);
    for expected in [
        "penstock.toml: unknown key lisen; did you mean listen?",
        "penstock.toml: unknown key lifetime; did you mean session.lifetime?",
        "penstock.toml: polls is a table, which begins with [polls]",
        "penstock.toml: read_only = \"yes\": expected true or false",
        "unknown variable PENSTOCK_LISTEM; did you mean PENSTOCK_LISTEN?",
        "PENSTOCK_LOG_FORMAT = \"jsn\": expected one of text, json; did you mean json?",
    ] {
        assert!(
            told.iter().any(|one| one == expected),
            "{expected}\n{told:#?}"
        );
    }
    assert!(told.iter().any(|one| one.starts_with("penstock.toml: session.lifetime = \"12\": expected a time")));
    assert!(
        told.iter()
            .any(|one| one.starts_with("penstock.toml: unknown key sesion")),
        "{told:#?}"
    );
    assert_eq!(told.len(), 8, "{told:#?}");
}

#[test]
fn what_kubernetes_says_of_a_service_named_penstock_is_no_setting() {
    let services = [
        ("PENSTOCK_SERVICE_HOST", "10.0.0.1"),
        ("PENSTOCK_SERVICE_PORT", "8080"),
        ("PENSTOCK_SERVICE_PORT_HTTP", "8080"),
        ("PENSTOCK_PORT", "tcp://10.0.0.1:8080"),
        ("PENSTOCK_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("PENSTOCK_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("PENSTOCK_HEALTH_SERVICE_HOST", "10.0.0.2"),
        ("PENSTOCK_HEALTH_PORT_8081_TCP_PROTO", "tcp"),
        ("PENSTOCK_STATE", "state.json"),
    ];
    load("", &services, &Flags::default()).unwrap();
    assert_eq!(mistakes("", &[("PENSTOCK_PORTS", "1")]).len(), 1);
}

#[test]
fn no_setting_looks_like_a_variable_of_a_service() {
    for field in FIELDS {
        let name = variable(field.key);
        let told = load("", &[(&name, "\u{0}")], &Flags::default());
        let read = told.map_or(true, |config| config.origins.contains_key(field.key));
        assert!(read, "{name} is read");
    }
}

#[test]
fn text_that_is_no_toml_is_told_by_its_line_and_never_repeated() {
    let told = mistakes("listen = \"127.0.0.1:1\"\npassword = hunter2\n", &[]);
    assert!(told[0].starts_with("penstock.toml, line 2: "), "{told:?}");
    assert!(!told[0].contains("hunter2"), "{told:?}");
}

#[test]
fn whoever_lets_everybody_in_stays_on_the_loopback() {
    let file = |more: &str| format!("local_sign_in = true\n{more}");
    assert!(load(&file(""), &[], &Flags::default()).is_ok());
    for more in [
        "listen = \"0.0.0.0:8080\"",
        "public_url = \"https://penstock.example.com\"",
        "allowed_hosts = [\"penstock.example.com\"]",
    ] {
        let told = mistakes(&file(more), &[]);
        assert!(
            told[0].starts_with("local_sign_in lets in everybody"),
            "{more}: {told:?}"
        );
    }
}

#[test]
fn without_kubernetes_nothing_is_changed_unless_configured() {
    let told = mistakes("kubernetes = \"none\"", &[]);
    assert!(
        told[0].contains("local_sign_in = true is needed"),
        "{told:?}"
    );
    let file = "kubernetes = \"none\"\nlocal_sign_in = true\n";
    assert!(load(file, &[], &Flags::default()).unwrap().read_only);
    let config = load(file, &[("PENSTOCK_READ_ONLY", "false")], &Flags::default()).unwrap();
    assert!(!config.read_only);
}

#[test]
fn a_cluster_is_read_with_its_files() {
    let password = temporary("password", "hunter2\n");
    let authorities = temporary("ca", "pem");
    let file = format!(
        "[[clusters]]\nname = \"legacy\"\nbootstrap = [\"a:9093\", \"b:9093\"]\nauthorization_namespace = \"team\"\n\
         tls.ca_file = {authorities:?}\n[clusters.sasl]\nmechanism = \"scram-sha-512\"\nusername = \"u\"\npassword_file = {password:?}\n"
    );
    let config = load(&file, &[], &Flags::default()).unwrap();
    let plain = config.plain_clusters();
    let connection = plain[0].connection.as_ref().unwrap();
    assert_eq!(plain[0].cluster.to_string(), "-/legacy");
    assert_eq!(plain[0].authorization_namespace, "team");
    assert_eq!(connection.security_protocol(), "SASL_SSL");
    assert_eq!(connection.bootstrap.len(), 2);
    assert_eq!(
        connection.sasl.as_ref().unwrap().password.reveal(),
        "hunter2"
    );
    std::fs::remove_file(password).unwrap();
    let why = config.plain_clusters()[0].connection.clone().unwrap_err();
    assert!(why.starts_with("The file of sasl.password_file, "), "{why}");
    std::fs::remove_file(authorities).unwrap();
}

#[test]
fn half_a_cluster_is_told_what_it_lacks() {
    let file = "[[clusters]]\nname = \"a\"\nbootstrap = \"a:9092\"\ntls.enabled = true\nsasl.username = \"u\"\nsasl.pasword = \"hunter2\"\n";
    assert_eq!(
        mistakes(file, &[]),
        ["penstock.toml: cluster \"a\": unknown key sasl.pasword; did you mean sasl.password?"]
    );
    let told = mistakes(&file.replace("sasl.pasword = \"hunter2\"\n", ""), &[]);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(mistakes("[[clusters]]\nname = \"A:b\"\n", &[])[0].contains("expected a name"));
    assert!(mistakes("clusters = 1", &[])[0].contains("[[clusters]]"));
}

#[test]
fn what_is_in_effect_can_be_read_again_and_hides_passwords() {
    let file = "namespaces = [\"kafka\"]\nkubeconfig = \"k\"\n[limits]\nbody = \"64KiB\"\n[[clusters]]\nname = \"a\"\nbootstrap = [\"a:1\"]\nauthorization_namespace = \"n\"\nsasl = { mechanism = \"PLAIN\", username = \"u\", password = \"hunter2\" }\n";
    let config = load(file, &[], &Flags::default()).unwrap();
    let effective = config.effective();
    assert!(!effective.contains("hunter2") && !format!("{config:?}").contains("hunter2"));
    assert!(
        effective.contains("# penstock.toml") && effective.contains("# default"),
        "{effective}"
    );
    let again = load(&effective, &[], &Flags::default()).unwrap();
    assert_eq!(again.limits.body, 64 * 1024);
    for field in FIELDS {
        assert_eq!((field.show)(&again), (field.show)(&config), "{}", field.key);
    }
}

#[test]
fn keys_and_variables_are_unambiguous() {
    let variables: BTreeSet<String> = FIELDS.iter().map(|field| variable(field.key)).collect();
    assert_eq!(variables.len(), FIELDS.len());
    let documented = |doc: &str| doc.ends_with('.') && !doc.contains('|');
    assert!(FIELDS.iter().all(|field| documented(field.doc)));
    assert!(CLUSTER_FIELDS.iter().all(|field| documented(field.doc)));
}

#[test]
fn the_example_of_the_documentation_is_a_configuration() {
    let page = Config::documentation();
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let config = load(example.unwrap(), &[], &Flags::default()).unwrap();
    assert_eq!(config.clusters.len(), 1);
}

#[test]
fn the_documentation_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CONFIGURATION.md");
    let page = Config::documentation();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/CONFIGURATION.md is old: run this test with UPDATE=1"
    );
}
