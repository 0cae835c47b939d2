//! Texts of schemas by context and id: bounded in bytes, those that nobody looked at for longest go first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What is kept at most, as a part of the bound, once it is passed: throwing out many at a time costs less than one by one.
const LEFT: f64 = 0.8;

#[derive(Debug)]
struct Kept {
    text: Arc<str>,
    used: u64,
}

#[derive(Debug, Default)]
struct Inner {
    kept: HashMap<(String, u32), Kept>,
    bytes: usize,
    clock: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Texts {
    most: usize,
    inner: Mutex<Inner>,
}

impl Texts {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            inner: Mutex::default(),
        }
    }

    pub(super) fn get(&self, context: &str, id: u32) -> Option<Arc<str>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clock += 1;
        let clock = inner.clock;
        let kept = inner.kept.get_mut(&(context.to_owned(), id))?;
        kept.used = clock;
        Some(kept.text.clone())
    }

    pub(super) fn put(&self, context: &str, id: u32, text: &Arc<str>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clock += 1;
        let kept = Kept {
            text: text.clone(),
            used: inner.clock,
        };
        inner.bytes += text.len();
        if let Some(old) = inner.kept.insert((context.to_owned(), id), kept) {
            inner.bytes -= old.text.len();
        }
        if inner.bytes > self.most {
            inner.shrink(self.most);
        }
    }
}

impl Inner {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a bound of memory need not be exact"
    )]
    fn shrink(&mut self, most: usize) {
        let left = (most as f64 * LEFT) as usize;
        let mut by_use: Vec<(u64, (String, u32))> = self
            .kept
            .iter()
            .map(|(key, kept)| (kept.used, key.clone()))
            .collect();
        by_use.sort_unstable();
        for (_, key) in by_use {
            if self.bytes <= left {
                break;
            }
            if let Some(gone) = self.kept.remove(&key) {
                self.bytes -= gone.text.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_holds_and_what_was_looked_at_stays() {
        let texts = Texts::new(1_000);
        let text: Arc<str> = "x".repeat(100).into();
        for id in 0..10 {
            texts.put("", id, &text);
        }
        assert!(texts.get("", 0).is_some() && texts.get("other", 0).is_none());
        texts.put("", 10, &text);
        assert!(texts.get("", 0).is_some(), "it was looked at");
        assert!(texts.get("", 1).is_none() && texts.get("", 10).is_some());
        texts.put("", 10, &text);
        let inner = texts.inner.lock().unwrap();
        assert_eq!(inner.bytes, inner.kept.len() * 100);
        assert!(inner.bytes <= 1_000);
    }
}
