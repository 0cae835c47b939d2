//! The known name that an unknown one was probably meant to be.

/// The nearest of the known names, if any is near: by few changed letters, or by its last segment.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    let last = unknown.rsplit('.').next().unwrap_or_default();
    known
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let same_end = lower.rsplit('.').next() == Some(last);
            let distance = if same_end {
                1
            } else {
                distance(&unknown, &lower)
            };
            let near = distance <= 2.max(unknown.chars().count() / 4);
            near.then_some((distance, name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `; did you mean X?`, or nothing.
pub(super) fn suggestion<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(unknown, known).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

/// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let width = right.len() + 1;
    let mut cells = vec![0; (left.len() + 1) * width];
    let at = |row: usize, column: usize| row * width + column;
    for row in 0..=left.len() {
        for column in 0..=right.len() {
            cells[at(row, column)] = if row == 0 || column == 0 {
                row + column
            } else {
                let (a, b) = (left[row - 1], right[column - 1]);
                let mut best = (cells[at(row - 1, column)] + 1)
                    .min(cells[at(row, column - 1)] + 1)
                    .min(cells[at(row - 1, column - 1)] + usize::from(a != b));
                if row > 1 && column > 1 && a == right[column - 2] && left[row - 2] == b {
                    best = best.min(cells[at(row - 2, column - 2)] + 1);
                }
                best
            };
        }
    }
    cells[at(left.len(), right.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["listen", "health_listen", "session.lifetime", "log.filter"];
        for (unknown, expected) in [
            ("lisen", Some("listen")),
            ("lsiten", Some("listen")),
            ("health-listen", Some("health_listen")),
            ("lifetime", Some("session.lifetime")),
            ("sessions.lifetime", Some("session.lifetime")),
            ("Listen", Some("listen")),
            ("bananas", None),
            ("", None),
        ] {
            assert_eq!(nearest(unknown, known), expected, "{unknown}");
        }
    }
}
