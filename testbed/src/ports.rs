//! Ports for processes that can't choose one themselves (or must be known before they start).
//!
//! They are taken below the range the kernel gives to outgoing connections, tried by binding, and held bound until shortly
//! before their process starts. Between letting go and binding anew somebody else may take one: callers retry with others.

use anyhow::{Result, bail};
use rand::Rng;
use std::net::{Ipv4Addr, TcpListener};

/// Below 32768, where Linux begins to number outgoing connections, and above what services commonly use.
const RANGE: std::ops::Range<u16> = 17_000..32_000;
const ATTEMPTS: usize = 500;

/// Ports that are bound until [`Ports::release`].
#[derive(Debug)]
pub struct Ports {
    held: Vec<TcpListener>,
}

impl Ports {
    /// None yet.
    pub fn new() -> Self {
        Self { held: Vec::new() }
    }

    /// Takes one more free port on loopback.
    ///
    /// # Errors
    /// No free port was found in many attempts.
    pub fn take(&mut self) -> Result<u16> {
        let mut random = rand::rng();
        for _ in 0..ATTEMPTS {
            let port = random.random_range(RANGE);
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                self.held.push(listener);
                return Ok(port);
            }
        }
        bail!("no free port between {} and {}", RANGE.start, RANGE.end)
    }

    /// Lets go of all of them, for their processes to bind.
    pub fn release(self) {
        drop(self.held);
    }
}

impl Default for Ports {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn held_ports_differ_and_are_taken() {
        let mut ports = Ports::new();
        let first = ports.take().unwrap();
        let second = ports.take().unwrap();
        assert_ne!(first, second);
        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, first)).is_err());
    }
}
