//! A submission: one file handed in once, and the standing of a unit that follows from it.

use super::{Contents, Format, Millis, Outcome, Stage, UnitKnown, UnreadableReason, shown_name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Number of the journal record by which the submission was received. Never used twice.
pub type SubmissionId = u64;

/// Where a file came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Source {
    /// Dropped into a watched folder: the folder's configured name and the path below it, as
    /// [`written_name`](super::written_name) writes it.
    Folder { folder: String, path: String },
    /// Uploaded over gRPC under a file name; for a file out of an uploaded batch its path inside follows.
    Upload { file_name: String },
}

impl Source {
    /// Last component of the path.
    pub fn file_name(&self) -> &str {
        match self {
            Source::Folder { path, .. } => path.rsplit('/').next().unwrap_or(path),
            Source::Upload { file_name } => file_name.rsplit('/').next().unwrap_or(file_name),
        }
    }

    /// A file inside the batch that came from here, under its name there.
    pub fn entry(&self, name: &str) -> Source {
        match self {
            Source::Folder { folder, path } => {
                Source::Folder { folder: folder.clone(), path: format!("{path}/{name}") }
            }
            Source::Upload { file_name } => {
                Source::Upload { file_name: format!("{file_name}/{name}") }
            }
        }
    }

    /// The path for people: see [`shown_name`].
    pub fn shown_path(&self) -> String {
        match self {
            Source::Folder { path, .. } => shown_name(path),
            Source::Upload { file_name } => file_name.clone(),
        }
    }

    /// Last component of the path, for people.
    pub fn shown_name(&self) -> String {
        match self {
            Source::Folder { .. } => shown_name(self.file_name()),
            Source::Upload { .. } => self.file_name().to_owned(),
        }
    }

    /// The folder it came through; empty for an upload.
    pub fn folder(&self) -> &str {
        match self {
            Source::Folder { folder, .. } => folder,
            Source::Upload { .. } => "",
        }
    }

    /// A key for "the same file in another format": folder, directory and file name without its
    /// extension. A clerk told that a PDF could not be read sends `年报.docx` in place of `年报.pdf`.
    pub fn stem_key(&self) -> Option<String> {
        let key = self.key()?;
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => Some(key[..key.len() - name.len() + dot].to_string()),
            _ => Some(key),
        }
    }

    /// The path below the folder; of an upload the file name.
    pub fn path(&self) -> &str {
        match self {
            Source::Folder { path, .. } => path,
            Source::Upload { file_name } => file_name,
        }
    }

    /// A key for "the same place": two drops with the same key replace one another. Uploads have none.
    pub fn key(&self) -> Option<String> {
        match self {
            Source::Folder { folder, path } => Some(format!("{folder}\0{path}")),
            Source::Upload { .. } => None,
        }
    }
}

/// What the way of delivery says about a file before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Declared {
    pub unit: Option<String>,
    pub year: Option<i32>,
}

/// A unit and a reporting year: what revisions are counted within and a standing is kept for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitYear {
    pub year: i32,
    pub unit: String,
}

/// One file handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    pub id: SubmissionId,
    pub source: Source,
    /// SHA-256 of all bytes, 64 hex digits; names the original in the spool.
    pub sha256: String,
    pub size: u64,
    pub declared: Declared,
    pub received_at: Millis,
    pub judged_at: Option<Millis>,
    pub stage: Stage,
    /// Set with the verdict.
    pub format: Option<Format>,
    /// Unit and year as judged; `None` until then, and afterwards where they could not be known.
    pub unit: Option<String>,
    pub unit_known: Option<UnitKnown>,
    pub year: Option<i32>,
    /// 1, 2, … within unit and year in order of arrival; 0 while unit or year is unknown.
    pub revision: u32,
    /// The outcome of the verdict under the decisions on its findings.
    pub outcome: Option<Outcome>,
    pub unreadable: Option<UnreadableReason>,
    /// Counts of the verdict's findings that no decision has settled: errors, warnings, infos.
    pub counts: [u32; 3],
    /// The current submission of the same unit and year, which has the same bytes and came from another
    /// place.
    pub duplicate_of: Option<SubmissionId>,
    /// The earlier revision of the same unit and year that has the same bytes: an older draft was
    /// handed in once more.
    pub repeats: Option<u32>,
    pub superseded_by: Option<SubmissionId>,
    /// Times a worker died on it; a submission that kills workers ends as 无法判读.
    pub attempts: u32,
    /// The archive or mail it came in.
    pub batch: Option<SubmissionId>,
    /// What was in it, where it is a batch itself.
    pub contents: Option<Contents>,
}

impl Submission {
    /// One that was received and not looked at yet; it has no number.
    pub fn received(
        source: Source,
        (sha256, size): (String, u64),
        declared: Declared,
        received_at: Millis,
    ) -> Submission {
        Submission {
            id: 0,
            source,
            sha256,
            size,
            declared,
            received_at,
            judged_at: None,
            stage: Stage::Received,
            format: None,
            unit: None,
            unit_known: None,
            year: None,
            revision: 0,
            outcome: None,
            unreadable: None,
            counts: [0; 3],
            duplicate_of: None,
            repeats: None,
            superseded_by: None,
            attempts: 0,
            batch: None,
            contents: None,
        }
    }

    /// Without anything that a verdict says of it.
    pub fn without_verdict(self) -> Submission {
        Submission {
            id: self.id,
            attempts: self.attempts,
            batch: self.batch,
            superseded_by: self.superseded_by,
            ..Submission::received(
                self.source,
                (self.sha256, self.size),
                self.declared,
                self.received_at,
            )
        }
    }

    /// Waiting to be judged once more; what is known of it stays until then.
    pub fn requeued(self) -> Submission {
        Submission { stage: Stage::Received, attempts: 0, ..self }
    }

    pub fn unit_year(&self) -> Option<UnitYear> {
        Some(UnitYear { year: self.year?, unit: self.unit.clone()? })
    }
}

/// How a unit stands for a year: its current submission in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub of: UnitYear,
    pub current: SubmissionId,
    pub revision: u32,
    pub outcome: Outcome,
    pub counts: [u32; 3],
    pub received_at: Millis,
    /// How many of its revisions were returned so far.
    pub returns: u32,
    /// When the first of it came, by the folder it came through; uploads under an empty name.
    pub first_received: BTreeMap<String, Millis>,
}
