//! Shakes hands with TLS listeners and reads the public certificates of authorities, in the background, so that a page never waits for
//! either. What comes of it is kept in each member's [`CertificateBook`].

use super::{Fleet, Member};
use crate::backend::{
    certificates::{
        book::{CertificateBook, Told},
        secret_of,
        targets::{Target, targets},
    },
    now,
    problems::sentence,
    sight::Sight,
};
use futures::{StreamExt, stream};
use penstock_domain::{certificate::AuthorityRole, live::MarkKind};
use penstock_kafka::handshake;
use std::{sync::Arc, time::Duration};

/// How often it is looked whether something is due; that costs no request.
const PERIOD: Duration = Duration::from_secs(2);
/// How long one handshake may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Clusters gone through at once.
const CLUSTERS_AT_ONCE: usize = 4;
/// Addresses of one cluster at once.
const ADDRESSES_AT_ONCE: usize = 8;

/// Goes on until the fleet stops.
pub(super) async fn run(fleet: Arc<Fleet>) {
    loop {
        tokio::select! {
            () = fleet.stop.cancelled() => return,
            () = tokio::time::sleep(PERIOD) => {}
        }
        tokio::select! {
            () = fleet.stop.cancelled() => return,
            () = go_through(&fleet) => {}
        }
    }
}

async fn go_through(fleet: &Fleet) {
    let members: Vec<Arc<Member>> = fleet.read(|members| members.values().cloned().collect());
    stream::iter(members)
        .for_each_concurrent(CLUSTERS_AT_ONCE, |member| of_cluster(fleet, member))
        .await;
}

async fn of_cluster(fleet: &Fleet, member: Arc<Member>) {
    let cluster = member.cluster.clone();
    let book = member.certificates.clone();
    let sight = Sight::new(
        member,
        fleet.watches.index().view(),
        fleet.watches.health(),
        now(),
    );
    let due = book.due(targets(&sight), now());
    let authorities = match (sight.kafka(), &fleet.credentials) {
        (Some(_), Some(_)) => book.authorities_due(now()),
        _ => Vec::new(),
    };
    if due.is_empty() && authorities.is_empty() {
        return;
    }
    let handshakes = stream::iter(due)
        .map(|target| look(&book, target))
        .buffer_unordered(ADDRESSES_AT_ONCE)
        .fold(false, |news, new| async move { news || new });
    let (listeners, secrets) = futures::join!(handshakes, read(fleet, &book, &sight, authorities));
    book.gone_through(now());
    if listeners || secrets {
        fleet.hub.publish(Some(&cluster), MarkKind::Cluster);
    }
}

/// Shakes hands; whether that told something new.
async fn look(book: &CertificateBook, target: Target) -> bool {
    let told = match handshake::look(&target.address, target.trust.as_deref(), PATIENCE).await {
        Ok(presented) => Told::Presented(presented),
        Err(error) => Told::Nothing {
            why: sentence(&error.to_string()),
        },
    };
    book.note(&target, told, now())
}

/// Reads Secrets of authorities; whether that told something new.
async fn read(
    fleet: &Fleet,
    book: &CertificateBook,
    sight: &Sight,
    due: Vec<AuthorityRole>,
) -> bool {
    let (Some(kafka), Some(credentials)) = (sight.kafka(), &fleet.credentials) else {
        return false;
    };
    let mut news = false;
    for role in due {
        let state = credentials.authority(&secret_of(kafka, role)).await;
        news |= book.note_authority(role, state, now());
    }
    news
}
