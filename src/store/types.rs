//! What the store takes and answers: the nouns of its door.

use crate::model::{
    AlertKind, Batch, Decision, Declared, Finding, Format, Leaned, Millis, Outcome, Passed, Policy,
    Ruled, Ruling, Source, Stage, Submission, SubmissionId, UnitYear, Unreadable, Verdict, Words,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where the store lives and what it must know to derive alerts.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    pub dir: PathBuf,
    /// Who is told of the cases: every turn of one puts an item per channel told into the outbox.
    pub policy: Policy,
    /// sled's page cache, bytes.
    pub cache_bytes: u64,
    /// Free bytes below which no new original is taken: what is left is for the journal.
    pub min_free: u64,
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
    /// Originals that are no longer what was handed in, the first hundred of them. Opening sees those
    /// that are gone or of another length; a rebuild reads all.
    pub damaged: Vec<DamagedOriginal>,
    /// How many there are.
    pub damaged_in_all: u64,
    /// Old originals without a record that were removed: a crash came between spool and journal.
    pub collected: u64,
}

/// An original that is no longer what was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedOriginal {
    /// The newest submission with these bytes, and the name of its file.
    pub submission: SubmissionId,
    pub file_name: String,
    /// Where the original belongs.
    pub path: PathBuf,
    pub damage: Damage,
}

/// What became of an original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    Missing,
    /// Other bytes, or unreadable.
    Altered,
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
    /// What the judgement leaned on changed meanwhile; judge it again.
    #[error("submission {0} was judged beside a report that is no longer the current one")]
    Overtaken(SubmissionId),
    /// It cannot be decided on; look at the report's findings again.
    #[error("{}", .0.words().en)]
    Undecidable(Undecidable),
    /// The input breaks a bound (original too large …).
    #[error("{0}")]
    Refused(String),
    /// The disk is full, or nearly. Nothing was recorded; the same is taken later, with room again.
    #[error("{}", .0.en)]
    NoRoom(Words),
    /// The disk refused an original. Nothing was recorded; try again.
    #[error("{}", .0.en)]
    Unwritable(Words),
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
    /// Milliseconds from its receipt for which nobody is told of a complaint, so that a file mended
    /// meanwhile alarms nobody.
    pub grace: Millis,
    /// The other reports it was judged beside.
    pub leaned: Leaned,
    /// The sketch of its text; empty where it has none, or the body or year is not known.
    pub sketch: Vec<u32>,
    /// The reports of other bodies most like it, as [`Store::alike`](super::Store::alike) told them.
    pub alike: Vec<SubmissionId>,
}

/// What came out of an archive or a mail, its files already in the spool.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpacking {
    pub submission: SubmissionId,
    pub at: Millis,
    pub format: Format,
    /// Names inside the batch and originals, in the order of the batch.
    pub entries: Vec<(String, Spooled)>,
    pub passed: Passed,
    /// As in [`Conclusion`].
    pub grace: Millis,
}

/// What unpacking led to.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedBatch {
    pub submission: Submission,
    pub batch: Batch,
}

/// What a conclusion led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Concluded {
    pub submission: Submission,
    /// Submissions that this one took the place of.
    pub superseded: Vec<SubmissionId>,
    /// Alerts opened, updated or resolved.
    pub alerts: Vec<u64>,
    /// It was under recheck and could not be read this time: the verdict it had stands.
    pub kept: bool,
}

/// What a reviewer says of a finding of a unit's current report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    pub of: UnitYear,
    /// The verdict the reviewer looked at; without it, whichever is current.
    pub seen: Option<Seen>,
    pub fingerprint: String,
    /// `None` takes back what was decided.
    pub ruling: Option<Ruling>,
    /// At most [`REASON_BYTES`](crate::model::REASON_BYTES); of a ruling never empty.
    pub reason: String,
    /// At most [`REVIEWER_BYTES`](crate::model::REVIEWER_BYTES), never empty.
    pub by: String,
    pub at: Millis,
}

