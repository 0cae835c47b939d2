//! The word that was probably meant.

/// The word nearest to what was typed, if one is near: letter case aside, at most a third of it wrong.
pub(crate) fn nearest<'w>(typed: &str, words: &[&'w str]) -> Option<&'w str> {
    // Longer than any word of the language can't be near one.
    if typed.len() > 32 {
        return None;
    }
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    words
        .iter()
        .map(|word| (distance(&typed, word), *word))
        .filter(|(distance, word)| *distance <= (word.len().max(typed.len()) / 3).clamp(1, 2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Letters to insert, remove, change or swap with their neighbour (optimal string alignment).
fn distance(typed: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    for (row, a) in typed.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, b) in word.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(a != b))
                .min(at(&last, column + 1) + 1)
                .min(at(&now, column) + 1);
            if row > 0
                && column > 0
                && typed.get(row - 1) == Some(b)
                && word.get(column - 1) == Some(a)
            {
                best = best.min(at(&before, column - 1) + 1);
            }
            now.push(best);
        }
        before = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// A word for a message, in quotes, cut where it is long.
pub(crate) fn short(text: &str) -> String {
    let mut out = String::from("“");
    out.extend(text.chars().take(40));
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out.push('”');
    out
}
