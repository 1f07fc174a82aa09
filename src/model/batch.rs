//! Archives and mails that hold several files: what was taken out of one, and what was not and why.

use super::{
    Cost, Declared, Examined, Format, Outcome, Stage, Submission, SubmissionId, Verdict, Words, cut,
};
use serde::{Deserialize, Serialize};

/// Most things passed over that are named one by one; the rest is counted.
pub const MOST_PASSED: usize = 1_000;

/// Longest name of an entry, bytes.
pub const ENTRY_NAME: usize = 1_024;

/// Longest name of something passed over, bytes.
const PASSED_NAME: usize = 600;

/// Why something in a batch is no submission of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassReason {
    /// A lock file, or what a desktop or archiver leaves behind.
    System,
    /// A picture: a scan cannot be read, a logo need not be.
    Picture,
    /// By name and content no document: a style sheet, a program, a calendar entry.
    NotADocument,
    /// The text of a mail whose reports are its attachments.
    Body,
    /// Under a password.
    Encrypted,
    /// Beyond one of the limits.
    OverLimit,
    /// Cut off, broken, or its bytes belong to another entry as well.
    Damaged,
    /// Packed by a method that is not unpacked here.
    Unsupported,
    /// Its name leads out of the batch (`../`).
    UnsafeName,
}

impl PassReason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            PassReason::System => "system",
            PassReason::Picture => "picture",
            PassReason::NotADocument => "not_a_document",
            PassReason::Body => "body",
            PassReason::Encrypted => "encrypted",
            PassReason::OverLimit => "over_limit",
            PassReason::Damaged => "damaged",
            PassReason::Unsupported => "unsupported",
            PassReason::UnsafeName => "unsafe_name",
        }
    }

    /// Whether it may have been a report that could not be got at: then people must be told.
    pub fn is_loss(self) -> bool {
        match self {
            PassReason::System
            | PassReason::Picture
            | PassReason::NotADocument
            | PassReason::Body => false,
            PassReason::Encrypted
            | PassReason::OverLimit
            | PassReason::Damaged
            | PassReason::Unsupported
            | PassReason::UnsafeName => true,
        }
    }
}

/// Something in a batch that is no submission of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its path inside the batch, as [`written_name`](super::written_name) writes it.
    pub name: String,
    pub reason: PassReason,
    /// What is the matter with it.
    pub message: Words,
}

impl PassedOver {
    /// With every text in it within its bounds: it comes out of a stranger's file.
    pub fn bounded(self) -> PassedOver {
        PassedOver {
            name: cut(self.name, PASSED_NAME),
            reason: self.reason,
            message: Words { zh: cut(self.message.zh, 600), en: cut(self.message.en, 600) },
        }
    }
}

/// What was passed over in a batch: the first of them by name, all of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The first [`MOST_PASSED`], those that may have been reports before the others, each kind in
    /// the order of the batch.
    pub named: Vec<PassedOver>,
    pub in_all: u32,
    /// How many of them may have been reports; see [`PassReason::is_loss`].
    pub lost: u32,
}

impl Passed {
    /// With every text in it within its bounds.
    pub fn bounded(self) -> Passed {
        let named = self.named.into_iter().take(MOST_PASSED).map(PassedOver::bounded).collect();
        Passed { named, ..self }
    }

    /// Counts one more, and names it while there is room: a loss is never crowded out by a lock file.
    pub fn add(&mut self, one: PassedOver) {
        let losses = self.named.partition_point(|known| known.reason.is_loss());
        self.in_all = self.in_all.saturating_add(1);
        if one.reason.is_loss() {
            self.lost = self.lost.saturating_add(1);
            if losses < MOST_PASSED {
                self.named.insert(losses, one.bounded());
                self.named.truncate(MOST_PASSED);
            }
        } else if self.named.len() < MOST_PASSED {
            self.named.push(one.bounded());
        }
    }
}

