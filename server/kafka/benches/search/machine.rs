//! What the operating system says: processor time and memory of processes, how busy the machine is besides, and what kind of
//! machine it is. Everything comes from `/proc`, so measurements run on Linux only.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;

/// Kernel ticks a second in `/proc` (`USER_HZ`, 100 on every architecture that Rust and Kafka run on).
const TICKS: f64 = 100.0;

/// Processor time at one moment, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    own: f64,
    brokers: f64,
    machine: f64,
}

/// Processor time between two moments, in seconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Spent {
    /// Of this process.
    pub own: f64,
    /// Of the brokers.
    pub brokers: f64,
    /// Of everything else on the machine: a measurement is as good as this is small.
    pub others: f64,
}

impl Clocks {
    /// Now.
    pub fn now(brokers: &[u32]) -> Result<Self> {
        Ok(Self {
            own: process("self")?,
            brokers: brokers
                .iter()
                .map(|pid| process(&pid.to_string()))
                .sum::<Result<f64>>()?,
            machine: machine()?,
        })
    }

    /// What was spent since.
    pub fn spent(&self, brokers: &[u32]) -> Result<Spent> {
        let now = Self::now(brokers)?;
        let (own, of_brokers) = (now.own - self.own, now.brokers - self.brokers);
        Ok(Spent {
            own,
            brokers: of_brokers,
            others: (now.machine - self.machine - own - of_brokers).max(0.0),
        })
    }
}

/// User and system time of a process, its ended threads included.
fn process(pid: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("/proc/…/stat")?;
    // utime and stime are fields 14 and 15; the state behind the command is field 3.
    let ticks: f64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS)
}

/// Time that all processors were busy: user, nice, system, irq, softirq, steal.
fn machine() -> Result<f64> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().context("/proc/stat")?;
    let ticks: f64 = line
        .split_whitespace()
        .skip(1)
        .enumerate()
        .filter(|(at, _)| matches!(at, 0..=2 | 5..=7))
        .filter_map(|(_, field)| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS)
}

/// Resident memory of this process in bytes: now, or the most since [`forget_peak`].
pub fn resident(peak: bool) -> Result<u64> {
    let name = if peak { "VmHWM:" } else { "VmRSS:" };
    let text = fs::read_to_string("/proc/self/status")?;
    let kilobytes: u64 = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("no {name} in /proc/self/status"))?;
    Ok(kilobytes * 1024)
}

/// Lets the peak of resident memory begin anew.
pub fn forget_peak() -> Result<()> {
    fs::write("/proc/self/clear_refs", "5").context("/proc/self/clear_refs")
}

/// Load average over a minute.
pub fn load() -> f64 {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(f64::NAN)
}

/// The machine in words.
pub fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo")
        .unwrap_or_default()
        .lines()
        .find_map(|line| {
            line.strip_prefix("MemTotal:")?
                .split_whitespace()
                .next()?
                .parse::<u64>()
                .ok()
        })
        .unwrap_or(0)
        / 1024
        / 1024;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} × {model}, {memory} GiB, Linux {}", kernel.trim())
}
