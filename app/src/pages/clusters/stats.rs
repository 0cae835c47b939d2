//! The strip of figures under a cluster's head: one sign, one figure, one line each.

use crate::{
    clock::use_clock,
    components::{
        flash::Flash,
        icon::{Icon, sized},
        quorum::{largest_lag, may_lose},
        words,
    },
};
use leptos::prelude::*;
use penstock_domain::{
    cluster::ClusterOverview, condition::ReadinessState, time::Timestamp, units,
};

/// How a tile feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Well,
    Warn,
    Bad,
    Unknown,
}

/// One tile.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tile {
    mood: Mood,
    name: &'static str,
    figure: String,
    unit: String,
    under: String,
}

/// The strip.
#[component]
pub fn Stats(
    /// The cluster.
    overview: Signal<ClusterOverview>,
) -> impl IntoView {
    let clock = use_clock();
    let managed = Memo::new(move |_| overview.with(|o| o.resource.is_some()));
    let at = move |read: fn(&ClusterOverview) -> Tile| Memo::new(move |_| overview.with(read));
    let operator_tile = Memo::new(move |_| overview.with(|o| operator(o, clock.now())));
    view! {
        <dl class="stats verdict">
            {tile(at(nodes))}
            {tile(at(partitions))}
            {tile(at(quorum))}
            <Show when=move || managed.get()>{tile(operator_tile)}</Show>
            {tile(at(disk))}
            {tile(at(flow))}
        </dl>
    }
}

fn tile(tile: Memo<Tile>) -> AnyView {
    let sign = move || {
        tile.with(|tile| match tile.mood {
            Mood::Well => sized(Icon::CircleCheck, "i s14 c-ok"),
            Mood::Warn => sized(Icon::TriangleAlert, "i s14 c-warn"),
            Mood::Bad => sized(Icon::OctagonX, "i s14 c-bad"),
            Mood::Unknown => sized(Icon::CircleHelp, "i s14 t3"),
        })
    };
    let colour = move || {
        tile.with(|tile| match tile.mood {
            Mood::Well | Mood::Unknown => "",
            Mood::Warn => "c-warn",
            Mood::Bad => "c-bad",
        })
    };
    let name = tile.with_untracked(|tile| tile.name);
    view! {
        <div>
            <dt>{sign}{name}</dt>
            <dd class=colour>
                <Flash text=Signal::derive(move || tile.with(|tile| tile.figure.clone()))/>" "
                <span class="unit">{move || tile.with(|tile| tile.unit.clone())}</span>
            </dd>
            <dd class="sub">{move || tile.with(|tile| tile.under.clone())}</dd>
        </div>
    }
    .into_any()
}

fn unknown(name: &'static str, under: &str) -> Tile {
    Tile {
        mood: Mood::Unknown,
        name,
        figure: words::NOTHING.to_owned(),
        unit: "not known".to_owned(),
        under: under.to_owned(),
    }
}

fn nodes(overview: &ClusterOverview) -> Tile {
    let (running, expected) = (
        overview.summary.nodes_running,
        overview.summary.nodes_expected,
    );
    let down = overview
        .summary
        .verdict
        .reasons
        .iter()
        .find(|reason| matches!(reason.place, Some(penstock_domain::verdict::Place::Node(_))))
        .map(|reason| reason.what.clone());
    Tile {
        mood: if running >= expected && expected > 0 {
            Mood::Well
        } else if expected == 0 {
            Mood::Unknown
        } else {
            Mood::Bad
        },
        name: "Nodes",
        figure: running.to_string(),
        unit: format!("of {expected} running"),
        under: down.unwrap_or_else(|| "none down".to_owned()),
    }
}

fn partitions(overview: &ClusterOverview) -> Tile {
    let Some(counts) = overview.summary.partitions else {
        return unknown("Partitions", "no broker has told");
    };
    let thousands = |n: u32| units::thousands(i64::from(n));
    let (mood, figure, unit) = if counts.offline > 0 {
        (Mood::Bad, counts.offline, "offline")
    } else if counts.under_min_isr > 0 {
        (Mood::Bad, counts.under_min_isr, "refuse acks=all")
    } else if counts.under_replicated > 0 {
        (Mood::Warn, counts.under_replicated, "short of a replica")
    } else {
        (Mood::Well, counts.total, "all in sync")
    };
    let under = if counts.replicas_missing > 0 {
        format!(
            "{} of {} replicas not in sync",
            thousands(counts.replicas_missing),
            thousands(counts.replicas)
        )
    } else {
        format!("{} replicas, none missing", thousands(counts.replicas))
    };
    Tile {
        mood,
        name: "Partitions",
        figure: thousands(figure),
        unit: unit.to_owned(),
        under,
    }
}

fn quorum(overview: &ClusterOverview) -> Tile {
    let Some(quorum) = &overview.quorum else {
        return unknown("Quorum", "no broker has told");
    };
    let gone = quorum.voters.iter().filter(|voter| voter.gone).count();
    let voters = quorum.voters.len();
    let Some(leader) = quorum.leader else {
        return Tile {
            mood: Mood::Bad,
            name: "Quorum",
            figure: "0".to_owned(),
            unit: "leaders".to_owned(),
            under: format!("{voters} voters elect"),
        };
    };
    if gone > 0 {
        return Tile {
            mood: Mood::Warn,
            name: "Quorum",
            figure: (voters - gone).to_string(),
            unit: format!("of {voters} voters"),
            under: match may_lose(voters, gone) {
                0 => "one more loss stops it".to_owned(),
                more => format!("{more} more may fail"),
            },
        };
    }
    let lag = largest_lag(quorum).map_or_else(String::new, |lag| {
        format!(", lag {}", units::thousands(lag))
    });
    Tile {
        mood: Mood::Well,
        name: "Quorum",
        figure: voters.to_string(),
        unit: format!("{}{lag}", if voters == 1 { "voter" } else { "voters" }),
        under: format!("node {leader} leads, epoch {}", quorum.epoch),
    }
}

