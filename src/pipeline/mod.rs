//! From a received submission to its recorded verdict: the worker loop and the jail that reads and
//! judges in a child process.
//!
//! Invariant: no untrusted byte is parsed in the daemon's own process.

mod child;
mod examine;
mod jail;
mod lockdown;
mod opened;
mod others;
mod unreadable;
mod wire;
mod worker;
mod workers;

/// What a caller of [`try_out`] says of the file's circumstances.
pub use crate::rules::Circumstances;
pub use examine::try_out;
pub use jail::{Jail, JailDown};
pub use lockdown::{Landlock, Protections};
pub use opened::{Files, Keep, OpenError, Opened};
pub use others::{LiveRecords, Records};
pub use worker::extract_worker;
pub use workers::work;
