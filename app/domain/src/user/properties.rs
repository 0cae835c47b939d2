//! `client.properties` of Kafka's Java clients for a user and a listener. Pure; written for one answer and not kept.
//!
//! Certificates stand in it as PEM (KIP-651), so that no file is needed beside it.

use super::{credential::Mechanism, listener::ListenerAnswer};
use crate::secret::Secret;

/// What the user has to show.
pub enum Access {
    /// A password, by SCRAM-SHA-512.
    Scram {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A client certificate.
    Certificate {
        /// PEM, the user's first.
        chain: Secret,
        /// PEM, PKCS#8.
        key: Secret,
    },
}

/// The file. `trusted` is PEM of the authorities that the listener's certificate leads to.
pub fn write(listener: &ListenerAnswer, trusted: Option<&str>, access: &Access) -> String {
    let shown = match access {
        Access::Scram { username, password } => vec![
            ("sasl.mechanism", "SCRAM-SHA-512".to_owned()),
            (
                "sasl.jaas.config",
                format!(
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{}\" password=\"{}\";",
                    quoted(username),
                    quoted(password.reveal())
                ),
            ),
        ],
        Access::Certificate { chain, key } => vec![
            ("ssl.keystore.type", "PEM".to_owned()),
            (
                "ssl.keystore.certificate.chain",
                chain.reveal().trim_end().to_owned(),
            ),
            ("ssl.keystore.key", key.reveal().trim_end().to_owned()),
        ],
    };
    let trusted = trusted.map(|trusted| ("ssl.truststore.certificates", trusted.trim_end()));
    let scram = matches!(access, Access::Scram { .. });
    file(listener, scram, shown, trusted)
}

/// The same with the place of each secret instead of what is there: `secret` is the name of the user's Secret, `None` where no operator
/// writes one; `authority` is the name of the Secret with the cluster's authority.
pub fn outline(
    listener: &ListenerAnswer,
    mechanism: Mechanism,
    user: &str,
    secret: Option<&str>,
    authority: &str,
) -> String {
    let in_secret = |key: &str, own: &str| match secret {
        Some(secret) => format!("<Secret {secret}, key {key}>"),
        None => format!("<{own} of {user}>"),
    };
    let scram = |name: &str| {
        vec![
            ("sasl.mechanism", name.to_owned()),
            (
                "sasl.jaas.config",
                in_secret("sasl.jaas.config", "ScramLoginModule with the password"),
            ),
        ]
    };
    let shown = match mechanism {
        Mechanism::ScramSha256 => scram("SCRAM-SHA-256"),
        Mechanism::ScramSha512 => scram("SCRAM-SHA-512"),
        Mechanism::Tls => vec![
            ("ssl.keystore.type", "PKCS12".to_owned()),
            (
                "ssl.keystore.location",
                in_secret("user.p12, as a file", "certificate and key"),
            ),
            (
                "ssl.keystore.password",
                in_secret("user.password", "password of the file"),
            ),
        ],
        // Its certificate comes from another authority, and no Secret has it.
        Mechanism::TlsExternal => vec![
            ("ssl.keystore.type", "PEM".to_owned()),
            (
                "ssl.keystore.location",
                format!("<file with the key and the certificate of {user}>"),
            ),
        ],
    };
    let trusted = format!("<Secret {authority}, key ca.crt, as a file>");
    let trusted = ("ssl.truststore.location", trusted.as_str());
    file(listener, mechanism.is_scram(), shown, Some(trusted))
}

fn file(
    listener: &ListenerAnswer,
    scram: bool,
    shown: Vec<(&str, String)>,
    trusted: Option<(&str, &str)>,
) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        out.push_str(key);
        out.push('=');
        out.push_str(&escaped(value));
        out.push('\n');
    };
    let bootstrap = listener.bootstrap.as_deref();
    line(
        "bootstrap.servers",
        bootstrap.unwrap_or("<the operator has not written the address yet>"),
    );
    let protocol = match (scram, listener.tls) {
        (true, true) => "SASL_SSL",
        (true, false) => "SASL_PLAINTEXT",
        (false, _) => "SSL",
    };
    line("security.protocol", protocol);
    for (key, value) in &shown {
        line(key, value);
    }
    if let (Some((key, trusted)), true) = (trusted, listener.tls) {
        line("ssl.truststore.type", "PEM");
        line(key, trusted);
    }
    out
}

/// As `java.util.Properties` reads it.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('\r', "")
        .replace('\n', "\\n")
}

/// Within the quotes of a JAAS configuration.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::listener::ConnectOutcome;

    fn listener(tls: bool) -> ListenerAnswer {
        ListenerAnswer {
            listener: "scram".to_owned(),
            port: Some(9094),
            bootstrap: Some("a:9094".to_owned()),
            tls,
            outcome: ConnectOutcome::Accepted,
            why: String::new(),
        }
    }

    #[test]
    fn a_password_with_quotes_survives_both_readers() {
        let access = Access::Scram {
            username: "task-api".to_owned(),
            password: Secret::new("a\"b\\c"),
        };
        let file = write(
            &listener(true),
            Some("-----BEGIN X-----\nAAA\n-----END X-----\n"),
            &access,
        );
        assert!(file.contains("security.protocol=SASL_SSL\n"));
        assert!(file.contains("password=\"a\\\\\"b\\\\\\\\c\";"), "{file}");
        assert!(
            file.contains(
                "ssl.truststore.certificates=-----BEGIN X-----\\nAAA\\n-----END X-----\n"
            )
        );
        assert!(write(&listener(false), Some("x"), &access).contains("SASL_PLAINTEXT"));
    }

    #[test]
    fn an_outline_names_the_places_and_holds_no_secret() {
        let outline = |mechanism, tls| {
            let secret = Some("api");
            outline(
                &listener(tls),
                mechanism,
                "task-api",
                secret,
                "c-cluster-ca-cert",
            )
        };
        assert_eq!(
            outline(Mechanism::ScramSha512, true),
            "bootstrap.servers=a:9094\nsecurity.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n\
             sasl.jaas.config=<Secret api, key sasl.jaas.config>\n\
             ssl.truststore.type=PEM\nssl.truststore.location=<Secret c-cluster-ca-cert, key ca.crt, as a file>\n"
        );
        assert!(!outline(Mechanism::ScramSha512, false).contains("truststore"));
        assert!(outline(Mechanism::Tls, true).contains(
            "security.protocol=SSL\nssl.keystore.type=PKCS12\nssl.keystore.location=<Secret api, key user.p12, as a file>\n"
        ));
        assert!(!outline(Mechanism::TlsExternal, true).contains("Secret api"));
        let foreign = super::outline(&listener(true), Mechanism::ScramSha256, "x", None, "c");
        assert!(foreign.contains(
            "=SCRAM-SHA-256\nsasl.jaas.config=<ScramLoginModule with the password of x>\n"
        ));
        let unknown = ListenerAnswer {
            bootstrap: None,
            ..listener(true)
        };
        let access = Access::Certificate {
            chain: Secret::new("chain"),
            key: Secret::new("key"),
        };
        assert!(write(&unknown, None, &access).starts_with("bootstrap.servers=<the operator"));
    }

    #[test]
    fn a_certificate_needs_no_file() {
        let access = Access::Certificate {
            chain: Secret::new("chain\n"),
            key: Secret::new("key\n"),
        };
        let file = write(&listener(true), None, &access);
        assert!(file.contains("security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.certificate.chain=chain\nssl.keystore.key=key\n"));
    }
}
