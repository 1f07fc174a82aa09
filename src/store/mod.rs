//! What happened, kept: an fsynced journal, content-addressed originals, and sled as the index that
//! every query reads.
//!
//! Invariants: one door for writing; nothing is acknowledged before its journal record is on disk;
//! sled is a projection that can be deleted at any time; only this room knows sled and the record
//! format.

use crate::model::{
    Acknowledgement, Alert, AlertState, Declared, Delivery, Finding, Format, Millis, OutboxItem,
    Outcome, Source, Stage, Standing, Submission, SubmissionId, UnitYear, Unreadable, Verdict,
};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A handle on the store; cheap to clone. Reading is synchronous and takes microseconds to
/// milliseconds; writing waits for the disk.
#[derive(Clone)]
pub struct Store {}

/// Where the store lives and what it must know to derive alerts.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    pub dir: PathBuf,
    /// Names of the alert channels: every alert phase puts one item per channel into the outbox.
    pub channels: Vec<String>,
    /// sled's page cache, bytes.
    pub cache_bytes: u64,
}

/// What opening found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Journal records applied to the index at this start.
    pub replayed: u64,
    /// The index was missing, damaged or behind beyond repair and was rebuilt from the journal.
    pub rebuilt: bool,
    /// Bytes of a torn last record cut off the journal (never acknowledged).
    pub cut: u64,
}

/// Errors, named by what the caller does next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the directory.
    #[error("{}: another nianbao already uses this data directory", .0.display())]
    Locked(PathBuf),
    /// The thing named does not exist.
    #[error("not found: {0}")]
    NotFound(String),
    /// The submission is no longer in the stage the caller expected; read it again.
    #[error("submission {id} is {actual:?}, not {expected:?}")]
    Conflict { id: SubmissionId, expected: Stage, actual: Stage },
    /// The input breaks a bound (original too large …).
    #[error("{0}")]
    Refused(String),
    /// The disk failed or the data is damaged. The process must stop: it cannot promise anything more.
    #[error("store failed: {0}")]
    Fatal(String),
}

/// An original in the spool, on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// 64 hex digits.
    pub sha256: String,
    pub size: u64,
}

/// A file handed in, its original already in the spool.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    pub source: Source,
    pub original: Spooled,
    pub declared: Declared,
    pub at: Millis,
}

/// What came of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// A new submission, in stage `Received`.
    New(SubmissionId),
    /// The current submission from the same place has the same bytes; nothing was recorded.
    Same(SubmissionId),
}

/// The end of a submission's processing.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    pub submission: SubmissionId,
    pub at: Millis,
    pub format: Format,
    pub result: Result<Verdict, Unreadable>,
}

/// What a conclusion led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Concluded {
    pub submission: Submission,
    /// Submissions that this one took the place of.
    pub superseded: Vec<SubmissionId>,
    /// Alerts opened, updated or resolved.
    pub alerts: Vec<u64>,
}

/// Which submissions to list. Empty = all, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub year: Option<i32>,
    /// Exact name.
    pub unit: Option<String>,
    pub outcome: Option<Outcome>,
    pub stage: Option<Stage>,
    /// Only submissions with a finding of this rule.
    pub rule: Option<String>,
    /// Only each unit-year's current submission (and current ones without unit or year).
    pub current_only: bool,
}

/// One page of a listing, newest first; `next` continues after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<u64>,
}

/// One entry of the watch log: what changed at a journal number.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Gap-free in commit order within an epoch.
    pub seq: u64,
    pub at: Millis,
    pub change: Change,
}

/// What changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Received(SubmissionId),
    Judged {
        id: SubmissionId,
        superseded: Vec<SubmissionId>,
        alerts: Vec<u64>,
    },
    /// A recheck put it back into the queue.
    Requeued(SubmissionId),
    Acknowledged(u64),
    Delivered {
        alert: u64,
        channel: String,
        ok: bool,
    },
    /// A worker died on a submission.
    Attempted(SubmissionId),
}

/// Numbers for the overview of a year (or of all years).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    pub compliant: u32,
    pub needs_review: u32,
    pub returned: u32,
    pub unreadable: u32,
    /// Submissions waiting for a verdict.
    pub waiting: u32,
    /// Open alerts.
    pub firing: u32,
}

/// What was last seen at a path: a cache to skip hashing, not a truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStamp {
    pub size: u64,
    pub modified_ns: i128,
    pub changed_ns: i128,
    pub inode: u64,
    pub device: u64,
    pub sha256: String,
    pub submission: SubmissionId,
}

impl Store {
    /// Opens or creates the store: takes the directory's lock, checks the journal, compares it with
    /// the index, replays what is missing or rebuilds.
    pub fn open(_options: &StoreOptions) -> Result<(Store, Opened), StoreError> {
        todo!()
    }

    /// Deletes the index and builds it anew from the journal. For `nianbao rebuild`.
    pub fn rebuild(_options: &StoreOptions) -> Result<Opened, StoreError> {
        todo!()
    }

    // ---- originals

    /// Streams an original into the spool while hashing it; on disk (fsynced, renamed) when it returns.
    pub fn spool(&self, _from: &mut dyn Read, _max_bytes: u64) -> Result<Spooled, StoreError> {
        todo!()
    }

