//! Headers of a record: names may repeat, need not be UTF-8, and values may be null.

use super::{RawHeaders, varint};

/// Checks what is left of a record behind its value: a count, so many headers, and nothing else.
pub(super) fn check(body: &[u8]) -> Result<RawHeaders<'_>, &'static str> {
    let mut rest = body;
    let count = varint::take(&mut rest).ok_or("it ends before its headers")?;
    let count = u32::try_from(count).map_err(|_| "its number of headers is impossible")?;
    let bytes = rest;
    // Each takes two bytes at least, so a count that lies ends this soon.
    for _ in 0..count {
        take(&mut rest).ok_or("a header is cut short")?;
    }
    if rest.is_empty() {
        Ok(RawHeaders { count, bytes })
    } else {
        Err("bytes are left behind its headers")
    }
}

#[inline]
fn take<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    // A name can't be null.
    let length = varint::take_length(rest)??;
    let (name, after) = rest.split_at_checked(length)?;
    *rest = after;
    let Some(length) = varint::take_length(rest)? else {
        return Some((name, None));
    };
    let (value, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some((name, Some(value)))
}

impl<'a> RawHeaders<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Name and value of each, in their order.
    pub fn iter(&self) -> Headers<'a> {
        Headers {
            left: self.count,
            rest: self.bytes,
        }
    }
}

impl<'a> IntoIterator for &RawHeaders<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);
    type IntoIter = Headers<'a>;

    fn into_iter(self) -> Headers<'a> {
        self.iter()
    }
}

/// See [`RawHeaders::iter`].
#[derive(Clone, Debug)]
pub struct Headers<'a> {
    left: u32,
    rest: &'a [u8],
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        take(&mut self.rest)
    }
}
