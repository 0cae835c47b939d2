//! A quorum as a ring: filled leads, ring follows, dashed is behind, red and crossed is gone. The leader is on top, the others
//! clockwise; a table of the same stands beside it.

use leptos::prelude::*;
use std::f64::consts::TAU;

/// What a member of the ring does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Leads.
    Leader,
    /// Follows in step.
    Follower,
    /// Follows, but is behind.
    Late,
    /// Does not answer.
    Gone,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name: `0`.
    pub name: String,
    /// What it does.
    pub role: Role,
}

/// The distance of members from the middle.
const ORBIT: f64 = 46.0;

/// Where the member with this index of so many is.
fn place(index: u32, number: u32) -> (f64, f64) {
    let angle = TAU * f64::from(index) / f64::from(number.max(1)) - TAU / 4.0;
    (60.0 + ORBIT * angle.cos(), 60.0 + ORBIT * angle.sin())
}

/// The ring of `members`, a leader first. `middle` are two short lines: `epoch`, `37`. `label` says all of it in words.
pub fn ring(members: &[Member], middle: (&str, &str), label: String) -> AnyView {
    let mut members: Vec<&Member> = members.iter().collect();
    members.sort_by_key(|member| member.role != Role::Leader);
    let number = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let radius = if members.len() > 6 { 9.0 } else { 13.0 };
    let led = members
        .first()
        .is_some_and(|first| first.role == Role::Leader);
    // What each follower fetches, as an arc of the orbit to the leader on top, the shorter way around.
    let fetches = members
        .iter()
        .zip(0_u32..)
        .filter(|(member, _)| led && matches!(member.role, Role::Follower | Role::Late))
        .map(|(_, index)| {
            let ((x, y), (top_x, top_y)) = (place(index, number), place(0, number));
            let clockwise = u8::from(index * 2 > number);
            view! { <path class="fetch" d=format!("M{x:.1} {y:.1}A46 46 0 0 {clockwise} {top_x:.1} {top_y:.1}")></path> }
        })
        .collect_view();
    let nodes = members
        .iter()
        .zip(0_u32..)
        .map(|(member, index)| node(member, place(index, number), radius))
        .collect_view();
    let (first, second) = (middle.0.to_owned(), middle.1.to_owned());
    view! {
        <svg class="ring" width="120" height="120" viewBox="0 0 120 120" role="img" aria-label=label>
            <circle cx="60" cy="60" r="46" class="orbit"></circle>
            {fetches}
            {nodes}
            <text x="60" y="60" class="mid">{first}</text>
            <text x="60" y="74" class="midv">{second}</text>
        </svg>
    }
    .into_any()
}

fn node(member: &Member, (x, y): (f64, f64), radius: f64) -> AnyView {
    let class = match member.role {
        Role::Leader => "lead",
        Role::Follower => "fol",
        Role::Late => "late",
        Role::Gone => "gone",
    };
    let text = if member.role == Role::Leader {
        "on"
    } else {
        "off"
    };
    let cross = (member.role == Role::Gone).then(|| {
        let d = radius * 0.7;
        view! {
            <line class="x" x1=format!("{:.1}", x - d) y1=format!("{:.1}", y + d) x2=format!("{:.1}", x + d) y2=format!("{:.1}", y - d)></line>
        }
    });
    view! {
        <g>
            <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{radius:.0}")></circle>
            <text class=text x=format!("{x:.1}") y=format!("{:.1}", y + 4.0)>{member.name.clone()}</text>
            {cross}
        </g>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn the_leader_is_on_top() {
        let (x, y) = place(0, 3);
        assert!((x - 60.0).abs() < 0.001 && (y - 14.0).abs() < 0.001);
        let (right, _) = place(1, 3);
        assert!(right > 60.0, "the next one is clockwise of it");
    }
}
