//! Everything that is known of one file that was handed in or tried out: what a receipt is written from.

use super::{
    BatchReport, Difference, Examined, Format, Millis, Outcome, Reviewed, Submission, Trial,
    Unreadable, Verdict,
};

/// One file and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// The file's name as its submitter knows it.
    pub file: String,
    /// 64 hex digits.
    pub sha256: String,
    pub format: Format,
    /// `None` for a file on trial, which was not handed in.
    pub submission: Option<Submission>,
    /// The file that took its place, where one has.
    pub superseded_by: Option<String>,
    pub matter: Matter,
}

/// What the file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    Report(Box<Considered>),
    /// An archive or a mail: how all that was in it stands, and each of its files for itself, in the
    /// same order; not always all of them.
    Batch {
        report: BatchReport,
        entries: Vec<Entered>,
    },
}

/// A file out of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// Its path inside, as written.
    pub name: String,
    pub considered: Considered,
}

/// What was found in one report, what was decided about it, and how it stands to the revision before.
#[derive(Clone, Debug, PartialEq)]
pub struct Considered {
    pub result: Result<Verdict, Unreadable>,
    /// The decisions on its findings; of a file on trial there are none.
    pub reviewed: Option<Reviewed>,
    pub since: Option<Since>,
}

/// What became of the findings of the revision before; cells and passages are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Since {
    pub revision: u32,
    pub received_at: Millis,
    pub difference: Difference,
}

impl Considered {
    pub fn new(result: Result<Verdict, Unreadable>) -> Self {
        Considered { result, reviewed: None, since: None }
    }

    /// What becomes of it: as judged, unless reviewers decided otherwise.
    pub fn outcome(&self) -> Outcome {
        match (&self.result, &self.reviewed) {
            (Err(_), _) => Outcome::Unreadable,
            (Ok(_), Some(reviewed)) => reviewed.outcome,
            (Ok(verdict), None) => verdict.outcome,
        }
    }
}

impl Dossier {
    /// Of a file that was tried out and not kept.
    pub fn of_trial(file: String, sha256: String, trial: Trial) -> Dossier {
        let (format, matter) = match trial {
            Trial::File((format, result)) => {
                (format, Matter::Report(Box::new(Considered::new(result))))
            }
            Trial::Batch(batch) => {
                let report = batch.report();
                let entered = |(name, (_, result)): (String, Examined)| Entered {
                    name,
                    considered: Considered::new(result),
                };
                let entries = batch.entries.into_iter().map(|e| (e.name, e.examined));
                let entries = entries.map(entered).collect();
                (batch.format, Matter::Batch { report, entries })
            }
        };
        Dossier { file, sha256, format, submission: None, superseded_by: None, matter }
    }
}
