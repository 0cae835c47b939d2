//! How well a name fits what is looked for: whole, from its beginning, from a word's beginning, anywhere, or letter by letter.
//! Letter case never matters. Pure.

use std::ops::Range;

/// Words that are looked at.
const MOST_WORDS: usize = 8;
/// Letters may be so far apart, as a multiple of how many there are, to be found one by one.
const SPREAD: usize = 3;

/// What is looked for, made ready.
#[derive(Clone, Debug)]
pub struct Needle {
    words: Vec<Vec<char>>,
}

/// How well something fits; the smaller the better. Names of equal rank stand in their own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    fit: Fit,
    /// Letters that a word's hit spreads over beyond its own, and how far from the beginning it is.
    distance: usize,
    /// Letters of the name.
    length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Prefix,
    Word,
    Within,
    Scattered,
}

impl Needle {
    /// From a text as it was typed; its words may stand in any order.
    pub fn new(text: &str) -> Self {
        Self {
            words: text
                .split_whitespace()
                .take(MOST_WORDS)
                .map(|word| word.chars().map(lower).collect())
                .collect(),
        }
    }

    /// Whether nothing is looked for: then everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a name fits; `None` where some word is not in it.
    pub fn rank(&self, name: &str) -> Option<Rank> {
        self.find(name).map(|(rank, _)| rank)
    }

    /// Where in a name its letters are, as ranges of bytes in order, for marking them; empty where it does not fit.
    pub fn marks(&self, name: &str) -> Vec<Range<usize>> {
        let Some((_, places)) = self.find(name) else {
            return Vec::new();
        };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut wanted: Vec<usize> = places;
        wanted.sort_unstable();
        wanted.dedup();
        let mut wanted = wanted.into_iter().peekable();
        for (place, (byte, letter)) in name.char_indices().enumerate() {
            if wanted.next_if_eq(&place).is_none() {
                continue;
            }
            let end = byte + letter.len_utf8();
            match ranges.last_mut() {
                Some(last) if last.end == byte => last.end = end,
                _ => ranges.push(byte..end),
            }
        }
        ranges
    }

