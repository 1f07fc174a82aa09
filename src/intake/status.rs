//! What a folder can say of itself, and of one path.

use super::WatchMode;
use crate::model::{Millis, Words};
use std::path::PathBuf;
use std::time::Duration;

/// A watched folder as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FolderStatus {
    pub name: String,
    pub path: PathBuf,
    pub state: FolderState,
    pub mode: WatchMode,
    /// Why it is watched in this way.
    pub reason: Words,
    /// Files taken or refused and unchanged since.
    pub known: usize,
    /// Files waiting to be quiet or being taken.
    pub settling: usize,
    pub last_scan: Option<LastScan>,
    /// Full scans completed since the start.
    pub scans: u64,
    /// Times events were lost and a full scan was made instead.
    pub overflows: u64,
    /// What is not taken and why, by path below the folder; at most [`MOST_PROBLEMS`].
    pub problems: Vec<(String, Words)>,
}

/// Problems listed per folder.
pub const MOST_PROBLEMS: usize = 100;

/// Whether files of a folder are being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Not looked at yet.
    Starting,
    Online,
    /// Files are taken, but not all or not as fast as meant.
    Degraded(Words),
    /// Nothing is taken until the folder is back.
    Unavailable(Words),
}

/// The newest full scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastScan {
    pub at: Millis,
    pub took: Duration,
    pub files: u64,
}

/// What is known of one path and what is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Never taken because of its name.
    PassedOver,
    /// Never seen, or gone.
    Unseen,
    /// Waiting to be quiet; looked at again after this time.
    Settling { next: Duration, failures: u32, problem: Option<Words> },
    /// Being read into the spool.
    Taking,
    /// Taken as it stands, under this submission where it is remembered.
    Taken { submission: Option<u64> },
    /// In a trial folder, and done with as it stands.
    Tried,
    /// A receipt of ours.
    OurReceipt,
    /// Not taken as it stands.
    Refused(Words),
}
