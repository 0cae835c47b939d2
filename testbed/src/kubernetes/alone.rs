//! An API server without a bed around it, of any Strimzi's definitions: for tests that need no Kafka. Its seed is kept like a
//! bed's, so that only the first start takes long.

use super::plane::{Access, Plane, Starter};
use super::{apply, seed, strimzi};
use crate::files;
use crate::layout::{Layout, Tools};
use crate::process::Ledger;
use crate::supervisor::Supervisor;
use anyhow::Result;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A running API server with its etcd. Its processes die with the program that started it, and by [`Alone::end`] before.
#[derive(Debug)]
pub struct Alone {
    /// Where it is, and its administrator.
    pub plane: Plane,
    /// Who may sign in.
    pub access: Access,
    /// The version in which Strimzi's resources are served.
    pub api_version: &'static str,
    clone: PathBuf,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

impl Alone {
    /// Starts one with the definitions of a version of Strimzi. `name` tells it from others of this clone.
    ///
    /// # Errors
    /// A tool is missing, or it did not start.
    pub async fn start(name: &str, version: &str) -> Result<Self> {
        let mut layout = Layout::find()?;
        let tools = Tools::find(&layout, version)?;
        layout.data = layout.data.join(format!("alone-{name}"));
        layout.public = layout.data.join("logs");
        files::remove_folder(&layout.running())?;
        for folder in [layout.running(), layout.kept(), layout.public.clone()] {
            files::make_private_folder(&folder)?;
        }
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let ledger = Arc::new(Ledger::open(layout.data.join("processes.json"))?);
        let supervisor = Supervisor::new(ledger, tasks.clone(), cancel.clone());
        let access = Access::make(&super::plane::folder(&layout))?;
        let seed = seed::folder(&layout, &tools, version)?;
        if !seed.is_dir() {
            seed::make(&layout, &tools, &supervisor, &access, &seed).await?;
        }
        let data = layout.running().join("etcd");
        files::copy_folder(&seed, &data)?;
        let starter = Starter {
            layout: &layout,
            kubetest: &tools.kubetest,
            supervisor: &supervisor,
            access: &access,
            data,
            prefix: "",
            kubeconfig: layout.running().join("kubeconfig"),
            grace_at_end: Duration::ZERO,
        };
        let plane = starter.start().await?;
        Ok(Self {
            plane,
            api_version: strimzi::served_version(&tools.crds)?,
            access,
            clone: layout.clone.clone(),
            tasks,
            cancel,
        })
    }

    /// Applies a file of `testbed/resources`, with Strimzi's resources in the version that is served.
    ///
    /// # Errors
    /// There is no such file, or the API server refuses what is in it.
    pub async fn declare(&self, file: &str) -> Result<()> {
        let path = self.clone.join("testbed/resources").join(file);
        let mut documents = apply::read(&[path])?;
        for document in &mut documents {
            strimzi::put_version(document, self.api_version);
        }
        apply::apply(&self.plane.client, documents).await
    }

    /// Ends it.
    pub async fn end(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
