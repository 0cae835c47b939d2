//! The tasks that keep the catalogues of registries, one each, and the marks that wake pages when one changed. They end with the fleet.

use crate::backend::{
    fleet::Fleet,
    records::registries::{ANNOTATION, Registries},
};
use penstock_domain::live::MarkKind;
use penstock_registry::{Pace, Registry};
use std::{sync::Arc, time::Duration};

/// Marks of one registry are at least so far apart: while much is read, pages need not follow each step.
const BREATH: Duration = Duration::from_millis(500);

/// Starts them.
pub fn start(fleet: &Arc<Fleet>, registries: &Registries) {
    for registry in registries.all() {
        let stop = fleet.stopped().clone();
        let following = registry.clone();
        fleet.tasks().spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = following.follow(Pace::default()) => {}
            }
        });
        fleet
            .tasks()
            .spawn(tell(fleet.clone(), registries.clone(), registry));
    }
}

/// Publishes a mark for each cluster of the registry.
async fn tell(fleet: Arc<Fleet>, registries: Registries, registry: Registry) {
    let stop = fleet.stopped().clone();
    let mut changes = registry.catalogue().changes();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
        for (cluster, _) in fleet.names() {
            let named = fleet.annotation(&cluster, ANNOTATION);
            let own = registries.of(&cluster, named.as_deref());
            if own.is_some_and(|own| own.is(&registry)) {
                fleet.hub().publish(Some(&cluster), MarkKind::Schemas);
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(BREATH) => {}
        }
    }
}
