//! Small pictures: bars, sparklines, ring, heat strips.

use crate::{
    bars::{Progress, share, stacked},
    heat::{Cell, HeatKey, HeatStrip, Level},
    ring::{Member, Role, ring},
    section::Section,
    spark::{Line, sparkline},
};
use leptos::prelude::*;

/// A figure that goes up and down the same way each time.
fn wave(index: u32, speed: f64) -> f64 {
    (f64::from(index) * speed).sin() + (f64::from(index) * speed * 2.7).cos() * 0.4
}

fn cells(number: u32) -> Vec<Cell> {
    (0..number)
        .map(|index| {
            let level = match index {
                17 | 112..=114 | 412 | 413 => Level::Low,
                31 | 640 | 641 => Level::Off,
                _ => Level::of(wave(index, 1.3).abs(), 0.0, 1.4),
            };
            Cell {
                name: index.to_string(),
                level,
                words: format!("Partition {index}"),
            }
        })
        .collect()
}

fn members(roles: &[(&str, Role)]) -> Vec<Member> {
    roles
        .iter()
        .map(|(name, role)| Member {
            name: (*name).to_owned(),
            role: *role,
        })
        .collect()
}

/// Pictures that stand in cells and sections.
#[component]
pub fn Pictures() -> impl IntoView {
    let calm: Vec<f64> = (0..40).map(|index| wave(index, 0.4) + 8.0).collect();
    let rising: Vec<f64> = (0..40)
        .map(|index| wave(index, 0.9) + f64::from(index) / 4.0)
        .collect();
    let whole = members(&[
        ("0", Role::Follower),
        ("1", Role::Leader),
        ("2", Role::Follower),
    ]);
    let hurt = members(&[
        ("0", Role::Late),
        ("1", Role::Follower),
        ("3", Role::Leader),
        ("4", Role::Follower),
        ("5", Role::Gone),
    ]);
    view! {
        <Section title="Small pictures">
            <div class="pics">
                <span>"Sparkline"</span>
                <span>{sparkline(&calm, Line::Accent, 96, 20)}{sparkline(&rising, Line::Warn, 96, 20)}{sparkline(&[1.0; 12], Line::Mute, 96, 20)}</span>
                <span>"Replica states"</span>
                <span>
                    {stacked("replbar", &[("all", 36.0)])}" all 36 "
                    {stacked("replbar", &[("all", 30.0), ("low", 6.0)])}" 6 behind "
                    {stacked("replbar", &[("all", 24.0), ("low", 6.0), ("off", 6.0)])}" 6 offline"
                </span>
                <span>"Disk"</span>
                <span>
                    {stacked("disk", &[("logs", 39.0), ("other", 6.0), ("free", 55.0)])}" 39 GiB "
                    {stacked("disk warn", &[("logs", 84.0), ("other", 4.0), ("free", 12.0)])}" 84 GiB, 12 % free"
                </span>
                <span>"Share"</span>
                <span>{share("bar", 0.62)}" 62 %"</span>
            </div>
            <div class="mt">{stacked("replbar wide", &[("h4", 28.0), ("h2", 189.0), ("low", 6.0), ("off", 8.0)])}</div>
            <ul class="keylist">
                <li><i class="h4"></i>"28 all in sync"</li>
                <li><i class="h2"></i>"189 writable, a replica missing"</li>
                <li><i class="low"></i>"6 refuse acks=all"</li>
                <li><i class="off"></i>"8 offline"</li>
            </ul>
            <div class="row"><span class="grow"><Progress done=0.29 label="Counting keys"/></span><span class="f12 t3 tnum">"29 %, 38 s left"</span></div>
        </Section>
        <Section title="KRaft quorum">
            <div class="row wrap">
                {ring(&whole, ("epoch", "37"), "Quorum of 3: node 1 leads, all follow".to_owned())}
                {ring(&hurt, ("may lose", "1 more"), "Quorum of 5: node 3 leads, gone: 5".to_owned())}
                {ring(&members(&[("0", Role::Follower), ("1", Role::Follower), ("2", Role::Gone)]), ("no", "leader"), "Quorum of 3: nobody leads".to_owned())}
            </div>
        </Section>
        <Section title="Partition heat strip" age="12 with ids, 50 in one line">
            <div class="stack-sm">
                <HeatStrip cells=cells(12) label="12 partitions by size; all in sync"/>
                <HeatStrip cells=cells(50) label="50 partitions by size; 2 in trouble"/>
            </div>
            <HeatKey low="1.25" high="3.67 GiB"/>
        </Section>
    }
}

/// A thousand partitions over the page's width.
#[component]
pub fn Thousand() -> impl IntoView {
    view! {
        <section class="sec sec-line">
            <div class="sec-head"><h2>"1 000 partitions"</h2><span class="age">"row = hundred, cell = partition"</span></div>
            <HeatStrip cells=cells(1000) label="1 000 partitions by in-rate; 6 are short of replicas, 3 are offline"/>
            <HeatKey low="0" high="310 records/s"/>
            <div class="heat-say"><span class="c-bad">"offline: 31, 640, 641"</span><span class="c-warn">"short of a replica: 17, 112–114, 412, 413"</span></div>
        </section>
    }
}
