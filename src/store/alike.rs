//! Reports of other bodies on the same year whose text is like a report's, found by their sketches
//! without comparing each with each.
//!
//! Invariant: the current verdict of a unit-year was reached beside the most like it, or its submission
//! waits to be judged again.

use super::apply::examination_of;
use super::index::View;
use super::keys::{self, Facet, table};
use super::succession::{Shift, is_current};
use super::{Conclusion, StoreError};
use crate::model::{Stage, Submission, SubmissionId, UnitYear};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Reports that one is judged beside.
const MOST: usize = 5;
/// Numbers of a sketch taken together to find others by: two texts that share little agree in two
/// neighbours by chance much less often than in one.
const BAND: usize = 2;
/// Bands that two sketches have in common before they are compared, of 64.
const FEWEST: u32 = 3;
/// Numbers that they have in common, of 128, before the reports are judged beside each other: a quarter
/// of all runs, where 60 % of a text taken over makes about two fifths.
const LEAST: usize = 32;
/// Reports looked at that have a number in common: of a text that hundreds hand in, the first to come
/// stand for the rest.
const CROWD: usize = 200;

/// What is kept of a report's text for finding those like it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Likeness {
    pub sketch: Vec<u32>,
    /// The reports it was judged beside, with the numbers in common.
    pub beside: Vec<(SubmissionId, u32)>,
}

/// The current reports of other bodies that are most like a report of this body, the most like it
/// first; of equals the earlier.
pub(super) fn most_alike(
    view: &View,
    of: &UnitYear,
    sketch: &[u32],
) -> Result<Vec<(Submission, u32)>, StoreError> {
    most_of(view, of, &candidates(view, of.year, sketch)?)
}

fn most_of(
    view: &View,
    of: &UnitYear,
    candidates: &[Candidate],
) -> Result<Vec<(Submission, u32)>, StoreError> {
    let mut most = Vec::new();
    for &(id, common, _) in candidates {
        if most.len() == MOST {
            break;
        }
        let row = view.row::<Submission>(&keys::id(table::SUBMISSION, id))?;
        most.extend(row.filter(|row| is_others(row, of)).map(|row| (row, common)));
    }
    Ok(most)
}

fn is_others(row: &Submission, of: &UnitYear) -> bool {
    is_current(row) && row.unit.as_ref().is_some_and(|unit| *unit != of.unit)
}

/// Submissions of the year with enough numbers in common with the sketch, how many, and what they were
/// judged beside; the most first.
fn candidates(view: &View, year: i32, sketch: &[u32]) -> Result<Vec<Candidate>, StoreError> {
    let mut bands: BTreeMap<SubmissionId, u32> = BTreeMap::new();
    for facet in facets(year, sketch) {
        for (key, _) in view.scan(&facet.prefix(), &[], CROWD)? {
            *bands.entry(keys::number(&key, keys::POSTING_ID)).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for (id, _) in bands.into_iter().filter(|(_, bands)| *bands >= FEWEST) {
        let Likeness { sketch: other, beside } =
            examination_of(view, id)?.unwrap_or_default().likeness;
        let common = sketch.iter().zip(&other).filter(|(a, b)| a == b).count();
        if common >= LEAST {
            found.push((id, common as u32, beside));
        }
    }
    found.sort_by_key(|(id, common, _)| (Reverse(*common), *id));
    Ok(found)
}

/// A report, the numbers in common, and the ones it was judged beside with theirs.
pub(super) type Candidate = (SubmissionId, u32, Vec<(SubmissionId, u32)>);

/// What a report with this sketch is found by.
pub(super) fn facets(year: i32, sketch: &[u32]) -> impl Iterator<Item = Facet> {
    let bands = sketch.chunks(BAND).enumerate();
    bands.map(move |(at, numbers)| Facet::sketch(year, at, numbers))
}

/// What the conclusion leaves behind for finding its report, and those that may have to be judged again;
/// refused where the report was judged beside others than those most like it now.
pub(super) fn up_to_date(
    view: &View,
    row: &Submission,
    conclusion: &Conclusion,
) -> Result<(Likeness, Vec<Candidate>), StoreError> {
    let Some(of) = row.unit_year().filter(|_| !conclusion.sketch.is_empty()) else {
        return Ok(Default::default());
    };
    let candidates = candidates(view, of.year, &conclusion.sketch)?;
    let most = most_of(view, &of, &candidates)?;
    let beside: Vec<_> = most.into_iter().map(|(row, common)| (row.id, common)).collect();
    match beside.iter().map(|(id, _)| id).eq(&conclusion.alike) {
        true => Ok((Likeness { sketch: conclusion.sketch.clone(), beside }, candidates)),
        false => Err(StoreError::Overtaken(row.id)),
    }
}

/// Puts every report back into the queue that the one just judged is more like than one of those it was
/// judged beside.
pub(super) fn requeue(
    shift: &mut Shift,
    row: &Submission,
    candidates: Vec<Candidate>,
) -> Result<BTreeSet<SubmissionId>, StoreError> {
    let mut requeued = BTreeSet::new();
    let Some(of) = row.unit_year().filter(|_| is_current(row)) else { return Ok(requeued) };
    for (id, common, had) in candidates {
        let other = shift.row(id)?;
        if !is_others(&other, &of) || other.stage != Stage::Judged {
            continue;
        }
        let known = had.iter().any(|(id, _)| *id == row.id);
        let full = had.len() >= MOST;
        let nearer =
            had.last().is_none_or(|(id, n)| (Reverse(common), row.id) < (Reverse(*n), *id));
        if !known && (!full || nearer) {
            requeued.insert(id);
            shift.put(other.requeued());
        }
    }
    Ok(requeued)
}
