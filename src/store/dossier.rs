//! All that is on record about one submission, read at one moment.

use super::index::View;
use super::{Store, StoreError, decisions, read};
use crate::model::{
    BatchLine, BatchReport, Considered, Difference, Dossier, Entered, Format, Matter, Outcome,
    Reviewed, Since, Stage, Submission, SubmissionId, Verdict,
};
use std::path::Path;

/// Files of a batch that are told with their findings, and findings after which no further file is:
/// what a receipt has room for.
const ENTRIES: usize = 200;
const FINDINGS: usize = 2_000;

impl Store {
    /// What is known of a submission; `None` where there is none, or no verdict yet. For an archive or a
    /// mail, with what its files came to: those that are not fine with their findings, the first of them
    /// where they are many.
    pub fn dossier(&self, id: SubmissionId) -> Result<Option<Dossier>, StoreError> {
        let journal = self.inner.dir.join("journal");
        self.view(|view| dossier(view, &journal, id))
    }
}

fn dossier(view: &View, journal: &Path, id: SubmissionId) -> Result<Option<Dossier>, StoreError> {
    let Some(submission) = read::submission(view, id)? else { return Ok(None) };
    let matter = match read::batch(view, journal, id)? {
        Some(batch) => {
            let contents = batch.contents();
            let (mut lines, mut entries, mut findings) = (Vec::new(), Vec::new(), 0);
            for entry in batch.entries {
                let Some(row) = read::submission(view, entry.submission)? else { continue };
                lines.push(BatchLine::of(entry.name.clone(), &row));
                let fine = row.stage == Stage::Received || row.outcome == Some(Outcome::Compliant);
                if fine || entries.len() >= ENTRIES || findings >= FINDINGS {
                    continue;
                }
                if let Some(considered) = considered(view, journal, &row)? {
                    findings += considered.result.as_ref().map_or(0, |v| v.findings.len());
                    entries.push(Entered { name: entry.name, considered });
                }
            }
            let report = BatchReport { contents, entries: lines, passed: batch.passed.named };
            Matter::Batch { report, entries }
        }
        None => match considered(view, journal, &submission)? {
            Some(considered) => Matter::Report(Box::new(considered)),
            None => return Ok(None),
        },
    };
    let heir = match submission.superseded_by {
        Some(heir) => read::submission(view, heir)?,
        None => None,
    };
    Ok(Some(Dossier {
        file: submission.source.shown_path(),
        sha256: submission.sha256.clone(),
        format: submission.format.unwrap_or(Format::Unknown),
        superseded_by: heir.map(|heir| heir.source.shown_path()),
        submission: Some(submission),
        matter,
    }))
}

/// The verdict on a report with the decisions on it, and what became of the revision before.
fn considered(
    view: &View,
    journal: &Path,
    row: &Submission,
) -> Result<Option<Considered>, StoreError> {
    let Some(result) = read::verdict(view, journal, row.id)? else { return Ok(None) };
    let Ok(verdict) = result else { return Ok(Some(Considered::new(result))) };
    let (mut reviewed, mut since) = (None, None);
    if let Some(of) = row.unit_year() {
        reviewed = Some(Reviewed::of(&verdict.findings, &decisions::rulings(view, &of)?));
        let mut before = read::revisions(view, &of)?;
        before.retain(|other| other.id < row.id && other.revision < row.revision);
        let earlier = match before.pop() {
            Some(row) => {
                read::verdict(view, journal, row.id)?.and_then(Result::ok).map(|v| (row, v))
            }
            None => None,
        };
        since = earlier.map(|(row, earlier)| Since {
            revision: row.revision,
            received_at: row.received_at,
            difference: Difference::of_findings(&earlier, &verdict),
        });
    }
    // Cells and texts are no part of it, and the largest of a verdict.
    let verdict = Verdict { values: Default::default(), texts: Default::default(), ..verdict };
    Ok(Some(Considered { result: Ok(verdict), reviewed, since }))
}