/// A batch in numbers, as its submission carries them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contents {
    /// Files taken out of it, each a submission of its own.
    pub entries: u32,
    /// Files that are no submissions.
    pub passed_over: u32,
    /// How many of these may have been reports.
    pub lost: u32,
}

impl Contents {
    pub fn of(entries: usize, passed: &Passed) -> Contents {
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        Contents { entries, passed_over: passed.in_all, lost: passed.lost }
    }
}

/// One file taken out of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchEntry {
    /// Its path inside the batch, as written.
    pub name: String,
    pub submission: SubmissionId,
}

/// The receipt of a batch: everything that was in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// In the order of the batch.
    pub entries: Vec<BatchEntry>,
    pub passed: Passed,
}

impl Batch {
    pub fn contents(&self) -> Contents {
        Contents::of(self.entries.len(), &self.passed)
    }
}

/// One entry of a batch and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// Its path inside the batch, as written.
    pub name: String,
    /// `None` in a trial, which keeps nothing.
    pub submission: Option<SubmissionId>,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    pub counts: [u32; 3],
    pub unit: Option<String>,
    pub year: Option<i32>,
}

/// A batch for people: every file in it and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchReport {
    pub contents: Contents,
    /// In the order of the batch; not always all of them.
    pub entries: Vec<BatchLine>,
    pub passed: Vec<PassedOver>,
}

impl BatchLine {
    /// How a submission stands that came in a batch under this name.
    pub fn of(name: String, submission: &Submission) -> BatchLine {
        BatchLine {
            name,
            submission: Some(submission.id),
            stage: submission.stage,
            outcome: submission.outcome,
            counts: submission.counts,
            unit: submission.unit.clone(),
            year: submission.year,
        }
    }
}

/// What came of a file that was tried out and not kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Trial {
    File(Examined),
    Batch(TriedBatch),
}

/// A batch that was tried out.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedBatch {
    pub format: Format,
    pub entries: Vec<TriedEntry>,
    pub passed: Passed,
}

/// One file of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedEntry {
    pub name: String,
    /// 64 hex digits.
    pub sha256: String,
    pub examined: Examined,
    pub cost: Cost,
}

impl TriedBatch {
    pub fn report(&self) -> BatchReport {
        let line = |entry: &TriedEntry| {
            let verdict = entry.examined.1.as_ref().ok();
            BatchLine {
                name: entry.name.clone(),
                submission: None,
                stage: Stage::Judged,
                outcome: Some(verdict.map_or(Outcome::Unreadable, |verdict| verdict.outcome)),
                counts: verdict.map(Verdict::counts).unwrap_or_default(),
                unit: verdict.and_then(|v| Some(v.unit.as_ref()?.0.clone())),
                year: verdict.and_then(|v| v.year),
            }
        };
        BatchReport {
            contents: Contents::of(self.entries.len(), &self.passed),
            entries: self.entries.iter().map(line).collect(),
            passed: self.passed.named.clone(),
        }
    }
}

impl Declared {
    /// What of it holds for one of several files in a batch. What a folder says of its one file cannot
    /// hold for several: reports of one unit and year would take one another's place. Then their titles
    /// say whose they are.
    pub fn inherited(&self, entries: usize) -> Declared {
        Declared { unit: self.unit.clone().filter(|_| entries == 1), year: self.year }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(n: usize, reason: PassReason) -> PassedOver {
        PassedOver { name: n.to_string(), reason, message: Words::default() }
    }

    #[test]
    fn a_loss_is_named_however_many_lock_files_there_are() {
        let mut passed = Passed::default();
        (0..2 * MOST_PASSED).for_each(|n| passed.add(one(n, PassReason::System)));
        passed.add(one(1, PassReason::Encrypted));
        passed.add(one(2, PassReason::Damaged));
        assert_eq!((passed.in_all as usize, passed.lost), (2 * MOST_PASSED + 2, 2));
        assert_eq!(passed.named.len(), MOST_PASSED);
        let first: Vec<&str> = passed.named.iter().take(3).map(|one| one.name.as_str()).collect();
        assert_eq!(first, ["1", "2", "0"]);
    }
}
