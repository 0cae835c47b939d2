//! How lists look to somebody: how close rows stand and which columns are left out. Kept in a cookie, so that the server renders the
//! choice at once; no secret. Lenient: what can't be read is as if it had never been chosen.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The cookie.
pub const COOKIE: &str = "looks";
/// Longest text that is looked at, in bytes.
const LONGEST: usize = 2_000;
/// Longest name of a list or column.
const LONGEST_NAME: usize = 32;
/// Lists and columns of a list that are remembered, at most.
const MOST: usize = 32;

/// How close rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// 36 px and more.
    #[default]
    Comfortable,
    /// 28 px.
    Compact,
}

impl Density {
    /// The name in forms and in the cookie.
    pub const fn name(self) -> &'static str {
        match self {
            Density::Comfortable => "comfortable",
            Density::Compact => "compact",
        }
    }

    /// By its name; anything else is comfortable.
    pub fn of_name(name: &str) -> Self {
        match name {
            "compact" => Density::Compact,
            _ => Density::Comfortable,
        }
    }
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Looks {
    /// How close rows stand.
    pub density: Density,
    /// Columns that are left out, by list.
    hidden: BTreeMap<String, BTreeSet<String>>,
}

impl Looks {
    /// Reads the cookie's value: `compact~topics.in.retention~nodes.rack`.
    pub fn parse(text: &str) -> Self {
        let mut looks = Self::default();
        if text.len() > LONGEST {
            return looks;
        }
        for (index, part) in text.split('~').enumerate() {
            let mut names = part.split('.').filter(|name| is_name(name));
            match names.next() {
                Some(name) if index == 0 => looks.density = Density::of_name(name),
                Some(list) => looks.hide(list, names),
                None => {}
            }
        }
        looks
    }

    /// The cookie's value.
    pub fn text(&self) -> String {
        let mut out = self.density.name().to_owned();
        for (list, columns) in &self.hidden {
            out.push('~');
            out.push_str(list);
            for column in columns {
                out.push('.');
                out.push_str(column);
            }
        }
        out
    }

    /// Whether a column of a list is left out.
    pub fn hides(&self, list: &str, column: &str) -> bool {
        self.hidden
            .get(list)
            .is_some_and(|hidden| hidden.contains(column))
    }

    /// Leaves out exactly these columns of a list; names that are none are passed over.
    pub fn hide<'c>(&mut self, list: &str, columns: impl IntoIterator<Item = &'c str>) {
        let columns: BTreeSet<String> = columns
            .into_iter()
            .filter(|name| is_name(name))
            .take(MOST)
            .map(str::to_owned)
            .collect();
        if columns.is_empty() {
            self.hidden.remove(list);
        } else if is_name(list) && (self.hidden.len() < MOST || self.hidden.contains_key(list)) {
            self.hidden.insert(list.to_owned(), columns);
        }
    }
}

/// Letters and digits only: a cookie carries them as they are.
fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_chosen_is_read_again() {
        let mut looks = Looks {
            density: Density::Compact,
            ..Looks::default()
        };
        looks.hide("topics", ["in", "retention"]);
        looks.hide("nodes", ["rack"]);
        assert_eq!(looks.text(), "compact~nodes.rack~topics.in.retention");
        assert_eq!(Looks::parse(&looks.text()), looks);
        assert!(looks.hides("topics", "in") && !looks.hides("nodes", "in"));
        looks.hide("nodes", []);
        assert_eq!(looks.text(), "compact~topics.in.retention");
    }

    proptest! {
        #[test]
        fn whatever_a_cookie_holds_is_read_and_written_as_a_cookie(text in "\\PC{0,80}") {
            let looks = Looks::parse(&text);
            let written = looks.text();
            prop_assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".~".contains(&byte)));
            prop_assert_eq!(Looks::parse(&written), looks);
        }
    }
}
