//! A strip of cells on a scale: 12 with their names, 50 in one line, 1 000 as ten rows of a hundred. Trouble overrides the scale,
//! has a shape of its own, and is named beneath.

use leptos::prelude::*;

/// The classes of the seven steps.
const STEPS: [&str; 7] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"];

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A step of the scale, 0 to 6.
    Step(u8),
    /// Nobody told its value.
    Unknown,
    /// It works, but with less than it should have.
    Low,
    /// It does not work.
    Off,
}

impl Level {
    /// The step of `value` between `low` and `high`. The root keeps ordinary differences visible beside one that is far larger.
    pub fn of(value: f64, low: f64, high: f64) -> Self {
        if !value.is_finite() {
            return Level::Unknown;
        }
        let share = if high > low {
            ((value - low) / (high - low)).clamp(0.0, 1.0).sqrt()
        } else {
            0.0
        };
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share between 0 and 1 times six"
        )]
        let step = (share * 6.0).round() as u8;
        Level::Step(step)
    }

    fn class(self) -> &'static str {
        match self {
            Level::Step(step) => STEPS.get(usize::from(step)).copied().unwrap_or("h6"),
            Level::Unknown => "none",
            Level::Low => "low",
            Level::Off => "off",
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name, shown where there is room: `7`.
    pub name: String,
    /// What it shows.
    pub level: Level,
    /// All about it, on hover: `Partition 7: 3.67 GiB`.
    pub words: String,
}

/// The strip.
#[component]
pub fn HeatStrip(
    /// The cells in their order.
    #[prop(into)]
    cells: Signal<Vec<Cell>>,
    /// All of it in words, for screen readers: `12 partitions by size; all in sync`.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    move || {
        let cells = cells.get();
        let number = cells.len();
        let class = match number {
            0..=12 => "heat n12",
            13..=24 => "heat n12 n24",
            25..=60 => "heat n50",
            _ => "heat n1000",
        };
        let named = number <= 24;
        let strip = view! {
            <div class=class role="img" aria-label=label>
                {cells.into_iter().map(|cell| {
                    let name = named.then_some(cell.name);
                    view! { <i class=cell.level.class() title=cell.words>{name}</i> }
                }).collect_view()}
            </div>
        };
        if number > 200 {
            let rows = (0..number)
                .step_by(100)
                .map(|first| view! { <span>{first.to_string()}</span> })
                .collect_view();
            view! { <div class="heat1000"><div class="ys" aria-hidden="true">{rows}</div>{strip}</div> }.into_any()
        } else {
            strip.into_any()
        }
    }
}

/// The scale beneath a strip: its ends and its steps.
#[component]
pub fn HeatKey(
    /// The lowest value: `1.25`.
    #[prop(into)]
    low: Signal<String>,
    /// The highest value with its unit: `3.67 GiB`.
    #[prop(into)]
    high: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="heat-key">
            <span>{low}</span>
            <span class="steps">{STEPS.map(|step| view! { <i class=step></i> }).collect_view()}</span>
            <span>{high}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn steps_span_the_scale() {
        assert_eq!(Level::of(0.0, 0.0, 10.0), Level::Step(0));
        assert_eq!(Level::of(10.0, 0.0, 10.0), Level::Step(6));
        assert_eq!(
            Level::of(5.0, 5.0, 5.0),
            Level::Step(0),
            "equal sizes are all light"
        );
        assert_eq!(Level::of(f64::NAN, 0.0, 1.0), Level::Unknown);
    }
}
