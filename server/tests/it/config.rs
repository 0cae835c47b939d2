//! The program itself with bad input: it says what is wrong and where.

use std::process::{Command, Output};

fn penstock(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_penstock"))
        .args(arguments)
        .env_clear()
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_known_name() {
    let output = penstock(&["config", "--set", "sesion.lifetime=1h"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("session.lifetime"), "{said}");
}

#[test]
fn the_effective_configuration_is_printed() {
    let output = penstock(&["config", "--listen", "127.0.0.1:9999"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("127.0.0.1:9999"));
}

#[test]
fn the_api_describes_itself() {
    let output = penstock(&["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/clusters/{namespace}/{cluster}/topics"].is_object());
}
