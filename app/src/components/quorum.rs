//! The metadata quorum as a ring and as a table: who leads, who follows how closely, who is gone.

use super::{
    icon::{Icon, icon},
    words,
};
use leptos::prelude::*;
use penstock_domain::{
    cluster::{Quorum, QuorumReplica},
    time::Timestamp,
    units,
};
use std::f64::consts::TAU;

/// A voter further behind than this is drawn as late: two fetches of the metadata log without progress.
const LATE_LAG: i64 = 500;

/// Ring and table side by side.
#[component]
pub fn QuorumView(
    /// The quorum.
    #[prop(into)]
    quorum: Signal<Quorum>,
    /// When its leader told it.
    as_of: Signal<Option<Timestamp>>,
    /// Whether brokers that follow without a vote are listed.
    #[prop(optional)]
    observers: bool,
) -> impl IntoView {
    view! {
        <div class="quorum">
            {move || quorum.with(ring)}
            <QuorumTable quorum as_of observers/>
        </div>
    }
}

/// Voters (and observers, where asked for) in a table.
#[component]
pub fn QuorumTable(
    /// The quorum.
    quorum: Signal<Quorum>,
    /// When its leader told it.
    as_of: Signal<Option<Timestamp>>,
    /// Whether brokers that follow without a vote are listed.
    observers: bool,
) -> impl IntoView {
    view! {
        <table class="tbl compact last-open">
            <thead><tr><th>"Node"</th><th>"Role"</th><th class="num">"Lag"</th><th class="num">"Fetched"</th></tr></thead>
            <tbody>
                {move || quorum.with(|quorum| {
                    // How long before the answer, not before now: between two answers nobody knows.
                    let told = as_of.get();
                    let mut voters: Vec<&QuorumReplica> = quorum.voters.iter().collect();
                    voters.sort_by_key(|replica| (Some(replica.node) != quorum.leader, replica.node));
                    voters.into_iter().map(|replica| (replica, true))
                        .chain(quorum.observers.iter().filter(|_| observers).map(|replica| (replica, false)))
                        .map(|(replica, votes)| {
                            let leads = quorum.leader == Some(replica.node);
                            let class = if replica.gone { "num c-bad" } else if leads { "num zero" } else { "num" };
                            let lag = if leads { words::NOTHING.to_owned() } else { words::number(replica.lag) };
                            let fetched = if leads { words::NOTHING.to_owned() } else {
                                replica.last_fetch.map_or_else(|| words::NOTHING.to_owned(), |time| told.map_or_else(|| words::NOTHING.to_owned(), |told| fetched_before(time, told)))
                            };
                            view! {
                                <tr>
                                    <td class="mono">{replica.node.to_string()}</td>
                                    <td class="t2">{role(replica, leads, votes)}</td>
                                    <td class=class>{lag}</td>
                                    <td class=class>{fetched}</td>
                                </tr>
                            }
                        })
                        .collect_view()
                })}
            </tbody>
        </table>
    }
}

/// `12 ms`, `3 min`
fn fetched_before(fetch: Timestamp, told: Timestamp) -> String {
    let millis = fetch.millis_until(told);
    if millis < 60_000 {
        units::duration_millis(millis - millis % if millis < 1000 { 1 } else { 1000 })
    } else {
        units::age_millis(millis)
    }
}

fn role(replica: &QuorumReplica, leads: bool, votes: bool) -> AnyView {
    if replica.gone {
        view! { <span class="badge bad bare">{icon(Icon::OctagonX)}"Gone"</span> }.into_any()
    } else if leads {
        view! { <span class="badge acc">{icon(Icon::Crown)}"Leader"</span> }.into_any()
    } else if votes {
        view! { <span>"Voter"</span> }.into_any()
    } else {
        view! { <span>"Observer"</span> }.into_any()
    }
}