    /// The rank, and the places of the letters that were found.
    fn find(&self, name: &str) -> Option<(Rank, Vec<usize>)> {
        let letters: Vec<char> = name.chars().collect();
        let lowered: Vec<char> = letters.iter().copied().map(lower).collect();
        let mut rank = Rank {
            fit: Fit::Whole,
            distance: 0,
            length: letters.len(),
        };
        let mut places = Vec::new();
        for word in &self.words {
            let (fit, distance, found) = place_of(word, &letters, &lowered)?;
            rank.fit = rank.fit.max(fit);
            rank.distance += distance;
            places.extend(found);
        }
        Some((rank, places))
    }
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// The best place of a word in a name.
fn place_of(word: &[char], letters: &[char], lowered: &[char]) -> Option<(Fit, usize, Vec<usize>)> {
    if word == lowered {
        return Some((Fit::Whole, 0, (0..letters.len()).collect()));
    }
    let at = |place: usize| (place..place + word.len()).collect();
    if lowered.starts_with(word) {
        return Some((Fit::Prefix, 0, at(0)));
    }
    let mut within = None;
    for (place, window) in lowered.windows(word.len().max(1)).enumerate() {
        if window != word {
            continue;
        }
        if begins_word(letters, place) {
            return Some((Fit::Word, place, at(place)));
        }
        within.get_or_insert(place);
    }
    if let Some(place) = within {
        return Some((Fit::Within, place, at(place)));
    }
    scattered(word, letters, lowered)
}

/// Behind a sign, a small letter before a capital, or a letter beside a digit.
fn begins_word(letters: &[char], place: usize) -> bool {
    let (Some(before), Some(here)) = (
        place.checked_sub(1).and_then(|before| letters.get(before)),
        letters.get(place),
    ) else {
        return true;
    };
    !before.is_alphanumeric()
        || (before.is_lowercase() && here.is_uppercase())
        || before.is_numeric() != here.is_numeric()
}

/// All letters in their order, not too far apart: `tcr` is in `task-created`. Single letters would be everywhere.
fn scattered(
    word: &[char],
    letters: &[char],
    lowered: &[char],
) -> Option<(Fit, usize, Vec<usize>)> {
    if word.len() < 2 {
        return None;
    }
    let first = word.first()?;
    let begins = (0..lowered.len()).filter(|place| lowered.get(*place) == Some(first));
    begins
        .filter(|place| begins_word(letters, *place))
        .filter_map(|begin| follow(word, lowered, begin))
        .map(|found| {
            (
                found.last().copied().unwrap_or_default()
                    - found.first().copied().unwrap_or_default()
                    + 1,
                found,
            )
        })
        .filter(|(span, _)| *span <= word.len() * SPREAD + 2)
        .min_by_key(|(span, _)| *span)
        .map(|(span, found)| (Fit::Scattered, span - word.len(), found))
}

/// The letters of a word one after another from a place on, each as early as can be.
fn follow(word: &[char], lowered: &[char], begin: usize) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(word.len());
    let mut place = begin;
    for letter in word {
        let next = lowered
            .get(place..)?
            .iter()
            .position(|candidate| candidate == letter)?;
        found.push(place + next);
        place += next + 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Instant;

    fn sorted<'n>(text: &str, names: &[&'n str]) -> Vec<&'n str> {
        let needle = Needle::new(text);
        let mut found: Vec<(Rank, &str)> = names
            .iter()
            .filter_map(|name| Some((needle.rank(name)?, *name)))
            .collect();
        found.sort();
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn prefixes_before_words_before_anything_within_before_letters() {
        let names = [
            "subtasks",
            "my-task",
            "t-a-s-k",
            "task-created",
            "TASK",
            "other",
        ];
        assert_eq!(
            sorted("task", &names),
            ["TASK", "task-created", "my-task", "subtasks", "t-a-s-k"]
        );
    }

    #[test]
    fn shorter_names_stand_first_among_equals_and_then_their_order() {
        assert_eq!(
            sorted("task", &["task-bb", "task-a", "task-aa"]),
            ["task-a", "task-aa", "task-bb"]
        );
    }

    #[test]
    fn words_may_stand_in_any_order_and_all_must_fit() {
        assert_eq!(
            sorted("created task", &["task-created", "task-updated"]),
            ["task-created"]
        );
        assert_eq!(sorted("camel", &["myCamelCase", "cable"]), ["myCamelCase"]);
    }

    #[test]
    fn letters_alone_find_nothing_that_is_far_apart() {
        assert_eq!(sorted("tcr", &["task-created"]), ["task-created"]);
        assert_eq!(sorted("tp", &["task-events-of-the-distant-past"]), [""; 0]);
        assert_eq!(sorted("x", &["task"]), [""; 0]);
    }

    #[test]
    fn marks_are_where_the_letters_are() {
        let marked = |text: &str, name: &str| -> Vec<String> {
            let marks = Needle::new(text).marks(name);
            marks
                .into_iter()
                .map(|range| name[range].to_owned())
                .collect()
        };
        assert_eq!(marked("task-c", "task-created"), ["task-c"]);
        assert_eq!(marked("cre ta", "task-created"), ["ta", "cre"]);
        assert_eq!(marked("zür", "zürich"), ["zür"]);
        assert_eq!(marked("tcr", "task-created"), ["t", "cr"]);
        assert_eq!(marked("x", "task"), [""; 0]);
    }

    #[test]
    fn many_names_are_ranked_soon() {
        let needle = Needle::new("topic 99 cre");
        let begun = Instant::now();
        let found = (0..10_000)
            .filter(|index| {
                needle
                    .rank(&format!("some.topic-{index}-created"))
                    .is_some()
            })
            .count();
        assert!(found > 100);
        assert!(begun.elapsed().as_millis() < 1_000, "{:?}", begun.elapsed());
    }

    proptest! {
        #[test]
        fn marks_lie_between_characters(text in "\\PC{0,12}", name in "\\PC{0,24}") {
            let needle = Needle::new(&text);
            for range in needle.marks(&name) {
                prop_assert!(name.get(range).is_some_and(|part| !part.is_empty()));
            }
            prop_assert_eq!(needle.is_empty() || needle.rank(&name).is_some(), needle.rank(&name).is_some());
        }

        #[test]
        fn every_name_finds_itself(name in "[a-zA-Z0-9._-]{1,40}") {
            prop_assert!(Needle::new(&name).rank(&name).is_some_and(|rank| rank.fit == Fit::Whole));
        }
    }
}
