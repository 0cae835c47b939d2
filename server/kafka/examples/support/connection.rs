//! Arguments of the examples: `BOOTSTRAP name=value …`, and the connection that they describe.

use penstock_kafka::{
    ClientCertificate, ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy,
    TlsSettings,
};
use std::collections::HashMap;

/// The bootstrap addresses and everything behind them.
pub fn arguments() -> (String, HashMap<String, String>) {
    let mut arguments = std::env::args().skip(1);
    let bootstrap = arguments
        .next()
        .expect("the bootstrap addresses come first");
    let options = arguments
        .filter_map(|argument| {
            let (name, value) = argument.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    (bootstrap, options)
}

/// `[ca=FILE] [cert=FILE key=FILE] [user=NAME password=FILE mechanism=scram-512|scram-256|plain]`
pub fn connection(bootstrap: &str, options: &HashMap<String, String>) -> ClusterConnection {
    let file = |name: &str| {
        options
            .get(name)
            .map(|path| std::fs::read_to_string(path).expect(path))
    };
    let mut connection = ClusterConnection::plain(HostPort::parse_list(bootstrap).unwrap());
    connection.tls = file("ca").map(|ca| TlsSettings {
        ca_pem: ca.into(),
        client: file("cert").map(|certificate| ClientCertificate {
            certificate_pem: certificate.into(),
            key_pem: Secret::new(file("key").expect("a certificate needs its key")),
        }),
        server_name: ServerNamePolicy::Verify,
    });
    connection.sasl = options.get("user").map(|user| Sasl {
        mechanism: match options.get("mechanism").map(String::as_str) {
            Some("plain") => SaslMechanism::Plain,
            Some("scram-256") => SaslMechanism::ScramSha256,
            _ => SaslMechanism::ScramSha512,
        },
        username: user.as_str().into(),
        password: Secret::new(
            file("password")
                .expect("a user needs a password file")
                .trim(),
        ),
    });
    connection
}