/// The ring: filled leads, ring follows, dashed is behind, red and crossed is gone. Leader on top, the others clockwise.
pub fn ring(quorum: &Quorum) -> AnyView {
    let mut voters: Vec<&QuorumReplica> = quorum.voters.iter().collect();
    voters.sort_by_key(|replica| (Some(replica.node) != quorum.leader, replica.node));
    let number = f64::from(u32::try_from(voters.len()).unwrap_or(1).max(1));
    let radius = if voters.len() > 6 { 9.0 } else { 13.0 };
    let place = |index: u32| {
        let angle = TAU * f64::from(index) / number - TAU / 4.0;
        (60.0 + 46.0 * angle.cos(), 60.0 + 46.0 * angle.sin())
    };
    // Each follower's fetches as an arc of the orbit to the leader on top, the shorter way around.
    let fetches = voters
        .iter()
        .zip(0_u32..)
        .filter(|(replica, index)| *index > 0 && quorum.leader.is_some() && !replica.gone)
        .map(|(_, index)| {
            let ((x, y), (leader_x, leader_y)) = (place(index), place(0));
            let clockwise = i32::from(f64::from(index) > number / 2.0);
            view! {
                <path class="fetch" d=format!("M{x:.1} {y:.1}A46 46 0 0 {clockwise} {leader_x:.1} {leader_y:.1}")></path>
            }
        })
        .collect_view();
    let nodes = voters
        .iter()
        .zip(0_u32..)
        .map(|(replica, index)| {
            let (x, y) = place(index);
            let leads = quorum.leader == Some(replica.node);
            let class = if replica.gone {
                "gone"
            } else if leads {
                "lead"
            } else if replica.lag.is_some_and(|lag| lag > LATE_LAG) {
                "late"
            } else {
                "fol"
            };
            let cross = replica.gone.then(|| {
                let d = radius * 0.7;
                view! {
                    <line class="x" x1=format!("{:.1}", x - d) y1=format!("{:.1}", y + d) x2=format!("{:.1}", x + d) y2=format!("{:.1}", y - d)></line>
                }
            });
            view! {
                <g>
                    <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{radius:.0}")></circle>
                    <text class=if leads && !replica.gone { "on" } else { "off" } x=format!("{x:.1}") y=format!("{:.1}", y + 4.0)>{replica.node.to_string()}</text>
                    {cross}
                </g>
            }
        })
        .collect_view();
    let gone = voters.iter().filter(|replica| replica.gone).count();
    let (middle, value) = if quorum.leader.is_none() {
        ("no", "leader".to_owned())
    } else if gone > 0 {
        ("may lose", may_lose(voters.len(), gone).to_string())
    } else {
        ("epoch", quorum.epoch.to_string())
    };
    view! {
        <svg class="ring" width="120" height="120" viewBox="0 0 120 120" role="img" aria-label=ring_words(quorum)>
            <circle cx="60" cy="60" r="46" class="orbit"></circle>
            {fetches}
            {nodes}
            <text x="60" y="60" class="mid">{middle}</text>
            <text x="60" y="74" class="midv">{value}</text>
        </svg>
    }
    .into_any()
}

/// How many more voters may fail before the quorum stops (KRaft needs a majority of voters).
pub fn may_lose(voters: usize, gone: usize) -> usize {
    (voters.saturating_sub(1) / 2).saturating_sub(gone)
}

fn ring_words(quorum: &Quorum) -> String {
    let leader = match quorum.leader {
        Some(leader) => format!("node {leader} leads"),
        None => "nobody leads".to_owned(),
    };
    let gone: Vec<String> = quorum
        .voters
        .iter()
        .filter(|replica| replica.gone)
        .map(|replica| replica.node.to_string())
        .collect();
    let gone = if gone.is_empty() {
        "all follow".to_owned()
    } else {
        format!("gone: {}", gone.join(", "))
    };
    format!("Quorum of {}: {leader}, {gone}", quorum.voters.len())
}

/// The largest lag of a voter that follows.
pub fn largest_lag(quorum: &Quorum) -> Option<i64> {
    quorum
        .voters
        .iter()
        .filter(|replica| Some(replica.node) != quorum.leader && !replica.gone)
        .filter_map(|replica| replica.lag)
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_majority_must_stay() {
        assert_eq!(
            [
                may_lose(1, 0),
                may_lose(3, 0),
                may_lose(3, 1),
                may_lose(5, 1),
                may_lose(3, 2)
            ],
            [0, 1, 0, 1, 0]
        );
    }
}
