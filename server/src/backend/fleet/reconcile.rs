//! Members follow resources, credentials and configuration: who comes, who goes, who is reached another way.

use super::{Fleet, Member, PlainCluster, past};
use crate::backend::{
    activity::brokers::Watch,
    link::{Link, Prepared},
};
use futures::future::join_all;
use penstock_cluster::{
    credentials::{CONSOLE_USER, CredentialState, SecretRef},
    listeners,
    resource::Kafka,
};
use penstock_domain::{cluster::Origin, ids::ClusterRef, live::MarkKind};
use penstock_kafka::tail::TailHub;
use penstock_kafka::{Inventory, KafkaError, Snapshot, inventory::ClusterReach};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Secrets tell no change of theirs to the console, which may only get and not watch them; so they are looked at this often
/// (`Credentials` bounds what that costs).
const PERIOD: Duration = Duration::from_secs(3);

/// A member as it should be.
struct Wanted {
    reviewed_as: ClusterRef,
    origin: Origin,
    prepared: Prepared,
}

/// Reconciles until the fleet stops, then stops every inventory.
pub(super) async fn run(fleet: Arc<Fleet>) {
    loop {
        tokio::select! {
            () = fleet.stop.cancelled() => break,
            () = reconcile(&fleet) => {}
        }
        tokio::select! {
            () = fleet.stop.cancelled() => break,
            () = fleet.wake.notified() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
    let members = std::mem::take(
        &mut *fleet
            .members
            .write()
            .unwrap_or_else(PoisonError::into_inner),
    );
    join_all(members.values().map(|member| end(member))).await;
}

async fn reconcile(fleet: &Arc<Fleet>) {
    let wanted = wanted(fleet).await;
    let mut next = BTreeMap::new();
    let mut changed = Vec::new();
    for (cluster, wanted) in wanted {
        let old = fleet.member(&cluster);
        let member = succeed(fleet, &cluster, old.as_ref(), wanted);
        if old.is_none_or(|old| old.link != member.link) {
            changed.push(cluster.clone());
        }
        next.insert(cluster, member);
    }
    let old = std::mem::replace(
        &mut *fleet
            .members
            .write()
            .unwrap_or_else(PoisonError::into_inner),
        next.clone(),
    );
    for (cluster, member) in old {
        let kept = next
            .get(&cluster)
            .is_some_and(|next| next.inventory.is_some());
        if !next.contains_key(&cluster) {
            changed.push(cluster);
        }
        if !kept && member.inventory.is_some() {
            fleet.tracker.spawn(async move { end(&member).await });
        }
    }
    for cluster in changed {
        fleet.hub.publish(Some(&cluster), MarkKind::Cluster);
    }
    if let Some(credentials) = &fleet.credentials {
        let used: Vec<SecretRef> = next
            .keys()
            .map(|cluster| SecretRef::console(cluster.namespace.clone()))
            .collect();
        let view = fleet.watches.index().view();
        let elsewhere: Vec<SecretRef> = view
            .clusters()
            .map(|kafka| SecretRef::console(kafka.user_namespace().clone()))
            .collect();
        credentials.retain(|secret| used.contains(secret) || elsewhere.contains(secret));
    }
}

async fn wanted(fleet: &Fleet) -> BTreeMap<ClusterRef, Wanted> {
    let view = fleet.watches.index().view();
    let kafkas: Vec<Arc<Kafka>> = view.clusters().cloned().collect();
    let declared = kafkas.iter().map(|kafka| async {
        let cluster = kafka.cluster();
        let state = match &fleet.credentials {
            Some(credentials) => {
                let secret = SecretRef::console(kafka.user_namespace().clone());
                credentials.current(&secret).await
            }
            None => CredentialState::Absent,
        };
        let user = view.user(&cluster, CONSOLE_USER).map(|user| &**user);
        let plan = listeners::plan(kafka, user, &state);
        let wanted = Wanted {
            reviewed_as: cluster.clone(),
            origin: Origin::Resource,
            prepared: Prepared::of_plan(plan, &state),
        };
        (cluster, wanted)
    });
    let mut all: BTreeMap<ClusterRef, Wanted> = join_all(declared).await.into_iter().collect();
    all.extend(fleet.plain.iter().map(configured));
    all
}

fn configured(plain: &PlainCluster) -> (ClusterRef, Wanted) {
    let reviewed_as = ClusterRef {
        namespace: plain.authorization_namespace.clone(),
        name: plain.cluster.name.clone(),
    };
    let (link, connection) = match &plain.connection {
        Ok(connection) => (
            Link::Planned {
                listener: "bootstrap".to_owned(),
                principal: connection
                    .principal()
                    .unwrap_or_else(|| "User:ANONYMOUS".to_owned()),
            },
            Some(connection.clone()),
        ),
        Err(why) => (
            Link::Broken {
                why: why.clone(),
                remedy: "Correct the cluster's settings in the configuration file.".to_owned(),
            },
            None,
        ),
    };
    let wanted = Wanted {
        reviewed_as,
        origin: Origin::Configuration,
        prepared: Prepared {
            link,
            connection,
            secret: None,
        },
    };
    (plain.cluster.clone(), wanted)
}

/// The member that follows `old`: the same inventory with the newest settings where both have one.
fn succeed(
    fleet: &Arc<Fleet>,
    cluster: &ClusterRef,
    old: Option<&Arc<Member>>,
    wanted: Wanted,
) -> Arc<Member> {
    let Prepared {
        link,
        connection,
        secret,
    } = wanted.prepared;
    let stop = old.map_or_else(|| fleet.stop.child_token(), |old| old.stop.clone());
    let running = old.and_then(|old| old.inventory.clone());
    // While something is awaited, the old connection goes on for as long as brokers take it.
    let awaited = matches!(link, Link::Waiting { .. });
    let (inventory, stop) = match (running, connection) {
        (Some(inventory), Some(connection)) => {
            if inventory.client().connection() != connection {
                tracing::info!(%cluster, "the settings of the connection have changed");
                inventory.update(connection);
            }
            (Some(inventory), stop)
        }
        (Some(inventory), None) if awaited => (Some(inventory), stop),
        (None, Some(connection)) => {
            let stop = fleet.stop.child_token();
            let past = past::load(fleet.clone(), cluster.clone());
            let inventory = Inventory::start_with(cluster, connection, fleet.periods, past, &stop);
            fleet.tracker.spawn(past::keep(
                fleet.clone(),
                cluster.clone(),
                inventory.clone(),
                stop.clone(),
            ));
            fleet.tracker.spawn(follow(
                fleet.clone(),
                cluster.clone(),
                inventory.clone(),
                stop.clone(),
            ));
            (Some(inventory), stop)
        }
        (_, None) => (None, stop),
    };
    // One hub for as long as the inventory and its client live.
    let tails = inventory.as_ref().map(|inventory: &Inventory| {
        old.filter(|old| old.inventory.is_some())
            .and_then(|old| old.tails.clone())
            .unwrap_or_else(|| {
                TailHub::sharing(
                    inventory.client().clone(),
                    fleet.tail_room.clone(),
                    stop.child_token(),
                )
            })
    });
    Arc::new(Member {
        cluster: cluster.clone(),
        reviewed_as: wanted.reviewed_as,
        origin: wanted.origin,
        link,
        inventory,
        tails,
        secret,
        stop,
        tables: old.map_or_else(Arc::default, |old| old.tables.clone()),
        users: old.map_or_else(Arc::default, |old| old.users.clone()),
        configurations: old.map_or_else(Arc::default, |old| old.configurations.clone()),
        certificates: old.map_or_else(Arc::default, |old| old.certificates.clone()),
        node_configurations: old.map_or_else(Arc::default, |old| old.node_configurations.clone()),
    })
}

/// Hands an inventory's revisions to the hub and what they mean to the activity, and has its credential read anew when brokers refuse it.
async fn follow(
    fleet: Arc<Fleet>,
    cluster: ClusterRef,
    inventory: Inventory,
    stop: CancellationToken,
) {
    let mut snapshots = inventory.subscribe();
    let mut watch = Watch::default();
    let mut seen = 0;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = snapshots.changed() => if changed.is_err() { return },
        }
        let snapshot = snapshots.borrow_and_update().clone();
        for kind in snapshot.changes_since(seen).marks() {
            fleet.hub.publish(Some(&cluster), kind);
        }
        seen = snapshot.revision;
        let events = watch.look(&snapshot);
        fleet.activity.note(&cluster, events, crate::backend::now());
        if is_refused(&snapshot)
            && let (Some(credentials), Some(member)) = (&fleet.credentials, fleet.member(&cluster))
            && let Some(secret) = &member.secret
        {
            credentials.refused(secret);
            fleet.wake.notify_one();
        }
    }
}

/// Whether the cluster, or one of its brokers, refuses the console's credentials. Connections live on after a password has
/// changed, so one broker may refuse what the others took long ago.
fn is_refused(snapshot: &Snapshot) -> bool {
    if let ClusterReach::Silent { error, .. } = &snapshot.reach {
        return error.is_about_credentials();
    }
    let brokers = snapshot.brokers.value.as_deref();
    brokers.is_some_and(|brokers| {
        let mut errors = brokers
            .brokers
            .iter()
            .filter_map(|broker| broker.reach.error());
        errors.any(KafkaError::is_about_credentials)
    })
}

async fn end(member: &Member) {
    member.stop.cancel();
    if let Some(inventory) = &member.inventory {
        inventory.stop().await;
    }
}
