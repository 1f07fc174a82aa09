//! Verdicts that lean on others: a report is judged beside the one on the year before, and beside others
//! that its circumstances name, and judged again when one of them changes.
//!
//! Invariant: the current verdict of a unit-year was reached beside what is now current for every unit
//! and year it looked up, or its submission waits to be judged again.

use super::apply::examination_of;
use super::index::View;
use super::keys::{self, Facet};
use super::succession::{Shift, is_current};
use super::{Conclusion, StoreError};
use crate::model::{Stage, Standing, Submission, SubmissionId, UnitYear};
use std::collections::BTreeSet;

/// Refuses a conclusion that was reached beside a report which is no longer the current one.
pub(super) fn up_to_date(view: &View, conclusion: &Conclusion) -> Result<(), StoreError> {
    for (of, told) in &conclusion.leaned {
        if memory(view, of)? != *told {
            return Err(StoreError::Overtaken(conclusion.submission));
        }
    }
    Ok(())
}

/// Puts every current report back into the queue that was judged beside what the conclusion changes, and
/// every duplicate that became current: what was said of its twin meanwhile was not said of it.
/// `memory_of_row` is asked for only where there is such a report.
pub(super) fn requeue(
    shift: &mut Shift,
    was: &Submission,
    row: &Submission,
    memory_of_row: impl Fn() -> Option<u64>,
) -> Result<BTreeSet<SubmissionId>, StoreError> {
    let mut touched: BTreeSet<UnitYear> =
        shift.changed.values().filter_map(Submission::unit_year).collect();
    touched.extend(was.unit_year());
    let mut requeued = BTreeSet::new();
    for of in touched {
        let mut followers = shift.judged(Facet::leans(&of), row.id)?;
        followers.retain(|r| r.stage == Stage::Judged && is_current(r));
        if followers.is_empty() {
            continue;
        }
        let now = shift.judged(Facet::unit_year(&of), 0)?;
        // The row just judged may be filed under this unit-year for the first time.
        let mine = shift.changed.values().filter(|changed| !now.iter().any(|n| n.id == changed.id));
        let mut current = now.iter().chain(mine).filter(|r| r.unit_year().as_ref() == Some(&of));
        let new = match current.find(|r| is_current(r)) {
            Some(current) if current.id == row.id => memory_of_row(),
            Some(current) => examination_of(shift.view, current.id)?.and_then(|exam| exam.memory),
            None => None,
        };
        if new == memory(shift.view, &of)? {
            continue;
        }
        for follower in followers {
            requeued.insert(follower.id);
            shift.put(follower.requeued());
        }
    }
    for (heir, _) in shift.promoted.clone() {
        let heir = shift.row(heir)?;
        if heir.stage == Stage::Judged {
            requeued.insert(heir.id);
            shift.put(heir.requeued());
        }
    }
    Ok(requeued)
}

/// What a verdict leaned on whose record does not say so: those of older versions looked up the year
/// before, and nothing else.
pub(super) fn implied(row: &Submission) -> Vec<UnitYear> {
    let before = |of: UnitYear| UnitYear { year: of.year.saturating_sub(1), ..of };
    row.unit_year().map(before).into_iter().collect()
}

/// The memory of a unit-year's current verdict; `None` where there is none.
fn memory(view: &View, of: &UnitYear) -> Result<Option<u64>, StoreError> {
    let Some(standing) = view.row::<Standing>(&keys::standing(of))? else { return Ok(None) };
    Ok(examination_of(view, standing.current)?.and_then(|exam| exam.memory))
}
