//! Whether there is doubt whose report a submission is, as its verdict's findings say.

use super::{AlertKind, Finding, Outcome, Severity, Submission, fingerprint};

/// The rule on the body's name throughout a report, its way of delivery and the roster.
pub const BODY_RULE: &str = "ID-03";

/// The key of that rule's finding on a body that the roster does not have.
pub const ROSTER_KEY: &str = "roster";

/// The question that a report which could be read leaves open about whose it is: it was delivered as one
/// body's and is another's, or nobody knows its body. `open` are the findings that no decision settled.
pub fn whose<'f>(
    row: &Submission,
    open: impl IntoIterator<Item = &'f Finding>,
) -> Option<AlertKind> {
    match row.outcome {
        None | Some(Outcome::Unreadable) => return None,
        Some(_) if row.unit.is_none() => return Some(AlertKind::Unlisted),
        Some(_) => {}
    }
    let unlisted = fingerprint(BODY_RULE, ROSTER_KEY);
    let mut misfiled = false;
    for finding in open.into_iter().filter(|finding| finding.code == BODY_RULE) {
        if finding.fingerprint == unlisted {
            return Some(AlertKind::Unlisted);
        }
        misfiled |= finding.severity == Severity::Error && row.declared.unit.is_some();
    }
    misfiled.then_some(AlertKind::Misfiled)
}
