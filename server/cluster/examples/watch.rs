//! Prints what the watches see and say: `cargo run -p penstock-cluster --example watch -- <kubeconfig> [seconds]`.
#![allow(clippy::print_stdout, reason = "printing is what it does")]

use penstock_cluster::{
    client::{ApiAccess, CredentialSource},
    credentials::{Credentials, SecretRef},
    index::Subject,
    listeners::{Plan, plan},
    watch::{Settings, Watches},
};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().map(Into::into);
    let seconds = arguments.next().map_or(Ok(30), |text| text.parse())?;
    let access = ApiAccess::load(&CredentialSource::Kubeconfig {
        path,
        context: None,
    })
    .await?;
    println!("{}", access.server());
    let watches = Watches::start(
        access.console(),
        Settings::default(),
        CancellationToken::new(),
    );
    let credentials = Credentials::new(access.console_requests());
    let mut changes = watches.index().subscribe();
    let end = tokio::time::sleep(Duration::from_secs(seconds));
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            change = changes.recv() => match change {
                Ok(change) => {
                    let cluster = change.cluster.map(|cluster| cluster.to_string()).unwrap_or_default();
                    println!("{:?} r{} {cluster} {:?}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?, change.revision, change.subject);
                    if change.subject == Subject::Watches {
                        print_health(&watches);
                    }
                }
                Err(error) => println!("{error}"),
            }
        }
    }
    print_health(&watches);
    print_clusters(&watches, &credentials).await;
    watches.stop().await;
    Ok(())
}

fn print_health(watches: &Watches) {
    let Some(health) = watches.health() else {
        return;
    };
    println!("  {:?}", health.api_server);
    for watch in health.watches {
        println!(
            "  {:15} {:4} heard {:?} {:?}",
            watch.kind.name(),
            watch.objects,
            watch.last_heard.map(|at| at.to_string()),
            watch.state
        );
    }
}

async fn print_clusters(watches: &Watches, credentials: &Credentials) {
    let view = watches.index().view();
    for kafka in view.clusters() {
        let cluster = kafka.cluster();
        println!(
            "{cluster} {:?} {:?}",
            kafka.readiness.state, kafka.body.status.cluster_id
        );
        for pool in view.node_pools(&cluster) {
            println!(
                "  pool {} {:?} {:?} {:?}",
                pool.metadata.name, pool.body.roles, pool.body.storage, pool.body.resources
            );
        }
        for pod in view.pods(&cluster) {
            println!(
                "  pod {} {:?} ready {} {:?}",
                pod.metadata.name, pod.body.node, pod.body.ready, pod.body.trouble
            );
        }
        for (name, declared) in view.topics(&cluster).iter() {
            println!(
                "  topic {name} {:?} {:?}",
                declared.topic.readiness.state, declared.topic.readiness.message
            );
        }
        for user in view.users(&cluster) {
            println!(
                "  user {} {:?} {:?}",
                user.metadata.name, user.readiness.state, user.readiness.message
            );
        }
        let credential = credentials
            .current(&SecretRef::console(kafka.user_namespace().clone()))
            .await;
        match plan(
            kafka,
            view.user(&cluster, "penstock").map(|user| &**user),
            &credential,
        ) {
            Plan::Connect(plan) => println!(
                "  connects to {} {} as {}",
                plan.listener, plan.bootstrap, plan.principal
            ),
            Plan::NotYet { why } => println!("  not yet: {why}"),
            Plan::NoCredentials {
                why,
                kafka_user_yaml,
            } => println!("  {why}\n{kafka_user_yaml}"),
        }
    }
    for malformed in view.all_malformed() {
        println!("malformed {:?} {}", malformed.reference(), malformed.why);
    }
}