fn operator(overview: &ClusterOverview, now: Timestamp) -> Tile {
    let Some(resource) = &overview.resource else {
        return unknown("Operator", "no resource");
    };
    let readiness = &resource.readiness;
    let (mood, state) = match readiness.state {
        ReadinessState::Ready => (Mood::Well, "Ready"),
        ReadinessState::NotReady => (Mood::Warn, "not ready"),
        ReadinessState::Paused => (Mood::Warn, "paused"),
        ReadinessState::Unmanaged => (Mood::Warn, "unmanaged"),
        ReadinessState::Unobserved => (Mood::Unknown, "not looked at yet"),
    };
    let unit = if readiness.stale {
        "generation waits"
    } else {
        "generation applied"
    };
    Tile {
        mood: if readiness.stale && mood == Mood::Well {
            Mood::Warn
        } else {
            mood
        },
        name: "Operator",
        figure: resource.generation.map_or_else(
            || words::NOTHING.to_owned(),
            |generation| generation.to_string(),
        ),
        unit: unit.to_owned(),
        under: match readiness.last_write {
            Some(time) => format!(
                "{state}, written {} ago",
                units::age_millis(time.millis_until(now))
            ),
            None => state.to_owned(),
        },
    }
}

fn disk(overview: &ClusterOverview) -> Tile {
    let Some(disk) = overview.disk else {
        return unknown("Disk", "no broker has told");
    };
    match (disk.total, disk.usable) {
        (Some(total), Some(usable)) if total > 0 => {
            let used = total.saturating_sub(usable);
            let percent = used.saturating_mul(100) / total;
            Tile {
                mood: if percent >= 90 {
                    Mood::Bad
                } else if percent >= 80 {
                    Mood::Warn
                } else {
                    Mood::Well
                },
                name: "Disk",
                figure: format!("{percent}\u{202f}%"),
                unit: format!("of {}", units::bytes(total)),
                under: format!("{} of it Kafka's logs", units::bytes(disk.logs)),
            }
        }
        _ => Tile {
            mood: Mood::Well,
            name: "Disk",
            figure: units::bytes_parts(disk.logs).0,
            unit: format!("{} of logs", units::bytes_parts(disk.logs).1),
            under: "size of the volumes not told".to_owned(),
        },
    }
}

fn flow(overview: &ClusterOverview) -> Tile {
    let topics = overview.topics.map_or_else(
        || "topics not known".to_owned(),
        |topics| units::count(topics as usize, "topic", "topics"),
    );
    match overview.summary.records_in_per_second {
        Some(rate) => Tile {
            mood: Mood::Well,
            name: "Records in",
            figure: words::rate(Some(rate)),
            unit: "per second".to_owned(),
            under: topics,
        },
        None => unknown("Records in", &topics),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{
        cluster::{ClusterSummary, Connection, Origin, Quorum, QuorumReplica, Versions},
        envelope::Freshness,
        ids::{ClusterRef, NodeId},
        verdict::{Health, PartitionCounts, Verdict},
    };

    fn overview() -> ClusterOverview {
        let freshness = Freshness {
            as_of: None,
            answered: 3,
            expected: 3,
            missing: Vec::new(),
        };
        ClusterOverview {
            advice: Vec::new(),
            summary: ClusterSummary {
                cluster: ClusterRef::new("kafka", "task-events"),
                origin: Origin::Resource,
                verdict: Verdict {
                    health: Health::Healthy,
                    headline: String::new(),
                    reasons: Vec::new(),
                },
                nodes_running: 3,
                nodes_expected: 3,
                partitions: Some(PartitionCounts {
                    total: 231,
                    in_sync: 231,
                    replicas: 645,
                    ..PartitionCounts::default()
                }),
                records_in_per_second: Some(412.0),
                groups: None,
                versions: Versions::default(),
                freshness: freshness.clone(),
            },
            cluster_id: None,
            topics: Some(18),
            disk: None,
            listeners: Vec::new(),
            quorum: None,
            quorum_freshness: freshness,
            resource: None,
            connection: Connection::Connecting,
            resources_as_of: None,
            resources_stale: None,
        }
    }

    fn voter(node: i32, gone: bool) -> QuorumReplica {
        QuorumReplica {
            node: NodeId(node),
            log_end_offset: None,
            lag: Some(0),
            last_fetch: None,
            last_caught_up: None,
            gone,
        }
    }

    #[test]
    fn a_healthy_cluster_reads_calm() {
        let tile = partitions(&overview());
        assert_eq!(
            (tile.mood, tile.figure.as_str(), tile.unit.as_str()),
            (Mood::Well, "231", "all in sync")
        );
        assert_eq!(nodes(&overview()).unit, "of 3 running");
        assert_eq!(flow(&overview()).figure, "412");
    }

    #[test]
    fn a_lost_voter_is_counted() {
        let mut overview = overview();
        overview.quorum = Some(Quorum {
            leader: Some(NodeId(1)),
            epoch: 37,
            high_watermark: 0,
            voters: vec![voter(0, false), voter(1, false), voter(2, true)],
            observers: Vec::new(),
        });
        let tile = quorum(&overview);
        assert_eq!(
            (
                tile.figure.as_str(),
                tile.unit.as_str(),
                tile.under.as_str()
            ),
            ("2", "of 3 voters", "one more loss stops it")
        );
    }

    #[test]
    fn what_nobody_told_is_not_invented() {
        assert_eq!(disk(&overview()).figure, "–");
        assert_eq!(quorum(&overview()).mood, Mood::Unknown);
    }
}
