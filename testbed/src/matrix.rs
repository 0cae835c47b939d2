//! The fault matrix: what the console says while something is broken, how soon it is right again, and what that costs it.
//!
//! [`rows`] is the matrix as data: what breaks, and what has to be said meanwhile. [`run`] takes one row after the other on a
//! bed that runs with its workload and a console: it breaks, waits until that is told, mends, and waits until the bed itself is
//! whole ([`ground`]); from then on the console's seconds count. [`watch`] looks at pages and API all the while, [`usage`] at the
//! console's threads, sockets and memory, [`table`] prints what came of it. The command is `testbed matrix`.
//!
//! It judges by what is served, never by the console's inside, and knows what is true from the brokers and the API server
//! themselves, past every proxy.

mod breakage;
mod crowd;
mod definitions;
mod etcd;
mod ground;
mod look;
mod registry;
pub mod rows;
pub mod run;
mod secret;
pub mod table;
mod tls;
mod usage;
mod watch;

pub use ground::Ground;
