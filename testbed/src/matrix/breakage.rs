//! Breaks what a row says, and mends it.

use super::crowd::Crowd;
use super::definitions::{self, Definitions};
use super::ground::Ground;
use super::rows::Breakage;
use super::{etcd, registry, secret, tls};
use crate::daemon::control::{ProcessFault, ProxyFault};
use crate::proxy::Fault;
use anyhow::Result;
use std::time::Duration;

/// How long ways stay cut where only the cut matters.
const CUT: Duration = Duration::from_millis(300);

/// Something broken.
pub(super) struct Broken {
    how: How,
    /// What was seen while it was broken, where that is not for the console to say.
    pub(super) note: Option<String>,
}

/// What mends it, beside clearing every fault.
enum How {
    Cleared,
    Definitions(Definitions),
    Secret,
    Crowd(Box<Crowd>),
}

/// What is asked for besides, while a row runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Besides {
    /// Nothing.
    Nothing,
    /// The topic that is marked once the bed is whole: the mark has to come.
    Mark,
    /// A path, and the text that has to be there in the end.
    Path(String, &'static str),
}

/// Makes what has to be there before a row begins.
pub(super) async fn prepare(ground: &Ground, breakage: Breakage) -> Result<Besides> {
    Ok(match breakage {
        Breakage::Registry => {
            registry::prepare(ground).await?;
            Besides::Path(registry::path(), registry::RIGHT)
        }
        Breakage::Compacted
        | Breakage::DefinitionsRemoved
        | Breakage::DefinitionsUnserved
        | Breakage::Processes(["apiserver"], _) => Besides::Mark,
        _ => Besides::Nothing,
    })
}

/// Takes away what [`prepare`] made.
pub(super) async fn tidy(ground: &Ground, breakage: Breakage) -> Result<()> {
    match breakage {
        Breakage::Registry => registry::tidy(ground).await,
        _ => Ok(()),
    }
}

/// Breaks it.
pub(super) async fn begin(ground: &Ground, breakage: Breakage) -> Result<Broken> {
    let (how, note) = match breakage {
        Breakage::Processes(targets, act) => {
            for target in targets {
                let fault = ProcessFault {
                    target: (*target).to_owned(),
                    act,
                };
                ground.link.post("/fault", &fault).await?;
            }
            (How::Cleared, None)
        }
        Breakage::Ways(targets, fault) => {
            ways(ground, targets, fault).await?;
            (How::Cleared, None)
        }
        Breakage::Compacted => (How::Cleared, Some(etcd::forget(ground).await?)),
        Breakage::DefinitionsRemoved => {
            (How::Definitions(definitions::remove(ground).await?), None)
        }
        Breakage::DefinitionsUnserved => {
            (How::Definitions(definitions::unserve(ground).await?), None)
        }
        Breakage::Certificate => (How::Cleared, Some(tls::renew(ground).await?)),
        Breakage::Password(targets) => {
            secret::change(ground).await?;
            cut(ground, targets).await?;
            (How::Cleared, None)
        }
        Breakage::NoSecret => {
            secret::delete(ground).await?;
            (How::Secret, None)
        }
        Breakage::Registry => {
            let reset = Fault {
                reset: true,
                ..Fault::default()
            };
            ways(ground, &[registry::UNIT], reset).await?;
            (How::Cleared, None)
        }
        Breakage::Streams(count) => {
            let (crowd, note) = Crowd::of_streams(ground, count).await?;
            (How::Crowd(Box::new(crowd)), Some(note))
        }
        Breakage::SlowReaders { streams, exports } => {
            let (crowd, note) = Crowd::of_slow_readers(ground, streams, exports).await?;
            (How::Crowd(Box::new(crowd)), Some(note))
        }
    };
    Ok(Broken { how, note })
}

impl Broken {
    /// Mends it.
    pub(super) async fn mend(self, ground: &Ground) -> Result<()> {
        ground.clear().await?;
        match self.how {
            How::Cleared => Ok(()),
            How::Definitions(definitions) => definitions.install(ground).await,
            How::Secret => secret::make(ground).await,
            How::Crowd(crowd) => crowd.leave(ground).await,
        }
    }
}

async fn ways(ground: &Ground, targets: &[&str], fault: Fault) -> Result<()> {
    for target in targets {
        let fault = ProxyFault {
            target: (*target).to_owned(),
            fault,
        };
        ground.link.post("/proxy", &fault).await?;
    }
    Ok(())
}

/// Resets every connection to nodes, once.
async fn cut(ground: &Ground, targets: &[&str]) -> Result<()> {
    let reset = Fault {
        reset: true,
        ..Fault::default()
    };
    ways(ground, targets, reset).await?;
    // Every connection has seen it by then.
    tokio::time::sleep(CUT).await;
    ways(ground, targets, Fault::default()).await
}
