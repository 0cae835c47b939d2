//! What the console's process has: threads, sockets and other descriptors, resident memory, from `/proc`.

use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// Between two samples.
const PAUSE: Duration = Duration::from_millis(500);
/// Samples whose largest is what counts before a fault.
const SAMPLES: usize = 8;
/// How long threads and sockets may take to go after the fault: idle threads live ten seconds, idle connections to brokers sixty,
/// those to the API server ninety.
const SETTLED: Duration = Duration::from_secs(100);

/// A sample, or a difference of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Threads.
    pub threads: i64,
    /// Sockets.
    pub sockets: i64,
    /// Everything else that is open.
    pub others: i64,
    /// Resident memory in KiB.
    pub resident: i64,
}

impl Usage {
    /// Of a process now.
    ///
    /// # Errors
    /// It is gone.
    pub fn now(pid: u32) -> Result<Self> {
        let home = Path::new("/proc").join(pid.to_string());
        let status = std::fs::read_to_string(home.join("status"))
            .with_context(|| format!("process {pid} is gone"))?;
        let mut usage = Self {
            threads: field(&status, "Threads:").unwrap_or_default(),
            resident: field(&status, "VmRSS:").unwrap_or_default(),
            ..Self::default()
        };
        for entry in std::fs::read_dir(home.join("fd"))?.filter_map(Result::ok) {
            let Ok(target) = std::fs::read_link(entry.path()) else {
                continue;
            };
            if target.to_string_lossy().starts_with("socket:") {
                usage.sockets += 1;
            } else {
                usage.others += 1;
            }
        }
        Ok(usage)
    }

    /// The largest of a few samples: connections come and go by themselves.
    ///
    /// # Errors
    /// The process is gone.
    pub async fn at_rest(pid: u32) -> Result<Self> {
        let mut largest = Self::now(pid)?;
        for _ in 1..SAMPLES {
            tokio::time::sleep(PAUSE).await;
            largest = largest.max(Self::now(pid)?);
        }
        Ok(largest)
    }

    /// What is more than before, once threads and sockets are no more than they were or had their time to go.
    ///
    /// # Errors
    /// The process is gone.
    pub async fn growth(pid: u32, before: Self) -> Result<Self> {
        let deadline = Instant::now() + SETTLED;
        loop {
            let growth = Self::now(pid)?.minus(before);
            let settled = growth.threads <= 0 && growth.sockets <= 0 && growth.others <= 0;
            if settled || Instant::now() >= deadline {
                return Ok(growth);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The difference to an earlier sample.
    #[must_use]
    pub fn minus(self, before: Self) -> Self {
        Self {
            threads: self.threads - before.threads,
            sockets: self.sockets - before.sockets,
            others: self.others - before.others,
            resident: self.resident - before.resident,
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            threads: self.threads.max(other.threads),
            sockets: self.sockets.max(other.sockets),
            others: self.others.max(other.others),
            resident: self.resident.max(other.resident),
        }
    }
}

/// The number behind a name in `/proc/<pid>/status`.
fn field(status: &str, name: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_threads_memory_and_its_sockets() {
        let pid = std::process::id();
        let before = Usage::now(pid).unwrap();
        assert!(before.threads > 0 && before.resident > 0);
        let _sockets: Vec<_> = (0..50)
            .map(|_| std::net::UdpSocket::bind("127.0.0.1:0").unwrap())
            .collect();
        // Other tests run beside this one.
        assert!(Usage::now(pid).unwrap().minus(before).sockets > 25);
    }
}