    /// The original's bytes.
    pub fn original(&self, _sha256: &str) -> Result<Vec<u8>, StoreError> {
        todo!()
    }

    /// The original's path in the spool, for streaming it out.
    pub fn original_path(&self, _sha256: &str) -> PathBuf {
        todo!()
    }

    // ---- writing: each waits until its record is on disk; concurrent ones share one fsync

    /// Records an arrival.
    pub async fn receive(&self, _arrival: Arrival) -> Result<Received, StoreError> {
        todo!()
    }

    /// Records a verdict together with all that follows from it: revision, superseded submissions,
    /// standing, alerts and their outbox items, the watch event. `Conflict` unless the submission is
    /// in stage `Received`.
    pub async fn conclude(&self, _conclusion: Conclusion) -> Result<Concluded, StoreError> {
        todo!()
    }

    /// Records that a worker died on a submission; returns the attempts so far.
    pub async fn attempted(&self, _id: SubmissionId, _at: Millis) -> Result<u32, StoreError> {
        todo!()
    }

    /// Puts a judged submission back into the queue (recheck).
    pub async fn requeue(&self, _id: SubmissionId, _at: Millis) -> Result<(), StoreError> {
        todo!()
    }

    /// Records who took an alert on.
    pub async fn acknowledge(
        &self,
        _alert: u64,
        _ack: Acknowledgement,
    ) -> Result<Alert, StoreError> {
        todo!()
    }

    /// Records what came of a send: removes the item, or moves it to its next due time.
    pub async fn delivered(&self, _delivery: Delivery) -> Result<(), StoreError> {
        todo!()
    }

    // ---- reading

    pub fn submission(&self, _id: SubmissionId) -> Result<Option<Submission>, StoreError> {
        todo!()
    }

    /// The verdict of a judged submission; for an unreadable one the reason.
    pub fn verdict(
        &self,
        _id: SubmissionId,
    ) -> Result<Option<Result<Verdict, Unreadable>>, StoreError> {
        todo!()
    }

    /// A page of submissions with ids below `before` (`None` = from the newest).
    pub fn list(
        &self,
        _filter: &Filter,
        _before: Option<u64>,
        _limit: usize,
    ) -> Result<Page<Submission>, StoreError> {
        todo!()
    }

    /// All revisions of a unit and year, oldest first.
    pub fn revisions(&self, _of: &UnitYear) -> Result<Vec<Submission>, StoreError> {
        todo!()
    }

    pub fn standing(&self, _of: &UnitYear) -> Result<Option<Standing>, StoreError> {
        todo!()
    }

    /// Standings of a year (of all years when `None`), by year and unit.
    pub fn standings(&self, _year: Option<i32>) -> Result<Vec<Standing>, StoreError> {
        todo!()
    }

    /// Findings of one rule over all current submissions of a year: (submission, finding).
    pub fn findings_of(
        &self,
        _rule: &str,
        _year: Option<i32>,
        _limit: usize,
    ) -> Result<Vec<(Submission, Finding)>, StoreError> {
        todo!()
    }

    pub fn overview(&self, _year: Option<i32>) -> Result<Overview, StoreError> {
        todo!()
    }

    /// Submissions waiting for a verdict, oldest first.
    pub fn ready(&self, _limit: usize) -> Result<Vec<Submission>, StoreError> {
        todo!()
    }

    /// The current submission from a place (folder and path).
    pub fn current_at(&self, _source: &Source) -> Result<Option<Submission>, StoreError> {
        todo!()
    }

    pub fn alert(&self, _id: u64) -> Result<Option<Alert>, StoreError> {
        todo!()
    }

    /// Alerts, newest first, ids below `before`.
    pub fn alerts(
        &self,
        _state: Option<AlertState>,
        _before: Option<u64>,
        _limit: usize,
    ) -> Result<Page<Alert>, StoreError> {
        todo!()
    }

    /// Outbox items due at or before `now`, oldest first, and the time of the next one after that.
    pub fn due(
        &self,
        _now: Millis,
        _limit: usize,
    ) -> Result<(Vec<OutboxItem>, Option<Millis>), StoreError> {
        todo!()
    }

    /// Events after a journal number, oldest first.
    pub fn events(&self, _after: u64, _limit: usize) -> Result<Vec<Event>, StoreError> {
        todo!()
    }

    /// Number of the newest durable event, changing as commits happen; for watch streams and the dispatcher.
    pub fn head(&self) -> tokio::sync::watch::Receiver<u64> {
        todo!()
    }

    /// Changes only when the journal itself was replaced; part of every watch cursor.
    pub fn epoch(&self) -> u64 {
        todo!()
    }

    // ---- cache of files seen (not durable, not in the journal)

    pub fn file_stamp(&self, _folder: &str, _path: &str) -> Result<Option<FileStamp>, StoreError> {
        todo!()
    }

    pub fn remember_file(
        &self,
        _folder: &str,
        _path: &str,
        _stamp: &FileStamp,
    ) -> Result<(), StoreError> {
        todo!()
    }

    pub fn forget_file(&self, _folder: &str, _path: &str) -> Result<(), StoreError> {
        todo!()
    }

    /// Flushes the index and marks a clean stop. Later writes fail.
    pub fn close(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// Directory of the store.
    pub fn dir(&self) -> &Path {
        todo!()
    }
}