/// A verdict as somebody saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub submission: SubmissionId,
    /// [`Submission::judged_at`]; `None` where it does not matter whether it was rechecked since.
    pub judged_at: Option<Millis>,
}

/// What a decision led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub decision: Decision,
    /// The current submission of the unit and year as it is now; `None` where there is none.
    pub submission: Option<Submission>,
    /// Alerts opened, updated or resolved.
    pub alerts: Vec<u64>,
}

/// Why nothing could be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecidable {
    /// The current verdict has no such finding. `there` are the first of the fingerprints it has,
    /// `in_all` how many it has.
    NoSuchFinding {
        submission: SubmissionId,
        fingerprint: String,
        there: Vec<String>,
        in_all: usize,
    },
    /// Another submission is current, or it was judged again.
    Outdated { seen: SubmissionId, current: SubmissionId },
    /// There is no decision to withdraw.
    NotDecided { fingerprint: String },
}

/// Which decisions to list. Empty = all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    pub year: Option<i32>,
    /// Exact name.
    pub unit: Option<String>,
    pub fingerprint: Option<String>,
}

/// A decision in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecision {
    pub decision: Decision,
    /// It is in force: no later one about the same finding, and not withdrawn. Whether it counts on
    /// the current verdict is another matter: see [`Ruled`].
    pub in_force: bool,
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
    /// Only what came in this archive or mail.
    pub batch: Option<SubmissionId>,
    /// Only each unit-year's current submission (and current ones without unit or year).
    pub current_only: bool,
}

/// A finding of a rule, the submission it was found in, and where it stands in the listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub submission: Submission,
    pub finding: Finding,
    /// The decision on it, where there is one.
    pub ruled: Option<Ruled>,
    pub at: FoundAt,
}

/// A place in the listing of a rule's findings: a listing that goes on after it repeats none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundAt(pub [u8; 16]);

impl TryFrom<Vec<u8>> for FoundAt {
    type Error = Vec<u8>;
    fn try_from(bytes: Vec<u8>) -> Result<FoundAt, Vec<u8>> {
        bytes.try_into().map(FoundAt)
    }
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
        /// Other reports whose verdict leaned on what stood before; they are judged again.
        requeued: Vec<SubmissionId>,
    },
    /// A recheck put it back into the queue.
    Requeued(SubmissionId),
    Acknowledged(u64),
    /// Nobody is told of a case for a while, or again.
    Silenced(u64),
    /// Cases were told again, or to those above.
    Reminded(Vec<u64>),
    Delivered {
        alert: u64,
        channel: String,
        ok: bool,
    },
    /// A worker died on a submission.
    Attempted(SubmissionId),
    /// Its file has another path now.
    Moved(SubmissionId),
    /// A recheck could not read it; the verdict it had stands.
    RecheckFailed(SubmissionId),
    /// An archive or mail was taken apart; its files are received in the records that follow.
    Unpacked {
        id: SubmissionId,
        superseded: Vec<SubmissionId>,
        alerts: Vec<u64>,
        /// As in `Judged`.
        requeued: Vec<SubmissionId>,
    },
    /// A case about a folder, channel or disk, or about what has not come, opened, went on or resolved.
    Alerted(u64),
    /// Somebody decided about a finding, or took it back. The submission is the current one of the unit
    /// and year.
    Decided {
        id: Option<SubmissionId>,
        alerts: Vec<u64>,
    },
    /// What waited for a channel was made into one message, which tells of these cases.
    Bundled {
        channel: String,
        alerts: Vec<u64>,
    },
}

/// How a folder or channel that the daemon depends on stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// `FolderAway`, `ChannelFailing` or `DiskLow`.
    pub kind: AlertKind,
    /// Its configured name; of a disk, the data directory that lies on it.
    pub name: String,
    /// What is the matter; `None` when nothing is any more.
    pub what: Option<Words>,
    pub at: Millis,
}

/// One revision of a unit and year, as the yearly appraisal asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub submission: Submission,
    /// Codes of the rules with open errors, and how many each has; then those with open warnings.
    pub errors: BTreeMap<String, u32>,
    pub warnings: BTreeMap<String, u32>,
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
