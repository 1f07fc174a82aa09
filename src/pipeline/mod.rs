//! From a received submission to its recorded verdict: the worker loop and the jail that runs
//! extraction in a child process.
//!
//! Invariant: no untrusted byte is parsed in the daemon's own process.

mod aside;
mod child;
mod examine;
mod jail;
mod lockdown;
mod unreadable;
mod wire;
mod worker;
mod workers;

pub use examine::{Known, examine};
pub use jail::{Jail, JailDown};
pub use lockdown::{Landlock, Protections};
pub use worker::extract_worker;
pub use workers::work;
