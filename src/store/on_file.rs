//! What is on file of a year, as the ledger asks for it: one pass over the year's standings, what has none,
//! and what stands against each revision.

use super::apply::{examination_of, members};
use super::index::View;
use super::keys::Facet;
use super::{Evidence, Store, StoreError, decisions, read};
use crate::model::{OnFile, Reviewed, Severity, Stage, Submission, SubmissionId, UnitYear, weight};
use std::collections::BTreeMap;
use std::path::Path;

/// Codes of rules, and how many open findings each has.
type Codes = BTreeMap<String, u32>;

impl Store {
    /// The standings of a year (of all when `None`), and what has no standing: submissions that wait for
    /// their first verdict, and current ones whose unit or year is not known, of whatever year they are.
    pub fn on_file(&self, year: Option<i32>) -> Result<OnFile, StoreError> {
        self.view(|view| {
            Ok(OnFile { standings: read::standings(view, year)?, loose: loose(view)? })
        })
    }

    /// Every revision of a unit and year, oldest first, with what stands against it.
    pub fn evidence(&self, of: &UnitYear) -> Result<Vec<Evidence>, StoreError> {
        let journal = self.dir().join("journal");
        self.view(|view| {
            let revisions =
                read::revisions(view, of)?.into_iter().filter(|r| r.judged_at.is_some());
            let against = |r: Submission| {
                let (errors, warnings) = against(view, &journal, of, r.id)?;
                Ok(Evidence { submission: r, errors, warnings })
            };
            revisions.map(against).collect()
        })
    }

    /// The codes of the errors and of the warnings that stand against a report, without those that a
    /// decision has settled.
    pub fn against(&self, of: &UnitYear, id: SubmissionId) -> Result<(Codes, Codes), StoreError> {
        let journal = self.dir().join("journal");
        self.view(|view| against(view, &journal, of, id))
    }
}

fn loose(view: &View) -> Result<Vec<Submission>, StoreError> {
    let mut rows = members(view, Facet::stage(Stage::Received.name()))?;
    rows.retain(|row| row.judged_at.is_none());
    rows.extend(members(view, Facet::unfiled())?);
    // An archive that was opened is no report: its files are.
    rows.retain(|row| row.contents.is_none());
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// Without any decision the codes in the index say it; else the verdict is read and the decisions are
/// laid over it.
fn against(
    view: &View,
    journal: &Path,
    of: &UnitYear,
    id: SubmissionId,
) -> Result<(Codes, Codes), StoreError> {
    let (mut errors, mut warnings) = (Codes::new(), Codes::new());
    let rulings = decisions::rulings(view, of)?;
    if rulings.is_empty() {
        let exam = examination_of(view, id)?.unwrap_or_default();
        let [errors_n, warnings_n] = exam.grave.map(|n| n as usize);
        let (mut codes, add) = (exam.codes.into_iter(), |to: &mut Codes, code| {
            *to.entry(code).or_default() += 1;
        });
        codes.by_ref().take(errors_n).for_each(|code| add(&mut errors, code));
        codes.take(warnings_n).for_each(|code| add(&mut warnings, code));
        return Ok((errors, warnings));
    }
    let Some(Ok(verdict)) = read::verdict(view, journal, id)? else {
        return Ok((errors, warnings));
    };
    let ruled = Reviewed::of(&verdict.findings, &rulings).ruled;
    for (finding, ruled) in verdict.findings.iter().zip(&ruled) {
        let to = match weight(finding.severity, ruled.as_ref()) {
            Some(Severity::Error) => &mut errors,
            Some(Severity::Warning) => &mut warnings,
            Some(Severity::Info) | None => continue,
        };
        *to.entry(finding.code.clone()).or_default() += 1;
    }
    Ok((errors, warnings))
}
