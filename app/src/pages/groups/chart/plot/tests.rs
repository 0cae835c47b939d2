//! Courses as pictures.

use super::{
    scale::{BOTTOM, LANE_TOP, LEFT, TOP, moment, round_step},
    *,
};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn point(at: i64, committed: Option<i64>, end: Option<i64>, log_start: i64) -> LagPoint {
    LagPoint {
        at: Timestamp(at),
        committed,
        end,
        log_start: Some(log_start),
    }
}

fn plot(points: &[LagPoint]) -> Plot {
    Plot::of(points, Timestamp(0), Timestamp(HOUR), None, Size::WIDE).unwrap()
}

#[test]
fn lines_span_the_plot_and_lag_lies_between_them() {
    let plot = plot(&[
        point(0, Some(1_000), Some(1_000), 0),
        point(HOUR / 2, Some(1_000), Some(1_500), 0),
        point(HOUR, Some(1_000), Some(2_000), 0),
    ]);
    assert_eq!(plot.end[0][0], (LEFT, TOP + 80.0));
    assert_eq!(plot.end[0][2], (1056.0, TOP));
    assert_eq!(plot.committed[0][2], (1056.0, TOP + 80.0));
    assert_eq!(plot.log_start[0][0], (LEFT, BOTTOM));
    assert_eq!(plot.lag_areas[0].len(), 6);
    assert_eq!(plot.lane[0][2], (1056.0, LANE_TOP));
    assert_eq!(plot.lag_now, Some(1_000));
    assert!(
        plot.words
            .contains("1\u{202f}000 records came in and 0 were committed")
    );
}

#[test]
fn a_first_offset_far_away_does_not_press_the_rest_flat() {
    let plot = plot(&[
        point(0, Some(1_000_000), Some(1_000_100), 5),
        point(HOUR, Some(1_000_100), Some(1_000_200), 5),
    ]);
    assert!(plot.log_start.is_empty());
    assert_eq!(plot.grid[0].1, "0");
    assert_eq!(plot.grid[1].1, "+50");
}

#[test]
fn a_loss_within_the_span_is_drawn_ahead_and_a_later_one_is_not() {
    let points = [
        point(0, Some(100), Some(1_000), 0),
        point(HOUR, Some(100), Some(1_000), 0),
    ];
    let of = |seconds: f64| {
        let forecast = Forecast {
            in_per_second: 1.0,
            out_per_second: 0.0,
            seconds,
        };
        let until = Timestamp(HOUR);
        Plot::of(&points, Timestamp(0), until, Some(forecast), Size::WIDE)
            .unwrap()
            .expected
    };
    let ahead = of(1_800.0).unwrap();
    assert!(ahead.now < ahead.loss.0 && ahead.loss.0 < ahead.end[1].0);
    assert!((ahead.end[1].0 - Size::WIDE.right).abs() < 0.1);
    assert!(
        (ahead.loss.1 - ahead.committed[1].1).abs() < 0.1,
        "nothing is read"
    );
    assert!(ahead.words.ends_with("in 30 min"), "{}", ahead.words);
    assert_eq!(of(7_200.0), None);
}

#[test]
fn what_is_not_known_is_a_gap() {
    let minute = 60_000;
    let mut points: Vec<LagPoint> = (0..10)
        .map(|index| point(index * minute, Some(index), Some(index + 1), 0))
        .collect();
    points[4].committed = None;
    points.extend((40..45).map(|index| point(index * minute, Some(index), Some(index), 0)));
    let plot = plot(&points);
    assert_eq!(plot.end.len(), 2, "nobody looked for half an hour");
    assert_eq!(plot.committed.len(), 3);
    assert_eq!(plot.lag_areas.len(), 3);
}

#[test]
fn steps_are_round() {
    for (room, step) in [(1, 1), (4, 1), (9, 2), (100, 50), (270_000, 100_000)] {
        assert_eq!(round_step(room), step, "{room}");
    }
    assert!(round_step(i64::MAX) > 0);
}

#[test]
fn times_are_of_the_span() {
    let at = Timestamp::parse("2026-11-22T07:29:31Z").unwrap();
    assert_eq!(moment(at, HOUR), "07:29");
    assert_eq!(moment(at, 14 * 86_400_000), "22 Nov");
}

proptest! {
    #[test]
    fn everything_stays_in_the_picture(
        seconds in 0.0_f64..10_000.0,
        rate in 0.0_f64..1e9,
        values in prop::collection::vec((0_i64..HOUR, prop::option::of(any::<i64>()), prop::option::of(any::<i64>()), any::<i64>()), 0..40),
    ) {
        let mut points: Vec<LagPoint> = values
            .into_iter()
            .map(|(at, committed, end, start)| point(at, committed, end, start))
            .collect();
        points.sort_by_key(|point| point.at);
        let forecast = Forecast { in_per_second: rate, out_per_second: rate / 2.0, seconds };
        for size in [Size::WIDE, Size::NARROW] {
            let Some(plot) = Plot::of(&points, Timestamp(0), Timestamp(HOUR), Some(forecast), size) else { continue };
            for (x, y) in plot.expected.iter().flat_map(|ahead| ahead.end.into_iter().chain(ahead.committed).chain([ahead.loss])) {
                prop_assert!((0.0..=size.width).contains(&x) && (0.0..=260.0).contains(&y), "{x} {y}");
            }
            let all = [&plot.end, &plot.committed, &plot.log_start, &plot.lag_areas, &plot.lane];
            for (x, y) in all.into_iter().flatten().flatten() {
                prop_assert!((0.0..=size.width).contains(x) && (0.0..=260.0).contains(y), "{x} {y}");
            }
            prop_assert!(plot.grid.len() <= 5);
        }
    }
}
