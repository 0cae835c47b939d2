//! `testbed scale`: a cluster with many topics on brokers of its own, declared at the running bed's API server, for as long as a
//! command runs or until Ctrl-C. What it made is removed again.

use super::brokers::{Interrupts, meanwhile};
use super::say;
use crate::kafka::bare::{self, BareCluster, Shape};
use crate::layout::{Layout, Tools};
use crate::many::{Many, NAMESPACE, made, removed};
use crate::state::State;
use anyhow::{Result, ensure};
use std::ffi::OsString;

/// What `scale` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Scale {
    /// Topics, each declared by a KafkaTopic
    #[arg(long, default_value_t = 10_000)]
    pub topics: usize,
    /// Partitions of a topic, one replica each
    #[arg(long, default_value_t = 10)]
    pub partitions: usize,
    /// Brokers that share them; a broker has a file open and two mapped for each of its partitions
    #[arg(long, default_value_t = 6)]
    pub brokers: usize,
    /// What to run meanwhile, with SCALE_BROKERS naming the file that says where the brokers are; none: until Ctrl-C
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// No bed runs, brokers did not start or took not all topics, or what was run failed.
pub async fn run(wish: &Scale) -> Result<()> {
    ensure!(
        wish.topics > 0 && wish.partitions > 0 && wish.brokers > 0,
        "there is nothing to make"
    );
    let state = State::load()?;
    let clone = Layout::find()?;
    let shape = Shape::passing(wish.brokers);
    let layout = bare::layout(&clone, &shape);
    let mut interrupts = Interrupts::listen()?;
    let cluster = BareCluster::start(shape, &layout, &Tools::find_kafka(&clone)?).await?;
    let client = crate::kubernetes::kubeconfig::client(&state.kubernetes.kubeconfig).await?;
    let file = layout.public.join("scale.json");
    let many = Many {
        topics: wish.topics,
        partitions: wish.partitions,
        version: state.kubernetes.strimzi.api_version.clone(),
    };
    let outcome = async {
        let text = serde_json::to_vec_pretty(cluster.brokers())?;
        crate::files::write_public(&file, &text)?;
        let took = made(&many, &client, &cluster.brokers().bootstrap).await?;
        say(&format!(
            "{} topics of {} partitions in {NAMESPACE}/{NAMESPACE}: brokers took {:.0} s, the API server {:.0} s",
            wish.topics, wish.partitions, took.brokers, took.api_server
        ));
        meanwhile(&wish.command, "SCALE_BROKERS", &file, &mut interrupts).await
    }
    .await;
    let _ = std::fs::remove_file(&file);
    let cleared = removed(&many, &client).await;
    cluster.end().await?;
    outcome.and(cleared)
}
