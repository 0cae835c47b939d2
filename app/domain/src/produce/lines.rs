//! Whole lines out of bytes that come in pieces, in parts that are sent together. Used by the server for uploads and by the
//! browser for files; neither ever holds more than a part and a line.

use super::MOST_LINES;

/// Bytes of one line.
pub const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// Collects bytes and gives whole lines.
#[derive(Clone, Debug)]
pub struct Lines {
    rest: Vec<u8>,
    together: usize,
    skip: u64,
    number: u64,
}

/// A line is longer than is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl Lines {
    /// Passes over the first `skip` lines; parts have about `together` bytes.
    pub fn new(skip: u64, together: usize) -> Self {
        Self {
            rest: Vec::new(),
            together,
            skip,
            number: 1,
        }
    }

    /// The number of the next line, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Takes in more bytes.
    pub fn add(&mut self, mut bytes: &[u8]) -> Result<(), TooLong> {
        while self.skip > 0 {
            let Some(end) = line_end(bytes) else {
                // Passed over without being held.
                return Ok(());
            };
            bytes = bytes.get(end..).unwrap_or_default();
            self.skip -= 1;
            self.number += 1;
        }
        self.rest.extend_from_slice(bytes);
        let unfinished = self
            .rest
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count();
        if unfinished > LONGEST_LINE {
            return Err(TooLong);
        }
        Ok(())
    }

    /// The next lines to send together, with the number of the first; `None`: more bytes are needed first. With `last` there
    /// are no more, so what no line break ends is a line too.
    pub fn take(&mut self, last: bool) -> Option<(u64, String)> {
        if self.rest.is_empty() || (self.rest.len() < self.together && !last) {
            return None;
        }
        let mut end = 0;
        let mut lines = 0;
        while lines < MOST_LINES && (end < self.together || lines == 0) {
            let rest = self.rest.get(end..).unwrap_or_default();
            match line_end(rest) {
                Some(length) => end += length,
                None if last && !rest.is_empty() => end = self.rest.len(),
                None => break,
            }
            lines += 1;
        }
        if lines == 0 {
            return None;
        }
        let rest = self.rest.split_off(end);
        let text = std::mem::replace(&mut self.rest, rest);
        let first = self.number;
        self.number += lines as u64;
        // Bytes that are no UTF-8 are no JSON either: the line will say so by itself.
        Some((first, String::from_utf8_lossy(&text).into_owned()))
    }
}

/// The length of the first line with its line break.
fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOGETHER: usize = 1024;

    fn taken(lines: &mut Lines, last: bool) -> Vec<(u64, String)> {
        std::iter::from_fn(|| lines.take(last)).collect()
    }

    #[test]
    fn lines_come_whole_and_with_their_numbers() {
        let mut lines = Lines::new(1, TOGETHER);
        lines.add(b"passed ov").unwrap();
        lines.add(b"er\n{\"a\":1}\n{\"b").unwrap();
        assert_eq!(taken(&mut lines, false), [], "too few to send yet");
        lines.add(b"\":2}").unwrap();
        assert_eq!(
            taken(&mut lines, true),
            [(2, "{\"a\":1}\n{\"b\":2}".to_owned())]
        );
        assert_eq!(lines.number(), 4);
    }

    #[test]
    fn parts_have_bounds() {
        let mut lines = Lines::new(0, 1024 * 1024);
        lines
            .add("1\n".repeat(MOST_LINES * 2 + 1).as_bytes())
            .unwrap();
        let parts = taken(&mut lines, true);
        let counts: Vec<usize> = parts.iter().map(|(_, text)| text.lines().count()).collect();
        assert_eq!(counts, [MOST_LINES, MOST_LINES, 1]);
        assert_eq!(parts[2].0, MOST_LINES as u64 * 2 + 1);
        let mut lines = Lines::new(0, TOGETHER);
        let half = vec![b'x'; LONGEST_LINE / 2 + 1];
        lines.add(&half).unwrap();
        assert_eq!(lines.add(&half), Err(TooLong));
    }

    #[test]
    fn large_lines_are_sent_one_by_one() {
        let mut lines = Lines::new(0, TOGETHER);
        let line = format!("{}\n", "x".repeat(TOGETHER + 10));
        lines.add(line.repeat(2).as_bytes()).unwrap();
        let parts = taken(&mut lines, false);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[1].0, 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_however_the_bytes_come(text in "[a\n]{0,200}", cut in 1_usize..20, together in 1_usize..50) {
            let mut lines = Lines::new(0, together);
            let mut out = String::new();
            let mut next = 1;
            for piece in text.as_bytes().chunks(cut) {
                lines.add(piece).unwrap();
                for (first, part) in taken(&mut lines, false) {
                    prop_assert_eq!(first, next);
                    next += part.lines().count() as u64;
                    out.push_str(&part);
                }
            }
            for (first, part) in taken(&mut lines, true) {
                prop_assert_eq!(first, next);
                next += part.lines().count() as u64;
                out.push_str(&part);
            }
            prop_assert_eq!(out, text);
        }
    }
}
