//! Rounds over all groups: as the inventory does it, and group by group, as clients do that know one group only.

use super::{Options, PATIENCE, crowd};
use anyhow::{Context, Result, ensure};
use penstock_domain::{
    group::GroupKind,
    ids::{ClusterRef, PartitionId, TopicName},
};
use penstock_kafka::{
    Client, ClusterConnection, Inventory, Kind, Periods,
    api::offsets::{OffsetSpec, TopicPartitions},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Nothing is polled but what is asked for.
const NEVER: Duration = Duration::from_secs(100_000);
/// Longest wait for one round.
const LONGEST: Duration = Duration::from_secs(120);

/// Whole rounds of an inventory, from asking for one to the snapshot with it: of groups, or of each kind named by `kinds=`.
pub async fn rounds(
    connection: ClusterConnection,
    options: &Options,
    stop: &CancellationToken,
) -> Result<Value> {
    let wanted: usize = options.number("rounds", 5)?;
    let periods = Periods {
        brokers: NEVER,
        topics: NEVER,
        quorum: NEVER,
        offsets: NEVER,
        log_dirs: NEVER,
        topic_configs: NEVER,
        groups: NEVER,
        ..Periods::default()
    };
    let cluster = ClusterRef::new("bench", "bench");
    let inventory = Inventory::start(&cluster, connection, periods, stop);
    // The first polls of every kind: leaders have to be known before ends are asked for.
    ready(&inventory).await?;
    let figures = match options.text("kinds") {
        Err(_) => of_groups(&inventory, options, wanted).await?,
        Ok(kinds) => {
            let mut figures = serde_json::Map::new();
            for name in kinds.split(',') {
                let kind = kind(name)?;
                // The first connects.
                round(&inventory, kind).await?;
                figures.insert(name.to_owned(), several(&inventory, kind, wanted).await?);
            }
            figures.into()
        }
    };
    inventory.stop().await;
    Ok(figures)
}

async fn of_groups(inventory: &Inventory, options: &Options, wanted: usize) -> Result<Value> {
    let expected: usize = options.number("groups", 2_000)?;
    let prefix = options.text("prefix")?;
    round(inventory, Kind::Groups).await?;
    let mut figures = several(inventory, Kind::Groups, wanted).await?;
    let snapshot = inventory.snapshot();
    let groups = snapshot.groups.value.as_ref().context("no groups")?;
    let crowd = || {
        groups
            .rows()
            .iter()
            .filter(|row| row.group.as_str().starts_with(prefix))
    };
    let known = crowd().count();
    ensure!(known >= expected, "{known} of {expected} groups are known");
    let with_lag = crowd()
        .filter(|row| row.lag.records.is_some() && !row.lag.incomplete)
        .count();
    figures["groups"] = known.into();
    figures["withLag"] = with_lag.into();
    Ok(figures)
}

/// Seconds and questions of several rounds of one kind.
async fn several(inventory: &Inventory, kind: Kind, wanted: usize) -> Result<Value> {
    let mut seconds = Vec::new();
    let mut questions = Vec::new();
    for _ in 0..wanted {
        let (took, asked) = round(inventory, kind).await?;
        seconds.push(took);
        questions.push(asked);
    }
    seconds.sort_by(f64::total_cmp);
    questions.sort_unstable();
    Ok(json!({
        "seconds": { "median": seconds.get(seconds.len() / 2), "worst": seconds.last() },
        "questions": { "median": questions.get(questions.len() / 2), "worst": questions.last() },
    }))
}

/// One round of one kind: how long it took and what was asked.
async fn round(inventory: &Inventory, kind: Kind) -> Result<(f64, u64)> {
    let before = (inventory.client().asked(), as_of(inventory, kind));
    let began = Instant::now();
    inventory.refresh_now(kind);
    let mut snapshots = inventory.subscribe();
    let came = async {
        while as_of(inventory, kind) <= before.1 {
            // A mere renewal wakes nobody, so this looks by itself.
            let _ = tokio::time::timeout(Duration::from_millis(2), snapshots.changed()).await;
        }
    };
    tokio::time::timeout(LONGEST, came)
        .await
        .with_context(|| format!("a round of {kind:?} did not end"))?;
    let took = began.elapsed().as_secs_f64();
    Ok((took, inventory.client().asked() - before.0))
}

fn kind(name: &str) -> Result<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| format!("{kind:?}").eq_ignore_ascii_case(name))
        .with_context(|| format!("{name} is none of {:?}", Kind::ALL))
}

fn as_of(inventory: &Inventory, kind: Kind) -> Option<penstock_domain::time::Timestamp> {
    let snapshot = inventory.snapshot();
    match kind {
        Kind::Brokers => snapshot.brokers.as_of,
        Kind::Topics => snapshot.topics.as_of,
        Kind::Quorum => snapshot.quorum.as_of,
        Kind::Offsets => snapshot.offsets.as_of,
        Kind::LogDirs => snapshot.log_dirs.as_of,
        Kind::TopicConfigs => snapshot.topic_configs.as_of,
        Kind::Groups => snapshot.groups.as_of,
        Kind::Principals => snapshot.principals.as_of,
    }
}

/// Waits for leaders and first offsets.
async fn ready(inventory: &Inventory) -> Result<()> {
    let ready = async {
        let mut snapshots = inventory.subscribe();
        while inventory.snapshot().topics.value.is_none()
            || inventory.snapshot().offsets.value.is_none()
        {
            if snapshots.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(LONGEST, ready)
        .await
        .context("topics are not known")
}

/// Group by group: who coordinates it, who is in it, where it stands, where its partitions end.
pub async fn single(client: &Client, options: &Options) -> Result<Value> {
    let names = crowd::names(options)?;
    let topic = TopicName::from(options.text("topic")?);
    let live = client
        .live_topic(&topic, PATIENCE)
        .await?
        .context("the topic is not there")?;
    let mut leaders: BTreeMap<_, Vec<i32>> = BTreeMap::new();
    for partition in live.partitions() {
        let leader = partition.leader().context("a partition has no leader")?;
        leaders.entry(leader).or_default().push(partition.number.0);
    }
    let before = client.asked();
    let began = Instant::now();
    let mut lag = 0_i64;
    for group in &names {
        let one = std::slice::from_ref(group);
        let node = client
            .coordinators(one, PATIENCE)
            .await
            .remove(group)
            .context("no coordinator")??;
        client
            .describe_groups(node, GroupKind::Classic, one, PATIENCE)
            .await?;
        let committed = client.committed_of(node, one, PATIENCE).await?;
        let mut ends: BTreeMap<PartitionId, i64> = BTreeMap::new();
        for (leader, partitions) in &leaders {
            let asked = [TopicPartitions {
                topic: topic.clone(),
                partitions: partitions.clone(),
            }];
            for (_, listed) in client
                .list_offsets(*leader, OffsetSpec::End, &asked, PATIENCE)
                .await?
            {
                ends.extend(
                    listed
                        .iter()
                        .map(|one| (PartitionId(one.partition), one.offset)),
                );
            }
        }
        for (_, offsets) in committed {
            for one in offsets? {
                lag += ends.get(&one.partition).copied().unwrap_or(0) - one.offset;
            }
        }
    }
    Ok(json!({
        "groups": names.len(),
        "lag": lag,
        "seconds": began.elapsed().as_secs_f64(),
        "questions": client.asked() - before,
    }))
}
