//! `client.properties` of Kafka's Java clients for a user and a listener. Pure; written for one answer and not kept.
//!
//! Certificates stand in it as PEM (KIP-651), so that no file is needed beside it.

use super::listener::ListenerAnswer;
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
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        out.push_str(key);
        out.push('=');
        out.push_str(&escaped(value));
        out.push('\n');
    };
    if let Some(bootstrap) = &listener.bootstrap {
        line("bootstrap.servers", bootstrap);
    }
    let protocol = match (access, listener.tls) {
        (Access::Scram { .. }, true) => "SASL_SSL",
        (Access::Scram { .. }, false) => "SASL_PLAINTEXT",
        (Access::Certificate { .. }, _) => "SSL",
    };
    line("security.protocol", protocol);
    match access {
        Access::Scram { username, password } => {
            line("sasl.mechanism", "SCRAM-SHA-512");
            line(
                "sasl.jaas.config",
                &format!(
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{}\" password=\"{}\";",
                    quoted(username),
                    quoted(password.reveal())
                ),
            );
        }
        Access::Certificate { chain, key } => {
            line("ssl.keystore.type", "PEM");
            line("ssl.keystore.certificate.chain", chain.reveal().trim_end());
            line("ssl.keystore.key", key.reveal().trim_end());
        }
    }
    if let (Some(trusted), true) = (trusted, listener.tls) {
        line("ssl.truststore.type", "PEM");
        line("ssl.truststore.certificates", trusted.trim_end());
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
    fn a_certificate_needs_no_file() {
        let access = Access::Certificate {
            chain: Secret::new("chain\n"),
            key: Secret::new("key\n"),
        };
        let file = write(&listener(true), None, &access);
        assert!(file.contains("security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.certificate.chain=chain\nssl.keystore.key=key\n"));
    }
}
