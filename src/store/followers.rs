//! Verdicts that lean on another: a report is judged beside the one on the year before, and judged
//! again when that one changes.
//!
//! Invariant: the current verdict of a unit-year was reached beside what is now current for the year
//! before, or its submission waits to be judged again.

use super::apply::examination_of;
use super::index::View;
use super::keys::{self, Facet};
use super::succession::{Shift, is_current};
use super::{Conclusion, StoreError};
use crate::model::{Stage, Standing, Submission, SubmissionId, UnitYear};
use std::collections::BTreeSet;

/// Refuses a conclusion that was reached beside a report which is no longer the current one.
pub(super) fn up_to_date(
    view: &View,
    row: &Submission,
    conclusion: &Conclusion,
) -> Result<(), StoreError> {
    let Some(of) = row.unit_year() else { return Ok(()) };
    match memory(view, &before(&of))? == conclusion.last_year {
        true => Ok(()),
        false => Err(StoreError::Overtaken(row.id)),
    }
}

/// Puts the current report on the following year back into the queue wherever the conclusion changes
/// what it was judged beside. `memory_of_row` is asked for only where there is such a report.
pub(super) fn requeue(
    shift: &mut Shift,
    was: &Submission,
    row: &Submission,
    memory_of_row: impl Fn() -> Option<u64>,
) -> Result<Vec<SubmissionId>, StoreError> {
    let mut touched: BTreeSet<UnitYear> =
        shift.changed.values().filter_map(Submission::unit_year).collect();
    touched.extend(was.unit_year());
    let mut requeued = Vec::new();
    for of in touched {
        let after = UnitYear { year: of.year.saturating_add(1), unit: of.unit.clone() };
        let mut followers = shift.judged(Facet::unit_year(&after), 0)?;
        followers.retain(|r| r.stage == Stage::Judged && is_current(r) && r.id != row.id);
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
            requeued.push(follower.id);
            shift.put(follower.requeued());
        }
    }
    Ok(requeued)
}

fn before(of: &UnitYear) -> UnitYear {
    UnitYear { year: of.year.saturating_sub(1), unit: of.unit.clone() }
}

/// The memory of a unit-year's current verdict; `None` where there is none.
fn memory(view: &View, of: &UnitYear) -> Result<Option<u64>, StoreError> {
    let Some(standing) = view.row::<Standing>(&keys::standing(of))? else { return Ok(None) };
    Ok(examination_of(view, standing.current)?.and_then(|exam| exam.memory))
}
