//! What somebody probably meant to type.

/// Names that are compared; beyond, the list is too long for a guess.
const MOST_COMPARED: usize = 1_000;
/// Characters of a name that are compared.
const MOST_CHARACTERS: usize = 100;

/// The name that is nearest to what was typed, if one is near: a third of it may differ, capitals do not count.
pub(crate) fn nearest<'n>(
    typed: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let typed: Vec<char> = letters(typed);
    let most = ((typed.len() + 1) / 3).max(1);
    names
        .into_iter()
        .take(MOST_COMPARED)
        .map(|name| (distance(&typed, &letters(name)), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Names for a sentence: all of them, or the first dozen.
pub(crate) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let first: Vec<&str> = names.by_ref().take(12).collect();
    let more = names.count();
    match more {
        0 => first.join(", "),
        _ => format!("{} and {more} more", first.join(", ")),
    }
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .take(MOST_CHARACTERS)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Letters to add, drop, change or swap with their neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(x != y))
                .min(at(&last, column + 1) + 1)
                .min(at(&now, column) + 1);
            let swapped =
                row > 0 && column > 0 && a.get(row - 1) == Some(y) && b.get(column - 1) == Some(x);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            now.push(best);
        }
        before_last = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["low", "normal", "high", "urgent"];
        assert_eq!(nearest("urgnt", names), Some("urgent"));
        assert_eq!(nearest("URGENT", names), Some("urgent"));
        assert_eq!(nearest("hihg", names), Some("high"));
        assert_eq!(nearest("lwo", names), Some("low"));
        assert_eq!(nearest("tomorrow", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(list(names), "low, normal, high, urgent");
        assert_eq!(
            list(["x"; 14]),
            format!("{} and 2 more", ["x"; 12].join(", "))
        );
    }
}
