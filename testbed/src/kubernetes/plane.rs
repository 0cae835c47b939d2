//! Starts etcd, the API server and the controller manager (three modes of one binary) and waits until they answer.

use super::identities::Identities;
use super::kubeconfig;
use crate::files;
use crate::layout::{Layout, see};
use crate::pki::{CertificateAuthority, Subject, write_signing_key};
use crate::ports::Ports;
use crate::supervisor::Supervisor;
use crate::supervisor::unit::{Probe, Spec};
use anyhow::Result;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// Address of the API server inside a cluster: the first of the service range.
const SERVICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const READY: Duration = Duration::from_secs(60);
const PROBE_DEADLINE: Duration = Duration::from_secs(2);
/// Attempts with other ports when somebody else took one.
const ATTEMPTS: usize = 3;

/// Who issues tokens beside the API server itself; it reads the file again when that changes.
pub const AUTHENTICATION: &str = "authentication.json";
/// Name of the provider's certificate and key.
pub const PROVIDER: &str = "oidc";
/// What the file says before a provider runs.
const NO_ISSUER: &str =
    r#"{"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthenticationConfiguration","jwt":[]}"#;

/// Where keys, certificates and access files of the API server are.
pub fn folder(layout: &Layout) -> PathBuf {
    layout.running().join("kubernetes-pki")
}

/// Keys, certificates and access files of the API server.
#[derive(Clone, Debug)]
pub struct Access {
    folder: PathBuf,
    /// Certificate of the authority, PEM.
    pub authority: String,
    /// The people and the administrator.
    pub identities: Identities,
}

