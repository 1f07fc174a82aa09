//! From a received submission to its recorded verdict: the worker loop and the jail that runs
//! extraction in a child process.
//!
//! Invariant: no untrusted byte is parsed in the daemon's own process.

use crate::config::Settings;
use crate::extract::{ExtractError, Extracted, Limits};
use crate::model::{Declared, Format, Unreadable, Verdict};
use jiff::civil::Date;

/// A pool of long-lived extraction workers (child processes of the same binary).
#[derive(Clone)]
pub struct Jail {}

impl Jail {
    /// Prepares `workers` children of `program` (the nianbao binary), started on first use.
    pub fn new(_program: std::path::PathBuf, _workers: usize, _limits: Limits) -> Self {
        todo!()
    }

    /// Reads one file in a child. A child that dies, overruns its time or its memory is replaced and
    /// the answer is an `ExtractError` with `TimedOut` or `ReaderFailed`.
    pub async fn extract(&self, _name: &str, _bytes: Vec<u8>) -> Result<Extracted, ExtractError> {
        todo!()
    }

    /// Kills the children.
    pub async fn shutdown(&self) {
        todo!()
    }
}

/// What the judges know of a submission besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub declared: Declared,
    pub received: Option<Date>,
}

/// Extract, bind and judge one file: what the daemon does with a submission and `check` with a file.
pub async fn examine(
    _jail: &Jail,
    _settings: &Settings,
    _name: &str,
    _bytes: Vec<u8>,
    _known: &Known,
) -> (Format, Result<Verdict, Unreadable>) {
    todo!()
}

/// The hidden verb `extract-worker`: locks itself in and answers requests on stdin/stdout until EOF.
pub fn extract_worker() -> std::process::ExitCode {
    todo!()
}
