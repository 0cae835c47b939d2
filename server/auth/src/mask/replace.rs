//! What is put in the place of a secret.

use super::Replacement;
use penstock_domain::json;
use ring::{hmac, rand::SystemRandom};
use std::sync::OnceLock;

const DOTS: &str = "•••";
/// Characters that a text must have before four of them are shown.
const LONG_ENOUGH: usize = 8;
/// Characters of the end that are shown.
const SHOWN: usize = 4;
/// Bytes of a digest that are shown, as pairs of digits.
const DIGEST: usize = 8;

/// In the place of all of a key, value or header.
pub(super) fn bytes(secret: &[u8], with: Replacement) -> Vec<u8> {
    text(secret, with).into_bytes()
}

/// In the place of a value in JSON: always a text, so that not even its type is told. `raw` is its own text.
pub(super) fn value(raw: &str, with: Replacement) -> String {
    let inside = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    json::quote(&match inside {
        Some(inside) => text(json::unescape(inside).as_bytes(), with),
        // The end of an object or of a list is brackets and whatever came last in it.
        None if raw.starts_with(['{', '[']) => text(raw.as_bytes(), with.max(Replacement::Hash)),
        None => text(raw.as_bytes(), with),
    })
}

fn text(secret: &[u8], with: Replacement) -> String {
    match with {
        Replacement::Dots => DOTS.to_owned(),
        Replacement::Hash => digest(secret),
        Replacement::Last4 => std::str::from_utf8(secret)
            .ok()
            .and_then(last)
            .unwrap_or_else(|| DOTS.to_owned()),
    }
}

fn last(secret: &str) -> Option<String> {
    let count = secret.chars().count();
    (count >= LONG_ENOUGH).then(|| {
        let mut out = "•".repeat(SHOWN);
        out.extend(secret.chars().skip(count - SHOWN));
        out
    })
}

/// Under a key that is made anew in every process and kept nowhere: digests can't be looked up in tables made elsewhere.
fn digest(secret: &[u8]) -> String {
    static KEY: OnceLock<Option<hmac::Key>> = OnceLock::new();
    let key = KEY
        .get_or_init(|| hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok())
        .as_ref();
    // Without randomness nothing is told at all.
    let Some(key) = key else {
        return DOTS.to_owned();
    };
    let tag = hmac::sign(key, secret);
    let mut out = String::from("#");
    for byte in tag.as_ref().iter().take(DIGEST) {
        out.push_str(&format!("{byte:02x}"));
    }
    out
}