impl Access {
    /// Makes everything new in `folder`.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn make(folder: &Path) -> Result<Self> {
        files::make_private_folder(folder)?;
        let authority = CertificateAuthority::new("penstock-testbed", "test bed Kubernetes CA")?;
        authority.write(folder, "ca")?;
        authority
            .certify(&Subject {
                organization: None,
                common_name: "kube-apiserver",
                names: &[
                    "localhost",
                    "kubernetes",
                    "kubernetes.default",
                    "kubernetes.default.svc",
                ],
                addresses: &[IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(SERVICE_ADDRESS)],
            })?
            .write(folder, "apiserver")?;
        // For the OpenID provider, should one be asked for: issuers have to speak TLS.
        authority
            .certify(&Subject {
                organization: None,
                common_name: "oidc-provider",
                names: &["localhost"],
                addresses: &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
            })?
            .write(folder, PROVIDER)?;
        files::write_private(&folder.join(AUTHENTICATION), NO_ISSUER.as_bytes())?;
        write_signing_key(folder, "service-account")?;
        let identities = Identities::new();
        files::write_private(
            &folder.join("tokens.csv"),
            identities.token_file().as_bytes(),
        )?;
        Ok(Self {
            folder: folder.to_path_buf(),
            authority: authority.certificate(),
            identities,
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A running API server.
#[derive(Clone)]
pub struct Plane {
    /// Base address.
    pub server: String,
    /// Kubeconfig of the administrator.
    pub kubeconfig: PathBuf,
    /// Client of the administrator.
    pub client: kube::Client,
}

impl std::fmt::Debug for Plane {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Plane")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// What to start where.
#[derive(Clone, Debug)]
pub struct Starter<'a> {
    /// Paths.
    pub layout: &'a Layout,
    /// The binary.
    pub kubetest: &'a Path,
    /// Who starts it.
    pub supervisor: &'a Supervisor,
    /// Keys and tokens.
    pub access: &'a Access,
    /// etcd's data directory.
    pub data: PathBuf,
    /// Put before the names of the processes.
    pub prefix: &'static str,
    /// Where the administrator's kubeconfig goes.
    pub kubeconfig: PathBuf,
    /// How long the processes get for a clean end.
    pub grace_at_end: Duration,
}

impl Starter<'_> {
    /// Starts etcd and the API server and waits until it is ready.
    ///
    /// # Errors
    /// One of them did not start.
    pub async fn start(&self) -> Result<Plane> {
        let mut attempt = 1;
        loop {
            match self.try_start().await {
                Err(error) if attempt < ATTEMPTS => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        attempt,
                        "the API server did not start; trying with other ports"
                    );
                    self.end().await?;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// Ends both.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub async fn end(&self) -> Result<()> {
        self.supervisor.end(&self.name("apiserver")).await?;
        self.supervisor.end(&self.name("etcd")).await
    }

    fn name(&self, part: &str) -> String {
        format!("{}{part}", self.prefix)
    }

    async fn try_start(&self) -> Result<Plane> {
        let mut ports = Ports::new();
        let (etcd, port) = (ports.take()?, ports.take()?);
        let server = format!("https://127.0.0.1:{port}");
        kubeconfig::write(
            &self.kubeconfig,
            &server,
            &self.access.authority,
            "bed-admin",
            self.access.identities.administrator.expose(),
        )?;
        let client = kubeconfig::client(&self.kubeconfig).await?;
        ports.release();
        // The API server retries etcd, so both start at once.
        let etcd_unit = self.supervisor.start(self.etcd(etcd));
        let unit = self
            .supervisor
            .start(self.api_server(etcd, port, client.clone()));
        tokio::try_join!(etcd_unit.first_ready(READY), unit.first_ready(READY))
            .map_err(|error| see(&error, &self.log("apiserver")))?;
        Ok(Plane {
            server,
            kubeconfig: self.kubeconfig.clone(),
            client,
        })
    }

    fn log(&self, part: &str) -> PathBuf {
        self.layout.log(&self.name(part))
    }

    fn spec(&self, part: &str, arguments: Vec<OsString>, probe: Probe) -> Spec {
        Spec {
            name: self.name(part),
            program: self.kubetest.to_path_buf(),
            arguments,
            environment: Vec::new(),
            log: self.log(part),
            probe,
            grace: Duration::from_secs(10),
            grace_at_end: self.grace_at_end,
        }
    }

    fn etcd(&self, port: u16) -> Spec {
        let arguments = vec![
            "etcd".into(),
            self.data.clone().into(),
            port.to_string().into(),
        ];
        self.spec("etcd", arguments, connects(port))
    }

    fn api_server(&self, etcd: u16, port: u16, client: kube::Client) -> Spec {
        let access = self.access;
        let path = |flag: &str, name: &str| {
            let mut argument = OsString::from(format!("--{flag}="));
            argument.push(access.file(name));
            argument
        };
        let arguments = vec![
            "apiserver".into(),
            format!("--etcd-servers=http://127.0.0.1:{etcd}").into(),
            "--bind-address=127.0.0.1".into(),
            format!("--secure-port={port}").into(),
            "--advertise-address=127.0.0.1".into(),
            path("tls-cert-file", "apiserver.crt"),
            path("tls-private-key-file", "apiserver.key"),
            path("client-ca-file", "ca.crt"),
            "--service-account-issuer=https://kubernetes.default.svc".into(),
            path("service-account-key-file", "service-account.pub"),
            path("service-account-signing-key-file", "service-account.key"),
            "--service-cluster-ip-range=10.0.0.0/24".into(),
            "--authorization-mode=RBAC".into(),
            path("token-auth-file", "tokens.csv"),
            path("authentication-config", AUTHENTICATION),
            "--disable-admission-plugins=ServiceAccount".into(),
            "--endpoint-reconciler-type=none".into(),
            "--v=1".into(),
        ];
        let probe: Probe = Arc::new(move || {
            let client = client.clone();
            Box::pin(async move {
                let request = http::Request::get("/readyz").body(Vec::new())?;
                tokio::time::timeout(PROBE_DEADLINE, client.request_text(request)).await??;
                Ok(())
            })
        });
        self.spec("apiserver", arguments, probe)
    }

    /// Starts the controllers that a test can notice: garbage collection, namespaces, service accounts, aggregated roles.
    ///
    /// # Errors
    /// No free port.
    pub fn start_controllers(&self, plane: &Plane) -> Result<()> {
        let mut ports = Ports::new();
        let port = ports.take()?;
        let controllers = [
            "garbage-collector-controller",
            "namespace-controller",
            "serviceaccount-controller",
            "clusterrole-aggregation-controller",
            "root-ca-certificate-publisher-controller",
        ];
        let path = |flag: &str, path: PathBuf| {
            let mut argument = OsString::from(format!("--{flag}="));
            argument.push(path);
            argument
        };
        let arguments = vec![
            "controller-manager".into(),
            path("kubeconfig", plane.kubeconfig.clone()),
            format!("--controllers={}", controllers.join(",")).into(),
            path("root-ca-file", self.access.file("ca.crt")),
            path(
                "service-account-private-key-file",
                self.access.file("service-account.key"),
            ),
            "--leader-elect=false".into(),
            "--bind-address=127.0.0.1".into(),
            format!("--secure-port={port}").into(),
        ];
        ports.release();
        self.supervisor
            .start(self.spec("controller-manager", arguments, connects(port)));
        Ok(())
    }
}

/// Whether something listens on a port of loopback.
pub fn connects(port: u16) -> Probe {
    Arc::new(move || {
        Box::pin(async move {
            let connect = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
            tokio::time::timeout(PROBE_DEADLINE, connect).await??;
            Ok(())
        })
    })
}
